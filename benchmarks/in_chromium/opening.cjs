const { measure, withShifts } = require("./stopwatch.cjs");

const WARM_ROUNDS = 5;

/** Press the app in the menu of apps. */
async function openApp(page) {
    await page.click(".o_navbar_apps_menu button");
    await page.waitForSelector(".o-dropdown--menu .o_app");
    await page.click('.o_app[data-menu-xmlid="iris_email.iris_email_menu_root"]');
    await page.waitForSelector(".o_iris_row");
}

async function leaveApp(page) {
    await page.click(".o_navbar_apps_menu button");
    await page.click('.o_app[data-menu-xmlid="mail.menu_root_discuss"]');
    await page.waitForSelector(".o-mail-Discuss");
    await page.waitForTimeout(1500);
}

/** @returns {Promise<Object>} milliseconds, and what was asked of the server before the list stood */
async function measureOnce(page) {
    const requests = [];
    const note = (request) => {
        if (["xhr", "fetch"].includes(request.resourceType())) {
            requests.push(describe(request));
        }
    };
    await page.click(".o_navbar_apps_menu button");
    await page.waitForSelector(".o-dropdown--menu .o_app");
    await page.waitForTimeout(500);
    page.on("request", note);
    let milliseconds;
    const shifts = await withShifts(page, async () => {
        const app = '.o_app[data-menu-xmlid="iris_email.iris_email_menu_root"]';
        milliseconds = await measure(page, { probe: "rows", type: "click" }, () => page.click(app));
        page.off("request", note);
    });
    return { milliseconds, requests, shifts };
}

function describe(request) {
    const { pathname } = new URL(request.url());
    const params = request.postDataJSON()?.params;
    return params?.method ? `${params.model}.${params.method}` : pathname;
}

/** From another app, in a browser that did not know the app, and again some times. */
async function measureOpening(page) {
    const cold = await measureOnce(page);
    const warm = [];
    for (let round = 0; round < WARM_ROUNDS; round++) {
        await page.waitForTimeout(1500);
        await leaveApp(page);
        warm.push(await measureOnce(page));
    }
    return { cold, warm };
}

module.exports = { openApp, measureOpening };

// node take.cjs CHROMIUM ADDRESS FOLDER: the pictures of the README, from the running demo.
const { chromium } = require("playwright-core");
const path = require("node:path");

const LANGUAGES = { en: "en_US", ru: "ru_RU" };
// The beginning of the subject of a letter of the demo, for each language.
const LETTERS = { en: "Crop & market", ru: "Статус контейнеров" };
const ANSWERS = {
    en: "Thank you, that is just what we need.",
    ru: "Спасибо, это как раз то, что нам нужно.",
};
const NEW_LETTERS = 6;
// The password of a demo user is the login.
const READER = "anna";
const ADMINISTRATOR = "admin";
const WINDOW = { width: 1360, height: 780 };
const TALL_WINDOW = { width: 1360, height: 980 };
const QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-sandbox",
];

/** Call a method of a model as the user who is signed in. */
async function call(page, model, method, args) {
    const answer = await page.request.post("/web/dataset/call_kw", {
        data: { jsonrpc: "2.0", params: { model, method, args, kwargs: {} } },
    });
    const { result, error } = await answer.json();
    if (error) {
        throw new Error(`${model}.${method}: ${error.data.message}`);
    }
    return result;
}

/** Sign in, run the steps in each language, and give the user the language back. */
async function asUser(browser, baseURL, login, steps) {
    const context = await browser.newContext({ baseURL, viewport: WINDOW });
    const page = await context.newPage();
    await page.goto("/web/login");
    await page.fill("input[name=login]", login);
    await page.fill("input[name=password]", login);
    await page.click("button[type=submit]");
    await page.waitForSelector(".o_web_client");
    const [user] = await call(page, "res.users", "search_read", [
        [["login", "=", login]],
        ["lang"],
    ]);
    try {
        for (const [suffix, language] of Object.entries(LANGUAGES)) {
            await call(page, "res.users", "write", [[user.id], { lang: language }]);
            await steps(page, suffix);
        }
    } finally {
        await call(page, "res.users", "write", [[user.id], { lang: user.lang }]);
        await context.close();
    }
}

/** Wait for pictures, fonts and the last animation; Odoo's page never stops talking to the server. */
async function settle(page) {
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(1500);
}

async function checkMail(page) {
    await page.click(".o_iris_check_mail:enabled");
    await page.waitForSelector(".o_iris_check_mail:disabled");
    await page.waitForSelector(".o_iris_check_mail:enabled", { timeout: 120000 });
    for (const button of await page.locator(".o_notification_close").all()) {
        await button.click();
    }
}

/** Begin an answer to the shown letter, write into it, and throw it away again. */
async function takeAnswer(page, take, suffix) {
    await page.click("button[name=action_reply]");
    await page.waitForSelector(".o_iris_writing .odoo-editor-editable");
    await page.locator(".odoo-editor-editable p").first().click();
    await page.keyboard.type(ANSWERS[suffix]);
    await take(page, `answer-${suffix}`);
    const [draft] = await call(page, "iris.email", "search", [[["type", "=", "draft"]], 0, 1]);
    await page.goto("/odoo/letters");
    await page.waitForSelector(".o_data_row");
    await call(page, "iris.email", "action_trash", [[draft]]);
    await call(page, "iris.email", "action_delete_for_good", [[draft]]);
}

/** Mark all letters as read but the newest ones, as if the reader were at work. */
async function readMostLetters(page) {
    const inbox = [["type", "=", "inbox"]];
    const ids = await call(page, "iris.email", "search", [inbox]);
    await call(page, "iris.email", "mark_unread", [ids.slice(0, NEW_LETTERS)]);
    await call(page, "iris.email", "mark_read", [ids.slice(NEW_LETTERS)]);
}

async function takeAll(browser, address, folder) {
    const take = async (page, name) => {
        await page.mouse.move(0, WINDOW.height - 1);
        await settle(page);
        await page.screenshot({ path: path.join(folder, `${name}.png`) });
        console.log(`${name}.png`);
    };

    await asUser(browser, address, READER, async (page, suffix) => {
        await page.goto("/odoo/letters");
        await checkMail(page);
        await readMostLetters(page);
        await page.reload();
        await page.waitForSelector(".o_data_row.fw-bold");
        await take(page, `letters-${suffix}`);
        await page.locator(".o_searchview_input").pressSequentially(LETTERS[suffix]);
        await page.waitForSelector(".o_searchview_autocomplete");
        await page.keyboard.press("Enter");
        await page.waitForSelector(".o_facet_value:has-text('" + LETTERS[suffix] + "')");
        await settle(page);
        const subject = page.locator(".o_data_row td[name=subject]", { hasText: LETTERS[suffix] });
        await subject.first().click();
        await page.waitForSelector(".o_iris_letter_body[aria-busy=false]");
        await take(page, `letter-${suffix}`);
        await page.click("a[name=access]");
        await page.waitForSelector(".o_iris_access table");
        await take(page, `access-${suffix}`);
        await takeAnswer(page, take, suffix);
    });
    await asUser(browser, address, ADMINISTRATOR, async (page, suffix) => {
        await page.setViewportSize(TALL_WINDOW);
        await page.goto("/odoo/mail-accounts");
        await page.locator(".o_data_row td[name=address]", { hasText: "sales@" }).click();
        await page.waitForSelector(".o_field_widget[name=incoming_right_ids] .o_data_row");
        await take(page, `account-${suffix}`);
    });
}

async function main(executablePath, address, folder) {
    const browser = await chromium.launch({ executablePath, args: QUIET });
    try {
        await takeAll(browser, address, folder);
    } finally {
        await browser.close();
    }
}

main(...process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exitCode = 1;
});

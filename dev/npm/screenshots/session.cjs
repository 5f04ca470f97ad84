const DESKTOP = { viewport: { width: 1360, height: 780 } };
const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };

/** Call a method of a model as the user who is signed in. */
async function call(page, model, method, args, kwargs = {}) {
    const answer = await page.request.post("/web/dataset/call_kw", {
        data: { jsonrpc: "2.0", params: { model, method, args, kwargs } },
    });
    const { result, error } = await answer.json();
    if (error) {
        throw new Error(`${model}.${method}: ${error.data.message}`);
    }
    return result;
}

async function signIn(page, login) {
    await page.goto("/web/login");
    await page.fill("input[name=login]", login);
    await page.fill("input[name=password]", login);
    await page.click("button[type=submit]");
    await page.waitForSelector(".o_web_client");
}

/** Odoo's Community Edition has the dark style sheet, but no switch: this puts it into the page. */
async function darken(page, address) {
    await page.context().addCookies([{ name: "color_scheme", value: "dark", url: address }]);
    await page.route(/\/odoo/, async (route) => {
        if (route.request().resourceType() !== "document") {
            return route.continue();
        }
        const response = await route.fetch();
        const html = await response.text();
        const dark = html.replace(
            /\/web\/assets\/[^/"]+\/web\.assets_web(\.min)?\.css/g,
            "/web/assets/any/web.assets_web_dark$1.css"
        );
        return route.fulfill({ response, body: dark });
    });
}

/**
 * Do something as a user in a language, and give the user the language back.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {{ address: string, login: string, language: string, device?: Object, scheme?: string }}
 *  who
 * @param {(page: import("playwright-core").Page) => Promise} act
 */
async function asUser(browser, { address, login, language, device = DESKTOP, scheme }, act) {
    // A service worker would fetch pages past what darkens them.
    const options = { baseURL: address, serviceWorkers: "block", ...device };
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await signIn(page, login);
    const [user] = await call(page, "res.users", "search_read", [
        [["login", "=", login]],
        ["lang"],
    ]);
    await call(page, "res.users", "write", [[user.id], { lang: language }]);
    try {
        if (scheme === "dark") {
            await darken(page, address);
        }
        await act(page);
    } finally {
        await call(page, "res.users", "write", [[user.id], { lang: user.lang }]);
        await context.close();
    }
}

/** @returns {Promise<number>} the letter of a type whose subject begins so */
async function findLetter(page, subject, type = "inbox") {
    const domain = [
        ["type", "=", type],
        ["subject", "=like", `${subject}%`],
    ];
    const [id] = await call(page, "iris.email", "search", [domain, 0, 1]);
    if (!id) {
        throw new Error(`There is no letter “${subject}”`);
    }
    return id;
}

module.exports = { DESKTOP, PHONE, asUser, call, findLetter };

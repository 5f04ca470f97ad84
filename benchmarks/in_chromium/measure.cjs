// node measure.cjs JSON: what a reader waits for, as one JSON object. Milliseconds are counted in
// the page, from what the user does to the frame of the browser in which the answer stands.
const { chromium } = require("playwright-core");
const { installStopwatch } = require("./stopwatch.cjs");
const { openApp, measureOpening } = require("./opening.cjs");
const { measureSwitching, measurePlainSwitching } = require("./switching.cjs");
const { measureLists } = require("./lists.cjs");

const WINDOW = { width: 1360, height: 780 };
const QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-sandbox",
];

/** Sign in, in a browser that has seen nothing yet, and come to rest in another app. */
async function enter(browser, { address, login }) {
    const context = await browser.newContext({ baseURL: address, viewport: WINDOW });
    await context.addInitScript(installStopwatch);
    const page = await context.newPage();
    await page.goto("/web/login");
    await page.fill("input[name=login]", login);
    await page.fill("input[name=password]", login);
    await page.click("button[type=submit]");
    await page.waitForSelector(".o_web_client");
    await page.goto("/odoo/discuss");
    await page.waitForSelector(".o-mail-Discuss");
    await page.waitForTimeout(3000); // the web client has asked for all that it asks for by itself
    return page;
}

async function main(options) {
    const browser = await chromium.launch({ executablePath: options.browser, args: QUIET });
    try {
        // The first visitor makes the server load what it keeps for all.
        const first = await enter(browser, options);
        await openApp(first);
        await first.context().close();

        const page = await enter(browser, options);
        const opening = await measureOpening(page);
        const switching = await measureSwitching(page);
        const lists = await measureLists(page, options);
        const plain = await measurePlainSwitching(page, options.plainAction);
        console.log(JSON.stringify({ opening, switching, lists, plain }));
    } finally {
        await browser.close();
    }
}

main(JSON.parse(process.argv[2])).catch((error) => {
    console.error(error);
    process.exitCode = 1;
});

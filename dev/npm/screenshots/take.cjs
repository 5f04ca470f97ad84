// node take.cjs CHROMIUM ADDRESS FOLDER [NAME]: the pictures of the README, from the running demo:
// each view in light and dark, in English and in Russian; with a name only those that have it.
const { chromium } = require("playwright-core");
const path = require("node:path");
const { asUser, call, DESKTOP, PHONE } = require("./session.cjs");
const { withDarkColours } = require("./dark_theme.cjs");
const { letterViews, phoneViews } = require("./letter_views.cjs");
const { accountViews, cardViews, analysisViews } = require("./other_views.cjs");

const LANGUAGES = { en: "en_US", ru: "ru_RU" };
// The password of a demo user is the login.
const READER = "anna";
const ADMINISTRATOR = "admin";
const NEW_LETTERS = 6;
const QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-sandbox",
];

/** Who sees what, in which window. */
const PARTS = [
    { login: READER, device: DESKTOP, views: { ...letterViews, ...cardViews, ...analysisViews } },
    { login: READER, device: PHONE, views: phoneViews },
    { login: ADMINISTRATOR, device: DESKTOP, views: accountViews },
];

/** Load what waits on the server, and read all but the newest letters, as if at work. */
async function prepare(page) {
    await page.goto("/odoo/letters");
    await page.waitForSelector(".o_iris_check_mail:enabled");
    await page.click(".o_iris_check_mail:enabled");
    await page.waitForSelector(".o_iris_check_mail:disabled");
    await page.waitForSelector(".o_iris_check_mail:enabled", { timeout: 120000 });
    const ids = await call(page, "iris.email", "search", [[["type", "=", "inbox"]]]);
    await call(page, "iris.email", "mark_unread", [ids.slice(0, NEW_LETTERS)]);
    await call(page, "iris.email", "mark_read", [ids.slice(NEW_LETTERS)]);
}

/** Wait for fonts, pictures and the last animation; Odoo's page never stops talking to the server. */
async function settle(page) {
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(800);
}

/** Odoo's bot greets whoever comes for the first time. */
async function closeChats(page) {
    for (const button of await page.locator(".o-mail-ChatWindow-header .oi-close").all()) {
        await button.click();
    }
}

function getName(view, language, scheme) {
    return [view, language, scheme === "dark" && "dark"].filter(Boolean).join("-");
}

/** Take the views of a part that are wanted, in each language. */
async function takePart(browser, { login, device, views }, { address, folder, scheme, only }) {
    const wanted = Object.entries(views).filter(([name]) => !only || name === only);
    for (const [language, code] of wanted.length ? Object.entries(LANGUAGES) : []) {
        const who = { address, login, device, scheme, language: code };
        await asUser(browser, who, async (page) => {
            for (const [name, show] of wanted) {
                const shown = await show(page, language);
                await closeChats(page);
                await page.mouse.move(0, device.viewport.height - 1);
                await settle(page);
                const file = `${getName(name, language, scheme)}.png`;
                await page.screenshot({ path: path.join(folder, file) });
                console.log(file);
                await shown?.leave();
            }
        });
    }
}

async function takeAll(browser, options) {
    const { address } = options;
    const takeParts = async (scheme) => {
        for (const part of PARTS) {
            await takePart(browser, part, { ...options, scheme });
        }
    };
    await asUser(browser, { address, login: READER, language: LANGUAGES.en }, prepare);
    await takeParts("light");
    const administrator = { address, login: ADMINISTRATOR, language: LANGUAGES.en };
    await asUser(browser, administrator, (page) =>
        withDarkColours(page, () => takeParts("dark"))
    );
}

async function main(executablePath, address, folder, only) {
    const browser = await chromium.launch({ executablePath, args: QUIET });
    try {
        await takeAll(browser, { address, folder, only });
    } finally {
        await browser.close();
    }
}

main(...process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exitCode = 1;
});

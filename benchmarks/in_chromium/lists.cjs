const { measure, read } = require("./stopwatch.cjs");

const ROUNDS = 3;
const PAGE = 60;
const DEEP_PAGE = 50;

/** Milliseconds until other letters stand in the list. */
async function untilOthers(page, type, act) {
    const former = await read(page, "rows");
    const time = await measure(page, { probe: "rows", former, type }, act);
    await page.waitForTimeout(800);
    return time;
}

const clickFolder = (page, name) =>
    untilOthers(page, "click", () => page.click(`.o_iris_place[data-folder=${name}]`));

/** Type into the search, choose what it offers for a field, and take it away again. */
async function search(page, text, field) {
    await page.locator(".o_searchview_input").fill(text);
    const offers = page.locator(".o_searchview_autocomplete .o-dropdown-item", { hasText: field });
    await offers.first().waitFor();
    await page.waitForTimeout(500); // until the offers move no more
    const time = await untilOthers(page, "click", () => offers.first().click());
    await untilOthers(page, "click", () => page.click(".o_facet_remove"));
    return time;
}

/** Go to a page by its number, and back. */
async function goToPage(page, number) {
    const go = async (first) => {
        await page.click(".o_pager_value");
        await page.locator("input.o_pager_value").fill(`${first}-${first + PAGE - 1}`);
        return untilOthers(page, "keydown", () => page.keyboard.press("Enter"));
    };
    const time = await go((number - 1) * PAGE + 1);
    await go(1);
    return time;
}

async function repeat(act) {
    const times = [];
    for (let round = 0; round < ROUNDS; round++) {
        times.push(await act());
    }
    return times;
}

/** Searching, folders, and deep pages, with conversations folded and unfolded. */
async function measureLists(page, { word, sender }) {
    await page.keyboard.press("u"); // closes the letter
    const found = {
        folder: await repeat(async () => {
            const time = await clickFolder(page, "sent");
            await clickFolder(page, "inbox");
            return time;
        }),
        search_word: await repeat(() => search(page, word, "Letter")),
        search_sender: await repeat(() => search(page, sender, "From")),
        deep_page_folded: await repeat(() => goToPage(page, DEEP_PAGE)),
    };
    await untilOthers(page, "click", () => page.click(".o_iris_toggle_conversations"));
    found.deep_page_unfolded = await repeat(() => goToPage(page, DEEP_PAGE));
    await untilOthers(page, "click", () => page.click(".o_iris_toggle_conversations"));
    return found;
}

module.exports = { measureLists };

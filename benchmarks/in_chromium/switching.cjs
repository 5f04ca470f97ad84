const { measure, read, withShifts } = require("./stopwatch.cjs");

const LETTERS = 30;
// Somebody who skims looks at a letter for so long.
const GLANCE = 400;

/** Press a key that goes to another letter, so many times. */
async function step(page, key, pause) {
    const times = [];
    for (let number = 0; number < LETTERS; number++) {
        const former = await read(page, "letter");
        const what = { probe: "letter", former, type: "keydown" };
        times.push(await measure(page, what, () => page.keyboard.press(key)));
        await page.waitForTimeout(pause);
    }
    return times;
}

/** In the opened app: the first letter, then one after the other, with pauses and without. */
async function measureSwitching(page) {
    const found = { shifts: {} };
    found.shifts.first = await withShifts(page, async () => {
        const what = { probe: "letter", type: "keydown" };
        found.first = await measure(page, what, () => page.keyboard.press("j"));
    });
    await page.waitForTimeout(1500);
    found.shifts.steps = await withShifts(page, async () => {
        found.paused = await step(page, "j", GLANCE);
    });
    found.hurried = await step(page, "k", 0);
    return found;
}

/** The same with Odoo's plain list and form: open a letter, then go on with the pager. */
async function measurePlainSwitching(page, action) {
    await page.goto(`/odoo/action-${action}`);
    await page.waitForSelector(".o_data_row");
    await page.waitForTimeout(1500);
    const found = { paused: [] };
    found.first = await measure(page, { probe: "plainLetter", type: "click" }, () =>
        page.locator(".o_data_row td[name=subject]").first().click()
    );
    for (let number = 0; number < LETTERS; number++) {
        await page.waitForTimeout(GLANCE);
        const former = await read(page, "plainLetter");
        const what = { probe: "plainLetter", former, type: "click" };
        found.paused.push(await measure(page, what, () => page.click(".o_pager_next")));
    }
    return found;
}

module.exports = { measureSwitching, measurePlainSwitching };

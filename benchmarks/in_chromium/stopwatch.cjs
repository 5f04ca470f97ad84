/**
 * Runs in the page, before its own scripts: `stopwatch` measures from an event of the user to the
 * frame in which something is to be seen, and adds up what jumped meanwhile.
 */
function installStopwatch() {
    if (window !== window.top) {
        return;
    }
    const shifts = { cls: 0, all: 0 };
    new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) {
            shifts.all += value;
            shifts.cls += hadRecentInput ? 0 : value;
        }
    }).observe({ type: "layout-shift", buffered: true });

    let began = 0;
    const begin = (ev) => (began = ev.timeStamp);
    const probes = {
        /** The ids of the rows, or nothing while there are none. */
        rows: () => [...document.querySelectorAll(".o_iris_row")].map((row) => row.dataset.id).join(),

        /** The opened letter, as soon as its row, its subject and its text can be seen. */
        letter() {
            const row = document.querySelector(".o_iris_row.o_opened");
            const id = row?.dataset.id;
            const frame = document.querySelector(
                `.o_iris_letter_body:not(.o_iris_letter_waiting) iframe[src*="/letter/${id}/body"]`
            );
            const subject = document.querySelector(".o_iris_subject h2")?.innerText.trim();
            const isShown =
                frame?.offsetHeight > 0 &&
                frame.contentDocument?.body?.innerText.trim() &&
                frame.contentDocument.readyState === "complete" &&
                subject === row.querySelector(".o_iris_row_subject").innerText.trim();
            return isShown ? id : "";
        },

        plainRows: () =>
            [...document.querySelectorAll(".o_data_row")].map((row) => row.innerText).join("\n"),

        plainLetter() {
            const subject = document.querySelector(".o_form_view .o_field_widget[name=subject]");
            const text = document.querySelector(".o_form_view .o_field_widget[name=body_text]");
            const isShown = subject?.innerText.trim() && text?.innerText.trim();
            return isShown ? subject.innerText + text.innerText : "";
        },
    };

    window.stopwatch = {
        shifts,
        read: (probe) => probes[probe](),

        /**
         * @param {string} probe name of what shall be something else than `former`
         * @param {string} former
         * @param {string} type the event that starts the clock; it has yet to come
         * @returns {Promise<number>} milliseconds
         */
        start(probe, former, type) {
            window.addEventListener(type, begin, { capture: true, once: true });
            began = 0;
            this.answer = new Promise((resolve) => {
                const look = () => {
                    const now = began && probes[probe]();
                    if (now && now !== former) {
                        // What stands at the beginning of a frame is painted at its end.
                        const channel = new MessageChannel();
                        channel.port1.onmessage = () => resolve(performance.now() - began);
                        channel.port2.postMessage(undefined);
                    } else {
                        requestAnimationFrame(look);
                    }
                };
                requestAnimationFrame(look);
            });
        },
    };
}

/**
 * @param {import("playwright-core").Page} page
 * @param {{ probe: string, former?: string, type: string }} what see `stopwatch.start`
 * @param {() => Promise} act what the user does
 * @returns {Promise<number>} milliseconds
 */
async function measure(page, { probe, former = "", type }, act) {
    await page.evaluate(([...all]) => window.stopwatch.start(...all), [probe, former, type]);
    await act();
    const limit = setTimeout(() => page.close(), 60000); // so that a change that never comes ends
    const time = await page.evaluate(() => window.stopwatch.answer);
    clearTimeout(limit);
    return time;
}

const read = (page, probe) => page.evaluate((name) => window.stopwatch.read(name), probe);

/** @returns {Promise<{ cls: number, all: number }>} what jumped while something was done */
async function withShifts(page, act) {
    const before = await page.evaluate(() => ({ ...window.stopwatch.shifts }));
    await act();
    await page.waitForTimeout(600);
    const after = await page.evaluate(() => ({ ...window.stopwatch.shifts }));
    return { cls: after.cls - before.cls, all: after.all - before.all };
}

module.exports = { installStopwatch, measure, read, withShifts };

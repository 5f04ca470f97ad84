import { browser } from "@web/core/browser/browser";
import { getPageUrl } from "../letter_body/letter_frame";

// Only the page that is made for printing may open the browser's dialog.
const SANDBOX = "allow-same-origin allow-modals";

// Whoever has not closed the dialog by then has printed from a copy that the browser made.
const LONGEST_PRINT = 10 * 60 * 1000;

/**
 * Print a letter from a frame that nobody sees.
 *
 * @param {Object} params what `getPageUrl` takes
 * @returns {Promise<boolean>} whether there was something to print
 */
export function printLetter(params) {
    const frame = document.createElement("iframe");
    frame.className = "o_iris_print_frame";
    frame.setAttribute("sandbox", SANDBOX);
    frame.setAttribute("aria-hidden", "true");
    frame.tabIndex = -1;
    frame.src = getPageUrl({ ...params, isDark: false, isPrinted: true });
    return new Promise((resolve) => {
        frame.addEventListener("load", () => {
            const isLetter =
                frame.contentDocument?.documentElement.dataset.irisLetter !== undefined;
            if (isLetter) {
                frame.contentWindow.addEventListener("afterprint", () => frame.remove());
                browser.setTimeout(() => frame.remove(), LONGEST_PRINT);
                frame.contentWindow.print();
            } else {
                frame.remove();
            }
            resolve(isLetter);
        });
        document.body.append(frame);
    });
}

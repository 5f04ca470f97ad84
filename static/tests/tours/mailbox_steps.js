/**
 * Steps that several tours of the three panes take. All triggers go by names and classes, so that
 * the tours run in every language; steps for one kind of screen are left out on the other.
 */

export const READER = ".o_iris_reader";

/** Nothing may be wider than its pane. */
export const FITS = {
    content: "Nothing is wider than its pane",
    trigger: ".o_iris_mailbox",
    run() {
        const panes =
            ".o_action_manager, .o_content, .o_iris_letters, .o_iris_rows, .o_iris_reader_pane";
        for (const pane of document.querySelectorAll(panes)) {
            if (pane.scrollWidth > pane.clientWidth + 1) {
                throw new Error(`${pane.className}: ${pane.scrollWidth} > ${pane.clientWidth}`);
            }
        }
    },
};

/**
 * @param {string} subject
 * @param {string} [conditions] further ones, as a selector
 * @returns {string} the selector of a row of the list
 */
export function row(subject, conditions = "") {
    return `.o_iris_row${conditions}:has(.o_iris_row_subject:contains(${subject}))`;
}

/**
 * @param {string} subject
 * @returns {Object[]} steps that open a letter from the list
 */
export function openLetter(subject) {
    return [
        {
            content: `Open the letter ${subject}`,
            trigger: `${row(subject)} .o_iris_row_open`,
            run: "click",
        },
        { content: "It is shown", trigger: `${READER} h2:contains(${subject})` },
    ];
}

/** On phones the letter covers the list. */
export const BACK_TO_LIST = {
    content: "Back to the list",
    trigger: ".o_iris_back",
    run: "click",
    isActive: ["mobile"],
};

/** @returns {string} the selector of the text of the letter that is shown, or of a part of it */
export function inText(selector) {
    const shown = `${READER} .o_iris_frames .o_iris_letter_body:not(.o_iris_letter_waiting)`;
    return `${shown} .o_iris_letter_frame:iframe ${selector}`;
}

/**
 * @param {string} name `data-name` of the item
 * @returns {Object[]} steps that choose something from the reader's menu
 */
export function choose(name) {
    return [
        { content: "Open the menu of the letter", trigger: ".o_iris_more", run: "click" },
        {
            content: `Choose ${name}`,
            trigger: `.o-dropdown-item[data-name=${name}]`,
            run: "click",
        },
    ];
}

/**
 * @param {string} name as the browser calls the key
 * @param {string} content
 * @returns {Object} a step that presses a key while a letter is shown
 */
export function key(name, content) {
    return { content, trigger: `body:not(:has(.o_dialog)) ${READER} h2`, run: `press ${name}` };
}

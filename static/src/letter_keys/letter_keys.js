import { useExternalListener } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useService } from "@web/core/utils/hooks";
import { LETTER_KEYS } from "./key_list";
import { LetterKeysDialog } from "./letter_keys_dialog";

// After "g", the name of a folder is waited for so long.
const SEQUENCE_TIME = 1500;

const SEQUENCES = Object.fromEntries(
    LETTER_KEYS.filter(({ shown }) => shown.startsWith("g ")).map(({ action, shown }) => [
        shown.slice(2),
        action,
    ])
);

// What Odoo's hotkeys do not know. A Russian keyboard has "№" where others have "#".
const PUNCTUATION = { "?": "help", "/": "search", "#": "trash", "№": "trash" };

// What the key of the slash writes there, without and with Shift.
const CYRILLIC_SLASH = { ".": "search", ",": "help" };

/**
 * Let the keys of the mail client work while a component is there. They rest while the user
 * types, and while a dialog is open.
 *
 * @param {Object<string, () => void>} actions by names of `LETTER_KEYS`
 */
export function useLetterKeys(actions) {
    const dialog = useService("dialog");
    const ui = useService("ui");
    let sequenceStart = 0;

    const all = { help: () => dialog.add(LetterKeysDialog), ...actions };

    /** @param {string} key a letter */
    function isSequence(key) {
        const isStarted = Date.now() - sequenceStart < SEQUENCE_TIME;
        sequenceStart = 0;
        return isStarted && key in SEQUENCES;
    }

    function press(key, action) {
        all[isSequence(key) ? SEQUENCES[key] : action]?.();
    }

    const single = LETTER_KEYS.filter(({ hotkey }) => hotkey);
    for (const { action, hotkey } of single) {
        const allowRepeat = ["next", "previous"].includes(action);
        useHotkey(hotkey, () => press(hotkey, action), { allowRepeat, isAvailable });
    }
    for (const key of Object.keys(SEQUENCES)) {
        if (!single.some(({ hotkey }) => hotkey === key)) {
            useHotkey(key, () => press(key), { isAvailable });
        }
    }
    useHotkey("g", () => (sequenceStart = Date.now()), { isAvailable });

    useExternalListener(window, "keydown", (ev) => {
        const action = getPunctuationAction(ev);
        if (action && !isTyping(ev.target) && ui.activeElement === document && isAvailable()) {
            ev.preventDefault();
            all[action]?.();
        }
    });
}

/** By what is printed on the key, or by its place on a keyboard with Cyrillic letters. */
function getPunctuationAction(ev) {
    if (ev.altKey || ev.ctrlKey || ev.metaKey || ev.isComposing || ev.repeat) {
        return "";
    }
    if (ev.code === "Slash" && ev.key in CYRILLIC_SLASH) {
        return CYRILLIC_SLASH[ev.key];
    }
    return PUNCTUATION[ev.key] || "";
}

/** @returns {boolean} whether no menu lies above the letters: it has keys of its own */
function isAvailable() {
    return !document.querySelector(".o-dropdown--menu");
}

function isTyping(target) {
    return (
        target instanceof HTMLElement &&
        (target.isContentEditable ||
            (target.matches("input, textarea, select") &&
                !target.matches("input[type=checkbox], input[type=radio]")))
    );
}

import { _t } from "@web/core/l10n/translation";

/**
 * The keys of the mail client, as Gmail and others have them. `hotkey` is what Odoo's hotkey
 * service calls the key, if it knows it.
 *
 * @typedef {{ action: string, shown: string, hotkey?: string, label: () => string }} LetterKey
 * @type {LetterKey[]}
 */
export const LETTER_KEYS = [
    { action: "next", shown: "j", hotkey: "j", label: () => _t("Next letter") },
    { action: "previous", shown: "k", hotkey: "k", label: () => _t("Previous letter") },
    { action: "open", shown: "o", hotkey: "o", label: () => _t("Open the letter's card") },
    { action: "close", shown: "u", hotkey: "u", label: () => _t("Back to the list") },
    { action: "reply", shown: "r", hotkey: "r", label: () => _t("Reply") },
    { action: "replyAll", shown: "a", hotkey: "a", label: () => _t("Reply to all") },
    { action: "forward", shown: "f", hotkey: "f", label: () => _t("Forward") },
    { action: "star", shown: "s", hotkey: "s", label: () => _t("Set or take away the star") },
    { action: "select", shown: "x", hotkey: "x", label: () => _t("Select the letter") },
    { action: "trash", shown: "#", label: () => _t("Move to trash") },
    {
        action: "done",
        shown: "e",
        hotkey: "e",
        label: () => _t("Done: mark as read and go to the next letter"),
    },
    { action: "unread", shown: "Shift+U", hotkey: "shift+u", label: () => _t("Mark as unread") },
    { action: "compose", shown: "c", hotkey: "c", label: () => _t("New letter") },
    { action: "search", shown: "/", label: () => _t("Search") },
    { action: "goInbox", shown: "g i", label: () => _t("Go to the inbox") },
    { action: "goUnread", shown: "g u", label: () => _t("Go to unread letters") },
    { action: "goImportant", shown: "g s", label: () => _t("Go to important letters") },
    { action: "goDrafts", shown: "g d", label: () => _t("Go to drafts") },
    { action: "goSent", shown: "g t", label: () => _t("Go to sent letters") },
    { action: "help", shown: "?", label: () => _t("Show this list") },
];

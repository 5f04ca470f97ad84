import { _t } from "@web/core/l10n/translation";

/**
 * The folders of letters: each is a search with a name, which stands in the address of the page.
 *
 * @typedef {Object} Folder
 * @property {string} name
 * @property {() => string} label
 * @property {string} icon
 * @property {Array} domain
 * @property {string} [writes] the type of a letter that is begun in there
 */

/** @type {Folder[]} */
export const FOLDERS = [
    { name: "inbox", label: () => _t("Inbox"), icon: "fa-inbox", domain: byType("inbox") },
    {
        name: "unread",
        label: () => _t("Unread"),
        icon: "fa-envelope",
        domain: [["is_unread", "=", true]],
    },
    {
        name: "important",
        label: () => _t("Important"),
        icon: "fa-star",
        domain: [["is_important", "=", true]],
    },
    { name: "drafts", label: () => _t("Drafts"), icon: "fa-pencil", domain: byType("draft") },
    {
        name: "outgoing",
        label: () => _t("Outgoing"),
        icon: "fa-clock-o",
        domain: byType("outbox"),
        writes: "outbox",
    },
    { name: "sent", label: () => _t("Sent"), icon: "fa-paper-plane", domain: byType("sent") },
    {
        name: "templates",
        label: () => _t("Templates"),
        icon: "fa-file-text-o",
        domain: byType("template"),
        writes: "template",
    },
    { name: "all", label: () => _t("All letters"), icon: "fa-archive", domain: [] },
    {
        name: "trash",
        label: () => _t("Trash"),
        icon: "fa-trash-o",
        domain: [["is_trashed", "=", true]],
    },
];

export const FIRST_FOLDER = "inbox";

/**
 * @param {string} name
 * @returns {Folder | undefined}
 */
export function getFolder(name) {
    return FOLDERS.find((folder) => folder.name === name);
}

function byType(type) {
    return [["type", "=", type]];
}

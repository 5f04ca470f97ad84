import { reactive, useState } from "@odoo/owl";
import { user } from "@web/core/user";

// Where the server keeps them: fields of res.users.settings.
const FIELDS = {
    conversations: "iris_email_conversations",
    density: "iris_email_density",
    readSeconds: "iris_email_read_seconds",
    desktopNotifications: "iris_email_desktop_notifications",
};

/**
 * @typedef {Object} MailSettings how the user wants to see letters
 * @property {boolean} conversations whether the list folds the letters of a conversation
 * @property {"comfortable" | "compact"} density
 * @property {number} readSeconds how long a letter is shown before it counts as read; 0: at once,
 *  -1: only the user marks letters
 * @property {boolean} desktopNotifications whether the browser tells of new letters
 */

/** @type {MailSettings} */
const settings = reactive({});

/** @returns {MailSettings} reactive: they may change at any time */
export function getMailSettings() {
    const stored = user.settings;
    return Object.assign(settings, {
        conversations: stored[FIELDS.conversations] ?? true,
        density: stored[FIELDS.density] || "comfortable",
        readSeconds: stored[FIELDS.readSeconds] ?? 0,
        desktopNotifications: stored[FIELDS.desktopNotifications] ?? false,
    });
}

/** @returns {MailSettings} the component is rendered again when what it uses of them changes */
export function useMailSettings() {
    return useState(getMailSettings());
}

/**
 * Save what differs from the settings so far.
 *
 * @param {Partial<MailSettings>} changes
 */
export async function saveMailSettings(changes) {
    const current = { ...getMailSettings() };
    for (const [name, value] of Object.entries(changes)) {
        if (value !== current[name]) {
            await user.setUserSettings(FIELDS[name], value);
        }
    }
    getMailSettings();
}

/**
 * Take over what was saved in another tab.
 *
 * @param {Object} values as the server has them, maybe with settings that are not ours
 */
export function noteSavedSettings(values) {
    for (const field of Object.values(FIELDS)) {
        if (field in values) {
            user.updateUserSettings(field, values[field]);
        }
    }
    getMailSettings();
}

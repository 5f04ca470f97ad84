import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { plural } from "../core/plural";
import { getMailSettings } from "../mail_settings/mail_settings";

// Letters of several mailboxes that come together are told together. This is also the time in
// which a tab that shows them already can say so.
const COLLECT_TIME = 3000;

// How many letters a notification names.
const MOST_NAMED = 4;

const ICON = "/iris_email/static/description/icon.png";

// Notifications with the same tag replace each other.
const TAG = "iris_email";

// When the user had new letters before their eyes last, in any tab of this browser.
const SEEN_KEY = "iris_email.seen";

/** Tells of new letters outside of the browser's window, if the user wants that. */
export class DesktopNotifier {
    /**
     * @param {Object} params
     * @param {import("@web/core/orm_service").ORM} params.orm
     * @param {{ isOnMainTab: () => Promise<boolean> }} params.multiTab
     * @param {(id: number) => void} params.openLetter
     * @param {() => void} params.openApp
     */
    constructor({ orm, multiTab, openLetter, openApp }) {
        Object.assign(this, { orm: orm.silent, multiTab, openLetter, openApp });
        this.waiting = 0;
        this.shown = undefined; // the notification that is on the desktop
        this.shownCount = 0;
    }

    get isWanted() {
        const isAllowed = browser.Notification?.permission === "granted";
        return isAllowed && getMailSettings().desktopNotifications;
    }

    /** New letters have come. */
    add(count) {
        if (!this.isWanted) {
            return;
        }
        if (!this.waiting) {
            browser.setTimeout(() => this.tell(), COLLECT_TIME);
        }
        this.waiting += count;
    }

    /** The user is looking at letters in this tab, so no tab needs to tell of the latest. */
    noteSeen() {
        browser.localStorage.setItem(SEEN_KEY, Date.now());
    }

    get isSeen() {
        return Date.now() - Number(browser.localStorage.getItem(SEEN_KEY)) < 2 * COLLECT_TIME;
    }

    async tell() {
        const count = this.waiting;
        this.waiting = 0;
        if (!this.isWanted || this.isSeen || !(await this.multiTab.isOnMainTab())) {
            return;
        }
        const total = this.shownCount + count;
        const letters = await this.orm.call("iris.email", "get_latest", [], {
            limit: Math.min(total, MOST_NAMED),
        });
        if (letters.length) {
            this.show(letters, total);
        }
    }

    show(letters, count) {
        const isOne = letters.length === 1;
        const title = isOne ? letters[0].sender_name : getTitle(count);
        const body = isOne
            ? [getSubject(letters[0]), letters[0].preview].filter(Boolean).join("\n")
            : letters.map((letter) => `${letter.sender_name}: ${getSubject(letter)}`).join("\n");
        let notification;
        try {
            notification = new browser.Notification(title, { body, icon: ICON, tag: TAG });
        } catch {
            return; // browsers on Android have them for service workers only
        }
        Object.assign(this, { shown: notification, shownCount: count });
        notification.addEventListener("close", () => this.forget(notification));
        notification.addEventListener("click", () => {
            window.focus();
            notification.close();
            this.forget(notification);
            return isOne ? this.openLetter(letters[0].id) : this.openApp();
        });
    }

    /** The user has dealt with a notification, so the next one counts anew. */
    forget(notification) {
        if (this.shown === notification) {
            Object.assign(this, { shown: undefined, shownCount: 0 });
        }
    }
}

function getTitle(count) {
    return plural(count, _t("%(count)s new letter|%(count)s new letters"));
}

function getSubject({ subject }) {
    return subject || _t("(no subject)");
}

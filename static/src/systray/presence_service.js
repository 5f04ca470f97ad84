import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { noteSavedSettings } from "../mail_settings/mail_settings";
import { showAppBadge } from "./app_badge";
import { DesktopNotifier } from "./desktop_notifier";

const GROUP = "iris_email.group_user";
const APP = "iris_email.iris_email_menu_root";
const ACTION = "iris_email.iris_email_action";

// The first numbers are asked for when the web client stands and a view of letters has had the
// time to ask for them.
const START_DELAY = 1000;

// A new letter reaches the clients of all its readers in the same moment: they ask at different
// times after it.
const SHORTEST_DELAY = 300;
const SPREAD = 4000;

// Numbers that are older are not believed when the user comes back to the tab.
const LONGEST_AGE = 5 * 60 * 1000;

// After these calls other letters are unread, whichever view made them.
const MARKING_METHODS = ["mark_read", "mark_unread", "action_mark_read", "action_mark_unread"];

/**
 * Keeps the number of unread letters right in all of Odoo, and tells of new ones. Does nothing for
 * users who have no mail.
 */
export class Presence {
    constructor(env, services) {
        this.letters = services["iris_email.letters"];
        this.checkMail = services["iris_email.check_mail"];
        this.action = services.action;
        this.menu = services.menu;
        this.isMailUser = false;
        // How many letters came since the user looked last.
        this.state = reactive({ arrived: 0 });
        this.notifier = new DesktopNotifier({
            orm: services.orm,
            multiTab: services.multi_tab,
            openLetter: (id) => this.letters.openCard(id),
            openApp: () => this.openApp(),
        });
    }

    start(env, bus) {
        this.isMailUser = true;
        showAppBadge(this.letters.counts);
        env.bus.addEventListener("WEB_CLIENT_READY", () => this.onReady(), { once: true });
        bus.subscribe("iris_email/new_letters", ({ count }) => this.onNewLetters(count));
        bus.subscribe("res.users.settings", (values) => noteSavedSettings(values));
        this.checkMail.bus.addEventListener("LETTERS", () => this.onChecked());
        rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => this.onResponse(detail));
        document.addEventListener("visibilitychange", () => this.onVisibilityChange());
    }

    openApp() {
        const app = this.menu.getApps().find(({ xmlid }) => xmlid === APP);
        return app
            ? this.menu.selectMenu(app)
            : this.action.doAction(ACTION, { clearBreadcrumbs: true });
    }

    /** The user has seen how many letters came. */
    noteSeen() {
        this.state.arrived = 0;
    }

    get isAppShown() {
        return document.hasFocus() && this.menu.getCurrentApp()?.xmlid === APP;
    }

    onReady() {
        browser.setTimeout(() => {
            if (!this.letters.countedAt) {
                this.letters.refreshCounts();
            }
        }, START_DELAY);
    }

    onNewLetters(count) {
        this.state.arrived += count;
        this.refreshSoon();
        if (this.isAppShown) {
            this.notifier.noteSeen();
        }
        this.notifier.add(count);
    }

    /** The user waits for what a check brings, and is told of it. */
    onChecked() {
        if (document.hasFocus()) {
            this.notifier.noteSeen();
        }
        this.letters.refreshCounts();
    }

    onResponse({ data, error }) {
        const { model, method } = data.params;
        if (!error && model === "iris.email" && MARKING_METHODS.includes(method)) {
            this.letters.refreshCounts();
        }
    }

    /** Tabs that nobody sees ask for nothing; they do so when they are seen again. */
    refreshSoon() {
        if (document.hidden) {
            this.letters.countedAt = 0;
            return;
        }
        this.timer ??= browser.setTimeout(
            () => {
                this.timer = undefined;
                this.letters.refreshCounts();
            },
            SHORTEST_DELAY + SPREAD * Math.random()
        );
    }

    onVisibilityChange() {
        if (!document.hidden && Date.now() - this.letters.countedAt > LONGEST_AGE) {
            this.letters.refreshCounts();
        }
    }
}

export const presenceService = {
    dependencies: [
        "action",
        "bus_service",
        "iris_email.check_mail",
        "iris_email.letters",
        "menu",
        "multi_tab",
        "orm",
    ],
    async start(env, services) {
        const presence = new Presence(env, services);
        // The session knows this: nobody waits for the server here.
        if (await user.hasGroup(GROUP)) {
            presence.start(env, services.bus_service);
        }
        return presence;
    },
};

registry.category("services").add("iris_email.presence", presenceService);

import { EventBus, reactive } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { debounce } from "@web/core/utils/timing";

const MODEL = "iris.email";

// Views that load together ask for the numbers once.
const COUNT_DELAY = 150;

// Time to read the sentence and to decide for Undo.
const UNDO_TIME = 10000;

/**
 * What all views of letters share: how many wait where, and the way into the trash and out of it.
 *
 * `bus` triggers "CHANGED" when letters left or came back.
 */
export class Letters {
    /**
     * @param {import("@web/core/orm_service").ORM} orm
     * @param {{ add: Function }} notification
     */
    constructor(orm, notification) {
        this.orm = orm;
        this.notification = notification;
        this.bus = new EventBus();
        this.counts = reactive({ unread: 0, mailboxes: {}, drafts: 0, outbox: 0, capped: false });
        this.keepLast = new KeepLast();
        this.refreshCounts = debounce(() => this._loadCounts(), COUNT_DELAY);
    }

    /** Nobody waits for this: the numbers come when they come. */
    async _loadCounts() {
        const counts = this.orm.silent.call(MODEL, "get_mail_counts", []);
        Object.assign(this.counts, await this.keepLast.add(counts));
    }

    /**
     * Move letters to the trash, and offer to take that back.
     *
     * @param {number[]} ids
     */
    async moveToTrash(ids) {
        await this._call("action_trash", ids);
        const message =
            ids.length === 1
                ? _t("The letter is in the trash.")
                : _t("Moved to the trash: %(count)s.", { count: ids.length });
        const undo = () => {
            close();
            return this._call("action_restore", ids);
        };
        const close = this.notification.add(message, {
            type: "success",
            autocloseDelay: UNDO_TIME,
            className: "o_iris_trashed",
            buttons: [{ name: _t("Undo"), icon: "fa-undo", onClick: undo }],
        });
    }

    /**
     * Take letters out of the trash.
     *
     * @param {number[]} ids
     */
    async restore(ids) {
        await this._call("action_restore", ids);
        const message =
            ids.length === 1
                ? _t("The letter is back where it was.")
                : _t("Taken out of the trash: %(count)s.", { count: ids.length });
        this.notification.add(message, { type: "success" });
    }

    /**
     * Delete letters that are in the trash. Whoever calls this has asked the user.
     *
     * @param {number[]} ids
     */
    async deleteForGood(ids) {
        await this._call("action_delete_for_good", ids);
        const message =
            ids.length === 1
                ? _t("The letter is deleted.")
                : _t("Deleted: %(count)s.", { count: ids.length });
        this.notification.add(message, { type: "info" });
    }

    async _call(method, ids) {
        await this.orm.call(MODEL, method, [ids]);
        this.bus.trigger("CHANGED");
        this.refreshCounts();
    }
}

export const lettersService = {
    dependencies: ["orm", "notification"],
    start(env, { orm, notification }) {
        return new Letters(orm, notification);
    },
};

registry.category("services").add("iris_email.letters", lettersService);

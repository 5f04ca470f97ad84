import { EventBus, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { debounce } from "@web/core/utils/timing";
import { plural } from "../core/plural";
import { ResponsibleDialog } from "./responsible_dialog";
import { SendingWatch } from "./sending_watch";

const MODEL = "iris.email";

// Views that load together ask for the numbers once.
const COUNT_DELAY = 150;

// Time to read the sentence and to decide for Undo.
const UNDO_TIME = 10000;

const TIME_FORMAT = { weekday: "short", ...luxon.DateTime.DATETIME_MED };

const WAITING_STATES = ["queued", "sending"];

/**
 * What all views of letters share: how many wait where, the way into the trash and out of it, and
 * the way of a letter that is sent.
 *
 * `bus` triggers "CHANGED" when letters left (`leftIds`) or came back, and "MARKED" when a mark of
 * letters (`ids`) has new `values`, which does not move them.
 */
export class Letters {
    /**
     * @param {import("@web/core/orm_service").ORM} orm
     * @param {{ add: Function }} notification
     * @param {{ doAction: Function }} action
     * @param {{ add: Function }} dialog
     */
    constructor(orm, notification, action, dialog) {
        this.orm = orm;
        this.notification = notification;
        this.action = action;
        this.dialog = dialog;
        this.bus = new EventBus();
        this.counts = reactive({
            unread: 0,
            places: [],
            drafts: 0,
            outbox: 0,
            capped: false,
        });
        this.countedAt = 0; // when the numbers were asked for last
        this.keepLast = new KeepLast();
        this.refreshCounts = debounce(() => this._loadCounts(), COUNT_DELAY);
        this.sendingWatch = new SendingWatch(orm.silent, notification, {
            onSettled: () => this.notifyChange(),
            openCard: (id) => this.openCard(id),
        });
    }

    /** Nobody waits for this: the numbers come when they come. */
    async _loadCounts() {
        this.countedAt = Date.now();
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
                : plural(
                      ids.length,
                      _t("%(count)s letter is in the trash.|%(count)s letters are in the trash.")
                  );
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
                : plural(
                      ids.length,
                      _t(
                          "%(count)s letter is back where it was.|%(count)s letters are back where they were."
                      )
                  );
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
                : plural(
                      ids.length,
                      _t("%(count)s letter is deleted.|%(count)s letters are deleted.")
                  );
        this.notification.add(message, { type: "info" });
    }

    async _call(method, ids) {
        const result = await this.orm.call(MODEL, method, [ids]);
        this.notifyChange(ids);
        return result;
    }

    /**
     * Tell all views that letters have changed so that lists must be loaded anew.
     *
     * @param {number[]} [leftIds] letters that are not where they were
     */
    notifyChange(leftIds = []) {
        this.bus.trigger("CHANGED", { leftIds });
        this.refreshCounts();
    }

    /**
     * Tell all views that values of letters have changed on the server.
     *
     * @param {number[]} ids
     * @param {Object} values as `web_read` gives them
     */
    noteMarks(ids, values) {
        this.bus.trigger("MARKED", { ids, values });
        if ("is_unread" in values) {
            this.refreshCounts();
        }
    }

    // -------------------------------------------------------------------------
    // Marks
    // -------------------------------------------------------------------------

    /**
     * Mark letters as read, or as unread again, for the user.
     *
     * @param {number[]} ids
     * @param {boolean} isUnread
     */
    async setUnread(ids, isUnread) {
        await this.orm.call(MODEL, isUnread ? "mark_unread" : "mark_read", [ids]);
        this.noteMarks(ids, { is_unread: isUnread });
    }

    /**
     * Give letters a star, or take it away.
     *
     * @param {number[]} ids
     * @param {boolean} isImportant
     */
    async setImportant(ids, isImportant) {
        await this.orm.write(MODEL, ids, { is_important: isImportant });
        this.noteMarks(ids, { is_important: isImportant });
    }

    /** Ask who shall be responsible for letters (guide F8). */
    askResponsible(ids) {
        const setResponsible = async (userId) => {
            await this.orm.write(MODEL, ids, { responsible_id: userId });
            this.notifyChange();
        };
        this.dialog.add(ResponsibleDialog, { count: ids.length, setResponsible });
    }

    /** Open the dialog that changes who may do what with letters (guide C6). */
    async changeAccess(ids) {
        const action = await this.orm.call(MODEL, "action_change_access", [ids]);
        return this.action.doAction(action, { onClose: () => this.notifyChange() });
    }

    // -------------------------------------------------------------------------
    // Writing
    // -------------------------------------------------------------------------

    /**
     * Begin a letter and open its card.
     *
     * @param {Object} values what is known of it
     */
    async compose(values) {
        const action = await this.orm.call(MODEL, "action_compose", [values]);
        return this.action.doAction(action);
    }

    /**
     * Begin a letter that goes on from another one, and open its card.
     *
     * @param {string} method `action_reply`, `action_reply_all`, `action_forward` or
     *  `action_edit_as_new`
     * @param {number} id
     */
    async answer(method, id) {
        const action = await this.orm.call(MODEL, method, [[id]]);
        return this.action.doAction(action);
    }

    openCard(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    // -------------------------------------------------------------------------
    // Sending
    // -------------------------------------------------------------------------

    /**
     * Put letters into the queue, and offer to take that back (guide F10).
     *
     * @param {number[]} ids
     * @param {luxon.DateTime} [sendAt] not before this time
     */
    async send(ids, sendAt) {
        const params = sendAt ? { send_at: serializeDateTime(sendAt) } : {};
        const { undo_seconds } = await this.orm.call(MODEL, "send_letters", [ids], params);
        this.notifyChange();
        const undoTime = 1000 * undo_seconds;
        let timer;
        if (undoTime) {
            timer = browser.setTimeout(() => {
                close();
                return this._release(ids);
            }, undoTime);
        }
        let isBusy = false;
        const undo = async () => {
            if (isBusy) {
                return;
            }
            isBusy = true;
            browser.clearTimeout(timer);
            try {
                await this.takeBack(ids);
            } catch (error) {
                isBusy = !(error instanceof ConnectionLostError);
                throw error;
            } finally {
                if (isBusy) {
                    close(); // without a connection it can be pressed again
                }
            }
        };
        const close = this.notification.add(getSendingMessage(ids.length, sendAt), {
            type: "info",
            autocloseDelay: undoTime || UNDO_TIME,
            className: "o_iris_sending",
            buttons: [{ name: _t("Undo"), icon: "fa-undo", onClick: undo }],
        });
    }

    /**
     * Make drafts of letters again that wait to be sent.
     *
     * @param {number[]} ids
     */
    async takeBack(ids) {
        try {
            await this._call("take_back", ids);
        } catch (error) {
            this.watch(ids, true); // they may be on their way, and who wanted them back is told
            throw error;
        }
        this.sendingWatch.forget(ids);
        if (ids.length === 1) {
            await this.openCard(ids[0]);
            return;
        }
        const message = plural(
            ids.length,
            _t(
                "%(count)s letter is not sent, and is a draft again.|%(count)s letters are not sent, and are drafts again."
            )
        );
        this.notification.add(message, { type: "success" });
    }

    /** End the time for second thoughts. The server does it by itself if this fails. */
    async _release(ids) {
        try {
            await this.orm.silent.call(MODEL, "release_letters", [ids]);
        } catch {
            // The connection is lost, or somebody else has taken the letters back.
        }
        this.watch(ids, true);
    }

    /**
     * Look from time to time what becomes of letters that are being sent, and trigger "CHANGED".
     *
     * @param {number[]} ids
     * @param {boolean} [isTold] whether to tell the user how it ended
     */
    watch(ids, isTold = false) {
        this.sendingWatch.watch(ids, isTold);
    }
}

function getSendingMessage(count, sendAt) {
    if (sendAt) {
        return _t("Will be sent: %(time)s.", { time: sendAt.toLocaleString(TIME_FORMAT) });
    }
    return count === 1
        ? _t("Sending…")
        : plural(count, _t("Sending %(count)s letter…|Sending %(count)s letters…"));
}

/**
 * @param {{ type: string, state: string | false }} letter
 * @returns {boolean} whether it waits in the queue, or is on its way
 */
export function isOnItsWay({ type, state }) {
    return type === "outbox" && WAITING_STATES.includes(state);
}

/**
 * @param {{ type: string, state: string | false, send_attempts: number }} letter
 * @returns {boolean} whether it will be known soon what becomes of it: one that the server did not
 *  take yet waits for hours
 */
export function isSettledSoon(letter) {
    return isOnItsWay(letter) && (letter.state === "sending" || !letter.send_attempts);
}

/** @returns {boolean} whether Send makes sense for a letter */
export function isToSend(letter) {
    return ["draft", "outbox"].includes(letter.type) && !isOnItsWay(letter);
}

/** @returns {boolean} whether a letter can be answered and passed on */
export function isAnswerable({ type }) {
    return ["inbox", "sent"].includes(type);
}

export const lettersService = {
    dependencies: ["orm", "notification", "action", "dialog"],
    start(env, { orm, notification, action, dialog }) {
        return new Letters(orm, notification, action, dialog);
    },
};

registry.category("services").add("iris_email.letters", lettersService);

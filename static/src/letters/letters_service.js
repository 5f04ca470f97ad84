import { EventBus, reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { debounce } from "@web/core/utils/timing";
import { plural } from "../core/plural";

const MODEL = "iris.email";

// Views that load together ask for the numbers once.
const COUNT_DELAY = 150;

// Time to read the sentence and to decide for Undo.
const UNDO_TIME = 10000;

// How long to wait between looks at letters that are being sent. After the last one it is enough.
const LOOKS = [1, 2, 2, 3, 3, 5, 5, 5, 10, 10, 15, 15, 30, 30, 30].map((seconds) => 1000 * seconds);

const TIME_FORMAT = { weekday: "short", ...luxon.DateTime.DATETIME_MED };

const WAITING_STATES = ["queued", "sending"];

/**
 * What all views of letters share: how many wait where, the way into the trash and out of it, and
 * the way of a letter that is sent.
 *
 * `bus` triggers "CHANGED" when letters left or came back.
 */
export class Letters {
    /**
     * @param {import("@web/core/orm_service").ORM} orm
     * @param {{ add: Function }} notification
     * @param {{ doAction: Function }} action
     */
    constructor(orm, notification, action) {
        this.orm = orm;
        this.notification = notification;
        this.action = action;
        this.bus = new EventBus();
        this.counts = reactive({
            unread: 0,
            mailboxes: {},
            places: [],
            drafts: 0,
            outbox: 0,
            capped: false,
        });
        this.countedAt = 0; // when the numbers were asked for last
        this.keepLast = new KeepLast();
        this.refreshCounts = debounce(() => this._loadCounts(), COUNT_DELAY);
        this.watched = new Map(); // id of a letter → whether the user is told what becomes of it
        this.looks = 0;
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
        this._notifyChange();
        return result;
    }

    _notifyChange() {
        this.bus.trigger("CHANGED");
        this.refreshCounts();
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
        this._notifyChange();
        const undoTime = 1000 * undo_seconds;
        let timer;
        if (undoTime) {
            timer = browser.setTimeout(() => {
                close();
                return this._release(ids);
            }, undoTime);
        }
        const undo = () => {
            browser.clearTimeout(timer);
            close();
            return this.takeBack(ids);
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
        ids.forEach((id) => this.watched.delete(id));
        await this._call("take_back", ids);
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
        const isIdle = !this.watched.size;
        const isNew = ids.some((id) => !this.watched.has(id));
        ids.forEach((id) => this.watched.set(id, isTold || this.watched.get(id) || false));
        if (isNew) {
            this.looks = 0;
        }
        if (isIdle && this.watched.size) {
            this._lookLater();
        }
    }

    _lookLater() {
        if (this.looks >= LOOKS.length) {
            this.watched.clear();
        }
        if (this.watched.size) {
            browser.setTimeout(() => this._look(), LOOKS[this.looks++]);
        }
    }

    async _look() {
        const ids = [...this.watched.keys()];
        let letters;
        try {
            const names = ["display_name", "type", "state", "send_attempts", "send_error"];
            letters = await this.orm.silent.searchRead(MODEL, [["id", "in", ids]], names);
        } catch {
            this.watched.clear();
            return;
        }
        const waiting = new Set(
            letters
                .filter(({ state, send_attempts }) => {
                    // One that the server did not take waits for its next attempt.
                    return state === "sending" || (state === "queued" && !send_attempts);
                })
                .map(({ id }) => id)
        );
        const settled = ids.filter((id) => !waiting.has(id));
        if (settled.length) {
            this._tell(letters.filter(({ id }) => settled.includes(id) && this.watched.get(id)));
            settled.forEach((id) => this.watched.delete(id));
            this._notifyChange();
        }
        this._lookLater();
    }

    /** Tell the user how it ended with letters. */
    _tell(letters) {
        const sent = letters.filter(({ type }) => type === "sent");
        if (sent.length) {
            const message =
                sent.length === 1
                    ? _t("The letter is sent.")
                    : plural(
                          sent.length,
                          _t("%(count)s letter is sent.|%(count)s letters are sent.")
                      );
            this.notification.add(message, { type: "success" });
        }
        for (const { id, display_name, state, send_error } of letters) {
            const reason = { letter: display_name, reason: send_error || "" };
            const message = {
                error: _t("“%(letter)s” is not sent. %(reason)s", reason),
                uncertain: _t("“%(letter)s” may have been sent, or not. %(reason)s", reason),
                queued: _t(
                    "“%(letter)s” is not sent yet, and will be tried again. %(reason)s",
                    reason
                ),
            }[state];
            if (!message) {
                continue;
            }
            const close = this.notification.add(message, {
                type: state === "error" ? "danger" : "warning",
                sticky: true,
                buttons: [
                    {
                        name: _t("Open"),
                        onClick: () => {
                            close();
                            return this.openCard(id);
                        },
                    },
                ],
            });
        }
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

/** @returns {boolean} whether Send makes sense for a letter */
export function isToSend(letter) {
    return ["draft", "outbox"].includes(letter.type) && !isOnItsWay(letter);
}

/** @returns {boolean} whether a letter can be answered and passed on */
export function isAnswerable({ type }) {
    return ["inbox", "sent"].includes(type);
}

export const lettersService = {
    dependencies: ["orm", "notification", "action"],
    start(env, { orm, notification, action }) {
        return new Letters(orm, notification, action);
    },
};

registry.category("services").add("iris_email.letters", lettersService);

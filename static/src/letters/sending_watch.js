import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { plural } from "../core/plural";

const MODEL = "iris.email";

// How long to wait between looks at letters that are being sent. After the last one it is enough.
const LOOKS = [1, 2, 2, 3, 3, 5, 5, 5, 10, 10, 15, 15, 30, 30, 30].map((seconds) => 1000 * seconds);

/** Looks from time to time what becomes of letters that are being sent, and tells the user. */
export class SendingWatch {
    /**
     * @param {import("@web/core/orm_service").ORM} orm nobody waits for its answers
     * @param {{ add: Function }} notification
     * @param {{ onSettled: () => void, openCard: (id: number) => Promise }} handlers
     */
    constructor(orm, notification, handlers) {
        this.orm = orm;
        this.notification = notification;
        this.handlers = handlers;
        this.watched = new Map(); // id of a letter → whether the user is told what becomes of it
        this.looks = 0;
    }

    /**
     * Begin to look at letters, or go on.
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

    /** @param {number[]} ids letters that are not being sent any more */
    forget(ids) {
        ids.forEach((id) => this.watched.delete(id));
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
            letters = await this.orm.searchRead(MODEL, [["id", "in", ids]], names);
        } catch {
            this._lookLater(); // the connection may come back
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
            this.handlers.onSettled();
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
                            return this.handlers.openCard(id);
                        },
                    },
                ],
            });
        }
    }
}

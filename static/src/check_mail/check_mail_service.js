import { EventBus, reactive } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { plural } from "../core/plural";

const MODEL = "iris.email.account";

// A mailbox whose steps bring nothing this often in a row is left for the next check.
const MOST_IDLE_STEPS = 3;

// Exceptions that carry a sentence for the user. All others are faults: Odoo's dialog shows them.
const SPOKEN_EXCEPTIONS = new Set([
    "odoo.exceptions.UserError",
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
]);

/**
 * Checks the user's mailboxes step by step (guide E2, E3). There is one run at a time in a
 * page, whichever button started it, and it goes on while the user moves between views.
 *
 * `bus` triggers "LETTERS" when a step brought new letters.
 */
export class CheckMail {
    /**
     * @param {import("@web/core/orm_service").ORM} orm
     * @param {{ add: Function }} notification
     */
    constructor(orm, notification) {
        this.orm = orm.silent;
        this.notification = notification;
        this.bus = new EventBus();
        this.state = reactive({ isRunning: false, done: 0, total: 0, address: "" });
        this.currentRun = null;
    }

    /**
     * Check all mailboxes that the user may read. If that is going on already, join it.
     *
     * @returns {Promise<void>} settled when the run is over
     * @throws {Error} faults of the server or the client; sentences for the user are shown instead
     */
    run() {
        this.currentRun ||= this._run().finally(() => {
            this.currentRun = null;
        });
        return this.currentRun;
    }

    async _run() {
        const result = { arrived: 0, quiet: [], failures: [] };
        Object.assign(this.state, { isRunning: true, done: 0, total: 0, address: "" });
        let sentence = "";
        try {
            const accounts = await this.orm.call(MODEL, "check_mail_start", []);
            await this._checkAccounts(accounts, result);
        } catch (error) {
            sentence = this._getSentence(error);
            if (!sentence) {
                throw error;
            }
        } finally {
            this.state.isRunning = false;
        }
        this._report(result, sentence);
    }

    /** Take steps in turn, so that a full mailbox does not make the others wait. */
    async _checkAccounts(accounts, result) {
        const waiting = accounts.map((account) => ({
            ...account,
            done: 0,
            remaining: 0,
            idleSteps: 0,
        }));
        const all = [...waiting];
        while (waiting.length) {
            const account = waiting.shift();
            this.state.address = account.address;
            const step = await this.orm.call(MODEL, "check_mail_step", [[account.id]]);
            account.done += step.processed;
            account.remaining = step.remaining;
            account.idleSteps = step.processed ? 0 : account.idleSteps + 1;
            this.state.done = sum(all, "done");
            this.state.total = this.state.done + sum(all, "remaining");
            if (step.new) {
                result.arrived += step.new;
                this.bus.trigger("LETTERS", { count: step.new });
            }
            if (this._isOver(account, step, result)) {
                account.remaining = 0;
            } else {
                waiting.push(account);
            }
        }
    }

    /** Tell whether a mailbox needs no further step, and note why if that is not for success. */
    _isOver(account, step, { quiet, failures }) {
        if (step.error) {
            failures.push({ address: account.address, sentence: step.error });
        } else if (step.busy) {
            quiet.push(account.address);
        } else if (!step.finished && account.idleSteps >= MOST_IDLE_STEPS) {
            const sentence = _t("The server makes no progress with this mailbox. Try again later.");
            failures.push({ address: account.address, sentence });
        } else {
            return step.finished;
        }
        return true;
    }

    /** @returns {string} what to tell the user of an error, or "" if it is a fault */
    _getSentence(error) {
        if (error instanceof ConnectionLostError) {
            return _t("The connection to Odoo was lost. Check mail again when it is back.");
        }
        if (error instanceof RPCError && SPOKEN_EXCEPTIONS.has(error.exceptionName)) {
            return error.data.message;
        }
        return "";
    }

    _report({ arrived, quiet, failures }, sentence) {
        if (arrived) {
            const message = plural(arrived, _t("%(count)s new letter.|%(count)s new letters."));
            this.notification.add(message, { type: "success" });
        } else if (!sentence && !quiet.length && !failures.length) {
            this.notification.add(_t("No new letters."), { type: "info" });
        }
        if (quiet.length) {
            const message = _t("Being checked already, its letters will show up: %(addresses)s", {
                addresses: quiet.join(", "),
            });
            this.notification.add(message, { type: "info" });
        }
        for (const failure of failures) {
            const message = `${failure.address}: ${failure.sentence}`;
            this.notification.add(message, { type: "warning", sticky: true });
        }
        if (sentence) {
            this.notification.add(sentence, { type: "warning", sticky: true });
        }
    }
}

function sum(items, key) {
    return items.reduce((total, item) => total + item[key], 0);
}

export const checkMailService = {
    dependencies: ["orm", "notification"],
    start(env, { orm, notification }) {
        return new CheckMail(orm, notification);
    },
};

registry.category("services").add("iris_email.check_mail", checkMailService);

import { reactive } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";

// So long after the last key, what is written is saved.
const PAUSE = 2000;
const RETRY_PAUSE = 10000;

/**
 * Saves the letter that is being written, without a word: the editor keeps its caret and its
 * history, and an address that is being typed stays as it is.
 */
export class Autosave {
    /**
     * @param {Object} params
     * @param {() => Object} params.getLetter the record
     * @param {() => boolean} params.isWriting
     */
    constructor({ getLetter, isWriting }) {
        this.getLetter = getLetter;
        this.isWriting = isWriting;
        // idle, waiting, saving, saved or failed
        this.state = reactive({ status: "idle", sentence: "" });
    }

    /** Something was written. */
    schedule(pause = PAUSE) {
        if (!this.isWriting()) {
            return;
        }
        if (this.state.status !== "saving" && this.state.status !== "failed") {
            this.state.status = "waiting";
        }
        this.stop();
        this.timer = browser.setTimeout(() => this.save(), pause);
    }

    stop() {
        browser.clearTimeout(this.timer);
    }

    /** What is typed while the letter is being saved is not in what is saved. */
    onTyping() {
        this.hasMore = true;
        this.schedule();
    }

    /** @param {Error} [error] why the letter could not be saved */
    onFailure(error) {
        Object.assign(this.state, { status: "failed", sentence: getSentence(error) });
        this.schedule(RETRY_PAUSE);
    }

    /** @returns {string} what the author is told */
    get text() {
        const { status, sentence } = this.state;
        return {
            idle: "",
            waiting: "",
            saving: _t("Saving…"),
            saved: _t("Saved"),
            failed: _t("Not saved: %(reason)s", { reason: sentence }),
        }[status];
    }

    /** @returns {Promise<boolean>} */
    async save() {
        this.stop();
        if (!this.isWriting()) {
            return true;
        }
        const letter = this.getLetter();
        let failure;
        const onError = (error) => {
            failure = error;
            return false;
        };
        this.state.status = "saving";
        this.hasMore = false;
        letter.model.isSavingQuietly = true;
        const saving = letter.save({ reload: false, onError });
        letter.model.isSavingQuietly = false; // the fields were asked for their values at once
        let isSaved = false;
        try {
            isSaved = await saving;
        } catch (error) {
            failure = error;
        }
        if (isSaved) {
            const status = this.hasMore ? "waiting" : "saved";
            Object.assign(this.state, { status, sentence: "" });
        } else {
            this.onFailure(failure);
        }
        return isSaved;
    }
}

function getSentence(error) {
    if (error instanceof ConnectionLostError) {
        return _t("the connection to Odoo is lost.");
    }
    return error?.data?.message || error?.message || "";
}

import { markRaw } from "@odoo/owl";
import { RPCError } from "@web/core/network/rpc";
import { FetchRecordError } from "@web/model/relational_model/errors";
import { Record } from "@web/model/relational_model/record";
import { RelationalModel } from "@web/model/relational_model/relational_model";

// What the server says of a letter that is gone, or that the user may no longer read.
const GONE = new Set(["odoo.exceptions.AccessError", "odoo.exceptions.MissingError"]);

function isGone(error) {
    return (
        error instanceof FetchRecordError ||
        (error instanceof RPCError && GONE.has(error.exceptionName))
    );
}

/** A letter that knows what it is after the page could not be closed. */
export class LetterRecord extends Record {
    /** @override what was saved while the page was about to close is no older value afterwards */
    async _save() {
        const changes = { ...this._changes };
        const isUrgent = this.model._urgentSave;
        const isSaved = await super._save(...arguments);
        if (isUrgent && isSaved) {
            this._values = markRaw({ ...this._values, ...changes });
        }
        return isSaved;
    }
}

/** A read mark from the browser's cache may be an old one. */
export class LetterFormModel extends RelationalModel {
    static Record = LetterRecord;
    static withCache = false;

    /** @override the shown letter may be out of reach after its access was changed */
    async load(params = {}) {
        const isReload = this.isReady && !("resId" in params && params.resId !== this.root.resId);
        try {
            await super.load(params);
        } catch (error) {
            if (!isReload || !isGone(error)) {
                throw error;
            }
            await this.hooks.onLetterGone();
        }
    }
}

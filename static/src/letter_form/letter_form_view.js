import { useEffect } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Deferred } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { FetchRecordError } from "@web/model/relational_model/errors";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { useSetupAction } from "@web/search/action_hook";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { useTrash } from "../letters/trash_hook";

// What the server says of a letter that is gone, or that the user may no longer read.
const GONE = new Set(["odoo.exceptions.AccessError", "odoo.exceptions.MissingError"]);

function isGone(error) {
    return (
        error instanceof FetchRecordError ||
        (error instanceof RPCError && GONE.has(error.exceptionName))
    );
}

/** A read mark from the browser's cache may be an old one. */
export class LetterFormModel extends RelationalModel {
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

/** The letter card: showing a letter takes its mark "new" off (guide E5). */
export class LetterFormController extends FormController {
    setup() {
        super.setup();
        this.notification = useService("notification");
        this.trash = useTrash({
            isInTrash: () => !this.model.root.isNew && this.model.root.data.is_trashed,
            mayDelete: () => Boolean(this.model.root.data.can_delete),
            getIds: (method) => this.getIdsForTrash(method),
            afterwards: (method) =>
                method === "action_restore" ? this.model.load() : this.leave(),
        });
        this.marked = Promise.resolve();
        // Only a letter that comes into view is marked: one that is made unread here stays so.
        useEffect(
            () => {
                this.markRead();
            },
            () => [this.model.root.resId]
        );
        // The list that comes next must not be read before the mark is off.
        useSetupAction({ beforeLeave: () => this.marked });
    }

    /** @override */
    get modelParams() {
        const params = super.modelParams;
        const onLetterGone = () => this.onLetterGone();
        return { ...params, hooks: { ...params.hooks, onLetterGone } };
    }

    /** @override */
    getStaticActionMenuItems() {
        return { ...super.getStaticActionMenuItems(), ...this.trash.getMenuItems() };
    }

    /** @override the trash's buttons offer Undo and lead back to the letters */
    async beforeExecuteActionButton(clickParams) {
        if (!this.trash.owns(clickParams.name)) {
            return super.beforeExecuteActionButton(clickParams);
        }
        await this.trash.run(clickParams.name);
        return false;
    }

    /** @returns {Promise<number[]>} the shown letter, unless changes of it cannot be saved */
    async getIdsForTrash(method) {
        const letter = this.model.root;
        if (letter.isNew) {
            return [];
        }
        if (method === "action_delete_for_good") {
            await letter.discard();
            return [letter.resId];
        }
        return (await letter.save()) ? [letter.resId] : [];
    }

    async leave() {
        if (this.env.inDialog) {
            await this.env.dialogData.close();
        } else {
            this.env.config.historyBack();
        }
    }

    onLetterGone() {
        const message = _t("You can no longer read this letter.");
        this.notification.add(message, { type: "info" });
        return this.leave();
    }

    /** Take the mark off the shown letter, here and on the server, without making it dirty. */
    async markRead() {
        const letter = this.model.root;
        const { isNew, resId, resModel } = letter;
        if (isNew || !letter.data.is_unread) {
            return;
        }
        const marked = new Deferred();
        this.marked = marked;
        try {
            await this.model.orm.silent.call(resModel, "mark_read", [[resId]]);
        } finally {
            marked.resolve(); // a failure is shown, and must not keep the user in this card
        }
        // Saving may have moved the same data point on to the next letter.
        if (letter.resId === resId) {
            letter._applyValues({ is_unread: false });
        }
    }
}

export const letterFormView = {
    ...formView,
    Controller: LetterFormController,
    Model: LetterFormModel,
};

registry.category("views").add("iris_email_form", letterFormView);

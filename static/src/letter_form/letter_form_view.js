import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { Deferred } from "@web/core/utils/concurrency";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { useSetupAction } from "@web/search/action_hook";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** A read mark from the browser's cache may be an old one. */
export class LetterFormModel extends RelationalModel {
    static withCache = false;
}

/** The letter card: showing a letter takes its mark "new" off (guide E5). */
export class LetterFormController extends FormController {
    setup() {
        super.setup();
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

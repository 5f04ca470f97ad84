import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
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
        this.marking = Promise.resolve();
        // Only a letter that comes into view is marked: one that is made unread here stays so.
        useEffect(
            () => {
                this.marking = this.markRead();
            },
            () => [this.model.root.resId]
        );
        // The list that comes next must not be read before the mark is off.
        useSetupAction({ beforeLeave: () => this.marking });
    }

    /** Take the mark off the shown letter, here and on the server, without making it dirty. */
    async markRead() {
        const letter = this.model.root;
        if (letter.isNew || !letter.data.is_unread) {
            return;
        }
        await this.model.orm.silent.call(letter.resModel, "mark_read", [[letter.resId]]);
        letter._applyValues({ is_unread: false });
    }
}

export const letterFormView = {
    ...formView,
    Controller: LetterFormController,
    Model: LetterFormModel,
};

registry.category("views").add("iris_email_form", letterFormView);

import { Component, useRef } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { executeButtonCallback } from "@web/views/view_button/view_button_hook";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { formatRecipients, makeRecipient, parseRecipients } from "../recipients/recipients";

/** "Write a letter" on the card of a contact or company. */
export class WriteButton extends Component {
    static template = "iris_email.WriteButton";
    static props = { ...standardWidgetProps };

    setup() {
        this.letters = useService("iris_email.letters");
        this.root = useRef("button");
    }

    /** A second click would begin a second letter. */
    write() {
        return executeButtonCallback(this.root.el.parentElement, () => this.begin());
    }

    async begin() {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const { name, email, is_company, commercial_partner_id, parent_id } = record.data;
        const [first] = parseRecipients(email);
        const above = parent_id && commercial_partner_id;
        const company_id = is_company ? record.resId : above?.id;
        await this.letters.compose({
            ...(first?.isValid && {
                email_to: formatRecipients([makeRecipient(name, first.email)]),
            }),
            ...(!is_company && { contact_id: record.resId }),
            ...(company_id && { company_partner_id: company_id }),
        });
    }
}

registry.category("view_widgets").add("iris_email_write", {
    component: WriteButton,
    fieldDependencies: [
        { name: "name", type: "char" },
        { name: "email", type: "char" },
        { name: "is_company", type: "boolean" },
    ],
});

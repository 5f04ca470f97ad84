import { Component, useState } from "@odoo/owl";
import { FormStatusIndicator } from "@web/views/form/form_status_indicator/form_status_indicator";

/** Whether the letter that is being written is saved; for other letters Odoo's own buttons. */
export class SaveStatus extends Component {
    static template = "iris_email.SaveStatus";
    static components = { FormStatusIndicator };
    static props = { ...FormStatusIndicator.props, autosave: Object };

    setup() {
        this.state = useState(this.props.autosave.state);
    }

    get isWriting() {
        return Boolean(this.props.model.root.data.can_write);
    }

    get text() {
        return this.props.autosave.text;
    }

    get isUnsaved() {
        return ["waiting", "failed"].includes(this.state.status);
    }
}

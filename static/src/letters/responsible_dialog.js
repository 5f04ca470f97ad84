import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { user } from "@web/core/user";

/** Asks who shall be responsible for letters. */
export class ResponsibleDialog extends Component {
    static template = "iris_email.ResponsibleDialog";
    static components = { Dialog, RecordSelector };
    static props = { close: Function, count: Number, setResponsible: Function };

    setup() {
        this.state = useState({ userId: user.userId });
    }

    get domain() {
        return [["share", "=", false]];
    }

    onChange(userId) {
        this.state.userId = userId;
    }

    async confirm() {
        await this.props.setResponsible(this.state.userId);
        this.props.close();
    }
}

import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/** When to send a letter: a time of the user's own choice. */
export class SendLaterDialog extends Component {
    static template = "iris_email.SendLaterDialog";
    static components = { DateTimeInput, Dialog };
    static props = { close: Function, send: Function };

    setup() {
        this.title = _t("Send later");
        this.state = useState({ time: DateTime.now().plus({ hours: 1 }).startOf("minute") });
    }

    get isPast() {
        return !this.state.time || this.state.time <= DateTime.now();
    }

    onChange(time) {
        this.state.time = time;
    }

    async send() {
        this.props.close();
        await this.props.send(this.state.time);
    }
}

import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/** What one has to know of a letter before reading it, each with what can be done about it. */
export class LetterNotices extends Component {
    static template = "iris_email.LetterNotices";
    static props = { letter: Object, actions: Object };

    get letter() {
        return this.props.letter;
    }

    /** @returns {string | false} the state of a letter that is being sent */
    get sendingState() {
        return this.letter.type === "outbox" && this.letter.state;
    }

    get sendTime() {
        const { send_at } = this.letter;
        return send_at && deserializeDateTime(send_at).toLocaleString(DateTime.DATETIME_MED);
    }

    get isUndelivered() {
        return this.letter.type === "sent" && this.letter.is_undelivered;
    }
}

import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { imageUrl } from "@web/core/utils/urls";
import { describeDate } from "./letter_date";
import { getInitials, isSamePeople } from "./people";
import { PersonChip } from "./person_chip";

// How many people a line shows until it is unfolded.
const MOST_CHIPS = 4;

/** The people of one header field; of many, the first ones and the number of the others. */
export class PeopleLine extends Component {
    static template = "iris_email.PeopleLine";
    static components = { PersonChip };
    static props = { label: String, people: Array };

    setup() {
        this.state = useState({ isUnfolded: false });
    }

    get shown() {
        const { people } = this.props;
        const isFolded = !this.state.isUnfolded && people.length > MOST_CHIPS;
        return isFolded ? people.slice(0, MOST_CHIPS - 1) : people;
    }

    get hiddenCount() {
        return this.props.people.length - this.shown.length;
    }

    get moreLabel() {
        return _t("%(label)s: show %(count)s more", {
            label: this.props.label,
            count: this.hiddenCount,
        });
    }

    unfold() {
        this.state.isUnfolded = true;
    }
}

/** From whom to whom, and when. */
export class LetterHead extends Component {
    static template = "iris_email.LetterHead";
    static components = { PeopleLine, PersonChip };
    static props = { letter: Object };

    get sender() {
        return this.props.letter.people.email_from[0];
    }

    get initials() {
        return this.sender ? getInitials(this.sender) : "?";
    }

    get avatar() {
        const partnerId = this.sender?.partner_id;
        return partnerId && imageUrl("res.partner", partnerId, "avatar_128");
    }

    get date() {
        return describeDate(this.props.letter.date);
    }

    /** @returns {Object[]} the lines below the sender, each with `name`, `label` and `people` */
    get lines() {
        const { people } = this.props.letter;
        const lines = [
            { name: "email_to", label: _t("To") },
            { name: "email_cc", label: _t("Cc") },
            { name: "email_bcc", label: _t("Bcc") },
            { name: "reply_to", label: _t("Reply-To") },
        ].map((line) => ({ ...line, people: people[line.name] }));
        return lines.filter(
            ({ name, people: shown }) =>
                shown.length && !(name === "reply_to" && isSamePeople(shown, people.email_from))
        );
    }
}

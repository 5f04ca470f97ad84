import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { formatRecipients, makeRecipient } from "../recipients/recipients";
import { getInitials, getPersonLabel, makeHonest } from "./people";

const PARTNER = "res.partner";
const PARTNER_FIELDS = ["name", "is_company", "function", "commercial_company_name", "phone"];

/** Who somebody in the head of a letter is, and what can be done about them. */
export class PersonCard extends Component {
    static template = "iris_email.PersonCard";
    static props = {
        person: Object,
        close: Function,
        onPointerEnter: { type: Function, optional: true },
        onPointerLeave: { type: Function, optional: true },
    };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.letters = useService("iris_email.letters");
        this.notification = useService("notification");
        this.orm = useService("orm").silent;
        this.state = useState({ partner: undefined, mayCreate: false });
        this.load();
    }

    /** The address is there at once, the rest when it comes. */
    async load() {
        const { partner_id, email } = this.props.person;
        if (partner_id) {
            const [partner] = await this.orm.read(PARTNER, [partner_id], PARTNER_FIELDS);
            this.state.partner = partner;
        } else if (email) {
            this.state.mayCreate = await user.checkAccessRight(PARTNER, "create");
        }
    }

    get label() {
        return getPersonLabel(this.props.person);
    }

    get initials() {
        return getInitials(this.props.person);
    }

    get email() {
        return makeHonest(this.props.person.email);
    }

    get avatar() {
        const { partner_id } = this.props.person;
        return partner_id && imageUrl(PARTNER, partner_id, "avatar_128");
    }

    /** @returns {string[]} the name on the card of the contact, if it is another one, and more */
    get partnerLines() {
        const { partner } = this.state;
        if (!partner) {
            return [];
        }
        const company = !partner.is_company && partner.commercial_company_name;
        const { name } = partner;
        return [name !== this.label && name, partner.function, company].filter(Boolean);
    }

    openContact() {
        this.props.close();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: PARTNER,
            res_id: this.props.person.partner_id,
            views: [[false, "form"]],
        });
    }

    createContact() {
        const { letters } = this;
        const { name, email } = this.props.person;
        this.props.close();
        this.dialog.add(FormViewDialog, {
            resModel: PARTNER,
            title: _t("Create contact"),
            context: { default_name: makeHonest(name) || email, default_email: email },
            // All letters with this address that were open belong to the new contact now.
            onRecordSaved: () => letters.notifyChange(),
        });
    }

    writeTo() {
        const { name, email } = this.props.person;
        this.props.close();
        return this.letters.compose({
            email_to: formatRecipients([makeRecipient(makeHonest(name), email)]),
        });
    }

    /** @returns {boolean} browsers have the clipboard only where the connection is encrypted */
    get canCopy() {
        return Boolean(browser.navigator.clipboard);
    }

    async copy() {
        await browser.navigator.clipboard.writeText(this.props.person.email);
        this.props.close();
        this.notification.add(_t("The address is copied."), { type: "success" });
    }
}

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { imageUrl } from "@web/core/utils/urls";
import { Many2One } from "@web/views/fields/many2one/many2one";

const MODEL = "iris.email";
const PARTNER = "res.partner";
const USER = "res.users";

/** To which company, contact and colleague a letter belongs; changed in place. */
export class LetterLinks extends Component {
    static template = "iris_email.LetterLinks";
    static components = { Many2One };
    static props = {
        letter: Object,
        // Called when the letter is linked to something else.
        onLinked: Function,
    };

    setup() {
        this.orm = useService("orm");
    }

    get candidates() {
        const { candidates, may } = this.props.letter;
        return may.edit ? candidates : [];
    }

    get links() {
        const { letter } = this.props;
        const links = [
            this.getLink("company_partner_id", letter.company, PARTNER, {
                label: _t("Company"),
                placeholder: _t("No company"),
                domain: [["is_company", "=", true]],
                context: { default_is_company: true },
            }),
            this.getLink("contact_id", letter.contact, PARTNER, {
                label: _t("Contact"),
                placeholder: _t("No contact"),
                domain: [["is_company", "=", false]],
                context: {
                    partner_display_name_hide_company: true,
                    ...(letter.company && { default_parent_id: letter.company.id }),
                },
            }),
            this.getLink("responsible_id", letter.responsible, USER, {
                label: _t("Responsible"),
                placeholder: _t("Nobody"),
                domain: [["share", "=", false]],
                context: {},
            }),
        ];
        return letter.may.edit ? links : links.filter(({ props }) => props.value);
    }

    getLink(name, value, relation, { label, placeholder, domain, context }) {
        const isUser = relation === USER;
        return {
            name,
            label,
            avatar: isUser && value && imageUrl(USER, value.id, "avatar_128"),
            props: {
                id: `o_iris_${name}`,
                canCreate: !isUser,
                canCreateEdit: !isUser,
                canOpen: !isUser,
                canQuickCreate: false,
                context,
                domain: () => domain,
                openActionContext: () => ({}),
                placeholder,
                readonly: !this.props.letter.may.edit,
                relation,
                string: label,
                update: (chosen) => this.write({ [name]: chosen && chosen.id }),
                value: value && { id: value.id, display_name: value.name },
            },
        };
    }

    async write(values) {
        await this.orm.write(MODEL, [this.props.letter.id], values);
        await this.props.onLinked();
    }

    async choose(partnerId) {
        await this.orm.call(MODEL, "action_choose_contact", [[this.props.letter.id]], {
            context: { partner_id: partnerId },
        });
        await this.props.onLinked();
    }
}

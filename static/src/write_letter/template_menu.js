import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const MOST_TEMPLATES = 50;

/** The templates that the user may read; choosing one puts it into the letter. */
export class TemplateMenu extends Component {
    static template = "iris_email.TemplateMenu";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ templates: [] });
    }

    async load() {
        this.state.templates = await this.orm.searchRead(
            this.props.record.resModel,
            [["type", "=", "template"]],
            ["display_name"],
            { limit: MOST_TEMPLATES, order: "subject, id" }
        );
    }

    async apply(template) {
        const { record } = this.props;
        if (await record.save({ reload: false })) {
            await this.orm.call(record.resModel, "action_apply_template", [
                [record.resId],
                template.id,
            ]);
            await record.model.load();
        }
    }
}

registry.category("view_widgets").add("iris_email_templates", { component: TemplateMenu });

const PARTNER = "res.partner";

/** In the card of a template: what will be filled in when it is used. */
export class PlaceholderMenu extends Component {
    static template = "iris_email.PlaceholderMenu";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ names: [] });
    }

    get placeholders() {
        const labels = {
            "object.name": _t("Name"),
            "object.email": _t("E-mail"),
            "object.phone": _t("Phone"),
            "object.function": _t("Job position"),
            "object.commercial_company_name": _t("Company"),
            "object.street": _t("Street"),
            "object.city": _t("City"),
            "object.zip": _t("ZIP"),
            "object.country_id.name": _t("Country"),
            "object.ref": _t("Reference"),
            "object.user_id.name": _t("Salesperson"),
        };
        return this.state.names
            .filter((name) => name in labels)
            .map((name) => ({ code: `{{ ${name} }}`, label: labels[name] }));
    }

    async load() {
        if (!this.state.names.length) {
            this.state.names = await this.orm.call(PARTNER, "mail_allowed_qweb_expressions", []);
        }
    }

    insert({ code }) {
        const { editor } = this.env.letterCard;
        if (editor) {
            editor.shared.selection.focusEditable();
            editor.shared.dom.insert(code);
            editor.shared.history.addStep();
        }
    }
}

registry.category("view_widgets").add("iris_email_placeholders", { component: PlaceholderMenu });

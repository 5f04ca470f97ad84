import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * Links that show the fields Cc, Bcc and Reply-To, which most letters do not need. The view knows
 * by `context.iris_email_unfolded` which of them are shown.
 */
export class UnfoldRecipients extends Component {
    static template = "iris_email.UnfoldRecipients";
    static props = { ...standardWidgetProps };

    get folded() {
        const { data, context } = this.props.record;
        const unfolded = context.iris_email_unfolded || [];
        return [
            { name: "email_cc", label: _t("Cc") },
            { name: "email_bcc", label: _t("Bcc") },
            { name: "reply_to", label: _t("Reply-To") },
        ].filter(({ name }) => !data[name] && !unfolded.includes(name));
    }

    unfold(name) {
        const { record } = this.props;
        const { model, config, context } = record;
        const iris_email_unfolded = [...(context.iris_email_unfolded || []), name];
        model._updateConfig(
            config,
            { context: { ...context, iris_email_unfolded } },
            { reload: false }
        );
        record._setEvalContext();
    }
}

registry.category("view_widgets").add("iris_email_unfold", { component: UnfoldRecipients });

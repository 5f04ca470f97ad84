import { _t } from "@web/core/l10n/translation";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

// The same each time, or the view would load anew and forget what is selected.
const DOMAINS = Object.fromEntries(
    ["contact", "company"].map((kind) => [
        kind,
        [
            ["is_company", "=", kind === "company"],
            ["email", "!=", false],
        ],
    ])
);

/** Contacts or companies that have an e-mail address (guide F4). */
export class RecipientsDialog extends SelectCreateDialog {
    static template = "iris_email.RecipientsDialog";
    static defaultProps = {
        ...SelectCreateDialog.defaultProps,
        noCreate: true,
    };

    setup() {
        super.setup();
        this.state.kind = "contact";
    }

    get kinds() {
        return [
            { name: "contact", label: _t("Contacts") },
            { name: "company", label: _t("Companies") },
        ];
    }

    /** @override */
    get viewProps() {
        return { ...super.viewProps, domain: DOMAINS[this.state.kind] };
    }

    choose(kind) {
        Object.assign(this.state, { kind, resIds: [] });
    }
}

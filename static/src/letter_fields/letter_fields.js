import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { humanSize } from "@web/core/utils/binary";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { CharField, charField } from "@web/views/fields/char/char_field";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";

/** The mark of letters with files (guide E6). */
export class PaperclipField extends Component {
    static template = "iris_email.PaperclipField";
    static props = { ...standardFieldProps };

    get label() {
        return _t("With files");
    }
}

registry.category("fields").add("iris_email_paperclip", {
    component: PaperclipField,
    displayName: _t("Paperclip"),
    supportedTypes: ["boolean"],
});

/** Buttons for the cards that share the letter's address: pressing one links the letter to it. */
export class CandidatesField extends Component {
    static template = "iris_email.CandidatesField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
    }

    get candidates() {
        return this.props.record.data[this.props.name].records.map((partner) => ({
            id: partner.resId,
            name: partner.data.display_name,
        }));
    }

    async choose(partnerId) {
        const { record } = this.props;
        await this.orm.call(record.resModel, "action_choose_contact", [[record.resId]], {
            context: { ...record.context, partner_id: partnerId },
        });
        await record.load();
    }
}

registry.category("fields").add("iris_email_candidates", {
    component: CandidatesField,
    displayName: _t("Possible contacts"),
    supportedTypes: ["many2many"],
    relatedFields: [{ name: "display_name", type: "char" }],
});

/** The subject; a letter without one can be read and opened all the same. */
export class SubjectField extends CharField {
    get formattedValue() {
        return super.formattedValue || _t("(no subject)");
    }
}

registry.category("fields").add("iris_email_subject", {
    ...charField,
    component: SubjectField,
    displayName: _t("Subject"),
});

/** A number of bytes in words that people use. */
export class FileSizeField extends IntegerField {
    get formattedValue() {
        return humanSize(this.props.record.data[this.props.name] || 0);
    }
}

registry.category("fields").add("iris_email_file_size", {
    ...integerField,
    component: FileSizeField,
    displayName: _t("File size"),
});

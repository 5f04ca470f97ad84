import { Component } from "@odoo/owl";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { CharField, charField } from "@web/views/fields/char/char_field";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";
import { SelectionField, selectionField } from "@web/views/fields/selection/selection_field";
import { formatFileSize } from "../core/file_size";
import { focusStart } from "../letter_editor/letter_editor";
import { getLetterMarks } from "./letter_marks";

const WRITTEN_TYPES = ["draft", "outbox", "template"];

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

/**
 * The subject; a letter without one can be read and opened all the same. In a list it has the
 * marks of the letter before it: answered, and how far its sending is.
 */
export class SubjectField extends CharField {
    static template = "iris_email.SubjectField";
    static props = { ...CharField.props, hasMarks: { type: Boolean, optional: true } };

    get formattedValue() {
        return super.formattedValue || _t("(no subject)");
    }

    /** @returns {Object[]} each with a `name`, a `label`, and an `icon` or a `badge` (class) */
    get marks() {
        const { data } = this.props.record;
        return this.props.hasMarks ? getLetterMarks(data) : [];
    }

    /** The text follows the subject, as in mail programs. */
    onKeydown(ev) {
        const { letterCard } = this.env;
        if (letterCard?.editor && ["enter", "tab"].includes(getActiveHotkey(ev))) {
            ev.preventDefault();
            focusStart(letterCard.editor);
        }
    }
}

registry.category("fields").add("iris_email_subject", {
    ...charField,
    component: SubjectField,
    displayName: _t("Subject"),
    extractProps(staticInfo, dynamicInfo) {
        const hasMarks = staticInfo.viewType === "list";
        return { ...charField.extractProps(staticInfo, dynamicInfo), hasMarks };
    },
    fieldDependencies: ({ viewType }) =>
        viewType === "list"
            ? [
                  { name: "type", type: "selection" },
                  { name: "state", type: "selection" },
                  { name: "send_at", type: "datetime" },
                  { name: "send_attempts", type: "integer" },
                  { name: "is_answered", type: "boolean" },
                  { name: "is_undelivered", type: "boolean" },
              ]
            : [],
});

/** The type of a letter; its author chooses among those of unsent letters (guide F7). */
export class LetterTypeField extends SelectionField {
    /** @override */
    get options() {
        return this.props.readonly
            ? super.options
            : super.options.filter(([type]) => WRITTEN_TYPES.includes(type));
    }
}

registry.category("fields").add("iris_email_type", {
    ...selectionField,
    component: LetterTypeField,
    displayName: _t("Type of a letter"),
    supportedTypes: ["selection"],
    extractProps: (staticInfo, dynamicInfo) => ({
        ...selectionField.extractProps(staticInfo, dynamicInfo),
        required: true,
    }),
});

/** A number of bytes in words that people use. */
export class FileSizeField extends IntegerField {
    get formattedValue() {
        return formatFileSize(this.props.record.data[this.props.name]);
    }
}

registry.category("fields").add("iris_email_file_size", {
    ...integerField,
    component: FileSizeField,
    displayName: _t("File size"),
});

import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatFileSize } from "../core/file_size";

/** The files of a letter (guide E6, F2): a list, or one row below the text. */
export class LetterFilesField extends Component {
    static template = "iris_email.LetterFilesField";
    static props = {
        ...standardFieldProps,
        isRow: { type: Boolean, optional: true },
    };

    setup() {
        this.input = useRef("input");
        this.letterFiles = this.env.letterCard?.files;
        this.state = useState(this.letterFiles?.state || { uploads: [] });
    }

    get isReadonly() {
        return this.props.readonly || !this.letterFiles;
    }

    get files() {
        return this.props.record.data[this.props.name].records.map(({ resId, data }) => ({
            id: resId,
            name: data.name,
            mimetype: data.mimetype,
            size: formatFileSize(data.file_size),
            url: `/web/content/${resId}?download=true`,
            removeLabel: _t("Remove %(file)s", { file: data.name }),
        }));
    }

    get uploads() {
        return this.state.uploads.map(({ id, title, progress }) => ({
            id,
            name: title,
            percentage: Math.round(100 * progress),
        }));
    }

    get totalSize() {
        const { records } = this.props.record.data[this.props.name];
        return formatFileSize(records.reduce((total, { data }) => total + data.file_size, 0));
    }

    choose() {
        this.input.el.click();
    }

    async onChosen() {
        const files = [...this.input.el.files];
        this.input.el.value = ""; // the same file can be chosen again
        await this.letterFiles.add(files);
    }

    remove(id) {
        return this.letterFiles.remove(id);
    }
}

registry.category("fields").add("iris_email_files", {
    component: LetterFilesField,
    displayName: _t("Files of a letter"),
    supportedTypes: ["one2many"],
    relatedFields: [
        { name: "name", type: "char" },
        { name: "mimetype", type: "char" },
        { name: "file_size", type: "integer" },
    ],
    extractProps: ({ options }) => ({ isRow: Boolean(options.row) }),
});

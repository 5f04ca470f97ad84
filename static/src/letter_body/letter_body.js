import { Component, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ImagesBar } from "./images_bar";
import { LetterFrame } from "./letter_frame";

/**
 * The text of the letter on its card. It goes by the id of the record, so the field that it stands
 * on need not hold the HTML itself: `preview` will do.
 */
export class LetterBodyField extends Component {
    static template = "iris_email.LetterBodyField";
    static components = { ImagesBar, LetterFrame };
    static props = { ...standardFieldProps };

    setup() {
        this.resId = this.props.record.resId;
        this.value = this.props.record.data[this.props.name];
        this.state = useState({ withImages: false, version: 0 });
        onWillUpdateProps((nextProps) => this.onNextProps(nextProps));
    }

    onNextProps({ record, name }) {
        const value = record.data[name];
        if (record.resId !== this.resId) {
            this.state.withImages = false;
        } else if (value !== this.value) {
            this.state.version++;
        }
        this.resId = record.resId;
        this.value = value;
    }

    showImages() {
        this.state.withImages = true;
    }
}

registry.category("fields").add("iris_email_body", {
    component: LetterBodyField,
    displayName: _t("Text of a letter"),
    supportedTypes: ["char", "html", "text"],
});

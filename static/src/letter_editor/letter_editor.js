import { ImageSavePlugin } from "@html_editor/main/media/image_save_plugin";
import { HtmlField } from "@html_editor/fields/html_field";
import { onWillUnmount } from "@odoo/owl";
import { hasTouch } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import {
    HtmlMailField,
    htmlMailField,
} from "@mail/views/web/fields/html_mail_field/html_mail_field";
import { PictureUploadPlugin } from "./picture_upload_plugin";

// As tools/html_editing_wall.py marks them.
const QUOTE = "[data-iris-quote]";
const SIGNATURE = "[data-iris-signature]";

const cssRules = new WeakMap();

/** Put the caret before the first word. */
export function focusStart(editor) {
    const first = editor.editable?.querySelector("p, div");
    if (first) {
        editor.shared.selection.setCursorStart(first);
        editor.shared.selection.focusEditable();
    }
}

/** Show the signature of a text from the server; what is being written stays, with the caret. */
export function showSignature(editor, body) {
    const find = (root) =>
        [...root.querySelectorAll(SIGNATURE)].find((element) => !element.closest(QUOTE));
    const wanted = find(new DOMParser().parseFromString(String(body), "text/html"));
    const shown = find(editor.editable);
    if (wanted && shown && shown.innerHTML !== wanted.innerHTML) {
        shown.replaceChildren(...wanted.childNodes);
        editor.shared.history.addStep();
    }
}

/** The text of a letter that is being written (guide F9). */
export class LetterEditorField extends HtmlMailField {
    setup() {
        super.setup();
        const { letterCard } = this.env;
        this.typed = 0; // counts changes
        onWillUnmount(() => {
            if (letterCard?.editor === this.editor) {
                letterCard.editor = undefined;
            }
        });
    }

    /** @override */
    getConfig() {
        const config = super.getConfig();
        config.Plugins = config.Plugins.map((plugin) =>
            plugin === ImageSavePlugin ? PictureUploadPlugin : plugin
        );
        config.onEditorReady = () => this.onEditorReady();
        config.resources = {
            ...config.resources,
            added_image_handlers: (img) => img.classList.add("o_b64_image_to_save"),
        };
        return config;
    }

    /** @override others on the card write into the text, too */
    onEditorLoad(editor) {
        super.onEditorLoad(editor);
        if (this.env.letterCard) {
            this.env.letterCard.editor = editor;
        }
    }

    /** The answer to a letter begins here, since its recipients are known. */
    onEditorReady() {
        const { letterCard } = this.env;
        const { data, resId } = this.props.record;
        if (!letterCard || letterCard.shownId === resId) {
            return;
        }
        letterCard.shownId = resId;
        if (data.email_to && !hasTouch()) {
            focusStart(this.editor);
        }
    }

    /** @override */
    onChange() {
        this.typed++;
        super.onChange();
    }

    /** @override */
    _commitChanges() {
        this.taken = this.typed;
        return super._commitChanges(...arguments);
    }

    /** @override what was typed while the value was made is not in it, and still to be saved */
    async updateValue() {
        const isLate = this.typed !== this.taken;
        const updating = super.updateValue(...arguments);
        this.isDirty ||= isLate;
        await updating;
    }

    /**
     * @override what is quoted stays as its author made it; and the copy, whose styles are looked
     *  up in the page, is not seen there
     */
    async getEditorContent() {
        const content = await HtmlField.prototype.getEditorContent.call(this);
        const quotes = [...content.querySelectorAll(QUOTE)].filter(
            (quote) => !quote.parentElement.closest(QUOTE)
        );
        const originals = quotes.map((quote) => [...quote.childNodes]);
        quotes.forEach((quote) => quote.replaceChildren());
        content.classList.add("o_iris_inlining");
        await HtmlMailField.getInlinedEditorContent(cssRules, this.editor, content);
        quotes.forEach((quote, index) => quote.replaceChildren(...originals[index]));
        return content;
    }
}

registry.category("fields").add("iris_email_editor", {
    ...htmlMailField,
    component: LetterEditorField,
    displayName: _t("Letter editor"),
    additionalClasses: ["o_field_html", "o_iris_editor"],
    extractProps(staticInfo, dynamicInfo) {
        const props = htmlMailField.extractProps(staticInfo, dynamicInfo);
        Object.assign(props.editorConfig, {
            allowFile: false,
            allowVideo: false,
            allowMediaDocuments: false,
        });
        return { ...props, migrateHTML: false };
    },
});

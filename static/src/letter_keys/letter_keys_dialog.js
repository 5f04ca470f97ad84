import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { LETTER_KEYS } from "./key_list";

/** The list of keys that the mail client knows. */
export class LetterKeysDialog extends Component {
    static template = "iris_email.LetterKeysDialog";
    static components = { Dialog };
    static props = { close: Function };

    get keys() {
        return LETTER_KEYS.map(({ action, shown, label }) => ({
            action,
            keys: shown.split(" "),
            label: label(),
        }));
    }
}

import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { isAnswerable } from "../letters/letters_service";
import { isDarkScheme } from "./letter_text";

/** What can be done with the letter that is shown. */
export class LetterToolbar extends Component {
    static template = "iris_email.LetterToolbar";
    static components = { Dropdown, DropdownItem };
    static props = {
        letter: Object,
        view: Object,
        actions: Object,
        onChange: Function,
        // Back to the list, where both are not shown side by side.
        onClose: { type: Function, optional: true },
    };

    get answers() {
        const { letter, actions } = this.props;
        if (letter.is_trashed || !isAnswerable(letter)) {
            return [];
        }
        return [
            { name: "reply", icon: "fa-reply", label: _t("Reply"), run: actions.reply },
            {
                name: "reply_all",
                icon: "fa-reply-all",
                label: _t("Reply to all"),
                run: actions.replyAll,
            },
            { name: "forward", icon: "fa-share", label: _t("Forward"), run: actions.forward },
        ];
    }

    /** @returns {Object[]} the buttons with an icon alone; `pressed` of those that switch */
    get marks() {
        const { letter, view, actions, onChange } = this.props;
        const marks = [
            {
                name: "important",
                icon: letter.is_important ? "fa-star o_iris_starred" : "fa-star-o",
                label: _t("Important"),
                pressed: letter.is_important ? "true" : "false",
                isShown: letter.may.edit,
                run: actions.toggleImportant,
            },
            {
                name: "unread",
                icon: letter.is_unread ? "fa-envelope-open-o" : "fa-envelope-o",
                label: letter.is_unread ? _t("Mark as read") : _t("Mark as unread"),
                isShown: letter.type === "inbox",
                run: () => actions.markUnread(!letter.is_unread),
            },
            ...this.trashButtons,
            {
                name: "colours",
                icon: "fa-adjust",
                label: _t("Original colours"),
                pressed: view.hasOwnColours ? "true" : "false",
                isShown: isDarkScheme() && letter.has_html,
                run: () => onChange({ hasOwnColours: !view.hasOwnColours }),
            },
        ];
        return marks.filter(({ isShown }) => isShown);
    }

    get trashButtons() {
        return Object.entries(this.props.actions.trash.getMenuItems()).map(([name, item]) => ({
            name,
            icon: item.icon.replace("fa ", ""),
            label: item.description,
            isShown: item.isAvailable(),
            run: item.callback,
        }));
    }

    /** @returns {Object[]} what stands in the menu */
    get menu() {
        const { letter, view, actions, onChange } = this.props;
        const isReceived = letter.type === "inbox";
        const items = [
            { name: "print", icon: "fa-print", label: _t("Print"), run: actions.print },
            {
                name: "original",
                icon: "fa-download",
                label: _t("Download the original"),
                isHidden: !isAnswerable(letter),
                run: actions.download,
            },
            {
                name: "plain",
                icon: view.isPlain ? "fa-code" : "fa-align-left",
                label: view.isPlain ? _t("Show with formatting") : _t("Show as plain text"),
                isHidden: !letter.has_html,
                run: () => onChange({ isPlain: !view.isPlain }),
            },
            {
                name: "charset",
                icon: "fa-language",
                label: _t("Re-read as…"),
                isHidden: !isReceived || !letter.may.edit,
                run: actions.rereadAs,
            },
            {
                name: "distrust",
                icon: "fa-eye-slash",
                label: _t("Ask before loading images of this sender"),
                isHidden: !letter.trusts_images,
                run: () => actions.trustImages(false),
            },
            {
                name: "edit_as_new",
                icon: "fa-pencil-square-o",
                label: _t("Edit as new"),
                isHidden: letter.type !== "sent" || letter.is_trashed,
                run: actions.editAsNew,
            },
            {
                name: "access",
                icon: "fa-user-plus",
                label: _t("Change access"),
                isHidden: !letter.may.access,
                run: actions.changeAccess,
            },
            {
                name: "card",
                icon: "fa-list-alt",
                label: _t("Open the card, with headers and access"),
                run: actions.openCard,
            },
        ];
        return items.filter(({ isHidden }) => !isHidden);
    }
}

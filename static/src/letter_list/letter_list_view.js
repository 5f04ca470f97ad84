import { markup } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { executeButtonCallback } from "@web/views/view_button/view_button_hook";
import { CheckMailButton, CheckMailProgress } from "../check_mail/check_mail";
import { LetterSearchModel } from "../letter_search_panel/letter_search_model";
import { LetterSearchPanel } from "../letter_search_panel/letter_search_panel";
import { isAnswerable, isOnItsWay, isToSend } from "../letters/letters_service";
import { useSending } from "../letters/sending_hook";
import { useTrash } from "../letters/trash_hook";

const { DateTime } = luxon;

// New letters of quick steps are shown together.
const REFRESH_DELAY = 250;

// Folders in which New letter makes a letter of their own type.
const WRITING_FOLDERS = ["outbox", "template"];

/** Read marks change behind the list's back, and letters are not for the browser's disk cache. */
export class LetterListModel extends RelationalModel {
    static withCache = false;
}

/** The list of letters: shows new ones while mail is checked (guide E4). */
export class LetterListController extends ListController {
    static template = "iris_email.LetterListView";
    static components = {
        ...ListController.components,
        CheckMailButton,
        CheckMailProgress,
    };

    setup() {
        this.letters = useService("iris_email.letters"); // the model loads in super.setup()
        super.setup();
        const checkMail = useService("iris_email.check_mail");
        const refresh = useDebounced(() => this.refresh(), REFRESH_DELAY);
        useBus(checkMail.bus, "LETTERS", refresh);
        useBus(this.letters.bus, "CHANGED", () => this.reload());
        this.trash = useTrash({
            isInTrash: () => Boolean(this.env.searchModel.isInTrash),
            getIds: () => this.model.root.getResIds(true),
        });
        this.sending = useSending({ getIds: () => this.model.root.getResIds(true) });
    }

    /** @override each load may come after letters were read, marked or moved */
    get modelParams() {
        const params = super.modelParams;
        // The list waits for what this returns, and must not wait for the numbers.
        const onRootLoaded = (root) => {
            this.letters.refreshCounts();
            this.followSending(root.records);
        };
        return { ...params, hooks: { ...params.hooks, onRootLoaded } };
    }

    /** @override */
    getStaticActionMenuItems() {
        return {
            ...super.getStaticActionMenuItems(),
            ...this.getWritingMenuItems(),
            ...this.trash.getMenuItems(),
        };
    }

    getWritingMenuItems() {
        const answer = (method, sequence, icon, description) => ({
            isAvailable: () => this.selectedLetters.length === 1 && this.isSelected(isAnswerable),
            sequence,
            icon,
            description,
            callback: () => this.letters.answer(method, this.selectedLetters[0].resId),
        });
        const editAsNew = answer(
            "action_edit_as_new",
            24,
            "fa fa-pencil-square-o",
            _t("Edit as new")
        );
        return {
            send: {
                isAvailable: () => this.canSend,
                sequence: 20,
                icon: "fa fa-paper-plane",
                description: _t("Send"),
                callback: () => this.sending.send(),
            },
            reply: answer("action_reply", 21, "fa fa-reply", _t("Reply")),
            replyAll: answer("action_reply_all", 22, "fa fa-reply-all", _t("Reply to all")),
            forward: answer("action_forward", 23, "fa fa-share", _t("Forward")),
            editAsNew: {
                ...editAsNew,
                isAvailable: () =>
                    this.selectedLetters.length === 1 &&
                    this.isSelected(({ type }) => type === "sent"),
            },
        };
    }

    /** @returns {Object[]} the records that are selected, as far as they are on this page */
    get selectedLetters() {
        return this.model.root.selection;
    }

    /** @returns {boolean} whether all selected letters are of a kind */
    isSelected(isOfKind) {
        const { isDomainSelected, selection } = this.model.root;
        return (
            !isDomainSelected &&
            selection.length > 0 &&
            selection.every(({ data }) => isOfKind(data))
        );
    }

    /** @returns {boolean} whether the selected letters can be sent (guide F10) */
    get canSend() {
        return !this.env.searchModel.isInTrash && this.isSelected(isToSend);
    }

    /** @returns {string | false} the type of letters in the open folder */
    get folder() {
        const { isInTrash, typeCategory } = this.env.searchModel;
        return (!isInTrash && typeCategory?.activeValueId) || false;
    }

    /** Begin a letter of the type that is shown (guide F1). */
    newLetter() {
        const type = WRITING_FOLDERS.includes(this.folder) ? this.folder : "draft";
        return executeButtonCallback(this.rootRef.el, () => this.letters.compose({ type }));
    }

    /** Letters that are on their way leave the list by themselves. */
    followSending(letters = []) {
        const soon = DateTime.now().plus({ minutes: 1 });
        const ids = letters
            .filter(({ data }) => isOnItsWay(data) && !(data.send_at > soon))
            .map(({ resId }) => resId);
        if (ids.length) {
            this.letters.watch(ids);
        }
    }

    /** @override the trash's buttons offer Undo */
    async beforeExecuteActionButton(clickParams) {
        if (!this.trash.owns(clickParams.name)) {
            return super.beforeExecuteActionButton(clickParams);
        }
        await this.trash.run(clickParams.name);
        return false;
    }

    /** @returns {string | undefined} what an empty list says: filters may be the reason */
    get noContentHelp() {
        const { noContentHelp } = this.props.info;
        if (!noContentHelp) {
            return noContentHelp;
        }
        if (!this.env.searchModel.facets.length) {
            return this.getFolderHelp() || noContentHelp;
        }
        // Terms within a template literal are not found by the export of translations.
        if (this.env.searchModel.isInTrash && this.env.searchModel.facets.length === 1) {
            const title = _t("The trash is empty");
            return markup`<p class="o_view_nocontent_neutral_face">${title}</p>`;
        }
        const title = _t("No letters match");
        const advice = _t("Take a filter away, or choose another type or mailbox.");
        return markup`
            <p class="o_view_nocontent_neutral_face">${title}</p>
            <p>${advice}</p>`;
    }

    /** @returns {string | undefined} what to do in an empty folder of letters that are written here */
    getFolderHelp() {
        const help = {
            draft: [
                _t("No drafts"),
                _t("Press New letter to write one. What you write is saved here by itself."),
            ],
            outbox: [
                _t("Nothing waits to be sent"),
                _t(
                    "Letters stand here until you select them and press Send, and while they are sent."
                ),
            ],
            sent: [_t("Nothing sent yet"), _t("Press New letter to write to somebody.")],
            template: [
                _t("No templates"),
                _t("Press New letter to write a text that you need again and again."),
            ],
        }[this.folder];
        if (!help) {
            return undefined;
        }
        const [title, advice] = help;
        return markup`
            <p class="o_view_nocontent_smiling_face">${title}</p>
            <p>${advice}</p>`;
    }

    /** Load the letters anew; if this was the last page and nothing is left of it, the one before. */
    async reload() {
        await this.model.load();
        const { root } = this.model;
        if (root.offset && !root.isGrouped && !root.records.length) {
            await root.load({ offset: Math.max(0, root.offset - root.limit) });
        }
    }

    /** Load the page of letters anew, and keep what is selected or being edited. */
    async refresh() {
        const { root, isReady } = this.model;
        if (!isReady || root.editedRecord || root.isDomainSelected) {
            return;
        }
        const selectedIds = new Set(root.selection.map((letter) => letter.resId));
        await root.load();
        await Promise.all(
            root.records
                .filter((letter) => selectedIds.has(letter.resId))
                .map((letter) => letter.toggleSelection(true))
        );
    }
}

export const letterListView = {
    ...listView,
    Controller: LetterListController,
    Model: LetterListModel,
    SearchModel: LetterSearchModel,
    SearchPanel: LetterSearchPanel,
    buttonTemplate: "iris_email.LetterListView.Buttons",
};

registry.category("views").add("iris_email_list", letterListView);

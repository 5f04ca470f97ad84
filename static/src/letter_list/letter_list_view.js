import { markup, onMounted, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { executeButtonCallback } from "@web/views/view_button/view_button_hook";
import { CheckMailButton, CheckMailProgress } from "../check_mail/check_mail";
import { getFolder } from "../folders/folders";
import { FolderPanel } from "../folders/folder_panel";
import { LetterSearchModel } from "../folders/letter_search_model";
import { isAnswerable, isSettledSoon, isToSend } from "../letters/letters_service";
import { useSending } from "../letters/sending_hook";
import { useNewLetters } from "../letters/new_letters_hook";
import { useTrash } from "../letters/trash_hook";
import { useTabFromSearch } from "./tab_from_search";

const { DateTime } = luxon;

// What may be moved to the trash, and changed, of a conversation that others can only read.
export const DELETABLE = [["can_delete", "=", true]];
const EDITABLE = [["can_edit", "=", true]];

/** The letters of a page. It is loaded anew while the user selects some of them. */
class LetterList extends RelationalModel.DynamicRecordList {
    /** @override what is selected stays selected */
    _setData(data) {
        const selected = this.records?.filter((record) => record.selected) || [];
        const selectedIds = new Set(selected.map(({ resId }) => resId));
        super._setData(data);
        for (const record of this.records) {
            record.selected ||= selectedIds.has(record.resId);
        }
    }
}

/** Read marks change behind the list's back, and letters are not for the browser's disk cache. */
export class LetterListModel extends RelationalModel {
    static DynamicRecordList = LetterList;
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
        this.loads = useState({ number: 0 });
        super.setup();
        // Whoever opens the app waits for letters: the numbers come when these stand there.
        useEffect(
            (number) => {
                if (number) {
                    this.letters.refreshCounts();
                }
            },
            () => [this.loads.number]
        );
        useNewLetters(() => this.refresh());
        useTabFromSearch();
        useBus(this.letters.bus, "CHANGED", () => this.reload());
        useBus(this.letters.bus, "MARKED", ({ detail }) => this.noteMarks(detail));
        this.trash = useTrash({
            isInTrash: () => Boolean(this.env.searchModel.isInTrash),
            getIds: () => this.getSelectedIds(DELETABLE),
        });
        // Only what the user sees: a folded row may hide other drafts.
        this.sending = useSending({ getIds: () => this.model.root.getResIds(true) });
        this.placeService = useService("iris_email.place");
        onMounted(() => this.showPlaceInAddress());
        useBus(this.env.searchModel, "update", () => this.onSearched());
    }

    /** @override each load may come after letters were read, marked or moved */
    get modelParams() {
        const params = super.modelParams;
        const onRootLoaded = (root) => {
            this.loads.number++;
            this.followSending(root.records);
        };
        return { ...params, hooks: { ...params.hooks, onRootLoaded } };
    }

    /** @override */
    getStaticActionMenuItems() {
        return {
            ...super.getStaticActionMenuItems(),
            ...this.getWritingMenuItems(),
            ...this.getMarkingMenuItems(),
            ...this.trash.getMenuItems(),
        };
    }

    getMarkingMenuItems() {
        const { letters } = this;
        const marking = (sequence, icon, description, mark, limits) => ({
            sequence,
            icon,
            description,
            callback: async () => mark(await this.getSelectedIds(limits)),
        });
        return {
            markRead: marking(30, "fa fa-envelope-open-o", _t("Mark as read"), (ids) =>
                letters.setUnread(ids, false)
            ),
            markUnread: marking(31, "fa fa-envelope", _t("Mark as unread"), (ids) =>
                letters.setUnread(ids, true)
            ),
            star: marking(
                32,
                "fa fa-star",
                _t("Set the star"),
                (ids) => letters.setImportant(ids, true),
                EDITABLE
            ),
            unstar: marking(
                33,
                "fa fa-star-o",
                _t("Take away the star"),
                (ids) => letters.setImportant(ids, false),
                EDITABLE
            ),
            responsible: marking(
                40,
                "fa fa-user",
                _t("Set responsible"),
                (ids) => letters.askResponsible(ids),
                EDITABLE
            ),
            access: marking(
                41,
                "fa fa-user-plus",
                _t("Change access"),
                (ids) => letters.changeAccess(ids),
                [["can_access", "=", true]]
            ),
        };
    }

    /**
     * Whatever limits there are for an action (a domain), what the user has selected by themself
     * belongs to it: the server says why it refuses.
     *
     * @returns {Promise<number[]>} the letters that an action on the selected ones is for
     */
    async getSelectedIds() {
        return this.model.root.getResIds(true);
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

    /** @returns {string} the name of the open folder, or "" in a view without folders */
    get folderName() {
        const { display, folderName } = this.env.searchModel;
        return display.searchPanel ? folderName : "";
    }

    /** Begin a letter of the type that the folder is for (guide F1). */
    newLetter() {
        const type = getFolder(this.folderName)?.writes || "draft";
        return executeButtonCallback(this.rootRef.el, () => this.letters.compose({ type }));
    }

    /** The user looks for other letters, maybe in another folder. */
    onSearched() {
        this.showPlaceInAddress();
    }

    /** @returns {Object} what the address says of where the user is; see PlaceService */
    get place() {
        return this.env.searchModel.place;
    }

    /** Keep folder and mailbox in the address of the page. */
    showPlaceInAddress() {
        if (this.env.searchModel.display.searchPanel) {
            this.props.updateActionState?.(this.placeService.getKeys(this.place));
        }
    }

    /** Letters that are on their way leave the list by themselves. */
    followSending(letters = []) {
        const soon = DateTime.now().plus({ minutes: 1 });
        const ids = letters
            .filter(({ data }) => isSettledSoon(data) && !(data.send_at > soon))
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
        const { facets, mailboxId } = this.env.searchModel;
        if (!facets.length && !mailboxId) {
            return this.getFolderHelp() || noContentHelp;
        }
        const title = _t("No letters match");
        const advice = _t("Take a filter away, or choose another folder or mailbox.");
        return markup`
            <p class="o_view_nocontent_neutral_face">${title}</p>
            <p>${advice}</p>`;
    }

    /** @returns {string | undefined} what to do in an empty folder of letters that are written here */
    getFolderHelp() {
        const help = {
            unread: [_t("Nothing unread"), _t("You have read all letters that came in.")],
            important: [_t("Nothing important"), _t("Letters that you give a star stand here.")],
            drafts: [
                _t("No drafts"),
                _t("Press New letter to write one. What you write is saved here by itself."),
            ],
            outgoing: [
                _t("Nothing waits to be sent"),
                _t(
                    "Letters stand here until you select them and press Send, and while they are sent."
                ),
            ],
            sent: [_t("Nothing sent yet"), _t("Press New letter to write to somebody.")],
            templates: [
                _t("No templates"),
                _t("Press New letter to write a text that you need again and again."),
            ],
            trash: [_t("The trash is empty"), _t("Letters that you delete stay here first.")],
        }[this.folderName];
        if (!help) {
            return undefined;
        }
        const [title, advice] = help;
        return markup`
            <p class="o_view_nocontent_smiling_face">${title}</p>
            <p>${advice}</p>`;
    }

    /**
     * Load the letters anew; if this was the last page and nothing is left of it, the one before.
     * Not by the model's own load(): it would call off the load of another folder, and the folder
     * with it.
     */
    async reload() {
        const { root, isReady } = this.model;
        if (!isReady) {
            return;
        }
        await root.load();
        if (root.offset && !root.isGrouped && !root.records.length) {
            await root.load({ offset: Math.max(0, root.offset - root.limit) });
        }
    }

    /** Marks of letters have other values: `ids` of them, and the new `values`. */
    noteMarks() {
        return this.refresh();
    }

    /** Show what is new, unless that would disturb the user. */
    async refresh() {
        const { root, isReady } = this.model;
        if (isReady && !root.editedRecord && !root.isDomainSelected) {
            await root.load();
        }
    }
}

export const letterListView = {
    ...listView,
    Controller: LetterListController,
    Model: LetterListModel,
    SearchModel: LetterSearchModel,
    SearchPanel: FolderPanel,
    buttonTemplate: "iris_email.LetterListView.Buttons",
};

registry.category("views").add("iris_email_list", letterListView);

import { onWillUnmount, useEffect, useSubEnv } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Deferred } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { omit, pick } from "@web/core/utils/objects";
import { getBasicEvalContext, getFieldsSpec } from "@web/model/relational_model/utils";
import { useSetupAction } from "@web/search/action_hook";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { LetterSearchModel } from "../folders/letter_search_model";
import { showSignature } from "../letter_editor/letter_editor";
import { useLetterFiles } from "../letter_files/letter_files_hook";
import { isOnItsWay } from "../letters/letters_service";
import { useSending } from "../letters/sending_hook";
import { useTrash } from "../letters/trash_hook";
import { Autosave } from "./autosave";
import { speaksOfFiles } from "./file_words";
import { LetterFormModel } from "./letter_form_model";
import { SaveStatus } from "./save_status";

// These must be known to the server at once: the signature and the rights depend on them. So what
// the server made of them is read; but what is being written here is newer than there.
const PROMPT_FIELDS = ["account_id", "type", "responsible_id"];
const WRITTEN_FIELDS = ["email_to", "email_cc", "email_bcc", "reply_to", "subject", "body"];

// What the server finds out from the recipients of a letter that is saved.
const LINK_FIELDS = ["contact_id", "company_partner_id", "candidate_ids", "correspondent_email"];

// Buttons of the card that send.
const SEND_METHOD = "send_letters";

/**
 * The letter card. Showing a letter takes its mark "new" off (guide E5); one that is being written
 * saves itself, and is thrown away again if nothing was written in it (guide F1-F9).
 */
export class LetterFormController extends FormController {
    static template = "iris_email.LetterFormView";
    static components = { ...FormController.components, SaveStatus };

    setup() {
        super.setup();
        this.notification = useService("notification");
        this.letters = useService("iris_email.letters");
        this.setupTrash();
        this.setupWriting();
        this.marked = Promise.resolve();
        // Only a letter that comes into view is marked: one that is made unread here stays so.
        useEffect(
            () => {
                this.markRead();
            },
            () => [this.model.root.resId]
        );
        // The list that comes next must not be read before the mark is off.
        useSetupAction({ beforeLeave: () => this.marked });
        useEffect(
            () => this.followSending(),
            () => [this.model.root.resId, this.model.root.data.state]
        );
        useBus(this.letters.bus, "CHANGED", () => this.onLettersChanged());
    }

    setupTrash() {
        this.trash = useTrash({
            isInTrash: () => !this.model.root.isNew && this.model.root.data.is_trashed,
            mayDelete: () => Boolean(this.model.root.data.can_delete),
            getIds: (method) => this.getIdsForTrash(method),
            afterwards: (method) =>
                method === "action_restore" ? this.model.load() : this.leave(),
        });
    }

    setupWriting() {
        const isWriting = () => this.isWriting;
        const getLetter = () => this.model.root;
        this.autosave = new Autosave({ getLetter, isWriting });
        this.files = useLetterFiles({ rootRef: this.rootRef, getLetter, isWriting });
        this.sending = useSending({
            getIds: () => this.getIdsToSend(),
            getDoubts: () => (speaksOfFiles(this.model.root.data) ? ["files"] : []),
            // Somebody who has paged on meanwhile stays where they are.
            afterwards: ([id]) => id === this.model.root.resId && this.leave(),
        });
        // What stands on the card works together by this.
        this.letterCard = {
            autosave: this.autosave,
            files: this.files,
            sending: this.sending,
            editor: undefined,
        };
        useSubEnv({ letterCard: this.letterCard });
        useBus(this.model.bus, "FIELD_IS_DIRTY", ({ detail }) => {
            if (detail) {
                this.autosave.onTyping();
            }
        });
        useHotkey("control+enter", () => this.sending.send(), {
            bypassEditableProtection: true,
            isAvailable: () => this.isWriting && this.model.root.data.type !== "template",
        });
        onWillUnmount(() => this.autosave.stop());
    }

    /** @returns {boolean} whether the user may go on writing the shown letter */
    get isWriting() {
        const { isNew, data } = this.model.root;
        return !isNew && Boolean(data.can_write);
    }

    /** @override */
    get modelParams() {
        const params = super.modelParams;
        const onLetterGone = () => this.onLetterGone();
        const onRecordChanged = (_letter, changes) => this.onLetterChanged(changes);
        return { ...params, hooks: { ...params.hooks, onLetterGone, onRecordChanged } };
    }

    /** @override */
    getStaticActionMenuItems() {
        return {
            ...super.getStaticActionMenuItems(),
            editAsNew: {
                isAvailable: () => this.model.root.data.type === "sent",
                sequence: 20,
                icon: "fa fa-pencil-square-o",
                description: _t("Edit as new"),
                callback: () => this.letters.answer("action_edit_as_new", this.model.root.resId),
            },
            ...this.trash.getMenuItems(),
        };
    }

    /** @override */
    get className() {
        return { ...super.className, o_iris_writing: this.isWriting };
    }

    /** @override the subject that is being written */
    displayName() {
        return this.isWriting
            ? this.model.root.data.subject || _t("New letter")
            : super.displayName();
    }

    /** @override some buttons offer Undo and lead back to the letters */
    async beforeExecuteActionButton(clickParams) {
        if (clickParams.name === SEND_METHOD) {
            await this.sending.send();
            return false;
        }
        if (!this.trash.owns(clickParams.name)) {
            return super.beforeExecuteActionButton(clickParams);
        }
        await this.trash.run(clickParams.name);
        return false;
    }

    // -------------------------------------------------------------------------
    // Writing
    // -------------------------------------------------------------------------

    /** Called by the model within an update, which must not wait for what happens here. */
    onLetterChanged(changes) {
        const isPrompt = PROMPT_FIELDS.some((name) => name in changes);
        if (isPrompt && this.isWriting) {
            this.autosave.stop();
            Promise.resolve().then(() => this.autosave.save());
        } else {
            this.autosave.schedule();
        }
    }

    /** @override */
    async onRecordSaved(letter, changes) {
        await super.onRecordSaved(letter, changes);
        if (!this.isWriting) {
            return;
        }
        if (PROMPT_FIELDS.some((name) => name in changes)) {
            this.readBack(letter, Object.keys(letter.activeFields));
        } else if ("email_to" in changes) {
            this.readBack(letter, LINK_FIELDS);
        }
    }

    /** Show what the server made of the letter; nobody waits for it. */
    async readBack(letter, names) {
        const { resId, resModel } = letter;
        const specification = getFieldsSpec(
            pick(letter.activeFields, ...names),
            letter.fields,
            getBasicEvalContext(letter.config)
        );
        let values;
        try {
            [values] = await this.model.orm.silent.webRead(resModel, [resId], { specification });
        } catch {
            return; // the next save says what is wrong
        }
        if (!values || letter.resId !== resId) {
            return;
        }
        const { editor } = this.letterCard;
        if (editor && values.body) {
            showSignature(editor, values.body);
        }
        const written = editor ? WRITTEN_FIELDS : WRITTEN_FIELDS.filter((name) => name !== "body");
        letter._applyValues(omit(values, ...written));
    }

    /**
     * @override the editor would lose caret and history if the letter were loaded anew; but it must
     *  be if it was written on elsewhere, or the older text from here would replace that
     */
    async beforeVisibilityChange() {
        if (!this.isWriting) {
            return super.beforeVisibilityChange();
        }
        const letter = this.model.root;
        if (document.visibilityState === "hidden") {
            this.hiddenVersion = undefined;
            const isSaved = await this.autosave.save();
            this.hiddenVersion = isSaved && (await this.readVersion(letter));
        } else if (this.hiddenVersion) {
            const isSame = this.hiddenVersion === (await this.readVersion(letter));
            if (!isSame && !(await letter.isDirty())) {
                await this.model.load();
            }
        }
    }

    /** @returns {Promise<string | undefined>} what changes when the letter is written on, or sent */
    async readVersion({ resModel, resId }) {
        try {
            const names = ["date", "type", "state"];
            return JSON.stringify(await this.model.orm.silent.read(resModel, [resId], names));
        } catch {
            return this.hiddenVersion; // it cannot be told
        }
    }

    /** @override what is just being typed is saved, too; a letter without a word is thrown away */
    async beforeLeave(options = {}) {
        if (this.isLeft) {
            return true; // it is sent or gone, so there is nothing to save
        }
        const { isWriting } = this;
        if (isWriting && !options.forceLeave) {
            await this.model.root.isDirty();
        }
        const mayLeave = await super.beforeLeave(options);
        if (mayLeave !== false && isWriting && !this.files.isBusy()) {
            await this.discardBlank();
        }
        return mayLeave;
    }

    /** @override */
    beforeUnload(ev) {
        if (this.files.isBusy()) {
            ev.preventDefault(); // the browser asks, since files on their way would be lost
        }
        return super.beforeUnload(ev);
    }

    /** @override without a connection there is nothing to choose: the text stays here */
    onSaveError(error, options, leaving) {
        if (!leaving || error.data) {
            return super.onSaveError(error, options, leaving);
        }
        this.autosave.onFailure(error);
        this.notification.add(this.autosave.text, { type: "danger" });
        return false;
    }

    async discardBlank() {
        const { resModel, resId } = this.model.root;
        try {
            await this.model.orm.silent.call(resModel, "discard_blank", [[resId]]);
        } catch {
            // It stays among the drafts; the server throws it away later.
        }
    }

    // -------------------------------------------------------------------------
    // Sending
    // -------------------------------------------------------------------------

    /** @returns {Promise<number[]>} the shown letter, unless it cannot be saved */
    async getIdsToSend() {
        const letter = this.model.root;
        const { resId } = letter; // the record may move on to another letter
        if (!(await this.files.whenSettled())) {
            const message = _t("The letter is not sent, because a file did not arrive.");
            this.notification.add(message, { type: "warning" });
            return [];
        }
        this.autosave.stop();
        return (await letter.save({ reload: false })) ? [resId] : [];
    }

    /** A letter that is on its way is looked after, as long as it is shown. */
    followSending() {
        const { resId, data } = this.model.root;
        if (resId && isOnItsWay(data)) {
            this.letters.watch([resId]);
        }
    }

    async onLettersChanged() {
        if (!this.isLeft && !this.isWriting && this.model.root.data.type === "outbox") {
            await this.model.load();
        }
    }

    // -------------------------------------------------------------------------
    // Leaving
    // -------------------------------------------------------------------------

    /** @returns {Promise<number[]>} the shown letter, unless changes of it cannot be saved */
    async getIdsForTrash(method) {
        const letter = this.model.root;
        if (letter.isNew) {
            return [];
        }
        if (method === "action_delete_for_good") {
            await letter.discard();
            return [letter.resId];
        }
        return (await letter.save()) ? [letter.resId] : [];
    }

    /** Go back to where the user came from. */
    async leave() {
        this.isLeft = true;
        if (this.env.inDialog) {
            await this.env.dialogData.close();
        } else if (this.env.config.breadcrumbs?.length > 1) {
            this.env.config.historyBack();
        } else {
            await this.actionService.doAction("iris_email.iris_email_action", {
                clearBreadcrumbs: true,
            });
        }
    }

    onLetterGone() {
        const message = _t("You can no longer read this letter.");
        this.notification.add(message, { type: "info" });
        return this.leave();
    }

    /** Take the mark off the shown letter, here and on the server, without making it dirty. */
    async markRead() {
        const letter = this.model.root;
        const { isNew, resId, resModel } = letter;
        if (isNew || !letter.data.is_unread) {
            return;
        }
        const marked = new Deferred();
        this.marked = marked;
        try {
            await this.model.orm.silent.call(resModel, "mark_read", [[resId]]);
        } finally {
            marked.resolve(); // a failure is shown, and must not keep the user in this card
        }
        // Saving may have moved the same data point on to the next letter.
        if (letter.resId === resId) {
            letter._applyValues({ is_unread: false });
        }
    }
}

export const letterFormView = {
    ...formView,
    Controller: LetterFormController,
    Model: LetterFormModel,
    SearchModel: LetterSearchModel, // carries folder and mailbox along for the way back
};

registry.category("views").add("iris_email_form", letterFormView);

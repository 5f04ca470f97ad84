import { toRaw, useEffect, useState } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { Domain } from "@web/core/domain";
import { unique } from "@web/core/utils/arrays";
import { useBus } from "@web/core/utils/hooks";
import { omit } from "@web/core/utils/objects";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { isAnswerable } from "../letters/letters_service";
import { DELETABLE, LetterListController } from "../letter_list/letter_list_view";
import { useLetterKeys } from "../letter_keys/letter_keys";
import { saveMailSettings, useMailSettings } from "../mail_settings/mail_settings";
import { LetterReader } from "../reader/letter_reader";

// What is loaded beforehand, as steps in the direction in which the user goes: far enough to have
// the next letter ready while the server is busy with another one.
const LIKELY_STEPS = [1, 2, -1, 3];

// Marks of several letters of a conversation are followed by one look at the list.
const REFRESH_DELAY = 250;

/** Three panes: folders, letters, and the reader with the letter that is opened. */
export class MailboxController extends LetterListController {
    static template = "iris_email.Mailbox";
    static components = { ...LetterListController.components, LetterReader };

    setup() {
        super.setup();
        this.settings = useMailSettings();
        this.direction = 1;
        this.isLeaving = false; // for another folder, with a letter that was open here
        this.restoredId = this.props.state?.letterId;
        this.reading = useState({
            letterId: this.placeService.takeLetter() || this.restoredId || false,
        });
        useSetupAction({ getLocalState: () => ({ letterId: this.reading.letterId }) });
        this.marks = useState({}); // id of a letter → what changed since the list was loaded
        this.marksBefore = {}; // those that a load that is under way knows
        this.refreshSoon = useDebounced(() => this.refresh(), REFRESH_DELAY);
        this.onClose = this.env.isSmall ? () => this.closeLetter() : undefined;
        useBus(this.letters.bus, "CHANGED", ({ detail }) => this.leave(detail?.leftIds || []));
        useEffect(
            () => this.showLetterInAddress(),
            () => [this.reading.letterId]
        );
        let hasConversations = this.settings.conversations;
        useEffect(
            (conversations) => {
                if (conversations !== hasConversations) {
                    hasConversations = conversations;
                    this.env.searchModel.refresh();
                }
            },
            () => [this.settings.conversations]
        );
        useLetterKeys(this.getKeyActions());
    }

    /** @override */
    get modelParams() {
        const params = super.modelParams;
        const { onRootLoaded } = params.hooks;
        const hooks = {
            ...params.hooks,
            onWillLoadRoot: () => {
                this.marksBefore = { ...toRaw(this.marks) };
            },
            onRootLoaded: (root) => {
                this.forgetMarks();
                this.checkRestored(root);
                return onRootLoaded(root);
            },
        };
        // A list may have been sorted before.
        return { ...params, config: { ...params.config, orderBy: [] }, hooks };
    }

    /** @override a letter opens beside the list */
    async openRecord(record) {
        this.openLetter(record.resId);
    }

    // -------------------------------------------------------------------------
    // The opened letter
    // -------------------------------------------------------------------------

    openLetter(letterId) {
        this.reading.letterId = letterId;
    }

    closeLetter() {
        this.reading.letterId = false;
    }

    /** The letter that was opened before another view may have left its folder there. */
    checkRestored({ records }) {
        const { restoredId, reading } = this;
        this.restoredId = undefined;
        if (restoredId === reading.letterId && !records.some(({ resId }) => resId === restoredId)) {
            this.closeLetter();
        }
    }

    openCard(letterId) {
        const activeIds = this.records.map(({ resId }) => resId);
        return this.props.selectRecord(letterId, { activeIds });
    }

    get records() {
        return this.model.root.records;
    }

    get openedIndex() {
        return this.records.findIndex(({ resId }) => resId === this.reading.letterId);
    }

    /** @returns {number[]} the letters that will be asked for next, the likeliest first */
    get neighbours() {
        const at = this.openedIndex;
        const steps = at === -1 ? [] : LIKELY_STEPS;
        return steps.map((step) => this.records[at + step * this.direction]?.resId).filter(Boolean);
    }

    /** Go to the next letter (1) or the one before (-1); without an opened one to the first. */
    step(by) {
        this.direction = by;
        const record = this.records[Math.max(0, this.openedIndex + by)];
        if (record) {
            this.openLetter(record.resId);
        }
    }

    /** When the opened letter leaves the list, the next one is opened; a phone shows the list. */
    leave(leftIds) {
        const { letterId } = this.reading;
        if (!leftIds.includes(letterId)) {
            return;
        }
        if (this.openedIndex === -1) {
            this.closeLetter();
            return;
        }
        const isLeft = ({ resId }) => leftIds.includes(resId);
        const following = this.records.slice(this.openedIndex + 1);
        const before = this.records.slice(0, this.openedIndex).reverse();
        const next = [...following, ...before].find((record) => !isLeft(record));
        this.reading.letterId = (!this.env.isSmall && next?.resId) || false;
    }

    /** @override */
    onSearched() {
        this.isLeaving ||= Boolean(this.reading.letterId);
        this.closeLetter();
        super.onSearched();
    }

    /** @override */
    get place() {
        return { ...super.place, letterId: this.reading.letterId };
    }

    /**
     * Back leads to the folder before, not through all letters that were read; on a phone, which
     * shows nothing but the letter, it leads back to the list.
     */
    showLetterInAddress() {
        if (this.isLeaving) {
            this.isLeaving = false; // the address of the new place is on its way
            return;
        }
        this.showPlaceInAddress();
        const isPushed = this.env.isSmall && this.reading.letterId;
        if (!isPushed) {
            router.replaceState({});
        }
    }

    getLetterUrl(letterId) {
        return this.placeService.getUrl({ ...this.place, letterId });
    }

    // -------------------------------------------------------------------------
    // Marks
    // -------------------------------------------------------------------------

    /** @override rows show them without being loaded anew */
    noteMarks({ ids, values }) {
        for (const id of ids) {
            this.marks[id] = { ...this.marks[id], ...values };
        }
        if ("is_unread" in values && ids.some((id) => this.isOneOfSeveral(id))) {
            this.refreshSoon(); // the server counts what else is new in the conversation
        }
    }

    /** @returns {boolean} whether a letter shares its row with others */
    isOneOfSeveral(letterId) {
        const record = this.records.find(({ resId }) => resId === letterId);
        return this.settings.conversations && record?.data.conversation_size !== 1;
    }

    /** What is loaded now knows the marks that were set before it was asked for. */
    forgetMarks() {
        for (const [id, values] of Object.entries(this.marksBefore)) {
            if (toRaw(this.marks[id]) === toRaw(values)) {
                delete this.marks[id];
            }
        }
    }

    getMark(letterId, name) {
        const record = this.records.find(({ resId }) => resId === letterId);
        return this.marks[letterId]?.[name] ?? record?.data[name];
    }

    toggleStar(letterId) {
        return this.letters.setImportant([letterId], !this.getMark(letterId, "is_important"));
    }

    // -------------------------------------------------------------------------
    // Many letters
    // -------------------------------------------------------------------------

    /** @override */
    async getSelectedIds(limits) {
        return this.getConversationIds(await super.getSelectedIds(), limits);
    }

    /**
     * A folded row stands for all letters of its conversation that are in the folder, and for the
     * one that it shows, even if that one is no longer in the folder.
     *
     * @param {number[]} ids letters of rows
     * @param {Array} [limits] a further domain
     */
    async getConversationIds(ids, limits = []) {
        if (!this.settings.conversations || !ids.length) {
            return ids;
        }
        const domain = Domain.and([this.props.domain, limits]).toList();
        const others = await this.orm.call("iris.email", "get_conversation_ids", [ids, domain]);
        return unique([...ids, ...others]);
    }

    /** @override what is hidden in a folded row cannot be exported from there */
    getStaticActionMenuItems() {
        const items = super.getStaticActionMenuItems();
        return this.settings.conversations ? omit(items, "export") : items;
    }

    async toggleConversations() {
        await saveMailSettings({ conversations: !this.settings.conversations });
    }

    // -------------------------------------------------------------------------
    // Keys
    // -------------------------------------------------------------------------

    getKeyActions() {
        const withLetter = (act) => () => {
            const { letterId } = this.reading;
            return letterId && act(letterId);
        };
        const withRow = (act) => withLetter(async (id) => act(await this.getConversationIds([id])));
        const answer = (method) =>
            withLetter((id) => {
                const type = this.records.find(({ resId }) => resId === id)?.data.type;
                return (!type || isAnswerable({ type })) && this.letters.answer(method, id);
            });
        const goTo = (folderName) => () => this.env.searchModel.goTo({ folderName });
        return {
            next: () => this.step(1),
            previous: () => this.step(-1),
            open: withLetter((id) => this.openCard(id)),
            close: () => this.closeLetter(),
            reply: answer("action_reply"),
            replyAll: answer("action_reply_all"),
            forward: answer("action_forward"),
            star: withLetter((id) => this.toggleStar(id)),
            select: withLetter((id) =>
                this.records.find(({ resId }) => resId === id)?.toggleSelection()
            ),
            trash: withLetter((id) => this.trashRow(id)),
            done: withLetter((id) => this.finish(id)),
            unread: withRow((ids) => this.letters.setUnread(ids, true)),
            compose: () => this.newLetter(),
            search: () => this.rootRef.el.querySelector(".o_searchview_input")?.focus(),
            goInbox: goTo("inbox"),
            goUnread: goTo("unread"),
            goImportant: goTo("important"),
            goDrafts: goTo("drafts"),
            goSent: goTo("sent"),
        };
    }

    /** The next letter comes first, so that the key can be pressed again at once. */
    async trashRow(letterId) {
        if (this.env.searchModel.isInTrash) {
            return;
        }
        const ids = this.getConversationIds([letterId], DELETABLE);
        this.leave([letterId]);
        await this.letters.moveToTrash(await ids);
    }

    async finish(letterId) {
        const ids = this.getConversationIds([letterId]);
        this.step(1);
        await this.letters.setUnread(await ids, false);
    }
}

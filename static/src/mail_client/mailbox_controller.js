import { useEffect, useState } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { useBus } from "@web/core/utils/hooks";
import { isAnswerable } from "../letters/letters_service";
import { LetterListController } from "../letter_list/letter_list_view";
import { useLetterKeys } from "../letter_keys/letter_keys";
import { saveMailSettings, useMailSettings } from "../mail_settings/mail_settings";
import { LetterReader } from "../reader/letter_reader";

// What is loaded beforehand, as steps in the direction in which the user goes: far enough to have
// the next letter ready while the server is busy with another one.
const LIKELY_STEPS = [1, 2, -1, 3];

/** Three panes: folders, letters, and the reader with the letter that is opened. */
export class MailboxController extends LetterListController {
    static template = "iris_email.Mailbox";
    static components = { ...LetterListController.components, LetterReader };

    setup() {
        super.setup();
        this.settings = useMailSettings();
        this.direction = 1;
        this.reading = useState({ letterId: this.placeService.takeLetter() || false });
        this.marks = useState({}); // id of a letter → what changed since the list was loaded
        useBus(this.letters.bus, "CHANGED", ({ detail }) => this.leave(detail?.leftIds || []));
        useBus(this.env.searchModel, "update", () => this.closeLetter());
        useEffect(
            (letterId) => this.showLetterInAddress(letterId),
            () => [this.reading.letterId]
        );
        useLetterKeys(this.getKeyActions());
    }

    /** @override */
    get modelParams() {
        const params = super.modelParams;
        const { onRootLoaded } = params.hooks;
        const hooks = {
            ...params.hooks,
            onRootLoaded: (root) => {
                Object.keys(this.marks).forEach((id) => delete this.marks[id]);
                return onRootLoaded(root);
            },
        };
        return { ...params, hooks };
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
        const isLeft = ({ resId }) => leftIds.includes(resId);
        const following = this.records.slice(this.openedIndex + 1);
        const before = this.records.slice(0, Math.max(0, this.openedIndex)).reverse();
        const next = [...following, ...before].find((record) => !isLeft(record));
        this.reading.letterId = (!this.env.isSmall && next?.resId) || false;
    }

    showLetterInAddress(letterId) {
        router.replaceState({ letter: letterId || undefined });
    }

    getLetterUrl(letterId) {
        const { place } = this.env.searchModel;
        return this.placeService.getUrl({ ...place, letterId });
    }

    // -------------------------------------------------------------------------
    // Marks
    // -------------------------------------------------------------------------

    /** @override rows show them without being loaded anew */
    noteMarks({ ids, values }) {
        for (const id of ids) {
            this.marks[id] = { ...this.marks[id], ...values };
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

    /** @override a folded row stands for all letters of its conversation that are in the folder */
    async getSelectedIds() {
        const ids = await super.getSelectedIds();
        if (!this.settings.conversations || !ids.length) {
            return ids;
        }
        return this.orm.call("iris.email", "get_conversation_ids", [ids, this.props.domain]);
    }

    async toggleConversations() {
        await saveMailSettings({ conversations: !this.settings.conversations });
        return this.env.searchModel.refresh();
    }

    // -------------------------------------------------------------------------
    // Keys
    // -------------------------------------------------------------------------

    getKeyActions() {
        const withLetter = (act) => () => {
            const { letterId } = this.reading;
            return letterId && act(letterId);
        };
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
            trash: withLetter(
                (id) => !this.env.searchModel.isInTrash && this.letters.moveToTrash([id])
            ),
            done: withLetter(async (id) => {
                await this.letters.setUnread([id], false);
                this.step(1);
            }),
            unread: withLetter((id) => this.letters.setUnread([id], true)),
            compose: () => this.newLetter(),
            search: () => this.rootRef.el.querySelector(".o_searchview_input")?.focus(),
            goInbox: goTo("inbox"),
            goUnread: goTo("unread"),
            goImportant: goTo("important"),
            goDrafts: goTo("drafts"),
            goSent: goTo("sent"),
        };
    }
}

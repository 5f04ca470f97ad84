import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { isAnswerable } from "../letters/letters_service";
import { useLetterActions } from "./letter_actions";
import { describeDate } from "./letter_date";
import { LetterHead } from "./letter_head";
import { LetterText } from "./letter_text";
import { LetterTiles } from "./letter_tiles";
import { makeHonest } from "./people";
import { useReadMark } from "./read_mark";

// How many folded letters are shown above the letter until all are asked for.
const MOST_FOLDED = 4;

// How many unread letters are unfolded at once.
const MOST_UNFOLDED = 3;

/** One more letter of a conversation, unfolded. */
export class ConversationLetter extends Component {
    static template = "iris_email.ConversationLetter";
    static components = { LetterHead, LetterText, LetterTiles };
    static props = { letterId: Number };

    setup() {
        this.reader = useService("iris_email.reader");
        this.state = useState({
            letter: this.reader.peek(this.props.letterId),
            isFailed: false,
            view: { wasShown: true, withImages: false, isPlain: false, version: 0 },
        });
        this.actions = useLetterActions({
            getLetter: () => this.state.letter,
            getView: () => this.state.view,
            reload: () => this.change({ version: this.state.view.version + 1 }),
        });
        useReadMark(() => this.state.letter);
        useBus(this.reader.bus, "UPDATED", () => this.take());
        useBus(this.reader.bus, "OUTDATED", () => this.load());
        onMounted(() => this.load());
        onWillUnmount(() => (this.isLeft = true));
    }

    async load() {
        this.state.isFailed = false;
        try {
            await this.reader.load(this.props.letterId);
        } catch {
            this.state.isFailed = true;
        }
        this.take();
    }

    take() {
        this.state.letter = this.reader.peek(this.props.letterId) || this.state.letter;
    }

    change(values) {
        Object.assign(this.state, { view: { ...this.state.view, ...values } });
    }

    get isAnswerable() {
        return isAnswerable(this.state.letter);
    }
}

/** Letters of a conversation before or after the one that is shown, folded. */
export class LetterConversation extends Component {
    static template = "iris_email.LetterConversation";
    static components = { ConversationLetter };
    static props = { entries: Array };

    setup() {
        this.state = useState({ unfoldedIds: new Set(), isWhole: false });
        // What is new for the user is not folded away; what comes later is, until they ask for it.
        const unread = this.shown.filter(({ is_unread }) => is_unread);
        unread.slice(-MOST_UNFOLDED).forEach(({ id }) => this.state.unfoldedIds.add(id));
    }

    get shown() {
        const { entries } = this.props;
        const isWhole = this.state.isWhole || entries.length <= MOST_FOLDED;
        return isWhole ? entries : entries.slice(1 - MOST_FOLDED);
    }

    get hiddenText() {
        const count = this.props.entries.length - this.shown.length;
        return count && _t("Show %s older letters", count);
    }

    showWhole() {
        this.state.isWhole = true;
    }

    isUnfolded(id) {
        return this.state.unfoldedIds.has(id);
    }

    toggle(id) {
        const { unfoldedIds } = this.state;
        if (!unfoldedIds.delete(id)) {
            unfoldedIds.add(id);
        }
    }

    describe({ type, sender_name, preview, date }) {
        return {
            sender: makeHonest(sender_name || "") || _t("No sender"),
            preview: makeHonest(preview),
            date: describeDate(date),
            isDraft: type === "draft",
            isWaiting: type === "outbox",
        };
    }
}

import {
    Component,
    onWillUnmount,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { isAnswerable, isSettledSoon } from "../letters/letters_service";
import { FramePool } from "./frame_pool";
import { useLetterActions } from "./letter_actions";
import { LetterConversation } from "./letter_conversation";
import { LetterHead } from "./letter_head";
import { LetterLinks } from "./letter_links";
import { LetterNotices } from "./letter_notices";
import { LetterText, isWithImages } from "./letter_text";
import { LetterTiles } from "./letter_tiles";
import { LetterToolbar } from "./letter_toolbar";
import { makeHonest } from "./people";
import { useReadMark } from "./read_mark";
import { LetterGoneError } from "./reader_service";

// The letter that is shown comes first: its neighbours wait until the browser is idle.
const PREFETCH_DELAY = 50;

// Before that nobody misses a word about what is loading.
const PATIENCE = 300;

const NO_VIEW = {};

/**
 * A letter as people read it: head, text and files, with the rest of its conversation folded. What
 * may be read next is loaded beforehand, so that it is there at once.
 */
export class LetterReader extends Component {
    static template = "iris_email.LetterReader";
    static components = {
        LetterConversation,
        LetterHead,
        LetterLinks,
        LetterNotices,
        LetterText,
        LetterTiles,
        LetterToolbar,
    };
    static props = {
        resId: Number,
        // Ids of letters that may be shown next, the likeliest first.
        neighbours: { type: Array, optional: true },
        // Back to the list: only where there is no room for both.
        onClose: { type: Function, optional: true },
    };
    static defaultProps = { neighbours: [] };

    setup() {
        this.reader = useService("iris_email.reader");
        this.letters = useService("iris_email.letters");
        this.scroller = useRef("scroller");
        this.pool = new FramePool();
        this.places = useState(this.pool.places);
        // status: loading, shown, gone or failed
        this.state = useState({
            resId: false,
            letter: undefined,
            status: "loading",
            isSlow: false,
        });
        this.setupActions();
        this.show(this.props.resId);
        onWillUpdateProps(({ resId }) => this.show(resId));
        useBus(this.reader.bus, "UPDATED", () => this.take());
        useBus(this.reader.bus, "OUTDATED", ({ detail }) => this.onOutdated(detail));
        useEffect(
            () => {
                this.scroller.el.scrollTop = 0;
            },
            () => [this.state.resId]
        );
        useEffect(
            () => this.prefetchSoon(),
            () => [this.state.resId, this.state.status, this.props.neighbours.join()]
        );
        onWillUnmount(() => this.leave());
    }

    setupActions() {
        this.actions = useLetterActions({
            getLetter: () => this.state.letter,
            getView: () => {
                const { letter } = this.state;
                return { ...this.view, withImages: isWithImages(letter, this.view) };
            },
            reload: (id) => this.pool.reload(id),
        });
        useReadMark(() => this.state.letter);
        useHotkey("escape", () => this.props.onClose(), {
            isAvailable: () => Boolean(this.props.onClose),
        });
    }

    // -------------------------------------------------------------------------
    // Loading
    // -------------------------------------------------------------------------

    show(resId) {
        if (resId === this.state.resId) {
            return;
        }
        const letter = resId ? this.reader.peek(resId) : undefined;
        const status = letter ? "shown" : "loading";
        Object.assign(this.state, { resId, letter, status, isSlow: false });
        if (resId) {
            this.pool.show(resId);
            this.load();
        }
    }

    /** What is shown of the letter stays until the answer is there. */
    async load() {
        const { resId } = this.state;
        const timer = browser.setTimeout(() => {
            this.state.isSlow = resId === this.state.resId;
        }, PATIENCE);
        let status = "shown";
        try {
            await this.reader.load(resId);
        } catch (error) {
            status = error instanceof LetterGoneError ? "gone" : "failed";
        }
        browser.clearTimeout(timer);
        if (this.isLeft || resId !== this.state.resId) {
            return;
        }
        // If the connection is lost a letter that is here can be read all the same.
        if (status !== "failed" || !this.state.letter) {
            this.state.status = status;
        }
        this.take();
    }

    retry() {
        this.state.status = "loading";
        return this.load();
    }

    /** Take over what the service knows of the letter. */
    take() {
        const { resId, status } = this.state;
        const letter = resId && this.reader.peek(resId);
        if (status === "gone") {
            this.state.letter = undefined;
        } else if (letter) {
            this.state.letter = letter;
            if (isSettledSoon(letter)) {
                this.letters.watch([resId]);
            }
        }
    }

    /** @param {{ letters: Map<number, Object>, isAll: boolean }} detail what was known until now */
    onOutdated({ letters, isAll }) {
        for (const { id } of this.places) {
            // Only what came in, or went out, stays as it is.
            if (letters.has(id) ? !isAnswerable(letters.get(id)) : isAll) {
                this.pool.reload(id);
            }
        }
        if (this.state.resId && !this.isLeft) {
            this.load().then(() => this.prefetchSoon());
        }
    }

    leave() {
        this.isLeft = true;
        browser.clearTimeout(this.prefetchTimer);
        // Elsewhere letters are changed without a word to this service.
        this.reader.clear();
    }

    // -------------------------------------------------------------------------
    // Neighbours
    // -------------------------------------------------------------------------

    prefetchSoon() {
        browser.clearTimeout(this.prefetchTimer);
        const isReady = this.state.status === "shown" && this.pool.isSettled(this.state.resId);
        if (isReady && !this.isLeft) {
            this.prefetchTimer = browser.setTimeout(() => this.prefetch(), PREFETCH_DELAY);
        }
    }

    async prefetch() {
        await this.reader.prefetch(this.props.neighbours);
        this.prepareFrame();
    }

    prepareFrame() {
        if (!this.isLeft && this.pool.isSettled(this.state.resId)) {
            const wantedIds = [this.state.resId, ...this.props.neighbours];
            this.pool.prepareNext(wantedIds, (id) => Boolean(this.reader.peek(id)));
        }
    }

    onSettled(id) {
        this.pool.settle(id);
        if (id === this.state.resId) {
            this.prefetchSoon();
        } else {
            this.prepareFrame();
        }
    }

    // -------------------------------------------------------------------------
    // What is shown
    // -------------------------------------------------------------------------

    /** @returns {Object} how the letter is looked at */
    get view() {
        return this.places.find(({ id }) => id === this.state.resId)?.view || NO_VIEW;
    }

    get subject() {
        return makeHonest(this.state.letter.subject) || _t("(no subject)");
    }

    /** @returns {Object[]} each with a `name`, a `label` and a `badge` (class) */
    get marks() {
        const { letter } = this.state;
        return [
            { name: "is_answered", label: _t("Answered"), badge: "text-bg-success" },
            { name: "is_automatic", label: _t("Sent automatically"), badge: "text-bg-info" },
            { name: "is_bounce", label: _t("Delivery report"), badge: "text-bg-warning" },
            { name: "is_list", label: _t("Mailing list"), badge: "text-bg-secondary" },
            { name: "is_undelivered", label: _t("Not delivered"), badge: "text-bg-danger" },
        ].filter(({ name }) => letter[name]);
    }

    /** @returns {Object} the letters of the conversation before and after the one that is shown */
    get conversation() {
        const { conversation, id } = this.state.letter;
        const position = conversation.findIndex((entry) => entry.id === id);
        return position < 0
            ? { before: conversation, after: [] }
            : { before: conversation.slice(0, position), after: conversation.slice(position + 1) };
    }

    getLetter(id) {
        return id === this.state.resId ? this.state.letter : this.reader.peek(id);
    }

    isShown(id) {
        return id === this.state.resId && this.state.status === "shown";
    }

    change(values) {
        this.pool.change(this.state.resId, values);
    }

    // -------------------------------------------------------------------------
    // Changes
    // -------------------------------------------------------------------------

    /** Contact, company or responsible is another one, and the server may have found more. */
    async onLinked() {
        const { resId } = this.state;
        this.reader.forget([resId]);
        await this.load();
        const letter = this.reader.peek(resId);
        if (letter) {
            const describe = (link) => link && { id: link.id, display_name: link.name };
            const values = {
                company_partner_id: describe(letter.company),
                contact_id: describe(letter.contact),
                responsible_id: describe(letter.responsible),
            };
            this.letters.noteMarks([resId], values);
        }
    }
}

import { Component, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

// A letter longer than this scrolls within its frame: browsers slow down with very tall layers.
const TALLEST_FRAME = 60000;
const SHORTEST_FRAME = 60;

/**
 * @param {Object} params
 * @param {number} params.resId
 * @param {boolean} [params.withImages] load images from other servers
 * @param {boolean} [params.isDark] for a dark ground
 * @param {boolean} [params.isPlain] the text instead of the HTML
 * @param {boolean} [params.isPrinted] with a head, nothing folded
 * @returns {string} the address of the page of a letter
 */
export function getPageUrl({ resId, withImages, isDark, isPlain, isPrinted }) {
    const options = [
        `images=${withImages ? 1 : 0}`,
        isDark && "dark=1",
        isPlain && "view=text",
        isPrinted && "print=1",
    ];
    return `/iris_email/letter/${resId}/body?${options.filter(Boolean).join("&")}`;
}

/**
 * The letter as its sender made it, in a sandboxed frame that is as tall as the letter. Of the
 * same letter the former page stays until the new one is there: nothing jumps when images are
 * loaded.
 *
 * A frame that is not shown is laid out all the same, so that it can be shown at once. It is out
 * of reach of keyboard and screen readers.
 */
export class LetterFrame extends Component {
    static template = "iris_email.LetterFrame";
    static props = {
        resId: Number,
        withImages: { type: Boolean, optional: true },
        isDark: { type: Boolean, optional: true },
        isPlain: { type: Boolean, optional: true },
        isShown: { type: Boolean, optional: true },
        // Another one loads the same address anew.
        version: { type: Number, optional: true },
        // Called each time when a page is there, or cannot be loaded.
        onSettled: { type: Function, optional: true },
        // `bar`, with the number `blockedImages` of what is shown.
        slots: { type: Object, optional: true },
    };
    static defaultProps = { isShown: true, version: 0 };

    setup() {
        this.hotkeys = useService("hotkey");
        this.state = useState({ pages: [makePage(this.props)] });
        onWillUpdateProps((nextProps) => this.onNextProps(nextProps));
        onWillUnmount(() => this.stopFollowing());
    }

    /** A new frame for each address: changing the address would fill the browser's history. */
    onNextProps(nextProps) {
        const page = makePage(nextProps);
        if (page.key === this.lastPage.key) {
            return;
        }
        const former = this.shownPage;
        if (page.key === former?.key && former.status === "shown") {
            this.state.pages = [former]; // it was only about to be replaced
            return;
        }
        const isSame = nextProps.resId === this.props.resId && former?.status === "shown";
        if (!isSame) {
            this.stopFollowing();
        }
        this.state.pages = isSame ? [former, page] : [page];
    }

    /** @returns {Object} what shall be shown, though it may still be loading */
    get lastPage() {
        return this.state.pages.at(-1);
    }

    /** @returns {Object | undefined} the page that the user sees */
    get shownPage() {
        return this.state.pages.find(({ status }) => status !== "loading");
    }

    get title() {
        return _t("Text of the letter");
    }

    onLoad(ev, key) {
        const frame = ev.target;
        const page = this.state.pages.find((page) => page.key === key);
        const told = frame.contentDocument?.documentElement.dataset;
        if (told?.irisLetter === undefined) {
            // Not a letter: an error page, or the login because the session is over.
            Object.assign(page, { status: "failed", blockedImages: 0, isTextOnly: false });
        } else {
            Object.assign(page, {
                status: "shown",
                blockedImages: Number(told.blockedImages),
                isTextOnly: told.textOnly !== undefined,
            });
            this.hotkeys.registerIframe(frame);
            frame.contentWindow.addEventListener("keydown", passPunctuationOn);
            this.follow(frame.contentDocument, page);
        }
        if (page === this.lastPage) {
            this.state.pages = [page];
        }
        this.props.onSettled?.();
    }

    /** Keep a frame as tall as its page; no script may run in there, so it is watched from here. */
    follow({ documentElement, body }, page) {
        this.stopFollowing();
        const adapt = () => {
            const needed = Math.max(documentElement.offsetHeight, body.scrollHeight);
            page.height = Math.min(Math.max(Math.ceil(needed), SHORTEST_FRAME), TALLEST_FRAME);
        };
        this.observer = new ResizeObserver(adapt);
        this.observer.observe(documentElement);
        this.observer.observe(body);
        adapt();
    }

    stopFollowing() {
        this.observer?.disconnect();
        this.observer = undefined;
    }
}

function makePage(props) {
    const source = getPageUrl(props);
    return {
        key: `${props.version} ${source}`,
        source,
        isDark: Boolean(props.isDark),
        status: "loading", // loading, shown or failed
        blockedImages: 0,
        isTextOnly: false,
        height: SHORTEST_FRAME,
    };
}

/** Odoo hears letters and digits in frames by itself. */
function passPunctuationOn(ev) {
    if (ev.key.length === 1 && !/[\p{L}\p{N}\s]/u.test(ev.key)) {
        window.dispatchEvent(new KeyboardEvent("keydown", ev));
    }
}

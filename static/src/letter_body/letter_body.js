import {
    Component,
    onWillUnmount,
    onWillUpdateProps,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { plural } from "../core/plural";

// A letter longer than this scrolls within its frame: browsers slow down with very tall layers.
const TALLEST_FRAME = 60000;
const SHORTEST_FRAME = 60;

/**
 * The letter as its sender made it, in a sandboxed frame. It goes by the id of the record, so the
 * field that it stands on need not hold the HTML itself: `preview` will do.
 */
export class LetterBodyField extends Component {
    static template = "iris_email.LetterBodyField";
    static props = { ...standardFieldProps };

    setup() {
        this.hotkeys = useService("hotkey");
        this.frame = useRef("frame");
        this.version = 0;
        this.value = this.props.record.data[this.props.name];
        this.state = useState(this.freshState());
        onWillUpdateProps((nextProps) => this.onNextProps(nextProps));
        useEffect(
            () => () => this.stopFollowing(),
            () => [this.frameKey]
        );
        onWillUnmount(() => this.stopFollowing());
    }

    freshState() {
        return {
            resId: this.props.record.resId,
            withImages: false,
            status: "loading", // loading, shown or failed
            blockedImages: 0,
            isTextOnly: false,
            height: SHORTEST_FRAME,
        };
    }

    onNextProps({ record, name }) {
        const value = record.data[name];
        if (record.resId === this.state.resId && value === this.value) {
            return;
        }
        const isOther = record.resId !== this.state.resId;
        this.version++;
        Object.assign(this.state, this.freshState(), {
            resId: record.resId,
            withImages: !isOther && this.state.withImages,
        });
        this.value = value;
    }

    /** A new frame for each address: changing the address would fill the browser's history. */
    get frameKey() {
        return `${this.version} ${this.source}`;
    }

    get source() {
        const { resId, withImages } = this.state;
        return `/iris_email/letter/${resId}/body?images=${withImages ? 1 : 0}`;
    }

    get title() {
        return _t("Text of the letter");
    }

    get blockedText() {
        return plural(
            this.state.blockedImages,
            _t("%(count)s remote image is not loaded.|%(count)s remote images are not loaded.")
        );
    }

    showImages() {
        Object.assign(this.state, { withImages: true, status: "loading", blockedImages: 0 });
    }

    onLoad() {
        const page = this.frame.el.contentDocument;
        const told = page?.documentElement.dataset;
        if (told?.irisLetter === undefined) {
            // Not a letter: an error page, or the login because the session is over.
            Object.assign(this.state, { status: "failed", blockedImages: 0 });
            return;
        }
        Object.assign(this.state, {
            status: "shown",
            blockedImages: Number(told.blockedImages),
            isTextOnly: told.textOnly !== undefined,
        });
        this.hotkeys.registerIframe(this.frame.el);
        this.follow(page);
    }

    /** Keep the frame as tall as its page; no script may run in there, so it is watched from here. */
    follow(page) {
        this.stopFollowing();
        const adapt = () => {
            const needed = Math.max(page.documentElement.offsetHeight, page.body.scrollHeight);
            this.state.height = Math.min(
                Math.max(Math.ceil(needed), SHORTEST_FRAME),
                TALLEST_FRAME
            );
        };
        this.observer = new ResizeObserver(adapt);
        this.observer.observe(page.documentElement);
        this.observer.observe(page.body);
        adapt();
    }

    stopFollowing() {
        this.observer?.disconnect();
        this.observer = undefined;
    }
}

registry.category("fields").add("iris_email_body", {
    component: LetterBodyField,
    displayName: _t("Text of a letter"),
    supportedTypes: ["char", "html", "text"],
});

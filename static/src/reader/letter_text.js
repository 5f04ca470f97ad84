import { Component } from "@odoo/owl";
import { cookie } from "@web/core/browser/cookie";
import { useService } from "@web/core/utils/hooks";
import { ImagesBar } from "../letter_body/images_bar";
import { LetterFrame } from "../letter_body/letter_frame";

/** @returns {boolean} whether Odoo is shown in dark colours */
export function isDarkScheme() {
    return cookie.get("color_scheme") === "dark";
}

/**
 * @param {Object | undefined} letter
 * @param {Object} view how it is looked at; see FramePool
 * @returns {boolean} whether its remote images are loaded: never before it is really shown, or the
 *  sender would learn of letters that nobody has opened
 */
export function isWithImages(letter, { wasShown, withImages }) {
    return wasShown && (withImages || Boolean(letter?.trusts_images));
}

/** The text of a letter, and what is asked about its images. */
export class LetterText extends Component {
    static template = "iris_email.LetterText";
    static components = { ImagesBar, LetterFrame };
    static props = {
        letterId: Number,
        letter: { type: Object, optional: true },
        view: Object,
        isShown: { type: Boolean, optional: true },
        onChange: Function,
        onSettled: { type: Function, optional: true },
    };
    static defaultProps = { isShown: true };

    setup() {
        this.reader = useService("iris_email.reader");
    }

    get frameProps() {
        const { letterId, letter, view, isShown, onSettled } = this.props;
        return {
            resId: letterId,
            withImages: isWithImages(letter, view),
            isDark: isDarkScheme() && !view.hasOwnColours,
            isPlain: view.isPlain,
            version: view.version,
            isShown,
            ...(onSettled && { onSettled }),
        };
    }

    /** @returns {Object} only senders of letters that came in are trusted */
    get trustProps() {
        const { letter } = this.props;
        return letter?.type === "inbox"
            ? { trust: () => this.reader.trustImages(letter, true) }
            : {};
    }

    showImages() {
        this.props.onChange({ withImages: true });
    }
}

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { plural } from "../core/plural";

/** How many images of other servers are not loaded, and what can be done about it. */
export class ImagesBar extends Component {
    static template = "iris_email.ImagesBar";
    static props = {
        count: Number,
        show: Function,
        // Show them always: only where the sender can be trusted.
        trust: { type: Function, optional: true },
    };

    get blockedText() {
        return plural(
            this.props.count,
            _t("%(count)s remote image is not loaded.|%(count)s remote images are not loaded.")
        );
    }
}

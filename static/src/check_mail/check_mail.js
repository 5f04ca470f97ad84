import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";

/** The button "Check mail" (guide E2): inactive while mail loads (E3). */
export class CheckMailButton extends Component {
    static template = "iris_email.CheckMailButton";
    static props = {
        className: { type: String, optional: true },
        role: { type: String, optional: true }, // within a menu
    };
    static defaultProps = { className: "btn-secondary" };

    setup() {
        this.checkMail = useService("iris_email.check_mail");
        this.state = useState(this.checkMail.state);
    }

    /** @returns {Promise<void>} the run, so that its faults reach Odoo's error dialog */
    onClick() {
        return this.checkMail.run();
    }
}

/** How far the check is: a strip that is only there while mail loads. */
export class CheckMailProgress extends Component {
    static template = "iris_email.CheckMailProgress";
    static props = {};

    setup() {
        this.state = useState(useService("iris_email.check_mail").state);
    }

    get percentage() {
        const { done, total } = this.state;
        return total ? Math.round((100 * done) / total) : 0;
    }

    get text() {
        const { address, done, total } = this.state;
        if (!address) {
            return _t("Checking mail…");
        }
        if (!total) {
            return _t("Looking for new letters, %(address)s", { address });
        }
        return _t("%(done)s of %(total)s, %(address)s", {
            done: formatInteger(done),
            total: formatInteger(total),
            address,
        });
    }
}

import { Component, useEffect, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import { CheckMailButton, CheckMailProgress } from "../check_mail/check_mail";
import { formatShortTime } from "../core/dates";
import { plural } from "../core/plural";
import { MailSettingsDialog } from "../mail_settings/mail_settings_dialog";
import { getBadge } from "./app_badge";

const { DateTime } = luxon;

const MOST_LETTERS = 5;

/** The envelope beside the user's name: how many letters are unread, and the latest of them. */
export class LettersMenu extends Component {
    static template = "iris_email.LettersMenu";
    static components = { CheckMailButton, CheckMailProgress, Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.letters = useService("iris_email.letters");
        this.presence = useService("iris_email.presence");
        this.counts = useState(this.letters.counts);
        this.presenceState = useState(this.presence.state);
        this.dropdown = useDropdownState();
        this.keepLast = new KeepLast();
        this.state = useState({ status: "loading", latest: [] }); // loading, shown or failed
        // Whatever changes the number may change which letters are the latest.
        useEffect(
            (isOpen) => {
                if (isOpen) {
                    this.load();
                }
            },
            () => [this.dropdown.isOpen, this.counts.unread]
        );
    }

    get badge() {
        return getBadge(this.counts.unread);
    }

    get unreadText() {
        const { unread, capped } = this.counts;
        const count = formatInteger(unread) + (capped ? "+" : "");
        return plural(unread, _t("%(count)s unread letter|%(count)s unread letters"), { count });
    }

    get title() {
        return this.counts.unread ? _t("Mail: %s", this.unreadText) : _t("Mail");
    }

    /** @returns {string} for screen readers, when letters come */
    get news() {
        const { arrived } = this.presenceState;
        return arrived ? plural(arrived, _t("%(count)s new letter|%(count)s new letters")) : "";
    }

    /** @returns {boolean} whether the user has to be told in which mailbox a letter is */
    get hasSeveralMailboxes() {
        return this.counts.places.length > 1;
    }

    onStateChanged() {
        this.presence.noteSeen();
    }

    async load() {
        try {
            const latest = this.orm.silent.call("iris.email", "get_latest", [], {
                limit: MOST_LETTERS,
            });
            this.state.latest = (await this.keepLast.add(latest)).map(describe);
            this.state.status = "shown";
        } catch (error) {
            this.state.status = "failed";
            throw error;
        }
    }

    openSettings() {
        this.dialog.add(MailSettingsDialog);
    }
}

function describe({ id, sender_name, subject, date, mailbox_name }) {
    const time = date && deserializeDateTime(date);
    return {
        id,
        sender: sender_name,
        subject: subject || _t("(no subject)"),
        mailbox: mailbox_name,
        time: formatShortTime(time),
        wholeTime: time ? time.toLocaleString(DateTime.DATETIME_FULL) : "",
    };
}

registry.category("systray").add(
    "iris_email.letters_menu",
    {
        Component: LettersMenu,
        isDisplayed: (env) => env.services["iris_email.presence"].isMailUser,
    },
    { sequence: 24 } // between Odoo's messages and activities
);

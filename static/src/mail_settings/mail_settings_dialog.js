import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { plural } from "../core/plural";
import { getMailSettings, saveMailSettings } from "./mail_settings";

// What is proposed to whoever wants some time before a letter counts as read, and the most.
const USUAL_SECONDS = 5;
const MOST_SECONDS = 3600;

/** How the current user wants to see letters. */
export class MailSettingsDialog extends Component {
    static template = "iris_email.MailSettingsDialog";
    static components = { Dialog };
    static props = { close: Function };

    setup() {
        this.title = _t("My mail settings");
        const { conversations, density, readSeconds, desktopNotifications } = getMailSettings();
        this.state = useState({
            conversations,
            density,
            desktopNotifications,
            reading: getReading(readSeconds),
            seconds: readSeconds > 0 ? readSeconds : USUAL_SECONDS,
            isSaving: false,
        });
        // Asks the browser, and follows what the user changes there.
        this.browserState = useState(useService("mail.notification.permission"));
    }

    get densities() {
        return [
            { value: "comfortable", label: _t("Comfortable") },
            { value: "compact", label: _t("Compact: more letters on the screen") },
        ];
    }

    get isInvalid() {
        const { reading, seconds } = this.state;
        const isSensible = Number.isInteger(seconds) && seconds > 0 && seconds <= MOST_SECONDS;
        return reading === "later" && !isSensible;
    }

    get mostSeconds() {
        return MOST_SECONDS;
    }

    get secondsUnit() {
        return plural(this.state.seconds || 0, _t("second|seconds"));
    }

    get secondsAdvice() {
        return _t("Enter whole seconds, from 1 to %s.", MOST_SECONDS);
    }

    get isSecure() {
        return window.isSecureContext;
    }

    onSecondsInput(ev) {
        this.state.seconds = ev.target.valueAsNumber;
        this.state.reading = "later";
    }

    /** The question of the browser appears only while a press of the user is being handled. */
    async onNotificationsChange(ev) {
        this.state.desktopNotifications = ev.target.checked;
        if (ev.target.checked) {
            await this.askBrowser();
        }
    }

    askBrowser() {
        return this.browserState.requestPermission();
    }

    async save() {
        const { conversations, density, desktopNotifications, reading, seconds } = this.state;
        const readSeconds = { once: 0, later: seconds, never: -1 }[reading];
        this.state.isSaving = true;
        try {
            await saveMailSettings({ conversations, density, readSeconds, desktopNotifications });
            this.props.close();
        } finally {
            this.state.isSaving = false;
        }
    }
}

function getReading(seconds) {
    if (seconds < 0) {
        return "never";
    }
    return seconds ? "later" : "once";
}

/** The entry of the menu Configuration. */
function openMailSettings(env) {
    env.services.dialog.add(MailSettingsDialog);
}

registry.category("actions").add("iris_email_settings", openMailSettings);

import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const { DateTime } = luxon;

// Hours of the day.
const EVENING = 18;
const MORNING = 9;
const SOON = 3;

const FORMAT = { weekday: "short", hour: "numeric", minute: "2-digit" };

/**
 * @param {luxon.DateTime} now
 * @returns {Object[]} times that people choose: a `name`, a `label` and the `time`
 */
export function getSendTimes(now) {
    const inSomeHours = now.plus({ hours: SOON }).startOf("hour");
    const evening = now.set({ hour: EVENING }).startOf("hour");
    const laterToday = inSomeHours <= evening ? inSomeHours : evening;
    const tomorrow = now.plus({ days: 1 }).set({ hour: MORNING }).startOf("hour");
    const monday = now
        .startOf("day")
        .plus({ days: 8 - now.weekday })
        .set({ hour: MORNING });
    return [
        { name: "today", label: _t("Later today"), time: laterToday },
        { name: "tomorrow", label: _t("Tomorrow morning"), time: tomorrow },
        { name: "monday", label: _t("Monday morning"), time: monday },
    ].filter(
        ({ name, time }) =>
            time > now.plus({ minutes: 5 }) && !(name === "monday" && time.equals(tomorrow))
    );
}

/** Send, and Send later (guide F10). */
export class SendButton extends Component {
    static template = "iris_email.SendButton";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.sending = this.env.letterCard.sending;
        this.state = useState(this.sending.state);
    }

    get times() {
        return getSendTimes(DateTime.now()).map((choice) => ({
            ...choice,
            text: choice.time.toLocaleString(FORMAT),
        }));
    }

    get hint() {
        return _t("Send (Ctrl+Enter)");
    }
}

registry.category("view_widgets").add("iris_email_send", { component: SendButton });

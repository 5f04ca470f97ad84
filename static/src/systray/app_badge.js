import { effect } from "@web/core/utils/reactive";
import { formatInteger } from "@web/views/fields/formatters";

const HIGHEST = 99;

// Read by app_badge.scss.
const PROPERTY = "--iris-email-unread";
const CLASS = "o_iris_has_unread";

/** @returns {string} a number for a badge; "" for none */
export function getBadge(number) {
    if (!number) {
        return "";
    }
    return number > HIGHEST ? `${formatInteger(HIGHEST)}+` : formatInteger(number);
}

/**
 * Show the number of unread letters beside the app's name, wherever that stands. This is done by
 * style alone: home menus differ, also by other addons, but all mark their entries alike.
 *
 * @param {{ unread: number }} counts reactive
 */
export function showAppBadge(counts) {
    effect(
        ({ unread }) => {
            const { classList, style } = document.body;
            classList.toggle(CLASS, unread > 0);
            style.setProperty(PROPERTY, JSON.stringify(getBadge(unread)));
        },
        [counts]
    );
}

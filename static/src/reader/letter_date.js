import { deserializeDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;

const TIME = { hour: "numeric", minute: "2-digit" };
const DAY = { weekday: "short", day: "numeric", month: "short", ...TIME };
const DAY_OF_OTHER_YEAR = { day: "numeric", month: "short", year: "numeric", ...TIME };

const RECENT_DAYS = 7;

/**
 * @param {string} date of the server
 * @returns {{ iso: string, short: string, ago: string, full: string }} `ago` only of recent ones
 */
export function describeDate(date) {
    const time = deserializeDateTime(date);
    const now = DateTime.now();
    const isToday = time.hasSame(now, "day");
    const format = isToday ? TIME : time.hasSame(now, "year") ? DAY : DAY_OF_OTHER_YEAR;
    const isRecent = Math.abs(now.diff(time, "days").days) < RECENT_DAYS;
    return {
        iso: time.toISO(),
        short: time.toLocaleString(format),
        ago: isRecent ? time.toRelative({ style: "short" }) : "",
        full: time.toLocaleString(DateTime.DATETIME_HUGE),
    };
}

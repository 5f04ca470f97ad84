const { DateTime } = luxon;

const DAY = { month: "short", day: "numeric" };

/**
 * @param {luxon.DateTime | false} time
 * @returns {string} today the time, this year the day, before that the date
 */
export function formatShortTime(time) {
    if (!time) {
        return "";
    }
    const now = DateTime.now();
    if (time.hasSame(now, "day")) {
        return time.toLocaleString(DateTime.TIME_SIMPLE);
    }
    return time.toLocaleString(time.hasSame(now, "year") ? DAY : DateTime.DATE_SHORT);
}

import { user } from "@web/core/user";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
const STEP = 1024;

/**
 * Say how large a file is, with unit and decimal sign of the user's language: "1 byte", "1,3 МБ".
 *
 * @param {number} [bytes] none is 0
 * @returns {string}
 */
export function formatFileSize(bytes = 0) {
    let size = bytes || 0;
    let unit = 0;
    // What would be rounded to a whole step is one of the next unit.
    while (size >= STEP - 0.05 && unit < UNITS.length - 1) {
        size /= STEP;
        unit++;
    }
    return new Intl.NumberFormat(user.lang, {
        style: "unit",
        unit: UNITS[unit],
        unitDisplay: unit ? "short" : "long",
        maximumFractionDigits: 1,
    }).format(size);
}

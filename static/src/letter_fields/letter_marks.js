import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

const TIME_FORMAT = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };

/**
 * What is said of a letter before its subject: answered, and how far its sending is.
 *
 * @param {Object} letter its `type`, `state`, `send_at`, `is_answered` and `is_undelivered`
 * @returns {Object[]} each with a `name`, a `label`, and an `icon` or a `badge` (class)
 */
export function getLetterMarks(letter) {
    return [...getAnswerMarks(letter), ...getSendingMarks(letter)];
}

function getAnswerMarks({ is_answered }) {
    return is_answered ? [{ name: "answered", icon: "fa-reply", label: _t("Answered") }] : [];
}

function getSendingMarks({ type, state, send_at, is_undelivered }) {
    if (type === "sent") {
        return is_undelivered
            ? [{ name: "undelivered", badge: "text-bg-danger", label: _t("Not delivered") }]
            : [];
    }
    if (type !== "outbox" || !state) {
        return [];
    }
    const isLater = send_at && send_at > DateTime.now().plus({ minutes: 1 });
    const queued = isLater
        ? _t("Will be sent %(time)s", { time: send_at.toLocaleString(TIME_FORMAT) })
        : _t("Waits in the queue");
    return [
        {
            queued: { badge: "text-bg-info", label: queued },
            sending: { badge: "text-bg-info", label: _t("Being sent") },
            error: { badge: "text-bg-danger", label: _t("Not sent") },
            uncertain: { badge: "text-bg-warning", label: _t("Maybe sent") },
        }[state],
    ].map((mark) => ({ ...mark, name: state }));
}

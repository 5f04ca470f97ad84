import { useEffect } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

/** @returns {number} after how many seconds a letter counts as read; -1: never by itself */
function getReadSeconds() {
    return user.settings?.iris_email_read_seconds ?? 0;
}

/**
 * Take the mark "new" off a letter that has been shown for as long as the user wants (guide E5).
 * Only once: a letter that is made unread while it is shown stays so.
 *
 * @param {() => Object | undefined} getLetter
 * @param {(values: Object) => void} [onMarked]
 */
export function useReadMark(getLetter, onMarked) {
    const letters = useService("iris_email.letters");

    /** Also lists hear of it, even if the letter is left before the server has answered. */
    async function markRead(id) {
        await letters.setUnread([id], false);
        onMarked?.({ is_unread: false });
    }

    useEffect(
        (id) => {
            const seconds = getReadSeconds();
            if (!id || !getLetter().is_unread || seconds < 0) {
                return;
            }
            if (!seconds) {
                markRead(id);
                return;
            }
            const timer = browser.setTimeout(() => markRead(id), 1000 * seconds);
            return () => browser.clearTimeout(timer);
        },
        () => [getLetter()?.id]
    );
}

import { useEffect } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";
import { getMailSettings } from "../mail_settings/mail_settings";

/**
 * Take the mark "new" off a letter that has been shown for as long as the user wants (guide E5).
 * Only once: a letter that is made unread while it is shown stays so.
 *
 * @param {() => Object | undefined} getLetter
 */
export function useReadMark(getLetter) {
    const letters = useService("iris_email.letters");

    let timer;
    useBus(letters.bus, "MARKED", ({ detail: { ids, values } }) => {
        if ("is_unread" in values && ids.includes(getLetter()?.id)) {
            browser.clearTimeout(timer); // the user was faster
        }
    });

    /** Also lists hear of it, even if the letter is left before the server has answered. */
    const markRead = (id) => letters.setUnread([id], false);

    useEffect(
        (id) => {
            const { readSeconds: seconds } = getMailSettings();
            if (!id || !getLetter().is_unread || seconds < 0) {
                return;
            }
            if (!seconds) {
                markRead(id);
                return;
            }
            timer = browser.setTimeout(() => markRead(id), 1000 * seconds);
            return () => browser.clearTimeout(timer);
        },
        () => [getLetter()?.id]
    );
}

import { onWillUnmount, useEffect } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";

// Of all who are told at once, each asks at another moment.
const LONGEST_WAIT = 1500;

/**
 * Call something when new letters came in that the user may read, whoever checked the mail.
 *
 * @param {() => void} callback
 */
export function useNewLetters(callback) {
    const busService = useService("bus_service");
    let timer;
    const onNews = () => {
        browser.clearTimeout(timer);
        timer = browser.setTimeout(callback, Math.random() * LONGEST_WAIT);
    };
    useEffect(
        () => {
            busService.subscribe("iris_email/new_letters", onNews);
            return () => busService.unsubscribe("iris_email/new_letters", onNews);
        },
        () => []
    );
    onWillUnmount(() => browser.clearTimeout(timer));
}

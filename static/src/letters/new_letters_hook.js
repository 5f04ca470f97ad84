import { onWillUnmount, useEffect } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";

// New letters of quick steps are shown together; the user waits for them.
const CHECK_DELAY = 250;

// Of all who are told at once, each asks at another moment, and not before the answer to an own
// check, which may speak of the same letters.
const SHORTEST_WAIT = 500;
const SPREAD = 1000;

/**
 * Call something when new letters came in that the user may read, whoever checked the mail: once
 * for all that is told in a short time.
 *
 * @param {() => void} callback
 */
export function useNewLetters(callback) {
    const busService = useService("bus_service");
    let timer;
    const schedule = (delay) => {
        browser.clearTimeout(timer);
        timer = browser.setTimeout(() => {
            timer = undefined;
            callback();
        }, delay);
    };
    const onNews = () => {
        if (!timer) {
            schedule(SHORTEST_WAIT + SPREAD * Math.random());
        }
    };
    useBus(useService("iris_email.check_mail").bus, "LETTERS", () => schedule(CHECK_DELAY));
    useEffect(
        () => {
            busService.subscribe("iris_email/new_letters", onNews);
            return () => busService.unsubscribe("iris_email/new_letters", onNews);
        },
        () => []
    );
    onWillUnmount(() => browser.clearTimeout(timer));
}

import { routerBus, router } from "@web/core/browser/router";
import { omit, pick } from "@web/core/utils/objects";
import { registry } from "@web/core/registry";
import { getFolder } from "./folders";

/**
 * What the address of the page says of folder, mailbox and letter. It counts once, for the view
 * that the page opens with; whoever opens the app by its menu begins at the first folder.
 */
export class PlaceService {
    constructor() {
        this._read();
        routerBus.addEventListener("ROUTE_CHANGE", () => this._read());
    }

    _read() {
        const { folder, mailbox, letter } = router.current;
        this.linked = {};
        if (getFolder(folder)) {
            this.linked.folderName = folder;
        }
        if (Number.isInteger(mailbox)) {
            this.linked.mailboxId = mailbox;
        }
        if (Number.isInteger(letter)) {
            this.linked.letterId = letter;
        }
    }

    /** @returns {{ folderName?: string, mailboxId?: number }} */
    takePlace() {
        return this._take("folderName", "mailboxId");
    }

    /** @returns {number | undefined} */
    takeLetter() {
        return this._take("letterId").letterId;
    }

    _take(...names) {
        const taken = pick(this.linked, ...names.filter((name) => name in this.linked));
        names.forEach((name) => delete this.linked[name]);
        return taken;
    }

    /**
     * @param {{ folderName: string, mailboxId: number | false, letterId?: number | false }} place
     * @returns {Object} the keys of the address
     */
    getKeys({ folderName, mailboxId, letterId }) {
        return {
            folder: folderName,
            mailbox: mailboxId || undefined,
            letter: letterId || undefined,
        };
    }

    /** @returns {string} the address of a place in the view that is shown */
    getUrl(place) {
        const rest = omit(router.current, "folder", "mailbox", "letter");
        const keys = Object.entries(this.getKeys(place)).filter(([, value]) => value);
        return router.stateToUrl({ ...rest, ...Object.fromEntries(keys) });
    }
}

export const placeService = {
    start: () => new PlaceService(),
};

registry.category("services").add("iris_email.place", placeService);

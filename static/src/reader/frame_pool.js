import { reactive } from "@odoo/owl";

// The letter that is shown, some that may be next, and the one that was left just now.
export const MOST_FRAMES = 6;

const FIRST_VIEW = {
    wasShown: false,
    withImages: false,
    isPlain: false,
    hasOwnColours: false,
    version: 0,
};

/**
 * Which letters have a frame in the page. A frame that is moved within the document loads its page
 * anew, so places are neither moved nor taken away: a letter that is not needed any more makes
 * room for another one.
 *
 * A place is `{ key, id, view }`. How a letter is looked at is forgotten when it loses its place:
 * if it is prepared again, nothing is loaded from other servers.
 */
export class FramePool {
    constructor() {
        this.places = reactive([]);
        this.loadingIds = new Set();
        this.lastUse = new Map(); // id → a number that grows
        this.uses = 0;
    }

    /**
     * @param {number} id
     * @returns {Object | undefined} the place of a letter
     */
    find(id) {
        return this.places.find((place) => place.id === id);
    }

    /** @param {number} id the letter that is to be seen */
    show(id) {
        this._use(id, [id]);
        this.change(id, { wasShown: true });
    }

    /**
     * Give a frame to one of the letters that may be shown next. One at a time: it must not take
     * long until the letter that is shown next is there.
     *
     * @param {number[]} wantedIds those that have a frame already keep it
     * @param {(id: number) => boolean} isReady
     */
    prepareNext(wantedIds, isReady) {
        const ids = wantedIds.slice(0, MOST_FRAMES - 1);
        const id = ids.find((id) => !this.find(id) && isReady(id));
        if (id && !this.loadingIds.size) {
            this._use(id, ids);
        }
    }

    /** @param {number} id a letter whose page is there, or cannot be loaded */
    settle(id) {
        this.loadingIds.delete(id);
    }

    /** @returns {boolean} whether the frame of a letter has its page */
    isSettled(id) {
        return Boolean(this.find(id)) && !this.loadingIds.has(id);
    }

    /**
     * Look at a letter in another way.
     *
     * @param {number} id
     * @param {Object} values some of `withImages`, `isPlain`, `hasOwnColours`
     */
    change(id, values) {
        const place = this.find(id);
        if (place) {
            place.view = { ...place.view, ...values };
        }
    }

    /** @param {number} id a letter whose page on the server is another one now */
    reload(id) {
        this.change(id, { version: ++this.uses });
    }

    _use(id, neededIds) {
        this.lastUse.set(id, ++this.uses);
        if (this.find(id)) {
            return;
        }
        this.loadingIds.add(id);
        if (this.places.length < MOST_FRAMES) {
            this.places.push({ key: this.places.length, id, view: FIRST_VIEW });
            return;
        }
        const [place] = this.places
            .filter((place) => !neededIds.includes(place.id))
            .sort((one, other) => this.lastUse.get(one.id) - this.lastUse.get(other.id));
        this.loadingIds.delete(place.id);
        this.lastUse.delete(place.id);
        Object.assign(place, { id, view: FIRST_VIEW });
    }
}

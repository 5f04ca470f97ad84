import { EventBus } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

const MODEL = "iris.email";

// Letters whose heads are kept: some pages of a list, back and forth.
const MOST_LETTERS = 50;

// Of all tabs that are told of new letters at once, each asks at another moment.
const LONGEST_WAIT = 1500;

// What the server says of a letter that is gone, or that the user may no longer read.
const GONE = new Set(["odoo.exceptions.AccessError", "odoo.exceptions.MissingError"]);

/** The letter is deleted, or the user may not read it. */
export class LetterGoneError extends Error {}

/**
 * What is shown of letters beside their text, kept so that the next letter is there at once.
 * Letters are never changed in place: whoever holds one sees by its identity whether it is the
 * latest.
 *
 * `bus` triggers "UPDATED" when values of kept letters have changed, and "OUTDATED" with
 * `{ letters, isAll }` when these, a map, are forgotten.
 */
export class Reader {
    /** @param {import("@web/core/orm_service").ORM} orm */
    constructor(orm) {
        this.orm = orm.silent;
        this.bus = new EventBus();
        this.letters = new Map(); // id → letter; the one that was asked for last stands at the end
        this.requests = new Map(); // id → the request whose answer counts
    }

    /**
     * @param {number} id
     * @returns {Object | undefined} the letter, if it is kept
     */
    peek(id) {
        return this.letters.get(id);
    }

    /**
     * @param {number} id
     * @returns {Promise<Object>} what `get_reader` says of the letter
     * @throws {LetterGoneError}
     */
    async load(id) {
        while (!this.letters.has(id)) {
            const request = this.requests.get(id) || this._request([id]);
            await request.done;
            const { ids, answered, error } = request;
            // If it was forgotten meanwhile the answer is too old, and of several letters another
            // one may be the reason for a refusal: it is asked for again.
            if (!this.letters.has(id) && answered.has(id) && ids.length === 1) {
                throw !error || GONE.has(error.exceptionName) ? new LetterGoneError() : error;
            }
        }
        return this._keep(this.letters.get(id));
    }

    /**
     * Load letters that may be asked for next, all at once. It is no matter if that fails.
     *
     * @param {number[]} ids
     */
    async prefetch(ids) {
        const missing = ids.filter((id) => !this.letters.has(id) && !this.requests.has(id));
        if (missing.length) {
            await this._request(missing).done;
        }
    }

    /**
     * Take over what is known to have changed.
     *
     * @param {number[]} ids
     * @param {Object} values
     */
    patch(ids, values) {
        const isMeant = ({ id }) => ids.includes(id);
        ids.forEach((id) => this.requests.delete(id)); // an answer on its way may be older
        for (const letter of this.letters.values()) {
            if (isMeant(letter) || letter.conversation.some(isMeant)) {
                this.letters.set(letter.id, {
                    ...letter,
                    ...(isMeant(letter) && values),
                    conversation: letter.conversation.map((entry) =>
                        isMeant(entry) ? { ...entry, ...values } : entry
                    ),
                });
            }
        }
        this.bus.trigger("UPDATED");
    }

    /**
     * Load remote images of letters from the sender of a letter from now on, or ask first.
     *
     * @param {Object} letter
     * @param {boolean} isTrusted
     */
    async trustImages(letter, isTrusted) {
        await this.orm.call(MODEL, isTrusted ? "trust_images" : "distrust_images", [[letter.id]]);
        const email = getSenderEmail(letter);
        const others = [...this.letters.values()].filter(
            (other) => other.type === letter.type && getSenderEmail(other) === email
        );
        this.patch(
            others.map(({ id }) => id),
            { trusts_images: isTrusted }
        );
    }

    /** @param {number[]} ids letters that are to be loaded anew when they are asked for */
    forget(ids) {
        for (const id of ids) {
            this.letters.delete(id);
            this.requests.delete(id);
        }
    }

    /**
     * Forget what letters that left were part of; if it is not known which, all letters. What may
     * be shown next stays.
     *
     * @param {number[]} leftIds
     */
    leave(leftIds) {
        if (!leftIds.length) {
            this.clear();
            return;
        }
        const isLeft = ({ id }) => leftIds.includes(id);
        const touched = [...this.letters.values()].filter(
            (letter) => isLeft(letter) || letter.conversation.some(isLeft)
        );
        this.forget([...leftIds, ...touched.map(({ id }) => id)]);
        const letters = new Map(touched.map((letter) => [letter.id, letter]));
        this.bus.trigger("OUTDATED", { letters, isAll: false });
    }

    /** Forget all letters. */
    clear() {
        const { letters } = this;
        this.letters = new Map();
        this.requests.clear();
        this.bus.trigger("OUTDATED", { letters, isAll: true });
    }

    _request(ids) {
        const request = { ids, answered: new Set(), error: undefined };
        ids.forEach((id) => this.requests.set(id, request));
        request.done = this._ask(request);
        return request;
    }

    /** Never fails: who waits for a letter looks at the request. */
    async _ask(request) {
        const isCurrent = (id) => this.requests.get(id) === request;
        try {
            const letters = await this.orm.call(MODEL, "get_reader", [request.ids]);
            letters.filter(({ id }) => isCurrent(id)).forEach((letter) => this._keep(letter));
        } catch (error) {
            request.error = error;
        }
        for (const id of request.ids.filter(isCurrent)) {
            this.requests.delete(id);
            request.answered.add(id);
        }
    }

    _keep(letter) {
        this.letters.delete(letter.id);
        this.letters.set(letter.id, letter);
        if (this.letters.size > MOST_LETTERS) {
            this.letters.delete(this.letters.keys().next().value);
        }
        return letter;
    }
}

function getSenderEmail({ people }) {
    return people.email_from[0]?.email.toLowerCase();
}

export const readerService = {
    dependencies: ["orm", "iris_email.letters", "bus_service"],
    start(env, { orm, bus_service, "iris_email.letters": letters }) {
        const reader = new Reader(orm);
        letters.bus.addEventListener("CHANGED", ({ detail: { leftIds } }) => reader.leave(leftIds));
        letters.bus.addEventListener("MARKED", ({ detail }) =>
            reader.patch(detail.ids, detail.values)
        );
        // Letters of a conversation that is shown may have come. All tabs hear of them at once.
        let timer;
        bus_service.subscribe("iris_email/new_letters", () => {
            browser.clearTimeout(timer);
            timer = browser.setTimeout(() => reader.clear(), Math.random() * LONGEST_WAIT);
        });
        return reader;
    },
};

registry.category("services").add("iris_email.reader", readerService);

import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { LetterGoneError, Reader } from "@iris_email/reader/reader_service";

describe.current.tags("headless");
defineMailModels();

/** A connection whose answers come when the test wants them. */
function makeConnection() {
    const calls = [];
    const orm = {
        call(model, method, [ids]) {
            const answer = new Deferred();
            calls.push({ method, ids, answer });
            return answer;
        },
    };
    return { calls, reader: new Reader({ silent: orm }) };
}

function makeHead(id, values = {}) {
    return { id, type: "inbox", people: { email_from: [] }, conversation: [], ...values };
}

class ServerError extends Error {
    constructor(name) {
        super(name);
        this.exceptionName = `odoo.exceptions.${name}`;
    }
}

describe("cache", () => {
    test("asks once for a letter, and once for all neighbours", async () => {
        const { calls, reader } = makeConnection();
        const first = reader.load(1);
        const second = reader.load(1);
        reader.prefetch([1, 2, 3]);
        reader.prefetch([2, 4]);
        expect(calls.map(({ ids }) => ids)).toEqual([[1], [2, 3], [4]]);
        calls[0].answer.resolve([makeHead(1)]);
        expect(await first).toBe(await second);
        const neighbour = reader.load(3);
        calls[1].answer.resolve([makeHead(2), makeHead(3)]);
        expect((await neighbour).id).toBe(3);
        expect(reader.peek(2).id).toBe(2);
        expect(calls).toHaveLength(3);
    });

    test("keeps the letters that were asked for last", async () => {
        const { calls, reader } = makeConnection();
        const ids = [...Array(50).keys()].map((index) => index + 1);
        const done = reader.prefetch(ids);
        calls[0].answer.resolve(ids.map((id) => makeHead(id)));
        await done;
        await reader.load(1);
        const last = reader.load(51);
        calls[1].answer.resolve([makeHead(51)]);
        await last;
        expect(reader.peek(1).id).toBe(1);
        expect(reader.peek(2)).toBe(undefined);
    });

    test("an answer that is older than a change does not count", async () => {
        const { calls, reader } = makeConnection();
        const letter = reader.load(1);
        reader.forget([1]);
        calls[0].answer.resolve([makeHead(1, { subject: "old" })]);
        await animationFrame();
        expect(reader.peek(1)).toBe(undefined);
        calls[1].answer.resolve([makeHead(1, { subject: "new" })]);
        expect((await letter).subject).toBe("new");

        const marked = reader.load(2);
        reader.patch([2], { is_unread: false });
        calls[2].answer.resolve([makeHead(2, { is_unread: true })]);
        await animationFrame();
        calls[3].answer.resolve([makeHead(2, { is_unread: false })]);
        expect((await marked).is_unread).toBe(false);
    });

    test("changes reach letters and the conversations that they belong to", async () => {
        const { calls, reader } = makeConnection();
        const entry = { id: 2, is_unread: true };
        reader.prefetch([1, 2, 3]);
        calls[0].answer.resolve([
            makeHead(1, { conversation: [entry] }),
            makeHead(2, { is_unread: true }),
            makeHead(3),
        ]);
        await animationFrame();
        const [first, third] = [reader.peek(1), reader.peek(3)];
        reader.patch([2], { is_unread: false });
        expect(reader.peek(1)).not.toBe(first);
        expect(reader.peek(1).conversation).toEqual([{ id: 2, is_unread: false }]);
        expect(reader.peek(2).is_unread).toBe(false);
        expect(reader.peek(3)).toBe(third);
    });

    test("a letter among others that is gone harms only itself", async () => {
        const { calls, reader } = makeConnection();
        reader.prefetch([1, 2]);
        const first = reader.load(1);
        const second = reader.load(2).catch((error) => error);
        calls[0].answer.reject(new ServerError("AccessError"));
        await animationFrame();
        expect(calls.slice(1).map(({ ids }) => ids)).toEqual([[1], [2]]);
        calls[1].answer.resolve([makeHead(1)]);
        calls[2].answer.reject(new ServerError("MissingError"));
        expect((await first).id).toBe(1);
        expect(await second).toBeInstanceOf(LetterGoneError);
    });

    test("other errors are no reason to call a letter gone", async () => {
        const { calls, reader } = makeConnection();
        const letter = reader.load(1).catch((error) => error);
        const lost = new Error("lost");
        calls[0].answer.reject(lost);
        expect(await letter).toBe(lost);
        const again = reader.load(1);
        calls[1].answer.resolve([makeHead(1)]);
        expect((await again).id).toBe(1);
    });
});

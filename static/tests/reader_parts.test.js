import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { hover, leave, press, queryAll, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeDialogMockEnv,
    mockService,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { CharsetDialog } from "@iris_email/reader/charset_dialog";
import { FramePool, MOST_FRAMES } from "@iris_email/reader/frame_pool";
import { LetterConversation } from "@iris_email/reader/letter_conversation";
import { describeDate } from "@iris_email/reader/letter_date";
import { PeopleLine } from "@iris_email/reader/letter_head";
import { LetterLinks } from "@iris_email/reader/letter_links";
import { LetterNotices } from "@iris_email/reader/letter_notices";
import { LetterTiles } from "@iris_email/reader/letter_tiles";
import { getInitials, getPersonLabel, makeHonest } from "@iris_email/reader/people";
import { PersonChip } from "@iris_email/reader/person_chip";
import { LetterGoneError, Reader } from "@iris_email/reader/reader_service";

class Letter extends models.Model {
    _name = "iris.email";

    subject = fields.Char();

    _records = [{ id: 1, subject: "оПХБЕР" }];
}

defineMailModels();
defineModels([Letter]);

beforeEach(() => {
    onRpc("iris.email", "get_mail_counts", () => ({}));
});

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

describe("pool of frames", () => {
    test("gives places away, but never moves them", () => {
        const pool = new FramePool();
        pool.show(1);
        pool.change(1, { withImages: true });
        pool.settle(1);
        for (const id of [2, 3, 4, 5, 6, 7, 8]) {
            pool.prepareNext([1, id], () => true);
            pool.settle(id);
        }
        expect(pool.places).toHaveLength(MOST_FRAMES);
        expect(pool.places.map(({ key }) => key)).toEqual([0, 1, 2, 3, 4, 5]);
        expect(pool.places.map(({ id }) => id)).toEqual([1, 7, 8, 4, 5, 6]);
        expect(pool.find(1).view.withImages).toBe(true);

        for (const id of [11, 12, 13, 14, 15, 16]) {
            pool.show(id);
        }
        expect(pool.find(1)).toBe(undefined);
        pool.prepareNext([16, 1], () => true);
        expect(pool.find(1)).toBe(undefined);
        pool.settle(16);
        [11, 12, 13, 14, 15].forEach((id) => pool.settle(id));
        pool.prepareNext([16, 1], () => true);
        expect(pool.find(1).view.withImages).toBe(false);
        expect(pool.find(1).view.wasShown).toBe(false);
    });

    test("prepares one letter at a time, and only those whose head is known", () => {
        const pool = new FramePool();
        pool.show(1);
        pool.prepareNext([1, 2], () => true);
        expect(pool.find(2)).toBe(undefined);
        pool.settle(1);
        pool.prepareNext([1, 2, 3, 4], (id) => id !== 2);
        pool.prepareNext([1, 2, 3, 4], (id) => id !== 2);
        expect(pool.places.map(({ id }) => id)).toEqual([1, 3]);
    });
});

describe("people", () => {
    test("have honest names", () => {
        expect(makeHonest("invoice\u202efdp.exe")).toBe("invoice fdp.exe");
        expect(makeHonest("\u2067Anna\u2069\u200b\n Orlova ")).toBe("Anna Orlova");
        expect(makeHonest("Zoë 👩‍🔬")).toBe("Zoë 👩‍🔬");
        expect(getPersonLabel({ name: "\u200f", email: "a@b.example" })).toBe("a@b.example");
    });

    test("have initials in all scripts", () => {
        const getName = (name) => getInitials({ name, email: "zed@b.example" });
        expect(getName("Анна Орлова")).toBe("АО");
        expect(getName("«Северная линия» — офис")).toBe("СО");
        expect(getName("李伟")).toBe("李");
        expect(getName("𝒜lice")).toBe("𝒜");
        expect(getName("👩‍🔬")).toBe("?");
        expect(getName("")).toBe("Z");
    });

    test("of a long line are counted, and unfolded", async () => {
        const people = [1, 2, 3, 4, 5, 6].map((index) => ({
            name: `Person ${index}`,
            email: `p${index}@b.example`,
            partner_id: false,
        }));
        await mountWithCleanup(PeopleLine, { props: { label: "To", people } });
        expect(".o_iris_person").toHaveCount(3);
        expect(".o_iris_more_people").toHaveText("+3");
        expect(".o_iris_more_people").toHaveAttribute("aria-label", "To: show 3 more");
        await contains(".o_iris_more_people").click();
        expect(".o_iris_person").toHaveCount(6);
        expect(".o_iris_more_people").toHaveCount(0);
    });

    const NAME = '"Boss" <boss@bank.example>\u202e';
    const STRANGER = { name: NAME, email: "thief@evil.example", partner_id: false };

    test("that are unknown become contacts, by keyboard", async () => {
        patchWithCleanup(user, { checkAccessRight: async () => true });
        mockService("dialog", {
            add(dialog, { resModel, context, onRecordSaved }) {
                expect.step([resModel, context]);
                onRecordSaved();
            },
        });
        await mountWithCleanup(PersonChip, { props: { person: STRANGER } });
        const changes = [];
        getService("iris_email.letters").bus.addEventListener("CHANGED", () => changes.push(1));
        expect(".o_iris_person bdi").toHaveText('"Boss" <boss@bank.example>');
        queryFirst(".o_iris_person").focus();
        await press("Enter");
        await animationFrame();
        await animationFrame();
        expect(".o_iris_person").toHaveAttribute("aria-expanded", "true");
        expect(".o_iris_card_email").toHaveText("thief@evil.example");
        expect(".o_iris_open_contact").toHaveCount(0);
        await contains(".o_iris_create_contact").click();
        expect.verifySteps([
            [
                "res.partner",
                {
                    default_name: '"Boss" <boss@bank.example>',
                    default_email: "thief@evil.example",
                },
            ],
        ]);
        expect(changes).toHaveLength(1);
        await animationFrame();
        expect(".o_iris_person_card").toHaveCount(0);
    });

    test.tags("desktop");
    test("show their card while the mouse is there", async () => {
        onRpc("res.partner", "read", () => [
            {
                id: 5,
                name: "Anna Orlova",
                is_company: false,
                function: "Sales",
                commercial_company_name: "North",
                phone: "+7 1",
            },
        ]);
        const person = { name: "Anna", email: "anna@b.example", partner_id: 5 };
        await mountWithCleanup(PersonChip, { props: { person } });
        await hover(".o_iris_person");
        await advanceTime(200);
        expect(".o_iris_person_card").toHaveCount(0);
        await advanceTime(300);
        await animationFrame();
        await animationFrame();
        expect(queryAllTexts(".o_iris_card_line")).toEqual(["Anna Orlova", "Sales", "North"]);
        expect(".o_iris_open_contact").toHaveCount(1);
        expect(".o_iris_create_contact").toHaveCount(0);
        await leave(".o_iris_person");
        await advanceTime(1000);
        await animationFrame();
        expect(".o_iris_person_card").toHaveCount(0);
    });

    test("are written to, and their address is copied", async () => {
        patchWithCleanup(user, { checkAccessRight: async () => false });
        patchWithCleanup(browser.navigator.clipboard, {
            writeText: async (text) => expect.step(`copied ${text}`),
        });
        onRpc("iris.email", "action_compose", ({ args }) => {
            expect.step(args[0].email_to);
            return { type: "ir.actions.act_window_close" };
        });
        await mountWithCleanup(PersonChip, { props: { person: STRANGER } });
        await contains(".o_iris_person").click();
        expect(".o_iris_create_contact").toHaveCount(0);
        await contains(".o_iris_copy_email").click();
        await contains(".o_iris_person").click();
        await contains(".o_iris_write_to").click();
        expect.verifySteps([
            "copied thief@evil.example",
            '"\\"Boss\\" <boss@bank.example>" <thief@evil.example>',
        ]);
    });
});

test("dates are short, and in full on demand", () => {
    const { DateTime } = luxon;
    const toServer = (time) => time.toUTC().toFormat("yyyy-MM-dd HH:mm:ss");
    const now = DateTime.now();
    expect(describeDate(toServer(now.minus({ years: 2 }))).ago).toBe("");
    expect(describeDate(toServer(now.minus({ years: 2 }))).short).toMatch(
        new RegExp(now.minus({ years: 2 }).year)
    );
    const recent = describeDate(toServer(now.minus({ minutes: 5 })));
    expect(recent.ago).toMatch(/5 min/);
    expect(recent.full).toMatch(new RegExp(now.minus({ minutes: 5 }).year));
});

describe("files", () => {
    const FILES = [
        { id: 1, name: "photo\u202egpj.png", mimetype: "image/png", size: 2048 },
        { id: 2, name: "list.zip", mimetype: "application/zip", size: 10 },
        { id: 3, name: "note.txt", mimetype: "text/plain", size: 10 },
    ];

    test("are viewed or downloaded", async () => {
        await mountWithCleanup(LetterTiles, { props: { letterId: 7, files: FILES } });
        expect(queryAllTexts(".o_iris_tile_name")).toEqual([
            "photo gpj.png",
            "list.zip",
            "note.txt",
        ]);
        const labels = queryAll(".o_iris_tile_open").map((el) => el.getAttribute("aria-label"));
        expect(labels).toEqual([
            "View photo gpj.png 2 kB",
            "Download list.zip 10 bytes",
            "View note.txt 10 bytes",
        ]);
        expect(".o_iris_download_all").toHaveAttribute("href", "/iris_email/letter/7/files.zip");
        await contains(".o_iris_tile_open:eq(2)").click();
        expect(".o-FileViewer").toHaveCount(1);
        expect(".o-FileViewer-header").toHaveText(/note\.txt/);
        expect(".o-FileViewer-navigation").toHaveCount(2);
    });

    test("one alone has no archive", async () => {
        await mountWithCleanup(LetterTiles, {
            props: { letterId: 7, files: FILES.slice(0, 1) },
        });
        expect(".o_iris_tile").toHaveCount(1);
        expect(".o_iris_download_all").toHaveCount(0);
    });
});

describe("conversation", () => {
    function makeEntries(count) {
        return [...Array(count).keys()].map((index) => ({
            id: index + 1,
            type: index === 1 ? "draft" : "inbox",
            sender_name: `Sender ${index + 1}`,
            date: "2019-03-11 09:00:00",
            preview: `Preview ${index + 1}`,
            is_unread: index === 0,
            is_important: false,
            has_attachments: false,
        }));
    }

    test("is folded but for what is new, and each letter unfolds with its own text", async () => {
        onRpc("iris.email", "get_reader", ({ args: [ids] }) => {
            expect.step(`read ${ids}`);
            const people = { email_from: [{ name: "Ivan", email: "i@b.example", partner_id: 0 }] };
            ["email_to", "email_cc", "email_bcc", "reply_to"].forEach((name) => {
                people[name] = [];
            });
            const [entry] = makeEntries(1);
            return [{ ...entry, people, files: [], conversation: [], may: {}, is_unread: true }];
        });
        onRpc("iris.email", "mark_read", ({ args }) => {
            expect.step(`mark ${args[0]}`);
            return true;
        });
        await mountWithCleanup(LetterConversation, { props: { entries: makeEntries(3) } });
        await animationFrame();
        expect(queryAllTexts(".o_iris_entry_sender")).toEqual(["Sender 1", "Sender 2", "Sender 3"]);
        expect(".o_iris_unread").toHaveCount(1);
        expect(queryAllTexts(".o_iris_entry .badge")).toEqual(["Draft"]);
        // What is new is not folded away.
        expect(".o_iris_entry_head[aria-expanded=true]").toHaveCount(1);
        expect(".o_iris_entry_head:first").toHaveAttribute("aria-expanded", "true");
        expect("iframe").toHaveCount(1);
        expect("iframe").toHaveAttribute("data-src", "/iris_email/letter/1/body?images=0");
        expect.verifySteps(["read 1", "mark 1"]);
        await contains(".o_iris_entry_head:first").click();
        expect("iframe").toHaveCount(0);
        await contains(".o_iris_entry_head:first").click();
        expect("iframe").toHaveCount(1);
    });

    test("of many letters shows the last ones until all are asked for", async () => {
        await mountWithCleanup(LetterConversation, { props: { entries: makeEntries(15) } });
        expect(".o_iris_show_older").toHaveText("Show 12 older letters");
        expect(queryAllTexts(".o_iris_entry_sender")).toEqual([
            "Sender 13",
            "Sender 14",
            "Sender 15",
        ]);
        await contains(".o_iris_show_older").click();
        expect(".o_iris_entry").toHaveCount(15);
        expect(".o_iris_show_older").toHaveCount(0);
    });
});

describe("charset", () => {
    async function openDialog(charset) {
        onRpc("iris.email", "get_charsets", () => [
            ["koi8-r", "Cyrillic (KOI8-R)"],
            ["windows-1251", "Cyrillic (Windows)"],
        ]);
        onRpc("iris.email", "reread_as", function ({ args: [ids, code] }) {
            expect.step(`reread ${ids} ${code}`);
            this.env["iris.email"].write(ids, { subject: code ? "Привет" : "оПХБЕР" });
            return true;
        });
        await mountWithCleanup(CharsetDialog, {
            env: await makeDialogMockEnv(),
            props: {
                letterId: 1,
                charset,
                onReread: () => expect.step("reread"),
                close: () => expect.step("close"),
            },
        });
    }

    test("is tried at once, and kept", async () => {
        await openDialog(false);
        expect(queryAllTexts("#o_iris_charset option")).toEqual([
            "As the letter says",
            "Cyrillic (KOI8-R)",
            "Cyrillic (Windows)",
        ]);
        expect(".o_iris_charset_subject").toHaveText("оПХБЕР");
        await contains("#o_iris_charset").select("koi8-r");
        await animationFrame();
        expect(".o_iris_charset_subject").toHaveText("Привет");
        await contains(".modal-footer .btn-primary").click();
        expect.verifySteps(["reread 1 koi8-r", "reread", "close"]);
    });

    test("is taken back by Cancel", async () => {
        await openDialog("windows-1251");
        expect("#o_iris_charset").toHaveValue("windows-1251");
        await contains("#o_iris_charset").select("");
        await animationFrame();
        await contains(".modal-footer .btn-secondary").click();
        expect.verifySteps([
            "reread 1 false",
            "reread",
            "reread 1 windows-1251",
            "reread",
            "close",
        ]);
    });

    test("is taken back by Escape", async () => {
        await openDialog(false);
        await contains("#o_iris_charset").select("koi8-r");
        await animationFrame();
        await press("Escape");
        await animationFrame();
        expect.verifySteps(["reread 1 koi8-r", "reread", "reread 1 false", "reread"]);
    });

    test("nothing is read anew if nothing was chosen", async () => {
        await openDialog(false);
        await contains(".modal-footer .btn-secondary").click();
        expect.verifySteps(["close"]);
    });
});

describe("links", () => {
    const LETTER = {
        id: 1,
        company: false,
        contact: { id: 5, name: "Anna" },
        responsible: false,
        candidates: [
            { id: 5, name: "Anna" },
            { id: 6, name: "Olga" },
        ],
    };

    test.tags("desktop");
    test("are chosen among candidates, and changed in place", async () => {
        onRpc("iris.email", "action_choose_contact", ({ args, kwargs }) => {
            expect.step(`choose ${args[0]} ${kwargs.context.partner_id}`);
            return true;
        });
        onRpc("iris.email", "write", ({ args }) => {
            expect.step(`write ${JSON.stringify(args)}`);
            return true;
        });
        const letter = { ...LETTER, may: { edit: true } };
        const onLinked = () => expect.step("linked");
        await mountWithCleanup(LetterLinks, { props: { letter, onLinked } });
        await contains(".o_iris_candidates button:contains(Olga)").click();
        await contains(".o_iris_link[data-name=contact_id] input").edit("", { confirm: "blur" });
        await animationFrame();
        expect.verifySteps(["choose 1 6", "linked", 'write [[1],{"contact_id":false}]', "linked"]);
    });

    test("are only shown to those who may not edit", async () => {
        const letter = { ...LETTER, may: { edit: false } };
        await mountWithCleanup(LetterLinks, { props: { letter, onLinked: () => {} } });
        expect(".o_iris_link").toHaveCount(1);
        expect(".o_iris_link input").toHaveCount(0);
        expect(".o_iris_candidates").toHaveCount(0);
    });
});

describe("notices", () => {
    const LETTER = {
        type: "outbox",
        state: "error",
        send_error: "No such user",
        may: { edit: true, send: true, delete: true },
    };
    const actions = {
        send: () => expect.step("send"),
        takeBack: () => expect.step("take back"),
        openCard: () => expect.step("open card"),
        markSent: () => expect.step("mark sent"),
    };

    test("of a letter that is not sent lead on", async () => {
        await mountWithCleanup(LetterNotices, { props: { letter: LETTER, actions } });
        expect(".o_iris_sending_state").toHaveText(/No such user/);
        await contains(".o_iris_retry").click();
        await contains(".o_iris_take_back").click();
        expect.verifySteps(["send", "take back"]);
    });

    test("of an uncertain letter, without the right to send", async () => {
        const letter = { ...LETTER, state: "uncertain", may: { edit: true, send: false } };
        await mountWithCleanup(LetterNotices, { props: { letter, actions } });
        expect(".o_iris_retry").toHaveCount(0);
        await contains(".o_iris_mark_sent").click();
        expect.verifySteps(["mark sent"]);
    });

    test("of a draft lead to its card", async () => {
        const letter = { type: "draft", may: { write: true } };
        await mountWithCleanup(LetterNotices, { props: { letter, actions } });
        await contains(".o_iris_continue").click();
        expect.verifySteps(["open card"]);
    });
});

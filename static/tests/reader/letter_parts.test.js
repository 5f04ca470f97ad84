import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { LetterLinks } from "@iris_email/reader/letter_links";
import { LetterNotices } from "@iris_email/reader/letter_notices";
import { LetterTiles } from "@iris_email/reader/letter_tiles";
import { defineLetters } from "./reader_helpers";

defineLetters();

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

import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    makeDialogMockEnv,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { CharsetDialog } from "@iris_email/reader/charset_dialog";
import { defineLetters, Letter } from "./reader_helpers";

defineLetters();

const UNREADABLE = "оПХБЕР";

beforeEach(() => {
    Letter._records = [{ id: 1, subject: UNREADABLE }];
});

describe("charset", () => {
    async function openDialog(charset) {
        onRpc("iris.email", "get_charsets", () => [
            ["koi8-r", "Cyrillic (KOI8-R)"],
            ["windows-1251", "Cyrillic (Windows)"],
        ]);
        onRpc("iris.email", "reread_as", function ({ args: [ids, code] }) {
            expect.step(`reread ${ids} ${code}`);
            this.env["iris.email"].write(ids, { subject: code ? "Привет" : UNREADABLE });
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
        expect(".o_iris_charset_subject").toHaveText(UNREADABLE);
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

import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { keyDown, keyUp, manuallyDispatchProgrammaticEvent, press, queryAll } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, onRpc } from "@web/../tests/web_test_helpers";
import {
    defineMailbox,
    getActivePlaces,
    getOpened,
    getSelected,
    openMailbox,
    settle,
} from "./mailbox_helpers";
import { LETTER_KEYS } from "@iris_email/letter_keys/key_list";

describe.current.tags("desktop");
defineMailbox();

async function type(...keys) {
    for (const key of keys) {
        await press(key);
        await animationFrame();
    }
    await settle();
}

/** A key as keyboards without Latin letters report it. */
async function typeCode(code, key, options = {}) {
    const target = document.activeElement || document.body;
    await manuallyDispatchProgrammaticEvent(target, "keydown", { key, code, ...options });
    await manuallyDispatchProgrammaticEvent(target, "keyup", { key, code, ...options });
    await settle();
}

function mockAnswers() {
    for (const method of ["action_reply", "action_reply_all", "action_forward", "action_compose"]) {
        onRpc("iris.email", method, ({ args }) => {
            expect.step(`${method} ${JSON.stringify(args[0])}`);
            return { type: "ir.actions.act_window_close" };
        });
    }
}

describe("keys", () => {
    test("j and k go from letter to letter", async () => {
        await openMailbox();
        await type("j");
        expect(getOpened()).toEqual(["Contract", "Contract"]);
        await type("j", "j", "j");
        expect(getOpened()).toEqual(["Invoice", "Invoice"]);
        await type("j");
        expect(getOpened()).toEqual(["Invoice", "Invoice"], { message: "there is no next one" });
        await type("k");
        expect(getOpened()).toEqual(["Meeting", "Meeting"]);
        await type("k", "k", "k", "k");
        expect(getOpened()).toEqual(["Contract", "Contract"]);
        expect(".o_iris_row_open:first").toBeFocused();
    });

    test("u leads back to the list, and o to the card", async () => {
        await openMailbox();
        await type("j", "u");
        expect(getOpened()).toEqual([]);
        await type("o");
        expect(".o_form_view").toHaveCount(0, { message: "no letter is opened" });
        await type("j", "j", "o");
        expect(".o_form_view").toHaveCount(1);
        expect(".o_field_widget[name=subject] input").toHaveValue("Prices");
    });

    test("r, a, f and c write", async () => {
        mockAnswers();
        await openMailbox();
        await type("r", "a", "f");
        expect.verifySteps([]);
        await type("j", "r", "a", "f", "c");
        expect.verifySteps([
            "action_reply [1]",
            "action_reply_all [1]",
            "action_forward [1]",
            `action_compose {"type":"draft"}`,
        ]);
        await contains(".o_iris_place[data-folder=drafts]").click();
        await type("j", "r", "f");
        expect.verifySteps([], { message: "drafts are not answered" });
    });

    test("s, x, #, e and Shift+U mark and move", async () => {
        await openMailbox();
        await type("j", "s");
        expect(".o_iris_row:first .o_starred").toHaveCount(1);
        await type("s");
        expect(".o_iris_row:first .o_starred").toHaveCount(0);
        expect.verifySteps([`write 1 {"is_important":true}`, `write 1 {"is_important":false}`]);

        await type("x");
        expect(getSelected()).toEqual(["Contract"]);
        await type("x");
        expect(getSelected()).toEqual([]);

        await press(["shift", "u"]);
        await settle();
        expect(".o_iris_row:first").toHaveClass("o_unread");
        await type("e");
        expect(".o_iris_row:first").not.toHaveClass("o_unread");
        expect(getOpened()).toEqual(["Prices", "Prices"]);
        expect.verifySteps(["mark_unread 1", "mark_read 1"]);

        await typeCode("Digit3", "#", { shiftKey: true });
        expect(getOpened()).toEqual(["Meeting", "Meeting"]);
        expect(".o_iris_trashed").toHaveCount(1);
        expect.verifySteps(["action_trash 2"]);
    });

    test("# does nothing in the trash", async () => {
        await openMailbox();
        await contains(".o_iris_place[data-folder=trash]").click();
        await type("j");
        await typeCode("Digit3", "#", { shiftKey: true });
        expect(getOpened()).toEqual(["Old one", "Old one"]);
        expect.verifySteps([]);
    });

    test("# has a key of its own on some keyboards", async () => {
        await openMailbox();
        await type("j");
        await typeCode("Backslash", "#");
        expect.verifySteps(["action_trash 1"]);
    });

    test("g and a letter go to a folder", async () => {
        await openMailbox();
        const folders = { u: "unread", s: "important", d: "drafts", t: "sent", i: "inbox" };
        for (const [key, folder] of Object.entries(folders)) {
            await type("g", key);
            expect(getActivePlaces()[0]).toBe(folder);
        }
        await type("j", "g", "x");
        expect(getSelected()).toEqual(["Contract"], { message: "x is no folder" });
        await type("s");
        expect.verifySteps([`write 1 {"is_important":true}`]);
    });

    test("g waits for a short time only", async () => {
        await openMailbox();
        await type("j");
        await press("g");
        await advanceTime(2000);
        await type("s");
        expect(getActivePlaces()[0]).toBe("inbox");
        expect.verifySteps([`write 1 {"is_important":true}`]);
    });

    test("of them a list is shown by ?", async () => {
        await openMailbox();
        await typeCode("Slash", "?", { shiftKey: true });
        expect(".o_dialog .o_iris_keys dt").toHaveCount(LETTER_KEYS.length);
        expect(".o_dialog .o_iris_keys dt:contains(/^g\\s*i$/)").toHaveCount(1);
        await typeCode("Slash", "?", { shiftKey: true });
        expect(".o_dialog").toHaveCount(1);
        await press("escape");
        await settle();
        expect(".o_dialog").toHaveCount(0);
    });

    test("/ leads into the search, where letters are letters", async () => {
        await openMailbox();
        await typeCode("Slash", "/");
        expect(".o_searchview_input").toBeFocused();
        await type("j", "g", "s");
        await typeCode("Slash", "?", { shiftKey: true });
        expect(getOpened()).toEqual([]);
        expect(getActivePlaces()[0]).toBe("inbox");
        expect(".o_dialog").toHaveCount(0);
        expect(".o_searchview_input").toHaveValue("jgs");
    });
});

describe("keyboards", () => {
    test("with Russian letters work as well", async () => {
        await openMailbox();
        await typeCode("KeyJ", "о");
        expect(getOpened()).toEqual(["Contract", "Contract"]);
        await typeCode("KeyJ", "о");
        await typeCode("KeyK", "л");
        expect(getOpened()).toEqual(["Contract", "Contract"]);
        await typeCode("KeyS", "ы");
        expect.verifySteps([`write 1 {"is_important":true}`]);
        await typeCode("KeyG", "п");
        await typeCode("KeyT", "е");
        expect(getActivePlaces()[0]).toBe("sent");
        await typeCode("KeyG", "п");
        await typeCode("KeyI", "ш");
        await typeCode("KeyJ", "о");
        await typeCode("Digit3", "№", { shiftKey: true });
        expect.verifySteps(["action_trash 1"]);
        await typeCode("Slash", ".");
        expect(".o_searchview_input").toBeFocused();
        document.activeElement.blur();
        await typeCode("Slash", ",", { shiftKey: true });
        expect(".o_dialog .o_iris_keys").toHaveCount(1);
    });

    test("where other signs stand at the slash's place are not mistaken", async () => {
        await openMailbox();
        await typeCode("Slash", "-");
        expect(".o_searchview_input").not.toBeFocused();
        await typeCode("Slash", "_", { shiftKey: true });
        expect(".o_dialog").toHaveCount(0);
        await typeCode("Digit7", "/", { shiftKey: true });
        expect(".o_searchview_input").toBeFocused();
    });

    test("that repeat a held key repeat only the ways through the list", async () => {
        await openMailbox();
        await press("j");
        for (const key of ["j", "s", "#", "e", "x"]) {
            await keyDown(key, { repeat: true });
        }
        await manuallyDispatchProgrammaticEvent(document.body, "keydown", {
            key: "#",
            code: "Backslash",
            repeat: true,
        });
        await settle();
        await keyUp("j");
        expect(getOpened()).toEqual(["Prices", "Prices"]);
        expect(getSelected()).toEqual([]);
        expect.verifySteps([]);
    });
});

describe("rest", () => {
    beforeEach(() => mockAnswers());

    test("while a dialog is open", async () => {
        await openMailbox();
        await type("j");
        await typeCode("Slash", "?", { shiftKey: true });
        await type("j", "s", "r", "c");
        await typeCode("Slash", "/");
        expect(".o_searchview_input").not.toBeFocused();
        expect.verifySteps([]);
        await press("escape");
        await settle();
        expect(getOpened()).toEqual(["Contract", "Contract"]);
        await type("j");
        expect(getOpened()).toEqual(["Prices", "Prices"]);
    });

    test("with Ctrl or Alt they are for the browser", async () => {
        await openMailbox();
        await type("j");
        for (const modifier of ["ctrlKey", "altKey"]) {
            for (const [code, key] of Object.entries({ KeyF: "f", KeyS: "s", Slash: "/" })) {
                await typeCode(code, key, { [modifier]: true });
            }
        }
        expect.verifySteps([]);
        expect(".o_searchview_input").not.toBeFocused();
    });

    test("on a checkbox of a row they work", async () => {
        await openMailbox();
        await contains(".o_iris_row:eq(1) .form-check-input").click();
        await type("j");
        expect(getOpened()).toEqual(["Contract", "Contract"]);
    });

    test("in another view", async () => {
        await openMailbox();
        await contains(".o_switch_view.o_list").click();
        await settle();
        await type("c", "j", "g", "t");
        expect(".o_data_row").toHaveCount(4);
        expect(queryAll(".o_iris_reader")).toHaveLength(0);
        expect.verifySteps([]);
    });
});

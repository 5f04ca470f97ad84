import { after, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { insertText } from "@html_editor/../tests/_helpers/user_actions";
import { contains, makeServerError, MockServer, onRpc } from "@web/../tests/web_test_helpers";

import {
    back,
    breakConnection,
    card,
    defineDrafts,
    Letter,
    openCard,
    send,
} from "./writing_helpers";

describe.current.tags("desktop");
defineDrafts();

describe("text", () => {
    test("that is typed while a picture is stored is saved, too", async () => {
        const stored = new Deferred();
        onRpc("ir.attachment", "create", async () => {
            await stored;
            return [7];
        });
        const saved = [];
        onRpc("iris.email", "web_save", ({ args }) => {
            saved.push(args[1].body);
        });
        await openCard();
        await contains(".odoo-editor-editable p").click();
        card.editor.shared.selection.setCursorEnd(card.editor.editable.querySelector("p"));
        await insertText(card.editor, " morning");
        const image = document.createElement("img");
        image.className = "o_b64_image_to_save";
        image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
        card.editor.shared.dom.insert(image);
        card.editor.shared.history.addStep();
        await advanceTime(2100);
        await insertText(card.editor, "Anna");
        stored.resolve();
        await animationFrame();
        await send();
        await expect.waitForSteps(["send 1"]);
        expect(saved.at(-1)).toInclude("Anna");
    });

    test("that is typed while the letter is being saved is not called saved", async () => {
        const answer = new Deferred();
        onRpc("iris.email", "web_save", () => answer);
        await openCard();
        const input = contains(".o_field_widget[name=subject] input");
        await input.edit("Bet", { confirm: false });
        await advanceTime(2100);
        expect(".o_iris_save_status [role=status]").toHaveText("Saving…");
        await input.edit("Better", { confirm: false });
        answer.resolve([{ id: 1 }]);
        await animationFrame();
        expect(".o_iris_save_status [role=status]").toHaveText("");
        await advanceTime(2100);
        await animationFrame();
        expect(".o_iris_save_status [role=status]").toHaveText("Saved");
    });

    test("stays, with the reason, if the card is left without a connection", async () => {
        const mend = breakConnection("web_save");
        await openCard();
        await contains(".o_field_widget[name=subject] input").edit("Better", { confirm: false });
        await back();
        expect(".o_form_view").toHaveCount(1);
        expect(".o_notification:contains(Not saved: the connection to Odoo is lost.)").toHaveCount(
            1
        );
        mend();
    });
});

describe("a letter that the server changes", () => {
    test("shows the signature of another mailbox, and keeps what is being typed", async () => {
        const sign = (name) => `<div data-iris-signature="1"><p>${name}</p></div>`;
        Letter._records[0].body = `<p>Good</p>${sign("Anna")}`;
        const answer = new Deferred();
        const saved = [];
        onRpc("iris.email", "web_save", function ({ args, parent }) {
            saved.push(args[1].body);
            if (args[1].account_id) {
                args[1].body = `<p>Good</p>${sign("Sales")}`;
                return answer.then(parent);
            }
        });
        await openCard();
        await contains("[name=account_id] input").click();
        await contains(".o-autocomplete--dropdown-item a:first").click();
        await contains(".odoo-editor-editable p:first").click();
        card.editor.shared.selection.setCursorEnd(card.editor.editable.querySelector("p"));
        card.editor.shared.selection.focusEditable();
        await insertText(card.editor, " mor");
        const { editable } = card.editor;
        answer.resolve();
        await animationFrame();
        await animationFrame();
        await insertText(card.editor, "ning");
        expect(card.editor.editable).toBe(editable);
        expect(queryAllTexts(".odoo-editor-editable p")).toEqual(["Good morning", "Sales"]);
        await advanceTime(2100);
        await animationFrame();
        expect(saved.at(-1)).toInclude("Good morning");
        expect(saved.at(-1)).toInclude("Sales");
    });

    test("is loaded anew if it was written on in another tab", async () => {
        let visibilityState = "visible";
        Object.defineProperty(document, "visibilityState", {
            configurable: true,
            get: () => visibilityState,
        });
        after(() => delete document.visibilityState);
        const show = async (state) => {
            visibilityState = state;
            document.dispatchEvent(new Event("visibilitychange"));
            await animationFrame();
            await animationFrame();
        };
        await openCard();
        const { editable } = card.editor;
        await show("hidden");
        await show("visible");
        expect(card.editor.editable).toBe(editable);
        await show("hidden");
        const values = { subject: "Other", body: "<p>Newer</p>", date: "2026-03-04 10:00:05" };
        MockServer.env["iris.email"].write([1], values);
        await show("visible");
        expect(".o_field_widget[name=subject] input").toHaveValue("Other");
        expect(".odoo-editor-editable").toHaveText("Newer");
    });
});

describe("Undo", () => {
    const UNDO = ".o_iris_sending .o_notification_buttons button";

    test("can be pressed again when the connection was lost", async () => {
        expect.errors(1);
        breakConnection("take_back");
        await openCard();
        await send();
        await contains(UNDO).click();
        await animationFrame();
        expect(UNDO).toHaveCount(1);
        expect.verifyErrors([/Connection/]);
        expect.verifySteps(["send 1"]);
    });

    test("tells what becomes of a letter that it came too late for", async () => {
        expect.errors(1);
        onRpc("iris.email", "take_back", () => {
            throw makeServerError({ message: "it is on its way" });
        });
        onRpc("iris.email", "search_read", () => [{ id: 1, type: "sent", state: false }]);
        await openCard();
        await send();
        await contains(UNDO).click();
        await animationFrame();
        expect(".o_iris_sending").toHaveCount(0);
        expect.verifyErrors(["it is on its way"]);
        await advanceTime(1100);
        await animationFrame();
        expect(".o_notification:contains(The letter is sent.)").toHaveCount(1);
        expect.verifySteps(["send 1"]);
    });

    test("pressed twice takes back once", async () => {
        onRpc("iris.email", "take_back", ({ args }) => {
            expect.step(`take back ${args[0]}`);
            return true;
        });
        await openCard();
        await send();
        const button = document.querySelector(UNDO);
        button.click();
        button.click();
        await animationFrame();
        expect.verifySteps(["send 1", "take back 1"]);
    });
});

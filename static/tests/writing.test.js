import { after, beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { insertText } from "@html_editor/../tests/_helpers/user_actions";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    MockServer,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { fileUploadService } from "@web/core/file_upload/file_upload_service";
import { WebClient } from "@web/webclient/webclient";
import { LetterEditorField } from "@iris_email/letter_editor/letter_editor";

describe.current.tags("desktop");

class Letter extends models.Model {
    _name = "iris.email";
    _rec_name = "subject";

    subject = fields.Char();
    body = fields.Html();
    type = fields.Char({ default: "draft" });
    state = fields.Char();
    date = fields.Datetime({ default: "2026-03-04 10:00:00" });
    account_id = fields.Many2one({ relation: "res.partner" });
    can_write = fields.Boolean({ default: true });
    attachment_ids = fields.Many2many({ relation: "ir.attachment" });

    _records = [
        { id: 1, subject: "First", body: "<p>Good</p>" },
        { id: 2, subject: "Second", body: "<p>Other</p>" },
    ];
    _views = {
        list: `
            <list>
                <field name="subject"/>
            </list>`,
        form: `
            <form js_class="iris_email_form" create="0" delete="0" duplicate="0">
                <header>
                    <widget name="iris_email_send" invisible="not can_write"/>
                </header>
                <sheet>
                    <field name="can_write" invisible="1"/>
                    <field name="type" invisible="1"/>
                    <field name="state" invisible="1"/>
                    <field name="account_id"/>
                    <field name="subject" on_change="0"/>
                    <field name="attachment_ids" widget="iris_email_files"/>
                    <field name="body" widget="iris_email_editor"/>
                </sheet>
            </form>`,
    };
}

defineMailModels();
defineModels([Letter]);

let uploads, editor;
beforeEach(() => {
    uploads = [];
    patchWithCleanup(fileUploadService, {
        createXhr() {
            const xhr = new EventTarget();
            Object.assign(xhr, { upload: new EventTarget(), status: 200, open() {} });
            xhr.send = (data) => {
                expect.step(`upload ${data.get("ufile").name} to ${data.get("id")}`);
                uploads.push(xhr);
            };
            return xhr;
        },
    });
    patchWithCleanup(LetterEditorField.prototype, {
        onEditorLoad(loaded) {
            editor = loaded;
            return super.onEditorLoad(loaded);
        },
    });
    const counts = { unread: 0, drafts: 0, outbox: 0, capped: false };
    onRpc("iris.email", "get_mail_counts", () => counts);
    onRpc("iris.email", "get_send_doubts", () => []);
    onRpc("iris.email", "discard_blank", () => []);
    onRpc("iris.email", "send_letters", function ({ args }) {
        expect.step(`send ${args[0]}`);
        this.env["iris.email"].write(args[0], { type: "outbox", state: "queued" });
        return { ids: args[0], undo_seconds: 10 };
    });
});

async function openCard() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        res_model: "iris.email",
        type: "ir.actions.act_window",
        views: [
            [false, "list"],
            [false, "form"],
        ],
    });
    await contains(".o_data_row td[name=subject]:contains(First)").click();
}

async function attach(...names) {
    const input = document.querySelector(".o_iris_email_files input[type=file]");
    const data = new DataTransfer();
    names.forEach((name) => data.items.add(new File(["text"], name)));
    input.files = data.files;
    input.dispatchEvent(new Event("change"));
    await animationFrame();
}

async function endUpload(answer = "[{}]", event = "load") {
    const xhr = uploads.shift();
    xhr.responseText = answer;
    xhr.dispatchEvent(new Event(event));
    await animationFrame();
    await animationFrame();
}

async function send() {
    await contains(".o_iris_send_now").click();
    await animationFrame();
}

async function back() {
    await contains(".o_back_button, .breadcrumb-item a").click();
    await animationFrame();
}

function breakConnection(method) {
    let isBroken = true;
    onRpc(
        `/web/dataset/call_kw/iris.email/${method}`,
        () => {
            if (isBroken) {
                throw new Error("no route to host");
            }
        },
        { pure: true }
    );
    return () => (isBroken = false);
}

describe("files", () => {
    test("Send waits for them, and says so", async () => {
        await openCard();
        await attach("a.txt");
        await send();
        expect(".o_iris_send_now").not.toBeEnabled();
        await press("Control+Enter");
        await endUpload();
        await animationFrame();
        expect.verifySteps(["upload a.txt to 1", "send 1"]);
        expect(".o_form_view").toHaveCount(0);
    });

    test("the letter does not go without one that did not arrive", async () => {
        await openCard();
        await attach("a.txt");
        await send();
        await endUpload("", "error");
        expect(queryAllTexts(".o_notification_content")).toEqual([
            "An error occured while uploading.",
            "The letter is not sent, because a file did not arrive.",
        ]);
        expect(".o_iris_send_now").toBeEnabled();
        expect.verifySteps(["upload a.txt to 1"]);
        await send();
        expect.verifySteps(["send 1"]);
    });

    test("nor without one that was refused", async () => {
        await openCard();
        await attach("a.txt");
        await send();
        await endUpload('[{"error": "no"}]');
        expect(".o_form_view").toHaveCount(1);
        expect(".o_notification:contains(a.txt: no)").toHaveCount(1);
        expect.verifySteps(["upload a.txt to 1"]);
    });

    test("a login page instead of an answer stops neither the next one nor Send", async () => {
        await openCard();
        await attach("a.txt", "b.txt");
        await endUpload("<html>Log in</html>");
        expect(".o_notification").toHaveText(
            "a.txt: it did not arrive. Your session may be over: sign in again."
        );
        await endUpload();
        await attach("c.txt");
        await endUpload();
        await send();
        expect.verifySteps([
            "upload a.txt to 1",
            "upload b.txt to 1",
            "upload c.txt to 1",
            "send 1",
        ]);
    });

    test("stay with their letter, and so does Send, when the author pages on", async () => {
        onRpc("iris.email", "web_save", ({ args }) => expect.step(`save ${args[0]}`));
        await openCard();
        await attach("a.txt", "b.txt");
        await send();
        await contains(".o_field_widget[name=subject] input").edit("Better", { confirm: false });
        await contains(".o_pager_next").click();
        await animationFrame();
        expect(".o_field_widget[name=subject] input").toHaveValue("Second");
        await endUpload();
        await endUpload();
        await animationFrame();
        expect.verifySteps(["upload a.txt to 1", "save 1", "upload b.txt to 1", "send 1"]);
        expect(".o_field_widget[name=subject] input").toHaveValue("Second");
    });

    test("arrive also when the card is left", async () => {
        await openCard();
        await attach("a.txt", "b.txt");
        await back();
        expect(".o_list_view").toHaveCount(1);
        await endUpload();
        expect.verifySteps(["upload a.txt to 1", "upload b.txt to 1"]);
    });

    test("the page asks before it is closed while they are on their way", async () => {
        await openCard();
        const close = () => {
            const event = new Event("beforeunload", { cancelable: true });
            window.dispatchEvent(event);
            return event.defaultPrevented;
        };
        expect(close()).toBe(false);
        await attach("a.txt");
        expect(close()).toBe(true);
        await endUpload();
        expect(close()).toBe(false);
        expect.verifySteps(["upload a.txt to 1"]);
    });

    test("two clicks remove one once", async () => {
        onRpc("ir.attachment", "unlink", ({ args }) => {
            expect.step(`remove ${args[0]}`);
            return true;
        });
        onRpc("iris.email", "web_read", ({ parent }) => {
            const letters = parent();
            letters[0].attachment_ids = [{ id: 9, name: "a.txt", file_size: 1 }];
            return letters;
        });
        await openCard();
        const cross = document.querySelector(".o_iris_file button");
        cross.click();
        cross.click();
        await animationFrame();
        expect.verifySteps(["remove 9"]);
    });
});

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
        editor.shared.selection.setCursorEnd(editor.editable.querySelector("p"));
        await insertText(editor, " morning");
        const image = document.createElement("img");
        image.className = "o_b64_image_to_save";
        image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
        editor.shared.dom.insert(image);
        editor.shared.history.addStep();
        await advanceTime(2100);
        await insertText(editor, "Anna");
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
        editor.shared.selection.setCursorEnd(editor.editable.querySelector("p"));
        editor.shared.selection.focusEditable();
        await insertText(editor, " mor");
        const { editable } = editor;
        answer.resolve();
        await animationFrame();
        await animationFrame();
        await insertText(editor, "ning");
        expect(editor.editable).toBe(editable);
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
        const { editable } = editor;
        await show("hidden");
        await show("visible");
        expect(editor.editable).toBe(editable);
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

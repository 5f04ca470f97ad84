import { beforeEach, expect } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { fileUploadService } from "@web/core/file_upload/file_upload_service";
import { WebClient } from "@web/webclient/webclient";
import { LetterEditorField } from "@iris_email/letter_editor/letter_editor";

export class Letter extends models.Model {
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

/** What a test has at hand: uploads that are on their way, and the editor. */
export const card = { uploads: [], editor: null };

/** Let a test file have drafts, their card, and a server that takes files and letters. */
export function defineDrafts() {
    defineMailModels();
    defineModels([Letter]);
    beforeEach(mockServer);
}

function mockServer() {
    card.uploads = [];
    patchWithCleanup(fileUploadService, {
        createXhr() {
            const xhr = new EventTarget();
            Object.assign(xhr, { upload: new EventTarget(), status: 200, open() {} });
            xhr.send = (data) => {
                expect.step(`upload ${data.get("ufile").name} to ${data.get("id")}`);
                card.uploads.push(xhr);
            };
            return xhr;
        },
    });
    patchWithCleanup(LetterEditorField.prototype, {
        onEditorLoad(loaded) {
            card.editor = loaded;
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
}

export async function openCard() {
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

export async function attach(...names) {
    const input = document.querySelector(".o_iris_email_files input[type=file]");
    const data = new DataTransfer();
    names.forEach((name) => data.items.add(new File(["text"], name)));
    input.files = data.files;
    input.dispatchEvent(new Event("change"));
    await animationFrame();
}

export async function endUpload(answer = "[{}]", event = "load") {
    const xhr = card.uploads.shift();
    xhr.responseText = answer;
    xhr.dispatchEvent(new Event(event));
    await animationFrame();
    await animationFrame();
}

export async function send() {
    await contains(".o_iris_send_now").click();
    await animationFrame();
}

export async function back() {
    await contains(".o_back_button, .breadcrumb-item a").click();
    await animationFrame();
}

export function breakConnection(method) {
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

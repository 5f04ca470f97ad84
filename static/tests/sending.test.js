import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { speaksOfFiles } from "@iris_email/letter_form/file_words";
import { getSendTimes } from "@iris_email/write_letter/send_button";

const { DateTime } = luxon;

class Letter extends models.Model {
    _name = "iris.email";
    _rec_name = "subject";

    subject = fields.Char();
    type = fields.Selection({
        selection: [
            ["inbox", "Inbox"],
            ["draft", "Draft"],
            ["outbox", "Outbox"],
            ["sent", "Sent"],
            ["template", "Template"],
        ],
        default: "draft",
    });
    state = fields.Selection({
        selection: [
            ["queued", "Queued"],
            ["sending", "Being sent"],
            ["error", "Not sent"],
            ["uncertain", "Uncertain"],
        ],
    });
    send_at = fields.Datetime();
    send_error = fields.Text();
    send_attempts = fields.Integer();
    is_answered = fields.Boolean();
    is_undelivered = fields.Boolean();
    can_write = fields.Boolean({ default: true });

    _records = [
        { id: 1, subject: "First" },
        { id: 2, subject: "Second" },
        { id: 3, subject: "Received", type: "inbox", can_write: false, is_answered: true },
    ];
    _views = {
        list: `
            <list js_class="iris_email_list" create="0" delete="0" duplicate="0">
                <field name="type" column_invisible="1"/>
                <field name="subject" widget="iris_email_subject"/>
            </list>`,
        form: `
            <form js_class="iris_email_form" create="0" delete="0" duplicate="0">
                <header>
                    <widget name="iris_email_send" invisible="not can_write"/>
                </header>
                <field name="can_write" invisible="1"/>
                <field name="type" invisible="1"/>
                <field name="state" invisible="1"/>
                <field name="subject" on_change="0"/>
            </form>`,
        search: `
            <search>
            </search>`,
    };
}

defineMailModels();
defineModels([Letter]);

let doubts, outcome;
beforeEach(() => {
    doubts = [];
    outcome = { type: "sent", state: false };
    onRpc("iris.email", "get_mail_counts", () => ({
        unread: 0,
        drafts: 0,
        outbox: 0,
        capped: false,
    }));
    onRpc("iris.email", "get_send_doubts", () => doubts);
    onRpc("iris.email", "discard_blank", ({ args }) => {
        expect.step(`discard ${args[0]}`);
        return [];
    });
    onRpc("iris.email", "send_letters", function ({ args, kwargs }) {
        expect.step(`send ${args[0]}${kwargs.send_at ? ` at ${kwargs.send_at}` : ""}`);
        const can_write = false;
        this.env["iris.email"].write(args[0], { type: "outbox", state: "queued", can_write });
        return { ids: args[0], undo_seconds: kwargs.send_at ? 0 : 10 };
    });
    onRpc("iris.email", "release_letters", function ({ args }) {
        expect.step(`release ${args[0]}`);
        this.env["iris.email"].write(args[0], outcome);
        return true;
    });
    onRpc("iris.email", "take_back", function ({ args }) {
        expect.step(`take back ${args[0]}`);
        this.env["iris.email"].write(args[0], { type: "draft", state: false, can_write: true });
        return true;
    });
});

async function openLetters(folder = "drafts") {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        res_model: "iris.email",
        type: "ir.actions.act_window",
        views: [
            [false, "list"],
            [false, "form"],
        ],
        context: { iris_email_folder: folder },
    });
    await advanceTime(500);
}

async function openCard(subject) {
    await contains(`.o_data_row td[name=subject]:contains(${subject})`).click();
}

async function select(subject) {
    await contains(`.o_data_row:contains(${subject}) .o_list_record_selector input`).click();
}

function getSubjects() {
    return queryAllTexts(".o_data_row td[name=subject]");
}

async function send() {
    await contains(".o_iris_send_now").click();
    await animationFrame();
}

const UNDO = ".o_iris_sending .o_notification_buttons button";

describe("card", () => {
    describe.current.tags("desktop");

    test("sends, leads back, and tells when the letter is sent", async () => {
        await openLetters();
        await openCard("First");
        await send();
        expect(".o_form_view").toHaveCount(0);
        expect(getSubjects()).toEqual(["Second"]);
        expect(".o_iris_sending").toHaveText("Sending…\nUndo");
        await advanceTime(9000);
        expect.verifySteps(["send 1"]);
        await advanceTime(1100);
        expect.verifySteps(["release 1"]);
        expect(".o_iris_sending").toHaveCount(0);
        await advanceTime(1000);
        await animationFrame();
        expect(".o_notification").toHaveText("The letter is sent.");
        await advanceTime(60000);
        expect.verifySteps([]);
    });

    test("Undo opens the letter again", async () => {
        await openLetters();
        await openCard("First");
        await send();
        await contains(UNDO).click();
        await animationFrame();
        expect(".o_form_view .o_field_widget[name=subject] input").toHaveValue("First");
        expect(".o_iris_sending").toHaveCount(0);
        await advanceTime(20000);
        expect.verifySteps(["send 1", "take back 1"]);
    });

    test("saves before it sends", async () => {
        onRpc("iris.email", "web_save", ({ args }) => expect.step(`save ${args[1].subject}`));
        await openLetters();
        await openCard("First");
        await contains(".o_field_widget[name=subject] input").edit("Better");
        await send();
        expect.verifySteps(["save Better", "send 1"]);
    });

    test("a refusal keeps the letter there", async () => {
        expect.errors(1);
        onRpc("iris.email", "send_letters", () => {
            throw makeServerError({ message: "it has no recipient" });
        });
        await openLetters();
        await openCard("First");
        await send();
        expect.verifyErrors(["it has no recipient"]);
        expect(".o_form_view").toHaveCount(1);
        expect(".o_iris_sending").toHaveCount(0);
    });

    test("asks if something seems to be forgotten", async () => {
        doubts = ["subject", "text"];
        await openLetters();
        await openCard("First");
        await send();
        expect(".modal-body").toHaveText("There is no subject. There is no text.");
        await contains(".modal-footer .btn-secondary").click();
        expect(".o_form_view").toHaveCount(1);
        await send();
        await contains(".modal-footer .btn-primary").click();
        await animationFrame();
        expect(".o_form_view").toHaveCount(0);
        expect.verifySteps(["send 1"]);
    });

    test("tells the reason if the letter could not be sent", async () => {
        outcome = { type: "outbox", state: "error", send_error: "550 no such mailbox" };
        await openLetters();
        await openCard("First");
        await send();
        await advanceTime(10100);
        await advanceTime(1100);
        await animationFrame();
        expect(".o_notification").toHaveText("“First” is not sent. 550 no such mailbox\nOpen");
        await contains(".o_notification_buttons button").click();
        await animationFrame();
        expect(".o_form_view").toHaveCount(1);
        expect.verifySteps(["send 1", "release 1"]);
    });

    test("saves by itself when its author pauses", async () => {
        onRpc("iris.email", "web_save", ({ args, kwargs }) =>
            expect.step([args[1].subject, kwargs.specification])
        );
        await openLetters();
        await openCard("First");
        expect(".o_iris_save_status [role=status]").toHaveText("");
        await contains(".o_field_widget[name=subject] input").edit("Bet", { confirm: false });
        await advanceTime(1500);
        expect.verifySteps([]);
        await advanceTime(600);
        await animationFrame();
        expect.verifySteps([["Bet", {}]]);
        expect(".o_iris_save_status [role=status]").toHaveText("Saved");
        expect(".o_field_widget[name=subject] input").toBeFocused();
    });

    test("says why it is not saved, and tries again", async () => {
        let isBroken = true;
        onRpc("iris.email", "web_save", () => {
            expect.step("save");
            if (isBroken) {
                throw makeServerError({ message: "the disk is full" });
            }
        });
        await openLetters();
        await openCard("First");
        await contains(".o_field_widget[name=subject] input").edit("Bet", { confirm: false });
        await advanceTime(2100);
        await animationFrame();
        expect(".o_iris_save_status [role=status]").toHaveText("Not saved: the disk is full");
        isBroken = false;
        await advanceTime(10100);
        await animationFrame();
        expect(".o_iris_save_status [role=status]").toHaveText("Saved");
        expect.verifySteps(["save", "save"]);
    });

    test("is thrown away when nothing was written in it", async () => {
        await openLetters();
        await openCard("First");
        await contains(".o_back_button, .breadcrumb-item a").click();
        expect.verifySteps(["discard 1"]);
        await contains(".o_iris_place[data-folder=inbox]").click();
        await openCard("Received");
        expect(".o_iris_send_now").toHaveCount(0);
        await contains(".o_back_button, .breadcrumb-item a").click();
        expect.verifySteps([]);
    });
});

describe("list", () => {
    describe.current.tags("desktop");

    test("sends what is selected, and takes it back", async () => {
        await openLetters();
        await select("First");
        await select("Second");
        await contains(".o_iris_send_selected").click();
        await animationFrame();
        expect(getSubjects()).toEqual([]);
        expect(".o_iris_sending").toHaveText("Sending 2 letters…\nUndo");
        await contains(UNDO).click();
        await animationFrame();
        expect(getSubjects()).toEqual(["First", "Second"]);
        expect(".o_notification").toHaveText("2 letters are not sent, and are drafts again.");
        expect.verifySteps(["send 1,2", "take back 1,2"]);
    });

    test("offers to send what can be sent, and to answer what was received", async () => {
        await openLetters("inbox");
        await select("Received");
        expect(".o_iris_send_selected").toHaveCount(0);
        await contains(".o_cp_action_menus .dropdown-toggle").click();
        const items = queryAllTexts(".o-dropdown--menu .o_menu_item");
        expect(items.slice(0, 5)).toEqual([
            "Export",
            "Reply",
            "Reply to all",
            "Forward",
            "Mark as read",
        ]);
    });

    test("marks of the letters stand before the subject", async () => {
        Letter._records = [
            { id: 1, subject: "A", type: "outbox", state: "queued" },
            { id: 2, subject: "B", type: "outbox", state: "error" },
            { id: 3, subject: "C", type: "outbox", state: "uncertain" },
            { id: 4, subject: "D", type: "sent", is_undelivered: true, is_answered: true },
            { id: 5, subject: "E", type: "sent" },
        ];
        await openLetters("all");
        expect(getSubjects()).toEqual([
            "Waits in the queueA",
            "Not sentB",
            "Maybe sentC",
            "Not deliveredD",
            "E",
        ]);
        expect(".o_iris_mark_answered").toHaveAttribute("aria-label", "Answered");
    });

    test("letters that are on their way leave the outbox by themselves", async () => {
        Letter._records = [{ id: 1, subject: "A", type: "outbox", state: "queued" }];
        await openLetters("outgoing");
        expect(getSubjects()).toEqual(["Waits in the queueA"]);
        onRpc("iris.email", "search_read", () => [{ id: 1, type: "sent", state: false }]);
        onRpc("iris.email", "web_search_read", () => ({ length: 0, records: [] }));
        await advanceTime(1100);
        await animationFrame();
        expect(getSubjects()).toEqual([]);
        expect(".o_notification").toHaveCount(0);
    });

    test("a new letter is of the type that is shown", async () => {
        onRpc("iris.email", "action_compose", ({ args }) => {
            expect.step(`compose ${args[0].type}`);
            return { type: "ir.actions.act_window_close" };
        });
        await openLetters("inbox");
        await contains(".o_iris_new_letter").click();
        await contains(".o_iris_place[data-folder=outgoing]").click();
        await contains(".o_iris_new_letter").click();
        await contains(".o_iris_place[data-folder=templates]").click();
        expect(".o_iris_new_letter").toHaveAttribute("data-hotkey", "c");
        await contains(".o_iris_new_letter").click();
        expect.verifySteps(["compose draft", "compose outbox", "compose template"]);
    });
});

describe("times to send at", () => {
    const getNames = (now) => getSendTimes(DateTime.fromISO(now)).map(({ name }) => name);
    const getTimes = (now) =>
        getSendTimes(DateTime.fromISO(now)).map(({ time }) => time.toFormat("ccc HH:mm"));

    test("are reasonable", () => {
        expect(getTimes("2026-03-04T10:20")).toEqual(["Wed 13:00", "Thu 09:00", "Mon 09:00"]);
        expect(getTimes("2026-03-04T16:20")).toEqual(["Wed 18:00", "Thu 09:00", "Mon 09:00"]);
    });

    test("leave out what is over, and what is the same", () => {
        expect(getNames("2026-03-04T18:20")).toEqual(["tomorrow", "monday"]);
        expect(getNames("2026-03-08T10:20")).toEqual(["today", "tomorrow"]);
    });
});

describe("files that are spoken of", () => {
    const speaks = (body, count = 0) =>
        speaksOfFiles({ body, attachment_ids: { records: Array(count).fill({}) } });

    test("in English and Russian", () => {
        expect(speaks("<p>The prices are attached.</p>")).toBe(true);
        expect(speaks("<p>See the enclosed list</p>")).toBe(true);
        expect(speaks("<p>Прилагаю прайс</p>")).toBe(true);
        expect(speaks("<p>Счёт во вложении</p>")).toBe(true);
        expect(speaks("<p>Я прикрепила договор</p>")).toBe(true);
        expect(speaks("<p>Good morning</p>")).toBe(false);
        expect(speaks(false)).toBe(false);
    });

    test("not in what is quoted, and not if there is one", () => {
        const quote = "<div data-iris-quote='1'><p>It is attached</p></div>";
        expect(speaks(`<p>Thanks</p>${quote}`)).toBe(false);
        expect(speaks("<p>It is attached</p>", 1)).toBe(false);
    });
});

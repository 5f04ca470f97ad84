import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

class Letter extends models.Model {
    _name = "iris.email";

    subject = fields.Char();
    type = fields.Selection({
        selection: [
            ["inbox", "Inbox"],
            ["draft", "Draft"],
        ],
        default: "inbox",
    });
    is_unread = fields.Boolean();
    is_important = fields.Boolean();
    has_attachments = fields.Boolean();

    _records = [
        { id: 1, subject: "First", is_unread: true, has_attachments: true },
        { id: 2, subject: "Second", is_unread: true },
        { id: 3, subject: "Third", is_important: true },
    ];
    _views = {
        list: `
            <list js_class="iris_email_list" decoration-bf="is_unread" create="0">
                <field name="is_unread" column_invisible="1"/>
                <field name="subject"/>
            </list>`,
        form: `
            <form js_class="iris_email_form">
                <button name="again" type="object" string="Mark as unread" invisible="is_unread"/>
                <field name="is_unread" invisible="1"/>
                <field name="subject"/>
            </form>`,
        search: `
            <search>
                <filter name="with_files" string="With files" domain="[('has_attachments', '=', True)]"/>
                <separator/>
                <filter name="unread" string="Unread" domain="[('is_unread', '=', True)]"/>
                <separator/>
                <filter name="other" string="Other" domain="[(0, '=', 1)]"/>
            </search>`,
    };
}

defineMailModels();
defineModels([Letter]);

const NO_COUNTS = { unread: 0, drafts: 0, outbox: 0, capped: false };
beforeEach(() => {
    onRpc("iris.email", "get_mail_counts", () => NO_COUNTS);
});

/** One run that brings a letter and goes on until the returned deferred is resolved. */
function mockRun() {
    const end = new Deferred();
    let steps = 0;
    onRpc("iris.email.account", "check_mail_start", () => [{ id: 1, address: "ivan@example.com" }]);
    onRpc("iris.email.account", "check_mail_step", async function () {
        if (steps++) {
            await end;
            return { processed: 1, new: 0, remaining: 0, finished: true, error: false };
        }
        this.env["iris.email"].create({ subject: "Fresh", is_unread: true });
        return { processed: 1, new: 1, remaining: 1, finished: false, error: false };
    });
    return end;
}

/** Read marks of the mock server. */
function mockReadMarks() {
    onRpc("iris.email", "mark_read", function ({ args }) {
        expect.step(`read ${args[0]}`);
        this.env["iris.email"].write(args[0], { is_unread: false });
        return true;
    });
    onRpc("iris.email", "again", function ({ args }) {
        this.env["iris.email"].write(args[0], { is_unread: true });
        return false;
    });
}

async function openLetters() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        res_model: "iris.email",
        type: "ir.actions.act_window",
        views: [
            [false, "list"],
            [false, "form"],
        ],
    });
}

describe("list", () => {
    describe.current.tags("desktop");

    test("shows new letters while the check goes on, and keeps the selection", async () => {
        const end = mockRun();
        await mountView({ type: "list", resModel: "iris.email" });
        await contains(".o_data_row:eq(1) .o_list_record_selector input").click();
        await contains(".o_iris_check_mail").click();
        await advanceTime(500);
        expect(".o_iris_check_mail").not.toBeEnabled();
        expect(".o_iris_check_mail_progress .progress").toHaveCount(1);
        expect(queryAllTexts(".o_data_row td[name=subject]")).toEqual([
            "First",
            "Second",
            "Third",
            "Fresh",
        ]);
        expect(".o_data_row:eq(3)").toHaveClass("fw-bold");
        expect(".o_data_row_selected").toHaveCount(1);
        expect(".o_data_row_selected").toHaveText("Second");

        end.resolve();
        await animationFrame();
        expect(".o_iris_check_mail").toBeEnabled();
        expect(".o_iris_check_mail_progress .progress").toHaveCount(0);
        expect(".o_notification").toHaveText("1 new letter.");
    });

    test("the run goes on in another view", async () => {
        mockReadMarks();
        const end = mockRun();
        await openLetters();
        await contains(".o_iris_check_mail").click();
        await contains(".o_data_row:eq(0) td[name=subject]").click();
        expect(".o_form_view").toHaveCount(1);
        expect.verifySteps(["read 1"]);

        await contains(".o_back_button, .breadcrumb-item a").click();
        expect(".o_iris_check_mail").not.toBeEnabled();
        expect(".o_data_row:eq(0)").not.toHaveClass("fw-bold");
        expect(".o_data_row:eq(1)").toHaveClass("fw-bold");

        end.resolve();
        await animationFrame();
        expect(".o_iris_check_mail").toBeEnabled();
    });

    test("a mailbox narrows the folder, and All mailboxes widens it again", async () => {
        onRpc("iris.email", "get_mail_counts", () => ({
            ...NO_COUNTS,
            places: [{ id: 7, name: "ivan@example.com", unread: 0 }],
        }));
        onRpc("iris.email", "web_search_read", ({ kwargs }) => {
            expect.step(JSON.stringify(kwargs.domain));
        });
        await mountView({ type: "list", resModel: "iris.email" });
        await advanceTime(500);
        await contains(".o_iris_place[data-mailbox='7']").click();
        await contains(".o_iris_place[data-folder=unread]").click();
        await contains(
            ".o_iris_place[data-mailbox=false], .o_iris_place:contains(All mailboxes)"
        ).click();
        expect.verifySteps([
            `[["type","=","inbox"]]`,
            `["&",["type","=","inbox"],["mailbox_id","=",7]]`,
            `["&",["is_unread","=",true],["mailbox_id","=",7]]`,
            `[["is_unread","=",true]]`,
        ]);
    });

    test("an empty list says why it is empty", async () => {
        Letter._records = [];
        await mountView({
            type: "list",
            resModel: "iris.email",
            noContentHelp: "Press Check mail",
        });
        expect(".o_view_nocontent").toHaveText("Press Check mail");
        await contains(".o_iris_place[data-folder=unread]").click();
        expect(".o_view_nocontent").toHaveText(/^Nothing unread/);
        await contains(".o_searchview_dropdown_toggler").click();
        await contains(".o_filter_menu .o_menu_item:contains(With files)").click();
        expect(".o_view_nocontent").toHaveText(/^No letters match/);
    });
});

describe("list on a phone", () => {
    describe.current.tags("mobile");

    test("has the button and the menu of folders", async () => {
        const end = mockRun();
        await mountView({ type: "list", resModel: "iris.email" });
        await contains(".o_iris_places_button").click();
        await contains(".o-dropdown--menu .o_iris_place[data-folder=unread]").click();
        expect(".o_data_row").toHaveCount(2);
        await contains(".o_iris_check_mail").click();
        await advanceTime(500);
        expect(".o_iris_check_mail").toHaveCount(1);
        expect(".o_iris_check_mail").not.toBeEnabled();
        expect("[role=progressbar]").toHaveCount(1);
        expect(".o_data_row").toHaveCount(3);
        end.resolve();
    });
});

describe("form", () => {
    describe.current.tags("desktop");

    test("takes the mark off each letter that is shown, and nothing becomes dirty", async () => {
        mockReadMarks();
        onRpc("web_save", () => expect.step("web_save"));
        await mountView({ type: "form", resModel: "iris.email", resId: 1, resIds: [1, 2, 3] });
        await animationFrame();
        expect("button[name=again]").toHaveCount(1, { message: "the card knows that it is read" });
        expect(".o_form_status_indicator_buttons.invisible").toHaveCount(1);
        await contains(".o_pager_next").click();
        await contains(".o_pager_next").click();
        await contains(".o_pager_next").click();
        expect.verifySteps(["read 1", "read 2"]);
    });

    test("a letter that is marked unread in its card stays so", async () => {
        mockReadMarks();
        await mountView({ type: "form", resModel: "iris.email", resId: 3 });
        await contains("button[name=again]").click();
        await animationFrame();
        expect("button[name=again]").toHaveCount(0);
        expect.verifySteps([]);
    });

    test("a mark that cannot be taken off is told, and does not keep the user there", async () => {
        expect.errors(1);
        onRpc("iris.email", "mark_read", () => {
            throw makeServerError({ message: "no right" });
        });
        await openLetters();
        await contains(".o_data_row:eq(0) td[name=subject]").click();
        await contains(".modal-footer button").click();
        expect.verifyErrors(["no right"]);
        await contains(".o_back_button, .breadcrumb-item a").click();
        expect(".o_data_row:eq(0)").toHaveClass("fw-bold");
    });

    test("leaves new letters alone", async () => {
        mockReadMarks();
        await mountView({ type: "form", resModel: "iris.email" });
        await animationFrame();
        expect.verifySteps([]);
    });
});

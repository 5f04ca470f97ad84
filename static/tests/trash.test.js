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
import { Account, leaveTrashOut } from "./mailbox_helpers";

class Letter extends models.Model {
    _name = "iris.email";

    subject = fields.Char();
    type = fields.Selection({
        selection: [
            ["inbox", "Inbox"],
            ["draft", "Draft"],
            ["outbox", "Outbox"],
        ],
        default: "inbox",
    });
    mailbox_id = fields.Many2one({ relation: "iris.email.account" });
    is_trashed = fields.Boolean({ readonly: true });
    can_delete = fields.Boolean({ default: true });

    _records = [
        { id: 1, subject: "First", mailbox_id: 7 },
        { id: 2, subject: "Second", mailbox_id: 8 },
        { id: 3, subject: "My draft", type: "draft" },
        { id: 4, subject: "Old one", is_trashed: true },
        { id: 5, subject: "Old draft", type: "draft", is_trashed: true },
    ];
    _views = {
        list: `
            <list js_class="iris_email_list" create="0" delete="0" duplicate="0">
                <header>
                    <button name="action_trash" type="object" string="Move to trash"
                        invisible="context.get('iris_email_trash')"/>
                    <button name="action_restore" type="object" string="Restore"
                        invisible="not context.get('iris_email_trash')"/>
                    <button name="action_delete_for_good" type="object" string="Delete for good"
                        invisible="not context.get('iris_email_trash')" confirm="Really?"/>
                </header>
                <field name="subject"/>
            </list>`,
        form: `
            <form js_class="iris_email_form" create="0" delete="0" duplicate="0">
                <header>
                    <button name="action_trash" type="object" string="Move to trash"
                        invisible="is_trashed or not can_delete"/>
                    <button name="action_restore" type="object" string="Restore"
                        invisible="not is_trashed or not can_delete"/>
                    <button name="again" type="object" string="Something else"/>
                </header>
                <field name="is_trashed" invisible="1"/>
                <field name="can_delete" invisible="1"/>
                <field name="subject"/>
            </form>`,
        search: `
            <search>
                <filter name="other" string="Other" domain="[('id', '>', 0)]"/>
            </search>`,
    };

    _filter(domain, options) {
        return leaveTrashOut(domain, super._filter(domain, options));
    }
}

defineMailModels();
defineModels([Letter, Account]);

const MARKING = [
    "Mark as read",
    "Mark as unread",
    "Set the star",
    "Take away the star",
    "Set responsible",
    "Change access",
];

let counts, timesCounted;
beforeEach(() => {
    timesCounted = 0;
    counts = { unread: 0, drafts: 0, outbox: 0, capped: false };
    onRpc("iris.email", "get_mail_counts", () => {
        timesCounted++;
        return counts;
    });
    onRpc("iris.email", "action_trash", function ({ args }) {
        expect.step(`trash ${args[0]}`);
        this.env["iris.email"].write(args[0], { is_trashed: true });
        return true;
    });
    onRpc("iris.email", "action_restore", function ({ args }) {
        expect.step(`restore ${args[0]}`);
        this.env["iris.email"].write(args[0], { is_trashed: false });
        return true;
    });
    onRpc("iris.email", "action_delete_for_good", function ({ args }) {
        expect.step(`delete ${args[0]}`);
        this.env["iris.email"].unlink(args[0]);
        return true;
    });
});

function getPlaces(unread) {
    return [
        { id: 7, name: "ivan@example.com", unread },
        { id: 8, name: "sales@example.com", unread: 0 },
    ];
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
    await advanceTime(500);
}

async function openCard(subject) {
    await contains(`.o_data_row td[name=subject]:contains(${subject})`).click();
}

function getSubjects() {
    return queryAllTexts(".o_data_row td[name=subject]");
}

function getSelectedFolder() {
    return queryAllTexts(".o_iris_place.active[data-folder] .o_iris_place_label");
}

async function chooseFolder(name) {
    await contains(`.o_iris_place[data-folder=${name}]`).click();
}

async function select(subject) {
    await contains(`.o_data_row:contains(${subject}) .o_list_record_selector input`).click();
}

describe("folder", () => {
    describe.current.tags("desktop");

    test("shows letters of all types that are in the trash, and others lead out of it", async () => {
        await openLetters();
        expect(getSubjects()).toEqual(["First", "Second"]);
        expect(getSelectedFolder()).toEqual(["Inbox"]);

        await chooseFolder("trash");
        expect(getSubjects()).toEqual(["Old one", "Old draft"]);
        expect(getSelectedFolder()).toEqual(["Trash"]);
        expect(".o_iris_place[data-folder=trash]").toHaveAttribute("aria-current", "true");

        await chooseFolder("drafts");
        expect(getSubjects()).toEqual(["My draft"]);
        await chooseFolder("all");
        expect(getSubjects()).toEqual(["First", "Second", "My draft"]);
        expect(".o_searchview_facet").toHaveCount(0);
    });

    test("is kept while a letter of it is looked at", async () => {
        await openLetters();
        await chooseFolder("trash");
        await openCard("Old one");
        await contains(".o_back_button, .breadcrumb-item a").click();
        expect(getSubjects()).toEqual(["Old one", "Old draft"]);
        await chooseFolder("inbox");
        expect(getSubjects()).toEqual(["First", "Second"]);
    });

    test("says when it is empty", async () => {
        Letter._records = Letter._records.slice(0, 3);
        await openLetters();
        await chooseFolder("trash");
        expect(".o_data_row").toHaveCount(0);
        expect(getSelectedFolder()).toEqual(["Trash"]);
    });
});

describe("numbers", () => {
    describe.current.tags("desktop");

    test("stand beside folders and mailboxes, with their meaning", async () => {
        counts = {
            unread: 1234,
            places: getPlaces(3),
            drafts: 2,
            outbox: 1,
            capped: false,
        };
        await openLetters();
        const texts = queryAllTexts(".o_iris_place:has(.o_iris_count)");
        expect(texts).toEqual([
            "Inbox\n1,234\nUnread: 1,234",
            "Unread\n1,234\nUnread: 1,234",
            "Drafts\n2\nDrafts: 2",
            "Outgoing\n1\nNot sent yet: 1",
            "ivan@example.com\n3\nUnread: 3",
        ]);
    });

    test("say when there may be more", async () => {
        counts = {
            unread: 10000,
            places: getPlaces(9000),
            drafts: 5,
            outbox: 0,
            capped: true,
        };
        await openLetters();
        expect(queryAllTexts(".o_iris_count")).toEqual(["10,000+", "10,000+", "5", "9,000+"]);
    });

    test("are asked for once for a list, and again when letters came or went", async () => {
        await openLetters();
        expect(timesCounted).toBe(1);
        counts = { ...counts, unread: 5 };
        getService("iris_email.check_mail").bus.trigger("LETTERS", { count: 5 });
        await advanceTime(500);
        expect(timesCounted).toBe(2);
        expect(".o_iris_count:first").toHaveText("5");

        await select("First");
        await contains("button[name=action_trash]").click();
        await advanceTime(500);
        expect.verifySteps(["trash 1"]);
        expect(timesCounted).toBe(3);
    });
});

describe("list", () => {
    describe.current.tags("desktop");

    test("moves what is selected to the trash, and takes it back", async () => {
        await openLetters();
        await select("First");
        await select("Second");
        expect("button[name=action_restore]").toHaveCount(0);
        await contains("button[name=action_trash]").click();
        await animationFrame();
        expect(getSubjects()).toEqual([]);
        expect(".o_iris_trashed").toHaveText("2 letters are in the trash.\nUndo");

        await contains(".o_iris_trashed button:contains(Undo)").click();
        await animationFrame();
        expect(getSubjects()).toEqual(["First", "Second"]);
        expect(".o_iris_trashed").toHaveCount(0);
        expect.verifySteps(["trash 1,2", "restore 1,2"]);
    });

    test("offers in the trash what fits there, also in the menu", async () => {
        await openLetters();
        await select("First");
        await contains(".o_cp_action_menus .dropdown-toggle").click();
        expect(queryAllTexts(".o-dropdown--menu .o_menu_item")).toEqual([
            "Export",
            ...MARKING,
            "Move to trash",
        ]);
        await contains(".o-dropdown--menu .o_menu_item:contains(Move to trash)").click();
        await chooseFolder("trash");
        expect(getSubjects()).toEqual(["First", "Old one", "Old draft"]);

        await select("First");
        expect("button[name=action_trash]").toHaveCount(0);
        await contains("button[name=action_restore]").click();
        await animationFrame();
        expect(getSubjects()).toEqual(["Old one", "Old draft"]);

        await select("Old one");
        await contains(".o_cp_action_menus .dropdown-toggle").click();
        const items = queryAllTexts(".o-dropdown--menu .o_menu_item");
        expect(items).toEqual(["Export", ...MARKING, "Restore", "Delete for good"]);
        await contains(".o-dropdown--menu .o_menu_item:contains(Delete for good)").click();
        await contains(".modal-footer .btn-secondary").click();
        expect(getSubjects()).toEqual(["Old one", "Old draft"]);

        await contains("button[name=action_delete_for_good]").click();
        await contains(".modal-footer .btn-primary").click();
        await animationFrame();
        expect(getSubjects()).toEqual(["Old draft"]);
        expect.verifySteps(["trash 1", "restore 1", "delete 4"]);
    });

    test("a refusal is shown, and nothing else happens", async () => {
        expect.errors(1);
        onRpc("iris.email", "action_trash", () => {
            throw makeServerError({ message: "you may not" });
        });
        await openLetters();
        await select("First");
        await contains("button[name=action_trash]").click();
        await animationFrame();
        expect.verifyErrors(["you may not"]);
        expect(".o_iris_trashed").toHaveCount(0);
        expect(getSubjects()).toEqual(["First", "Second"]);
    });
});

describe("card", () => {
    describe.current.tags("desktop");

    test("leads back to the list after its letter went to the trash, with Undo", async () => {
        await openLetters();
        await openCard("First");
        await contains("button[name=action_trash]").click();
        await animationFrame();
        expect(getSubjects()).toEqual(["Second"]);
        await contains(".o_iris_trashed button:contains(Undo)").click();
        await animationFrame();
        expect(getSubjects()).toEqual(["First", "Second"]);
        expect.verifySteps(["trash 1", "restore 1"]);
    });

    test("saves what was changed before", async () => {
        onRpc("iris.email", "web_save", ({ args }) => expect.step(`save ${args[1].subject}`));
        await openLetters();
        await openCard("First");
        await contains(".o_field_widget[name=subject] input").edit("Better");
        await contains("button[name=action_trash]").click();
        expect.verifySteps(["save Better", "trash 1"]);
    });

    test("of a letter in the trash restores it and stays", async () => {
        await openLetters();
        await chooseFolder("trash");
        await openCard("Old one");
        expect("button[name=action_trash]").toHaveCount(0);
        await contains("button[name=action_restore]").click();
        await animationFrame();
        expect(".o_form_view").toHaveCount(1);
        expect("button[name=action_trash]").toHaveCount(1);
        expect.verifySteps(["restore 4"]);
    });

    test("has no trash in its menu for those who may not delete", async () => {
        Letter._records[0].can_delete = false;
        await openLetters();
        await openCard("First");
        expect("button[name=action_trash]").toHaveCount(0);
        expect(".o_cp_action_menus .dropdown-toggle").toHaveCount(0);
    });

    test("is left when its letter is out of reach after a change of access", async () => {
        onRpc("iris.email", "again", () => false);
        await openLetters();
        await openCard("First");
        onRpc("iris.email", "web_read", ({ args, parent }) => {
            if (args[0].length === 1) {
                throw makeServerError({ type: "AccessError", message: "no" });
            }
            return parent();
        });
        await contains("button[name=again]").click();
        await animationFrame();
        expect(".o_form_view").toHaveCount(0);
        expect(".o_list_view").toHaveCount(1);
        expect(".o_notification").toHaveText("You can no longer read this letter.");
    });
});

describe("on a phone", () => {
    describe.current.tags("mobile");

    test("the trash stands in the menu of folders", async () => {
        await openLetters();
        await contains(".o_iris_places_button").click();
        await contains(".o-dropdown--menu .o_iris_place[data-folder=trash]").click();
        expect(getSubjects()).toEqual(["Old one", "Old draft"]);
        expect(".o_iris_places_button").toHaveText("Trash");
        await contains(".o_iris_places_button").click();
        await contains(".o-dropdown--menu .o_iris_place[data-folder=inbox]").click();
        expect(getSubjects()).toEqual(["First", "Second"]);
    });
});

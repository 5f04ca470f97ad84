import { beforeEach, expect } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineActions,
    defineModels,
    fields,
    getService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { WebClient } from "@web/webclient/webclient";
import { makeLetter } from "./reader/reader_helpers";

/** As the server does: the trash is left out unless it is asked for. */
export function leaveTrashOut(domain, letters) {
    const names = (domain || []).map((leaf) => leaf[0]);
    return names.includes("is_trashed") || names.includes("id")
        ? letters
        : letters.filter((letter) => !letter.is_trashed);
}

/** Letters as the three panes know them. */
export class Letter extends models.Model {
    _name = "iris.email";
    _rec_name = "subject";
    _order = "date desc, id desc";

    subject = fields.Char();
    preview = fields.Char();
    sender_name = fields.Char();
    recipient_names = fields.Char();
    type = fields.Selection({
        selection: ["inbox", "draft", "outbox", "sent", "template"].map((type) => [type, type]),
        default: "inbox",
    });
    state = fields.Char();
    date = fields.Datetime();
    send_at = fields.Datetime();
    is_unread = fields.Boolean();
    is_important = fields.Boolean();
    is_answered = fields.Boolean();
    is_undelivered = fields.Boolean();
    is_trashed = fields.Boolean();
    has_attachments = fields.Boolean();
    conversation_size = fields.Integer({ default: 1 });
    mailbox_id = fields.Many2one({ relation: "iris.email.account" });
    responsible_id = fields.Many2one({ relation: "res.users" });

    _records = [
        { id: 1, sender_name: "Anna", subject: "Contract", preview: "Please sign." },
        { id: 2, sender_name: "Boris", subject: "Prices", preview: "New ones." },
        { id: 3, sender_name: "Clara", subject: "Meeting", preview: "At ten?" },
        { id: 4, sender_name: "Dmitry", subject: "Invoice", preview: "Attached." },
        { id: 5, sender_name: "Me", recipient_names: "Eva", subject: "Offer", type: "sent" },
        { id: 6, sender_name: "Me", subject: "Half a letter", type: "draft" },
        { id: 7, sender_name: "Fedor", subject: "Old one", is_trashed: true },
    ].map((letter) => ({
        mailbox_id: letter.id % 2 ? 7 : 8,
        date: `2026-11-25 0${9 - letter.id}:00:00`,
        ...letter,
    }));
    _views = {
        mailbox: `
            <mailbox default_order="date desc, id desc" limit="60" create="0" delete="0" duplicate="0">
                <header>
                    <button name="action_trash" type="object" string="Move to trash"
                        invisible="context.get('iris_email_trash')"/>
                    <button name="action_restore" type="object" string="Restore"
                        invisible="not context.get('iris_email_trash')"/>
                </header>
                ${[
                    "type",
                    "state",
                    "subject",
                    "preview",
                    "sender_name",
                    "recipient_names",
                    "date",
                    "send_at",
                    "is_unread",
                    "is_important",
                    "is_answered",
                    "is_undelivered",
                    "has_attachments",
                    "conversation_size",
                ]
                    .map((name) => `<field name="${name}"/>`)
                    .join("")}
            </mailbox>`,
        list: `
            <list js_class="iris_email_list" create="0" delete="0" duplicate="0">
                <field name="type" column_invisible="1"/>
                <field name="subject"/>
            </list>`,
        pivot: `<pivot js_class="iris_email_pivot"><field name="mailbox_id" type="row"/></pivot>`,
        form: `
            <form js_class="iris_email_form" create="0" delete="0" duplicate="0">
                <field name="type" invisible="1"/>
                <field name="subject"/>
            </form>`,
        search: `
            <search>
                <field name="subject"/>
                <filter name="with_files" string="With files" domain="[('has_attachments', '=', True)]"/>
            </search>`,
    };

    _filter(domain, options) {
        return leaveTrashOut(domain, super._filter(domain, options));
    }
}

export class Account extends models.Model {
    _name = "iris.email.account";
    _rec_name = "address";

    address = fields.Char();
    _records = [
        { id: 7, address: "ivan@example.com" },
        { id: 8, address: "sales@example.com" },
    ];
}

const ACTION = 77;

const SETTINGS = ["conversations", "density", "read_seconds", "desktop_notifications"];

/** What the mock server says; tests may change it. */
export const server = {};

/** Let a test file have letters, mailboxes, an action with all views, and a server for them. */
export function defineMailbox() {
    defineMailModels();
    defineModels([Letter, Account]);
    defineActions([
        {
            id: ACTION,
            name: "Letters",
            path: "letters",
            res_model: "iris.email",
            type: "ir.actions.act_window",
            views: ["mailbox", "list", "pivot", "form"].map((type) => [false, type]),
            help: "Press Check mail",
        },
        { id: 78, name: "Settings", tag: "iris_email_settings", type: "ir.actions.client" },
    ]);
    beforeEach(() => {
        mockDate("2026-11-25 12:00:00", 0);
        SETTINGS.forEach((name) => user.updateUserSettings(`iris_email_${name}`, undefined));
        // Letters are marked by hand unless a test says otherwise.
        user.updateUserSettings("iris_email_read_seconds", -1);
        server.counts = {
            unread: 0,
            places: [
                { id: 7, name: "ivan@example.com", unread: 0 },
                { id: 8, name: "sales@example.com", unread: 0 },
            ],
            drafts: 0,
            outbox: 0,
            capped: false,
        };
        mockMethods();
    });
}

function mockMethods() {
    onRpc("iris.email", "get_mail_counts", () => server.counts);
    onRpc("iris.email", "get_reader", function ({ args: [ids] }) {
        return this.env["iris.email"].browse(ids).map(describe);
    });
    onRpc("iris.email", "get_conversation_ids", ({ args: [ids] }) => ids);
    mockWriting("mark_read", { is_unread: false });
    mockWriting("mark_unread", { is_unread: true });
    mockWriting("action_trash", { is_trashed: true });
    mockWriting("action_restore", { is_trashed: false });
    onRpc("iris.email", "write", ({ args: [ids, values] }) => {
        expect.step(`write ${ids} ${JSON.stringify(values)}`);
    });
    onRpc("res.users.settings", "set_res_users_settings", ({ kwargs }) => kwargs.new_settings);
}

function mockWriting(method, values) {
    onRpc("iris.email", method, function ({ args: [ids] }) {
        expect.step(`${method} ${ids}`);
        this.env["iris.email"].write(ids, values);
        return true;
    });
}

/** What `get_reader` says of a letter. */
function describe(letter) {
    const { id, type, sender_name, date, preview, is_unread, is_important } = letter;
    const copied = ["state", "subject", "is_answered", "is_trashed"];
    return makeLetter(id, {
        ...{ type, date, preview, is_unread, is_important },
        ...Object.fromEntries(copied.map((name) => [name, letter[name]])),
        people: {
            email_from: [{ name: sender_name, email: "a@example.com", partner_id: false }],
            email_to: [],
        },
        mailbox: false,
        conversation: [{ id, type, sender_name: "", date, preview, is_unread, is_important }],
    });
}

/** Timers, RPCs and what they show come to rest. */
export async function settle(time = 500) {
    await advanceTime(time);
    await animationFrame();
}

/** Open the app as its menu does. */
export async function openMailbox() {
    await mountWithCleanup(WebClient);
    await openFromMenu();
}

export async function openFromMenu() {
    await getService("action").doAction(ACTION, { clearBreadcrumbs: true });
    await settle();
}

export function getSubjects() {
    return queryAllTexts(".o_iris_row_subject");
}

export function getSelected() {
    return queryAllTexts(".o_iris_row.o_selected .o_iris_row_subject");
}

/** @returns {string[]} the subject of the letter that is opened, in the list and in the reader */
export function getOpened() {
    return queryAllTexts(".o_iris_row.o_opened .o_iris_row_subject, .o_iris_reader h2");
}

export function getActivePlaces() {
    return queryAll(".o_iris_place.active").map(
        ({ dataset }) => dataset.folder || dataset.mailbox || "all mailboxes"
    );
}

/** Letters of the inbox, the first one the newest. */
export function makeLetters(count, values = () => ({})) {
    Letter._records = Array.from({ length: count }, (_, index) => ({
        id: 1 + index,
        subject: `Letter ${1 + index}`,
        sender_name: `Sender ${1 + index}`,
        date: luxon.DateTime.fromSQL("2026-11-25 09:00:00", { zone: "utc" })
            .minus({ minutes: index })
            .toFormat("yyyy-MM-dd HH:mm:ss"),
        ...values(index),
    }));
}

/** @returns {string} the selector of a row of the list, counted from 1 */
export function row(number) {
    return `.o_iris_row:eq(${number - 1})`;
}

export async function click(selector, options) {
    await contains(selector).click(options);
    await settle();
}

import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountView,
    serverState,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Letter extends models.Model {
    _name = "iris.email";

    type = fields.Char({ default: "inbox" });
    state = fields.Char();
    custom_access = fields.Boolean();
    can_edit = fields.Boolean();
    can_delete = fields.Boolean();
    can_access = fields.Boolean();
    access_overview = fields.Json();

    _views = {
        form: `
            <form>
                <field name="access_overview" widget="iris_email_access_overview" readonly="1"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Letter]);

const NOTHING = { read: false, edit: false, delete: false, access: false };

function makeRows() {
    return [
        {
            name: "Mitchell Admin",
            kind: "user",
            id: serverState.userId,
            ...{ read: true, edit: true, delete: true, access: true },
            reasons: ["Mailbox sales@example.org", "Responsible"],
        },
        {
            name: "Sales department",
            kind: "group",
            id: 7,
            ...NOTHING,
            read: true,
            reasons: ["Mailbox sales@example.org"],
        },
    ];
}

async function showLetter(values) {
    Letter._records = [{ id: 1, access_overview: makeRows(), ...values }];
    await mountView({ type: "form", resModel: "iris.email", resId: 1 });
}

/** @returns {string[]} the labels of the ticks of a row */
function getAnswers(row) {
    return [...row.querySelectorAll(".o_iris_access_answer i")].map((tick) =>
        tick.getAttribute("aria-label")
    );
}

test("says who may do what, and why", async () => {
    await showLetter({ can_edit: true, can_delete: true, can_access: true });
    expect(".o_iris_access_origin").toHaveText(
        "This letter follows the rights on its mailbox and the default access."
    );
    expect(".o_iris_access_mine").toHaveText("You may: read, edit, delete, change access.");
    expect(queryAllTexts(".o_iris_access_table thead th")).toEqual([
        "Who",
        "Read",
        "Edit",
        "Delete",
        "Change access",
        "Why",
    ]);
    const mine = queryFirst("tbody tr[data-kind=user]");
    expect(mine).toHaveClass("o_iris_access_own");
    expect(mine.querySelector("img")).toHaveAttribute(
        "data-src",
        new RegExp(`/web/image/res.users/${serverState.userId}/avatar_128$`)
    );
    expect(mine.querySelector(".badge")).toHaveText("you");
    expect(getAnswers(mine)).toEqual(["Yes", "Yes", "Yes", "Yes"]);
    expect(mine.querySelector(".o_iris_access_why")).toHaveText(
        "Mailbox sales@example.org\nResponsible"
    );
    const group = queryFirst("tbody tr[data-kind=group]");
    expect(group).not.toHaveClass("o_iris_access_own");
    expect(group.querySelectorAll("i[aria-label=Group]")).toHaveCount(1);
    expect(getAnswers(group)).toEqual(["Yes", "No", "No", "No"]);
});

test("readers are told what they may do, and that others may be in the list", async () => {
    await showLetter({ custom_access: true });
    expect(".o_iris_access_origin").toHaveText(/^Shared by hand:/);
    expect(".o_iris_access_mine").toHaveText(
        "You may: read. The whole list is shown to those who may change access."
    );
});

const ORIGINS = [
    [{ type: "draft" }, /is not sent yet/],
    [{ type: "template" }, /is not sent yet/],
    [{ type: "outbox", state: false }, /is not sent yet/],
    [{ type: "outbox", state: "queued" }, /outgoing letters of its mailbox/],
    [{ type: "sent" }, /outgoing letters of its mailbox/],
];
for (const [values, sentence] of ORIGINS) {
    test(`what decides: ${values.type} ${values.state || ""}`, async () => {
        await showLetter(values);
        expect(".o_iris_access_origin").toHaveText(sentence);
    });
}

test("a letter without rows has no table", async () => {
    await showLetter({ access_overview: [] });
    expect(".o_iris_access_table").toHaveCount(0);
    expect(".o_iris_access_mine").toHaveCount(1);
});

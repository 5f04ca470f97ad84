import { describe, expect, test } from "@odoo/hoot";
import { keyDown, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { contains, onRpc } from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import {
    click,
    defineMailbox,
    makeLetters,
    row,
    getOpened,
    getSelected,
    getSubjects,
    openMailbox,
} from "../mailbox_helpers";

defineMailbox();

async function choose(action) {
    await contains(".o_cp_action_menus .dropdown-toggle").click();
    await click(`.o-dropdown--menu .o_menu_item:contains(${action})`);
}

describe("row", () => {
    describe.current.tags("desktop");

    test("shows who, what, and how it begins", async () => {
        await openMailbox();
        expect(queryAllTexts(".o_iris_row_who")).toEqual(["Anna", "Boris", "Clara", "Dmitry"]);
        expect(getSubjects()).toEqual(["Contract", "Prices", "Meeting", "Invoice"]);
        expect(`${row(1)} .o_iris_row_preview`).toHaveText("Please sign.");
        expect(`${row(1)} input`).toHaveAttribute("aria-label", "Select “Contract”");
        await click(".o_iris_place[data-folder=sent]");
        expect(".o_iris_row_who").toHaveText("To: Eva");
        await click(".o_iris_place[data-folder=drafts]");
        expect(".o_iris_row_who").toHaveText("(no recipient)");
    });

    test("says what is missing", async () => {
        makeLetters(1, () => ({ subject: false, sender_name: false, date: false }));
        await openMailbox();
        expect(getSubjects()).toEqual(["(no subject)"]);
        expect(".o_iris_row_who").toHaveText("(no sender)");
        expect(".o_iris_row_time").toHaveText("");
        expect(".o_iris_row_preview").toHaveText("");
    });

    test("shows marks, files, the star and what is unread", async () => {
        makeLetters(2, (index) =>
            index
                ? {}
                : {
                      is_unread: true,
                      is_important: true,
                      is_answered: true,
                      has_attachments: true,
                  }
        );
        await openMailbox();
        expect(row(1)).toHaveClass("o_unread");
        expect(`${row(1)} .o_iris_row_who`).toHaveText(/^Unread:\s*Sender 1$/);
        expect(`${row(1)} .o_iris_row_star`).toHaveAttribute("aria-pressed", "true");
        expect(`${row(1)} .o_iris_mark_answered`).toHaveCount(1);
        expect(`${row(1)} .o_iris_row_files`).toHaveAttribute("aria-label", "With files");
        expect(row(2)).not.toHaveClass("o_unread");
        expect(`${row(2)} .o_iris_row_star`).toHaveAttribute("aria-pressed", "false");
        expect(`${row(2)} .o_iris_mark_answered`).toHaveCount(0);
        expect(`${row(2)} .o_iris_row_files`).toHaveCount(0);
        expect(getComputedStyle(queryOne(`${row(1)} .o_iris_row_subject`)).fontWeight).toBe("700");
    });

    test("shows today's time, this year's day, and dates before that", async () => {
        const dates = ["2026-11-25 08:05:00", "2026-03-09 08:05:00", "2019-03-09 08:05:00"];
        makeLetters(3, (index) => ({ date: dates[index] }));
        await openMailbox();
        const times = queryAllTexts(".o_iris_row_time").map((time) => time.replace(/\s/g, " "));
        expect(times).toEqual(["8:05 AM", "Mar 9", "3/9/2019"]);
        expect(`${row(3)} .o_iris_row_time`).toHaveAttribute("title", /March 9, 2019/);
        expect(`${row(3)} .o_iris_row_time`).toHaveAttribute("datetime", /^2019-03-09T08:05/);
    });

    test("shows them in Russian as Russians write them", async () => {
        const dates = ["2026-11-25 08:05:00", "2026-03-09 08:05:00", "2019-03-09 08:05:00"];
        makeLetters(3, (index) => ({ date: dates[index] }));
        const { defaultLocale } = luxon.Settings;
        await openMailbox();
        luxon.Settings.defaultLocale = "ru";
        try {
            await click(".o_iris_place[data-folder=all]");
            expect(queryAllTexts(".o_iris_row_time")).toEqual(["08:05", "9 мар.", "09.03.2019"]);
        } finally {
            luxon.Settings.defaultLocale = defaultLocale;
        }
    });

    test("shows how many letters its conversation has", async () => {
        makeLetters(2, (index) => ({ conversation_size: index ? 1 : 3 }));
        await openMailbox();
        expect(".o_iris_row_size").toHaveCount(1);
        expect(`${row(1)} .o_iris_row_size`).toHaveAttribute(
            "title",
            "Letters in this conversation: 3"
        );
    });

    test("is cut, not made wider, by a long subject", async () => {
        makeLetters(1, () => ({
            subject: "Donaudampfschifffahrt".repeat(40),
            sender_name: "W".repeat(300),
            preview: "x".repeat(1000),
        }));
        await openMailbox();
        for (const pane of queryAll(".o_iris_rows, .o_iris_letters, .o_iris_mailbox")) {
            expect(pane.scrollWidth).toBeLessThan(pane.clientWidth + 1);
        }
    });
});

describe("selection", () => {
    describe.current.tags("desktop");

    test("with Ctrl adds and takes away, and opens nothing", async () => {
        await openMailbox();
        // Within a link the web client would leave them to the browser.
        await click(`${row(1)} .o_iris_row_subject`, { ctrlKey: true });
        await click(`${row(3)} .o_iris_row_subject`, { ctrlKey: true });
        expect(getSelected()).toEqual(["Contract", "Meeting"]);
        await click(`${row(1)} .o_iris_row_subject`, { ctrlKey: true });
        expect(getSelected()).toEqual(["Meeting"]);
        expect(getOpened()).toEqual([]);
    });

    test("with Shift goes on to there, in both directions", async () => {
        await openMailbox();
        await click(row(2), { ctrlKey: true });
        await click(row(4), { shiftKey: true });
        expect(getSelected()).toEqual(["Prices", "Meeting", "Invoice"]);
        await click(row(1), { shiftKey: true });
        expect(getSelected()).toEqual(["Contract", "Prices", "Meeting", "Invoice"]);
    });

    test("with Shift begins at the letter that is opened", async () => {
        await openMailbox();
        await click(row(2));
        await click(row(4), { shiftKey: true });
        expect(getSelected()).toEqual(["Prices", "Meeting", "Invoice"]);
        expect(getOpened()).toEqual(["Prices", "Prices"]);
    });

    test("by checkboxes, with Shift a whole range", async () => {
        await openMailbox();
        await click(`${row(1)} .form-check-input`);
        await keyDown("Shift");
        await click(`${row(3)} .form-check-input`);
        expect(getSelected()).toEqual(["Contract", "Prices", "Meeting"]);
        expect(queryAll(".o_iris_row .form-check-input:checked")).toHaveLength(3);
        expect(getOpened()).toEqual([]);
    });

    test("of all letters of the page, and of none", async () => {
        await openMailbox();
        await click(".o_iris_select_all");
        expect(getSelected()).toHaveLength(4);
        expect(".o_iris_select_all").toBeChecked();
        await click(`${row(1)} .form-check-input`);
        expect(getSelected()).toHaveLength(3);
        expect(".o_iris_select_all").not.toBeChecked();
        await click(".o_iris_select_all");
        expect(getSelected()).toHaveLength(4);
        await click(".o_iris_select_all");
        expect(getSelected()).toEqual([]);
    });

    test("is gone in another folder", async () => {
        await openMailbox();
        await click(row(1), { ctrlKey: true });
        await click(".o_iris_place[data-folder=all]");
        expect(getSelected()).toEqual([]);
        await click(row(3), { shiftKey: true });
        expect(getSelected()).toEqual(["Meeting"]);
    });
});

describe("many letters", () => {
    describe.current.tags("desktop");

    function mockConversations(ids) {
        onRpc("iris.email", "get_conversation_ids", ({ args }) => {
            expect.step(`conversations ${args[0]} ${JSON.stringify(args[1])}`);
            return ids;
        });
    }

    test("of folded conversations are marked together, those of the folder", async () => {
        mockConversations([1, 5]);
        await openMailbox();
        await click(row(1), { ctrlKey: true });
        await choose("Mark as unread");
        expect(row(1)).toHaveClass("o_unread");
        await choose("Set the star");
        expect(`${row(1)} .o_starred`).toHaveCount(1);
        expect.verifySteps([
            `conversations 1 [["type","=","inbox"]]`,
            "mark_unread 1,5",
            // Others may only be read by this user.
            `conversations 1 ["&",["type","=","inbox"],["can_edit","=",true]]`,
            `write 1,5 {"is_important":true}`,
        ]);
    });

    test("of conversations that are not folded are those that are selected", async () => {
        user.updateUserSettings("iris_email_conversations", false);
        mockConversations([1, 5]);
        await openMailbox();
        await click(row(1), { ctrlKey: true });
        await click(row(2), { ctrlKey: true });
        await choose("Mark as read");
        expect.verifySteps(["mark_read 1,2"]);
    });

    test("go to the trash and come back", async () => {
        mockConversations([1, 2]);
        await openMailbox();
        await click(row(1), { ctrlKey: true });
        await click(row(2), { ctrlKey: true });
        await click("button[name=action_trash]");
        expect(getSubjects()).toEqual(["Meeting", "Invoice"]);
        await click(".o_iris_trashed button:contains(Undo)");
        expect(getSubjects()).toEqual(["Contract", "Prices", "Meeting", "Invoice"]);
        expect.verifySteps([
            `conversations 1,2 ["&",["type","=","inbox"],["can_delete","=",true]]`,
            "action_trash 1,2",
            "action_restore 1,2",
        ]);
    });

    test("get somebody who is responsible", async () => {
        mockConversations([1, 2]);
        onRpc("res.users", "name_search", () => [[user.userId, "Mitchell"]]);
        await openMailbox();
        await click(row(1), { ctrlKey: true });
        await choose("Set responsible");
        expect(".o_dialog .modal-body").toHaveText(/^Letters: 2/);
        await click(".o_dialog .btn-primary");
        expect(".o_dialog").toHaveCount(0);
        expect.verifySteps([
            `conversations 1 ["&",["type","=","inbox"],["can_edit","=",true]]`,
            `write 1,2 {"responsible_id":${user.userId}}`,
        ]);
    });

    test("get nobody when the dialog is closed", async () => {
        mockConversations([1]);
        await openMailbox();
        await click(row(1), { ctrlKey: true });
        await choose("Set responsible");
        await click(".o_dialog .btn-secondary");
        expect(".o_dialog").toHaveCount(0);
        expect.verifySteps([`conversations 1 ["&",["type","=","inbox"],["can_edit","=",true]]`]);
    });
});

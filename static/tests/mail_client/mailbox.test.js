import { describe, expect, test } from "@odoo/hoot";
import { press, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { startBusService, waitNotifications } from "@bus/../tests/bus_test_helpers";
import { contains, getService, MockServer, onRpc } from "@web/../tests/web_test_helpers";
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
    settle,
} from "../mailbox_helpers";

defineMailbox();

/** As the server announces letters that somebody fetched. */
async function bringLetter(values) {
    const { env } = MockServer;
    env["iris.email"].create({ date: "2026-11-25 11:59:00", type: "inbox", ...values });
    const payload = { account_id: 7, count: 1 };
    await startBusService();
    env["bus.bus"]._sendone("broadcast", "iris_email/new_letters", payload);
    await waitNotifications(["iris_email/new_letters", payload]);
    await settle(1500);
    await settle();
}

describe("letter", () => {
    describe.current.tags("desktop");

    test("is opened by a click beside the list", async () => {
        await openMailbox();
        expect(".o_iris_no_letter").toHaveCount(1);
        await click(`${row(2)} .o_iris_row_open`);
        expect(getOpened()).toEqual(["Prices", "Prices"]);
        expect(`${row(2)} .o_iris_row_open`).toHaveAttribute("aria-current", "true");
        expect(".o_mailbox_view").toHaveCount(1);
    });

    test("is opened in its card by a double click, and is open on the way back", async () => {
        await openMailbox();
        await contains(`${row(2)} .o_iris_row_subject`).dblclick();
        await settle();
        expect(".o_form_view").toHaveCount(1);
        expect(".o_pager_value").toHaveText("2");
        await click(".o_back_button, .breadcrumb-item a");
        expect(getOpened()).toEqual(["Prices", "Prices"]);
    });

    test("that is not there any more on the way back is not shown", async () => {
        await openMailbox();
        await contains(`${row(2)} .o_iris_row_subject`).dblclick();
        await settle();
        await getService("iris_email.letters").moveToTrash([2]);
        await click(".o_back_button, .breadcrumb-item a");
        expect(getSubjects()).toEqual(["Contract", "Meeting", "Invoice"]);
        expect(getOpened()).toEqual([]);
        expect.verifySteps(["action_trash 2"]);
    });

    test("becomes read in the list when it is read", async () => {
        user.updateUserSettings("iris_email_read_seconds", 0);
        makeLetters(2, () => ({ is_unread: true }));
        await openMailbox();
        onRpc("iris.email", "web_search_read", () => expect.step("search"));
        await click(row(1));
        expect(row(1)).not.toHaveClass("o_unread");
        expect(row(2)).toHaveClass("o_unread");
        expect.verifySteps(["mark_read 1"]);
    });

    test("gets its star in place", async () => {
        await openMailbox();
        onRpc("iris.email", "web_search_read", () => expect.step("search"));
        await click(`${row(1)} .o_iris_row_star`);
        expect(`${row(1)} .o_starred`).toHaveCount(1);
        expect(getOpened()).toEqual([]);
        expect(getSelected()).toEqual([]);
        await click(`${row(1)} .o_iris_row_star`);
        expect(`${row(1)} .o_starred`).toHaveCount(0);
        expect.verifySteps([`write 1 {"is_important":true}`, `write 1 {"is_important":false}`]);
    });

    test("that goes to the trash is followed by the next one", async () => {
        await openMailbox();
        await click(row(3));
        await press("#");
        await settle();
        expect(getSubjects()).toEqual(["Contract", "Prices", "Invoice"]);
        expect(getOpened()).toEqual(["Invoice", "Invoice"]);
        await press("#");
        await settle();
        expect(getOpened()).toEqual(["Prices", "Prices"], { message: "it was the last one" });
        await press("#");
        await settle();
        await press("#");
        await settle();
        expect(getOpened()).toEqual([]);
        expect(".o_view_nocontent").toHaveCount(1);
        expect.verifySteps([
            "action_trash 3",
            "action_trash 4",
            "action_trash 2",
            "action_trash 1",
        ]);
    });

    test("stays open when others go to the trash", async () => {
        await openMailbox();
        await click(row(1));
        await contains(`${row(2)} .form-check-input`).click();
        await contains(`${row(3)} .form-check-input`).click();
        await click("button[name=action_trash]");
        expect(getSubjects()).toEqual(["Contract", "Invoice"]);
        expect(getOpened()).toEqual(["Contract", "Contract"]);
        expect.verifySteps(["action_trash 2,3"]);
    });
});

describe("list", () => {
    describe.current.tags("desktop");

    test("has pages", async () => {
        makeLetters(70);
        await openMailbox();
        expect(".o_iris_row").toHaveCount(60);
        expect(".o_pager_value").toHaveText("1-60");
        await click(".o_pager_next");
        expect(getSubjects()[0]).toBe("Letter 61");
        expect(".o_iris_row").toHaveCount(10);
        expect(".o_pager_value").toHaveText("61-70");
    });

    test("begins a new page on top", async () => {
        makeLetters(130);
        await openMailbox();
        queryOne(".o_iris_rows").scrollTop = 2000;
        await click(".o_pager_next");
        expect(queryOne(".o_iris_rows").scrollTop).toBe(0);
    });

    test("folds conversations, or not", async () => {
        onRpc("iris.email", "web_search_read", ({ kwargs }) => {
            expect.step(`folded: ${Boolean(kwargs.context.iris_email_conversations)}`);
        });
        await openMailbox();
        const button = ".o_iris_toggle_conversations";
        expect(button).toHaveAttribute("aria-pressed", "true");
        await click(button);
        expect(button).toHaveAttribute("aria-pressed", "false");
        await click(button);
        expect(button).toHaveAttribute("aria-pressed", "true");
        expect.verifySteps(["folded: true", "folded: false", "folded: true"]);
    });

    test("is as dense as the user wants it", async () => {
        await openMailbox();
        const comfortable = queryOne(row(1)).offsetHeight;
        expect(".o_iris_rows").toHaveClass("o_comfortable");
        user.updateUserSettings("iris_email_density", "compact");
        await getService("action").doAction(77, { clearBreadcrumbs: true });
        await settle();
        expect(".o_iris_rows").toHaveClass("o_compact");
        expect(queryOne(row(1)).offsetHeight).toBeLessThan(comfortable);
    });
});

describe("news", () => {
    describe.current.tags("desktop");

    test("appear, and nothing that the user holds is lost", async () => {
        makeLetters(60);
        await openMailbox();
        await click(row(20));
        await click(row(22), { ctrlKey: true });
        const rows = queryOne(".o_iris_rows");
        rows.scrollTop = 600;
        await animationFrame();
        const before = queryOne(row(22)).getBoundingClientRect().top;
        await bringLetter({ subject: "Fresh", is_unread: true });
        expect(getSubjects()[0]).toBe("Fresh");
        expect(getSelected()).toEqual(["Letter 22"]);
        expect(getOpened()).toEqual(["Letter 20", "Letter 20"]);
        const after = queryOne(`.o_iris_row[data-id='22']`).getBoundingClientRect().top;
        expect(Math.abs(after - before)).toBeLessThan(2);
    });

    test("leave what is selected while they are loaded", async () => {
        await openMailbox();
        const gate = new Deferred();
        onRpc("iris.email", "web_search_read", async ({ parent }) => {
            await gate;
            return parent();
        });
        await bringLetter({ subject: "Fresh" });
        await contains(`${row(2)} input`).click();
        gate.resolve();
        await settle();
        expect(getSubjects()[0]).toBe("Fresh");
        expect(getSelected()).toEqual(["Prices"]);
    });

    test("of a folder that is not shown change nothing there", async () => {
        await openMailbox();
        await click(".o_iris_place[data-folder=sent]");
        await bringLetter({ subject: "Fresh" });
        expect(getSubjects()).toEqual(["Offer"]);
    });

    test("appear in the plain list, too", async () => {
        await openMailbox();
        await click(".o_switch_view.o_list");
        await bringLetter({ subject: "Fresh" });
        expect(queryAllTexts(".o_data_row td[name=subject]")).toInclude("Fresh");
    });
});

describe("on a phone", () => {
    describe.current.tags("mobile");

    test("list and letter are shown one at a time", async () => {
        await openMailbox();
        expect(".o_iris_letters").toBeVisible();
        expect(".o_iris_reader_pane").not.toBeVisible();
        await click(row(1));
        expect(".o_iris_letters").not.toBeVisible();
        expect(".o_iris_reader h2").toHaveText("Contract");
        await click(".o_iris_back");
        expect(".o_iris_letters").toBeVisible();
        expect(".o_iris_reader_pane").not.toBeVisible();
    });

    test("the list comes back after the letter went to the trash", async () => {
        await openMailbox();
        await click(row(1));
        await getService("iris_email.letters").moveToTrash([1]);
        await settle();
        expect(".o_iris_letters").toBeVisible();
        expect(getSubjects()).toEqual(["Prices", "Meeting", "Invoice"]);
        expect.verifySteps(["action_trash 1"]);
    });

    test("nothing is wider than the screen", async () => {
        makeLetters(1, () => ({
            subject: "Donaudampfschifffahrt".repeat(40),
            sender_name: "W".repeat(300),
            preview: "x".repeat(1000),
        }));
        await openMailbox();
        for (const pane of queryAll(".o_iris_rows, .o_iris_letters, .o_iris_mailbox, .o_content")) {
            expect(pane.scrollWidth).toBeLessThan(pane.clientWidth + 1);
        }
        await click(row(1));
        for (const pane of queryAll(".o_iris_reader_pane, .o_iris_scroller, .o_content")) {
            expect(pane.scrollWidth).toBeLessThan(pane.clientWidth + 1);
        }
    });
});

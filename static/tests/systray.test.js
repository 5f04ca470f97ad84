import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred, mockDate } from "@odoo/hoot-mock";
import { startBusService, waitNotifications } from "@bus/../tests/bus_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineMenus,
    getService,
    MockServer,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

const APP = "iris_email.iris_email_menu_root";
const LETTERS = [
    {
        id: 12,
        sender_name: "Anna Petrova",
        subject: "Contract",
        preview: "Dear Ivan,",
        date: "2026-11-25 08:30:00",
        mailbox_name: "sales@example.com",
    },
    {
        id: 11,
        sender_name: "Customs",
        subject: "",
        preview: "",
        date: "2026-03-01 10:00:00",
        mailbox_name: "ivan@example.com",
    },
];

defineMailModels();

let counts, latest, timesCounted;
beforeEach(() => {
    mockDate("2026-11-25 12:00:00", 0);
    timesCounted = 0;
    latest = LETTERS;
    counts = {
        unread: 3,
        places: [
            { id: 1, name: "ivan@example.com", unread: 2 },
            { id: 2, name: "sales@example.com", unread: 1 },
        ],
        drafts: 0,
        outbox: 0,
        capped: false,
    };
    defineMenus([
        { id: 1, children: [], name: "Contacts", appID: 1, xmlid: "contacts.menu_contacts" },
        { id: 2, children: [], name: "Mail", appID: 2, xmlid: APP, actionID: 77 },
    ]);
    onRpc("iris.email", "get_mail_counts", () => {
        timesCounted++;
        return { ...counts };
    });
    onRpc("iris.email", "get_latest", ({ kwargs }) => {
        expect.step(`latest ${kwargs.limit}`);
        return latest;
    });
});

function mockActions() {
    mockService("action", {
        doAction: (action) =>
            expect.step(
                typeof action === "object" ? `${action.res_model} ${action.res_id}` : action
            ),
    });
}

async function start() {
    await mountWithCleanup(WebClient);
    await advanceTime(1500);
    await animationFrame();
}

/** As if the server said so. */
function announceLetters(count) {
    getService("iris_email.presence").onNewLetters(count);
}

function getAppBadge(selector, options) {
    const { content, display } = getComputedStyle(queryOne(selector, options), "::after");
    return content === "none" || display === "none" ? null : content;
}

describe("desktop", () => {
    describe.current.tags("desktop");

    test("the number is asked for once, after the web client stands", async () => {
        await mountWithCleanup(WebClient);
        await animationFrame();
        expect(timesCounted).toBe(0);
        expect(".o_iris_letters_toggle").toHaveCount(1);
        expect(".o_iris_letters_toggle .badge").toHaveCount(0);
        expect(".o_iris_letters_toggle").toHaveAttribute("aria-label", "Mail");

        await advanceTime(1500);
        await animationFrame();
        expect(timesCounted).toBe(1);
        expect(".o_iris_letters_toggle .badge").toHaveText("3");
        expect(".o_iris_letters_toggle").toHaveAttribute("aria-label", "Mail: 3 unread letters");
        await advanceTime(60000);
        expect(timesCounted).toBe(1);
        expect.verifySteps([]);
    });

    test("who has no mail sees nothing and asks for nothing", async () => {
        onRpc("has_group", ({ args }) => args[1] !== "iris_email.group_user");
        await start();
        expect(".o_main_navbar").toHaveCount(1);
        expect(".o_iris_letters_toggle").toHaveCount(0);
        expect(timesCounted).toBe(0);
    });

    test("high numbers are cut", async () => {
        Object.assign(counts, { unread: 10000, capped: true });
        await start();
        expect(".o_iris_letters_toggle .badge").toHaveText("99+");
        expect(".o_iris_letters_toggle").toHaveAttribute(
            "aria-label",
            "Mail: 10,000+ unread letters"
        );
    });

    test("the latest letters, loaded when the menu opens", async () => {
        mockActions();
        await start();
        await contains(".o_iris_letters_toggle").click();
        await animationFrame();
        expect.verifySteps(["latest 5"]);
        expect(".o_iris_unread_text").toHaveText("3 unread letters");
        expect(queryAllTexts(".o_iris_latest")).toEqual([
            "Anna Petrova\n8:30 AM\nContract\nsales@example.com",
            "Customs\nMar 1\n(no subject)\nivan@example.com",
        ]);
        await contains(".o_iris_latest[data-id='12']").click();
        expect.verifySteps(["iris.email 12"]);
        expect(".o_iris_latest").toHaveCount(0);
    });

    test("the mailbox is only named where there are several", async () => {
        counts.places = [{ id: 1, name: "ivan@example.com", unread: 3 }];
        await start();
        await contains(".o_iris_letters_toggle").click();
        await animationFrame();
        expect(".o_iris_latest").toHaveCount(2);
        expect(".o_iris_latest_mailbox").toHaveCount(0);
        expect.verifySteps(["latest 5"]);
    });

    test("while the letters load, and if there are none", async () => {
        const gate = new Deferred();
        onRpc("iris.email", "get_latest", () => gate);
        counts.unread = 0;
        await start();
        await contains(".o_iris_letters_toggle").click();
        expect(".o_iris_no_latest").toHaveText("Loading…");
        gate.resolve([]);
        await animationFrame();
        expect(".o_iris_no_latest").toHaveText(/^You have read everything/);
        expect(".o_iris_unread_text").toHaveText("0 unread letters");
    });

    test("all letters and the settings", async () => {
        mockActions();
        await start();
        await contains(".o_iris_letters_toggle").click();
        await contains(".o_iris_all_letters").click();
        expect.verifySteps(["latest 5", 77]);
        await contains(".o_iris_letters_toggle").click();
        await contains(".o_iris_open_settings").click();
        expect(".o_dialog .o_iris_mail_settings").toHaveCount(1);
        expect.verifySteps(["latest 5"]);
    });

    test("Check mail: inactive while it runs, with progress, and the menu stays", async () => {
        const gate = new Deferred();
        onRpc("iris.email.account", "check_mail_start", () => [{ id: 1, address: "a@b.c" }]);
        onRpc("iris.email.account", "check_mail_step", async () => {
            await gate;
            counts.unread = 4;
            return { processed: 1, new: 1, remaining: 0, finished: true, error: false };
        });
        await start();
        await contains(".o_iris_letters_toggle").click();
        await contains(".o_iris_letters_menu .o_iris_check_mail").click();
        expect(".o_iris_letters_menu .o_iris_check_mail").not.toBeEnabled();
        expect(".o_iris_letters_menu [role=progressbar]").toHaveCount(1);
        gate.resolve();
        await animationFrame();
        await advanceTime(500);
        await animationFrame();
        expect(".o_iris_letters_menu .o_iris_check_mail").toBeEnabled();
        expect(".o_iris_letters_toggle .badge").toHaveText("4");
        expect.verifySteps(["latest 5", "latest 5"]);
    });

    test("everything in the menu is reached by keys", async () => {
        mockActions();
        await start();
        await contains(".o_iris_letters_toggle").click();
        await animationFrame();
        const reached = [];
        for (let index = 0; index < 5; index++) {
            await press("ArrowDown");
            await animationFrame();
            reached.push(document.activeElement.textContent.trim().slice(0, 10));
        }
        expect(reached).toEqual([
            "Check mail",
            "Anna Petro",
            "CustomsMar",
            "All letter",
            "Settings…",
        ]);
        expect.verifySteps(["latest 5"]);
    });

    test("marks that any view makes change the number", async () => {
        await start();
        onRpc("iris.email", "mark_read", () => true);
        counts.unread = 2;
        await getService("orm").call("iris.email", "mark_read", [[12]]);
        await advanceTime(500);
        await animationFrame();
        expect(".o_iris_letters_toggle .badge").toHaveText("2");
        expect(timesCounted).toBe(2);
    });

    test("new letters change the number soon, once, and are read out", async () => {
        await start();
        counts.unread = 6;
        announceLetters(1);
        announceLetters(2);
        await animationFrame();
        expect(timesCounted).toBe(1, { message: "not in the same moment as all others" });
        await advanceTime(6000);
        await animationFrame();
        expect(timesCounted).toBe(2);
        expect(".o_iris_letters_toggle .badge").toHaveText("6");
        expect(".o_iris_news").toHaveText("3 new letters");

        await contains(".o_iris_letters_toggle").click();
        await animationFrame();
        expect(".o_iris_news").toHaveText("");
        expect.verifySteps(["latest 5"]);
    });

    test("the server's word of new letters is heard", async () => {
        await start();
        await startBusService();
        const payload = { account_id: 1, count: 2 };
        MockServer.env["bus.bus"]._sendone("broadcast", "iris_email/new_letters", payload);
        await waitNotifications(["iris_email/new_letters", payload]);
        await animationFrame();
        expect(".o_iris_news").toHaveText("2 new letters");
    });

    test("a tab that nobody sees asks when it is seen again", async () => {
        await start();
        patchWithCleanup(document, { hidden: true });
        announceLetters(1);
        await advanceTime(60000);
        expect(timesCounted).toBe(1);
        patchWithCleanup(document, { hidden: false });
        document.dispatchEvent(new Event("visibilitychange"));
        await advanceTime(500);
        expect(timesCounted).toBe(2);
        document.dispatchEvent(new Event("visibilitychange"));
        await advanceTime(500);
        expect(timesCounted).toBe(2, { message: "the number is fresh" });
        await advanceTime(10 * 60 * 1000);
        document.dispatchEvent(new Event("visibilitychange"));
        await advanceTime(500);
        expect(timesCounted).toBe(3);
    });

    test("the number stands beside the app", async () => {
        await start();
        getService("menu").setCurrentMenu(2);
        await animationFrame();
        expect(getAppBadge(".o_menu_brand")).toBe('"3"');
        await contains(".o_navbar_apps_menu button").click();
        expect(getAppBadge(`.o_app[data-menu-xmlid='${APP}']`)).toBe('"3"');
        expect(getAppBadge(".o_app[data-menu-xmlid='contacts.menu_contacts']")).toBe(null);
        counts.unread = 0;
        getService("iris_email.letters").refreshCounts();
        await advanceTime(500);
        expect(getAppBadge(".o_menu_brand")).toBe(null);
    });
});

describe("on a phone", () => {
    describe.current.tags("mobile");

    test("the menu shows the latest letters, too", async () => {
        mockActions();
        await start();
        await contains(".o_iris_letters_toggle").click();
        await animationFrame();
        expect(".o_iris_latest").toHaveCount(2);
        await contains(".o_iris_latest[data-id='11']").click();
        expect.verifySteps(["latest 5", "iris.email 11"]);
    });

    test("the number stands beside the app in the side bar", async () => {
        await start();
        await contains(".o_menu_toggle").click();
        const root = document.body; // the side bar stands outside of the web client
        await contains(".o_app_menu_sidebar .btn-primary", { root }).click();
        expect(getAppBadge(`.o_app[data-menu-xmlid='${APP}']`, { root })).toBe('"3"');
    });
});

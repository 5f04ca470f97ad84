import { after, beforeEach, describe, expect, test } from "@odoo/hoot";
import { on, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { redirect } from "@web/core/utils/urls";
import { WebClient } from "@web/webclient/webclient";
import {
    defineMailbox,
    getActivePlaces,
    getOpened,
    getSubjects,
    Letter,
    openFromMenu,
    openMailbox,
    server,
    settle,
} from "./mailbox_helpers";

defineMailbox();

async function goTo(folder) {
    await contains(`.o_iris_place[data-folder=${folder}]`).click();
    await settle();
}

function getAddress() {
    return browser.location.pathname + browser.location.search;
}

/** As if the user had typed the address, or had pressed Reload. */
async function openAddress(address) {
    redirect(address);
    await mountWithCleanup(WebClient);
    await settle();
    await settle();
}

describe("address", () => {
    describe.current.tags("desktop");

    test("says where the user is, and which letter is opened", async () => {
        await openMailbox();
        expect(getAddress()).toBe("/odoo/letters?folder=inbox");
        await goTo("sent");
        expect(getAddress()).toBe("/odoo/letters?folder=sent");
        await contains(".o_iris_place[data-mailbox='7']").click();
        await settle();
        expect(getAddress()).toBe("/odoo/letters?folder=sent&mailbox=7");
        await contains(".o_iris_row").click();
        await settle();
        expect(getAddress()).toBe("/odoo/letters?folder=sent&mailbox=7&letter=5");
        await contains(".o_iris_place[data-mailbox='7']").click();
        await goTo("inbox");
        expect(getAddress()).toBe("/odoo/letters?folder=inbox&mailbox=7");
        await contains(".o_iris_place:contains(All mailboxes)").click();
        await settle();
        expect(getAddress()).toBe("/odoo/letters?folder=inbox");
    });

    test("leads to folder, mailbox and letter", async () => {
        await openAddress("/odoo/letters?folder=sent&mailbox=7&letter=5");
        expect(getActivePlaces()).toEqual(["sent", "7"]);
        expect(getSubjects()).toEqual(["Offer"]);
        expect(getOpened()).toEqual(["Offer", "Offer"]);
        expect(getAddress()).toBe("/odoo/letters?folder=sent&mailbox=7&letter=5");
    });

    test("of an unknown folder leads to the first one", async () => {
        await openAddress("/odoo/letters?folder=nonsense&mailbox=x&letter=y");
        expect(getActivePlaces()).toEqual(["inbox", "all mailboxes"]);
        expect(getOpened()).toEqual([]);
        expect(getAddress()).toBe("/odoo/letters?folder=inbox");
    });

    test("of a letter that stands elsewhere shows it, too", async () => {
        await openAddress("/odoo/letters?folder=inbox&letter=5");
        expect(getSubjects()).toEqual(["Contract", "Prices", "Meeting", "Invoice"]);
        expect(getOpened()).toEqual(["Offer"]);
    });

    test("that was left is shown again by Back, and Forward", async () => {
        await openMailbox();
        await goTo("sent");
        await goTo("drafts");
        browser.history.back();
        await settle();
        expect(getActivePlaces()).toEqual(["sent", "all mailboxes"]);
        expect(getSubjects()).toEqual(["Offer"]);
        browser.history.back();
        await settle();
        expect(getActivePlaces()).toEqual(["inbox", "all mailboxes"]);
        browser.history.forward();
        await settle();
        expect(getActivePlaces()).toEqual(["sent", "all mailboxes"]);
    });

    test("opened letters are no places to come back to", async () => {
        await openMailbox();
        await goTo("sent");
        await goTo("inbox");
        await contains(".o_iris_row:eq(0)").click();
        await settle();
        await contains(".o_iris_row:eq(1)").click();
        await settle();
        browser.history.back();
        await settle();
        expect(getActivePlaces()).toEqual(["sent", "all mailboxes"]);
        expect(getOpened()).toEqual([]);
    });

    test("of a folder stands in its link", async () => {
        await openMailbox();
        await contains(".o_iris_place[data-mailbox='8']").click();
        await settle();
        expect(".o_iris_place[data-folder=sent]").toHaveAttribute(
            "href",
            /\/odoo\/letters\?folder=sent&mailbox=8$/
        );
        expect(".o_iris_place:contains(All mailboxes)").toHaveAttribute(
            "href",
            /\/odoo\/letters\?folder=inbox$/
        );
        patchWithCleanup(browser, { open: (...args) => expect.step(args) });
        const click = new MouseEvent("auxclick", { bubbles: true, button: 1 });
        queryOne(".o_iris_row:first .o_iris_row_open").dispatchEvent(click);
        expect.verifySteps([["/odoo/letters?folder=inbox&mailbox=8&letter=2", "_blank"]]);
    });
});

describe("place", () => {
    describe.current.tags("desktop");

    test("is kept in the other views, and on the way back", async () => {
        await openMailbox();
        await goTo("sent");
        await contains(".o_iris_place[data-mailbox='7']").click();
        await contains(".o_switch_view.o_list").click();
        await settle();
        expect(getActivePlaces()).toEqual(["sent", "7"]);
        expect(".o_data_row").toHaveCount(1);
        await contains(".o_switch_view.o_pivot").click();
        await settle();
        expect(".o_pivot_view").toHaveCount(1);
        expect(".o_iris_folders").toHaveCount(0);
        await contains(".o_switch_view.o_mailbox, .o_switch_view:first").click();
        await settle();
        expect(getActivePlaces()).toEqual(["sent", "7"]);
        expect(getAddress()).toBe("/odoo/letters?folder=sent&mailbox=7");
    });

    test("is kept while a card is looked at", async () => {
        await openMailbox();
        await goTo("sent");
        await contains(".o_iris_row").dblclick();
        await settle();
        expect(".o_form_view").toHaveCount(1);
        await contains(".o_back_button, .breadcrumb-item a").click();
        await settle();
        expect(getActivePlaces()).toEqual(["sent", "all mailboxes"]);
        expect(getOpened()).toEqual(["Offer", "Offer"]);
    });

    test("is the first folder for whoever opens the app by its menu", async () => {
        await openAddress("/odoo/letters?folder=sent&mailbox=7");
        await openFromMenu();
        expect(getActivePlaces()).toEqual(["inbox", "all mailboxes"]);
        expect(getAddress()).toBe("/odoo/letters?folder=inbox");
    });

    test("that the action names is where it begins", async () => {
        await mountWithCleanup(WebClient);
        await getService("action").doAction(77, {
            additionalContext: { iris_email_folder: "drafts" },
        });
        await settle();
        expect(getActivePlaces()).toEqual(["drafts", "all mailboxes"]);
    });

    test("another one is asked for with its domain only", async () => {
        const domains = [];
        onRpc("iris.email", "web_search_read", ({ kwargs }) => {
            domains.push(JSON.stringify(kwargs.domain));
        });
        await openMailbox();
        await goTo("all");
        await goTo("trash");
        await contains(".o_iris_place[data-mailbox='8']").click();
        await settle();
        expect(domains).toEqual([
            `[["type","=","inbox"]]`,
            `[]`,
            `[["is_trashed","=",true]]`,
            `["&",["is_trashed","=",true],["mailbox_id","=",8]]`,
        ]);
    });

    test("opened with Ctrl is left to the browser", async () => {
        await openMailbox();
        const link = queryOne(".o_iris_place[data-folder=sent]");
        link.removeAttribute("href"); // or a tab would open, and hide the one of the tests
        after(on(link, "click", (ev) => expect.step(`prevented: ${ev.defaultPrevented}`)));
        after(on(window, "click", () => expect.step("heard by Odoo")));
        await contains(link).click({ ctrlKey: true });
        await settle();
        expect(getActivePlaces()).toEqual(["inbox", "all mailboxes"]);
        expect.verifySteps(["prevented: false"]);
        await contains(link).click();
        await settle();
        expect(getActivePlaces()).toEqual(["sent", "all mailboxes"]);
        expect.verifySteps(["prevented: true", "heard by Odoo"]);
    });

    test("that is empty says so", async () => {
        Letter._records = Letter._records.filter(({ type }) => type === "inbox");
        await openMailbox();
        const titles = {};
        for (const folder of ["unread", "important", "drafts", "outgoing", "sent", "templates"]) {
            await goTo(folder);
            titles[folder] = queryAllTexts(".o_view_nocontent_smiling_face")[0];
        }
        expect(titles).toEqual({
            unread: "Nothing unread",
            important: "Nothing important",
            drafts: "No drafts",
            outgoing: "Nothing waits to be sent",
            sent: "Nothing sent yet",
            templates: "No templates",
        });
        await contains(".o_iris_place[data-mailbox='8']").click();
        await settle();
        expect(".o_view_nocontent").toHaveText(/^No letters match/);
    });
});

describe("panel", () => {
    describe.current.tags("desktop");

    test("shows what waits where", async () => {
        Object.assign(server.counts, { unread: 1234, drafts: 2, outbox: 1 });
        server.counts.places[0].unread = 3;
        await openMailbox();
        expect(queryAllTexts(".o_iris_place:has(.o_iris_count)")).toEqual([
            "Inbox\n1,234\nUnread: 1,234",
            "Unread\n1,234\nUnread: 1,234",
            "Drafts\n2\nDrafts: 2",
            "Outgoing\n1\nNot sent yet: 1",
            "ivan@example.com\n3\nUnread: 3",
        ]);
    });

    test("without mailboxes has no title for them", async () => {
        server.counts.places = [];
        await openMailbox();
        expect(".o_iris_folders_title").toHaveCount(0);
        expect(".o_iris_place").toHaveCount(9);
    });

    test("can be folded, and stays so", async () => {
        await openMailbox();
        const toggle = ".o_iris_fold";
        const wasFolded = !document.querySelector(".o_iris_folders:not(.o_folded)");
        if (wasFolded) {
            await contains(toggle).click();
        }
        expect(toggle).toHaveAttribute("aria-expanded", "true");
        expect(toggle).toHaveAttribute("aria-label", "Show only icons");
        await contains(toggle).click();
        expect(".o_iris_folders").toHaveClass("o_folded");
        expect(toggle).toHaveAttribute("aria-expanded", "false");
        expect(".o_iris_place[data-folder=sent]").toHaveAttribute("title", "Sent");
        await goTo("sent");
        await openFromMenu();
        expect(".o_iris_folders").toHaveClass("o_folded");
        await contains(toggle).click();
        await openFromMenu();
        expect(".o_iris_folders").not.toHaveClass("o_folded");
    });

    test("begins folded where there is little room", async () => {
        patchWithCleanup(browser, { matchMedia: () => ({ matches: true }) });
        await openMailbox();
        expect(".o_iris_folders").toHaveClass("o_folded");
    });
});

describe("on a phone", () => {
    describe.current.tags("mobile");

    beforeEach(() => Object.assign(server.counts, { unread: 3 }));

    test("folders and mailboxes stand in one menu", async () => {
        await openMailbox();
        expect(".o_iris_folders").toHaveCount(0);
        expect(".o_iris_places_button").toHaveText("Inbox");
        await contains(".o_iris_places_button").click();
        expect(queryAllTexts(".o-dropdown--menu .o_iris_place")).toEqual([
            "Inbox\n3",
            "Unread\n3",
            "Important",
            "Drafts",
            "Outgoing",
            "Sent",
            "Templates",
            "All letters",
            "Trash",
            "All mailboxes",
            "ivan@example.com",
            "sales@example.com",
        ]);
        expect(queryAllTexts(".o-dropdown--menu .o_iris_place.active")).toEqual([
            "Inbox\n3",
            "All mailboxes",
        ]);
        await contains(".o-dropdown--menu .o_iris_place[data-mailbox='7']").click();
        await settle();
        expect(".o_iris_places_button").toHaveText(/Inbox\s*ivan@example.com/);
        expect(getSubjects()).toEqual(["Contract", "Meeting"]);
        expect(getAddress()).toBe("/odoo/letters?folder=inbox&mailbox=7");
    });
});

import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineMenus,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { WebClient } from "@web/webclient/webclient";

const ANNA = { id: 12, sender_name: "Anna Petrova", subject: "Contract", preview: "Dear Ivan," };
const CUSTOMS = { id: 11, sender_name: "Customs", subject: "", preview: "" };

describe.current.tags("desktop");
defineMailModels();

let shown, latest;
beforeEach(() => {
    shown = [];
    latest = [ANNA];
    browser.localStorage.removeItem("iris_email.seen");
    patchWithCleanup(document, { hasFocus: () => false });
    defineMenus([
        { id: 1, children: [], name: "Contacts", appID: 1, xmlid: "contacts.menu_contacts" },
        {
            id: 2,
            children: [],
            name: "Mail",
            appID: 2,
            xmlid: "iris_email.iris_email_menu_root",
            actionID: 77,
        },
    ]);
    onRpc("iris.email", "get_mail_counts", () => ({ unread: 1, places: [] }));
    onRpc("iris.email", "get_latest", ({ kwargs }) => {
        expect.step(`latest ${kwargs.limit}`);
        return latest;
    });
    mockService("action", {
        doAction: (action) =>
            expect.step(
                typeof action === "object" ? `${action.res_model} ${action.res_id}` : action
            ),
    });
});

/** Let the browser allow notifications, and keep those that it would show. */
function mockDesktop(permission = "granted") {
    class DesktopNotification extends EventTarget {
        static permission = permission;
        constructor(title, { body, tag }) {
            super();
            Object.assign(this, { title, body, tag });
            shown.push(this);
        }
        close() {
            this.dispatchEvent(new Event("close"));
        }
    }
    patchWithCleanup(browser, { Notification: DesktopNotification });
}

async function start({ isWanted = true, isOnMainTab = true } = {}) {
    user.updateUserSettings("iris_email_desktop_notifications", isWanted);
    mockService("multi_tab", { isOnMainTab: async () => isOnMainTab });
    await mountWithCleanup(WebClient);
    await animationFrame();
}

/** As if the server said so; systray.test.js has a test that it is heard. */
function announceLetters(count) {
    getService("iris_email.presence").onNewLetters(count);
}

async function wait() {
    await advanceTime(4000);
    await animationFrame();
}

test("one letter: sender, subject and the first words; a click opens it", async () => {
    mockDesktop();
    await start();
    announceLetters(1);
    expect(shown).toHaveLength(0);
    await wait();
    expect.verifySteps(["latest 1"]);
    expect(shown.map(({ title, body }) => [title, body])).toEqual([
        ["Anna Petrova", "Contract\nDear Ivan,"],
    ]);
    shown[0].dispatchEvent(new Event("click"));
    expect.verifySteps(["iris.email 12"]);
});

test("several letters are one notification; a click opens the app", async () => {
    mockDesktop();
    latest = [ANNA, CUSTOMS];
    await start();
    announceLetters(2);
    announceLetters(5);
    await wait();
    expect.verifySteps(["latest 4"]);
    expect(shown.map(({ title, body }) => [title, body])).toEqual([
        ["7 new letters", "Anna Petrova: Contract\nCustoms: (no subject)"],
    ]);
    shown[0].dispatchEvent(new Event("click"));
    expect.verifySteps([77]);
});

test("letters that come while a notification is shown are added to its number", async () => {
    mockDesktop();
    latest = [ANNA, CUSTOMS];
    await start();
    announceLetters(2);
    await wait();
    announceLetters(1);
    await wait();
    expect(shown.map(({ title }) => title)).toEqual(["2 new letters", "3 new letters"]);
    expect(shown[0].tag).toBe(shown[1].tag);
    shown[1].close();
    announceLetters(2);
    await wait();
    expect(shown[2].title).toBe("2 new letters");
    expect.verifySteps(["latest 2", "latest 3", "latest 2"]);
});

test("nothing is told of letters that were read meanwhile", async () => {
    mockDesktop();
    latest = [];
    await start();
    announceLetters(1);
    await wait();
    expect.verifySteps(["latest 1"]);
    expect(shown).toHaveLength(0);
});

const QUIET_CASES = {
    "who does not want it": ["granted", { isWanted: false }],
    "a browser that refuses": ["denied", {}],
    "a browser that was not asked": ["default", {}],
    "a tab that is not the main one": ["granted", { isOnMainTab: false }],
};
for (const [name, [permission, options]] of Object.entries(QUIET_CASES)) {
    test(`nothing is shown: ${name}`, async () => {
        mockDesktop(permission);
        await start(options);
        announceLetters(1);
        await wait();
        expect(shown).toHaveLength(0);
        expect.verifySteps([]);
    });
}

test("who is looking at the app is not told, whichever tab it is in", async () => {
    mockDesktop();
    await start();
    getService("menu").setCurrentMenu(2);
    announceLetters(1);
    await wait();
    expect.verifySteps(["latest 1"], { message: "the window is not in front" });

    patchWithCleanup(document, { hasFocus: () => true });
    announceLetters(1);
    await wait();
    expect.verifySteps([]);

    patchWithCleanup(document, { hasFocus: () => false });
    await advanceTime(10000);
    announceLetters(1);
    browser.localStorage.setItem("iris_email.seen", Date.now()); // as another tab does
    await wait();
    expect.verifySteps([]);
});

test("who checks mail is told by the check", async () => {
    mockDesktop();
    patchWithCleanup(document, { hasFocus: () => true });
    onRpc("iris.email.account", "check_mail_start", () => [{ id: 1, address: "a@b.c" }]);
    onRpc("iris.email.account", "check_mail_step", () => ({
        processed: 1,
        new: 1,
        remaining: 0,
        finished: true,
        error: false,
    }));
    await start();
    announceLetters(1);
    await getService("iris_email.check_mail").run();
    await wait();
    expect.verifySteps([]);
    expect(".o_notification").toHaveText("1 new letter.");
});

test("browsers that have notifications for service workers only", async () => {
    mockDesktop();
    patchWithCleanup(browser, {
        Notification: class {
            static permission = "granted";
            constructor() {
                throw new TypeError("Illegal constructor");
            }
        },
    });
    await start();
    announceLetters(1);
    await wait();
    expect.verifySteps(["latest 1"]);
});

import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    makeServerError,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { Component, xml } from "@odoo/owl";
import { CheckMailButton, CheckMailProgress } from "@iris_email/check_mail/check_mail";

describe.current.tags("desktop");
defineMailModels();

const IVAN = { id: 1, address: "ivan@example.com" };
const ANNA = { id: 2, address: "anna@example.com" };

class TwoButtons extends Component {
    static template = xml`<CheckMailButton/><CheckMailProgress/><CheckMailButton/>`;
    static components = { CheckMailButton, CheckMailProgress };
    static props = {};
}

/** Let the steps of each mailbox answer what is given, in order; steps wait for `gate`. */
function mockServer(accounts, answers, gate = Promise.resolve()) {
    mockService("notification", {
        add: (message, { type, sticky }) => expect.step(`${type}${sticky ? "!" : ""} ${message}`),
    });
    onRpc("iris.email.account", "check_mail_start", () => {
        expect.step("start");
        return accounts;
    });
    onRpc("iris.email.account", "check_mail_step", async ({ args }) => {
        const [[id]] = args;
        expect.step(`step ${id}`);
        await gate;
        const nothing = { processed: 0, new: 0, remaining: 0, finished: true, error: false };
        return { ...nothing, ...answers[id].shift() };
    });
}

async function checkMail() {
    await contains(".o_iris_check_mail:first").click();
    await animationFrame();
}

test("progress of a run, and the button is inactive meanwhile", async () => {
    const gates = [new Deferred(), new Deferred()];
    const answers = {
        1: [
            { processed: 37, new: 37, remaining: 83, finished: false },
            { processed: 83, new: 80, remaining: 0 },
        ],
    };
    mockServer([IVAN], answers, { then: (...args) => gates.shift().then(...args) });
    const [first, second] = gates;
    await mountWithCleanup(TwoButtons);
    expect("[role=progressbar]").toHaveCount(0);

    await checkMail();
    expect(".o_iris_check_mail:disabled").toHaveCount(2, { message: "both show the same run" });
    expect("[role=status]").toHaveText("Looking for new letters, ivan@example.com");
    expect("[role=progressbar]").not.toHaveAttribute("aria-valuenow");

    first.resolve();
    await animationFrame();
    expect("[role=status]").toHaveText("37 of 120, ivan@example.com");
    expect("[role=progressbar]").toHaveAttribute("aria-valuenow", "37");
    expect("[role=progressbar]").toHaveAttribute("aria-valuemax", "120");
    expect(".o_iris_check_mail:disabled").toHaveCount(2);

    second.resolve();
    await animationFrame();
    expect(".o_iris_check_mail:enabled").toHaveCount(2);
    expect("[role=progressbar]").toHaveCount(0);
    expect("[role=status]").toHaveText("");
    expect.verifySteps(["start", "step 1", "step 1", "success 117 new letters."]);
});

test("two presses start one run", async () => {
    const gate = new Deferred();
    mockServer([IVAN], { 1: [{}, {}] }, gate);
    const { env } = await mountWithCleanup(TwoButtons);
    const service = env.services["iris_email.check_mail"];
    expect(service.run()).toBe(service.run());
    gate.resolve();
    await service.run();
    expect.verifySteps(["start", "step 1", "info No new letters."]);
    await service.run();
    expect.verifySteps(["start", "step 1", "info No new letters."]);
});

test("mailboxes take turns, and the error of one does not stop the others", async () => {
    const answers = {
        1: [
            { processed: 10, new: 10, remaining: 5, finished: false },
            { processed: 5, new: 5, remaining: 0 },
        ],
        2: [{ error: "The server refused the password." }],
        3: [{ busy: true }],
    };
    mockServer([IVAN, ANNA, { id: 3, address: "sales@example.com" }], answers);
    await mountWithCleanup(TwoButtons);
    await checkMail();
    expect.verifySteps([
        "start",
        "step 1",
        "step 2",
        "step 3",
        "step 1",
        "success 15 new letters.",
        "info Being checked already, its letters will show up: sales@example.com",
        "warning! anna@example.com: The server refused the password.",
    ]);
});

test("a mailbox that never gets on is given up", async () => {
    const idle = { remaining: 5, finished: false };
    mockServer([IVAN], { 1: [idle, idle, idle, idle] });
    await mountWithCleanup(TwoButtons);
    await checkMail();
    expect.verifySteps([
        "start",
        "step 1",
        "step 1",
        "step 1",
        "warning! ivan@example.com: The server makes no progress with this mailbox. Try again later.",
    ]);
    expect(".o_iris_check_mail:enabled").toHaveCount(2);
});

test("the server's sentence for a user without mailboxes", async () => {
    mockServer([], {});
    onRpc("iris.email.account", "check_mail_start", () => {
        throw makeServerError({ type: "UserError", message: "No mailbox is shared with you yet." });
    });
    await mountWithCleanup(TwoButtons);
    await checkMail();
    expect.verifySteps(["warning! No mailbox is shared with you yet."]);
    expect(".o_error_dialog").toHaveCount(0);
    expect(".o_iris_check_mail:enabled").toHaveCount(2);
});

test("a lost connection ends the run; what came before is told", async () => {
    mockServer([IVAN], {});
    const first = { processed: 4, new: 4, remaining: 6, finished: false, error: false };
    const responses = [
        new Response(JSON.stringify({ jsonrpc: "2.0", result: first })),
        new Response("", { status: 502 }),
    ];
    onRpc("/web/dataset/call_kw/iris.email.account/check_mail_step", () => responses.shift(), {
        pure: true,
    });
    await mountWithCleanup(TwoButtons);
    await checkMail();
    expect.verifySteps([
        "start",
        "success 4 new letters.",
        "warning! The connection to Odoo was lost. Check mail again when it is back.",
    ]);
    expect(".o_iris_check_mail:enabled").toHaveCount(2);
});

test("a fault of the server is Odoo's to show, and the button is active again", async () => {
    expect.errors(1);
    mockServer([IVAN], {});
    onRpc("iris.email.account", "check_mail_step", () => {
        throw makeServerError({ type: "ValueError", message: "a fault" });
    });
    await mountWithCleanup(TwoButtons);
    await checkMail();
    await animationFrame();
    expect.verifyErrors(["a fault"]);
    expect.verifySteps(["start"]);
    expect(".o_iris_check_mail:enabled").toHaveCount(2);
});

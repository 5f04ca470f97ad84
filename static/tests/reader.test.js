import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    manuallyDispatchProgrammaticEvent,
    press,
    queryAll,
    queryAllTexts,
    queryOne,
} from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    getService,
    makeServerError,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { cookie } from "@web/core/browser/cookie";
import { ConnectionLostError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { LetterFrame } from "@iris_email/letter_body/letter_frame";
import { LetterReader } from "@iris_email/reader/letter_reader";

class Letter extends models.Model {
    _name = "iris.email";
}

defineMailModels();
defineModels([Letter]);

const NO_COUNTS = { unread: 0, mailboxes: {}, drafts: 0, outbox: 0, capped: false };

const IVAN = { name: "Ivan", email: "ivan@example.com", partner_id: false };

function makeLetter(id, values = {}) {
    const people = {
        email_from: [IVAN],
        email_to: [{ name: "", email: "me@example.com", partner_id: false }],
        email_cc: [],
        email_bcc: [],
        reply_to: [],
        ...values.people,
    };
    return {
        id,
        type: "inbox",
        state: false,
        subject: `Letter ${id}`,
        date: "2019-03-11 09:00:00",
        preview: `Preview ${id}`,
        mailbox: { id: 7, name: "me@example.com" },
        company: false,
        contact: false,
        responsible: false,
        candidates: [],
        is_unread: false,
        is_important: false,
        is_answered: false,
        is_automatic: false,
        is_bounce: false,
        is_list: false,
        is_partial: false,
        is_trashed: false,
        is_undelivered: false,
        undelivered_note: "",
        send_at: false,
        send_error: "",
        send_attempts: 0,
        may: { edit: true, delete: true, access: true, send: true, write: false },
        files: [],
        has_html: true,
        trusts_images: false,
        charset: false,
        conversation: [makeEntry(id)],
        ...values,
        people,
    };
}

function makeEntry(id, values = {}) {
    return {
        id,
        type: "inbox",
        sender_name: `Sender ${id}`,
        date: "2019-03-11 09:00:00",
        preview: `Preview ${id}`,
        is_unread: false,
        is_important: false,
        has_attachments: false,
        ...values,
    };
}

let letters, blockedImages;
beforeEach(() => {
    letters = {};
    blockedImages = 0;
    [1, 2, 3, 4, 5, 6, 7, 8, 9].forEach((id) => (letters[id] = makeLetter(id)));
    onRpc("iris.email", "get_mail_counts", () => NO_COUNTS);
    onRpc("iris.email", "get_reader", ({ args: [ids] }) => {
        expect.step(`read ${ids}`);
        return ids.map((id) => letters[id]);
    });
    // Frames show an empty page, which tells what the server's would tell.
    patchWithCleanup(LetterFrame.prototype, {
        onLoad({ target }) {
            const { dataset } = target.contentDocument.documentElement;
            dataset.irisLetter = "";
            dataset.blockedImages = target.dataset.src.includes("images=1") ? 0 : blockedImages;
            super.onLoad(...arguments);
        },
    });
});

/** Where the reader stands: it is told what to show. */
class Parent extends Component {
    static template = xml`<LetterReader t-props="state"/>`;
    static components = { LetterReader };
    static props = ["*"];

    setup() {
        this.state = useState({ ...this.props });
    }
}

async function open(resId, props = {}) {
    const parent = await mountWithCleanup(Parent, { props: { resId, ...props } });
    return async (values) => {
        Object.assign(parent.state, typeof values === "object" ? values : { resId: values });
        await animationFrame();
    };
}

function getFrames() {
    return queryAll("iframe").map((frame) => frame.dataset.src.replace("/iris_email/letter/", ""));
}

/** The pages of a letter are there now; what a frame loads on its own tells nothing here. */
async function settle(id) {
    for (const frame of queryAll(`iframe[data-src*="/letter/${id}/"]`)) {
        await manuallyDispatchProgrammaticEvent(frame, "load");
    }
    await animationFrame();
}

async function readNeighbours() {
    await advanceTime(100);
    await animationFrame();
}

describe("letter", () => {
    describe.current.tags("desktop");

    test("is shown with head and text", async () => {
        letters[1].is_answered = true;
        letters[1].people.email_cc = [{ name: "Anna", email: "anna@example.com", partner_id: 5 }];
        await open(1);
        await settle(1);
        expect("h2").toHaveText("Letter 1");
        expect(queryAllTexts(".o_iris_subject .badge")).toEqual(["Answered"]);
        const people = queryAll(".o_iris_person").map((el) => el.getAttribute("aria-label"));
        expect(people).toEqual(["Ivan ivan@example.com", "me@example.com", "Anna"]);
        expect(queryAllTexts(".o_iris_people_label")).toEqual(["To:", "Cc:"]);
        expect(getFrames()).toEqual(["1/body?images=0"]);
        expect(".o_iris_letter_body").not.toHaveClass("o_iris_letter_waiting");
        expect.verifySteps(["read 1"]);
    });

    test("that is gone says so, and the next one is shown", async () => {
        onRpc("iris.email", "get_reader", ({ args: [ids], parent }) => {
            if (ids.includes(1)) {
                throw makeServerError({ type: "AccessError", message: "no" });
            }
            return parent();
        });
        const show = await open(1);
        await animationFrame();
        expect("[role=alert]").toHaveText(/^This letter is gone/);
        expect(".o_iris_letter_body:not(.o_iris_letter_waiting)").toHaveCount(0);
        await show(2);
        expect("[role=alert]").toHaveCount(0);
        expect("h2").toHaveText("Letter 2");
        expect.verifySteps(["read 2"]);
    });

    test("is loaded by Retry after the connection was lost", async () => {
        let isLost = true;
        onRpc("iris.email", "get_reader", ({ parent }) => {
            if (isLost) {
                throw new ConnectionLostError("/web");
            }
            return parent();
        });
        await open(1);
        await animationFrame();
        expect("h2").toHaveCount(0);
        isLost = false;
        await contains("[role=alert] button:contains(Retry)").click();
        expect("h2").toHaveText("Letter 1");
        expect("[role=alert]").toHaveCount(0);
        expect.verifySteps(["read 1"]);
    });

    test("of a late answer is not shown instead of the next one", async () => {
        const answer = new Deferred();
        onRpc("iris.email", "get_reader", async ({ args: [ids], parent }) => {
            if (ids.includes(1)) {
                await answer;
            }
            return parent();
        });
        const show = await open(1);
        await show(2);
        expect("h2").toHaveText("Letter 2");
        answer.resolve();
        await animationFrame();
        expect("h2").toHaveText("Letter 2");
        expect.verifySteps(["read 2", "read 1"]);
    });

    test("leads back by its button and by Escape", async () => {
        await open(1, { onClose: () => expect.step("close") });
        await animationFrame();
        await contains(".o_iris_back").click();
        await press("Escape");
        await animationFrame();
        expect.verifySteps(["read 1", "close", "close"]);
    });
});

describe("neighbours", () => {
    describe.current.tags("desktop");

    test("are read at once, and their frames wait without images", async () => {
        blockedImages = 3;
        letters[2].trusts_images = true;
        const show = await open(1, { neighbours: [2, 3] });
        await settle(1);
        await readNeighbours();
        await settle(2);
        await settle(3);
        expect.verifySteps(["read 1", "read 2,3"]);
        expect(getFrames()).toEqual(["1/body?images=0", "2/body?images=0", "3/body?images=0"]);
        const waiting = ".o_iris_letter_waiting[aria-hidden=true][inert]";
        expect(`${waiting} iframe[tabindex="-1"]`).toHaveCount(2);

        // The frame that waited is the one that is shown.
        const frame = queryOne("iframe[data-src*='/letter/3/']");
        await show(3);
        expect("h2").toHaveText("Letter 3");
        expect(frame.closest(".o_iris_letter_waiting")).toBe(null);
        expect(queryOne("iframe[data-src*='/letter/3/']")).toBe(frame);
        expect(getFrames()).toEqual(["1/body?images=0", "2/body?images=0", "3/body?images=0"]);

        // Only now the trusted sender may learn of it.
        await show(2);
        expect(getFrames().slice(1, 3)).toEqual(["2/body?images=0", "2/body?images=1"]);
        expect.verifySteps([]);
    });

    test("take the places of others, and no frame is moved", async () => {
        const show = await open(1, { neighbours: [2, 3, 4, 5] });
        // A document that is left by a move, or by another address, is not the one that was there.
        const pages = new Map();
        const check = () => {
            for (const frame of queryAll("iframe")) {
                pages.set(frame, pages.get(frame) || frame.contentWindow.document);
                expect(frame.contentWindow.document).toBe(pages.get(frame));
            }
        };
        for (const [resId, neighbours] of [
            [1, [2, 3, 4, 5]],
            [3, [4, 2, 5, 1]],
            [7, [8, 6, 9, 5]],
            [8, [9, 7, 6]],
        ]) {
            await show({ resId, neighbours });
            await settle(resId);
            await readNeighbours();
            for (const id of neighbours) {
                await settle(id);
            }
            check();
            expect("iframe").toHaveCount(Math.min(6, new Set(getFrames()).size));
            expect(".o_iris_letter_body:not(.o_iris_letter_waiting) iframe").toHaveAttribute(
                "data-src",
                new RegExp(`/letter/${resId}/`)
            );
        }
        expect("iframe").toHaveCount(6);
        expect.verifySteps(["read 1", "read 2,3,4,5", "read 7", "read 8,6,9"]);
    });

    test("are not asked for before the letter is there", async () => {
        const answer = new Deferred();
        onRpc("iris.email", "get_reader", async ({ parent }) => {
            await answer;
            return parent();
        });
        await open(1, { neighbours: [2] });
        await settle(1);
        await readNeighbours();
        expect("iframe").toHaveCount(1);
        answer.resolve();
        await animationFrame();
        await readNeighbours();
        await settle(2);
        expect.verifySteps(["read 1", "read 2"]);
    });
});

describe("remote images", () => {
    describe.current.tags("desktop");

    test("are shown once", async () => {
        blockedImages = 2;
        const show = await open(1);
        await settle(1);
        expect(".o_iris_letter_bar span").toHaveText("2 remote images are not loaded.");
        await contains(".o_iris_show_images").click();
        await animationFrame();
        await settle(1);
        expect(getFrames()).toEqual(["1/body?images=1"]);
        expect(".o_iris_letter_bar").toHaveCount(0);
        for (const id of [2, 3, 4, 5, 6, 7]) {
            await show(id);
        }
        // Its place was taken meanwhile, and with it what was allowed.
        await show(1);
        expect(getFrames().filter((frame) => frame.startsWith("1/"))).toEqual(["1/body?images=0"]);
        expect.verifySteps([1, 2, 3, 4, 5, 6, 7].map((id) => `read ${id}`));
    });

    test("are always shown of a trusted sender, until that is taken back", async () => {
        blockedImages = 1;
        letters[2].people.email_from = [{ ...IVAN, email: "IVAN@example.com" }];
        letters[3].people.email_from = [{ ...IVAN, email: "other@example.com" }];
        onRpc("iris.email", "trust_images", ({ args }) => {
            expect.step(`trust ${args[0]}`);
            return true;
        });
        onRpc("iris.email", "distrust_images", ({ args }) => {
            expect.step(`distrust ${args[0]}`);
            return true;
        });
        const show = await open(1, { neighbours: [2, 3] });
        await settle(1);
        await readNeighbours();
        await settle(2);
        await settle(3);
        await contains(".o_iris_letter_body:not([inert]) .o_iris_trust_images").click();
        await animationFrame();
        expect("iframe[data-src*='/letter/2/body?images=1']").toHaveCount(0);
        await show(2);
        expect("iframe[data-src*='/letter/2/body?images=1']").toHaveCount(1);
        await show(3);
        expect("iframe[data-src*='/letter/3/body?images=1']").toHaveCount(0);

        await show(1);
        await contains(".o_iris_more").click();
        await contains(".o-dropdown-item[data-name=distrust]").click();
        await animationFrame();
        await contains(".o_iris_more").click();
        expect(".o-dropdown-item[data-name=distrust]").toHaveCount(0);
        expect.verifySteps(["read 1", "read 2,3", "trust 1", "distrust 1"]);
    });

    test("of one's own letters are only shown once", async () => {
        blockedImages = 1;
        letters[1].type = "sent";
        await open(1);
        await settle(1);
        expect(".o_iris_show_images").toHaveText("Show images");
        expect(".o_iris_trust_images").toHaveCount(0);
        expect.verifySteps(["read 1"]);
    });
});

describe("mark “new”", () => {
    describe.current.tags("desktop");

    beforeEach(() => {
        onRpc("iris.email", "mark_read", ({ args }) => {
            expect.step(`mark ${args[0]}`);
            return true;
        });
        onRpc("iris.email", "mark_unread", ({ args }) => {
            expect.step(`unmark ${args[0]}`);
            return true;
        });
        letters[1].is_unread = letters[2].is_unread = true;
    });

    function setSeconds(iris_email_read_seconds) {
        patchWithCleanup(user, {
            get settings() {
                return { iris_email_read_seconds };
            },
        });
    }

    test("is taken off at once, only once, and everybody is told", async () => {
        const show = await open(1);
        const told = [];
        getService("iris_email.letters").bus.addEventListener("MARKED", ({ detail }) =>
            told.push(detail)
        );
        await show(3);
        await show(1);
        await show(2);
        expect.verifySteps(["read 1", "mark 1", "read 3", "read 2", "mark 2"]);
        expect(told).toEqual([{ ids: [2], values: { is_unread: false } }]);
    });

    test("stays if it is set while the letter is shown", async () => {
        await open(1);
        await animationFrame();
        await contains("button[data-name=unread]").click();
        expect("button[data-name=unread]").toHaveAttribute("aria-label", "Mark as read");
        await advanceTime(10000);
        expect.verifySteps(["read 1", "mark 1", "unmark 1"]);
    });

    test("waits for as long as the user wants, and not for letters that are left", async () => {
        setSeconds(5);
        const show = await open(1);
        await advanceTime(4000);
        await show(2);
        await advanceTime(4500);
        expect.verifySteps(["read 1", "read 2"]);
        await advanceTime(1000);
        expect.verifySteps(["mark 2"]);
    });

    test("is never taken off by itself if the user wants that", async () => {
        setSeconds(-1);
        await open(1);
        await advanceTime(100000);
        expect.verifySteps(["read 1"]);
        await contains("button[data-name=unread]").click();
        expect("button[data-name=unread]").toHaveAttribute("aria-label", "Mark as unread");
        expect.verifySteps(["mark 1"]);
    });
});

describe("toolbar", () => {
    describe.current.tags("desktop");

    test("moves the letter to the trash", async () => {
        onRpc("iris.email", "action_trash", ({ args }) => {
            expect.step(`trash ${args[0]}`);
            letters[1].is_trashed = true;
            return true;
        });
        await open(1);
        await animationFrame();
        await contains("button[data-name=trash]").click();
        await animationFrame();
        expect(".o_iris_in_trash").toHaveText("This letter is in the trash of me@example.com.");
        expect("button[data-name=reply]").toHaveCount(0);
        expect("button[data-name=restore]").toHaveCount(1);
        expect.verifySteps(["read 1", "trash 1", "read 1"]);
    });

    test("has no trash for those who may not delete", async () => {
        letters[1].may = { edit: false, delete: false, access: false, send: false, write: false };
        await open(1);
        await animationFrame();
        const names = queryAll(".o_iris_toolbar button[data-name]").map((el) => el.dataset.name);
        expect(names).toEqual(["reply", "reply_all", "forward", "unread"]);
        await contains(".o_iris_more").click();
        expect(queryAll(".o-dropdown-item").map((el) => el.dataset.name)).toEqual([
            "print",
            "original",
            "plain",
            "card",
        ]);
        expect.verifySteps(["read 1"]);
    });

    test("sets the star, and shows plain text", async () => {
        onRpc("iris.email", "write", ({ args }) => {
            expect.step(`write ${JSON.stringify(args)}`);
            return true;
        });
        await open(1);
        await animationFrame();
        await contains("button[data-name=important]").click();
        expect("button[data-name=important]").toHaveAttribute("aria-pressed", "true");
        await contains(".o_iris_more").click();
        await contains(".o-dropdown-item[data-name=plain]").click();
        await animationFrame();
        await settle(1);
        expect(getFrames()).toEqual(["1/body?images=0&view=text"]);
        expect.verifySteps(["read 1", `write [[1],{"is_important":true}]`]);
    });

    test("offers original colours in the dark", async () => {
        patchWithCleanup(cookie, {
            get(key) {
                return key === "color_scheme" ? "dark" : super.get(key);
            },
        });
        await open(1);
        await settle(1);
        expect(getFrames()).toEqual(["1/body?images=0&dark=1"]);
        await contains("button[data-name=colours]").click();
        await animationFrame();
        await settle(1);
        expect(getFrames()).toEqual(["1/body?images=0"]);
        expect("button[data-name=colours]").toHaveAttribute("aria-pressed", "true");
        expect.verifySteps(["read 1"]);
    });
});

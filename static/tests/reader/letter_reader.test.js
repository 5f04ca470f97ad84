import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeServerError,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { user } from "@web/core/user";

import {
    defineReader,
    getFrames,
    openReader,
    readNeighbours,
    server,
    settle,
} from "./reader_helpers";

defineReader();

describe("letter", () => {
    describe.current.tags("desktop");

    test("is shown with head and text", async () => {
        server.letters[1].is_answered = true;
        server.letters[1].people.email_cc = [
            { name: "Anna", email: "anna@example.com", partner_id: 5 },
        ];
        await openReader(1);
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
        const show = await openReader(1);
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
        await openReader(1);
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
        const show = await openReader(1);
        await show(2);
        expect("h2").toHaveText("Letter 2");
        answer.resolve();
        await animationFrame();
        expect("h2").toHaveText("Letter 2");
        expect.verifySteps(["read 2", "read 1"]);
    });

    test("leads back by its button and by Escape", async () => {
        await openReader(1, { onClose: () => expect.step("close") });
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
        server.blockedImages = 3;
        server.letters[2].trusts_images = true;
        const show = await openReader(1, { neighbours: [2, 3] });
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
        const show = await openReader(1, { neighbours: [2, 3, 4, 5] });
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
        await openReader(1, { neighbours: [2] });
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
        server.letters[1].is_unread = server.letters[2].is_unread = true;
    });

    function setSeconds(iris_email_read_seconds) {
        patchWithCleanup(user, {
            get settings() {
                return { iris_email_read_seconds };
            },
        });
    }

    test("is taken off at once, only once, and everybody is told", async () => {
        const show = await openReader(1);
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
        await openReader(1);
        await animationFrame();
        await contains("button[data-name=unread]").click();
        expect("button[data-name=unread]").toHaveAttribute("aria-label", "Mark as read");
        await advanceTime(10000);
        expect.verifySteps(["read 1", "mark 1", "unmark 1"]);
    });

    test("waits for as long as the user wants, and not for letters that are left", async () => {
        setSeconds(5);
        const show = await openReader(1);
        await advanceTime(4000);
        await show(2);
        await advanceTime(4500);
        expect.verifySteps(["read 1", "read 2"]);
        await advanceTime(1000);
        expect.verifySteps(["mark 2"]);
    });

    test("is never taken off by itself if the user wants that", async () => {
        setSeconds(-1);
        await openReader(1);
        await advanceTime(100000);
        expect.verifySteps(["read 1"]);
        await contains("button[data-name=unread]").click();
        expect("button[data-name=unread]").toHaveAttribute("aria-label", "Mark as unread");
        expect.verifySteps(["mark 1"]);
    });
});

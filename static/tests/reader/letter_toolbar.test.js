import { describe, expect, test } from "@odoo/hoot";
import { queryAll } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { cookie } from "@web/core/browser/cookie";

import {
    defineReader,
    getFrames,
    IVAN,
    openReader,
    readNeighbours,
    server,
    settle,
} from "./reader_helpers";

defineReader();

describe("remote images", () => {
    describe.current.tags("desktop");

    test("are shown once", async () => {
        server.blockedImages = 2;
        const show = await openReader(1);
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
        server.blockedImages = 1;
        server.letters[2].people.email_from = [{ ...IVAN, email: "IVAN@example.com" }];
        server.letters[3].people.email_from = [{ ...IVAN, email: "other@example.com" }];
        onRpc("iris.email", "trust_images", ({ args }) => {
            expect.step(`trust ${args[0]}`);
            return true;
        });
        onRpc("iris.email", "distrust_images", ({ args }) => {
            expect.step(`distrust ${args[0]}`);
            return true;
        });
        const show = await openReader(1, { neighbours: [2, 3] });
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
        server.blockedImages = 1;
        server.letters[1].type = "sent";
        await openReader(1);
        await settle(1);
        expect(".o_iris_show_images").toHaveText("Show images");
        expect(".o_iris_trust_images").toHaveCount(0);
        expect.verifySteps(["read 1"]);
    });
});

describe("toolbar", () => {
    describe.current.tags("desktop");

    test("moves the letter to the trash", async () => {
        onRpc("iris.email", "action_trash", ({ args }) => {
            expect.step(`trash ${args[0]}`);
            server.letters[1].is_trashed = true;
            return true;
        });
        await openReader(1);
        await animationFrame();
        await contains("button[data-name=trash]").click();
        await animationFrame();
        expect(".o_iris_in_trash").toHaveText("This letter is in the trash of me@example.com.");
        expect("button[data-name=reply]").toHaveCount(0);
        expect("button[data-name=restore]").toHaveCount(1);
        expect.verifySteps(["read 1", "trash 1", "read 1"]);
    });

    test("has no trash for those who may not delete", async () => {
        server.letters[1].may = {
            edit: false,
            delete: false,
            access: false,
            send: false,
            write: false,
        };
        await openReader(1);
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
        await openReader(1);
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
        await openReader(1);
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

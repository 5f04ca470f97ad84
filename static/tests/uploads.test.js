import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, onRpc } from "@web/../tests/web_test_helpers";

import { attach, back, defineDrafts, endUpload, openCard, send } from "./writing_helpers";

describe.current.tags("desktop");
defineDrafts();

describe("files", () => {
    test("Send waits for them, and says so", async () => {
        await openCard();
        await attach("a.txt");
        await send();
        expect(".o_iris_send_now").not.toBeEnabled();
        await press("Control+Enter");
        await endUpload();
        await animationFrame();
        expect.verifySteps(["upload a.txt to 1", "send 1"]);
        expect(".o_form_view").toHaveCount(0);
    });

    test("the letter does not go without one that did not arrive", async () => {
        await openCard();
        await attach("a.txt");
        await send();
        await endUpload("", "error");
        expect(queryAllTexts(".o_notification_content")).toEqual([
            "An error occured while uploading.",
            "The letter is not sent, because a file did not arrive.",
        ]);
        expect(".o_iris_send_now").toBeEnabled();
        expect.verifySteps(["upload a.txt to 1"]);
        await send();
        expect.verifySteps(["send 1"]);
    });

    test("nor without one that was refused", async () => {
        await openCard();
        await attach("a.txt");
        await send();
        await endUpload('[{"error": "no"}]');
        expect(".o_form_view").toHaveCount(1);
        expect(".o_notification:contains(a.txt: no)").toHaveCount(1);
        expect.verifySteps(["upload a.txt to 1"]);
    });

    test("a login page instead of an answer stops neither the next one nor Send", async () => {
        await openCard();
        await attach("a.txt", "b.txt");
        await endUpload("<html>Log in</html>");
        expect(".o_notification").toHaveText(
            "a.txt: it did not arrive. Your session may be over: sign in again."
        );
        await endUpload();
        await attach("c.txt");
        await endUpload();
        await send();
        expect.verifySteps([
            "upload a.txt to 1",
            "upload b.txt to 1",
            "upload c.txt to 1",
            "send 1",
        ]);
    });

    test("stay with their letter, and so does Send, when the author pages on", async () => {
        onRpc("iris.email", "web_save", ({ args }) => expect.step(`save ${args[0]}`));
        await openCard();
        await attach("a.txt", "b.txt");
        await send();
        await contains(".o_field_widget[name=subject] input").edit("Better", { confirm: false });
        await contains(".o_pager_next").click();
        await animationFrame();
        expect(".o_field_widget[name=subject] input").toHaveValue("Second");
        await endUpload();
        await endUpload();
        await animationFrame();
        expect.verifySteps(["upload a.txt to 1", "save 1", "upload b.txt to 1", "send 1"]);
        expect(".o_field_widget[name=subject] input").toHaveValue("Second");
    });

    test("arrive also when the card is left", async () => {
        await openCard();
        await attach("a.txt", "b.txt");
        await back();
        expect(".o_list_view").toHaveCount(1);
        await endUpload();
        expect.verifySteps(["upload a.txt to 1", "upload b.txt to 1"]);
    });

    test("the page asks before it is closed while they are on their way", async () => {
        await openCard();
        const close = () => {
            const event = new Event("beforeunload", { cancelable: true });
            window.dispatchEvent(event);
            return event.defaultPrevented;
        };
        expect(close()).toBe(false);
        await attach("a.txt");
        expect(close()).toBe(true);
        await endUpload();
        expect(close()).toBe(false);
        expect.verifySteps(["upload a.txt to 1"]);
    });

    test("two clicks remove one once", async () => {
        onRpc("ir.attachment", "unlink", ({ args }) => {
            expect.step(`remove ${args[0]}`);
            return true;
        });
        onRpc("iris.email", "web_read", ({ parent }) => {
            const letters = parent();
            letters[0].attachment_ids = [{ id: 9, name: "a.txt", file_size: 1 }];
            return letters;
        });
        await openCard();
        const cross = document.querySelector(".o_iris_file button");
        cross.click();
        cross.click();
        await animationFrame();
        expect.verifySteps(["remove 9"]);
    });
});

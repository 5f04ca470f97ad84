import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { LetterConversation } from "@iris_email/reader/letter_conversation";
import { defineLetters } from "./reader_helpers";

defineLetters();

describe("conversation", () => {
    function makeEntries(count) {
        return [...Array(count).keys()].map((index) => ({
            id: index + 1,
            type: index === 1 ? "draft" : "inbox",
            sender_name: `Sender ${index + 1}`,
            date: "2019-03-11 09:00:00",
            preview: `Preview ${index + 1}`,
            is_unread: index === 0,
            is_important: false,
            has_attachments: false,
        }));
    }

    test("is folded but for what is new, and each letter unfolds with its own text", async () => {
        onRpc("iris.email", "get_reader", ({ args: [ids] }) => {
            expect.step(`read ${ids}`);
            const people = { email_from: [{ name: "Ivan", email: "i@b.example", partner_id: 0 }] };
            ["email_to", "email_cc", "email_bcc", "reply_to"].forEach((name) => {
                people[name] = [];
            });
            const [entry] = makeEntries(1);
            return [{ ...entry, people, files: [], conversation: [], may: {}, is_unread: true }];
        });
        onRpc("iris.email", "mark_read", ({ args }) => {
            expect.step(`mark ${args[0]}`);
            return true;
        });
        await mountWithCleanup(LetterConversation, { props: { entries: makeEntries(3) } });
        await animationFrame();
        expect(queryAllTexts(".o_iris_entry_sender")).toEqual(["Sender 1", "Sender 2", "Sender 3"]);
        expect(".o_iris_unread").toHaveCount(1);
        expect(queryAllTexts(".o_iris_entry .badge")).toEqual(["Draft"]);
        // What is new is not folded away.
        expect(".o_iris_entry_head[aria-expanded=true]").toHaveCount(1);
        expect(".o_iris_entry_head:first").toHaveAttribute("aria-expanded", "true");
        expect("iframe").toHaveCount(1);
        expect("iframe").toHaveAttribute("data-src", "/iris_email/letter/1/body?images=0");
        expect.verifySteps(["read 1", "mark 1"]);
        await contains(".o_iris_entry_head:first").click();
        expect("iframe").toHaveCount(0);
        await contains(".o_iris_entry_head:first").click();
        expect("iframe").toHaveCount(1);
    });

    test("of many letters shows the last ones until all are asked for", async () => {
        await mountWithCleanup(LetterConversation, { props: { entries: makeEntries(15) } });
        expect(".o_iris_show_older").toHaveText("Show 12 older letters");
        expect(queryAllTexts(".o_iris_entry_sender")).toEqual([
            "Sender 13",
            "Sender 14",
            "Sender 15",
        ]);
        await contains(".o_iris_show_older").click();
        expect(".o_iris_entry").toHaveCount(15);
        expect(".o_iris_show_older").toHaveCount(0);
    });
});

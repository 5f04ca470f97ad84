import { describe, expect, test } from "@odoo/hoot";
import { hover, leave, press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { describeDate } from "@iris_email/reader/letter_date";
import { PeopleLine } from "@iris_email/reader/letter_head";
import { getInitials, getPersonLabel, makeHonest } from "@iris_email/reader/people";
import { PersonChip } from "@iris_email/reader/person_chip";
import { defineLetters } from "./reader_helpers";

defineLetters();

describe("people", () => {
    test("have honest names", () => {
        expect(makeHonest("invoice\u202efdp.exe")).toBe("invoice fdp.exe");
        expect(makeHonest("\u2067Anna\u2069\u200b\n Orlova ")).toBe("Anna Orlova");
        expect(makeHonest("Zoë 👩‍🔬")).toBe("Zoë 👩‍🔬");
        expect(getPersonLabel({ name: "\u200f", email: "a@b.example" })).toBe("a@b.example");
    });

    test("have initials in all scripts", () => {
        const getName = (name) => getInitials({ name, email: "zed@b.example" });
        expect(getName("Анна Орлова")).toBe("АО");
        expect(getName("«Северная линия» — офис")).toBe("СО");
        expect(getName("李伟")).toBe("李");
        expect(getName("𝒜lice")).toBe("𝒜");
        expect(getName("👩‍🔬")).toBe("?");
        expect(getName("")).toBe("Z");
    });

    test("of a long line are counted, and unfolded", async () => {
        const people = [1, 2, 3, 4, 5, 6].map((index) => ({
            name: `Person ${index}`,
            email: `p${index}@b.example`,
            partner_id: false,
        }));
        await mountWithCleanup(PeopleLine, { props: { label: "To", people } });
        expect(".o_iris_person").toHaveCount(3);
        expect(".o_iris_more_people").toHaveText("+3");
        expect(".o_iris_more_people").toHaveAttribute("aria-label", "To: show 3 more");
        await contains(".o_iris_more_people").click();
        expect(".o_iris_person").toHaveCount(6);
        expect(".o_iris_more_people").toHaveCount(0);
    });

    const NAME = '"Boss" <boss@bank.example>\u202e';
    const STRANGER = { name: NAME, email: "thief@evil.example", partner_id: false };

    test("that are unknown become contacts, by keyboard", async () => {
        patchWithCleanup(user, { checkAccessRight: async () => true });
        mockService("dialog", {
            add(dialog, { resModel, context, onRecordSaved }) {
                expect.step([resModel, context]);
                onRecordSaved();
            },
        });
        await mountWithCleanup(PersonChip, { props: { person: STRANGER } });
        const changes = [];
        getService("iris_email.letters").bus.addEventListener("CHANGED", () => changes.push(1));
        expect(".o_iris_person bdi").toHaveText('"Boss" <boss@bank.example>');
        queryFirst(".o_iris_person").focus();
        await press("Enter");
        await animationFrame();
        await animationFrame();
        expect(".o_iris_person").toHaveAttribute("aria-expanded", "true");
        expect(".o_iris_card_email").toHaveText("thief@evil.example");
        expect(".o_iris_open_contact").toHaveCount(0);
        await contains(".o_iris_create_contact").click();
        expect.verifySteps([
            [
                "res.partner",
                {
                    default_name: '"Boss" <boss@bank.example>',
                    default_email: "thief@evil.example",
                },
            ],
        ]);
        expect(changes).toHaveLength(1);
        await animationFrame();
        expect(".o_iris_person_card").toHaveCount(0);
    });

    test.tags("desktop");
    test("show their card while the mouse is there", async () => {
        onRpc("res.partner", "read", () => [
            {
                id: 5,
                name: "Anna Orlova",
                is_company: false,
                function: "Sales",
                commercial_company_name: "North",
                phone: "+7 1",
            },
        ]);
        const person = { name: "Anna", email: "anna@b.example", partner_id: 5 };
        await mountWithCleanup(PersonChip, { props: { person } });
        await hover(".o_iris_person");
        await advanceTime(200);
        expect(".o_iris_person_card").toHaveCount(0);
        await advanceTime(300);
        await animationFrame();
        await animationFrame();
        expect(queryAllTexts(".o_iris_card_line")).toEqual(["Anna Orlova", "Sales", "North"]);
        expect(".o_iris_open_contact").toHaveCount(1);
        expect(".o_iris_create_contact").toHaveCount(0);
        await leave(".o_iris_person");
        await advanceTime(1000);
        await animationFrame();
        expect(".o_iris_person_card").toHaveCount(0);
    });

    test("are written to, and their address is copied", async () => {
        patchWithCleanup(user, { checkAccessRight: async () => false });
        patchWithCleanup(browser.navigator.clipboard, {
            writeText: async (text) => expect.step(`copied ${text}`),
        });
        onRpc("iris.email", "action_compose", ({ args }) => {
            expect.step(args[0].email_to);
            return { type: "ir.actions.act_window_close" };
        });
        await mountWithCleanup(PersonChip, { props: { person: STRANGER } });
        await contains(".o_iris_person").click();
        expect(".o_iris_create_contact").toHaveCount(0);
        await contains(".o_iris_copy_email").click();
        await contains(".o_iris_person").click();
        await contains(".o_iris_write_to").click();
        expect.verifySteps([
            "copied thief@evil.example",
            '"\\"Boss\\" <boss@bank.example>" <thief@evil.example>',
        ]);
    });
});

test("dates are short, and in full on demand", () => {
    const { DateTime } = luxon;
    const toServer = (time) => time.toUTC().toFormat("yyyy-MM-dd HH:mm:ss");
    const now = DateTime.now();
    expect(describeDate(toServer(now.minus({ years: 2 }))).ago).toBe("");
    expect(describeDate(toServer(now.minus({ years: 2 }))).short).toMatch(
        new RegExp(now.minus({ years: 2 }).year)
    );
    const recent = describeDate(toServer(now.minus({ minutes: 5 })));
    expect(recent.ago).toMatch(/5 min/);
    expect(recent.full).toMatch(new RegExp(now.minus({ minutes: 5 }).year));
});

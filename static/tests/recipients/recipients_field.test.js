import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    click,
    edit,
    keyDown,
    manuallyDispatchProgrammaticEvent,
    press,
    queryAllTexts,
} from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Letter extends models.Model {
    _name = "iris.email";

    email_to = fields.Text();
    contact_id = fields.Many2one({ relation: "res.partner" });
    company_partner_id = fields.Many2one({ relation: "res.partner" });

    _records = [{ id: 1, email_to: "Anna <anna@example.com>, boris@example.com" }];
    _views = {
        form: `
            <form>
                <field name="email_to" widget="iris_email_recipients"/>
                <field name="contact_id"/>
                <field name="company_partner_id"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Letter]);

const INPUT = ".o_field_widget[name=email_to] input";
const CHIP = ".o_iris_recipient";
const ROSES = {
    id: 7,
    name: "Roses Ltd",
    email: "office@roses.example",
    is_company: true,
    commercial_company_name: "Roses Ltd",
    commercial_partner_id: { id: 7, name: "Roses Ltd", is_company: true },
};
const VERA = {
    id: 8,
    name: "Petrova, Vera",
    email: "Vera <vera@roses.example>",
    is_company: false,
    commercial_company_name: "Roses Ltd",
    commercial_partner_id: { id: 7, name: "Roses Ltd", is_company: true },
};

let partners;
beforeEach(() => {
    partners = [];
    onRpc("res.partner", "web_search_read", ({ kwargs }) => {
        expect.step(`search ${kwargs.domain.at(-1)[2]}, ${kwargs.limit}`);
        return { length: partners.length, records: partners };
    });
    onRpc("iris.email", "web_save", ({ args }) => {
        expect.step(args[1]);
    });
});

function mountCard() {
    return mountView({ type: "form", resModel: "iris.email", resId: 1 });
}

async function type(text) {
    await click(INPUT);
    await edit(text, { confirm: false });
    await animationFrame();
}

async function paste(text) {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    await click(INPUT);
    await manuallyDispatchProgrammaticEvent(document.activeElement, "paste", { clipboardData });
    await animationFrame();
}

describe("chips", () => {
    test("stand for addresses, with their names", async () => {
        await mountCard();
        expect(queryAllTexts(CHIP)).toEqual(["Anna", "boris@example.com"]);
        expect(`${CHIP}:first`).toHaveAttribute("title", "anna@example.com");
        expect(`${INPUT}`).toHaveAttribute("role", "combobox");
    });

    test("come with a comma, Enter, Tab, and when the field is left", async () => {
        await mountCard();
        await type("c@d.ef,");
        await type("g@h.ij");
        await press("Enter");
        await type("k@l.mn");
        await press("Tab");
        await type("Vera <v@w.xy>");
        await contains("[name=contact_id] input").click();
        expect(queryAllTexts(CHIP).slice(2)).toEqual(["c@d.ef", "g@h.ij", "k@l.mn", "Vera"]);
        expect(INPUT).toHaveValue("");
        await contains(".o_form_button_save").click();
        expect.verifySteps([
            {
                email_to:
                    "Anna <anna@example.com>, boris@example.com, c@d.ef, g@h.ij, k@l.mn, Vera <v@w.xy>",
            },
        ]);
    });

    test("what is typed is part of what is saved", async () => {
        await mountCard();
        await type("c@d.ef");
        await contains(".o_form_button_save").click();
        expect.verifySteps([{ email_to: "Anna <anna@example.com>, boris@example.com, c@d.ef" }]);
    });

    test("many can be pasted", async () => {
        await mountCard();
        await paste('"Petrov, Ivan" <ivan@x.ru>; anna@example.com\nfoo');
        expect(queryAllTexts(CHIP)).toEqual([
            "Anna",
            "boris@example.com",
            "Petrov, Ivan",
            "foo\nThis is no e-mail address. Click to mend it.",
        ]);
        expect(INPUT).toHaveValue("");
    });

    test("lines that are pasted behind a word do not become one with it", async () => {
        await mountCard();
        await type("c@d.ef");
        await paste("g@h.ij\nk@l.mn");
        expect(queryAllTexts(CHIP).slice(2)).toEqual(["c@d.ef", "g@h.ij", "k@l.mn"]);
    });

    test("a name that looks like an address does not hide the real one", async () => {
        Letter._records[0].email_to = '"boss@example.com" <anna@other.example>';
        await mountCard();
        expect(queryAllTexts(CHIP)).toEqual(["anna@other.example"]);
    });

    test("one word that is pasted is no address yet", async () => {
        await mountCard();
        await paste("anna");
        expect(CHIP).toHaveCount(2);
    });

    test("a wrong address is red, says so, and can be mended", async () => {
        await mountCard();
        await type("anna@,");
        expect(".o_iris_recipient_wrong").toHaveCount(1);
        expect(".o_iris_recipient_wrong").toHaveAttribute(
            "title",
            "This is no e-mail address. Click to mend it."
        );
        await contains(".o_iris_recipient_wrong .o_iris_recipient_text").click();
        await animationFrame();
        expect(CHIP).toHaveCount(2);
        expect(INPUT).toHaveValue("anna@");
        await type("c@d.ef,");
        expect(".o_iris_recipient_wrong").toHaveCount(0);
        expect(CHIP).toHaveCount(3);
    });

    test("Backspace takes the last one away, and edits a wrong one", async () => {
        await mountCard();
        await click(INPUT);
        await press("Backspace");
        await animationFrame();
        expect(queryAllTexts(CHIP)).toEqual(["Anna"]);
        await type("foo,");
        await press("Backspace");
        await animationFrame();
        expect(queryAllTexts(CHIP)).toEqual(["Anna"]);
        expect(INPUT).toHaveValue("foo");
    });

    test("Backspace that is held down spares them", async () => {
        await mountCard();
        await type("c");
        await keyDown("Backspace");
        await keyDown("Backspace");
        await keyDown("Backspace");
        await animationFrame();
        expect(INPUT).toHaveValue("");
        expect(CHIP).toHaveCount(2);
    });

    test("arrows lead to chips, Delete takes them away", async () => {
        await mountCard();
        await click(INPUT);
        await press("ArrowLeft");
        await press("ArrowLeft");
        expect(`${CHIP}:first .o_iris_recipient_text`).toBeFocused();
        await press("Delete");
        await animationFrame();
        expect(queryAllTexts(CHIP)).toEqual(["boris@example.com"]);
        expect(`${CHIP}:first .o_iris_recipient_text`).toBeFocused();
        await press("ArrowRight");
        expect(INPUT).toBeFocused();
    });

    test("the cross takes one away", async () => {
        await mountCard();
        expect(".o_iris_recipient_remove:first").toHaveAttribute("aria-label", "Remove Anna");
        await contains(".o_iris_recipient_remove:first").click();
        expect(queryAllTexts(CHIP)).toEqual(["boris@example.com"]);
    });
});

describe("suggestions", () => {
    test("come from contacts and companies, and are chosen by the keyboard", async () => {
        partners = [ROSES, VERA];
        await mountCard();
        await type("ros");
        await advanceTime(500);
        expect.verifySteps(["search ros, 8"]);
        expect(queryAllTexts("[role=option]")).toEqual([
            "Roses Ltd · office@roses.example",
            "Petrova, Vera · Vera <vera@roses.example> · Roses Ltd",
        ]);
        expect("[role=option]:first").toHaveAttribute("aria-selected", "true");
        expect(INPUT).toHaveAttribute("aria-expanded", "true");
        await press("ArrowDown");
        await animationFrame();
        expect("[role=option]:eq(1)").toHaveAttribute("aria-selected", "true");
        await press("Enter");
        await animationFrame();
        expect("[role=option]").toHaveCount(0);
        expect(queryAllTexts(CHIP).at(-1)).toBe("Petrova, Vera");
        expect("[name=contact_id] input").toHaveValue("Petrova, Vera");
        expect("[name=company_partner_id] input").toHaveValue("Roses Ltd");
    });

    test("Enter waits for them", async () => {
        partners = [ROSES];
        await mountCard();
        await type("ros");
        await press("Enter");
        await animationFrame();
        expect(queryAllTexts(CHIP).at(-1)).toBe("Roses Ltd");
        expect("[name=company_partner_id] input").toHaveValue("Roses Ltd");
        expect("[name=contact_id] input").toHaveValue("");
        expect.verifySteps(["search ros, 8"]);
    });

    test("a whole address is taken as it is typed", async () => {
        partners = [VERA];
        await mountCard();
        await type("vera@roses.example");
        await advanceTime(500);
        expect("[role=option]").toHaveCount(1);
        await press("Enter");
        await animationFrame();
        expect(queryAllTexts(CHIP).at(-1)).toBe("vera@roses.example");
        expect.verifySteps(["search vera@roses.example, 8"]);
    });

    test("those for the beginning of an address do not replace it", async () => {
        partners = [VERA];
        await mountCard();
        await type("vera");
        await advanceTime(500);
        await type("vera@example.com");
        await press("Enter");
        await animationFrame();
        expect(queryAllTexts(CHIP).at(-1)).toBe("vera@example.com");
        await type("vera");
        await advanceTime(500);
        await type("vera@other.example");
        await press("Tab");
        await animationFrame();
        expect(queryAllTexts(CHIP).at(-1)).toBe("vera@other.example");
        expect.verifySteps(["search vera, 8", "search vera, 8"]);
    });

    test("Enter waits for them also when they are slow", async () => {
        partners = [ROSES];
        const answer = new Deferred();
        onRpc("res.partner", "web_search_read", async () => {
            await answer;
            return { length: 1, records: partners };
        });
        await mountCard();
        await type("ros");
        await press("Enter");
        await advanceTime(500);
        answer.resolve();
        await animationFrame();
        expect(queryAllTexts(CHIP).at(-1)).toBe("Roses Ltd");
    });

    test("Escape closes them", async () => {
        partners = [VERA];
        await mountCard();
        await type("ver");
        await advanceTime(500);
        await press("Escape");
        await animationFrame();
        expect("[role=option]").toHaveCount(0);
        expect(INPUT).toHaveValue("ver");
        expect.verifySteps(["search ver, 8"]);
    });

    test("a contact that was chosen before stays", async () => {
        partners = [ROSES];
        Letter._records[0].contact_id = serverState.partnerId;
        await mountCard();
        await type("ros");
        await advanceTime(500);
        await contains("[role=option]").click();
        expect(queryAllTexts(CHIP).at(-1)).toBe("Roses Ltd");
        expect("[name=company_partner_id] input").toHaveValue("");
        expect.verifySteps(["search ros, 8"]);
    });
});

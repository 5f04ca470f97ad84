const { call, findLetter } = require("./session.cjs");

// Beginnings of the subjects of letters of the demo.
const LETTERS = { en: "Crop & market", ru: "Статус контейнеров" };
const DRAFT = "Order “Bodensee”";
const ANSWERS = {
    en: "Thank you, that is just what we need.",
    ru: "Спасибо, это как раз то, что нам нужно.",
};
const TALL_WINDOW = { width: 1360, height: 980 };
const EDITOR = ".o_iris_writing .odoo-editor-editable";

async function openCard(page, subject, type) {
    await page.goto(`/odoo/letters/${await findLetter(page, subject, type)}`);
    await page.waitForSelector(".o_form_view .o_field_widget[name=subject]");
}

/** Throw away what was begun. */
async function dropDraft(page, subject) {
    const id = await findLetter(page, subject, "draft");
    await page.goto("/odoo/letters");
    await page.waitForSelector(".o_iris_row");
    await call(page, "iris.email", "action_trash", [[id]]);
    await call(page, "iris.email", "action_delete_for_good", [[id]]);
}

const cardViews = {
    async letter(page, language) {
        await openCard(page, LETTERS[language]);
        await page.waitForSelector(".o_iris_letter_body[aria-busy=false]");
    },

    async access(page, language) {
        await openCard(page, LETTERS[language]);
        await page.click("a[name=access]");
        await page.waitForSelector(".o_iris_access table");
    },

    async draft(page) {
        await openCard(page, DRAFT, "draft");
        await page.waitForSelector(EDITOR);
    },

    async answer(page, language) {
        await openCard(page, LETTERS[language]);
        await page.click("button[name=action_reply]");
        await page.waitForSelector(EDITOR);
        await page.locator(`${EDITOR} p`).first().click();
        await page.keyboard.type(ANSWERS[language]);
        return { leave: () => dropDraft(page, `Re: ${LETTERS[language]}`) };
    },
};

const analysisViews = {
    async pivot(page) {
        await page.goto("/odoo/letters?view_type=pivot");
        await page.waitForSelector(".o_pivot table");
    },

    async graph(page) {
        await page.goto("/odoo/letters?view_type=graph");
        await page.waitForSelector(".o_graph_renderer canvas");
    },
};

const accountViews = {
    async account(page) {
        await page.setViewportSize(TALL_WINDOW);
        await page.goto("/odoo/mail-accounts");
        await page.locator(".o_data_row td[name=address]", { hasText: "sales@" }).click();
        await page.waitForSelector(".o_field_widget[name=incoming_right_ids] .o_data_row");
    },
};

module.exports = { accountViews, analysisViews, cardViews };

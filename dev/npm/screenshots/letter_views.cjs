const { findLetter } = require("./session.cjs");

// Beginnings of the subjects of letters of the demo.
const WITH_FILES = { en: "Shipping documents CHT-0931", ru: "Акт сверки за квартал" };
const WITH_IMAGES = { en: "☕ Frost that was not", ru: "Чайная газета" };
const LONG_TALK = { en: "Re: Offer PI-2218", ru: "Re: Заказ на следующий месяц" };

const SHOWN_FRAME = ".o_iris_letter_body:not(.o_iris_letter_waiting)[aria-busy=false] iframe";

async function openFolder(page) {
    await page.goto("/odoo/letters?folder=inbox");
    await page.waitForSelector(".o_iris_row");
}

/** Open a letter in the three panes, as a link does. */
async function openLetter(page, subject) {
    const id = await findLetter(page, subject);
    await page.goto(`/odoo/letters?folder=inbox&letter=${id}`);
    await page.waitForSelector(`.o_iris_row.o_opened, .o_iris_mailbox.o_reading`);
    await page.waitForSelector(`${SHOWN_FRAME}[src*="/letter/${id}/"]`);
}

/** A dialog or a menu that is open, and must not be in the next picture. */
const toBeClosed = (page) => ({ leave: () => page.keyboard.press("Escape") });

const letterViews = {
    letters: (page, language) => openLetter(page, WITH_FILES[language]),
    images: (page, language) => openLetter(page, WITH_IMAGES[language]),

    async conversation(page, language) {
        await openLetter(page, LONG_TALK[language]);
        await page.locator(".o_iris_entry_head").last().click();
        await page.waitForSelector(`.o_iris_entry ${SHOWN_FRAME}`);
    },

    async keys(page) {
        await openFolder(page);
        await page.keyboard.press("?");
        await page.waitForSelector(".o_iris_keys");
        return toBeClosed(page);
    },

    async systray(page) {
        await openFolder(page);
        await page.click(".o_iris_letters_toggle");
        await page.waitForSelector(".o_iris_latest");
        return toBeClosed(page);
    },

    async settings(page) {
        await openFolder(page);
        await page.click(".o_iris_letters_toggle");
        await page.click(".o_iris_open_settings");
        await page.waitForSelector(".o_iris_mail_settings");
        return toBeClosed(page);
    },

    async list(page) {
        await openFolder(page);
        await page.click(".o_switch_view.o_list");
        await page.waitForSelector(".o_data_row");
    },
};

const phoneViews = {
    "phone-list": openFolder,
    "phone-letter": (page, language) => openLetter(page, WITH_FILES[language]),
};

module.exports = { letterViews, phoneViews };

/**
 * Shows the parts of the mail client, and looks for what bars people from using them, with axe-core.
 * Run by tests/test_accessibility.py.
 */

const LONGEST_WAIT = 15_000; // ms
const SERIOUS = ["serious", "critical"];

// What Odoo writes, and we cannot change: selector → reason.
const FOREIGN = {
    ".o_main_navbar": "the bar of the apps",
    ".o_control_panel": "the control panel: breadcrumbs, pager, search",
    ".o-mail-Chatter": "the chatter",
    ".o-overlay-container .o-mail-ChatHub": "Odoo's chat windows",
    ".o_notification_manager": "Odoo's notifications",
    ".o_form_statusbar": "the status bar of all forms",
    ".note-editable, .odoo-editor-editable": "the text of the user",
};

// And what Odoo's components do where ours use them: rule → selectors with their reasons.
const FOREIGN_FINDINGS = {
    "html-has-lang": { html: "the page of the web client names no language" },
    "aria-dialog-name": { ".modal": "Odoo's dialogs are not linked to their titles" },
    "aria-required-parent": { ".o_notebook_headers a.nav-link": "tabs of Odoo's forms" },
    "aria-allowed-attr": {
        ".o-dropdown--menu [role=menuitem][aria-selected]": "the keys of menus mark their items so",
        "div.o-dropdown:has(> .o_select_menu_input)": "Odoo's choice field",
    },
    "color-contrast": { ".o_inner_group .o_form_label": "labels of Odoo's forms on phones" },
    "image-alt": { ".o-mail-Avatar img": "avatars of users" },
    "autocomplete-valid": { ".o_select_menu_input": "Odoo's choice field" },
    label: {
        ".o_list_record_selector input, .o_data_cell .o_boolean_toggle input": "Odoo's boxes",
    },
    "button-name": { ".o_optional_columns_dropdown button": "the menu of columns of all lists" },
};

const until = async (find, what) => {
    const start = performance.now();
    let result;
    while (!(result = find())) {
        if (performance.now() - start > LONGEST_WAIT) {
            throw new Error(`in vain: ${what}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return result;
};

const seek = (selector) => until(() => document.querySelector(selector), selector);
const gone = (selector) => until(() => !document.querySelector(selector), `no ${selector}`);
const press = (key) =>
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const LETTER = ".o_iris_letter_body:not(.o_iris_letter_waiting)[aria-busy=false] iframe";
const open = (action, options) =>
    odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action, options);

/** Each opens a part of the mail client, and says what to wait for. */
const SCENES = {
    async panes() {
        await open("iris_email.iris_email_action", { clearBreadcrumbs: true });
        await seek(".o_iris_row");
    },
    async letter() {
        (await seek(".o_iris_row.o_unread .o_iris_row_open")).click();
        await seek(LETTER);
        await seek(".o_iris_reader .o_iris_tile");
    },
    async selection() {
        document.querySelector(".o_iris_back")?.click();
        await seek(".o_iris_row");
        const boxes = [...document.querySelectorAll(".o_iris_row input")].slice(0, 2);
        boxes.forEach((box) => box.click());
        await until(() => document.querySelectorAll(".o_iris_row.o_selected").length === 2, "two");
    },
    async keys() {
        press("?");
        await seek(".o_dialog .o_iris_keys");
    },
    async systray() {
        press("Escape");
        await gone(".o_dialog");
        (await seek(".o_iris_letters_toggle")).click();
        await seek(".o_iris_letters_menu .o_iris_latest");
    },
    async settings() {
        (await seek(".o_iris_letters_menu .o_iris_open_settings")).click();
        await seek(".o_dialog .o_iris_mail_settings");
    },
    async list() {
        press("Escape");
        await gone(".o_dialog");
        await open("iris_email.iris_email_action", { viewType: "list", clearBreadcrumbs: true });
        await seek(".o_list_view .o_data_row, .o_kanban_view .o_kanban_record, .o_data_row");
    },
    async received({ receivedId }) {
        await open("iris_email.iris_email_action", {
            viewType: "form",
            props: { resId: receivedId },
            clearBreadcrumbs: true,
        });
        await seek(`.o_form_view ${LETTER}`);
    },
    async draft({ draftId }) {
        await open("iris_email.iris_email_action", {
            viewType: "form",
            props: { resId: draftId },
            clearBreadcrumbs: true,
        });
        await seek(".o_form_view .odoo-editor-editable");
    },
};

function isForeign(id, target) {
    const element = document.querySelector(target[0]);
    return Object.keys(FOREIGN_FINDINGS[id] || {}).some((one) => element?.matches(one));
}

/** @returns {Promise<string[]>} what axe found, except in Odoo's own parts */
async function runAxe() {
    document.getAnimations().forEach((animation) => animation.finish?.());
    const { violations } = await window.axe.run(
        {
            exclude: Object.keys(FOREIGN)
                .flatMap((list) => list.split(", "))
                .map((one) => [one]),
        },
        // No script may run within a letter, not even that of axe.
        { iframes: false, resultTypes: ["violations"] }
    );
    return violations
        .filter(({ impact }) => SERIOUS.includes(impact))
        .flatMap(({ id, nodes }) =>
            nodes
                .filter(({ target }) => !isForeign(id, target))
                .map(({ target, html, any }) => {
                    const said = any.map(({ message }) => message).join(" ");
                    return `${id}: ${target.join(" ")} ${html.slice(0, 200)} ${said}`;
                })
        );
}

window.findBarriers = async (ids, address) => {
    const script = document.createElement("script");
    script.src = address;
    document.head.append(script);
    await until(() => window.axe, "axe");
    const found = [];
    for (const [name, show] of Object.entries(SCENES)) {
        await show(ids);
        await new Promise((resolve) => setTimeout(resolve, 400));
        found.push(...(await runAxe()).map((text) => `${name}: ${text}`));
    }
    if (found.length) {
        throw new Error(`${found.length} barriers\n${found.join("\n")}`);
    }
};

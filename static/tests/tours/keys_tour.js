import { registry } from "@web/core/registry";
import { key, READER, row } from "./mailbox_steps";

const CARD = ".o_form_view";
const EDITOR = `${CARD} .o_iris_editor .odoo-editor-editable`;

/** The key is pressed wherever the focus is, as users do. */
function press(keys, content, trigger = ".o_iris_mailbox .o_iris_row") {
    return { content, trigger: `body:not(:has(.o_dialog)) ${trigger}`, run: `press ${keys}` };
}

function opened(subject) {
    return {
        content: `${subject} is shown`,
        trigger: `.o_iris_mailbox:has(${row(subject, ".o_opened")}) ${READER} h2:contains(${subject})`,
    };
}

const BACK = {
    content: "Go back to the letters",
    trigger: ".o_back_button, .breadcrumb-item a",
    run: "click",
};

function write(name, content, subject) {
    return [
        key(name, content),
        {
            content: `${content}: a letter is begun`,
            trigger: `body:has(${EDITOR}) ${CARD} [name=subject] input:value(${subject})`,
        },
        BACK,
    ];
}

registry.category("web_tour.tours").add("iris_email_keys", {
    steps: () => [
        press("j", "Open the first letter"),
        opened("Alpha"),
        key("j", "The next one"),
        opened("Beta"),
        key("k", "The one before"),
        opened("Alpha"),
        key("s", "Give it a star"),
        { content: "It has one", trigger: `${row("Alpha")} .o_starred` },
        press("g && press s", "Go to what is important"),
        {
            content: "There is one letter",
            trigger: `.o_content:has(.o_iris_place.active[data-folder=important]):not(:has(${row("Beta")})) ${row("Alpha")}`,
        },
        press("g && press i", "Go to the inbox"),
        {
            content: "All are there",
            trigger: `.o_content:has(.o_iris_place.active[data-folder=inbox]) ${row("Beta")}`,
        },
        press("j", "Open the first one"),
        opened("Alpha"),
        key("e", "It is done"),
        { content: "It is read", trigger: row("Alpha", ":not(.o_unread)") },
        opened("Beta"),
        key("#", "Move this one to the trash"),
        {
            content: "It is gone",
            trigger: `.o_iris_mailbox:not(:has(${row("Beta")})) ${READER} h2:contains(Gamma)`,
        },
        opened("Gamma"),
        key("u", "Back to the list"),
        { content: "No letter is shown", trigger: ".o_iris_reader_pane .o_iris_no_letter" },
        press("/", "Look for something"),
        {
            content: "The search bar waits for words",
            trigger: ".o_searchview_input:focus",
            run: "edit Alpha",
        },
        {
            content: "Take the first suggestion",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains(Alpha)",
            run: "press Enter",
        },
        {
            content: "One letter is found",
            trigger: `.o_iris_mailbox:not(:has(${row("Gamma")})) ${row("Alpha")}`,
        },
        {
            content: "Look for nothing",
            trigger: ".o_searchview .o_facet_remove",
            run: "click",
        },
        {
            content: "Open a letter",
            trigger: `${row("Gamma")} .o_iris_row_open`,
            run: "click",
        },
        opened("Gamma"),
        key("?", "Which keys are there?"),
        {
            content: "The list of them is shown",
            trigger: ".o_dialog .o_iris_keys kbd:contains(Shift+U)",
            run: "press Escape",
        },
        key("o", "Open its card"),
        { content: "The card is shown", trigger: `${CARD} .oe_title:contains(Gamma)` },
        BACK,
        opened("Gamma"),
        ...write("r", "Reply", "Re: Gamma"),
        opened("Gamma"),
        ...write("a", "Reply to all", "Re: Gamma"),
        opened("Gamma"),
        ...write("f", "Forward", "Fwd: Gamma"),
        opened("Gamma"),
        key("c", "Begin a letter"),
        {
            content: "It is empty",
            trigger: `body:has(${EDITOR}) ${CARD} [name=subject] input:not(:value(/./))`,
        },
        BACK,
        opened("Gamma"),
    ],
});

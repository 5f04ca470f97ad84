import { registry } from "@web/core/registry";
import { FITS, row } from "./mailbox_steps";

const CHANGED = ["Price list", "Contract"];

/** A click while a key is held down. */
function clickWith(key) {
    return ({ anchor }) =>
        anchor.dispatchEvent(
            new MouseEvent("click", { bubbles: true, cancelable: true, [`${key}Key`]: true })
        );
}

function all(conditions) {
    return `.o_iris_rows:has(${row(CHANGED[0], conditions)}):has(${row(CHANGED[1], conditions)})`;
}

const SELECT = [
    {
        content: "Two letters of a conversation share a row",
        trigger: `.o_iris_rows ${row("Contract")} .o_iris_row_size:contains(2)`,
    },
    {
        content: "Select one with Ctrl",
        trigger: `${row(CHANGED[0])} .o_iris_row_open`,
        run: clickWith("ctrl"),
        isActive: ["desktop"],
    },
    { content: "It is selected", trigger: row(CHANGED[0], ".o_selected"), isActive: ["desktop"] },
    {
        content: "And the next one with Shift",
        trigger: `${row(CHANGED[1])} .o_iris_row_open`,
        run: clickWith("shift"),
        isActive: ["desktop"],
    },
    {
        content: "Select one",
        trigger: `${row(CHANGED[0])} .form-check-input`,
        run: "click",
        isActive: ["mobile"],
    },
    {
        content: "And the next one",
        trigger: `${row(CHANGED[1])} .form-check-input`,
        run: "click",
        isActive: ["mobile"],
    },
    {
        content: "Both are selected, and nothing else",
        trigger: `${all(".o_selected")}:not(:has(${row("Report", ".o_selected")})):not(:has(${row("Invoice", ".o_selected")}))`,
    },
];

/** Choose an action for what is selected, by its icon. */
function act(content, icon) {
    return [
        {
            content: "Open the actions",
            trigger: ".o_cp_action_menus .dropdown-toggle",
            run: "click",
        },
        { content, trigger: `.o_menu_item:has(.${icon})`, run: "click" },
    ];
}

registry.category("web_tour.tours").add("iris_email_bulk", {
    steps: () => [
        { content: "All are new", trigger: all(".o_unread") },
        ...SELECT,
        ...act("Mark as read", "fa-envelope-open-o"),
        {
            content: "They are read, and others are not",
            trigger: `${all(":not(.o_unread)")} ${row("Report", ".o_unread")}`,
        },
        ...act("Mark as unread", "fa-envelope"),
        { content: "They are new again", trigger: all(".o_unread") },
        ...act("Mark as read", "fa-envelope-open-o"),
        { content: "They are read", trigger: all(":not(.o_unread)") },
        ...act("Set the star", "fa-star"),
        { content: "They have one", trigger: all(":has(.o_starred)") },
        ...act("Take it away", "fa-star-o"),
        { content: "It is gone", trigger: all(":not(:has(.o_starred))") },
        ...act("Set the star", "fa-star"),
        { content: "It is there again", trigger: all(":has(.o_starred)") },
        ...act("Set responsible", "fa-user"),
        {
            content: "It is suggested that I am",
            trigger: ".o_dialog .btn-primary:enabled",
            run: "click",
        },
        {
            content: "They are still selected",
            trigger: `body:not(:has(.o_dialog)) ${all(".o_selected")}`,
        },
        FITS,
        ...act("Change access", "fa-user-plus"),
        {
            content: "Share them",
            trigger: ".modal .o_field_x2many_list_row_add :is(a, button)",
            run: "click",
            isActive: ["desktop"],
        },
        {
            content: "Type the name of a colleague",
            trigger: ".modal .o_selected_row .o_field_widget[name=user_id] input",
            run: "edit iris-colleague",
            isActive: ["desktop"],
        },
        {
            content: "Choose the colleague",
            trigger: ".o-autocomplete--dropdown-item > a:contains(iris-colleague)",
            run: "click",
            isActive: ["desktop"],
        },
        {
            content: "Save",
            trigger: ".modal-footer button[name=action_save]",
            run: "click",
            isActive: ["desktop"],
        },
        {
            content: "Rows are not added on a phone here: close the dialog",
            trigger: ".modal [special=cancel], .modal .o_form_button_cancel, .modal .btn-secondary",
            run: "click",
            isActive: ["mobile"],
        },
        {
            content: "Move them to the trash",
            trigger: `body:not(:has(.modal)) button[name=action_trash]`,
            run: "click",
            isActive: ["desktop"],
        },
        ...act("Move them to the trash", "fa-trash-o").map((step) => ({
            ...step,
            isActive: ["mobile"],
        })),
        {
            content: "They are gone, others are there",
            trigger: `.o_iris_rows:not(:has(${row(CHANGED[0])})):not(:has(${row(CHANGED[1])})) ${row("Report")}`,
        },
        {
            content: "Look into the folders",
            trigger: ".o_iris_places_button",
            run: "click",
            isActive: ["mobile"],
        },
        {
            content: "Look into the trash",
            trigger: ".o_iris_place[data-folder=trash]",
            run: "click",
        },
        { content: "They are there", trigger: all("") },
        { content: "Select all", trigger: ".o_iris_select_all", run: "click" },
        { content: "All are selected", trigger: all(".o_selected") },
        {
            content: "Restore them",
            trigger: "button[name=action_restore]",
            run: "click",
            isActive: ["desktop"],
        },
        ...act("Restore them", "fa-undo").map((step) => ({ ...step, isActive: ["mobile"] })),
        {
            content: "The trash is empty",
            trigger: ".o_iris_rows:not(:has(.o_iris_row)) .o_view_nocontent",
        },
    ],
});

import { registry } from "@web/core/registry";

// All triggers go by names and classes, so that the tours run in every language.
const COLLEAGUE = "iris-colleague";
const DEPARTMENT = "Iris department";

function openLetter(subject) {
    return {
        content: `Open the letter ${subject}`,
        trigger: `.o_data_row td[name=subject]:contains(${subject})`,
        run: "click",
    };
}

const OPEN_ACCESS = {
    content: "Open the tab Access",
    trigger: ".o_notebook_headers a[name=access]",
    run: "click",
};

const BACK = {
    content: "Go back to the letters",
    trigger: ".o_back_button, .breadcrumb-item a",
    run: "click",
};

const CHANGE_ACCESS = {
    content: "Change access",
    trigger: ".o_iris_access_buttons button[name=action_change_access]",
    run: "click",
};

const SAVE = {
    content: "Save the dialog",
    trigger: ".modal-footer button[name=action_save]",
    run: "click",
};

const ADD_ROW = ".o_field_x2many_list_row_add :is(a, button)";

/** Choose a record in the row that is being edited. */
function choose(field, name) {
    return [
        {
            content: `Type ${name}`,
            trigger: `.o_selected_row .o_field_widget[name=${field}] input`,
            run: `edit ${name}`,
        },
        {
            content: `Choose ${name}`,
            trigger: `.o-autocomplete--dropdown-item > a:not(.o_m2o_dropdown_option):contains(${name})`,
            run: "click",
        },
    ];
}

/** A row of the table on the tab Access. */
function row(name, conditions = "") {
    return `.o_iris_access_table tr:contains(${name})${conditions}`;
}

registry.category("web_tour.tours").add("iris_email_share", {
    steps: () => [
        openLetter("Contract"),
        OPEN_ACCESS,
        {
            content: "The mailbox decides, and one's own row is marked",
            trigger: `.o_iris_access:has(.fa-inbox) ${row(
                "sales@example.org",
                ".o_iris_access_own:has([data-permission=access] .fa-check)"
            )}`,
        },
        {
            content: "There is nothing to reset",
            trigger: ".o_iris_access_buttons:not(:has(button[name=action_reset_access]))",
        },
        CHANGE_ACCESS,
        {
            content: "The list in force is shown",
            trigger: ".modal .o_data_row:has([name=perm_access] input:checked)",
        },
        { content: "Add a row", trigger: `.modal ${ADD_ROW}`, run: "click" },
        ...choose("user_id", COLLEAGUE),
        SAVE,
        {
            content: "The colleague may read the letter, and no more",
            trigger: row(
                COLLEAGUE,
                ":has([data-permission=read] .fa-check):not(:has([data-permission=edit] .fa-check))"
            ),
        },
        {
            content: "The letter has a list of its own",
            trigger: ".o_iris_access_origin:has(.fa-hand-paper-o)",
        },
        BACK,
        { content: "The letters are shown", trigger: ".o_list_view .o_data_row" },
    ],
});

registry.category("web_tour.tours").add("iris_email_shared_with_me", {
    steps: () => [
        openLetter("Contract"),
        OPEN_ACCESS,
        {
            content: "The colleague sees their own row",
            trigger: row(COLLEAGUE, ".o_iris_access_own"),
        },
        {
            content: "They cannot change anything",
            trigger:
                "body:not(:has(button[name=action_change_access])):not(:has(button[name=action_trash])) .o_form_view",
        },
        BACK,
        {
            content: "No other letter is shared",
            trigger: ".o_list_view:not(:has(.o_data_row ~ .o_data_row))",
        },
    ],
});

registry.category("web_tour.tours").add("iris_email_take_back", {
    steps: () => [
        openLetter("Contract"),
        OPEN_ACCESS,
        CHANGE_ACCESS,
        {
            content: "Take the colleague out of the list",
            trigger: `.modal .o_data_row:contains(${COLLEAGUE}) .o_list_record_remove button`,
            run: "click",
        },
        {
            content: "The row is gone",
            trigger: `.modal .o_list_renderer:not(:contains(${COLLEAGUE}))`,
        },
        SAVE,
        {
            content: "The colleague is not in the list any more",
            trigger: `.o_iris_access_table:not(:contains(${COLLEAGUE}))`,
        },
        {
            content: "Throw the list away",
            trigger: ".o_iris_access_buttons button[name=action_reset_access]",
            run: "click",
        },
        { content: "Confirm", trigger: ".modal-footer .btn-primary", run: "click" },
        {
            content: "The mailbox decides again",
            trigger: ".o_iris_access_origin:has(.fa-inbox)",
        },
        BACK,
        { content: "The letters are shown", trigger: ".o_list_view .o_data_row" },
    ],
});

registry.category("web_tour.tours").add("iris_email_give_account", {
    steps: () => [
        {
            content: "Open the mail account",
            trigger: ".o_data_row td[name=address]:contains(sales@example.org)",
            run: "click",
        },
        {
            content: "Open the rights for incoming letters",
            trigger: ".o_notebook_headers a[name=incoming_rights]",
            run: "click",
        },
        {
            content: "Add a row",
            trigger: `.o_field_widget[name=incoming_right_ids] ${ADD_ROW}`,
            run: "click",
        },
        ...choose("group_id", DEPARTMENT),
        {
            content: "Let the department edit",
            trigger: ".o_selected_row [name=perm_edit] input",
            run: "click",
        },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        {
            content: "The row is there",
            trigger: `.o_form_saved .o_field_widget[name=incoming_right_ids] .o_data_row:contains(${DEPARTMENT}):has([name=perm_edit] input:checked)`,
        },
    ],
});

registry.category("web_tour.tours").add("iris_email_given_account", {
    steps: () => [
        {
            content: "The mailbox stands in the search panel",
            trigger: ".o_iris_place[data-mailbox]:contains(sales@example.org)",
        },
        openLetter("Contract"),
        OPEN_ACCESS,
        {
            content: "The department's row says why",
            trigger: row(
                DEPARTMENT,
                ":has(.o_iris_access_group):has([data-permission=edit] .fa-check):contains(sales@example.org)"
            ),
        },
        BACK,
        { content: "The letters are shown", trigger: ".o_list_view .o_data_row" },
    ],
});

const IN_TRASH = ".o_iris_place.active[data-folder=trash]";
const NOT_IN_TRASH = ".o_iris_place[data-folder=trash]:not(.active)";

function goTo(folder, content) {
    return { content, trigger: `.o_iris_place[data-folder=${folder}]`, run: "click" };
}

function select(place) {
    return {
        content: "Select the letter",
        trigger: `.o_list_view:has(${place}) .o_data_row:contains(Contract) .o_list_record_selector input`,
        run: "click",
    };
}

registry.category("web_tour.tours").add("iris_email_trash", {
    steps: () => [
        openLetter("Contract"),
        {
            content: "Move it to the trash",
            trigger: ".o_form_view button[name=action_trash]",
            run: "click",
        },
        {
            content: "The list comes back without it, and Undo is offered",
            trigger:
                "body:has(.o_iris_trashed button) .o_list_view:has(.o_data_row:contains(Price list)):not(:has(.o_data_row:contains(Contract)))",
        },
        goTo("trash", "Look into the trash"),
        {
            content: "Only what is in the trash is shown",
            trigger: `.o_list_view:has(${IN_TRASH}):not(:has(.o_data_row:contains(Price list)))`,
        },
        openLetter("Contract"),
        {
            content: "The card says where the letter is",
            trigger: ".o_iris_in_trash:contains(sales@example.org)",
        },
        {
            content: "Restore it",
            trigger: ".o_form_view button[name=action_restore]",
            run: "click",
        },
        {
            content: "It is no longer in the trash",
            trigger: ".o_form_view:has(button[name=action_trash]):not(:has(.o_iris_in_trash))",
        },
        BACK,
        {
            content: "The trash is empty",
            trigger: `.o_list_view:has(${IN_TRASH}):not(:has(.o_data_row))`,
        },
        goTo("inbox", "Leave the trash"),
        {
            content: "The letter is back",
            trigger: `.o_list_view:has(${NOT_IN_TRASH}) .o_data_row:contains(Contract)`,
        },
        select(NOT_IN_TRASH),
        {
            content: "Move it to the trash again",
            trigger: ".o_control_panel button[name=action_trash]",
            run: "click",
        },
        {
            content: "It is gone from the list",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Contract)))",
        },
        goTo("trash", "Look into the trash again"),
        select(IN_TRASH),
        {
            content: "Delete it for good",
            trigger: ".o_control_panel button[name=action_delete_for_good]",
            run: "click",
        },
        { content: "Confirm", trigger: ".modal-footer .btn-primary", run: "click" },
        {
            content: "It is gone",
            trigger: `.o_list_view:has(${IN_TRASH}):not(:has(.o_data_row))`,
        },
    ],
});

import { registry } from "@web/core/registry";

const TOGGLE = ".o_iris_letters_toggle";

/** The tour stands in another app: letters are seen, opened and counted from there. */
registry.category("web_tour.tours").add("iris_email_presence", {
    steps: () => [
        {
            content: "Two letters are unread",
            trigger: `${TOGGLE}:has(.badge:contains(/^2$/))`,
            run: "click",
        },
        {
            content: "The menu shows both",
            trigger: ".o_iris_letters_menu:has(.o_iris_latest:contains(Price list))",
        },
        {
            content: "Open one of them",
            trigger: ".o_iris_latest:contains(Contract)",
            run: "click",
        },
        {
            content: "Its card is shown",
            trigger: ".o_form_view .o_iris_letter_frame",
        },
        {
            content: "One letter is left",
            trigger: `${TOGGLE}:has(.badge:contains(/^1$/))`,
            run: "click",
        },
        {
            content: "It is not in the menu any more",
            trigger:
                ".o_iris_letters_menu:not(:has(.o_iris_latest:contains(Contract))):has(.o_iris_latest:contains(Price list))",
        },
        {
            content: "Check mail from here",
            trigger: ".o_iris_letters_menu .o_iris_check_mail:enabled",
            run: "click",
        },
        {
            content: "A third letter came, and the number tells so",
            trigger: `body:has(${TOGGLE} .badge:contains(/^2$/)) .o_iris_latest:contains(Invitation)`,
        },
        {
            content: "Open the settings",
            trigger: ".o_iris_open_settings",
            run: "click",
        },
        {
            content: "Rows shall be compact",
            trigger: ".o_iris_mail_settings input[value=compact]",
            run: "click",
        },
        {
            content: "Letters are marked by hand",
            trigger: ".o_iris_mail_settings input[value=never]",
            run: "click",
        },
        {
            content: "Save",
            trigger: ".o_iris_save_settings",
            run: "click",
        },
        {
            content: "The dialog is gone; open the app from the menu",
            trigger: `body:not(:has(.o_dialog)) ${TOGGLE}`,
            run: "click",
        },
        {
            content: "All letters",
            trigger: ".o_iris_all_letters",
            run: "click",
        },
        {
            content: "The app is open",
            trigger: ".o_menu_brand[data-menu-xmlid='iris_email.iris_email_menu_root']",
        },
        {
            content: "The number stands beside its name",
            trigger: ".o_menu_brand",
            run({ anchor }) {
                const { content } = getComputedStyle(anchor, "::after");
                if (content !== '"2"') {
                    throw new Error(`The badge of the app says ${content}`);
                }
            },
        },
    ],
});

import { registry } from "@web/core/registry";
import { FITS, key, openLetter, READER, row } from "./mailbox_steps";

registry.category("web_tour.tours").add("iris_email_mailbox", {
    steps: () => [
        FITS,
        {
            content: "All letters are unread",
            trigger: `.o_iris_rows:has(${row("Contract", ".o_unread")}) ${row("Price list", ".o_unread")}`,
        },
        ...openLetter("Contract"),
        { content: "It is read now", trigger: row("Contract", ":not(.o_unread)") },
        {
            content: "Its text is there",
            trigger: `${READER} .o_iris_letter_frame:iframe body:contains(Good morning)`,
        },
        FITS,
        key("j", "Go on with the keyboard"),
        {
            content: "The next one is shown",
            trigger: row("Price list", ".o_opened:not(.o_unread)"),
        },
        key("s", "Give it a star"),
        { content: "It has one", trigger: `${row("Price list")} .o_starred` },
        {
            content: "Select it",
            trigger: `${row("Price list")} .form-check-input`,
            run: "click",
        },
        {
            content: "Move it to the trash",
            trigger: "button[name=action_trash]",
            run: "click",
        },
        {
            content: "It is gone, and the other one is shown",
            trigger: `.o_iris_mailbox:not(:has(${row("Price list")})) ${READER} h2:not(:contains(Price list))`,
        },
        {
            content: "Look into the trash",
            trigger: ".o_iris_place[data-folder=trash]",
            run: "click",
        },
        {
            content: "It is there, and nothing else",
            trigger: `.o_iris_mailbox:not(:has(${row("Contract")})) ${row("Price list")}`,
        },
        {
            content: "Look at a mailbox",
            trigger: ".o_iris_place[data-mailbox]:contains(ivan@example.org)",
            run: "click",
        },
        {
            content: "Go to its inbox",
            trigger: ".o_iris_place[data-folder=inbox]",
            run: "click",
        },
        { content: "The inbox is shown", trigger: row("Contract") },
        {
            content: "The address says so",
            trigger: ".o_iris_place.active[data-folder=inbox]",
            run() {
                const { pathname, search } = window.location;
                if (!/folder=inbox&mailbox=\d+$/.test(search)) {
                    throw new Error(`The address is ${pathname}${search}`);
                }
            },
        },
    ],
});

registry.category("web_tour.tours").add("iris_email_mailbox_phone", {
    steps: () => [
        FITS,
        ...openLetter("Contract"),
        {
            content: "Its text is there",
            trigger: `${READER} .o_iris_letter_frame:iframe body:contains(Good morning)`,
        },
        FITS,
        { content: "Back to the list", trigger: ".o_iris_back", run: "click" },
        {
            content: "It is read",
            trigger: row("Contract", ":not(.o_unread)"),
        },
        { content: "Open the folders", trigger: ".o_iris_places_button", run: "click" },
        {
            content: "Go to what is unread",
            trigger: ".o-dropdown--menu .o_iris_place[data-folder=unread]",
            run: "click",
        },
        {
            content: "What was read is not there",
            trigger: `.o_iris_mailbox:not(:has(${row("Contract")})) ${row("Price list")}`,
        },
        FITS,
    ],
});

registry.category("web_tour.tours").add("iris_email_mailbox_stranger", {
    steps: () => [
        { content: "There is no letter", trigger: ".o_iris_mailbox .o_view_nocontent" },
        {
            content: "No mailbox, and no number",
            trigger:
                "body:not(:has(.o_iris_place[data-mailbox])):not(:has(.o_iris_count)) .o_iris_folders",
        },
    ],
});

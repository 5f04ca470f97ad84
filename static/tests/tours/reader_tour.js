import { registry } from "@web/core/registry";
import { BACK_TO_LIST, choose, FITS, inText, openLetter, READER, row } from "./mailbox_steps";

const tours = registry.category("web_tour.tours");

const CARD = ".o_iris_person_card";
const BAR = `${READER} .o_iris_letter_bar`;
const TILE = `${READER} .o_iris_tile`;
const VIEWER = ".o-FileViewer";

function link(name) {
    return `.o_iris_link[data-name=${name}]`;
}

tours.add("iris_email_reader_people", {
    steps: () => [
        ...openLetter("Offer"),
        {
            content: "Point at the sender, who is a contact",
            trigger: `${READER} .o_iris_sender.o_iris_known`,
            run: "hover",
            isActive: ["desktop"],
        },
        {
            content: "Tap on the sender, who is a contact",
            trigger: `${READER} .o_iris_sender.o_iris_known`,
            run: "click",
            isActive: ["mobile"],
        },
        {
            content: "The card tells of them",
            trigger: `${CARD}:has(.o_iris_open_contact):contains(Iris Roses) a[href^='tel:']:contains(555-01-36)`,
        },
        {
            content: "It offers no second contact for the address",
            trigger: `${CARD}:not(:has(.o_iris_create_contact))`,
        },
        {
            content: "Point at something else",
            trigger: `${READER} h2`,
            run: "hover",
            isActive: ["desktop"],
        },
        {
            content: "Close the card",
            trigger: `${READER} h2`,
            run: "click",
            isActive: ["mobile"],
        },
        {
            content: "Look at a recipient whom nobody knows",
            trigger: `body:not(:has(${CARD})) ${READER} .o_iris_person:contains(Boris):not(.o_iris_known)`,
            run: "click",
        },
        { content: "Make them a contact", trigger: `${CARD} .o_iris_create_contact`, run: "click" },
        {
            content: "Name and address are filled in",
            trigger: ".o_dialog [name=name] :value(Boris)",
        },
        { content: "Save", trigger: ".o_dialog .o_form_button_save", run: "click" },
        {
            content: "They are known now",
            trigger: `body:not(:has(.o_dialog)) ${READER} .o_iris_person.o_iris_known:contains(Boris)`,
        },
        {
            content: "Company and contact of the letter are those of the sender",
            trigger: `${READER}:has(${link("contact_id")} input:value(Iris Anna)) ${link("company_partner_id")} input:value(Iris Roses)`,
            isActive: ["desktop"],
        },
        {
            content: "It belongs to another company: look for it",
            trigger: `${link("company_partner_id")} input`,
            run: "edit Iris Tul",
            isActive: ["desktop"],
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-item a:contains(Iris Tulips)",
            run: "click",
            isActive: ["desktop"],
        },
        {
            content: "It is there",
            trigger: `${link("company_partner_id")} input:value(Iris Tulips)`,
            isActive: ["desktop"],
        },
        {
            content: "Take the responsible for it",
            trigger: `${link("responsible_id")} input`,
            run: "edit iris-sales",
            isActive: ["desktop"],
        },
        {
            content: "Choose them",
            trigger: ".o-autocomplete--dropdown-item a:contains(iris-sales)",
            run: "click",
            isActive: ["desktop"],
        },
        {
            content: "They are there, with their face",
            trigger: `${link("responsible_id")}:has(.o_iris_link_avatar) input:value(iris-sales)`,
            isActive: ["desktop"],
        },
        FITS,
    ],
});

tours.add("iris_email_reader_images", {
    steps: () => [
        ...openLetter("First pictures"),
        {
            content: "Two images are blocked",
            trigger: `${BAR}:contains(2) .o_iris_show_images`,
            run: "click",
        },
        {
            content: "They are shown",
            trigger: inText("img[src*='/1.gif']"),
        },
        { content: "Nothing more to be shown", trigger: `${READER}:not(:has(${BAR}))` },
        BACK_TO_LIST,
        ...openLetter("Second pictures"),
        {
            content: "Once was once: always from now on",
            trigger: `${BAR}:contains(1) .o_iris_trust_images`,
            run: "click",
        },
        { content: "It is shown", trigger: inText("img[src*='/3.gif']") },
        BACK_TO_LIST,
        ...openLetter("Third pictures"),
        { content: "It is shown at once", trigger: inText("img[src*='/4.gif']") },
        { content: "There is nothing to be asked", trigger: `${READER}:not(:has(${BAR}))` },
        BACK_TO_LIST,
        ...openLetter("Pictures of somebody else"),
        {
            content: "Others are still blocked",
            trigger: `${BAR}:contains(1) .o_iris_trust_images`,
        },
        BACK_TO_LIST,
        ...openLetter("Third pictures"),
        ...choose("distrust"),
        {
            content: "Their images are blocked again",
            trigger: `${BAR}:contains(1) .o_iris_trust_images`,
            run: "click",
        },
        { content: "And shown again", trigger: inText("img[src*='/4.gif']") },
    ],
});

tours.add("iris_email_reader_text", {
    steps: () => [
        ...openLetter("Offer"),
        {
            content: "What is quoted is folded",
            trigger: inText(".iris-quote:not([open]) > summary"),
            run: "click",
        },
        {
            content: "It is unfolded",
            trigger: inText(".iris-quote[open] blockquote:contains(What does it cost)"),
        },
        { content: "It has formatting", trigger: inText("b:contains(roses)") },
        ...choose("plain"),
        {
            content: "It has none",
            trigger: inText("body:contains(no bold red roses):not(:has(b))"),
        },
        FITS,
        ...choose("plain"),
        { content: "It has it again", trigger: inText("b:contains(roses)") },
        ...choose("print"),
        {
            content: "A page for the printer is made, with the head of the letter",
            trigger: ".o_iris_print_frame:iframe body:contains(anna@roses.example):contains(roses)",
        },
        BACK_TO_LIST,
        {
            content: "Open a letter with a wrong charset",
            trigger: ".o_iris_row:not(:has(.o_iris_row_subject:contains(Offer))) .o_iris_row_open",
            run: "click",
        },
        {
            content: "It cannot be read",
            trigger: `${READER} h2:not(:contains(Offer)):not(:contains(Мир))`,
        },
        ...choose("charset"),
        {
            content: "Try another one",
            trigger: ".o_dialog #o_iris_charset",
            run: "select ibm866",
        },
        {
            content: "Subject and text are words now",
            trigger:
                ".o_dialog:has(.o_iris_charset_subject:contains(Мир)) .o_iris_letter_frame:iframe body:contains(Мир)",
        },
        { content: "Keep it", trigger: ".o_dialog .btn-primary:enabled", run: "click" },
        { content: "The letter is right", trigger: inText("body:contains(Мир)") },
        {
            content: "Its subject, too",
            trigger: `body:not(:has(.o_dialog)) ${READER} h2:contains(Мир)`,
        },
        BACK_TO_LIST,
        { content: "And its row", trigger: row("Мир") },
    ],
});

function look(name, selector) {
    return [
        {
            content: `Look at ${name}`,
            trigger: `${TILE}:contains(${name}) .o_iris_tile_open`,
            run: "click",
        },
        { content: `${name} is shown`, trigger: `${VIEWER} ${selector}` },
        {
            content: "Close the viewer",
            trigger: `${VIEWER} .o-FileViewer-headerButton:last-child`,
            run: "click",
        },
        { content: "It is closed", trigger: `body:not(:has(${VIEWER}))` },
    ];
}

/** Get what a link leads to, as the browser would. */
async function download({ anchor }) {
    const response = await fetch(anchor.href);
    const type = response.headers.get("Content-Type");
    const bytes = new Uint8Array(await response.arrayBuffer());
    const start = String.fromCharCode(...bytes.slice(0, 2));
    if (!response.ok || type !== "application/zip" || start !== "PK") {
        throw new Error(`${anchor.href}: ${response.status} ${type} ${start}`);
    }
}

tours.add("iris_email_reader_files", {
    steps: () => [
        ...openLetter("Offer"),
        {
            content: "A picture shows what it is",
            trigger: `${TILE} img.o_iris_thumbnail[src^='/web/image/']`,
        },
        ...look("rose.png", "img.o-FileViewer-viewImage"),
        ...look("prices.pdf", "iframe[src*='pdf']"),
        ...look("prices.txt", "iframe.o-FileViewer-view"),
        {
            content: "Download all",
            trigger: `${READER} .o_iris_download_all`,
            run: download,
        },
        FITS,
    ],
});

tours.add("iris_email_reader_conversation", {
    steps: () => [
        {
            content: "Three letters have one row",
            trigger: `.o_iris_rows:not(:has(${row("Contract")} ~ ${row("Contract")})) ${row("Contract")} .o_iris_row_size:contains(3)`,
        },
        ...openLetter("Contract"),
        {
            content: "The latest is shown, the older ones are folded",
            trigger: `${READER}:has(${inText("body:contains(The third)").replace(READER, "")}) .o_iris_entry:not(:has(.o_iris_unfolded)) ~ .o_iris_entry:not(:has(.o_iris_unfolded))`,
        },
        {
            content: "Unfold the first one",
            trigger: `${READER} .o_iris_entry:first .o_iris_entry_head[aria-expanded=false]`,
            run: "click",
        },
        {
            content: "Its text is there",
            trigger: `${READER} .o_iris_entry:first .o_iris_letter_frame:iframe body:contains(The first)`,
        },
        FITS,
        {
            content: "Fold it again",
            trigger: `${READER} .o_iris_entry:first .o_iris_entry_head[aria-expanded=true]`,
            run: "click",
        },
        {
            content: "It is folded",
            trigger: `${READER}:not(:has(.o_iris_unfolded)) .o_iris_entry`,
        },
        BACK_TO_LIST,
        {
            content: "Show a row for each letter",
            trigger: ".o_iris_toggle_conversations.active",
            run: "click",
        },
        {
            content: "There are three",
            trigger: `.o_iris_rows ${row("Contract")} ~ ${row("Contract")} ~ ${row("Contract")}`,
        },
    ],
});

import { registry } from "@web/core/registry";

// All triggers go by names and classes, so that the tours run in every language.
const EDITOR = ".o_iris_editor .odoo-editor-editable";

function openFolder(name) {
    return {
        content: `Open the folder ${name}`,
        trigger: `.o_iris_place[data-folder=${name}]`,
        run: "click",
    };
}

const NEW_LETTER = { content: "Begin a letter", trigger: ".o_iris_new_letter", run: "click" };

const BACK = {
    content: "Go back to the letters",
    trigger: ".o_back_button, .breadcrumb-item a",
    run: "click",
};

function openLetter(subject) {
    return {
        content: `Open the letter ${subject}`,
        trigger: `.o_data_row td[name=subject]:contains(${subject})`,
        run: "click",
    };
}

function chip(name, field = "email_to") {
    return `.o_field_widget[name=${field}] .o_iris_recipient:not(.o_iris_recipient_wrong):contains(${name})`;
}

const SAVED = {
    content: "What is written saves itself",
    trigger: ".o_iris_save_status:not(:has(.text-danger)) [role=status]:contains(/./)",
};

function write(text) {
    return { content: "Write the text", trigger: EDITOR, run: `editor ${text}` };
}

/** Attach a file as the file dialog would. */
function attach() {
    const file = new File(["the prices"], "prices.txt", { type: "text/plain" });
    const data = new DataTransfer();
    data.items.add(file);
    const input = document.querySelector(".o_iris_files_list input[type=file]");
    input.files = data.files;
    input.dispatchEvent(new Event("change"));
}

registry.category("web_tour.tours").add("iris_email_write_and_send", {
    steps: () => [
        NEW_LETTER,
        {
            content: "Choose whom to write to",
            trigger: ".o_field_widget[name=email_to] .o_iris_recipients_add",
            run: "click",
        },
        {
            content: "Look at the companies",
            trigger: ".modal .o_iris_recipient_kinds [data-kind=company]",
            run: "click",
        },
        {
            content: "There is no contact among them",
            trigger:
                ".modal .o_list_view:has(.o_data_row:contains(Iris Roses)):not(:contains(Iris Anna))",
        },
        {
            content: "Look at the contacts",
            trigger: ".modal .o_iris_recipient_kinds [data-kind=contact]",
            run: "click",
        },
        {
            content: "Select one",
            trigger: ".modal .o_data_row:contains(Iris Anna) .o_list_record_selector input",
            run: "click",
        },
        { content: "Take it", trigger: ".modal .o_select_button:enabled", run: "click" },
        { content: "The address is there", trigger: chip("Iris Anna") },
        {
            content: "Contact and company follow",
            trigger:
                ".o_form_view:has([name=contact_id] input:value(Iris Anna)) [name=company_partner_id] input:value(Iris Roses)",
        },
        {
            content: "Type one more, with a comma behind it",
            trigger: ".o_field_widget[name=email_to] input",
            run: "edit boris@example.com,",
        },
        { content: "It is there, too", trigger: chip("boris@example.com") },
        {
            content: "Write the subject",
            trigger: ".o_field_widget[name=subject] input",
            run: "edit Offer",
        },
        write("Good morning, the prices are attached."),
        SAVED,
        {
            content: "Send without the file",
            trigger: ".o_iris_send_now",
            run: "click",
        },
        {
            content: "Odoo asks; go on writing",
            trigger: ".modal-footer .btn-secondary",
            run: "click",
        },
        {
            content: "Open the tab with the files",
            trigger: "body:not(:has(.modal)) .o_notebook_headers a[name=files]",
            run: "click",
        },
        {
            content: "Attach a file",
            trigger: ".o_iris_files_list .o_iris_attach",
            run: attach,
        },
        {
            content: "It is there",
            trigger: ".o_iris_files_list .o_iris_file a:contains(prices.txt)",
        },
        { content: "Send", trigger: ".o_iris_send_now", run: "click" },
        {
            content: "The letters are shown again, and the time for Undo runs",
            trigger: "body:has(.o_list_view) .o_iris_sending .o_notification_buttons button",
            run: "click",
        },
        {
            content: "The letter is as it was",
            trigger: `.o_form_view:has(${chip("Iris Anna")}) ${EDITOR}:contains(Good morning)`,
        },
        {
            content: "The file, too",
            trigger: ".o_iris_files_row .o_iris_file:contains(prices.txt)",
        },
        { content: "Send again", trigger: ".o_iris_send_now", run: "click" },
        { content: "It is on its way", trigger: "body:has(.o_list_view) .o_iris_sending" },
    ],
});

registry.category("web_tour.tours").add("iris_email_sent", {
    steps: () => [
        openFolder("sent"),
        openLetter("Offer"),
        {
            content: "The letter shows what was written",
            trigger: ".o_form_view .o_iris_letter_frame:iframe body:contains(Good morning)",
        },
        {
            content: "It cannot be written on",
            trigger: `.o_form_view:not(:has(${EDITOR})):not(:has(.o_iris_send_now))`,
        },
        {
            content: "Look at the delivery",
            trigger: ".o_notebook_headers a[name=delivery]",
            run: "click",
        },
        {
            content: "The server took it for both",
            trigger:
                ".o_field_widget[name=recipient_ids]:has(.o_data_row:contains(anna@roses.example)) .o_data_row:contains(boris@example.com)",
        },
        BACK,
        { content: "The letters are shown", trigger: ".o_list_view .o_data_row" },
    ],
});

registry.category("web_tour.tours").add("iris_email_reply", {
    steps: () => [
        openLetter("Contract"),
        { content: "Reply", trigger: "button[name=action_reply]", run: "click" },
        { content: "The sender gets the answer", trigger: chip("Anna") },
        {
            content: "The subject says so",
            trigger: ".o_field_widget[name=subject] input:value(Re: Contract)",
        },
        {
            content: "The letter is quoted",
            trigger: `${EDITOR} [data-iris-quote] blockquote:contains(Please sign)`,
        },
        {
            content: "Write above it",
            trigger: `${EDITOR} > :first-child`,
            run: "editor I sign.",
        },
        SAVED,
        { content: "Send", trigger: ".o_iris_send_now", run: "click" },
        {
            content: "The letter that is answered is shown again",
            trigger:
                "body:has(.o_iris_sending) .o_form_view:has(button[name=action_reply]) .oe_title:contains(Contract)",
        },
    ],
});

registry.category("web_tour.tours").add("iris_email_answered", {
    steps: () => [
        {
            content: "The letter has the mark of answered ones",
            trigger: ".o_data_row td[name=subject]:contains(Contract) .o_iris_mark_answered",
        },
        openLetter("Contract"),
        {
            content: "Open the answer",
            trigger: "button[name=action_open_answers]",
            run: "click",
        },
        {
            content: "It is shown",
            trigger: ".o_form_view .o_iris_letter_frame:iframe body:contains(I sign)",
        },
        BACK,
        { content: "The letters are shown", trigger: ".o_list_view .o_data_row" },
    ],
});

registry.category("web_tour.tours").add("iris_email_draft", {
    steps: () => [
        NEW_LETTER,
        { content: "The card is there", trigger: EDITOR },
        BACK,
        openFolder("drafts"),
        {
            content: "What was not written is not kept",
            trigger: ".o_list_view:not(:has(.o_data_row)) .o_view_nocontent",
        },
        NEW_LETTER,
        {
            content: "Write the subject",
            trigger: ".o_field_widget[name=subject] input",
            run: "edit Half a letter",
        },
        write("Good mor"),
        SAVED,
        {
            content: "The caret is still in the text",
            trigger: EDITOR,
            run() {
                if (!document.activeElement.closest(".o_iris_editor")) {
                    throw new Error("saving took the focus away");
                }
            },
        },
        {
            content: "Write on",
            trigger: ".o_field_widget[name=email_to] input",
            run: "edit anna@example.com",
        },
        BACK,
        openLetter("Half a letter"),
        {
            content: "Nothing is lost",
            trigger: `.o_form_view:has(${chip("anna@example.com")}) ${EDITOR}:contains(Good mor)`,
        },
        BACK,
        { content: "It is still there", trigger: ".o_data_row:contains(Half a letter)" },
    ],
});

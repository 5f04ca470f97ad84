import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** Fetch the file as the browser would, and fail the tour unless the server hands it over. */
async function download({ anchor }) {
    const response = await fetch(anchor.href);
    if (!response.ok) {
        throw new Error(`${anchor.href} answers ${response.status}`);
    }
    const disposition = response.headers.get("Content-Disposition") || "";
    const content = await response.text();
    if (!disposition.startsWith("attachment") || content !== "the prices") {
        throw new Error(`${anchor.href} is no download of the file: ${disposition} ${content}`);
    }
}

/**
 * The day of a sales manager: open Mail, check mail, read a new letter, take a file out of it.
 *
 * @param {string} label what the button says in the user's language
 */
function checkMailSteps(label) {
    return [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open the app Mail",
            trigger: ".o_app[data-menu-xmlid='iris_email.iris_email_menu_root']",
            run: "click",
        },
        {
            content: "Check mail",
            trigger: `.o_iris_check_mail:enabled:contains(${label})`,
            run: "click",
        },
        {
            content: "The button is inactive while mail loads",
            trigger: ".o_iris_check_mail:disabled",
        },
        {
            content: "The progress tells how many of how many letters, and the mailbox",
            trigger:
                ".o_iris_check_mail_progress:has([role=progressbar][aria-valuemax]) " +
                ".o_iris_check_mail_text:contains(/^\\d+ \\D+ \\d+, \\S+@\\S+$/)",
        },
        {
            content: "The button is active again",
            trigger: ".o_iris_check_mail:enabled",
        },
        {
            content: "Look at the plain list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "The letter from the second mailbox is new, too",
            trigger: ".o_data_row.fw-bold td[name=subject]:contains(Second mailbox)",
        },
        {
            content: "Open a new letter",
            trigger: ".o_data_row.fw-bold td[name=subject]:contains(Price list)",
            run: "click",
        },
        {
            content: "Its text is shown",
            trigger: ".o_form_view .o_iris_letter_frame:iframe body:contains(Good morning)",
        },
        {
            content: "Open the tab with the files",
            trigger: ".o_notebook_headers a[name=files]",
            run: "click",
        },
        {
            content: "Download the file",
            trigger: ".o_iris_email_files a[href*='/web/content/']:contains(prices.txt)",
            run: download,
        },
        {
            content: "Go back to the letters",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "The mark of the letter is gone",
            trigger: ".o_data_row:not(.fw-bold) td[name=subject]:contains(Price list)",
        },
        {
            content: "The other letter keeps its mark",
            trigger: ".o_data_row.fw-bold td[name=subject]:contains(Second mailbox)",
        },
    ];
}

registry.category("web_tour.tours").add("iris_email_check_mail", {
    steps: () => checkMailSteps("Check mail"),
});

registry.category("web_tour.tours").add("iris_email_check_mail_ru", {
    steps: () => checkMailSteps("Проверить почту"),
});

registry.category("web_tour.tours").add("iris_email_no_mailbox", {
    steps: () => [
        {
            content: "Check mail without a mailbox",
            trigger: ".o_iris_check_mail:enabled",
            run: "click",
        },
        {
            content: "The server's sentence is shown, and the list invites to ask for a mailbox",
            trigger:
                ".o_notification:has(.o_notification_bar.bg-warning):contains(No mailbox is shared with you)",
        },
        {
            content: "The button is active again, and no error dialog came",
            trigger: "body:not(:has(.o_error_dialog)) .o_iris_check_mail:enabled",
        },
    ],
});

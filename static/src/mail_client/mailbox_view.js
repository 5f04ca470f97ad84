import { registry } from "@web/core/registry";
import { letterListView } from "../letter_list/letter_list_view";
import { LetterRows } from "./letter_rows";
import { MailboxArchParser } from "./mailbox_arch_parser";
import { MailboxController } from "./mailbox_controller";

/** Folders, list and reader side by side: the view type `mailbox`. */
export const mailboxView = {
    ...letterListView,
    type: "mailbox",
    ArchParser: MailboxArchParser,
    Controller: MailboxController,
    Renderer: LetterRows,
    searchMenuTypes: ["filter", "favorite"],
};

registry.category("views").add("mailbox", mailboxView);

import { ListArchParser } from "@web/views/list/list_arch_parser";

/** The architecture of a mailbox view is one of a list; its fields are those of a row. */
export class MailboxArchParser extends ListArchParser {
    /** @override */
    parse(xmlDoc, models, modelName) {
        const list = xmlDoc.ownerDocument.createElement("list");
        for (const { name, value } of xmlDoc.attributes) {
            list.setAttribute(name, value);
        }
        list.append(...[...xmlDoc.children].map((child) => child.cloneNode(true)));
        return super.parse(list, models, modelName);
    }
}

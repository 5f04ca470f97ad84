import { makeRecipient, parseRecipients } from "./recipients";

/** What is read of contacts and companies that are recipients. */
export const PARTNER_FIELDS = {
    name: {},
    email: {},
    is_company: {},
    commercial_company_name: {},
    commercial_partner_id: { fields: { name: {}, is_company: {} } },
};

/** @returns {import("./recipients").Recipient[]} each partner by its first address */
export function getRecipients(partners) {
    return partners.map(({ name, email }) => {
        const [first] = parseRecipients(email);
        return makeRecipient(name || "", first?.email || first?.text || "");
    });
}

/** @returns {Object} contact and company of a letter to these partners (guide F5, F6) */
export function getLinks(partners) {
    const contact = partners.find((partner) => !partner.is_company);
    const above = contact?.commercial_partner_id;
    const company = contact
        ? above?.is_company && above
        : partners.find((partner) => partner.is_company);
    return {
        ...(contact && { contact_id: { id: contact.id, display_name: contact.name } }),
        ...(company && {
            company_partner_id: { id: company.id, display_name: company.name },
        }),
    };
}

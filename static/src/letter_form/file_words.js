// Whole words, also of languages that \b does not know.
const WORDS =
    /(?<!\p{L})(?:attached|attachments?|attaching|i attach|enclosed|enclosures?|прилага\p{L}+|прикреп\p{L}+|приложил\p{L}*|приложен|в приложении|во вложени\p{L}+|вложени\p{L}+|вложил\p{L}*)(?!\p{L})/iu;

/**
 * @param {Object} letter the values of a letter that is being written
 * @returns {boolean} whether its author speaks of files that are not there
 */
export function speaksOfFiles({ subject, body, attachment_ids }) {
    if (attachment_ids?.records.length) {
        return false;
    }
    return WORDS.test(`${subject || ""}\n${getOwnText(body)}`);
}

/** @returns {string} the text without what it quotes, and without the signature */
function getOwnText(body) {
    const page = new DOMParser().parseFromString(String(body || ""), "text/html");
    const foreign = "[data-iris-quote], [data-iris-signature], blockquote";
    page.querySelectorAll(foreign).forEach((element) => element.remove());
    return page.body.textContent;
}

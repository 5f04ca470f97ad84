// Signs that change the direction of what stands around them, or that are not seen at all.
const DECEIVING = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;

/**
 * @param {string} text from a letter, like a name or a file name
 * @returns {string} the text without signs that make it look like another one
 */
export function makeHonest(text) {
    return text.replace(DECEIVING, " ").replace(/\s+/g, " ").trim();
}

/**
 * @param {{ name: string, email: string }} person
 * @returns {string} what to call somebody
 */
export function getPersonLabel({ name, email }) {
    return makeHonest(name) || makeHonest(email);
}

/**
 * @param {{ name: string, email: string }} person
 * @returns {string} one or two letters that stand for somebody without a picture
 */
export function getInitials(person) {
    const words = getPersonLabel(person).split(/[^\p{L}\p{M}\p{N}]+/u);
    const letters = words.filter(Boolean).map((word) => [...word][0].toUpperCase());
    const isAddress = !makeHonest(person.name);
    return (letters[0] || "?") + (letters.length > 1 && !isAddress ? letters.at(-1) : "");
}

/**
 * @param {Object[]} people
 * @param {Object[]} others
 * @returns {boolean} whether both name the same addresses
 */
export function isSamePeople(people, others) {
    const getEmails = (list) => list.map(({ email }) => email.toLowerCase()).sort();
    return getEmails(people).join() === getEmails(others).join();
}

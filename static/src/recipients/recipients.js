// What would be read as more than a name (RFC 5322 §3.2.3).
const NEEDS_QUOTES = /[()<>[\]:;@\\,"]/;

// As tools/address.py: a local part without special signs, and a domain of labels in any script.
const ADDRESS =
    /^[^\s\p{Cc}()<>[\]:;@\\,"]{1,64}@[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?(?:\.[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?)*$/u;

const WITH_ANGLES = /^([^]*?)<([^<>]*)>\s*(?:\([^()]*\)\s*)?$/;
// They come along when an address is copied from a page; nobody sees or means them.
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const SEPARATOR = /[,;\r\n\t]/;

/**
 * @typedef {Object} Recipient
 * @property {string} name "" where there is none
 * @property {string} email "" where it is no address
 * @property {string} text as it was typed
 * @property {boolean} isValid
 */

/**
 * Read what is typed or pasted into To, Cc or Bcc.
 *
 * @param {string | false} text addresses with commas, semicolons or line breaks between them
 * @returns {Recipient[]}
 */
export function parseRecipients(text) {
    return splitEntries(text || "").map(parseEntry);
}

/**
 * @param {Recipient[]} recipients
 * @returns {string} `Name <a@b.c>, d@e.f`
 */
export function formatRecipients(recipients) {
    return recipients.map(formatRecipient).join(", ");
}

/**
 * @param {Recipient} recipient
 * @returns {string} `Name <a@b.c>`, or what was typed if it is no address
 */
export function formatRecipient({ name, email, text, isValid }) {
    if (!isValid) {
        return text;
    }
    return name ? `${quoteName(name)} <${email}>` : email;
}

/**
 * @param {string} name
 * @param {string} email
 * @returns {Recipient}
 */
export function makeRecipient(name, email) {
    const recipient = { name: name === email ? "" : name, email, isValid: isAddress(email) };
    return { ...recipient, text: formatRecipient({ ...recipient, text: email }) };
}

/** @returns {boolean} */
export function isAddress(text) {
    return ADDRESS.test(text);
}

/**
 * @param {Recipient[]} recipients
 * @param {Recipient[]} added
 * @returns {Recipient[]} both; an address that is there already is not added again
 */
export function mergeRecipients(recipients, added) {
    const known = new Set(recipients.map(getKey));
    const merged = [...recipients];
    for (const recipient of added) {
        if (!known.has(getKey(recipient))) {
            known.add(getKey(recipient));
            merged.push(recipient);
        }
    }
    return merged;
}

/** @returns {boolean} whether a text ends with a separator, outside of quotes */
export function endsEntry(text) {
    const end = text.trimEnd();
    return /[,;]$/.test(end) && !hasOpenQuote(end);
}

function getKey({ email, text }) {
    return (email || text).toLowerCase();
}

function quoteName(name) {
    return NEEDS_QUOTES.test(name) ? `"${name.replace(/[\\"]/g, "\\$&")}"` : name;
}

function unquoteName(name) {
    const quoted = /^"([^]*)"$/.exec(name);
    return quoted ? quoted[1].replace(/\\([^])/g, "$1") : name;
}

function hasOpenQuote(text) {
    return (text.replace(/\\[^]/g, "").match(/"/g) || []).length % 2 === 1;
}

/** @returns {string[]} entries, without blanks around them */
function splitEntries(text) {
    const entries = [];
    let entry = "";
    let position = 0;
    const finish = () => {
        const words = entry.trim().split(/\s+/);
        if (words.length > 1 && words.every(isAddress)) {
            entries.push(...words); // addresses apart by blanks
        } else if (entry.trim()) {
            entries.push(entry.trim());
        }
        entry = "";
    };
    while (position < text.length) {
        const sign = text[position];
        const whole = sign === '"' || sign === "<" ? takeWhole(text, position) : "";
        if (whole) {
            entry += whole;
            position += whole.length;
            if (sign === "<") {
                finish(); // the next one may follow without a separator
            }
        } else if (SEPARATOR.test(sign)) {
            finish();
            position++;
        } else {
            // A sign without its partner would swallow what follows.
            entry += sign === '"' || sign === "<" ? " " : sign;
            position++;
        }
    }
    finish();
    return entries;
}

/** @returns {string} the quoted string or the address in angles that begins here, or "" */
function takeWhole(text, position) {
    const pattern = text[position] === '"' ? /"(?:[^"\\\r\n]|\\[^\r\n])*"/y : /<[^<>\r\n]*>/y;
    pattern.lastIndex = position;
    return pattern.exec(text)?.[0] || "";
}

function parseEntry(text) {
    const found = WITH_ANGLES.exec(text);
    const name = found ? unquoteName(found[1].trim()) : "";
    const email = (found ? found[2] : text)
        .replace(INVISIBLE, "")
        .trim()
        .replace(/^mailto:/i, "");
    const isValid = isAddress(email);
    return isValid
        ? { name: name === email ? "" : name, email, text, isValid }
        : { name: "", email: "", text, isValid };
}

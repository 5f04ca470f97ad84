import { describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    endsEntry,
    formatRecipients,
    makeRecipient,
    mergeRecipients,
    parseRecipients,
} from "@iris_email/recipients/recipients";

describe.current.tags("desktop");
defineMailModels();

describe("reading what is typed", () => {
    const read = (text) =>
        parseRecipients(text).map(({ name, email, text, isValid }) =>
            isValid ? [name, email] : text
        );

    test("names and addresses, apart by commas, semicolons, lines and blanks", () => {
        expect(read("Иван <ivan@x.ru>, b@c.de;d@e.fr\nE <e@f.gh>\ti@j.kl m@n.op")).toEqual([
            ["Иван", "ivan@x.ru"],
            ["", "b@c.de"],
            ["", "d@e.fr"],
            ["E", "e@f.gh"],
            ["", "i@j.kl"],
            ["", "m@n.op"],
        ]);
        expect(read(false)).toEqual([]);
        expect(read(" , ; \n")).toEqual([]);
    });

    test("a separator is not needed behind an address in angles", () => {
        expect(read("A <a@b.cd> B <b@b.cd>")).toEqual([
            ["A", "a@b.cd"],
            ["B", "b@b.cd"],
        ]);
    });

    test("names in quotes may have commas and quotes", () => {
        expect(read('"Petrov, Ivan" <ivan@x.ru>, "A \\"B\\" C" <a@b.cd>')).toEqual([
            ["Petrov, Ivan", "ivan@x.ru"],
            ['A "B" C', "a@b.cd"],
        ]);
    });

    test("what is no address is kept as it is", () => {
        expect(read("foo, Anna <anna>, @, a@b@c, mailto:x@y.zz")).toEqual([
            "foo",
            "Anna <anna>",
            "@",
            "a@b@c",
            ["", "x@y.zz"],
        ]);
    });

    test("a sign without its partner does not swallow the rest", () => {
        expect(read('"Anna, b@c.de')).toEqual(["Anna", ["", "b@c.de"]]);
        expect(read("Anna <a@b.cd, b@c.de")).toEqual(["Anna  a@b.cd", ["", "b@c.de"]]);
    });

    test("addresses of other scripts", () => {
        expect(read("почта@пример.рф, info@bücher.example")).toEqual([
            ["", "почта@пример.рф"],
            ["", "info@bücher.example"],
        ]);
    });

    test("signs that nobody sees are no part of an address", () => {
        expect(read("\u200bann\u200ba@b.cd\u200b, Vera <\u202av@b.cd\u202c>")).toEqual([
            ["", "anna@b.cd"],
            ["Vera", "v@b.cd"],
        ]);
    });

    test("what is written is read again as the same", () => {
        const text = '"Petrov, Ivan" <ivan@x.ru>, Anna <a@b.cd>, b@c.de, foo';
        expect(formatRecipients(parseRecipients(text))).toBe(text);
        expect(formatRecipients([makeRecipient('A "B"', "a@b.cd")])).toBe('"A \\"B\\"" <a@b.cd>');
        expect(formatRecipients([makeRecipient("a@b.cd", "a@b.cd")])).toBe("a@b.cd");
    });

    test("an address is there once", () => {
        const recipients = parseRecipients("Anna <a@b.cd>, foo");
        const merged = mergeRecipients(recipients, parseRecipients("A@B.cd, foo, c@d.ef"));
        expect(formatRecipients(merged)).toBe("Anna <a@b.cd>, foo, c@d.ef");
    });

    test("the end of an entry", () => {
        expect(endsEntry("a@b.cd,")).toBe(true);
        expect(endsEntry("a@b.cd; ")).toBe(true);
        expect(endsEntry("a@b.cd")).toBe(false);
        expect(endsEntry('"Petrov,')).toBe(false);
    });
});

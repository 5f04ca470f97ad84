import { describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { makeMockEnv, serverState } from "@web/../tests/web_test_helpers";
import { plural } from "@iris_email/core/plural";

describe.current.tags("headless");
defineMailModels();

const ENGLISH = "%(count)s letter|%(count)s letters";
const RUSSIAN = "%(count)s письмо|%(count)s письма|%(count)s писем";

function say(numbers, forms) {
    return numbers.map((number) => plural(number, forms));
}

test("English has two forms", async () => {
    await makeMockEnv();
    expect(say([0, 1, 2, 21], ENGLISH)).toEqual([
        "0 letters",
        "1 letter",
        "2 letters",
        "21 letters",
    ]);
});

test("Russian has three", async () => {
    serverState.lang = "ru_RU";
    await makeMockEnv();
    expect(say([0, 1, 2, 5, 11, 14, 21, 22, 112, 121], RUSSIAN)).toEqual([
        "0 писем",
        "1 письмо",
        "2 письма",
        "5 писем",
        "11 писем",
        "14 писем",
        "21 письмо",
        "22 письма",
        "112 писем",
        "121 письмо",
    ]);
});

test("a term without translation stays readable in languages with more forms or fewer", async () => {
    serverState.lang = "ru_RU";
    await makeMockEnv();
    expect(say([1, 2, 5], ENGLISH)).toEqual(["1 letter", "2 letters", "5 letters"]);
    serverState.lang = "ja_JP";
    expect(say([1, 2], ENGLISH)).toEqual(["1 letters", "2 letters"]);
});

test("further values, and another way to write the number", async () => {
    await makeMockEnv();
    const forms = "%(count)s letter of %(sender)s|%(count)s letters of %(sender)s";
    expect(plural(2000, forms, { sender: "a|b" })).toBe("2,000 letters of a|b");
    expect(plural(10000, ENGLISH, { count: "10,000+" })).toBe("10,000+ letters");
});

import { describe, expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { makeMockEnv, serverState } from "@web/../tests/web_test_helpers";
import { formatFileSize } from "@iris_email/core/file_size";

describe.current.tags("headless");
defineMailModels();

const SIZES = [undefined, 0, 1, 628, 1023, 1024, 1300, 1024 * 1024 - 1, 5.5 * 1024 ** 2, 2 ** 60];

/** With plain spaces instead of those that do not break. */
function say() {
    return SIZES.map((size) => formatFileSize(size).replaceAll(/\s/g, " "));
}

test("English", async () => {
    await makeMockEnv();
    expect(say()).toEqual([
        "0 bytes",
        "0 bytes",
        "1 byte",
        "628 bytes",
        "1,023 bytes",
        "1 kB",
        "1.3 kB",
        "1 MB",
        "5.5 MB",
        "1,048,576 TB",
    ]);
});

test("Russian", async () => {
    serverState.lang = "ru_RU";
    await makeMockEnv();
    expect(say()).toEqual([
        "0 байт",
        "0 байт",
        "1 байт",
        "628 байт",
        "1 023 байта",
        "1 кБ",
        "1,3 кБ",
        "1 МБ",
        "5,5 МБ",
        "1 048 576 ТБ",
    ]);
});

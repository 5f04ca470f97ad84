import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { getService, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { Component, xml } from "@odoo/owl";
import { useNewLetters } from "@iris_email/letters/new_letters_hook";

describe.current.tags("desktop");
defineMailModels();

const NEWS = "iris_email/new_letters";
const LONGEST_WAIT = 1500;

let listeners;

class View extends Component {
    static template = xml`<div/>`;
    static props = {};

    setup() {
        useNewLetters(() => expect.step("load"));
    }
}

beforeEach(() => {
    listeners = new Set();
    onRpc("iris.email", "get_mail_counts", () => ({ unread: 1, places: [] })); // for the tray
    mockService("bus_service", {
        subscribe: (name, listener) => name === NEWS && listeners.add(listener),
        unsubscribe: (name, listener) => name === NEWS && listeners.delete(listener),
    });
});

function tellNews() {
    listeners.forEach((listener) => listener({ account_id: 1, count: 1 }));
}

function bringByCheck() {
    getService("iris_email.check_mail").bus.trigger("LETTERS", { count: 1 });
}

test("what others fetched is loaded once, after a while", async () => {
    await mountWithCleanup(View);
    tellNews();
    tellNews();
    await advanceTime(400);
    expect.verifySteps([]);
    await advanceTime(LONGEST_WAIT);
    expect.verifySteps(["load"]);
    tellNews();
    await advanceTime(LONGEST_WAIT);
    expect.verifySteps(["load"]);
});

test("what an own check brought is loaded soon, and not again for the news of it", async () => {
    await mountWithCleanup(View);
    tellNews();
    bringByCheck();
    await advanceTime(250);
    expect.verifySteps(["load"]);
    await advanceTime(LONGEST_WAIT);
    expect.verifySteps([]);

    bringByCheck();
    tellNews();
    await advanceTime(LONGEST_WAIT);
    expect.verifySteps(["load"]);
});

test("a view that is gone loads nothing", async () => {
    const { __owl__ } = await mountWithCleanup(View);
    expect(listeners.size > 0).toBe(true);
    tellNews();
    const before = listeners.size;
    __owl__.app.destroy();
    expect(listeners.size).toBe(before - 1);
    await advanceTime(LONGEST_WAIT);
    expect.verifySteps([]);
});

import { beforeEach, expect } from "@odoo/hoot";
import { manuallyDispatchProgrammaticEvent, queryAll } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { LetterFrame } from "@iris_email/letter_body/letter_frame";
import { LetterReader } from "@iris_email/reader/letter_reader";

export class Letter extends models.Model {
    _name = "iris.email";

    subject = fields.Char();
}

const NO_COUNTS = { unread: 0, drafts: 0, outbox: 0, capped: false };

export const IVAN = { name: "Ivan", email: "ivan@example.com", partner_id: false };

export function makeLetter(id, values = {}) {
    const people = {
        email_from: [IVAN],
        email_to: [{ name: "", email: "me@example.com", partner_id: false }],
        email_cc: [],
        email_bcc: [],
        reply_to: [],
        ...values.people,
    };
    return {
        id,
        type: "inbox",
        state: false,
        subject: `Letter ${id}`,
        date: "2019-03-11 09:00:00",
        preview: `Preview ${id}`,
        mailbox: { id: 7, name: "me@example.com" },
        company: false,
        contact: false,
        responsible: false,
        candidates: [],
        is_unread: false,
        is_important: false,
        is_answered: false,
        is_automatic: false,
        is_bounce: false,
        is_list: false,
        is_partial: false,
        is_trashed: false,
        is_undelivered: false,
        undelivered_note: "",
        send_at: false,
        send_error: "",
        send_attempts: 0,
        may: { edit: true, delete: true, access: true, send: true, write: false },
        files: [],
        has_html: true,
        trusts_images: false,
        charset: false,
        conversation: [makeEntry(id)],
        ...values,
        people,
    };
}

export function makeEntry(id, values = {}) {
    return {
        id,
        type: "inbox",
        sender_name: `Sender ${id}`,
        date: "2019-03-11 09:00:00",
        preview: `Preview ${id}`,
        is_unread: false,
        is_important: false,
        has_attachments: false,
        ...values,
    };
}

/** What the mock server knows; tests may change it. */
export const server = { letters: {}, blockedImages: 0 };

/** Let a test file have letters, for parts of the reader. */
export function defineLetters() {
    defineMailModels();
    defineModels([Letter]);
    beforeEach(() => {
        onRpc("iris.email", "get_mail_counts", () => NO_COUNTS);
    });
}

/** Let a test file have letters 1 to 9, and pages that tell how many images are blocked. */
export function defineReader() {
    defineLetters();
    beforeEach(mockReader);
}

function mockReader() {
    server.letters = {};
    server.blockedImages = 0;
    [1, 2, 3, 4, 5, 6, 7, 8, 9].forEach((id) => (server.letters[id] = makeLetter(id)));
    onRpc("iris.email", "get_reader", ({ args: [ids] }) => {
        expect.step(`read ${ids}`);
        return ids.map((id) => server.letters[id]);
    });
    // Frames show an empty page, which tells what the server's would tell.
    patchWithCleanup(LetterFrame.prototype, {
        onLoad({ target }) {
            const { dataset } = target.contentDocument.documentElement;
            dataset.irisLetter = "";
            dataset.blockedImages = target.dataset.src.includes("images=1")
                ? 0
                : server.blockedImages;
            super.onLoad(...arguments);
        },
    });
}

/** Where the reader stands: it is told what to show. */
class Parent extends Component {
    static template = xml`<LetterReader t-props="state"/>`;
    static components = { LetterReader };
    static props = ["*"];

    setup() {
        this.state = useState({ ...this.props });
    }
}

export async function openReader(resId, props = {}) {
    const parent = await mountWithCleanup(Parent, { props: { resId, ...props } });
    return async (values) => {
        Object.assign(parent.state, typeof values === "object" ? values : { resId: values });
        await animationFrame();
    };
}

export function getFrames() {
    return queryAll("iframe").map((frame) => frame.dataset.src.replace("/iris_email/letter/", ""));
}

/** The pages of a letter are there now; what a frame loads on its own tells nothing here. */
export async function settle(id) {
    for (const frame of queryAll(`iframe[data-src*="/letter/${id}/"]`)) {
        await manuallyDispatchProgrammaticEvent(frame, "load");
    }
    await animationFrame();
}

export async function readNeighbours() {
    await advanceTime(100);
    await animationFrame();
}

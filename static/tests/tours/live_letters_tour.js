import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { BACK_TO_LIST, openLetter, READER, row } from "./mailbox_steps";

/** Fetch mail as if somebody else did: the page hears of it from the bus alone. */
async function fetchMail() {
    const call = (method, args) =>
        rpc(`/web/dataset/call_kw/iris.email.account/${method}`, {
            model: "iris.email.account",
            method,
            args,
            kwargs: {},
        });
    for (const { id } of await call("check_mail_start", [])) {
        const { error } = await call("check_mail_step", [[id]]);
        if (error) {
            throw new Error(error);
        }
    }
}

registry.category("web_tour.tours").add("iris_email_live_letters", {
    steps: () => [
        {
            content: "One letter is new",
            trigger: `.o_iris_letters_toggle .badge:contains(/^1$/)`,
        },
        ...openLetter("Contract"),
        BACK_TO_LIST,
        { content: "It is read", trigger: row("Contract", ":not(.o_unread)") },
        {
            content: "The page is connected; somebody fetches mail",
            trigger: ".o_iris_mailbox",
            async run() {
                await odoo.__WOWL_DEBUG__.root.env.services.bus_service.start();
                await fetchMail();
            },
        },
        {
            content: "The new letter stands on top, and the numbers say so",
            trigger: `body:has(.o_iris_letters_toggle .badge:contains(/^1$/)) .o_iris_rows:has(${row("Contract")}) ${row("Price list", ".o_unread:first-child")}`,
        },
        {
            content: "The opened letter is still there",
            trigger: `${READER} h2:contains(Contract)`,
            isActive: ["desktop"],
        },
    ],
});

import json

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import make_letter
from .sending import ALL, SendingCase


@tagged("post_install", "-at_install")
class TestSendingRights(SendingCase):
    """Who may not send from an account cannot: by card, list, import or call (guide C7)."""

    def setUp(self):
        super().setUp()
        self.server = self.sink()
        self.account = self.make_sender(self.server)
        self.mine = self.make_account(
            self.serve(),
            "colleague@example.org",
            outgoing_host=self.server.host,
            outgoing_port=self.server.port,
            incoming_right_ids=[
                Command.create({"user_id": self.colleague.id, "may_send": True, **ALL})
            ],
        )
        self.letters_of_colleague = self.env["iris.email"].with_user(self.colleague)

    def assertNothingSent(self):
        self.work_queue()
        self.assertFalse(self.server.deliveries)

    def test_card(self):
        values = {"account_id": self.account.id, "email_to": "a@example.com", "subject": "S"}
        with self.assertRaises(AccessError):
            self.letters_of_colleague.create(values)
        with self.assertRaises(AccessError):
            self.letters_of_colleague.web_save({**values, "body": "<p>x</p>"}, {"subject": {}})
        draft = self.write_letter(self.mine, self.colleague)
        with self.assertRaises(AccessError):
            draft.account_id = self.account
        self.assertNothingSent()

    def test_defaults_and_commands(self):
        for context in (
            {"default_state": "queued", "default_type": "outbox"},
            {"default_sent_by_id": self.user.id, "default_send_at": "2026-03-02 10:00:00"},
            {"default_email_from": "ivan@example.org", "default_message_id": "<x@example.org>"},
        ):
            letter = self.letters_of_colleague.with_context(**context).create(
                {"account_id": self.mine.id, "email_to": "a@example.com"}
            )
            for name in ("state", "sent_by_id", "send_at", "message_id"):
                self.assertFalse(letter.sudo()[name], context)
            self.assertEqual(letter.email_from, f'"{self.colleague.name}" <colleague@example.org>')
        self.assertNothingSent()

    def test_import(self):
        head = ["account_id/.id", "email_to", "subject"]
        rows = [[str(self.account.id), "a@example.com", "Import"]]
        result = self.letters_of_colleague.load(head, rows)
        self.assertFalse(result["ids"])
        for name, value in (("state", "queued"), ("type", "sent"), ("email_from", "x@y.z")):
            with self.subTest(name):
                rows = [[str(self.mine.id), "a@example.com", "Import", value]]
                self.assertFalse(self.letters_of_colleague.load([*head, name], rows)["ids"])
        self.assertNothingSent()

    def test_list(self):
        draft = self.write_letter(self.account)  # of the user
        with self.assertRaises(AccessError):
            draft.with_user(self.colleague).action_send()
        # Shared by hand, with the right to edit: the account stays the user's.
        draft._set_access([{"user_id": self.colleague.id, **ALL}, {"user_id": self.user.id, **ALL}])
        shared = draft.with_user(self.colleague)
        self.assertTrue(shared.can_edit)
        self.assertFalse(shared.can_send)
        with self.assertRaisesRegex(AccessError, "may not send “Offer” from"):
            shared.action_send()
        self.assertNothingSent()

    def test_one_of_many(self):
        own = self.write_letter(self.mine, self.colleague)
        foreign = self.write_letter(self.account).with_user(self.colleague)
        with self.assertRaises(AccessError):
            (own | foreign).send_letters()
        self.assertNothingSent()

    def test_right_to_send_alone_is_no_right_to_read(self):
        rows = self.account.incoming_right_ids.filtered(lambda row: row.user_id == self.colleague)
        rows.may_send = True
        draft = self.write_letter(self.account)
        with self.assertRaises(AccessError):
            draft.with_user(self.colleague).send_letters()
        self.assertNothingSent()

    def test_recipients_cannot_be_written(self):
        letter = self.write_letter(self.account)
        self.send_now(letter)
        recipients = letter.recipient_ids
        for action in (
            lambda: recipients.write({"state": "refused"}),
            lambda: recipients.create({"email_id": letter.id, "email": "x@example.com"}),
            lambda: recipients.unlink(),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_sent_letter_and_its_files_are_as_they_were_sent(self):
        letter = self.write_letter(self.account)
        file = self.attach(letter)
        self.send(letter)
        for values in ({"body": "<p>x</p>"}, {"email_to": "x@example.com"}, {"subject": "x"}):
            with self.subTest(values), self.assertRaises(AccessError):
                letter.write(values)
        with self.assertRaises(AccessError):
            file.write({"raw": b"other"})
        with self.assertRaises(AccessError):
            self.attach(letter, "more.txt")

    def test_answers_that_one_may_not_read_are_not_counted(self):
        letter = self.write_letter(self.account)
        self.send_now(letter)
        secret = self.make_account(self.serve(), "boss@example.org", readers=self.stranger)
        self.env["iris.email"].create(
            {"type": "inbox", "account_id": secret.id, "parent_id": letter.id}
        )
        self.assertEqual(letter.answer_count, 0)
        self.assertFalse(letter.search([("answered_id", "=", letter.id)]))

    def test_quote_takes_nothing_along_that_one_may_not_see(self):
        card = self.env["res.partner"].create({"name": "Secret", "email": "anna@example.com"})
        self.hide_card(card)
        account = self.make_account(
            self.serve([make_letter("S")]),
            "in@example.org",
            incoming_right_ids=[Command.create({"user_id": self.user.id, "may_send": True, **ALL})],
        )
        self.check(account)
        letter = self.letters(account).with_user(self.user)
        letter.sudo().contact_id = card
        draft = letter.browse(letter.action_reply()["res_id"])
        self.assertNotIn("Secret", draft.body_text)

    def test_templates_of_others(self):
        template = self.write_letter(self.account, type="template", email_to=False)
        draft = self.write_letter(self.mine, self.colleague)
        with self.assertRaises(AccessError):
            draft.action_apply_template(template.id)

    def test_release_is_for_ones_own_click(self):
        letter = self.write_letter(self.account)
        letter.send_letters()
        letter.with_user(self.colleague).release_letters()  # may read it
        self.assertNothingSent()


@tagged("post_install", "-at_install")
class TestSendingByHttp(SendingCase, HttpCase):
    """The same by JSON-RPC, as somebody who writes requests by hand."""

    def call_kw(self, model, method, *arguments, **keywords):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": model,
                        "method": method,
                        "args": arguments,
                        "kwargs": keywords,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    @mute_logger("odoo.http")
    def test_private_methods(self):
        account = self.make_sender(self.sink())
        letter = self.write_letter(account)
        self.authenticate(self.user.login, self.user.login)
        for model, method, arguments in (
            ("iris.email", "_queue", [letter.ids, False]),
            ("iris.email", "_become_sent", [letter.ids]),
            ("iris.email.sender", "_cron_send", []),
            ("iris.email.sender", "_send_from", [account.id, 1]),
            ("iris.email.account", "_connect_outgoing", [account.ids]),
            ("iris.email.account", "_get_password", [account.ids, "outgoing"]),
            ("iris.email.template.renderer", "_render_template", ["{{ 1 }}", "res.partner", [1]]),
        ):
            with self.subTest(f"{model}.{method}"):
                self.assertIn("error", self.call_kw(model, method, *arguments))
        self.assertFalse(letter.state)

    @mute_logger("odoo.http")
    def test_public_methods(self):
        account = self.make_sender(self.sink())
        letter = self.write_letter(account)
        self.authenticate(self.stranger.login, self.stranger.login)
        for method in (
            "send_letters",
            "action_send",
            "release_letters",
            "take_back",
            "action_take_back",
            "action_mark_sent",
            "action_reply",
            "action_reply_all",
            "action_forward",
            "action_edit_as_new",
            "action_open_answers",
            "discard_blank",
            "get_send_doubts",
        ):
            with self.subTest(method):
                answer = self.call_kw("iris.email", method, letter.ids)
                if method == "action_open_answers":
                    self.assertNotIn(letter.subject, json.dumps(answer))
                else:
                    self.assertIn("AccessError", json.dumps(answer))
        self.assertEqual(letter.type, "draft")


@tagged("post_install", "-at_install")
class TestOdoosOwnMail(SendingCase):
    """These accounts send none of Odoo's messages, and Odoo's servers none of these letters."""

    def test_no_outgoing_mail_server_is_made(self):
        before = self.env["ir.mail_server"].with_context(active_test=False).search_count([])
        server = self.sink()
        self.send_now(self.write_letter(self.make_sender(server)))
        self.assertEqual(len(server.deliveries), 1)
        after = self.env["ir.mail_server"].with_context(active_test=False).search_count([])
        self.assertEqual(after, before)

    def test_servers_of_odoo_are_not_asked(self):
        odoos, ours = self.sink(), self.sink()
        self.env["ir.mail_server"].create(
            {"name": "Odoo", "smtp_host": odoos.host, "smtp_port": odoos.port, "sequence": 1}
        )
        letter = self.write_letter(self.make_sender(ours))
        self.send_now(letter)
        self.assertEqual((len(odoos.deliveries), len(ours.deliveries)), (0, 1))
        without_host = self.write_letter(
            self.make_sender(address="b@example.org", outgoing_host=False)
        )
        self.send_now(without_host)
        self.assertEqual(without_host.state, "error")
        self.assertFalse(odoos.deliveries)

    def test_messages_of_odoo_do_not_go_through_the_accounts(self):
        ours = self.sink()
        self.make_sender(ours)
        servers = self.env["ir.mail_server"]
        found, sender = servers._find_mail_server("ivan@example.org")
        self.assertFalse(found and found.smtp_port == ours.port)
        mail = self.env["mail.mail"].create(
            {
                "subject": "Odoo",
                "body_html": "<p>x</p>",
                "email_from": "ivan@example.org",
                "email_to": "anna@example.com",
            }
        )
        self.assertFalse(mail.mail_server_id)
        self.assertFalse(ours.deliveries)

    def test_no_message_of_odoo_is_made(self):
        before = self.env["mail.mail"].search_count([])
        messages = self.env["mail.message"].search_count([])
        self.send_now(self.write_letter(self.make_sender(self.sink())))
        self.assertEqual(self.env["mail.mail"].search_count([]), before)
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_send_and_fetch_in_a_copied_database(self):
        """neutralize.sql keeps a copy of the database from sending."""
        from odoo.modules import neutralize

        server = self.sink()
        letter = self.write_letter(self.make_sender(server))
        self.send(letter)
        self.env.flush_all()
        for query in neutralize.get_neutralization_queries(["iris_email"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.env.ref("iris_email.ir_cron_send").active)
        self.assertEqual(letter.state, "error")
        letter.sudo().account_id.active = True
        self.work_queue()
        self.assertFalse(server.deliveries)

    def test_user_error_names_letter_and_account(self):
        account = self.make_sender(self.sink())
        letter = self.write_letter(account, email_to="nonsense")
        with self.assertRaisesRegex(UserError, "“Offer”: no e-mail address: “nonsense”"):
            letter.send_letters()

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import make_letter
from .sending import ALL, SendingCase


@tagged("post_install", "-at_install")
class TestAnswers(SendingCase):
    """Reply, Reply to all, Forward."""

    def setUp(self):
        super().setUp()
        self.server = self.sink()

    def receive(self, raw=None, login="ivan@example.org", **values):
        """Receive one letter in a mailbox from which the user sends; return it as the user."""
        values.setdefault(
            "incoming_right_ids",
            [Command.create({"user_id": self.user.id, "may_send": True, **ALL})],
        )
        account = self.make_account(
            self.serve([raw or make_letter("Contract", sender="Anna Orlova <anna@example.com>")]),
            login,
            outgoing_host=self.server.host,
            outgoing_port=self.server.port,
            **values,
        )
        self.check(account)
        return self.letters(account).with_user(self.user)

    def open(self, action):
        """Return the letter whose card an action opens."""
        self.assertEqual((action["res_model"], action["views"]), ("iris.email", [(False, "form")]))
        return self.env["iris.email"].with_user(self.user).browse(action["res_id"])

    # ---- to whom ----

    def test_reply(self):
        letter = self.receive()
        draft = self.open(letter.action_reply())
        self.assertEqual(draft.type, "draft")
        self.assertEqual(draft.email_to, "Anna Orlova <anna@example.com>")
        self.assertFalse(draft.email_cc)
        self.assertEqual(draft.subject, "Re: Contract")
        self.assertEqual(draft.account_id, letter.account_id)
        self.assertEqual(draft.responsible_id, self.user)
        self.assertEqual(draft.in_reply_to, letter.message_id)
        self.assertEqual(draft.references, letter.message_id)
        self.assertEqual(draft.answered_id, letter)

    def test_reply_to_is_honoured(self):
        raw = make_letter("R", headers=[("Reply-To", "Sales <sales@example.com>")])
        draft = self.open(self.receive(raw).action_reply())
        self.assertEqual(draft.email_to, "Sales <sales@example.com>")

    def test_reply_to_all_leaves_own_addresses_out(self):
        self.make_sender(self.server, "office@example.org")
        raw = make_letter(
            "All",
            to="IVAN@example.org, Boris <boris@example.com>",
            headers=[
                ("Cc", "office@example.org, Clara <clara@example.com>, boris@example.com"),
                ("Cc", "ivan.private@example.org, dora@example.com"),
            ],
        )
        draft = self.open(self.receive(raw).action_reply_all())
        self.assertEqual(draft.email_to, "Anna <anna@example.com>")
        self.assertEqual(
            draft.email_cc,
            "Boris <boris@example.com>, Clara <clara@example.com>, dora@example.com",
        )

    def test_reply_to_oneself(self):
        raw = make_letter("Note", sender="ivan@example.org")
        draft = self.open(self.receive(raw).action_reply_all())
        self.assertEqual(draft.email_to, "ivan@example.org")

    def test_reply_to_all_with_hundreds_of_recipients(self):
        people = ", ".join(f"Person {number} <p{number}@example.com>" for number in range(500))
        draft = self.open(self.receive(make_letter("Many", to=people)).action_reply_all())
        self.assertEqual(draft.email_cc.count("@"), 500)

    def test_reply_to_a_sent_letter_goes_to_its_recipients(self):
        account = self.make_sender(self.server)
        letter = self.write_letter(account, email_cc="boris@example.com")
        self.send_now(letter)
        draft = self.open(letter.action_reply())
        self.assertEqual((draft.email_to, draft.email_cc), ("Anna <anna@example.com>", ""))
        draft = self.open(letter.action_reply_all())
        self.assertEqual(draft.email_cc, "boris@example.com")

    # ---- from whom ----

    def test_from_the_account_that_received_it(self):
        self.make_sender(self.server, "default@example.org")
        draft = self.open(self.receive(login="sales@example.org").action_reply())
        self.assertEqual(draft.account_id.address, "sales@example.org")
        self.assertEqual(draft.email_from, "Ivan Petrov <sales@example.org>")

    def test_from_the_default_where_the_receiving_account_is_not_for_sending(self):
        default = self.make_sender(self.server, "default@example.org")
        rows = [Command.create({"user_id": self.user.id, "perm_read": True})]
        letter = self.receive(login="sales@example.org", incoming_right_ids=rows)
        draft = self.open(letter.action_reply())
        self.assertEqual(draft.account_id, default.with_user(self.user))

    def test_who_may_send_from_nothing_is_told(self):
        rows = [Command.create({"user_id": self.user.id, "perm_read": True})]
        letter = self.receive(incoming_right_ids=rows)
        with self.assertRaisesRegex(UserError, "may not send from any mailbox"):
            letter.action_reply()

    # ---- what ----

    def test_prefixes_are_there_once(self):
        for subject, reply, forward in (
            ("Contract", "Re: Contract", "Fwd: Contract"),
            ("Re: Contract", "Re: Contract", "Fwd: Re: Contract"),
            ("RE[2]: re: Contract", "Re: Contract", "Fwd: RE[2]: re: Contract"),
            ("Отв: Договор", "Re: Договор", "Fwd: Отв: Договор"),
            ("Fwd: Contract", "Re: Fwd: Contract", "Fwd: Contract"),
            ("FW: Fwd: Contract", "Re: FW: Fwd: Contract", "Fwd: Contract"),
            ("Regarding: this", "Re: Regarding: this", "Fwd: Regarding: this"),
            (False, "Re: ", "Fwd: "),
        ):
            with self.subTest(subject):
                letter = self.write_letter(self.make_sender(self.server, "x@example.org"))
                letter.sudo().write({"type": "sent", "subject": subject})
                self.assertEqual(self.open(letter.action_reply()).subject, reply)
                self.assertEqual(self.open(letter.action_forward()).subject, forward)
                letter.sudo().account_id.active = False

    def test_quote(self):
        raw = make_letter("Q", sender="Anna <anna@example.com>", html="<p>Good <i>morning</i></p>")
        draft = self.open(self.receive(raw).action_reply())
        stored = draft.sudo().body_html
        self.assertIn("March 2, 2026 at", stored)
        self.assertIn("You wrote:", stored)
        self.assertIn("Anna &lt;anna@example.com&gt;", stored)
        self.assertIn("Good <i>morning</i>", stored)
        self.assertIn("<blockquote", stored)
        self.assertIn("Good morning", draft.body_text)
        # The place to write is above it.
        self.assertTrue(stored.startswith("<p><br></p>"))

    def test_quote_in_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.user.lang = "ru_RU"
        letter = self.receive().with_context(lang="ru_RU")
        self.assertIn("Вы писали:", self.open(letter.action_reply()).sudo().body_html)
        self.assertIn(
            "Пересылаемое сообщение:", self.open(letter.action_forward()).sudo().body_html
        )

    def test_quote_of_a_hostile_letter(self):
        hostile = (
            "<style>body{display:none}</style><p class='o_dialog fixed-top'"
            " style='position:fixed;top:0;z-index:9999'>cover</p><script>alert(1)</script>"
            "<img src='https://tracker.example/pixel.gif' onerror='alert(1)'>"
            "<p data-iris-signature='1'>{{ object.env.cr }}</p>"
        )
        draft = self.open(self.receive(make_letter("H", html=hostile)).action_reply())
        for part in ("fixed", "z-index", "script", "onerror", "<style", "o_dialog"):
            self.assertNotIn(part, draft.sudo().body_html)
        self.assertNotIn(' src="https://tracker', draft.body)
        self.assertIn("{{ object.env.cr }}", draft.sudo().body_html)  # text, never code

    def test_company_and_contact_are_carried_over(self):
        company = self.env["res.partner"].create({"name": "Bromo", "is_company": True})
        anna = self.env["res.partner"].create({"name": "Anna", "parent_id": company.id})
        letter = self.receive()
        letter.write({"contact_id": anna.id, "company_partner_id": company.id})
        for action in ("action_reply", "action_reply_all", "action_forward"):
            draft = self.open(getattr(letter, action)())
            self.assertEqual(draft.contact_id, anna)
            self.assertEqual(draft.company_partner_id, company)

    def test_forward_carries_the_files_and_a_reply_does_not(self):
        raw = make_letter("Files", files=[("прайс.pdf", b"%PDF"), ("b.bin", bytes(range(256)))])
        letter = self.receive(raw)
        self.assertFalse(self.open(letter.action_reply()).attachment_ids)
        draft = self.open(letter.action_forward())
        self.assertEqual(
            {file.name: file.raw for file in draft.attachment_ids},
            {"прайс.pdf": b"%PDF", "b.bin": bytes(range(256))},
        )
        self.assertTrue(draft.has_attachments)
        self.assertFalse(draft.email_to)
        self.assertFalse(draft.answered_id)
        self.assertIn("Forwarded message:", draft.sudo().body_html)
        self.assertIn("Subject: Files", draft.body_text)
        # They are copies: the letter keeps its own.
        draft.attachment_ids.unlink()
        self.assertEqual(len(letter.attachment_ids), 2)

    def test_pictures_within_the_text_are_carried_over(self):
        raw = (
            b"From: anna@example.com\r\nSubject: Logo\r\nMIME-Version: 1.0\r\n"
            b"Message-ID: <logo@example.com>\r\n"
            b"Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\n"
            b'Content-Type: text/html\r\n\r\n<p>Logo <img src="cid:logo@x"></p>\r\n--r\r\n'
            b"Content-Type: image/png\r\nContent-ID: <logo@x>\r\n\r\npng\r\n--r--\r\n"
        )
        draft = self.open(self.receive(raw).action_reply())
        self.assertIn('src="cid:logo@x"', draft.sudo().body_html)
        self.assertRegex(draft.body, r'src="/web/image/\d+"')
        self.assertFalse(draft.has_attachments)
        draft.body = draft.body  # as the editor gives it back
        self.send_now(draft)
        self.assertIn(b"Content-ID: <logo@x>", self.server.deliveries[0].content)

    # ---- afterwards ----

    def test_original_is_marked_answered_when_the_answer_is_sent(self):
        letter = self.receive()
        draft = self.open(letter.action_reply())
        self.assertFalse(letter.is_answered)
        self.send_now(draft)
        self.assertTrue(letter.is_answered)
        self.assertEqual(draft.answered_id, letter)
        self.assertEqual(letter.answer_count, 1)
        self.assertEqual(letter.action_open_answers()["res_id"], draft.id)

    def test_forwarding_is_no_answer(self):
        letter = self.receive()
        draft = self.open(letter.action_forward())
        draft.email_to = "boris@example.com"
        self.send_now(draft)
        self.assertEqual(draft.type, "sent")
        self.assertFalse(letter.is_answered)

    def test_long_threads_keep_the_first_and_the_latest_references(self):
        ids = " ".join(f"<{number}@example.com>" for number in range(100))
        letter = self.receive(make_letter("Long", headers=[("References", ids)]))
        references = self.open(letter.action_reply()).references.split()
        self.assertEqual(references[0], "<0@example.com>")
        self.assertEqual(references[-2:], ["<99@example.com>", letter.message_id])
        self.assertLessEqual(len(references), 30)

    def test_edit_as_new(self):
        account = self.make_sender(self.server)
        letter = self.write_letter(account, email_bcc="secret@example.net")
        self.attach(letter)
        self.send_now(letter)
        draft = self.open(letter.action_edit_as_new())
        self.assertEqual(draft.type, "draft")
        for name in ("subject", "email_to", "email_bcc", "body_html"):
            self.assertEqual(draft.sudo()[name], letter.sudo()[name])
        self.assertEqual(draft.attachment_ids.mapped("raw"), [b"the prices"])
        self.assertFalse(draft.message_id)

    # ---- who may ----

    def test_only_who_may_read_it(self):
        letter = self.receive().with_user(self.stranger)
        self.make_sender(self.server).incoming_right_ids = [
            Command.create({"user_id": self.stranger.id, "may_send": True, "perm_read": True})
        ]
        for method in ("action_reply", "action_reply_all", "action_forward", "action_edit_as_new"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(letter, method)()

    def test_drafts_cannot_be_answered(self):
        draft = self.write_letter(self.make_sender(self.server))
        with self.assertRaisesRegex(UserError, "not sent yet"):
            draft.action_reply()

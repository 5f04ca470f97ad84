import email
import email.policy

from odoo.tests import HttpCase, tagged

from .common import make_letter
from .sending import SendingCase

FIRST_PAGE = "/odoo/action-iris_email.iris_email_action?view_type=list"


@tagged("post_install", "-at_install")
class TestSendingTours(SendingCase, HttpCase):
    """Writing, sending and answering in the web client, in Chromium (guide F1-F10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        partners = cls.env["res.partner"]
        cls.company = partners.create(
            {"name": "Iris Roses", "is_company": True, "email": "office@roses.example"}
        )
        cls.contact = partners.create(
            {"name": "Iris Anna", "parent_id": cls.company.id, "email": "anna@roses.example"}
        )

    def setUp(self):
        super().setUp()
        self.server = self.sink()
        self.account = self.make_sender(self.server)

    def tour(self, name):
        self.start_tour(FIRST_PAGE, name, login=self.user.login, timeout=120)
        self.env.invalidate_all()

    def release(self, letter):
        """Let the seconds for Undo pass, and the queue be worked."""
        letter.with_user(self.user).release_letters()
        self.env.flush_all()
        self.work_queue()

    # ---- write and send ----

    def check_write_and_send(self):
        self.tour("iris_email_write_and_send")
        letter = self.letters(self.account)
        self.assertEqual(len(letter), 1)
        self.assertEqual(letter.state, "queued")
        self.assertEqual(letter.email_to, "Iris Anna <anna@roses.example>, boris@example.com")
        self.assertEqual(letter.contact_id, self.contact)
        self.assertEqual(letter.company_partner_id, self.company)
        self.release(letter)
        (delivery,) = self.server.deliveries
        self.assertEqual(delivery.recipients, ("anna@roses.example", "boris@example.com"))
        self.assertIn(b"prices.txt", delivery.content)
        self.tour("iris_email_sent")

    def test_write_and_send(self):
        self.check_write_and_send()

    def test_write_and_send_in_russian(self):
        self.user.lang = "ru_RU"
        self.check_write_and_send()

    # ---- reply ----

    def check_reply(self):
        raw = make_letter("Contract", text="Please sign.\n")
        account = self.make_account(self.serve([raw]), "sales@example.org")
        self.env.flush_all()
        self.assertEqual(self.check(account).new, 1)
        received = self.letters(account)
        self.tour("iris_email_reply")
        answer = self.letters(self.account)
        self.assertEqual(answer.sudo().parent_id, received)
        self.assertFalse(received.is_answered)
        self.release(answer)
        self.assertTrue(received.is_answered)
        (delivery,) = self.server.deliveries
        message = email.message_from_bytes(delivery.content, policy=email.policy.default)
        self.assertEqual(message["In-Reply-To"], received.message_id)
        self.assertIn("Please sign", message.get_body(("plain",)).get_content())
        self.tour("iris_email_answered")

    def test_reply(self):
        self.check_reply()

    def test_reply_in_russian(self):
        self.user.lang = "ru_RU"
        self.check_reply()

    # ---- drafts ----

    def test_draft(self):
        self.tour("iris_email_draft")
        letter = self.letters(self.account)
        self.assertEqual(letter.mapped("subject"), ["Half a letter"])
        self.assertEqual(letter.email_to, "anna@example.com")
        self.assertIn("Good mor", letter.body_text)

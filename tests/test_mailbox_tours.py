from odoo.tests import HttpCase, tagged

from .common import MailCase, make_letter

FIRST_PAGE = "/odoo/letters"

LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 10


class MailboxTourCase(MailCase, HttpCase):
    """The three panes in Chromium, as an ordinary user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")

    def setUp(self):
        super().setUp()
        self.account = self.make_account(
            self.serve(
                [
                    make_letter(LONG, sender=f'"{"W" * 200}" <anna@example.com>', text=LONG),
                    make_letter("Price list"),
                    make_letter("Contract", html="<p>Good morning.</p>"),
                ]
            )
        )
        self.env.flush_all()
        self.assertEqual(self.check(self.account).new, 3)

    def tour(self, name, user=None):
        self.start_tour(FIRST_PAGE, name, login=(user or self.user).login, timeout=120)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestMailboxTours(MailboxTourCase):
    def check_mailbox(self):
        self.tour("iris_email_mailbox")
        letters = self.letters(self.account).with_user(self.user)
        read = letters.filtered(lambda letter: not letter.is_unread)
        self.assertIn("Contract", read.mapped("subject"))
        trashed = letters.search([("is_trashed", "=", True)])
        self.assertEqual(trashed.mapped("subject"), ["Price list"])
        self.assertTrue(trashed.is_important)
        self.assertFalse(trashed.is_unread)

    def test_mailbox(self):
        self.check_mailbox()

    def test_mailbox_in_russian(self):
        self.user.lang = "ru_RU"
        self.check_mailbox()

    def test_stranger(self):
        self.tour("iris_email_mailbox_stranger", self.stranger)


@tagged("post_install", "-at_install")
class TestKeyTours(MailCase, HttpCase):
    """Work with the keyboard alone."""

    browser_size = "1366x768"

    def check_keys(self):
        subjects = ("Gamma", "Beta", "Alpha")  # the newest one stands on top
        account = self.make_account(
            self.serve([make_letter(subject) for subject in subjects]),
            outgoing_host="127.0.0.1",
            outgoing_port=9,
        )
        account.incoming_right_ids.may_send = True
        self.env.flush_all()
        self.assertEqual(self.check(account).new, 3)
        gamma, beta, alpha = self.letters(account).with_user(self.user)
        self.start_tour(FIRST_PAGE, "iris_email_keys", login=self.user.login, timeout=120)
        self.env.invalidate_all()
        self.assertEqual((alpha.is_important, alpha.is_unread), (True, False))
        self.assertTrue(beta.is_trashed)
        self.assertFalse(gamma.is_trashed or gamma.is_important)
        # What was begun, and not written, is not kept.
        begun = self.env["iris.email"].search([("type", "=", "draft")])
        self.assertEqual(begun.mapped("subject"), [])

    def test_keys(self):
        self.check_keys()

    def test_keys_in_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.user.lang = "ru_RU"
        self.check_keys()


@tagged("post_install", "-at_install")
class TestMailboxToursOnPhone(MailboxTourCase):
    browser_size = "390x844"
    touch_enabled = True

    def check_mailbox(self):
        self.tour("iris_email_mailbox_phone")
        letters = self.letters(self.account).with_user(self.user)
        self.assertEqual(
            letters.filtered(lambda letter: not letter.is_unread).mapped("subject"), ["Contract"]
        )

    def test_mailbox(self):
        self.check_mailbox()

    def test_mailbox_in_russian(self):
        self.user.lang = "ru_RU"
        self.check_mailbox()

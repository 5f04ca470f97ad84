from odoo.tests import HttpCase, new_test_user, tagged

from .common import MailCase, make_letter
from .servers.scripted_pop3 import ScriptedPop3

FIRST_PAGE = "/odoo/action-iris_email.iris_email_action"

# How long the second mailbox takes: time to look at the progress.
SECONDS = 3.0


@tagged("post_install", "-at_install")
class TestTours(MailCase, HttpCase):
    """What a user does in the web client, in Chromium (guide E2-E6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.colleague = new_test_user(cls.env, "iris-colleague")

    def make_mailboxes(self, user):
        """Make two mailboxes for a user and a colleague, the second on a slow server."""
        readers = user + self.colleague
        letter = make_letter(
            "Price list", html="<p>Good morning.</p>", files=[("prices.txt", b"the prices")]
        )
        self.make_account(self.serve([letter]), "first@example.org", readers)
        letter = make_letter("Second mailbox")
        # The whole reply is written here, since a reply cannot wait before the usual one.
        whole = b"+OK\r\n" + letter + b".\r\n"
        server = ScriptedPop3([letter], replies={"RETR": [SECONDS, whole]})
        self.make_account(self.enterContext(server), "second@example.org", readers)

    def assertReadBy(self, user):
        """Assert that the one letter is read for this user, and for nobody else."""
        letter = self.letters().filtered(lambda letter: letter.subject == "Price list")
        self.assertEqual(len(letter), 1)
        self.assertFalse(letter.with_user(user).is_unread)
        self.assertTrue(letter.with_user(self.colleague).is_unread)
        return letter

    def test_check_mail(self):
        self.make_mailboxes(self.user)
        self.start_tour("/odoo", "iris_email_check_mail", login=self.user.login, timeout=120)
        letter = self.assertReadBy(self.user)

        url = f"/web/content/{letter.attachment_ids.id}?download=true"
        self.authenticate(self.user.login, self.user.login)
        self.assertEqual(self.url_open(url).content, b"the prices")
        self.authenticate(self.stranger.login, self.stranger.login)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_check_mail_in_russian(self):
        self.user.lang = "ru_RU"
        self.make_mailboxes(self.user)
        self.start_tour("/odoo", "iris_email_check_mail_ru", login=self.user.login, timeout=120)
        self.assertReadBy(self.user)

    def test_user_without_mailboxes(self):
        self.start_tour(FIRST_PAGE, "iris_email_no_mailbox", login=self.stranger.login)

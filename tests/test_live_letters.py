"""Letters appear by themselves, told by Odoo's real bus."""

from odoo.tests import HttpCase, tagged

from .common import MailCase, make_letter
from .test_mailbox_tours import FIRST_PAGE


@tagged("post_install", "-at_install")
class TestLiveLetters(MailCase, HttpCase):
    browser_size = "1366x768"
    lang = "en_US"

    def test_live_letters(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.user.lang = self.lang
        server = self.serve([make_letter("Contract")])
        account = self.make_account(server)
        self.env.flush_all()
        self.assertEqual(self.check(account).new, 1)
        server.letters[2] = make_letter("Price list")
        self.start_tour(FIRST_PAGE, "iris_email_live_letters", login=self.user.login, timeout=60)


@tagged("post_install", "-at_install")
class TestLiveLettersInRussian(TestLiveLetters):
    lang = "ru_RU"


@tagged("post_install", "-at_install")
class TestLiveLettersOnPhone(TestLiveLetters):
    browser_size = "390x844"
    touch_enabled = True

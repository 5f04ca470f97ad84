"""What is done with many letters at once, and with folded conversations, in Chromium."""

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import MailCase, make_letter
from .test_mailbox_tours import FIRST_PAGE


@tagged("post_install", "-at_install")
class TestBulkTour(MailCase, HttpCase):
    browser_size = "1366x768"
    lang = "en_US"
    is_shared = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.colleague = new_test_user(cls.env, "iris-colleague")

    def test_bulk(self):
        """All letters of a folded row are meant, and those of no other."""
        self.user.lang = self.lang
        server = self.serve(
            [
                make_letter("Invoice"),
                make_letter("Contract", message_id="<1@example.com>"),
                make_letter("Re: Contract", headers=[("References", "<1@example.com>")]),
                make_letter("Price list"),
                make_letter("Report"),
            ]
        )
        rights = {"perm_edit": True, "perm_delete": True, "perm_access": True}
        account = self.make_account(
            server,
            readers=self.user.browse(),
            incoming_right_ids=[Command.create({"user_id": self.user.id, **rights})],
        )
        self.env.flush_all()
        self.assertEqual(self.check(account).new, 5)
        self.letters(account).responsible_id = False
        self.start_tour(FIRST_PAGE, "iris_email_bulk", login=self.user.login, timeout=180)
        self.env.invalidate_all()
        letters = self.letters(account).with_user(self.user)
        changed = letters.filtered(lambda one: one.subject not in ("Invoice", "Report"))
        self.assertEqual(len(changed), 3)
        for letter in letters:
            with self.subTest(letter.subject):
                is_changed = letter in changed
                self.assertEqual(letter.is_unread, not is_changed)
                self.assertEqual(letter.is_important, is_changed)
                self.assertEqual(letter.responsible_id == self.user, is_changed)
                self.assertFalse(letter.is_trashed)
        seen = letters.with_user(self.colleague).search([("id", "in", letters.ids)], order="id")
        self.assertEqual(seen.with_user(self.user), changed if self.is_shared else changed.browse())


@tagged("post_install", "-at_install")
class TestBulkTourInRussian(TestBulkTour):
    lang = "ru_RU"


@tagged("post_install", "-at_install")
class TestBulkTourOnPhone(TestBulkTour):
    browser_size = "390x844"
    touch_enabled = True
    is_shared = False


@tagged("post_install", "-at_install")
class TestBulkTourOnPhoneInRussian(TestBulkTourOnPhone):
    lang = "ru_RU"

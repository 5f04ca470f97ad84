from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MailCase, make_letter


@tagged("post_install", "-at_install")
class TestReadMarks(MailCase):
    """A letter is new for each user until that user has opened it (guide E5)."""

    def setUp(self):
        super().setUp()
        self.account = self.make_account(
            self.serve([make_letter("First"), make_letter("Second")]),
            readers=self.user | self.manager,
        )
        self.check(self.account)
        self.mine = self.letters(self.account).with_user(self.user)
        self.theirs = self.mine.with_user(self.manager)

    def unread(self, letters):
        found = letters.search([("is_unread", "=", True), ("id", "in", letters.ids)])
        self.assertEqual(found, letters.filtered("is_unread"), "search and field disagree")
        return sorted(found.mapped("subject"))

    def test_reading_takes_only_my_own_mark_off(self):
        self.assertEqual(self.unread(self.mine), ["First", "Second"])
        self.mine.filtered(lambda letter: letter.subject == "First").mark_read()
        self.assertEqual(self.unread(self.mine), ["Second"])
        self.assertEqual(self.unread(self.theirs), ["First", "Second"])

    def test_reading_twice_and_forgetting(self):
        self.mine.mark_read()
        self.mine.mark_read()
        self.assertEqual(self.unread(self.mine), [])
        self.mine[0].mark_unread()
        self.assertEqual(self.unread(self.mine), [self.mine[0].subject])
        read = self.mine.search([("is_unread", "=", False), ("id", "in", self.mine.ids)])
        self.assertEqual(read, self.mine[1])

    def test_buttons_mark_many(self):
        self.mine.action_mark_read()
        self.assertEqual(self.unread(self.mine), [])
        self.mine.action_mark_unread()
        self.assertEqual(self.unread(self.mine), ["First", "Second"])

    def test_marks_need_the_right_to_read(self):
        for method in ("mark_read", "mark_unread"):
            with self.assertRaises(AccessError):
                getattr(self.mine.with_user(self.stranger), method)()

    def test_who_has_read_is_nobody_s_business(self):
        self.mine.mark_read()
        with self.assertRaises(AccessError):
            self.theirs.read(["read_user_ids"])

    def test_own_drafts_are_never_new(self):
        draft = self.env["iris.email"].with_user(self.user).create({"subject": "Draft"})
        self.assertFalse(draft.is_unread)

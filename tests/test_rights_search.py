import itertools
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models import iris_email_rights_search
from .common import MailCase

ALL_IN_THE_TRASH = [("is_trashed", "in", [True, False])]


@tagged("post_install", "-at_install")
class TestRightsSearch(MailCase):
    """Where PostgreSQL is told to look first changes nothing of what is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["res.groups"].create({"name": "Sales department"})
        cls.member = new_test_user(cls.env, "iris-member", lang="en_US")
        cls.member.group_ids = [Command.link(cls.group.id)]
        cls.accounts = cls.env["iris.email.account"].create(
            [{"address": f"box{number}@example.org"} for number in range(4)]
        )
        cls.accounts[0].incoming_right_ids = [Command.create({"user_id": cls.user.id})]
        cls.accounts[1].incoming_right_ids = [
            Command.create({"user_id": cls.user.id}),
            Command.create({"group_id": cls.group.id}),
        ]
        cls.accounts[2].outgoing_right_ids = [Command.create({"user_id": cls.user.id})]
        cls.env["iris.email"].search(ALL_IN_THE_TRASH).sudo().unlink()
        cls.env["iris.email"].create(list(cls.make_values()))
        cls.letters = cls.env["iris.email"].search([], order="id")
        cls.share_some()
        cls.trash_some()

    @classmethod
    def make_values(cls):
        """Yield letters of every kind, mailbox and responsible, each with a date of its own."""
        kinds = [("inbox", False), ("sent", False), ("outbox", "queued"), ("outbox", False)]
        kinds += [("draft", False), ("template", False)]
        accounts = [*cls.accounts, cls.accounts.browse()]
        responsibles = [cls.user, cls.member, cls.stranger, cls.user.browse()]
        combinations = itertools.product(kinds, accounts, responsibles)
        for number, ((kind, state), account, responsible) in enumerate(combinations):
            others = cls.accounts - account if kind == "inbox" and number % 3 == 0 else []
            yield {
                "type": kind,
                "state": state,
                "subject": f"Letter {number}",
                "account_id": account.id,
                "other_account_ids": [Command.link(other.id) for other in others[:2]],
                "responsible_id": responsible.id,
                "date": f"2026-03-{1 + number * 7 % 28:02} 10:00:00",
            }

    @classmethod
    def share_some(cls):
        for number, letter in enumerate(cls.letters[::5]):
            holders = [cls.user, cls.member, cls.stranger]
            letter._set_access(
                [
                    {"user_id": cls.manager.id, "perm_read": True, "perm_access": True},
                    {"user_id": holders[number % 3].id, "perm_read": True},
                    {"group_id": cls.group.id, "perm_read": number % 2 == 0},
                ]
                if number % 2 == 0
                else [{"user_id": holders[number % 3].id, "perm_read": True, "perm_access": True}]
            )

    @classmethod
    def trash_some(cls):
        for number, letter in enumerate(cls.letters[::4]):
            accounts = letter._get_accounts()
            letter.trashed_account_ids = accounts[: 1 + number % 2]
            letter._update_in_trash(True)

    def expect(self, user):
        """Return what a user may read and finds without asking for the trash, newest first."""
        letters = self.letters.with_user(user).filtered(
            lambda letter: letter.can_read and not letter.is_trashed
        )
        return letters.sorted(lambda letter: (letter.date, letter.id), reverse=True)

    def test_all_ways_of_searching_find_the_same(self):
        users = self.user + self.member + self.stranger + self.manager
        self.assertGreater(len(self.expect(self.user)), 15)
        self.assertTrue(any(self.expect(user) < self.letters for user in users))
        for most_branches, longest_page in itertools.product((0, 16), (0, 1000)):
            with (
                patch.object(iris_email_rights_search, "MOST_BRANCHES", most_branches),
                patch.object(iris_email_rights_search, "LONGEST_PAGE", longest_page),
            ):
                for user in users:
                    with self.subTest(user=user.login, branches=most_branches, page=longest_page):
                        self.assertFinds(self.env["iris.email"].with_user(user), self.expect(user))

    def assertFinds(self, letters, expected):
        self.assertEqual(letters.search([]), expected)
        self.assertEqual(letters.search([], limit=500), expected)
        self.assertEqual(letters.search([], limit=7, offset=3), expected[3:10])
        by_subject = expected.sorted(lambda letter: (letter.subject, letter.id))
        self.assertEqual(letters.search([], limit=500, order="subject, id"), by_subject)
        self.assertEqual(letters.search_count([]), len(expected))
        self.assertEqual(letters.search_count([], limit=500), len(expected))
        self.assertEqual(letters.search_count([], limit=5), min(5, len(expected)))
        subjects = [("subject", "like", "1")]
        found = expected.filtered(lambda letter: "1" in letter.subject)
        self.assertEqual(letters.search(subjects, limit=500), found)
        self.assertEqual(letters.search_count(subjects, limit=500), len(found))

    def test_trash_and_the_rest_are_all(self):
        for user in self.user + self.member + self.stranger:
            letters = self.env["iris.email"].with_user(user)
            kept = letters.search([], limit=500)
            trash = letters.search([("is_trashed", "=", True)], limit=500)
            self.assertFalse(kept & trash)
            readable = letters.search(ALL_IN_THE_TRASH, limit=500)
            self.assertEqual(kept | trash, readable)
            self.assertEqual(set(readable), set(self.letters.with_user(user).filtered("can_read")))
            self.assertFalse(any(kept.mapped("is_trashed")))
            self.assertTrue(all(trash.mapped("is_trashed")))

    def test_mailboxes(self):
        """A letter is found in no other mailbox than one through which the user reads it."""
        for user in self.user + self.member + self.stranger + self.manager:
            letters = self.env["iris.email"].with_user(user)
            for account in self.accounts.with_user(user):
                is_shared = account.is_shared_with_me
                expected = self.expect(user).filtered(
                    lambda letter, account=account, is_shared=is_shared: (
                        account in letter._get_accounts()
                        and (is_shared if letter._is_unsent() else letter._is_read_through(account))
                    )
                )
                for limit in (None, 500):
                    with self.subTest(user=user.login, account=account.address, limit=limit):
                        found = letters.search([("mailbox_id", "=", account.id)], limit=limit)
                        self.assertEqual(found, expected)
                        self.assertEqual(
                            letters.search([("mailbox_id", "!=", account.id)], limit=limit),
                            self.expect(user) - expected,
                        )

    def test_counts_beside_the_folders(self):
        for user in self.user + self.member + self.stranger:
            letters = self.env["iris.email"].with_user(user)
            counts = letters.get_mail_counts()
            unread = letters.search([("is_unread", "=", True)])
            self.assertEqual(counts["unread"], len(unread))
            unread_in = {place["id"]: place["unread"] for place in counts["places"]}
            accounts = self.env["iris.email.account"].with_user(user)
            mine = accounts._get_permitted_ids("incoming", "read")
            for account in self.accounts:
                through = unread.filtered(
                    lambda letter, account=account: account in letter._get_accounts()
                )
                if account.id in mine:
                    self.assertEqual(unread_in[account.id], len(through))
                else:
                    self.assertFalse(unread_in.get(account.id))
            mine = [("responsible_id", "=", user.id)]
            self.assertEqual(
                counts["drafts"], letters.search_count([("type", "=", "draft"), *mine])
            )

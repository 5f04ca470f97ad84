"""Lists in which a conversation is one row."""

import itertools
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models import iris_email_folding, iris_email_rights_search
from .common import MailCase

USUAL = "date DESC, id DESC"
NAMES = {"subject": {}, "conversation_size": {}}


@tagged("post_install", "-at_install")
class TestFolding(MailCase):
    """A folded page is what folding all letters by hand gives, in whatever way it is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.env["iris.email.account"].create(
            [{"address": f"box{number}@example.org"} for number in range(3)]
        )
        rows = [Command.create({"user_id": user.id}) for user in (cls.user, cls.manager)]
        cls.accounts[0].incoming_right_ids = rows
        cls.accounts[1].incoming_right_ids = rows[:1]
        cls.responsible = new_test_user(cls.env, "iris-responsible", lang="en_US")
        cls.env["iris.email"].search([("is_trashed", "in", [True, False])]).sudo().unlink()
        cls.letters = cls.env["iris.email"].create(list(cls.make_values()))
        cls.letters[::7].in_trash = "all"
        cls.letters[5]._set_access(
            [{"user_id": cls.stranger.id, "perm_read": True, "perm_access": True}]
        )
        cls.env.flush_all()

    @classmethod
    def make_values(cls):
        """Yield letters of three mailboxes; some conversations are large, some letters alone."""
        for number in range(120):
            name = f"k{number % 11}" if number % 5 else "k-large"
            yield {
                "type": "inbox",
                "subject": f"Letter {number}",
                "account_id": cls.accounts[number % 3].id,
                "other_account_ids": [Command.link(cls.accounts[1].id)] if not number % 9 else [],
                "responsible_id": cls.responsible.id if not number % 8 else False,
                "conversation": False if not number % 4 else name,
                "is_important": not number % 6,
                "date": datetime(2026, 3, 1) + timedelta(hours=number * 37 % 120 // 2),
            }

    def look(self, user, domain=(), **options):
        """Ask for a page as the web client does."""
        context = {"iris_email_conversations": True, **options.pop("context", {})}
        letters = self.env["iris.email"].with_user(user).with_context(**context)
        return letters.web_search_read(list(domain), NAMES, **{"order": USUAL, **options})

    def fold(self, user, domain=()):
        """Return what must be found, by hand."""
        found = self.env["iris.email"].with_user(user).search(list(domain))
        newest = {}
        for letter in found:
            newest.setdefault(letter.sudo().conversation or letter.id, letter.id)
        return list(newest.values())

    def ids(self, page):
        return [record["id"] for record in page["records"]]

    def test_pages(self):
        users = (self.user, self.manager, self.responsible, self.stranger, self.env.user)
        domains = ([], [("is_important", "=", True)], [("subject", "like", "1")])
        mailbox = [("mailbox_id", "=", self.accounts[1].id)]
        for branches, ahead in itertools.product((0, 16), (1, 4)):
            with (
                patch.object(iris_email_rights_search, "MOST_BRANCHES", branches),
                patch.object(iris_email_folding, "AHEAD", ahead),
                patch.object(iris_email_folding, "COUNTED_AHEAD", ahead),
            ):
                for user, domain in itertools.product(users, (*domains, mailbox)):
                    with self.subTest(user=user.login, domain=domain, branches=branches):
                        self.assertPages(user, domain)

    def assertPages(self, user, domain):
        expected = self.fold(user, domain)
        self.assertEqual(self.ids(self.look(user, domain)), expected)
        for offset in range(0, len(expected) + 2, 5):
            page = self.look(user, domain, offset=offset, limit=5)
            self.assertEqual(self.ids(page), expected[offset : offset + 5])
            # Beyond the end Odoo says 0, and the web client goes back to the first page.
            self.assertEqual(page["length"], len(expected) if offset < len(expected) else 0)

    def test_some_are_folded(self):
        self.assertLess(len(self.fold(self.user)), self.env["iris.email"].search_count([]) / 2)

    def test_length(self):
        expected = len(self.fold(self.user))
        for count_limit in (3, 5, 6, expected - 1, expected, expected + 1, 10_001):
            page = self.look(self.user, limit=5, count_limit=count_limit)
            with self.subTest(count_limit):
                self.assertEqual(page["length"], max(5, min(expected, count_limit)))
        page = self.look(self.user, limit=500, context={"force_search_count": True})
        self.assertEqual(page["length"], expected)

    def test_not_folded(self):
        letters = self.env["iris.email"].with_user(self.user)
        folded = letters.with_context(iris_email_conversations=True)
        unfolded = letters.with_context(iris_email_conversations=False)
        for order in ("subject", "date", "date desc", "id desc", "date desc, id"):
            with self.subTest(order):
                page = folded.web_search_read([], NAMES, order=order, limit=7, count_limit=50)
                plain = letters.web_search_read([], NAMES, order=order, limit=7, count_limit=50)
                self.assertEqual(page, plain)
        self.assertEqual(
            unfolded.web_search_read([], NAMES, order=USUAL),
            letters.web_search_read([], NAMES, order=USUAL),
        )
        groups = [[], ["is_important"], ["__count"]]
        self.assertEqual(
            folded.formatted_read_group(*groups), letters.formatted_read_group(*groups)
        )
        self.assertEqual(folded.search_count([]), letters.search_count([]))

    def test_usual_order_is_the_default(self):
        letters = self.env["iris.email"].with_user(self.user)
        folded = letters.with_context(iris_email_conversations=True)
        for order in (None, ""):
            page = folded.web_search_read([], {}, order=order)
            self.assertEqual(self.ids(page), self.fold(self.user))

    def test_what_is_read(self):
        page = self.look(self.user, [("is_important", "=", True)], limit=3)
        for record in page["records"]:
            letter = self.letters.browse(record["id"]).with_user(self.user)
            self.assertEqual(record["subject"], letter.subject)
            self.assertEqual(record["conversation_size"], letter.conversation_size)

    def test_trash(self):
        domain = [("is_trashed", "=", True)]
        page = self.look(self.user, domain, limit=80)
        self.assertEqual(self.ids(page), self.fold(self.user, domain))
        self.assertTrue(page["records"])

    def test_words(self):
        domain = [("full_text", "ilike", "letter")]
        self.assertEqual(
            self.ids(self.look(self.user, domain, limit=80)), self.fold(self.user, domain)
        )

    def test_queries(self):
        """A folded page asks as often as another one, however deep it is."""

        def count(**options):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.look(self.user, limit=4, count_limit=10_001, **options)
            return self.env.cr.sql_log_count - before

        count()
        folded, deep = count(), count(offset=8)
        plain = count(context={"iris_email_conversations": False})
        self.assertLessEqual(folded, plain + 1)
        self.assertLessEqual(deep, folded)

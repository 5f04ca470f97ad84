"""What tells people that letters have come: the bus, the numbers and the latest letters."""

import json
from datetime import datetime

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models import iris_email_receiver
from ..models.iris_email_counts import sort_key
from .common import MailCase, make_letter
from .servers.scripted_pop3 import DROP

TYPE = "iris_email/new_letters"


@tagged("post_install", "-at_install")
class TestAnnouncements(MailCase):
    """Who may read the letters of a mailbox hears that some have come, and nothing of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["res.groups"].create({"name": "Sales department"})
        cls.member = new_test_user(cls.env, "iris-member", lang="en_US")
        cls.member.group_ids = [Command.link(cls.group.id)]

    def setUp(self):
        super().setUp()
        self.env["bus.bus"].sudo().search([]).unlink()

    def get_news(self):
        """Return what the bus holds as pairs of partner and payload."""
        self.env.cr.precommit.run()
        found = []
        for row in self.env["bus.bus"].search([], order="id"):
            message = json.loads(row.message)
            if message["type"] == TYPE:
                _database, model, partner_id = json.loads(row.channel)
                self.assertEqual(model, "res.partner")
                found.append((self.env["res.partner"].browse(partner_id), message["payload"]))
                self.assertNotIn("Secret", row.message)
        return found

    def serve_account(self, count=3, **options):
        letters = [make_letter(f"Secret {n}") for n in range(count)]
        return self.make_account(self.serve(letters), **options)

    def test_readers_hear_once_a_step(self):
        self.patch(iris_email_receiver, "BATCH_LETTERS", 1)
        account = self.serve_account(readers=self.user | self.member)
        account.incoming_right_ids = [Command.create({"group_id": self.group.id})]
        self.check(account)
        news = {"account_id": account.id, "count": 3}
        expected = {self.user.partner_id: news, self.member.partner_id: news}
        found = self.get_news()
        self.assertEqual(dict(found), expected)
        self.assertEqual(len(found), 2)

    def test_long_step(self):
        """It tells in between what has come by then."""
        self.patch(iris_email_receiver, "BATCH_LETTERS", 1)
        self.patch(iris_email_receiver, "NEWS_SECONDS", 0)
        self.check(self.serve_account())
        self.assertEqual([news["count"] for _partner, news in self.get_news()], [1, 1, 1])

    def test_step_that_breaks_off(self):
        """What came before is here, so it is told."""
        self.patch(iris_email_receiver, "BATCH_LETTERS", 1)
        server = self.serve([make_letter(f"Secret {n}") for n in range(3)])
        server.replies["RETR 3"] = [DROP]
        self.assertTrue(self.check(self.make_account(server)).error)
        self.assertEqual([news["count"] for _partner, news in self.get_news()], [2])

    def test_nothing_new(self):
        account = self.serve_account()
        self.check(account)
        self.get_news()
        self.env["bus.bus"].search([]).unlink()
        self.check(account)
        self.assertEqual(self.get_news(), [])

    def test_who_hears_nothing(self):
        """No reader: other rights, no membership, archived, of the portal, of other companies."""
        abroad = self.env["res.company"].create({"name": "Abroad"})
        foreign = new_test_user(
            self.env, "iris-foreign", company_id=abroad.id, company_ids=[Command.set(abroad.ids)]
        )
        archived = new_test_user(self.env, "iris-archived")
        archived.active = False
        portal = new_test_user(self.env, "iris-portal", groups="base.group_portal")
        readers = self.user | foreign | archived | portal
        account = self.serve_account(readers=readers, company_id=self.env.company.id)
        account.incoming_right_ids = [
            Command.create({"user_id": self.stranger.id, "perm_read": False, "may_send": True})
        ]
        account.outgoing_right_ids = [Command.create({"user_id": self.manager.id})]
        self.check(account)
        self.assertEqual([partner for partner, _news in self.get_news()], [self.user.partner_id])

    def test_letter_by_letter(self):
        """A batch with a letter that cannot be stored tells of the others, together."""
        account = self.serve_account(4)
        self.env.cr.execute(
            "ALTER TABLE iris_email ADD CONSTRAINT no_bad CHECK (subject NOT LIKE '%2')"
        )
        self.check(account)
        [(_partner, news)] = self.get_news()
        self.assertEqual(news["count"], 3)
        self.env.cr.execute("ALTER TABLE iris_email DROP CONSTRAINT no_bad")
        self.env["bus.bus"].search([]).unlink()
        failed = self.receipts(account).filtered(lambda receipt: receipt.state == "failed")
        self.call(failed, "action_retry", self.manager)
        [(_partner, news)] = self.get_news()
        self.assertEqual(news["count"], 1)

    def test_letter_that_another_mailbox_has(self):
        """It is no new one in the database, but it is in this mailbox."""
        first = self.serve_account()
        self.check(first)
        self.get_news()
        self.env["bus.bus"].search([]).unlink()
        second = self.serve_account(login="second@example.org", readers=self.member)
        self.assertEqual(self.check(second, self.member).new, 0)
        self.assertEqual(
            self.get_news(), [(self.member.partner_id, {"account_id": second.id, "count": 3})]
        )

    def test_many_readers(self):
        """However many there are, the number of queries stays small."""
        partners = self.env["res.partner"].create([{"name": f"R{n}"} for n in range(40)])
        users = self.env["res.users"].create(
            [
                {"name": f"R{n}", "login": f"iris-r{n}", "partner_id": partner.id}
                for n, partner in enumerate(partners)
            ]
        )
        account = self.serve_account(readers=users)
        account.invalidate_model()
        users.invalidate_model()
        self.env.flush_all()
        with self.assertQueryCount(8):
            account._announce(3)
        self.assertEqual(len(self.get_news()), 40)
        with self.assertQueryCount(2):
            account._announce(3)
            self.env.cr.precommit.run()


@tagged("post_install", "-at_install")
class TestLatest(MailCase):
    """The latest unread letters, and the mailboxes with their numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.hidden = cls.env["iris.email.account"].create(
            [{"address": f"{name}@example.org"} for name in ("Zoe", "anna", "hidden")]
        )
        rights = [Command.create({"user_id": cls.user.id})]
        cls.first.incoming_right_ids = rights
        cls.second.incoming_right_ids = rights
        cls.letters = cls.env["iris.email"].create(
            [
                {
                    "type": "inbox",
                    "subject": f"Letter {number}" if number else False,
                    "email_from": "Anna <anna@example.com>",
                    "body_text": f"Text {number}",
                    "account_id": (cls.first, cls.second, cls.hidden)[number % 3].id,
                    "responsible_id": False,
                    "date": f"2026-03-{1 + number:02} 10:00:00",
                }
                for number in range(12)
            ]
        )
        cls.mine = cls.env["iris.email"].with_user(cls.user)

    def subjects(self, *args, user=None):
        return [one["subject"] for one in self.mine.with_user(user or self.user).get_latest(*args)]

    def test_newest_unread(self):
        self.assertEqual(self.subjects(3), ["Letter 10", "Letter 9", "Letter 7"])
        self.letters[9].with_user(self.user).mark_read()
        self.letters[7].in_trash = "all"
        self.assertEqual(self.subjects(3), ["Letter 10", "Letter 6", "Letter 4"])
        self.assertEqual(len(self.subjects()), 5)
        self.assertEqual(self.subjects(100)[-1], "")
        self.assertEqual(self.subjects(0), [])
        self.assertEqual(self.subjects(-1), [])
        for wrong in (None, "x", [], False):
            self.assertEqual(self.subjects(wrong), self.subjects())
        self.assertEqual(self.subjects(user=self.stranger), [])

    def test_what_is_told(self):
        [latest] = self.mine.get_latest(1)
        self.assertEqual(latest["id"], self.letters[10].id)
        self.assertEqual(latest["sender_name"], "Anna")
        self.assertEqual(latest["preview"], "Text 10")
        self.assertEqual(latest["date"], datetime(2026, 3, 11, 10))
        self.assertEqual(latest["mailbox_name"], "anna@example.org")

    def test_queries_of_the_latest(self):
        self.mine.get_latest(1)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.mine.get_latest(1)
        one = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.mine.get_latest(8)
        self.assertLessEqual(self.env.cr.sql_log_count - before, one)

    def test_places(self):
        self.letters[0].with_user(self.user).mark_read()
        self.hidden.outgoing_right_ids = [Command.create({"user_id": self.user.id})]
        self.assertEqual(
            self.mine.get_mail_counts()["places"],
            [
                {"id": self.second.id, "name": "anna@example.org", "unread": 4},
                {"id": self.hidden.id, "name": "hidden@example.org", "unread": 0},
                {"id": self.first.id, "name": "Zoe@example.org", "unread": 3},
            ],
        )
        self.second.active = False
        self.hidden.outgoing_right_ids.perm_edit = True
        ids = [place["id"] for place in self.mine.get_mail_counts()["places"]]
        self.assertEqual(ids, [self.hidden.id, self.first.id])
        for user in (self.stranger, self.manager):
            self.assertEqual(self.mine.with_user(user).get_mail_counts()["places"], [])

    def test_order_of_the_places(self):
        """In Russian, ё is sorted as е, and after it where nothing else differs."""
        names = ["Ежи", "Ёжи", "Ёлка", "Ель", "Жук"]
        self.assertEqual(sorted(reversed(names), key=sort_key), names)

    def test_queries_of_the_numbers(self):
        self.mine.get_mail_counts()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            self.mine.get_mail_counts()

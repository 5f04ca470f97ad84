"""What the web client shows of a letter beside its text."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.iris_email_storage import Download
from .common import MailCase, make_letter


class ReaderCase(MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Two of them, so that nobody becomes responsible by being the only one.
        cls.colleague = new_test_user(cls.env, "iris-colleague", lang="en_US")
        cls.account = cls.env["iris.email.account"].create(
            {
                "address": "ivan@example.org",
                "incoming_right_ids": [
                    Command.create({"user_id": cls.user.id, "perm_edit": True, "may_send": True}),
                    Command.create({"user_id": cls.colleague.id}),
                ],
            }
        )

    @classmethod
    def receive(cls, subject="Hello", **options):
        """Let the account receive a letter; return it as the user sees it."""
        return cls.receive_raw(make_letter(subject, **options))

    @classmethod
    def receive_raw(cls, raw):
        uidl = f"uid-{hash(raw)}"
        cls.env["iris.email.storage"]._store(cls.account, [Download(uidl, raw, len(raw))], {uidl})
        receipt = cls.env["iris.email.receipt"].search([("uidl", "=", uidl)])
        return receipt.letter_id.with_user(cls.user)

    def row_for(self, user):
        """Return the values of the one row of a letter's own list."""
        return {"user_id": user.id, "perm_read": True, "perm_access": True}

    def people(self, letter, name="email_from"):
        return letter.get_reader()[0]["people"][name]


@tagged("post_install", "-at_install")
class TestReader(ReaderCase):
    def test_received_letter(self):
        letter = self.receive(
            html='<p>x</p><img src="cid:a">', files=[("Счёт.pdf", b"%PDF-1.4")], text="Good day\n"
        )
        [read] = letter.get_reader()
        self.assertEqual(read["id"], letter.id)
        self.assertEqual((read["type"], read["state"]), ("inbox", False))
        self.assertEqual((read["subject"], read["preview"]), ("Hello", "Good day"))
        self.assertEqual(read["date"], "2026-03-02 07:15:00")
        self.assertEqual(read["mailbox"], {"id": self.account.id, "name": "ivan@example.org"})
        self.assertEqual(
            read["people"]["email_from"],
            [{"name": "Anna", "email": "anna@example.com", "partner_id": False}],
        )
        self.assertEqual(read["people"]["email_cc"], [])
        self.assertEqual(
            read["may"],
            {"edit": True, "delete": False, "access": False, "send": False, "write": False},
        )
        [file] = read["files"]
        self.assertEqual((file["name"], file["size"]), ("Счёт.pdf", 8))
        self.assertTrue(read["is_unread"] and read["has_html"])
        self.assertFalse(read["trusts_images"] or read["is_trashed"] or read["charset"])
        self.assertEqual([one["id"] for one in read["conversation"]], [letter.id])

    def test_order_and_nothing(self):
        letters = self.receive("one") | self.receive("two") | self.receive("three")
        backwards = letters.browse(reversed(letters.ids))
        self.assertEqual([one["id"] for one in backwards.get_reader()], backwards.ids)
        self.assertEqual(letters.browse().get_reader(), [])

    def test_too_many(self):
        letter = self.receive()
        letter.browse(letter.ids * 100).get_reader()
        with self.assertRaisesRegex(UserError, "100 letters at most"):
            letter.browse(letter.ids * 101).get_reader()

    def test_only_for_readers(self):
        letters = self.receive("one") | self.receive("two")
        for user in (self.stranger, self.manager):
            with self.assertRaises(AccessError):
                letters.with_user(user).get_reader()
        letters[1].sudo()._set_access([self.row_for(self.stranger)])
        with self.assertRaises(AccessError):
            letters.with_user(self.stranger).get_reader()
        self.assertEqual(len(letters[1].with_user(self.stranger).get_reader()), 1)

    def test_names_that_deceive(self):
        for sign in "@\uff20\ufe6b":  # full width, small
            letter = self.receive(sign, sender=f'"boss{sign}example.org" <thief@example.net>')
            name = f"boss{sign}example.org <thief@example.net>"
            self.assertEqual(self.people(letter)[0]["name"], name)
            self.assertEqual(letter.sender_name, name)

    def test_many_people(self):
        letter = self.receive(to=", ".join(f"p{number}@example.org" for number in range(700)))
        self.assertEqual(len(self.people(letter, "email_to")), 500)

    def test_draft(self):
        draft = (
            self.env["iris.email"]
            .with_user(self.user)
            .create({"email_to": "Anna <ANNA@example.com>, typo", "account_id": self.account.id})
        )
        [read] = draft.get_reader()
        self.assertEqual((read["subject"], read["type"]), ("", "draft"))
        self.assertEqual([one["name"] for one in read["people"]["email_to"]], ["Anna", "typo"])
        self.assertTrue(read["may"]["write"] and read["may"]["send"])

    # ---- partners ----

    def test_partners_by_address(self):
        partners = self.env["res.partner"].create(
            [
                {"name": "House", "email": "anna@example.com", "is_company": True},
                {"name": "Anna", "email": "Anna@Example.com"},
                {"name": "Anna again", "email": "anna@example.com"},
            ]
        )
        letter = self.receive(sender="ANNA <ANNA@EXAMPLE.COM>")
        self.assertEqual(self.people(letter)[0]["partner_id"], partners[1].id)
        [read] = letter.get_reader()
        self.assertEqual(len(read["candidates"]), 3)
        self.assertFalse(read["contact"])

    def test_partners_that_the_user_may_not_read(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        partner = self.env["res.partner"].create(
            {"name": "Secret", "email": "anna@example.com", "company_id": abroad.id}
        )
        letter = self.receive()
        letter.sudo().write({"contact_id": partner.id})
        [read] = letter.get_reader()
        self.assertFalse(read["people"]["email_from"][0]["partner_id"])
        self.assertFalse(read["contact"])
        self.assertNotIn("Secret", str(read))

    # ---- the conversation ----

    def test_conversation(self):
        first = self.receive("Question", message_id="<1@x>")
        second = self.receive("Answer", headers=[("In-Reply-To", "<1@x>")], message_id="<2@x>")
        draft = second.browse(second.action_reply()["res_id"])
        other = self.receive("Other")
        letters = first | second | draft
        for letter, read in zip(letters | other, (letters | other).get_reader(), strict=True):
            expected = other.ids if letter == other else letters.ids
            self.assertEqual([one["id"] for one in read["conversation"]], expected)
        self.assertEqual(read["conversation"][0]["sender_name"], "Anna")

    def test_conversation_is_what_one_may_read(self):
        first = self.receive("Question", message_id="<1@x>")
        second = self.receive("Answer", headers=[("In-Reply-To", "<1@x>")], message_id="<2@x>")
        third = self.receive("Thanks", headers=[("In-Reply-To", "<2@x>")])
        second.sudo()._set_access([self.row_for(self.stranger)])
        [read] = first.get_reader()
        self.assertEqual([one["id"] for one in read["conversation"]], [first.id, third.id])
        third.sudo().action_trash()
        self.assertEqual([one["id"] for one in first.get_reader()[0]["conversation"]], first.ids)
        [read] = third.get_reader()
        self.assertEqual([one["id"] for one in read["conversation"]], [first.id, third.id])

    def test_long_conversation(self):
        first = self.receive("Question", message_id="<1@x>")
        values = {"type": "inbox", "account_id": self.account.id, "parent_id": first.id}
        self.env["iris.email"].create([{**values, "subject": str(n)} for n in range(120)])
        shown = [one["id"] for one in first.get_reader()[0]["conversation"]]
        self.assertEqual((len(shown), shown[0]), (100, first.id))

    # ---- how much work it is ----

    def make_conversations(self, count, name):
        self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"{name}{n}@example.com"} for n in range(count)]
        )
        letters = self.env["iris.email"].with_user(self.user)
        for number in range(count):
            message_id = f"<{name}.{number}@x>"
            letters |= self.receive(
                f"{name} {number}",
                sender=f"{name}{number}@example.com",
                to=f"ivan@example.org, {name}{(number + 1) % count}@example.com",
                message_id=message_id,
                html="<p>x</p>",
                files=[("a.txt", b"%d" % number)],
            )
            self.receive(f"Re {name} {number}", headers=[("In-Reply-To", message_id)])
        letters[0].trust_images()
        return letters

    def count_queries(self, letters):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        letters.get_reader()
        return self.env.cr.sql_log_count - before

    def test_queries(self):
        letters = self.make_conversations(5, "p")
        self.count_queries(letters)  # what the server keeps in memory is looked up
        one = self.count_queries(letters[:1])
        five = self.count_queries(letters)
        self.assertEqual(one, five)
        self.assertLessEqual(five, 18)


@tagged("post_install", "-at_install")
class TestTrustedSenders(ReaderCase):
    def trusts(self, letter):
        return letter.get_reader()[0]["trusts_images"]

    def test_always_from_this_sender(self):
        letter, other = self.receive("one"), self.receive("two", sender="other@example.com")
        self.assertFalse(self.trusts(letter))
        self.assertTrue(letter.trust_images())
        self.assertTrue(letter.trust_images())
        later = self.receive("later", sender="Somebody <ANNA@Example.COM>")
        self.assertTrue(self.trusts(letter) and self.trusts(later))
        self.assertFalse(self.trusts(other))
        later.distrust_images()
        self.assertFalse(self.trusts(letter))

    def test_everybody_for_themselves(self):
        colleague = self.colleague
        letter = self.receive()
        letter.trust_images()
        self.assertFalse(self.trusts(letter.with_user(colleague)))
        mine = self.env["iris.email.trusted.sender"].search([])
        self.assertFalse(mine.with_user(colleague).search([]))
        for forbidden in (
            lambda: mine.with_user(colleague).read(["email"]),
            lambda: mine.with_user(colleague).unlink(),
            lambda: mine.with_user(self.user).write({"user_id": colleague.id}),
            lambda: mine.with_user(self.user).create({"email": "x@y", "user_id": colleague.id}),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                forbidden()

    def test_letters_of_others(self):
        letter = self.receive()
        for method in ("trust_images", "distrust_images"):
            with self.assertRaises(AccessError):
                getattr(letter.with_user(self.stranger), method)()

    def test_own_address_is_what_a_forger_takes(self):
        self.user.email = "Me@example.org"
        for sender in ("Ivan <IVAN@example.org>", "me@example.org"):
            letter = self.receive(sender, sender=sender)
            with self.assertRaisesRegex(UserError, "of your own"):
                letter.trust_images()
        letter = self.receive()
        letter.trust_images()
        self.account.address = "anna@example.com"
        self.assertFalse(self.trusts(letter))

    def test_own_address_in_another_company(self):
        """It is one's own even while one works in another company."""
        abroad = self.env["res.company"].create({"name": "Abroad"})
        self.user.company_ids += abroad
        self.account.copy({"address": "me@abroad.example", "company_id": abroad.id})
        self.env["iris.email.account"].search([("address", "=like", "me@%")]).incoming_right_ids = [
            Command.create({"user_id": self.user.id})
        ]
        letter = self.receive(sender="me@abroad.example")
        letter = letter.with_context(allowed_company_ids=self.env.company.ids)
        with self.assertRaisesRegex(UserError, "of your own"):
            letter.trust_images()

    def test_only_what_came_in(self):
        draft = self.env["iris.email"].with_user(self.user).create({})
        with self.assertRaisesRegex(UserError, "only for senders of letters that came in"):
            draft.trust_images()
        nobody = self.receive_raw(b"Subject: x\r\n\r\nx\r\n")
        with self.assertRaises(UserError):
            nobody.trust_images()


@tagged("post_install", "-at_install")
class TestReaderByRpc(ReaderCase, HttpCase):
    def call_kw(self, method, *arguments):
        content = {"model": "iris.email", "method": method, "args": arguments, "kwargs": {}}
        return self.url_open(
            f"/web/dataset/call_kw/iris.email/{method}",
            json={"jsonrpc": "2.0", "method": "call", "id": 0, "params": content},
        ).json()

    def test_by_rpc(self):
        letter = self.receive()
        self.authenticate(self.user.login, self.user.login)
        self.assertIs(self.call_kw("trust_images", letter.ids)["result"], True)
        [read] = self.call_kw("get_reader", letter.ids)["result"]
        self.assertTrue(read["trusts_images"])
        self.authenticate(self.stranger.login, self.stranger.login)
        for method in ("get_reader", "trust_images", "distrust_images"):
            answer = self.call_kw(method, letter.ids)
            self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.AccessError")

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import MailCase, make_letter


@tagged("post_install", "-at_install")
class TestRights(MailCase):
    """Who sees which letters and accounts (guide C1-C6, D1-D6)."""

    def setUp(self):
        super().setUp()
        raw = make_letter("Private", files=[("plan.txt", b"plan")])
        self.account = self.make_account(self.serve([raw]), readers=self.user)
        self.check(self.account)
        self.letter = self.letters(self.account)
        self.letter.responsible_id = False  # rights by the rows of the account alone

    def sees(self, user, letter=None):
        """Ask in every way for a letter; all must agree."""
        letters = self.env["iris.email"].with_user(user)
        letter = (letter or self.letter).with_user(user)
        domain = [("id", "=", letter.id)]
        found = bool(letters.search(domain))
        self.assertEqual(letters.search_count(domain), int(found))
        groups = letters.formatted_read_group(domain, ["account_id"], ["__count"])
        self.assertEqual(bool(groups), found)
        self.assertEqual(letter.has_access("read"), found)
        self.assertEqual(bool(letter._filtered_access("read")), found)
        attachments = self.env["ir.attachment"].with_user(user)
        files = attachments.search([("res_model", "=", "iris.email"), ("res_id", "=", letter.id)])
        self.assertEqual(bool(files), found and bool(letter.sudo().attachment_ids))
        return found

    def test_reader_sees_the_letter_and_its_files(self):
        self.assertTrue(self.sees(self.user))
        self.assertEqual(self.letter.with_user(self.user).attachment_ids.raw, b"plan")

    def test_user_without_rights_sees_neither_letter_nor_account(self):
        self.assertFalse(self.sees(self.stranger))
        with self.assertRaises(AccessError):
            self.letter.with_user(self.stranger).read(["subject"])
        with self.assertRaises(AccessError):
            self.letter.with_user(self.stranger).read(["source"])
        self.assertFalse(self.env["iris.email.account"].with_user(self.stranger).search([]))
        with self.assertRaises(AccessError):
            self.account.with_user(self.stranger).read(["address"])

    def test_administrator_manages_accounts_and_reads_no_letter(self):
        self.assertFalse(self.sees(self.manager))
        self.assertTrue(self.account.with_user(self.manager).read(["incoming_host"]))

    def test_user_sees_of_an_account_only_what_it_is_called(self):
        account = self.env["iris.email.account"].with_user(self.user).search([])
        self.assertEqual(account.read(["address", "description"])[0]["address"], account.address)
        for name in ("incoming_host", "incoming_login", "last_error", "incoming_right_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                account.read([name])
        with self.assertRaises(AccessError):
            account.description = "Mine"

    def test_rows_of_rights_are_for_administrators(self):
        for model in ("iris.email.incoming.right", "iris.email.outgoing.right"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.user).search([])
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.user).create(
                    {"account_id": self.account.id, "user_id": self.user.id}
                )
        for model in ("iris.email.receipt",):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.user).search([])

    def test_right_of_a_group(self):
        group = self.env["res.groups"].create({"name": "Sales department"})
        self.account.incoming_right_ids = [Command.create({"group_id": group.id})]
        self.assertFalse(self.sees(self.stranger))
        self.stranger.group_ids = [Command.link(group.id)]
        self.assertTrue(self.sees(self.stranger))
        self.stranger.group_ids = [Command.unlink(group.id)]
        self.assertFalse(self.sees(self.stranger))

    def test_right_taken_away_works_at_once(self):
        self.assertTrue(self.sees(self.user))
        self.account.incoming_right_ids.user_id = self.manager
        self.assertFalse(self.sees(self.user))
        self.account.incoming_right_ids.user_id = self.user
        self.assertTrue(self.sees(self.user))
        self.account.incoming_right_ids.unlink()
        self.assertFalse(self.sees(self.user))

    def test_rights_for_incoming_and_outgoing_are_apart(self):
        sent = self.env["iris.email"].create(
            {"type": "sent", "account_id": self.account.id, "subject": "Sent"}
        )
        self.assertFalse(self.sees(self.user, sent))
        self.account.outgoing_right_ids = [Command.create({"user_id": self.stranger.id})]
        self.assertTrue(self.sees(self.stranger, sent))
        self.assertFalse(self.sees(self.stranger))
        self.assertFalse(self.sees(self.user, sent))

    def test_draft_is_its_authors_alone(self):
        draft = self.env["iris.email"].with_user(self.user).create({"subject": "Draft"})
        self.assertTrue(self.sees(self.user, draft))
        self.assertFalse(self.sees(self.stranger, draft))
        self.assertFalse(self.sees(self.manager, draft))

    def test_letter_of_two_accounts_is_seen_through_either(self):
        other = self.make_account(self.serve(), "boss@example.org", readers=self.stranger)
        self.letter.other_account_ids = [Command.link(other.id)]
        self.assertTrue(self.sees(self.user))
        self.assertTrue(self.sees(self.stranger))
        self.assertFalse(self.sees(self.manager))

    def test_edit_needs_its_own_right(self):
        reader = new_test_user(self.env, "iris-reader")
        self.account.incoming_right_ids = [Command.create({"user_id": reader.id})]
        self.assertTrue(self.sees(reader))
        with self.assertRaises(AccessError):
            self.letter.with_user(reader).is_important = True
        self.letter.with_user(self.user).is_important = True

    def test_what_came_in_cannot_be_changed(self):
        mine = self.letter.with_user(self.user)
        for name, value in (
            ("subject", "Forged"),
            ("body_text", "Forged"),
            ("email_from", "forged@example.com"),
            ("account_id", False),
            ("type", "draft"),
            ("fingerprint", "0"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.write({name: value})

    def test_files_of_what_came_in_cannot_be_changed(self):
        file = self.letter.with_user(self.user).attachment_ids
        with self.assertRaises(AccessError):
            file.raw = b"forged"
        with self.assertRaises(AccessError):
            file.public = True
        with self.assertRaises(AccessError):
            file.generate_access_token()
        with self.assertRaises(AccessError):
            file.unlink()
        with self.assertRaises(AccessError):
            file.create({"name": "x.txt", "res_model": "iris.email", "res_id": self.letter.id})
        self.assertEqual(file.raw, b"plan")

    def test_files_of_a_draft_are_its_authors(self):
        draft = self.env["iris.email"].with_user(self.user).create({"subject": "Draft"})
        file = (
            self.env["ir.attachment"]
            .with_user(self.user)
            .create({"name": "x.txt", "raw": b"x", "res_model": "iris.email", "res_id": draft.id})
        )
        file.raw = b"y"
        with self.assertRaises(AccessError):
            file.with_user(self.stranger).read(["raw"])
        file.unlink()

    def test_nobody_forges_a_letter_that_came_in(self):
        for letter_type in ("inbox", "outbox", "sent"):
            with self.subTest(letter_type), self.assertRaises(AccessError):
                self.env["iris.email"].with_user(self.user).create(
                    {"type": letter_type, "account_id": self.account.id}
                )
        draft = self.env["iris.email"].with_user(self.user).create({"subject": "Draft"})
        with self.assertRaises(AccessError):
            draft.type = "sent"

    def test_nobody_forges_the_marks_by_which_letters_are_known(self):
        drafts = self.env["iris.email"].with_user(self.stranger)
        for name in ("fingerprint", "message_id", "parent_id", "source", "other_account_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                drafts.create({"subject": "Trap", name: False})
            traps = drafts.with_context(**{f"default_{name}": "1"})
            if drafts._fields[name].groups:
                with self.subTest(name), self.assertRaises(AccessError):
                    traps.create({"subject": "Trap"})
                continue
            draft = traps.create({"subject": "Trap"})
            with self.subTest(name), self.assertRaises(AccessError):
                draft.write({name: False})
            self.assertFalse(draft.sudo()[name])

    def test_draft_from_a_foreign_mailbox_is_refused(self):
        drafts = self.env["iris.email"].with_user(self.stranger)
        with self.assertRaises(AccessError):
            drafts.create({"subject": "Trap", "account_id": self.account.id})

    def test_own_draft_can_be_copied(self):
        draft = self.env["iris.email"].with_user(self.user).create({"subject": "Draft"})
        self.assertEqual(draft.copy().subject, "Draft")
        with self.assertRaises(AccessError):
            self.letter.with_user(self.user).copy()

    def test_original_tells_readers_of_another_mailbox_no_trace(self):
        """Whoever got a blind copy is not named by the header of the copy that was kept."""
        raw = make_letter("Blind", headers=[("Delivered-To", "boss@example.org"), ("X-Way", "b")])
        boss = self.make_account(self.serve([raw]), "boss@example.org", readers=self.manager)
        shared = self.make_account(self.serve([make_letter("Blind")]), "shared@example.org")
        self.check(boss, self.manager)
        self.check(shared)
        letter = self.letters(boss)
        self.assertEqual(letter.other_account_ids, shared)
        mine = letter.with_user(self.user)
        self.assertEqual(mine._get_original(), make_letter("Blind"))
        self.assertNotIn("boss", mine.header_lines)
        self.assertEqual(mine.mailbox_id, shared)
        self.assertEqual(mine.account_id.sudo().display_name, "(another mailbox)")
        self.assertEqual(letter.with_user(self.manager)._get_original(), raw)
        with self.assertRaises(AccessError):
            mine.read(["source"])


@tagged("post_install", "-at_install")
class TestRightRows(MailCase):
    """The cards of the rights (guide C1-C8, D1-D6)."""

    def setUp(self):
        super().setUp()
        self.account = self.make_account(self.serve(), readers=self.env["res.users"])
        self.rights = self.env["iris.email.incoming.right"].with_user(self.manager)

    def test_ticking_edit_ticks_read(self):
        with Form(self.rights) as card:
            card.account_id = self.account
            card.user_id = self.user
            card.perm_read = False
            card.perm_edit = True
            self.assertTrue(card.perm_read)

    def test_default_sender_may_send(self):
        with Form(self.rights) as card:
            card.account_id = self.account
            card.user_id = self.user
            card.default_sender = True
            self.assertTrue(card.may_send)

    def test_one_row_for_each_holder(self):
        self.rights.create({"account_id": self.account.id, "user_id": self.user.id})
        with self.assertRaisesRegex(ValidationError, "iris-sales.* already has a row"):
            self.rights.create({"account_id": self.account.id, "user_id": self.user.id})

    @mute_logger("odoo.sql_db")
    def test_row_is_for_a_user_or_a_group(self):
        group = self.env.ref("base.group_user")
        for holder in ({}, {"user_id": self.user.id, "group_id": group.id}):
            with (
                self.subTest(holder=holder),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.rights.create({"account_id": self.account.id, **holder})

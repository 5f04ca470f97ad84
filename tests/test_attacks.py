"""What somebody hostile, or bad luck, would try next; each test guards one promise."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.iris_email_storage import Download
from .common import MailCase, make_letter


@tagged("post_install", "-at_install")
class TestRightsUnderAttack(MailCase):
    """Somebody who may do less wants to see or change more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = new_test_user(cls.env, "iris-editor", lang="en_US")
        values = {"incoming_host": "pop.example.com", "incoming_password": "secret"}
        cls.private, cls.shared = cls.env["iris.email.account"].create(
            [
                {
                    **values,
                    "address": "boss@example.org",
                    "incoming_login": "boss",
                    "incoming_right_ids": [Command.create({"user_id": cls.user.id})],
                },
                {
                    **values,
                    "address": "shared@example.org",
                    "incoming_login": "shared",
                    "incoming_right_ids": [
                        Command.create({"user_id": cls.editor.id, "perm_edit": True})
                    ],
                },
            ]
        )
        cls.letter = cls.receive(cls.private, make_letter("Merger", text="hunter2\n"))

    @classmethod
    def receive(cls, account, raw):
        uidl = f"uid-{len(raw)}-{account.id}"
        storage = cls.env["iris.email.storage"]
        storage._store(account, [Download(uidl, raw, len(raw))], {uidl})
        domain = [("uidl", "=", uidl), ("account_id", "=", account.id)]
        return cls.env["iris.email.receipt"].search(domain).letter_id

    def test_own_draft_tells_no_subject_of_a_foreign_letter(self):
        self.assertNotIn("Merger", self.read_own_draft("parent_id", self.letter))

    def test_own_draft_tells_no_address_of_a_foreign_account(self):
        self.assertNotIn("boss@example.org", self.read_own_draft("account_id", self.private))

    def read_own_draft(self, name, record):
        """Point a draft at a foreign record; return what it then tells, or that it is refused."""
        drafts = self.env["iris.email"].with_user(self.stranger)
        try:
            draft = drafts.create({name: record.id})
        except AccessError:
            return "refused"
        draft.invalidate_recordset()
        return str(draft.read([name]))

    def test_ledger_tells_administrators_no_subject(self):
        receipts = self.env["iris.email.receipt"].with_user(self.manager).search([])
        self.assertNotIn("Merger", str(receipts.read()))
        self.assertNotIn("Merger", str(receipts.web_read({"letter_id": {"fields": {}}})))

    def test_loose_file_cannot_become_a_file_of_a_received_letter(self):
        letter = self.receive(self.shared, make_letter("Offer"))
        file = self.env["ir.attachment"].with_user(self.editor).create({"name": "x", "raw": b"x"})
        with self.assertRaises(AccessError):
            file.write({"res_model": "iris.email", "res_id": letter.id})

    def test_loose_file_cannot_become_the_original(self):
        letter = self.receive(self.shared, make_letter("Offer"))
        file = self.env["ir.attachment"].with_user(self.editor).create({"name": "x", "raw": b"x"})
        with self.assertRaises(AccessError):
            file.write({"res_model": "iris.email", "res_id": letter.id, "res_field": "source"})

    def test_draft_cannot_be_planted_among_those_of_somebody_else(self):
        draft = self.env["iris.email"].with_user(self.stranger).create({"subject": "Forged"})
        with self.assertRaises(AccessError):
            draft.write({"responsible_id": self.user.id})

    def test_forged_draft_is_no_parent_of_a_letter(self):
        self.env["iris.email"].with_user(self.stranger).sudo().create(
            {
                "subject": "Forged",
                "account_id": self.private.id,
                "message_id": "<asked@example.com>",
                "responsible_id": self.stranger.id,
            }
        )
        answer = self.receive(
            self.private, make_letter("Re: Asked", headers=[("In-Reply-To", "<asked@example.com>")])
        )
        self.assertFalse(answer.parent_id)

    def test_copy_of_a_private_mailbox_is_not_named_to_others(self):
        """Who got a blind copy is nobody's business but that mailbox's readers'."""
        raw = make_letter("Blind copy")
        self.receive(self.private, raw)
        letter = self.receive(self.shared, raw).with_user(self.editor)
        name = {"fields": {"display_name": {}}}
        shown = letter.web_read({"account_id": name, "mailbox_id": name})
        self.assertNotIn("boss@example.org", str(shown))

    def test_sender_cannot_pass_a_name_off_as_an_address(self):
        """The list shows the name only, so it must not look like somebody else's address."""
        raw = make_letter("Pay", sender='"ceo@example.org" <thief@example.net>')
        self.assertIn("thief@example.net", self.receive(self.private, raw).sender_name)

    def test_contact_of_a_foreign_company_is_not_named(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.env["res.partner"].create(
            {"name": "Hidden", "email": "anna@example.com", "company_id": company.id}
        )
        letter = self.receive(self.private, make_letter("From Anna")).with_user(self.user)
        self.assertNotIn("Hidden", str(letter.read(["contact_id", "company_partner_id"])))

    def test_password_does_not_go_to_another_server(self):
        """An administrator who may not read the password may not have it sent to themself."""
        account = self.private.with_user(self.manager)
        account.write({"incoming_host": "pop.attacker.example"})
        self.assertFalse(account.has_incoming_password)


@tagged("post_install", "-at_install")
class TestLettersUnderAttack(MailCase):
    """Servers that are slow, moved or moody; no letter may be skipped or deleted for it."""

    def test_one_copy_that_cannot_be_deleted(self):
        """It keeps neither the others on the server nor the mailbox from being checked."""
        server = self.serve([make_letter("One"), make_letter("Two")])
        server.replies["DELE 1"] = [b"-ERR locked\r\n"]
        account = self.make_account(server, keep_policy="letter")
        self.check(account)
        self.letters(account).unlink()
        self.check(account)
        self.assertEqual(list(server.letters), [1])
        self.assertFalse(account.next_try)

    def test_deleted_letter_stays_deleted_when_letters_are_renumbered(self):
        server = self.serve([make_letter("One")])
        account = self.make_account(server)
        self.check(account)
        self.letters(account).unlink()
        server.uidls = {1: "renumbered"}
        self.assertEqual(self.check(account).new, 0)

    def test_large_letter_loaded_whole_is_known_after_renumbering(self):
        server = self.serve([make_letter("Large", text="word " * 300000)])
        account = self.make_account(server, max_size_mb=1)
        self.check(account)
        self.call(self.letters(account), "action_load_whole")
        server.uidls = {1: "renumbered"}
        self.check(account)
        self.assertEqual(len(self.letters(account)), 1)

    def test_account_without_login_reads_the_mailbox_of_its_address(self):
        server = self.serve()
        self.make_account(server, login="ivan@example.org")
        with self.assertRaises(ValidationError):
            self.make_account(server, incoming_login=False)

    def test_account_that_is_deleted_while_the_scheduled_check_runs(self):
        server = self.serve([make_letter("One")])
        first, second, third = (self.make_account(server, login=f"{n}@example.org") for n in "abc")
        check_step = type(self.env["iris.email.receiver"])._check_step

        def delete_next(receiver, account, seconds):
            if account.id == first.id:
                receiver.env["iris.email.account"].browse(second.id).unlink()
            return check_step(receiver, account, seconds)

        self.patch(type(self.env["iris.email.receiver"]), "_check_step", delete_next)
        self.run_cron()
        self.assertTrue(third.last_check)

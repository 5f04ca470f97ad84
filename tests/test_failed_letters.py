import os
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from psycopg2.errors import UndefinedColumn

from .common import MailCase, make_letter


class FailingCase(MailCase):
    """A mailbox of three letters, the second of which cannot be stored."""

    def setUp(self):
        super().setUp()
        self.originals = [
            make_letter("One"),
            make_letter("Bad secret", text="very private"),
            make_letter("Three"),
        ]
        self.server = self.serve(self.originals)
        self.account = self.make_account(self.server)

    @contextmanager
    def refusing(self):
        """Make storing the second letter raise an error of ours."""
        model = type(self.env["iris.email"])
        create = model.create

        def fail(records, vals_list):
            if any((vals.get("subject") or "").startswith("Bad") for vals in vals_list):
                raise ValueError("not this one")
            return create(records, vals_list)

        with patch.object(model, "create", fail):
            yield

    @contextmanager
    def refusing_in_database(self):
        """Make the database refuse the second letter; its error quotes the whole row."""
        self.env.cr.execute(
            "ALTER TABLE iris_email ADD CONSTRAINT no_bad CHECK (subject NOT LIKE 'Bad%')"
        )
        yield
        self.env.cr.execute("ALTER TABLE iris_email DROP CONSTRAINT no_bad")

    def get_failed(self):
        return self.receipts(self.account).filtered(lambda receipt: receipt.state == "failed")


@tagged("post_install", "-at_install")
class TestFailedLetters(FailingCase):
    """A letter that cannot be stored costs only itself, and is not lost."""

    def test_the_others_are_stored(self):
        for refusing in (self.refusing, self.refusing_in_database):
            with self.subTest(refusing.__name__):
                self.receipts(self.account).unlink()
                self.letters(self.account).unlink()
                with refusing():
                    outcome = self.check(self.account)
                self.assertEqual((outcome.processed, outcome.new, outcome.error), (3, 2, False))
                self.assertEqual(self.letters(self.account).mapped("subject"), ["One", "Three"])
                failed = self.get_failed()
                self.assertEqual(failed.uidl, "uid2")
                self.assertTrue(failed.has_source)
                self.assertEqual(failed._get_source(), self.originals[1])
                self.assertEqual(failed.size, len(self.originals[1]))

    def test_reason(self):
        with self.refusing():
            self.check(self.account)
        self.assertEqual(self.get_failed().reason, "ValueError: not this one")
        self.receipts(self.account).unlink()
        with self.refusing_in_database():
            self.check(self.account)
        reason = self.get_failed().reason
        self.assertIn("CheckViolation", reason)
        self.assertIn("no_bad", reason)
        self.assertNotIn("secret", reason)

    def test_log_tells_no_content(self):
        for refusing in (self.refusing, self.refusing_in_database):
            with self.subTest(refusing.__name__):
                self.receipts(self.account).unlink()
                self.letters(self.account).unlink()
                with refusing(), self.assertLogs("odoo", "INFO") as logs:
                    self.check(self.account)
                written = "\n".join(logs.output)
                self.assertIn("could not be stored", written)
                for private in ("secret", "very private", "anna@", "ivan@"):
                    self.assertNotIn(private, written)

    def test_errors_of_other_queries_are_still_logged(self):
        with self.refusing_in_database():
            self.check(self.account)
        with self.assertLogs("odoo.sql_db", "ERROR"), self.assertRaises(UndefinedColumn):
            with self.env.cr.savepoint():
                self.env.cr.execute("SELECT no_such_column")

    def test_not_asked_for_again_by_itself(self):
        """Its source is here, so that there is nothing to ask the server for."""
        with self.refusing():
            self.check(self.account)
            self.server.commands.clear()
            self.assertEqual(self.check(self.account).processed, 0)
        self.assertFalse([line for line in self.server.commands if line.startswith(b"RETR")])

    def test_retry_stores_it(self):
        with self.refusing():
            self.check(self.account)
        failed = self.get_failed()
        self.server.letters.clear()  # it does not need the server
        shown = self.call(failed, "action_retry", self.manager)
        self.assertEqual(shown["params"]["message"], "1 stored.")
        self.assertStored(self.account, self.originals)
        self.assertEqual((failed.state, failed.has_source), ("stored", False))
        self.assertFalse(failed.reason)
        self.assertFalse(failed._get_source_attachment())
        self.assertEqual(self.letters(self.account)[-1].subject, "Bad secret")

    def test_retry_fails_again(self):
        with self.refusing():
            self.check(self.account)
            failed = self.get_failed()
            shown = self.call(failed, "action_retry", self.manager)
        self.assertIn("0 stored, 1 failed again", shown["params"]["message"])
        self.assertEqual(shown["params"]["type"], "warning")
        self.assertEqual(failed.attempts, 2)
        self.assertEqual(failed._get_source(), self.originals[1])

    def test_list_that_is_empty_for_once(self):
        """The letter is not kept twice, and Retry does not double it."""
        letters = self.server.letters
        with self.refusing():
            for shown in (letters, {}, letters):
                self.server.letters = shown
                self.check(self.account)
        self.assertEqual(self.receipts(self.account).mapped("uidl"), ["uid1", "uid2", "uid3"])
        self.call(self.get_failed(), "action_retry", self.manager)
        self.assertStored(self.account, self.originals)
        self.assertEqual(self.check(self.account).processed, 0)

    def test_retry_of_what_is_gone_from_the_server(self):
        with self.refusing():
            self.check(self.account)
        self.server.letters.clear()
        self.check(self.account)
        self.call(self.get_failed(), "action_retry", self.manager)
        self.assertStored(self.account, self.originals)

    def test_retry_is_for_managers(self):
        with self.refusing():
            self.check(self.account)
        failed = self.get_failed()
        with self.assertRaises(AccessError):
            failed.with_user(self.user).read(["reason"])
        with self.assertRaises(AccessError):
            self.call(failed, "action_retry", self.user)

    def test_retry_of_a_stored_letter(self):
        self.check(self.account)
        with self.assertRaisesRegex(UserError, "stored already"):
            self.call(self.receipts(self.account), "action_retry", self.manager)

    def test_manager_sees_them(self):
        with self.refusing():
            self.check(self.account)
        account = self.account.with_user(self.manager)
        self.assertEqual(account.failed_count, 1)
        action = account.action_open_failed()
        self.assertEqual(action["res_model"], "iris.email.receipt")
        failed = self.env["iris.email.receipt"].with_user(self.manager).search(action["domain"])
        self.assertIn(self.get_failed(), failed)

    def test_source_is_for_those_who_may_read_the_mailbox(self):
        with self.refusing():
            self.check(self.account)
        failed = self.get_failed().with_user(self.manager)
        self.assertFalse(failed.can_download)
        with self.assertRaisesRegex(AccessError, "Only who may read"):
            failed._get_original()
        self.account.incoming_right_ids = [Command.create({"user_id": self.manager.id})]
        self.assertTrue(failed.can_download)
        self.assertEqual(failed._get_original(), self.originals[1])
        with self.assertRaises(AccessError):
            failed.read(["source"])

    def test_all_of_a_batch_fail(self):
        storage = type(self.env["iris.email.storage"])
        with patch.object(storage, "_create_receipts", side_effect=ValueError("never")):
            outcome = self.check(self.account)
        self.assertEqual((outcome.processed, outcome.new), (3, 0))
        self.assertFalse(self.letters(self.account))
        self.assertEqual(len(self.get_failed()), 3)
        self.call(self.get_failed(), "action_retry", self.manager)
        self.assertStored(self.account, self.originals)

    def test_part_of_a_large_letter_fails(self):
        """Retry does not take its beginning for the whole letter."""
        self.server.letters[2] = make_letter("Bad", text="x\n" * 600_000)
        self.account.max_size_mb = 1
        with self.refusing():
            self.check(self.account)
        self.call(self.get_failed(), "action_retry", self.manager)
        letter = self.letters(self.account)[-1]
        self.assertEqual((letter.subject, letter.is_partial), ("Bad", True))
        receipt = self.receipts(self.account).filtered(lambda receipt: receipt.uidl == "uid2")
        self.assertEqual((receipt.state, receipt.letter_id), ("oversize", letter))

    def test_disk_is_full(self):
        """No letter is to blame: the check fails as a whole and is repeated."""
        model = type(self.env["ir.attachment"])
        with (
            patch.object(model, "_file_write", side_effect=OSError(28, "No space left on device")),
            self.assertLogs("odoo.addons.iris_email", "ERROR"),
        ):
            outcome = self.check(self.account)
        self.assertIn("An unexpected error stopped the check (OSError)", outcome.error)
        self.assertFalse(self.receipts(self.account))
        self.assertEqual(self.check(self.account).new, 3)
        self.assertStored(self.account, self.originals)

    def test_file_torn_by_a_crash(self):
        """A file that was written in part only must not stand in the way of its letter."""
        attachments = self.env["ir.attachment"]
        checksum = attachments._compute_checksum(self.originals[1])
        _name, path = attachments._get_path(self.originals[1], checksum)
        with open(path, "wb") as torn:
            torn.write(self.originals[1][:10])
        self.addCleanup(os.remove, path)
        self.check(self.account)
        self.assertStored(self.account, self.originals)

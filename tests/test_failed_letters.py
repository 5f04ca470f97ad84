import base64
import os
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
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
        self.assertEqual(failed[-1:].source_name, f"letter-{failed[-1:].id}.eml")

    def test_source_can_be_downloaded(self):
        with self.refusing():
            self.check(self.account)
        failed = self.get_failed().with_user(self.manager)
        self.assertEqual(base64.b64decode(failed.source), self.originals[1])

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


@tagged("post_install", "-at_install")
class TestRefusedLetters(FailingCase):
    """A letter that the server does not hand over (-ERR) costs only itself."""

    def setUp(self):
        super().setUp()
        self.server.replies["RETR 2"] = [b"-ERR cannot read this one\r\n"]

    def count_requests(self):
        return self.server.commands.count(b"RETR 2")

    def test_the_others_are_stored(self):
        outcome = self.check(self.account)
        self.assertEqual((outcome.processed, outcome.new, outcome.error), (3, 2, False))
        failed = self.get_failed()
        self.assertEqual((failed.uidl, failed.has_source, failed.attempts), ("uid2", False, 1))
        self.assertIn("refused the request", failed.reason)
        self.assertIn("cannot read this one", failed.reason)
        self.assertFalse(self.account.last_error)

    def test_asked_for_again_at_later_checks(self):
        self.check(self.account)
        self.server.replies.pop("RETR 2")
        self.assertEqual(self.check(self.account).new, 1)
        self.assertStored(self.account, self.originals)

    def test_given_up_after_five_times(self):
        for _check in range(8):
            self.check(self.account)
        self.assertEqual(self.count_requests(), 5)
        self.assertEqual(self.get_failed().attempts, 5)
        # New letters still come in.
        self.server.letters[4] = make_letter("Four")
        self.assertEqual(self.check(self.account).new, 1)

        self.server.replies.pop("RETR 2")
        self.assertEqual(self.check(self.account).processed, 0)
        shown = self.call(self.get_failed(), "action_retry", self.manager)
        self.assertEqual(shown["params"]["message"], "1 stored.")
        self.assertStored(self.account, self.server.letters.values())

    def test_retry_is_refused_again(self):
        for _check in range(6):
            self.check(self.account)
        shown = self.call(self.get_failed(), "action_retry", self.manager)
        self.assertIn("1 failed again", shown["params"]["message"])
        self.assertEqual(self.get_failed().attempts, 1)

    def test_retry_while_the_server_is_away(self):
        self.check(self.account)
        self.server.replies["PASS"] = [b"-ERR [AUTH] no\r\n"]
        shown = self.call(self.get_failed(), "action_retry", self.manager)
        self.assertIn("1 failed again", shown["params"]["message"])
        self.assertIn("does not accept", self.account.last_error)

    def test_refused_beginning_of_a_large_letter(self):
        self.server.letters[2] = make_letter("Large", text="x\n" * 600_000)
        self.server.replies = {
            "GREETING": [b"+OK\r\n"],
            "TOP 2 60": [b"-ERR cannot read this one\r\n"],
        }
        self.account.max_size_mb = 1
        outcome = self.check(self.account)
        self.assertEqual((outcome.processed, outcome.new, outcome.error), (3, 2, False))
        self.assertIn("cannot read this one", self.get_failed().reason)
        self.server.replies.pop("TOP 2 60")
        self.assertEqual(self.check(self.account).new, 1)
        self.assertFalse(self.get_failed())

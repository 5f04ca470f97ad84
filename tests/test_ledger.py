import base64
import os
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from psycopg2.errors import UndefinedColumn

from ..models import iris_email_receiver
from .common import MailCase, make_letter

# How two servers deliver the same letter: what a way adds is not what its author wrote.
TRACES = [
    [
        ("Return-Path", "<anna@example.com>"),
        ("Delivered-To", f"{name}@example.org"),
        ("Received", f"from mx.example.com by {name}.example.org; Mon, 02 Mar 2026 10:15:0{n}"),
        ("X-Spam-Score", str(n)),
    ]
    for n, name in enumerate(("ivan", "sales"))
]


@tagged("post_install", "-at_install")
class TestLedger(MailCase):
    """Which letters are known, and which of them are the same."""

    def test_one_row_for_each_letter(self):
        letters = [make_letter("One"), make_letter("Two", text="x" * 500)]
        account = self.make_account(self.serve(letters, uidls=["first", "second"]))
        self.check(account)
        rows = self.receipts(account)
        self.assertEqual(rows.mapped("uidl"), ["first", "second"])
        self.assertEqual(rows.letter_id, self.letters(account))
        self.assertEqual(rows.mapped("state"), ["stored", "stored"])
        self.assertEqual(rows.mapped("size"), [len(raw) for raw in letters])

    def test_accounts_have_ledgers_of_their_own(self):
        """The same UIDL on another server is another letter."""
        first = self.make_account(self.serve([make_letter("One")]), "a@example.org")
        second = self.make_account(self.serve([make_letter("Two")]), "b@example.org")
        self.check(first)
        self.assertEqual(self.check(second).new, 1)
        self.assertEqual(self.letters().mapped("subject"), ["One", "Two"])

    # ---- UIDLs that are none ----

    def test_renumbered(self):
        letters = [make_letter("One"), make_letter("Two"), b"Subject: No id\r\n\r\ntext\r\n"]
        server = self.serve(letters)
        account = self.make_account(server)
        self.check(account)
        server.uidls = {1: "new1", 2: "new2", 3: "new3", 4: "new4"}
        server.letters[4] = make_letter("Four")
        outcome = self.check(account)
        self.assertEqual((outcome.processed, outcome.new), (4, 1))
        self.assertStored(account, [*letters, server.letters[4]])
        self.assertEqual(self.check(account).processed, 0)

    def test_renumbered_in_another_order(self):
        """UIDLs that change hands would hide letters, were they numbers only."""
        letters = [make_letter("One"), make_letter("Two")]
        server = self.serve(letters, uidls=["a", "b"])
        account = self.make_account(server)
        self.check(account)
        server.letters = {1: letters[1], 2: make_letter("Three"), 3: letters[0]}
        server.uidls = {1: "b", 2: "c", 3: "a"}
        self.assertEqual(self.check(account).new, 1)
        self.assertEqual(self.letters(account).mapped("subject"), ["One", "Two", "Three"])

    def test_renumbered_large_letter(self):
        server = self.serve([make_letter("Large", text="x\n" * 600_000)])
        account = self.make_account(server, max_size_mb=1)
        self.check(account)
        server.uidls = {1: "new"}
        self.assertEqual(self.check(account).new, 0)
        self.assertEqual(self.letters(account).mapped("subject"), ["Large"])

    def test_duplicate_uidls(self):
        letters = [make_letter("One"), make_letter("Two"), make_letter("Three")]
        server = self.serve(letters, uidls=["same", "same", "other"])
        account = self.make_account(server)
        self.assertEqual(self.check(account).new, 3)
        self.assertStored(account, letters)
        self.assertEqual(self.check(account).processed, 0)

        server.letters[4] = make_letter("Four")
        server.uidls[4] = "same"
        self.assertEqual(self.check(account).new, 1)
        self.assertStored(account, server.letters.values())

    def test_duplicate_uidls_of_equal_letters(self):
        letters = [make_letter("One"), make_letter("One")]
        account = self.make_account(self.serve(letters, uidls=["same", "same"]))
        self.assertEqual(self.check(account).new, 2)
        self.assertEqual(self.check(account).processed, 0)

    def test_uidl_that_becomes_a_duplicate(self):
        """A second letter under a known UIDL neither hides nor doubles the first."""
        server = self.serve([make_letter("One")], uidls=["same"])
        account = self.make_account(server)
        self.check(account)
        server.letters[2] = make_letter("Two")
        server.uidls[2] = "same"
        self.check(account)
        self.assertStored(account, server.letters.values())
        self.assertEqual(self.check(account).processed, 0)

    def test_strange_uidls(self):
        letters = [make_letter(str(number)) for number in range(4)]
        uidls = ["x" * 3000, "a b c", "письмо", "%_\\'\";--"]
        server = self.serve(letters)
        server.replies["UIDL"] = [
            b"+OK\r\n"
            + b"".join(b"%d %s\r\n" % (n, uidl.encode()) for n, uidl in enumerate(uidls, 1))
            + b".\r\n"
        ]
        account = self.make_account(server)
        self.assertEqual(self.check(account).new, 4)
        self.assertEqual(self.check(account).processed, 0)

    # ---- twins ----

    def test_two_accounts_receive_the_same_letter(self):
        """Message-ID and content agree: one letter in two mailboxes."""
        ours = [make_letter("Same", headers=trace) for trace in TRACES]
        colleague = new_test_user(self.env, "iris-colleague")
        first = self.make_account(self.serve([ours[0]]), "a@example.org")
        second = self.make_account(self.serve([ours[1]]), "b@example.org", readers=colleague)
        self.assertEqual(self.check(first).new, 1)
        outcome = self.check(second, colleague)
        self.assertEqual((outcome.processed, outcome.new), (1, 0))

        letter = self.letters()
        self.assertEqual(len(letter), 1)
        self.assertEqual((letter.account_id, letter.other_account_ids), (first, second))
        self.assertEqual(self.receipts(second).letter_id, letter)
        for user in (self.user, colleague):
            self.assertEqual(self.env["iris.email"].with_user(user).search([]), letter)
        self.assertEqual(self.check(second, colleague).processed, 0)

    def test_same_message_id_other_content(self):
        first = self.make_account(self.serve([make_letter("Same", text="Yes")]), "a@example.org")
        for number, other in enumerate(
            (
                make_letter("Same", text="No"),
                make_letter("Same", text="Yes", to="petr@example.org"),
                make_letter("Same", text="Yes", sender="eve@example.com"),
                make_letter("Same", text="Yes", files=[("a.txt", b"a")]),
            )
        ):
            with self.subTest(number):
                second = self.make_account(self.serve([other]), f"{number}@example.org")
                self.check(first)
                self.assertEqual(self.check(second).new, 1)
                self.assertStored(second, [other])

    def test_no_message_id_is_no_proof(self):
        """Reports without Message-ID may be the same every day."""
        report = b"Subject: Report\r\nFrom: cron@example.com\r\n\r\nall is well\r\n"
        first = self.make_account(self.serve([report]), "a@example.org")
        second = self.make_account(self.serve([report]), "b@example.org")
        self.assertEqual((self.check(first).new, self.check(second).new), (1, 1))

    def test_two_copies_in_one_mailbox_are_two_letters(self):
        letters = [make_letter("Copy", headers=trace) for trace in TRACES]
        for size in (100, 1):
            with self.subTest(batch=size), patch.object(iris_email_receiver, "BATCH_LETTERS", size):
                account = self.make_account(self.serve(letters), f"{size}@example.org")
                self.check(account)
                self.assertEqual(len(self.receipts(account).letter_id), 2)
        # The second account received the letters of the first, not two more.
        self.assertEqual(len(self.letters()), 2)

    def test_copy_that_arrives_later_is_another_letter(self):
        server = self.serve([make_letter("Copy")])
        account = self.make_account(server)
        self.check(account)
        server.letters[2] = make_letter("Copy")
        self.assertEqual(self.check(account).new, 1)

    def test_draft_is_no_twin(self):
        """What somebody wrote here is not what came in, whatever it claims."""
        account = self.make_account(self.serve([make_letter("One")]))
        self.check(account)
        letter = self.letters(account)
        draft = self.env["iris.email"].create(
            {"subject": "Draft", "fingerprint": letter.fingerprint, "message_id": letter.message_id}
        )
        other = self.make_account(self.serve([make_letter("One")]), "b@example.org")
        self.check(other)
        self.assertEqual(self.receipts(other).letter_id, letter)
        self.assertFalse(draft.other_account_ids)

    def test_deleted_letter_and_second_account(self):
        """Deleted in one mailbox before it came through the other: there it is new."""
        first = self.make_account(self.serve([make_letter("One")]), "a@example.org")
        second = self.make_account(self.serve([make_letter("One")]), "b@example.org")
        self.check(first)
        self.letters().unlink()
        self.assertEqual(self.check(second).new, 1)
        self.assertEqual(self.check(first).new, 0)


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

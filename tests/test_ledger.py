from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import new_test_user, tagged

from ..models import iris_email_receiver, iris_email_storage
from ..models.iris_email_storage import Download
from .common import MailCase, make_letter
from .servers.scripted_pop3 import PASSWORD

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

    def test_renumbered_after_deletion(self):
        """What was deleted here does not come back under another UIDL."""
        server = self.serve([make_letter("One"), make_letter("Two")])
        account = self.make_account(server)
        self.check(account)
        self.letters(account).filtered(lambda letter: letter.subject == "One").unlink()
        server.uidls = {1: "new1", 2: "new2"}
        self.assertEqual(self.check(account).new, 0)
        self.assertEqual(self.letters(account).mapped("subject"), ["Two"])
        self.assertEqual(sorted(self.receipts(account).mapped("uidl")), ["new1", "new2"])

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

    # ---- UIDLs that mean other letters by now ----

    def test_account_moves_to_another_server_with_the_same_uidls(self):
        old = self.serve([make_letter("Old")])
        account = self.make_account(old)
        self.check(account)
        new = self.serve([make_letter("New")])
        account.write(
            {
                "incoming_host": new.host,
                "incoming_port": new.port,
                "incoming_login": "moved@example.org",
                "incoming_password": PASSWORD,
            }
        )
        self.assertEqual(self.check(account).new, 1)

    def test_account_moves_with_its_letters(self):
        """The new server numbers them as it likes, and sends none of them a second time."""
        letters = [make_letter("One"), make_letter("Two"), make_letter("Three")]
        account = self.make_account(self.serve(letters))
        self.check(account)
        self.letters(account)[0].unlink()
        new = self.serve([*reversed(letters), make_letter("Four")])
        account.write(
            {
                "incoming_host": "localhost",
                "incoming_port": new.port,
                "incoming_password": PASSWORD,
            }
        )
        self.assertEqual(self.check(account).new, 1)
        self.assertEqual(self.letters(account).mapped("subject"), ["Two", "Three", "Four"])
        self.assertEqual(self.check(account).processed, 0)

    def test_reused(self):
        """RFC 1939 §7 lets a server give the UIDL of a letter that is gone to another one."""
        server = self.serve([make_letter("One"), make_letter("Two")])
        account = self.make_account(server)
        self.check(account)
        del server.letters[1]
        self.assertEqual(self.check(account).processed, 0)
        server.letters[1] = make_letter("Three")
        self.assertEqual(self.check(account).new, 1)
        self.assertEqual(self.letters(account).mapped("subject"), ["One", "Two", "Three"])

    def test_reused_uidl_is_not_deleted_unseen(self):
        """RFC 1939 §7 lets a server give the UIDL of a letter that is gone to another one."""
        server = self.serve([make_letter("First")])
        account = self.make_account(server, keep_policy="days", keep_days=1)
        self.check(account)
        server.letters = {1: make_letter("Second", text="another letter\n" * 5)}
        self.env.cr.execute(
            "UPDATE iris_email_receipt SET create_date = %s",
            [fields.Datetime.now() - timedelta(days=3)],
        )
        self.check(account)
        self.assertTrue(server.letters or len(self.letters(account)) == 2, "the letter is lost")
        self.check(account)
        self.assertEqual(self.letters(account).mapped("subject"), ["First", "Second"])
        self.assertTrue(server.letters)

    def test_reused_for_letter_that_was_deleted_here(self):
        server = self.serve([make_letter("First")])
        account = self.make_account(server, keep_policy="letter")
        self.check(account)
        self.letters(account).unlink()
        server.letters = {1: make_letter("Second", text="another letter")}
        self.check(account)
        self.assertTrue(server.letters)
        self.assertEqual(self.check(account).new, 1)

    def test_copies_are_deleted_though_the_server_counts_otherwise(self):
        """Some count a line break as one byte."""
        server = self.serve([make_letter("One")])
        server.replies["LIST"] = [b"+OK\r\n1 77\r\n.\r\n"]
        account = self.make_account(server, keep_policy="letter")
        self.check(account)
        self.letters(account).unlink()
        self.check(account)
        self.assertFalse(server.letters)

    def test_list_that_is_empty_for_once(self):
        letters = [make_letter("One"), make_letter("Two"), b"Subject: No id\r\n\r\ntext\r\n"]
        server = self.serve(letters)
        account = self.make_account(server)
        self.check(account)
        self.letters(account)[0].unlink()
        for shown in ({}, {1: letters[0]}, {2: letters[1]}):
            server.letters = shown
            self.check(account)
            server.letters = dict(enumerate(letters, 1))
            self.assertEqual(self.check(account).new, 0)
        self.assertEqual(self.letters(account).mapped("subject"), ["Two", "No id"])
        self.assertEqual(sorted(self.receipts(account).mapped("uidl")), ["uid1", "uid2", "uid3"])

    def test_list_that_is_empty_and_then_fails(self):
        """What a check saw counts, also if the check comes to nothing."""
        server = self.serve([make_letter("One")])
        account = self.make_account(server)
        self.check(account)
        server.letters = {2: make_letter("Two")}
        server.replies["LIST"] = [b"-ERR no\r\n"]
        self.assertTrue(self.check(account).error)
        del server.replies["LIST"]
        server.letters[1] = make_letter("Three")
        self.assertEqual(self.check(account).new, 2)

    def test_nothing_is_written_again_of_what_is_gone(self):
        server = self.serve([make_letter("One"), make_letter("Two")])
        account = self.make_account(server)
        self.check(account)
        del server.letters[1]
        receipts = self.env["iris.email.receipt"]
        pending, gone = receipts._compare(account, {2: "uid2"})
        self.assertEqual((pending, gone.mapped("uidl")), ([], ["uid1"]))
        self.check(account)
        self.assertEqual(self.receipts(account).mapped("uidl"), [f"gone {gone.id} uid1", "uid2"])
        self.assertEqual(receipts._compare(account, {2: "uid2"}), ([], receipts))

    def test_longest_uidl_is_set_aside(self):
        uidl = "x" * 255
        account = self.make_account(self.serve([make_letter("One")], uidls=[uidl]))
        self.check(account)
        self.env["iris.email.receipt"]._set_aside(account)
        self.assertEqual(len(self.receipts(account).uidl), 255)
        self.assertEqual(self.check(account).new, 0)
        self.assertEqual(self.receipts(account).uidl, uidl)

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

    def test_mailbox_that_stores_the_same_letters_for_ever(self):
        """It makes others wait for a time only, and their letters come at the next check."""
        raw = make_letter("One")
        account = self.make_account(self.serve([raw]))
        key = int(Download("uid1", raw, len(raw)).fingerprint[:15], 16)
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s)", [key])
            with patch.object(iris_email_storage, "CLAIM_SECONDS", 1):
                outcome = self.check(account)
            other.execute("SELECT pg_advisory_unlock(%s)", [key])
        self.assertEqual((outcome.busy, outcome.error, outcome.new), (True, False, 0))
        self.assertEqual(self.check(account).new, 1)

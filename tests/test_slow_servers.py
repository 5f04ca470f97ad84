import time
from unittest.mock import patch

from odoo.tests import tagged

from ..models import iris_email_account_checking, iris_email_receiver
from ..tools import pop3
from .common import MailCase, make_letter
from .servers.scripted import DROP


def slowly(raw, pause, pieces=1):
    """Return the reply to RETR of a server that needs this long for each piece of a letter."""
    size = len(raw) // pieces + 1
    reply = [b"+OK\r\n"]
    for start in range(0, len(raw), size):
        reply += [pause, raw[start : start + size]]
    return [*reply, b".\r\n"]


@tagged("post_install", "-at_install")
class TestSlowServers(MailCase):
    """A request that outlives the worker's limit is killed: nothing would ever be stored."""

    def serve_slowly(self, count, pause):
        server = self.serve([make_letter(f"No. {n}", text="x" * 2000) for n in range(count)])
        for number, raw in server.letters.items():
            server.replies[f"RETR {number}"] = slowly(raw, pause)
        return server

    def step(self, account):
        """Do one step; return its result and how long it took."""
        begin = time.monotonic()
        with self.committing() as env:
            result = env["iris.email.account"].browse(account.id).check_mail_step()
        return result, time.monotonic() - begin

    def too_slow_after(self, seconds):
        self.patch(pop3, "LETTER_SECONDS", seconds)

    # ---- slow lines ----

    def test_step_is_short(self):
        server = self.serve_slowly(24, 0.5)
        account = self.make_account(server)
        result, seconds = self.step(account)
        self.assertLess(seconds, iris_email_account_checking.STEP_SECONDS + 2, result)
        self.assertFalse(result["finished"])
        self.assertEqual(result["new"], len(self.letters(account)))
        self.assertGreater(result["new"], 3)

    def test_line_that_becomes_slow(self):
        """What is in flight then is not waited for; the next step goes on from there."""
        self.patch(iris_email_account_checking, "STEP_SECONDS", 0.5)
        self.patch(iris_email_receiver, "OVERTIME_SECONDS", 0.2)
        server = self.serve([make_letter(f"No. {n}") for n in range(40)])
        for number in range(11, 41):
            server.replies[f"RETR {number}"] = slowly(server.letters[number], 0.3)
        account = self.make_account(server)
        result, seconds = self.step(account)
        self.assertLess(seconds, 2, result)
        self.assertEqual(result["processed"] + result["remaining"], 40)
        self.assertGreater(result["new"], 10)
        for number in range(11, 41):
            del server.replies[f"RETR {number}"]
        self.check(account)
        self.assertStored(account, server.letters.values())

    def test_what_came_is_committed_in_time(self):
        self.patch(iris_email_receiver, "BATCH_SECONDS", 0.1)
        server = self.serve_slowly(4, 0.2)
        account = self.make_account(server)
        batches = []
        storage = type(self.env["iris.email.storage"])
        store = storage._store_batch

        def note(model, account, downloads, present):
            batches.append(len(downloads))
            return store(model, account, downloads, present)

        with patch.object(storage, "_store_batch", note):
            self.check(account)
        self.assertEqual(batches, [1, 1, 1, 1])
        self.assertStored(account, server.letters.values())

    # ---- slow letters ----

    def test_slow_letter_comes_as_its_beginning(self):
        """The rest on demand, and the others are not kept waiting."""
        self.too_slow_after(0.3)
        server = self.serve([make_letter(name) for name in ("One", "Slow", "Three")])
        server.replies["RETR 2"] = slowly(server.letters[2], 0.1, pieces=20)
        account = self.make_account(server)
        outcome = self.check(account)
        self.assertFalse(outcome.error)
        self.assertEqual((outcome.new, outcome.processed), (3, 3))
        letter = self.letters(account).filtered("is_partial")
        self.assertEqual((letter.subject, letter.size), ("Slow", len(server.letters[2])))
        self.assertFalse(account.slow_uidl)
        self.assertFalse(account.next_try)
        self.assertEqual(self.check(account).processed, 0)
        self.call(letter, "action_load_whole")
        self.assertStored(account, server.letters.values())

    def test_several_slow_letters(self):
        self.too_slow_after(0.2)
        server = self.serve([make_letter(str(n)) for n in range(6)])
        for number in (1, 2, 5):
            server.replies[f"RETR {number}"] = slowly(server.letters[number], 0.1, pieces=20)
        account = self.make_account(server)
        outcome = self.check(account)
        self.assertFalse(outcome.error)
        self.assertEqual(outcome.new, 6)
        self.assertEqual(len(self.letters(account).filtered("is_partial")), 3)

    def test_slow_letter_without_a_beginning(self):
        """It becomes a failed letter; the others come."""
        self.too_slow_after(0.2)
        server = self.serve([make_letter(name) for name in ("Slow", "Two")])
        server.replies["RETR 1"] = slowly(server.letters[1], 0.1, pieces=20)
        server.replies["TOP 1"] = server.replies["TOP 1 60"] = [DROP]
        account = self.make_account(server)
        self.assertIn("broke off", self.check(account).error)
        outcome = self.check(account)
        self.assertEqual(outcome.new, 1)
        self.assertEqual(self.letters(account).subject, "Two")
        receipt = self.receipts(account).filtered(lambda row: row.uidl == "uid1")
        self.assertEqual(receipt.state, "failed")

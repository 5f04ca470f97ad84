# pylint: disable=invalid-commit,print-used
import os
import random
import signal
import time

from odoo.tests import BaseCase, tagged

from .check_process import CheckProcess, _digest
from .common import make_letter
from .servers.dovecot import Dovecot
from .servers.scripted_pop3 import PASSWORD, ScriptedPop3

MEGABYTE = 1024 * 1024


@tagged("post_install", "-at_install")
class TestRealTransactions(BaseCase):
    """Checks that really commit: side by side, killed, and measured."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = cls.enterClassContext(Dovecot())
        cls.process = cls.enterClassContext(CheckProcess())

    def make_account(self, server, **values):
        login = values.setdefault("incoming_login", self._testMethodName)
        return self.process.run(
            "make_account",
            {
                "address": f"{login}@example.org",
                "incoming_host": server.host,
                "incoming_port": server.port,
                "incoming_password": PASSWORD,
                **values,
            },
        )

    def make_mailbox(self, letters, **values):
        self.dovecot.add_user(self._testMethodName, PASSWORD)
        self.dovecot.deliver(self._testMethodName, letters)
        return self.make_account(self.dovecot, **values)

    def assertStoredOnce(self, account, letters, files):
        """Assert that each letter is there once, whole, with its files and its ledger row."""
        stored = self.list_letters(account)
        expected = [
            [_digest(raw), {name: _digest(content) for name, content in files_of_letter}]
            for raw, files_of_letter in zip(letters, files, strict=True)
        ]
        self.assertEqual(sorted(stored, key=str), sorted(expected, key=str))
        receipts = self.process.run("list_receipts", account)
        self.assertEqual({state for _uidl, state in receipts}, {"stored"})
        self.assertEqual(len(receipts), len(letters))

    def list_letters(self, account):
        return self.process.run("list_letters", account)

    def count_receipts(self, account):
        with self.process.cursor() as cr:
            cr.execute("SELECT count(*) FROM iris_email_receipt WHERE account_id = %s", (account,))
            return cr.fetchone()[0]

    def wait_until(self, is_so):
        deadline = time.monotonic() + 30
        while not is_so():
            self.assertLess(time.monotonic(), deadline, "waited in vain")
            time.sleep(0.005)

    def make_letters(self, count):
        files = [
            [("logo.png", b"the same in all letters"), (f"{n}.pdf", b"page %d " % n * 900)]
            for n in range(count)
        ]
        letters = [make_letter(f"{n} {self._testMethodName}", files=files[n]) for n in range(count)]
        return letters, files

    def test_killed_again_and_again(self):
        """A kill at any moment loses nothing and doubles nothing."""
        letters, files = self.make_letters(300)
        account = self.make_mailbox(letters)
        moments = random.Random(19)
        stored = killed = 0
        while stored < len(letters) - 60:
            child = self.process.start("check", account)
            target = stored + moments.randrange(1, 50)
            self.wait_until(lambda target=target: self.count_receipts(account) >= target)
            time.sleep(moments.uniform(0, 0.05))
            os.kill(child, signal.SIGKILL)
            self.assertIsNone(self.process.finish(), "the child had to be killed, and was not")
            killed += 1
            stored = self.count_receipts(account)
        self.assertGreaterEqual(killed, 4)

        result = self.process.run("check", account)
        self.assertEqual((result["error"], result["busy"]), (False, False))
        self.assertStoredOnce(account, letters, files)
        self.assertEqual(self.process.run("check", account)["processed"], 0)
        self.assertEqual(self.dovecot.letters(self._testMethodName), letters)

    def test_locked_by_another_check(self):
        with ScriptedPop3([make_letter("One")]) as server:
            account = self.make_account(server)
            with self.process.cursor() as cr:
                cr.execute(
                    "SELECT id FROM iris_email_account WHERE id = %s FOR NO KEY UPDATE", (account,)
                )
                result = self.process.run("check", account)
                self.assertEqual((result["busy"], result["error"]), (True, False))
                self.assertFalse(server.commands)
                cr.rollback()
            self.assertEqual(self.process.run("check", account)["new"], 1)

    def test_two_checks_at_the_same_time(self):
        letters, files = self.make_letters(100)
        account = self.make_mailbox(letters)
        results = self.process.run("check_side_by_side", [account, account, account])
        self.assertEqual([result["error"] for result in results], [False] * 3)
        result = self.process.run("check", account)
        self.assertEqual((result["error"], result["busy"]), (False, False), results)
        self.assertStoredOnce(account, letters, files)

    def test_two_accounts_at_the_same_time(self):
        """The same letters through both: each is stored once and belongs to both."""
        letters, files = self.make_letters(60)
        accounts = []
        for name in ("a", "b"):
            login = f"{name}-{self._testMethodName}"
            self.dovecot.add_user(login, PASSWORD)
            self.dovecot.deliver(login, letters)
            accounts.append(self.make_account(self.dovecot, incoming_login=login))
        results = self.process.run("check_side_by_side", accounts)
        self.assertEqual([result["error"] for result in results], [False, False])
        for account in accounts:
            receipts = self.process.run("list_receipts", account)
            self.assertEqual([state for _uidl, state in receipts], ["stored"] * 60)
        stored = [digest for account in accounts for digest, _files in self.list_letters(account)]
        self.assertEqual(sorted(stored), sorted(_digest(raw) for raw in letters))

    def test_lock_hinders_no_rights(self):
        """While a mailbox is checked, rights on it can be given and letters be read."""
        replies = {"RETR 1": [2.0, b"-ERR later\r\n"]}
        with ScriptedPop3([make_letter("One")], replies=replies) as server:
            account = self.make_account(server)
            self.process.start("check", account)
            self.wait_until(lambda: b"RETR 1" in server.commands)
            started = time.monotonic()
            with self.process.cursor() as cr:
                cr.execute("SET lock_timeout = '1s'")
                cr.execute(
                    "INSERT INTO iris_email_incoming_right (account_id, user_id, perm_read)"
                    " VALUES (%s, 1, true)",
                    (account,),
                )
                cr.execute("SELECT * FROM iris_email_account WHERE id = %s", (account,))
                cr.commit()
            self.assertLess(time.monotonic() - started, 1)
            self.process.finish()

    def test_large_letter_in_little_memory(self):
        """Of 60 MB the header and the first lines are stored; the rest comes on demand."""
        content = random.Random(19).randbytes(44 * MEGABYTE)
        large = make_letter("Large", text="first line\n", files=[("film.bin", content)])
        self.assertGreater(len(large), 59 * MEGABYTE)
        small = make_letter("Small")
        account = self.make_mailbox([large, small])
        result = self.process.run("check", account)
        self.assertEqual((result["error"], result["processed"]), (False, 2))
        self.assertLess(result["grown_mb"], 30)
        receipts = self.process.run("list_receipts", account)
        self.assertEqual([state for _uidl, state in receipts], ["stored", "oversize"])

        grown = self.process.run("load_whole", account)["grown_mb"]
        self.assertLess(grown, 6 * 60)
        self.assertStoredOnce(account, [large, small], [[("film.bin", content)], []])

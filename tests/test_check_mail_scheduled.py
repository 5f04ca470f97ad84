from unittest.mock import patch

from odoo.tests import tagged

from ..models import iris_email_account_checking
from .common import WRONG_PASSWORD, MailCase, make_letter
from .servers.scripted_pop3 import STALL


@tagged("post_install", "-at_install")
class TestScheduledAction(MailCase):
    """All active accounts, every five minutes."""

    def test_only_while_there_is_an_account(self):
        cron = self.env.ref("iris_email.ir_cron_check_mail")
        self.assertEqual((cron.interval_number, cron.interval_type), (5, "minutes"))
        self.assertFalse(cron.active)
        server = self.serve()
        account = self.make_account(server)
        self.assertTrue(cron.active)
        account.active = False
        self.assertFalse(cron.active)
        account.active = True
        self.assertTrue(cron.active)
        account.unlink()
        self.assertFalse(cron.active)

    def test_account_that_only_sends_needs_none(self):
        cron = self.env.ref("iris_email.ir_cron_check_mail")
        account = self.make_account(self.serve(), incoming_host=False)
        self.assertFalse(cron.active)
        account.incoming_host = "127.0.0.1"
        self.assertTrue(cron.active)
        account.incoming_host = False
        self.assertFalse(cron.active)

    def test_manager_makes_the_account(self):
        """Mail administrators need no right on scheduled actions."""
        self.env["iris.email.account"].with_user(self.manager).create(
            {"address": "a@example.org", "incoming_host": "127.0.0.1"}
        )
        self.assertTrue(self.env.ref("iris_email.ir_cron_check_mail").active)

    def test_all_accounts_are_checked(self):
        accounts = [
            self.make_account(self.serve([make_letter(name)]), f"{name}@example.org")
            for name in ("a", "b")
        ]
        off = self.make_account(self.serve([make_letter("c")]), "c@example.org", active=False)
        self.run_cron()
        self.assertEqual([len(self.letters(account)) for account in accounts], [1, 1])
        self.assertFalse(self.letters(off))

    def test_waits_after_errors_and_the_button_does_not(self):
        server = self.serve([make_letter("One")], replies=WRONG_PASSWORD)
        account = self.make_account(server)
        self.run_cron()
        self.assertTrue(account.next_try)
        server.replies.clear()
        server.replies["GREETING"] = [b"+OK\r\n"]
        server.commands.clear()
        self.run_cron()
        self.assertFalse(server.commands)
        self.assertEqual(self.check(account).new, 1)

    def test_goes_on_when_the_pause_is_over(self):
        account = self.make_account(self.serve([make_letter("One")]))
        account.write({"last_error": "gone", "next_try": "2026-03-02 10:00:00"})
        self.run_cron()
        self.assertEqual(len(self.letters(account)), 1)

    def test_broken_accounts_do_not_stop_the_others(self):
        self.short_timeout()
        refused = self.make_account(self.serve(replies=WRONG_PASSWORD), "a@example.org")
        silent = self.make_account(self.serve(replies={"USER": [STALL]}), "b@example.org")
        unreadable = self.make_account(self.serve(), "c@example.org")
        unreadable.sudo().incoming_secret = "not a token"
        works = self.make_account(self.serve([make_letter("One")]), "d@example.org")
        self.run_cron()
        self.assertEqual(len(self.letters(works)), 1)
        self.assertFalse(works.last_error)
        self.assertIn("does not accept", refused.last_error)
        self.assertIn("does not answer", silent.last_error)
        self.assertIn("Enter the password again", unreadable.last_error)

    def test_error_of_ours_does_not_stop_the_others(self):
        broken = self.make_account(self.serve([make_letter("No")]), "a@example.org")
        works = self.make_account(self.serve([make_letter("One")]), "b@example.org")
        receiver = type(self.env["iris.email.receiver"])
        receive = receiver._receive

        def fail(model, account, *arguments):
            if account.id == broken.id:
                raise ZeroDivisionError
            return receive(model, account, *arguments)

        logs = self.assertLogs("odoo.addons.iris_email.models.iris_email_receiver", "ERROR")
        with patch.object(receiver, "_receive", fail), logs:
            self.run_cron()
        self.assertEqual(len(self.letters(works)), 1)
        self.assertTrue(broken.last_error)
        self.assertGreater(broken.next_try, broken.last_check)

    def test_mailboxes_take_turns(self):
        """A full mailbox does not keep the others waiting until it is empty."""
        self.patch(iris_email_account_checking, "CRON_STEP_SECONDS", 0.0)
        full = self.make_account(
            self.serve([make_letter(str(n)) for n in range(4)]), "a@example.org"
        )
        other = self.make_account(self.serve([make_letter("One")]), "b@example.org")
        steps = []
        receiver = type(self.env["iris.email.receiver"])
        step = receiver._check_step

        def note(model, account, seconds):
            steps.append(account.id)
            return step(model, account, seconds)

        with patch.object(receiver, "_check_step", note):
            self.run_cron()
        self.assertEqual(steps, [full.id, other.id, full.id, full.id, full.id])
        self.assertEqual((len(self.letters(full)), len(self.letters(other))), (4, 1))

    def test_full_mailbox_goes_on_later(self):
        """When the time of the job is over, it ends and is due again at once."""
        self.patch(iris_email_account_checking, "CRON_STEP_SECONDS", 0.0)
        server = self.slow_server([make_letter(str(n)) for n in range(3)])
        account = self.make_account(server)
        cron = self.env.ref("iris_email.ir_cron_check_mail")
        self.assertEqual(self.run_cron_briefly(), 1)
        self.assertEqual(len(self.letters(account)), 1)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.run_cron()
        self.assertEqual(len(self.letters(account)), 3)

    # ---- rounds that take several runs ----

    def run_cron_briefly(self):
        """Run it with time for a single step on a `slow_server`; return what was left."""
        cron = self.env.ref("iris_email.ir_cron_check_mail")
        path = "odoo.addons.base.models.ir_cron"
        with patch(f"{path}.MIN_TIME_PER_JOB", 0.1), patch(f"{path}.MIN_RUNS_PER_JOB", 1):
            self.run_cron()
        runs = self.env["ir.cron.progress"].search([("cron_id", "=", cron.id)])
        return runs.sorted("id")[-1].remaining

    def slow_server(self, letters=()):
        return self.serve(letters, replies={"GREETING": [0.2, b"+OK\r\n"]})

    def note_logins(self, server):
        """Return the logins since this was asked last."""
        logins = [line[5:].decode() for line in server.commands if line.startswith(b"USER ")]
        server.commands.clear()
        return logins

    def test_round_ends(self):
        """Else it starts again at once, and the servers are asked without a pause."""
        server = self.slow_server()
        logins = [f"{name}@example.org" for name in "abc"]
        for login in logins:
            self.make_account(server, login=login)
        self.assertEqual([self.run_cron_briefly() for _run in logins], [2, 1, 0])
        self.assertEqual(self.note_logins(server), logins)
        self.assertEqual(self.run_cron_briefly(), 2, "the next round takes all again")
        self.assertEqual(self.note_logins(server), logins[:1])

    def test_round_ends_with_a_full_mailbox(self):
        """It is not left out while letters wait, and the others are not asked twice."""
        self.patch(iris_email_account_checking, "CRON_STEP_SECONDS", 0.0)
        server = self.slow_server([make_letter(str(n)) for n in range(3)])
        full = self.make_account(server, "a@example.org")
        other = self.slow_server()
        self.make_account(other, "b@example.org")
        left = []
        while not left or left[-1]:
            left.append(self.run_cron_briefly())
            self.assertLess(len(left), 10)
        self.assertEqual(len(self.letters(full)), 3)
        self.assertEqual(len(self.note_logins(other)), 1)
        self.assertFalse(full.letters_wait)

    def test_account_that_fails_does_not_keep_the_round_from_its_end(self):
        server = self.slow_server()
        server.replies.update(WRONG_PASSWORD)
        for name in "ab":
            self.make_account(server, f"{name}@example.org")
        self.assertEqual([self.run_cron_briefly() for _run in range(2)], [1, 0])

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
        account = self.make_account(self.serve([make_letter(str(n)) for n in range(3)]))
        cron = self.env.ref("iris_email.ir_cron_check_mail")
        with patch("odoo.addons.base.models.ir_cron.MIN_TIME_PER_JOB", -1):
            self.run_cron()
        self.assertLess(len(self.letters(account)), 3)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.run_cron()
        self.assertEqual(len(self.letters(account)), 3)

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import WRONG_PASSWORD, make_letter
from .test_failed_letters import FailingCase


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

    def test_asked_for_once_a_day_after_that(self):
        for _check in range(6):
            self.check(self.account)
        self.env.cr.execute(
            "UPDATE iris_email_receipt SET write_date = %s",
            [fields.Datetime.now() - timedelta(days=1, minutes=1)],
        )
        for _check in range(2):
            self.check(self.account)
        self.assertEqual(self.count_requests(), 6)

    def test_refusals_for_a_while_cost_no_letter(self):
        """A provider's quota: everything is refused for an hour, then it is over."""
        self.server.replies["RETR"] = [b"-ERR [SYS/TEMP] quota exceeded, try again later\r\n"]
        del self.server.replies["RETR 2"]
        for _check in range(6):
            outcome = self.check(self.account)
            self.assertIn("the server is busy", outcome.error)
        self.assertFalse(self.get_failed())
        del self.server.replies["RETR"]
        self.assertEqual(self.check(self.account).new, 3)

    def test_refusals_of_all_letters(self):
        """It is not for the letters that none comes, so the account shows it, and waits."""
        self.server.replies["RETR"] = self.server.replies["RETR 2"]
        outcome = self.check(self.account)
        self.assertIn("cannot read this one", outcome.error)
        self.assertEqual(self.account.last_error, outcome.error)
        self.assertTrue(self.account.next_try)
        self.server.replies.clear()
        self.server.replies["GREETING"] = [b"+OK\r\n"]
        self.assertEqual(self.check(self.account).new, 3)
        self.assertStored(self.account, self.originals)

    def test_quota_in_the_middle(self):
        """What came is kept, the rest is not asked for, and comes when the quota is over."""
        self.server.replies["RETR 2"] = [b"-ERR [SYS/TEMP] quota\r\n"]
        self.server.capabilities = ("USER", "TOP", "UIDL")
        outcome = self.check(self.account)
        self.assertEqual(outcome.new, 1)
        self.assertIn("quota", outcome.error)
        self.assertNotIn(b"RETR 3", self.server.commands)
        self.server.replies.pop("RETR 2")
        self.assertEqual(self.check(self.account).new, 2)
        self.assertStored(self.account, self.originals)

    def test_letter_for_which_it_is_never_now(self):
        """It keeps neither the others nor the account from going on."""
        self.server.replies["RETR 2"] = [b"-ERR [SYS/TEMP] cannot read it\r\n"]
        self.server.capabilities = ("USER", "TOP", "UIDL")
        errors = [bool(self.check(self.account).error) for _check in range(4)]
        self.assertEqual(errors, [True, True, False, False])
        self.assertEqual(self.letters(self.account).mapped("subject"), ["One", "Three"])

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

    def test_retry_tells_why_it_failed_again(self):
        self.check(self.account)
        self.server.replies.update(WRONG_PASSWORD)
        shown = self.call(self.get_failed(), "action_retry", self.manager)
        self.assertIn("login and password", shown["params"]["message"])

    def test_retry_while_the_account_is_checked(self):
        self.check(self.account)
        busy = {"busy": True, "error": False}
        receiver = type(self.env["iris.email.receiver"])
        with patch.object(receiver, "_check_step", return_value=busy):
            shown = self.call(self.get_failed(), "action_retry", self.manager)
        self.assertIn("is being checked just now", shown["params"]["message"])

    def test_retry_of_an_inactive_account(self):
        self.check(self.account)
        self.account.active = False
        shown = self.call(self.get_failed(), "action_retry", self.manager)
        self.assertIn("is not active", shown["params"]["message"])

    # ---- Dismiss ----

    def test_dismissed(self):
        """It is out of the way: the account is well, and the server is not asked again."""
        self.check(self.account)
        failed = self.get_failed()
        self.call(failed, "action_dismiss", self.manager)
        self.assertEqual(failed.state, "dismissed")
        self.assertEqual(self.account.with_user(self.manager).failed_count, 0)
        self.assertEqual(self.check(self.account).processed, 0)
        self.assertEqual(self.count_requests(), 1)

    def test_dismissed_letter_that_is_gone_from_the_server(self):
        self.check(self.account)
        del self.server.letters[2]
        self.check(self.account)
        self.call(self.get_failed(), "action_dismiss", self.manager)
        self.assertFalse(self.get_failed())
        self.assertFalse(self.check(self.account).error)

    def test_dismissed_letter_is_never_deleted_from_the_server(self):
        self.check(self.account)
        self.call(self.get_failed(), "action_dismiss", self.manager)
        self.letters(self.account).unlink()
        self.env.cr.execute(
            "UPDATE iris_email_receipt SET create_date = %s",
            [fields.Datetime.now() - timedelta(days=99)],
        )
        for policy in ("days", "letter"):
            self.account.keep_policy = policy
            self.check(self.account)
            self.assertIn(2, self.server.letters)

    def test_dismissed_letter_can_be_tried_again(self):
        self.check(self.account)
        dismissed = self.get_failed()
        self.call(dismissed, "action_dismiss", self.manager)
        self.server.replies.pop("RETR 2")
        self.call(dismissed, "action_retry", self.manager)
        self.assertStored(self.account, self.originals)

    def test_dismiss_is_for_managers_and_failed_letters(self):
        self.check(self.account)
        with self.assertRaises(AccessError):
            self.call(self.get_failed(), "action_dismiss", self.user)
        stored = self.receipts(self.account) - self.get_failed()
        with self.assertRaisesRegex(UserError, "nothing to dismiss"):
            self.call(stored, "action_dismiss", self.manager)

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.tests import new_test_user, tagged

from ..models import iris_email_account_checking, iris_email_receiver
from .common import WRONG_PASSWORD, MailCase, make_letter


@tagged("post_install", "-at_install")
class TestButton(MailCase):
    """Check mail by the button: one start, then step after step (guide A6, E2)."""

    def test_letters_come_in_and_stay_on_the_server(self):
        server = self.serve([make_letter("One"), make_letter("Two")])
        account = self.make_account(server)
        outcome = self.check(account)
        self.assertEqual((outcome.new, outcome.processed, outcome.error), (2, 2, False))
        letters = self.letters(account)
        self.assertEqual(letters.mapped("subject"), ["One", "Two"])
        self.assertEqual(set(letters.mapped("type")), {"inbox"})
        self.assertEqual(letters.mapped("date"), [Datetime.to_datetime("2026-03-02 07:15:00")] * 2)
        self.assertEqual(len(server.letters), 2)
        self.assertNotIn(b"DELE", b" ".join(server.commands))

    def test_second_check_loads_none(self):
        server = self.serve([make_letter("One"), make_letter("Two")])
        account = self.make_account(server)
        self.check(account)
        server.commands.clear()
        outcome = self.check(account)
        self.assertEqual((outcome.new, outcome.processed, outcome.steps), (0, 0, 1))
        self.assertEqual(len(self.letters(account)), 2)
        self.assertFalse([line for line in server.commands if line.startswith(b"RETR")])

    def test_letters_deleted_in_odoo_do_not_come_back(self):
        account = self.make_account(self.serve([make_letter("One"), make_letter("Two")]))
        self.check(account)
        letter = self.letters(account)[0].with_user(self.user)
        letter.action_trash()
        self.assertEqual(self.check(account).new, 0)
        letter.action_delete_for_good()
        self.assertFalse(letter.exists())
        self.assertEqual(self.check(account).new, 0)
        self.assertEqual(self.letters(account).mapped("subject"), ["Two"])

    def test_new_letters_are_added(self):
        server = self.serve([make_letter("One")])
        account = self.make_account(server)
        self.check(account)
        server.letters[2] = make_letter("Two")
        self.assertEqual(self.check(account).new, 1)
        self.assertEqual(self.letters(account).mapped("subject"), ["One", "Two"])

    def test_empty_mailbox(self):
        account = self.make_account(self.serve())
        outcome = self.check(account)
        self.assertEqual((outcome.steps, outcome.processed, outcome.error), (1, 0, False))
        self.assertTrue(account.last_check)

    def test_every_step_gets_on_and_commits(self):
        """Without any time left a step still loads one letter, and tells what remains."""
        account = self.make_account(self.serve([make_letter(str(n)) for n in range(3)]))
        self.patch(iris_email_account_checking, "STEP_SECONDS", 0.0)
        with self.committing() as env:
            mailbox = env["iris.email.account"].browse(account.id)
            results = []
            for _step in range(3):
                results.append(mailbox.check_mail_step())
                env.cr.rollback()  # what a step stored does not depend on its caller
        self.assertEqual([result["processed"] for result in results], [1, 1, 1])
        self.assertEqual([result["remaining"] for result in results], [2, 1, 0])
        self.assertEqual([result["finished"] for result in results], [False, False, True])
        self.assertEqual(len(self.letters(account)), 3)

    def test_batches_are_bounded(self):
        letters = [make_letter(str(n), text="x" * 500) for n in range(5)]
        account = self.make_account(self.serve(letters))
        storage = type(self.env["iris.email.storage"])
        for limit, value in (("BATCH_LETTERS", 2), ("BATCH_BYTES", 1200)):
            with (
                self.subTest(limit),
                patch.object(iris_email_receiver, limit, value),
                patch.object(storage, "_store", autospec=True, side_effect=storage._store) as store,
            ):
                self.receipts(account).unlink()
                self.letters(account).unlink()
                self.check(account)
                sizes = [len(call.args[2]) for call in store.call_args_list]
                self.assertEqual(sizes, [2, 2, 1])

    def test_start_names_the_mailboxes_of_the_user(self):
        server = self.serve()
        mine = self.make_account(server, "mine@example.org")
        self.make_account(server, "others@example.org", readers=self.stranger)
        self.make_account(server, "off@example.org", active=False)
        self.make_account(server, "sending@example.org", incoming_host=False)
        started = self.env["iris.email.account"].with_user(self.user).check_mail_start()
        self.assertEqual(started, [{"id": mine.id, "address": "mine@example.org"}])

    def test_start_begins_with_the_one_that_waited_longest(self):
        server = self.serve()
        late, early, never = (
            self.make_account(server, f"{name}@example.org") for name in ("a", "b", "c")
        )
        late.last_check, early.last_check = "2026-03-02 10:00:00", "2026-03-02 09:00:00"
        started = self.env["iris.email.account"].with_user(self.user).check_mail_start()
        self.assertEqual([item["id"] for item in started], [never.id, early.id, late.id])

    def test_right_by_group(self):
        group = self.env["res.groups"].create({"name": "Sales team"})
        member = new_test_user(self.env, "iris-member")
        member.group_ids = [Command.link(group.id)]
        account = self.make_account(
            self.serve([make_letter("One")]),
            readers=(),
            incoming_right_ids=[Command.create({"group_id": group.id})],
        )
        self.assertEqual(self.check(account, member).new, 1)
        self.assertEqual(self.env["iris.email"].with_user(member).search_count([]), 1)

    def test_user_without_rights(self):
        server = self.serve([make_letter("One")])
        account = self.make_account(server)
        with self.assertRaisesRegex(UserError, "No mailbox is shared with you"):
            self.env["iris.email.account"].with_user(self.stranger).check_mail_start()
        with self.assertRaisesRegex(AccessError, "may not check this mailbox"):
            self.check(account, self.stranger)
        self.assertFalse(server.commands)
        self.assertFalse(self.env["iris.email"].with_user(self.stranger).search([]))
        self.assertFalse(self.env["iris.email.account"].with_user(self.stranger).search([]))

    def test_right_without_read(self):
        account = self.make_account(self.serve([make_letter("One")]))
        account.incoming_right_ids.write(
            {"perm_read": False, "perm_edit": False, "perm_delete": False, "may_send": True}
        )
        with self.assertRaises(AccessError):
            self.check(account)

    def test_manager_checks_and_reads_nothing(self):
        account = self.make_account(self.serve([make_letter("One")]))
        self.assertEqual(self.check(account, self.manager).new, 1)
        self.assertFalse(self.env["iris.email"].with_user(self.manager).search([]))

    def test_user_learns_nothing_secret_from_the_account(self):
        account = self.make_account(self.serve())
        seen = account.with_user(self.user)
        self.assertEqual(seen.address, "ivan@example.org")
        for name in ("incoming_host", "incoming_login", "incoming_password", "incoming_secret"):
            with self.assertRaises(AccessError):
                seen.read([name])


@tagged("post_install", "-at_install")
class TestErrors(MailCase):
    """Errors are told, kept on the account, and cost no letter."""

    def test_wrong_password(self):
        server = self.serve([make_letter("One")], replies=WRONG_PASSWORD)
        account = self.make_account(server)
        outcome = self.check(account)
        self.assertIn("127.0.0.1 does not accept login and password", outcome.error)
        self.assertIn("wrong password", outcome.error)
        self.assertEqual(account.last_error, outcome.error)
        self.assertFalse(self.receipts(account))

        server.replies.pop("PASS")
        outcome = self.check(account)
        self.assertEqual((outcome.new, outcome.error), (1, False))
        self.assertEqual(
            (account.last_error, account.error_count, account.next_try), (False, 0, False)
        )

    def test_password_is_missing_or_unreadable(self):
        server = self.serve([make_letter("One")])
        account = self.make_account(server)
        account.sudo().incoming_secret = "not a token"
        outcome = self.check(account)
        self.assertIn("Enter the password again", outcome.error)
        self.assertFalse(server.commands)
        account.incoming_password = "secret"
        self.assertEqual(self.check(account).new, 1)

    def test_pauses_grow(self):
        account = self.make_account(self.serve(replies=WRONG_PASSWORD))
        pauses = []
        for _attempt in range(9):
            self.check(account)
            pauses.append(account.next_try - account.last_check)
        minutes = [5, 10, 20, 40, 80, 160, 320, 360, 360]
        self.assertEqual(pauses, [timedelta(minutes=number) for number in minutes])
        self.assertEqual(account.error_count, 9)

    def test_mended_settings_end_the_pause(self):
        account = self.make_account(self.serve(replies=WRONG_PASSWORD))
        self.check(account)
        self.assertTrue(account.next_try)
        account.with_user(self.manager).incoming_password = "another"
        self.assertFalse(account.next_try)

    def test_mailbox_in_use(self):
        replies = {"PASS": [b"-ERR [IN-USE] locked by another session\r\n"]}
        account = self.make_account(self.serve(replies=replies))
        error = self.check(account).error
        self.assertIn("in use by another program", error)
        self.assertNotIn("password", error)

    def test_error_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.user.lang = "ru_RU"
        account = self.make_account(self.serve(replies=WRONG_PASSWORD))
        with self.committing() as env:
            mailbox = env["iris.email.account"].browse(account.id)
            error = mailbox.with_context(lang="ru_RU").check_mail_step()["error"]
        self.assertIn("127.0.0.1", error)
        self.assertRegex(error, "[а-я]{4}")


@tagged("post_install", "-at_install")
class TestServerAction(MailCase):
    """The action Check mail in the menus of letters and accounts."""

    def run_action(self, name, records, user=None):
        with self.committing(user) as env:
            action = self.env.ref(f"iris_email.{name}").with_env(env)
            return action.with_context(
                active_model=records._name, active_ids=records.ids, active_id=records[:1].id
            ).run()

    def test_on_accounts(self):
        first = self.make_account(self.serve([make_letter("One")]), "a@example.org")
        second = self.make_account(self.serve([make_letter("Two")]), "b@example.org")
        shown = self.run_action("iris_email_account_action_check_mail", first)
        self.assertEqual(shown["params"]["message"], "New letters: 1.")
        self.assertEqual(shown["params"]["type"], "success")
        self.assertTrue(self.letters(first))
        self.assertFalse(self.letters(second))

    def test_on_letters(self):
        """Whatever letters are selected: it checks all mailboxes of the user."""
        self.make_account(self.serve([make_letter("One")]), "a@example.org")
        self.make_account(self.serve([make_letter("Two")]), "b@example.org")
        self.make_account(self.serve([make_letter("No")]), "c@example.org", readers=self.stranger)
        draft = self.env["iris.email"].with_user(self.user).create({"subject": "Draft"})
        shown = self.run_action("iris_email_action_check_mail", draft)
        self.assertEqual(shown["params"]["message"], "New letters: 2.")
        self.assertEqual(sorted(self.letters().mapped("subject")), ["One", "Two"])
        shown = self.run_action("iris_email_action_check_mail", draft)
        self.assertEqual(shown["params"]["message"], "No new letters.")

    def test_errors_are_named_and_stop_nothing(self):
        broken = self.make_account(self.serve(replies=WRONG_PASSWORD), "a@example.org")
        works = self.make_account(self.serve([make_letter("One")]), "b@example.org")
        shown = self.run_action("iris_email_account_action_check_mail", broken + works)
        self.assertEqual(shown["params"]["type"], "warning")
        self.assertIn("New letters: 1.", shown["params"]["message"])
        self.assertIn("a@example.org: 127.0.0.1 does not accept", shown["params"]["message"])
        self.assertNotIn("b@example.org", shown["params"]["message"])

    def test_rest_is_left_to_the_scheduled_action(self):
        account = self.make_account(self.serve([make_letter(str(n)) for n in range(3)]))
        self.patch(iris_email_account_checking, "ACTION_SECONDS", 0.0)
        shown = self.run_action("iris_email_account_action_check_mail", account)
        self.assertIn("New letters: 1.", shown["params"]["message"])
        self.assertIn("2 more are being loaded", shown["params"]["message"])
        cron = self.env.ref("iris_email.ir_cron_check_mail")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_user_without_rights(self):
        account = self.make_account(self.serve([make_letter("One")]))
        with self.assertRaisesRegex(AccessError, "may not check this mailbox"):
            self.run_action("iris_email_account_action_check_mail", account, self.stranger)
        draft = self.env["iris.email"].with_user(self.stranger).create({"subject": "Draft"})
        with self.assertRaisesRegex(UserError, "No mailbox is shared with you"):
            self.run_action("iris_email_action_check_mail", draft, self.stranger)

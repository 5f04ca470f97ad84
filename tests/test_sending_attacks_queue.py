import tracemalloc
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Datetime
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import iris_email_account_sending
from ..tools import network
from .sending_attackers import AttackCase, read
from .servers.scripted_smtp import ScriptedSmtp


@tagged("post_install", "-at_install")
class TestQueueAttacks(AttackCase):
    """What happens to letters while others of the same batch are on their way."""

    def two_letters(self):
        first = self.write_letter(self.account, subject="First")
        second = self.write_letter(self.account, subject="Second")
        self.send(first | second)
        return first, second

    def test_undo_and_send_later_while_the_batch_is_on_its_way(self):
        first, second = self.two_letters()
        later = Datetime.to_string(Datetime.now() + timedelta(days=2))

        def act():
            second.take_back()
            second.subject = "Second, mended"
            second.send_letters(send_at=later)

        self.during_first_delivery(act)
        self.work_queue()
        self.assertEqual(first.type, "sent")
        self.assertEqual(len(self.server.deliveries), 1)
        self.assertEqual(second.state, "queued")

    def test_undo_and_send_again_while_the_batch_is_on_its_way(self):
        _first, second = self.two_letters()

        def act():
            second.take_back()
            second.subject = "Second, mended"
            second.send_letters()

        self.during_first_delivery(act)
        self.work_queue()
        self.assertIn(second.state, ("queued", False))
        self.assertNotIn("Second", [read(one)["Subject"] for one in self.server.deliveries])

    def test_trashed_while_the_batch_is_on_its_way(self):
        _first, second = self.two_letters()
        self.during_first_delivery(second.action_trash)
        self.work_queue()
        self.assertEqual(len(self.server.deliveries), 1)

    def test_right_is_lost_while_the_batch_is_on_its_way(self):
        first, second = self.two_letters()

        def act():
            rows = self.account.incoming_right_ids
            rows.filtered(lambda row: row.user_id == self.user).unlink()

        self.during_first_delivery(act)
        self.work_queue()
        self.assertEqual(first.type, "sent")
        self.assertNotEqual(second.type, "sent")

    def test_deleted_for_good_while_it_is_on_its_way(self):
        first, second = self.two_letters()

        def act():
            first.action_trash()
            with suppress(UserError):
                first.action_delete_for_good()

        self.during_first_delivery(act)
        self.work_queue()
        self.assertEqual(second.type, "sent")

    def test_nonsense_for_a_time(self):
        letter = self.write_letter(self.account)
        with self.assertRaises(UserError):
            letter.send_letters(send_at="tomorrow")

    def test_draft_in_the_trash_is_not_queued(self):
        letter = self.write_letter(self.account)
        letter.action_trash()
        with self.assertRaises(UserError):
            letter.send_letters()

    def test_letter_that_may_not_be_sent_any_more_can_be_written_on(self):
        other = self.make_sender(self.server, "other@example.org")
        letter = self.write_letter(self.account)
        self.send(letter)
        self.account.incoming_right_ids.filtered(
            lambda row: row.user_id == self.user
        ).may_send = False
        self.work_queue()
        self.assertEqual(letter.state, "error")
        letter.take_back()
        letter.account_id = other
        self.send_now(letter)
        self.assertEqual(letter.type, "sent")

    def test_letter_of_the_server_itself_from_an_inactive_account(self):
        letter = self.write_letter(self.account).sudo()
        letter.with_user(self.env.ref("base.user_root")).send_letters()
        letter.send_at = "2026-03-02 10:00:00"
        self.account.active = False
        self.work_queue()
        self.assertFalse(self.server.deliveries)

    def test_one_letter_on_which_the_server_stalls(self):
        client = iris_email_account_sending.smtp.SmtpClient
        original = client.send
        tried = []

        def send(client, sender, recipients, raw):
            tried.append(tuple(recipients))
            if "slow@example.com" in recipients:
                raise network.ConnectionTimedOut("mail.example.org", 25)
            return original(client, sender, recipients, raw)

        self.startPatcher(patch.object(client, "send", send))
        slow = self.write_letter(self.account, email_to="slow@example.com")
        good = self.write_letter(self.account, email_to="anna@example.com")
        self.send(slow | good)
        for _attempt in range(3):
            self.work_queue()
            self.make_due((slow | good).filtered("state"))
        self.assertEqual(good.type, "sent", good.send_error)

    def test_one_letter_to_which_the_server_says_nonsense(self):
        client = iris_email_account_sending.smtp.SmtpClient
        original = client.send

        def send(client, sender, recipients, raw):
            if "slow@example.com" in recipients:
                raise network.ProtocolViolation("mail.example.org", 25, "999 hm")
            return original(client, sender, recipients, raw)

        self.startPatcher(patch.object(client, "send", send))
        slow = self.write_letter(self.account, email_to="slow@example.com")
        good = self.write_letter(self.account, email_to="anna@example.com")
        self.send_now(slow | good)
        self.assertNotEqual(good.state, "error", "never tried, and given up")

    @mute_logger("odoo.addons.base.models.ir_cron")
    def test_hosts_that_are_none(self):
        for number, host in enumerate(
            ("a..b", "x" * 70 + ".example", ".", "-", "-a", "мир" * 40, "xn--a", "a" * 300)
        ):
            with self.subTest(host[:20]):
                account = self.make_sender(address=f"a{number}@example.org")
                try:
                    account.sudo().outgoing_host = host
                    self.env.flush_all()
                except ValidationError:
                    continue
                letter = self.write_letter(account)
                good = self.write_letter(self.account)
                self.send(letter | good)
                self.make_due(letter)
                self.work_queue()
                self.assertIn(letter.state, ("error", "queued"))
                self.assertEqual(good.type, "sent")

    def test_language_of_an_archived_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.user.lang = "fr_FR"
        letter = self.write_letter(self.account)
        self.send(letter)
        self.user.active = False
        self.user.partner_id.active = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_lang SET active = false WHERE code = 'fr_FR'")
        self.env.registry.clear_cache("stable")
        self.env.invalidate_all()
        self.env.flush_all()
        self.work_queue()
        # What an account raises must not keep the others from sending, now and for ever.
        self.assertEqual(letter.state, "error")

    def send_in_two_attempts(self, between):
        """Anna gets the letter at once, Boris is told to wait; then something happens."""
        self.server.refuse["boris@example.com"] = "450 4.2.1 busy"
        letter = self.write_letter(self.account, email_cc="boris@example.com")
        self.send_now(letter)
        self.assertEqual(self.states(letter)["anna@example.com"], "accepted")
        between(letter)
        self.make_due(letter)
        self.work_queue()
        return letter

    def assertNotSaidToBeUnsent(self, letter):
        # docs/sending.md: "Not sent: It has certainly gone to nobody."
        self.assertNotEqual(letter.state, "error", letter.send_error)
        self.assertEqual(letter.type, "sent")
        self.assertTrue(letter.is_undelivered)

    def test_letter_that_somebody_has_and_that_is_refused_then(self):
        def between(_letter):
            server = self.enterContext(ScriptedSmtp({"MAIL": [b"550 5.7.1 not you\r\n"]}))
            self.account.outgoing_port = server.port

        self.assertNotSaidToBeUnsent(self.send_in_two_attempts(between))

    def test_letter_that_somebody_has_when_the_right_is_lost(self):
        def between(_letter):
            rows = self.account.incoming_right_ids
            rows.filtered(lambda row: row.user_id == self.user).unlink()

        self.assertNotSaidToBeUnsent(self.send_in_two_attempts(between))

    def test_letter_that_somebody_has_when_the_settings_are_wrong(self):
        def between(_letter):
            self.account.outgoing_host = False

        self.assertNotSaidToBeUnsent(self.send_in_two_attempts(between))

    def test_from_says_what_was_sent(self):
        """After a change of the responsible the bytes stay, so From must, too."""
        self.server.refuse["anna@example.com"] = "550 5.1.1 no such mailbox"
        letter = self.write_letter(self.account)
        self.send_now(letter)
        self.server.refuse.clear()
        letter.sudo().responsible_id = self.colleague
        self.account.sender_name = "Sales"
        self.env.flush_all()
        self.send_now(letter)
        self.assertEqual(read(self.server.deliveries[0])["From"], letter.email_from)

    def test_letter_taken_back_in_the_trash_comes_out_of_it(self):
        letter = self.write_letter(self.account)
        letter.send_letters()
        letter.action_trash()
        letter.take_back()
        letter.action_restore()
        self.assertFalse(letter.is_trashed)
        self.send_now(letter)
        self.assertEqual(letter.type, "sent")
        with self.assertRaisesRegex(UserError, "not in the trash"):
            letter.action_delete_for_good()

    def test_deleted_user(self):
        other = new_test_user(self.env, "iris-leaving", lang="en_US")
        self.account.incoming_right_ids = [Command.create({"user_id": other.id, "may_send": True})]
        letter = self.write_letter(self.account)
        self.send(letter)
        letter.sudo().sent_by_id = other
        self.env.flush_all()
        other.unlink()
        self.work_queue()
        self.assertEqual(letter.state, "error")
        self.assertFalse(letter.send_error.startswith(" "), letter.send_error)

    def test_lost_file_of_the_bytes(self):
        first, second = self.two_letters()
        first.sudo()._make_sources()
        source = first.sudo()._get_sources()[first.id]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = '00/lost', db_datas = NULL WHERE id = %s",
            [source.id],
        )
        self.env.invalidate_all()
        self.work_queue()
        self.assertEqual(second.type, "sent")
        self.assertNotEqual(first.type, "sent")

    def test_memory_of_a_batch(self):
        letters = self.env["iris.email"].with_user(self.user)
        for number in range(12):
            letter = self.write_letter(self.account, subject=str(number))
            self.attach(letter, raw=bytes([number]) * 2_000_000)
            letters |= letter
        self.send(letters)
        self.env.invalidate_all()
        tracemalloc.start()
        try:
            letters.sudo()._make_sources()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertLess(peak, 20_000_000)

    def test_queries_of_sending_many_letters(self):
        def count(number):
            letters = self.env["iris.email"].with_user(self.user)
            for _letter in range(number):
                letters |= self.write_letter(self.account)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            letters.send_letters()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(10), count(60)
        self.assertLess((many - few) / 50, 2.5, (few, many))

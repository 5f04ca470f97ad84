import email
import email.policy
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.tests import tagged

from .sending import SendingCase
from .servers.loopback import free_ports
from .servers.scripted_smtp import ScriptedSmtp


def read(delivery):
    """Read a delivered letter with Python's own reader."""
    return email.message_from_bytes(delivery.content, policy=email.policy.default)


@tagged("post_install", "-at_install")
class TestSending(SendingCase):
    """From Send to Sent, against a real server (guide F1-F10)."""

    def setUp(self):
        super().setUp()
        self.server = self.sink()
        self.account = self.make_sender(self.server)
        self.letter = self.write_letter(self.account)

    # ---- the way of a letter ----

    def test_sent(self):
        self.attach(self.letter)
        self.letter.email_cc = "Boris <boris@example.com>"
        self.letter.email_bcc = "secret@example.net"
        self.send_now(self.letter)
        self.assertEqual(self.letter.type, "sent")
        self.assertFalse(self.letter.state)
        (delivery,) = self.server.deliveries
        self.assertEqual(delivery.sender, "ivan@example.org")
        self.assertEqual(
            delivery.recipients, ("anna@example.com", "boris@example.com", "secret@example.net")
        )
        message = read(delivery)
        self.assertEqual(message["From"], "Ivan Petrov <ivan@example.org>")
        self.assertEqual(message["To"], "Anna <anna@example.com>")
        self.assertEqual(message["Cc"], "Boris <boris@example.com>")
        self.assertEqual(message["Subject"], "Offer")
        self.assertEqual(message["Message-ID"], self.letter.message_id)
        self.assertRegex(message["Message-ID"], r"^<\S+@example\.org>$")
        self.assertNotIn(b"secret", delivery.content)
        self.assertEqual(message.get_body(("plain",)).get_content().strip(), "Good morning.")
        self.assertIn("<b>morning</b>", message.get_body(("html",)).get_content())
        (file,) = message.iter_attachments()
        self.assertEqual(file.get_filename(), "prices.txt")
        self.assertEqual(file.get_content(), "the prices")

    def test_original_of_a_sent_letter(self):
        self.letter.email_bcc = "secret@example.net"
        self.send_now(self.letter)
        self.assertEqual(self.letter._get_original(), self.server.deliveries[0].content)

    def test_click_only_queues(self):
        result = self.letter.send_letters()
        self.assertEqual(result, {"ids": self.letter.ids, "undo_seconds": 10})
        self.assertEqual((self.letter.type, self.letter.state), ("outbox", "queued"))
        self.work_queue()  # before the seconds are over
        self.assertEqual(self.letter.state, "queued")
        self.assertFalse(self.server.deliveries)

    def test_scheduled_action_is_triggered_at_once(self):
        triggers = self.env["ir.cron.trigger"]
        ours = [("cron_id", "=", self.env.ref("iris_email.ir_cron_send").id)]
        triggers.search(ours).unlink()
        self.letter.send_letters()
        self.assertEqual(triggers.search(ours).mapped("call_at"), [self.letter.send_at])
        self.letter.release_letters()
        self.assertLessEqual(min(triggers.search(ours).mapped("call_at")), Datetime.now())

    def test_selected_letters_of_a_list(self):
        letters = self.letter | self.write_letter(self.account, subject="Second")
        action = letters.action_send()
        self.assertEqual(action["tag"], "display_notification")
        letters.release_letters()
        self.work_queue()
        self.assertEqual(letters.mapped("type"), ["sent", "sent"])
        self.assertEqual(
            [read(one)["Subject"] for one in self.server.deliveries], ["Offer", "Second"]
        )

    def test_undo(self):
        self.letter.send_letters()
        self.letter.take_back()
        self.work_queue()
        self.assertEqual((self.letter.type, self.letter.state), ("draft", False))
        self.assertFalse(self.letter.recipient_ids)
        self.assertFalse(self.server.deliveries)
        self.letter.subject = "Better offer"
        self.send_now(self.letter)
        (delivery,) = self.server.deliveries
        self.assertEqual(read(delivery)["Subject"], "Better offer")

    def test_send_later(self):
        later = Datetime.now() + timedelta(days=2)
        self.letter.send_letters(send_at=Datetime.to_string(later))
        self.letter.release_letters()  # that ends the seconds for Undo, not this
        self.work_queue()
        self.assertEqual(self.letter.state, "queued")
        self.assertEqual(self.letter.send_at, later.replace(microsecond=0))
        self.make_due(self.letter)
        self.work_queue()
        self.assertEqual(self.letter.type, "sent")

    def test_send_in_the_past(self):
        with self.assertRaisesRegex(UserError, "future"):
            self.letter.send_letters(send_at="2020-01-01 00:00:00")

    def test_twice(self):
        self.letter.send_letters()
        with self.assertRaisesRegex(UserError, "in the queue already"):
            self.letter.send_letters()
        self.letter.release_letters()
        self.work_queue()
        self.work_queue()
        self.assertEqual(len(self.server.deliveries), 1)
        with self.assertRaisesRegex(UserError, "no letter that waits"):
            self.letter.send_letters()

    def test_letter_in_the_trash_is_not_sent(self):
        self.send(self.letter)
        self.letter.action_trash()
        self.work_queue()
        self.assertFalse(self.server.deliveries)

    def test_one_connection_for_many_letters(self):
        server = self.enterContext(ScriptedSmtp())
        self.account.outgoing_port = server.port
        letters = self.letter
        for number in range(5):
            letters |= self.write_letter(self.account, subject=str(number))
        self.send_now(letters)
        self.assertEqual(len(server.letters), 6)
        verbs = [line.partition(b" ")[0].upper() for line in server.commands]
        self.assertEqual((verbs.count(b"EHLO"), verbs.count(b"QUIT")), (1, 1))

    # ---- what is missing ----

    def assertObstacle(self, pattern, **values):
        self.letter.write(values)
        with self.assertRaisesRegex(UserError, pattern):
            self.letter.send_letters()
        self.assertEqual(self.letter.type, "draft")

    def test_no_recipient(self):
        self.assertObstacle("“Offer”: it has no recipient", email_to=False)

    def test_wrong_addresses_are_named(self):
        self.assertObstacle("“anna@”, “nobody”", email_to="anna@", email_cc="b@example.com, nobody")
        self.assertObstacle("“here”", email_to="b@example.com", email_cc="", reply_to="here")

    def test_no_account(self):
        self.assertObstacle("choose in From", account_id=False)

    def test_account_that_is_not_active(self):
        self.account.active = False
        self.assertObstacle("not active")

    # ---- servers that refuse ----

    def test_one_of_three_recipients_is_refused(self):
        self.server.refuse["boris@example.com"] = "550 5.1.1 no such mailbox"
        self.letter.email_cc = "boris@example.com, clara@example.com"
        self.send_now(self.letter)
        self.assertEqual(self.letter.type, "sent")
        self.assertTrue(self.letter.is_undelivered)
        self.assertEqual(
            self.letter.undelivered_note, "boris@example.com: 550 5.1.1 no such mailbox"
        )
        self.assertEqual(
            self.states(self.letter),
            {
                "anna@example.com": "accepted",
                "boris@example.com": "refused",
                "clara@example.com": "accepted",
            },
        )

    def test_all_recipients_are_refused(self):
        self.server.refuse["anna@example.com"] = "550 5.1.1 no such mailbox"
        self.send_now(self.letter)
        self.assertEqual((self.letter.type, self.letter.state), ("outbox", "error"))
        self.assertIn("550 5.1.1 no such mailbox", self.letter.send_error)
        self.server.refuse.clear()
        self.send_now(self.letter)  # Retry
        self.assertEqual(self.letter.type, "sent")
        self.assertFalse(self.letter.send_error)

    def test_refused_letter_is_mended(self):
        self.server.refuse["anna@example.com"] = "550 5.1.1 no such mailbox"
        self.send_now(self.letter)
        first_id = self.letter.message_id
        self.letter.take_back()
        self.letter.email_to = "anna.orlova@example.com"
        self.send_now(self.letter)
        self.assertEqual(self.letter.type, "sent")
        self.assertEqual(self.states(self.letter), {"anna.orlova@example.com": "accepted"})
        self.assertNotEqual(self.letter.message_id, first_id)

    def test_not_now(self):
        self.server.refuse["boris@example.com"] = "450 4.2.1 busy"
        self.letter.email_cc = "boris@example.com"
        self.send_now(self.letter)
        self.assertEqual(self.letter.state, "queued")
        self.assertEqual(self.letter.send_attempts, 1)
        self.assertIn("450 4.2.1 busy", self.letter.send_error)
        first_pause = self.letter.send_at - Datetime.now()
        self.work_queue()  # not before the pause is over
        self.assertEqual(len(self.server.deliveries), 1)
        self.make_due(self.letter)
        self.work_queue()
        self.assertEqual(self.letter.send_attempts, 2)
        self.assertGreater(self.letter.send_at - Datetime.now(), first_pause)
        self.server.refuse.clear()
        self.make_due(self.letter)
        self.work_queue()
        self.assertEqual(self.letter.type, "sent")
        # Who has it does not get it again.
        self.assertEqual(
            [one.recipients for one in self.server.deliveries],
            [("anna@example.com",), ("boris@example.com",)],
        )
        self.assertEqual(len({one.content for one in self.server.deliveries}), 1)

    def test_who_has_it_does_not_get_it_again_by_undo(self):
        self.server.refuse["boris@example.com"] = "450 4.2.1 busy"
        self.letter.email_cc = "boris@example.com"
        self.send_now(self.letter)
        self.letter.take_back()
        self.assertEqual(self.letter.type, "sent")
        self.assertEqual(self.letter.undelivered_note, "boris@example.com: 450 4.2.1 busy")
        self.make_due(self.letter)
        self.work_queue()
        self.assertEqual(len(self.server.deliveries), 1)

    def test_never_now(self):
        self.server.refuse["anna@example.com"] = "450 4.2.1 busy"
        self.send(self.letter)
        for _attempt in range(30):
            self.make_due(self.letter)
            self.work_queue()
            if self.letter.state == "error":
                break
        self.assertEqual(self.letter.state, "error")
        self.assertGreater(self.letter.send_attempts, 15)

    # ---- servers that are not there ----

    def test_server_that_is_not_there(self):
        (port,) = free_ports(1)
        self.account.outgoing_port = port
        letters = self.letter | self.write_letter(self.account, subject="Second")
        self.send_now(letters)
        self.assertEqual(letters.mapped("state"), ["queued", "queued"])
        self.assertEqual(letters.mapped("send_attempts"), [1, 1])
        self.assertIn("refuses connections", self.account.last_send_error)
        self.account.outgoing_port = self.server.port
        self.make_due(letters)
        self.work_queue()
        self.assertEqual(letters.mapped("type"), ["sent", "sent"])
        self.assertFalse(self.account.last_send_error)

    def test_one_account_does_not_delay_another(self):
        (port,) = free_ports(1)
        broken = self.make_sender(address="broken@example.org", outgoing_port=port)
        first = self.write_letter(broken)
        self.send(first)
        self.send_now(self.letter)
        self.assertEqual(self.letter.type, "sent")
        self.assertEqual(first.state, "queued")

    def test_fault_with_one_account_does_not_stop_the_others(self):
        broken = self.make_sender(self.server, "broken@example.org")
        self.send(self.write_letter(broken))
        self.send(self.letter)
        sender = type(self.env["iris.email.sender"])
        take_batch = sender._take_batch

        def fail(model, account):
            if account == broken:
                raise KeyError("anything")
            return take_batch(model, account)

        self.startPatcher(patch.object(sender, "_take_batch", fail))
        with self.assertLogs("odoo.addons.iris_email.models.iris_email_sender", "ERROR"):
            self.work_queue()
        self.assertEqual(self.letter.type, "sent")

    def test_account_without_a_server(self):
        self.account.outgoing_host = False
        self.send_now(self.letter)
        self.assertEqual(self.letter.state, "error")
        self.assertIn("has no outgoing server", self.letter.send_error)

    # ---- between Send and now ----

    def test_right_that_was_taken_away_meanwhile(self):
        self.send(self.letter)
        self.account.incoming_right_ids.filtered("may_send").write(
            {"may_send": False, "default_sender": False}
        )
        self.work_queue()
        self.assertEqual(self.letter.sudo().state, "error")
        self.assertIn("may not send from ivan@example.org any more", self.letter.sudo().send_error)
        self.assertFalse(self.server.deliveries)

    def test_account_that_was_closed_meanwhile(self):
        self.send(self.letter)
        self.account.active = False
        self.work_queue()
        self.assertEqual(self.letter.state, "error")
        self.assertFalse(self.server.deliveries)

    def test_letter_that_cannot_be_written_costs_only_itself(self):
        second = self.write_letter(self.account, subject="Second")
        self.send(self.letter | second)
        # No user can do this: From would be empty.
        self.letter.sudo().email_from = False
        self.env.flush_all()
        with self.assertLogs("odoo.addons.iris_email.models.iris_email_sender", "ERROR"):
            self.work_queue()
        self.assertEqual(self.letter.state, "error")
        self.assertEqual(second.type, "sent")

    # ---- who may ----

    def test_stranger_cannot(self):
        letter = self.letter.with_user(self.stranger)
        for method in ("send_letters", "take_back", "release_letters", "action_mark_sent"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(letter, method)()

    def test_reader_cannot_take_back(self):
        self.letter.send_letters()
        with self.assertRaises(AccessError):
            self.letter.with_user(self.colleague).take_back()
        self.assertEqual(self.letter.state, "queued")

    def test_files_of_inline_pictures_that_were_removed_stay_here(self):
        self.letter.body = (
            '<p><img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ'
            'AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="></p>'
        )
        self.assertIn("cid:", self.letter.sudo().body_html)
        self.letter.body = "<p>No picture any more</p>"
        self.letter.sudo().attachment_ids = [Command.clear()]
        self.send_now(self.letter)
        self.assertNotIn(b"image/png", self.server.deliveries[0].content)

import base64

from odoo.tests import tagged

from .common import make_letter
from .sending_attackers import AttackCase
from .servers.scripted_pop3 import PASSWORD
from .servers.scripted_smtp import ScriptedSmtp
from .test_delivery_reports import make_report


@tagged("post_install", "-at_install")
class TestRecipientAttacks(AttackCase):
    def setUp(self):
        super().setUp()
        self.mailbox = self.serve()
        self.account.write(
            {
                "incoming_host": self.mailbox.host,
                "incoming_port": self.mailbox.port,
                "incoming_login": "ivan@example.org",
                "incoming_password": PASSWORD,
            }
        )

    def report(self, *raw):
        known = self.letters(self.account)
        for letter in raw:
            self.mailbox.letters[len(self.mailbox.letters) + 1] = letter
        self.check(self.account)
        self.env.invalidate_all()
        return (self.letters(self.account) - known).with_user(self.user)

    def test_same_address_in_two_forms(self):
        letter = self.write_letter(
            self.account, email_to="a@пример.рф", email_cc="a@xn--e1afmkfd.xn--p1ai"
        )
        self.send_now(letter)
        self.assertEqual(len(letter.recipient_ids), 1)

    def test_report_in_the_other_form_of_the_address(self):
        letter = self.write_letter(self.account, email_to="a@пример.рф, b@example.com")
        self.send_now(letter)
        self.report(make_report(letter.message_id, "a@xn--e1afmkfd.xn--p1ai"))
        self.assertTrue(letter.is_undelivered)

    def test_two_reports_of_one_letter_at_once(self):
        letter = self.write_letter(self.account, email_cc="boris@example.com")
        self.send_now(letter)
        first = make_report(letter.message_id, "anna@example.com")
        second = make_report(letter.message_id, "boris@example.com").replace(
            b"<report-1@", b"<report-2@"
        )
        reports = self.report(first, second)
        self.assertEqual(len(reports), 2)
        self.assertEqual(
            self.states(letter), {"anna@example.com": "returned", "boris@example.com": "returned"}
        )
        self.assertEqual(reports.answered_id, letter)

    def test_forged_report_does_not_stop_a_letter_that_waits(self):
        self.server.refuse["boris@example.com"] = "450 4.2.1 busy"
        letter = self.write_letter(self.account, email_cc="boris@example.com")
        self.send_now(letter)
        self.assertEqual(letter.state, "queued")
        self.server.refuse.clear()
        self.report(make_report(letter.message_id, "boris@example.com"))
        self.make_due(letter)
        self.work_queue()
        self.assertEqual(
            [one.recipients for one in self.server.deliveries],
            [("anna@example.com",), ("boris@example.com",)],
        )

    def test_uncertain_letter_that_came_back_is_sent_again(self):
        letter = self.write_letter(self.account)
        self.send_now(letter)
        letter.sudo().write({"type": "outbox", "state": "uncertain"})
        letter.sudo().recipient_ids.state = "waiting"
        self.report(make_report(letter.message_id, "anna@example.com"))
        self.send_now(letter)
        self.assertTrue(letter.type == "sent" or letter.send_error, "says nothing of why")
        self.assertEqual(len(self.server.deliveries), 2)

    def test_automatic_answer_does_not_count(self):
        letter = self.write_letter(self.account)
        self.send_now(letter)
        self.report(
            make_letter(
                "Out of office",
                headers=[("In-Reply-To", letter.message_id), ("Auto-Submitted", "auto-replied")],
            )
        )
        self.assertEqual(letter.answer_count, 0)

    def test_more_recipients_than_the_server_takes_at_a_time(self):
        """RFC 5321 §4.5.3.1.10: after 452 the others get the letter in further transactions."""
        taken = []

        def first_command():
            taken.clear()
            return [b"250 ok\r\n"]

        def recipient():
            taken.append(1)
            return [b"452 4.5.3 too many\r\n"] if len(taken) > 1 else [b"250 ok\r\n"]

        server = self.enterContext(ScriptedSmtp({"MAIL": first_command, "RCPT": recipient}))
        self.account.outgoing_port = server.port
        emails = [f"a{number}@example.com" for number in range(25)]
        letter = self.write_letter(self.account, email_to=", ".join(emails))
        self.send(letter)
        for _attempt in range(30):
            self.work_queue()
            if letter.type == "sent":
                break
            self.make_due(letter)
        self.assertEqual(set(self.states(letter).values()), {"accepted"})


@tagged("post_install", "-at_install")
class TestAnswersToEnemies(AttackCase):
    def test_answer_goes_to_nobody_whom_the_name_of_the_sender_names(self):
        name = "rival@example.net, " + "x" * 600
        encoded = base64.b64encode(name.encode()).decode()
        raw = make_letter("S").replace(
            b"From: Anna <anna@example.com>",
            f"From: =?utf-8?b?{encoded}?= <e@evil.example>".encode(),
        )
        draft = self.draft_of(self.receive(raw).action_reply())
        self.assertEqual(draft._get_envelope(), ["e@evil.example"])

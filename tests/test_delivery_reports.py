from odoo.tests import tagged

from .common import make_letter
from .sending import SendingCase
from .servers.scripted_pop3 import PASSWORD


def make_report(message_id, *recipients, action="failed", words="550 5.1.1 no such user"):
    """Write a delivery report of a mail server (RFC 3464), as Postfix does."""
    fields = "".join(
        f"\r\nFinal-Recipient: rfc822; {email}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; {words}\r\n"
        for email in recipients
    )
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: ivan@example.org\r\n"
        f"Subject: Undelivered Mail\r\nMessage-ID: <report-{len(recipients)}@mx.example.org>\r\n"
        "Date: Mon, 02 Mar 2026 10:15:00 +0300\r\nMIME-Version: 1.0\r\n"
        "Auto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example.org\r\n{fields}\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_id}\r\nSubject: Offer\r\n\r\n--b--\r\n"
    ).encode()


@tagged("post_install", "-at_install")
class TestDeliveryReports(SendingCase):
    """Bounces and automatic answers are linked to the letter that they answer."""

    def setUp(self):
        super().setUp()
        self.mailbox = self.serve()
        self.account = self.make_sender(
            self.sink(),
            incoming_host=self.mailbox.host,
            incoming_port=self.mailbox.port,
            incoming_login="ivan@example.org",
            incoming_password=PASSWORD,
        )
        self.letter = self.write_letter(self.account, email_cc="boris@example.com")
        self.send_now(self.letter)

    def receive(self, *raw):
        """Let letters come into the mailbox; return them as the user."""
        known = self.letters(self.account)
        for letter in raw:
            self.mailbox.letters[len(self.mailbox.letters) + 1] = letter
        self.check(self.account)
        return (self.letters(self.account) - known).with_user(self.user)

    def test_not_delivered(self):
        report = self.receive(make_report(self.letter.message_id, "Anna@Example.com"))
        self.assertEqual(report.answered_id, self.letter)
        self.assertTrue(self.letter.is_undelivered)
        self.assertEqual(
            self.letter.undelivered_note, "anna@example.com: 5.1.1 550 5.1.1 no such user"
        )
        self.assertEqual(
            self.states(self.letter),
            {"anna@example.com": "returned", "boris@example.com": "accepted"},
        )
        self.assertFalse(self.letter.is_answered)

    def test_late(self):
        self.receive(make_report(self.letter.message_id, "anna@example.com", action="delayed"))
        self.assertFalse(self.letter.is_undelivered)
        recipient = self.letter.sudo().recipient_ids[0]
        self.assertEqual(recipient.state, "accepted")
        self.assertIn("no such user", recipient.words)

    def test_report_of_another_letter(self):
        report = self.receive(make_report("<other@example.org>", "anna@example.com"))
        self.assertFalse(report.answered_id)
        self.assertFalse(self.letter.is_undelivered)

    def test_report_that_came_into_another_mailbox(self):
        raw = make_report(self.letter.message_id, "anna@example.com")
        other = self.make_account(self.serve([raw]), "boss@example.org")
        self.check(other)
        self.assertFalse(self.letter.is_undelivered)
        self.assertFalse(self.letters(other).parent_id)

    def test_report_that_came_into_another_mailbox_first(self):
        raw = make_report(self.letter.message_id, "anna@example.com")
        other = self.make_account(self.serve([raw]), "boss@example.org")
        self.check(other)
        self.receive(raw)
        report = self.letters(other)
        self.assertEqual(report.other_account_ids, self.account)
        self.assertEqual(report.parent_id, self.letter)
        self.assertTrue(self.letter.is_undelivered)
        self.assertEqual(self.states(self.letter)["anna@example.com"], "returned")

    def test_report_of_a_letter_that_two_mailboxes_have(self):
        """It belongs to the one of the mailbox that got it first."""
        raw = make_report(self.letter.message_id, "anna@example.com")
        other = self.make_account(self.serve([raw]), "boss@example.org")
        copy = self.letter.sudo().copy({"type": "sent", "account_id": other.id})
        copy.message_id = self.letter.message_id
        self.env.flush_all()
        self.check(other)
        report = self.letters(other) - copy
        self.assertEqual(report.parent_id, copy)
        self.receive(raw)
        self.assertEqual(report.other_account_ids, self.account)
        self.assertEqual(report.parent_id, copy)
        self.assertTrue(self.letter.is_undelivered)

    def test_automatic_answer(self):
        answer = self.receive(
            make_letter(
                "Out of office",
                headers=[
                    ("In-Reply-To", self.letter.message_id),
                    ("Auto-Submitted", "auto-replied"),
                ],
            )
        )
        self.assertTrue(answer.is_automatic)
        self.assertEqual(answer.answered_id, self.letter)
        self.assertFalse(self.letter.is_answered)

    def test_answer(self):
        answer = self.receive(
            make_letter("Re: Offer", headers=[("In-Reply-To", self.letter.message_id)])
        )
        self.assertEqual(answer.answered_id, self.letter)
        self.assertTrue(self.letter.is_answered)

    def test_nothing_is_ever_answered_by_itself(self):
        before = self.env["iris.email"].search_count([("type", "!=", "inbox")])
        self.receive(
            make_letter(
                "Please answer", headers=[("Disposition-Notification-To", "a@example.com")]
            ),
            make_report(self.letter.message_id, "anna@example.com"),
        )
        self.work_queue()
        after = self.env["iris.email"].search_count([("type", "!=", "inbox")])
        self.assertEqual(after, before)

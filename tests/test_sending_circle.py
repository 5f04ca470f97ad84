from odoo.fields import Command
from odoo.tests import tagged

from .common import DovecotCase
from .sending import ALL, SendingCase
from .servers.scripted_pop3 import PASSWORD


@tagged("post_install", "-at_install")
class TestCircle(DovecotCase, SendingCase):
    """Two people of two mailboxes write to each other: by SMTP, into Dovecot, by POP3."""

    def make_post(self, address, user):
        """Make a mailbox that is received and sent from by one user."""
        self.dovecot.add_user(address, PASSWORD)
        return self.env["iris.email.account"].create(
            {
                "address": address,
                "incoming_host": self.dovecot.host,
                "incoming_port": self.dovecot.port,
                "incoming_login": address,
                "incoming_password": PASSWORD,
                "outgoing_host": self.server.host,
                "outgoing_port": self.server.port,
                "incoming_right_ids": [
                    Command.create({"user_id": user.id, "may_send": True, **ALL})
                ],
            }
        )

    def deliver(self):
        """Put what the SMTP server has got into the mailboxes."""
        for delivery in self.server.deliveries:
            for address in delivery.recipients:
                self.dovecot.deliver(address, [delivery.content])
        self.server.deliveries.clear()

    def fetch(self, account, user):
        self.assertFalse(self.check(account, user).error)
        return self.letters(account).filtered(lambda one: one.type == "inbox").with_user(user)

    def setUp(self):
        super().setUp()
        self.server = self.sink()
        # Each test has mailboxes of its own.
        domain = self._testMethodName.replace("_", "-") + ".example"
        self.ivans = self.make_post(f"ivan@{domain}", self.user)
        self.annas = self.make_post(f"anna@{domain}", self.colleague)

    def test_write_send_fetch_reply_fetch(self):
        letter = self.write_letter(
            self.ivans,
            email_to=f"Анна Орлова <{self.annas.address}>",
            subject="Предложение № 15",
            body="<p>Доброе <b>утро</b>!</p>",
        )
        self.attach(letter, "прайс-лист.txt", "цены".encode())
        self.send_now(letter)
        self.deliver()

        received = self.fetch(self.annas, self.colleague)
        self.assertEqual(len(received), 1)
        self.assertNotEqual(received, letter)  # one is sent, the other came in
        for name in ("subject", "email_from", "email_to", "message_id"):
            self.assertEqual(received[name], letter[name], name)
        self.assertEqual(received.body_text.strip(), letter.body_text.strip())
        self.assertIn(letter.sudo().body_html, received.body_html)
        self.assertEqual(
            [(file.name, file.raw) for file in received.attachment_ids],
            [("прайс-лист.txt", "цены".encode())],
        )

        reply = received.browse(received.action_reply()["res_id"])
        self.assertEqual(reply.account_id.id, self.annas.id)
        reply.body = "<p>Согласна</p>" + str(reply.body)
        self.send_now(reply)
        self.assertEqual(reply.type, "sent", reply.send_error)
        self.assertTrue(received.is_answered)
        self.assertEqual(reply.answered_id, received)
        self.deliver()

        answer = self.fetch(self.ivans, self.user)
        self.assertEqual(len(answer), 1)
        self.assertEqual(answer.subject, "Re: Предложение № 15")
        self.assertTrue(answer.body_text.startswith("Согласна\n"), answer.body_text)
        self.assertEqual(answer.answered_id, letter)
        self.assertEqual(answer.references, letter.message_id)
        self.assertTrue(letter.is_answered)
        self.assertEqual(letter.answer_count, 1)

        again = answer.browse(answer.action_reply()["res_id"])
        self.assertEqual(again.subject, "Re: Предложение № 15")
        self.assertEqual(again.references.split(), [letter.message_id, answer.message_id])

    def test_letter_to_oneself(self):
        letter = self.write_letter(self.ivans, email_to=self.ivans.address)
        self.send_now(letter)
        self.deliver()
        received = self.fetch(self.ivans, self.user)
        self.assertEqual((letter.type, received.type), ("sent", "inbox"))
        self.assertEqual(received.message_id, letter.message_id)

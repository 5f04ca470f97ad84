"""What the tests of attacks on sending share: an account that sends, and forged content."""

import base64
import email
import email.policy
from unittest.mock import patch

from odoo.fields import Command

from ..models import iris_email_account_sending
from .sending import ALL, SendingCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FORGED = (
    b"From: The Boss <boss@example.org>\r\nTo: anna@example.com\r\nSubject: Pay\r\n"
    b"Message-ID: <forged@example.org>\r\n\r\nPay at once.\r\n"
)


def read(delivery):
    """Read a delivered letter with Python's own reader."""
    return email.message_from_bytes(delivery.content, policy=email.policy.default)


class AttackCase(SendingCase):
    def setUp(self):
        super().setUp()
        self.server = self.sink()
        self.account = self.make_sender(self.server)

    def compose(self, context=None, **values):
        letters = self.env["iris.email"].with_user(self.user).with_context(**(context or {}))
        action = letters.action_compose(values)
        return self.env["iris.email"].with_user(self.user).browse(action["res_id"])

    def receive(self, raw, **values):
        """Let a letter come into a mailbox from which the user sends, too."""
        account = self.make_account(
            self.serve([raw]),
            "in@example.org",
            outgoing_host=self.server.host,
            outgoing_port=self.server.port,
            incoming_right_ids=[Command.create({"user_id": self.user.id, "may_send": True, **ALL})],
            outgoing_right_ids=[Command.create({"user_id": self.user.id, **ALL})],
            **values,
        )
        self.check(account)
        return self.letters(account).with_user(self.user)

    def draft_of(self, action):
        return self.env["iris.email"].with_user(self.user).browse(action["res_id"])

    def during_first_delivery(self, act):
        """Do something while the server is taking the first letter."""
        client = iris_email_account_sending.smtp.SmtpClient
        original = client.send
        acted = []

        def send(client, *arguments):
            if not acted:
                acted.append(True)
                act()
                self.env.flush_all()
            return original(client, *arguments)

        self.startPatcher(patch.object(client, "send", send))

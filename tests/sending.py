"""What the tests of sending share: accounts that send, letters, and the queue being worked."""

from odoo.fields import Command
from odoo.tests import new_test_user

from .common import MailCase
from .servers.smtp_sink import SmtpSink

ALL = {"perm_read": True, "perm_edit": True, "perm_delete": True, "perm_access": True}


class SendingCase(MailCase):
    """``user`` may send from every account that `make_sender` makes; ``stranger`` from none.

    :cvar colleague: reads incoming and outgoing letters of these accounts, and may not send
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.write({"name": "Ivan Petrov", "email": "ivan.private@example.org"})
        cls.user.signature = False
        cls.colleague = new_test_user(cls.env, "iris-colleague", lang="en_US")

    def sink(self, **options):
        """Start a real SMTP server that runs until the test ends.

        :rtype: SmtpSink
        """
        return self.enterContext(SmtpSink(**options))

    def make_sender(self, server=None, address="ivan@example.org", **values):
        """Make an account that sends over a test server without encryption.

        :param server: with ``host`` and ``port``; None: a server that is not there
        """
        rows = [
            Command.create(
                {"user_id": self.user.id, "may_send": True, "default_sender": True, **ALL}
            ),
            Command.create({"user_id": self.colleague.id, "perm_read": True}),
        ]
        return self.env["iris.email.account"].create(
            {
                "address": address,
                "outgoing_host": server.host if server else "127.0.0.1",
                "outgoing_port": server.port if server else 9,
                "incoming_right_ids": rows,
                "outgoing_right_ids": [
                    Command.create({"user_id": self.user.id, **ALL}),
                    Command.create({"user_id": self.colleague.id, "perm_read": True}),
                ],
                **values,
            }
        )

    def write_letter(self, account, user=None, **values):
        """Write a letter as a user does who fills in the card.

        :return: the letter, as that user sees it
        """
        letter = self.env["iris.email"].with_user(user or self.user)
        return letter.create(
            {
                "account_id": account.id,
                "email_to": "Anna <anna@example.com>",
                "subject": "Offer",
                "body": "<p>Good <b>morning</b>.</p>",
                **values,
            }
        )

    def attach(self, letter, name="prices.txt", raw=b"the prices", **values):
        """Attach a file as the upload does."""
        return letter.env["ir.attachment"].create(
            {"res_model": "iris.email", "res_id": letter.id, "name": name, "raw": raw, **values}
        )

    def hide_card(self, card):
        """Let no user see the card of a contact."""
        self.env["ir.rule"].create(
            {
                "name": "no card",
                "model_id": self.env.ref("base.model_res_partner").id,
                "groups": [Command.link(self.env.ref("base.group_user").id)],
                "domain_force": f"[('id', '!=', {card.id})]",
            }
        )

    def send(self, letters, **options):
        """Press Send, and let the seconds for Undo pass."""
        letters.send_letters(**options)
        letters.release_letters()
        self.env.flush_all()

    def work_queue(self):
        """Run the scheduled action as the list of scheduled actions does: Run manually."""
        cron = self.env.ref("iris_email.ir_cron_send")
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)
        self.env.invalidate_all()

    def send_now(self, letters):
        """Send letters, and work the queue."""
        self.send(letters)
        self.work_queue()

    def make_due(self, letters):
        """Let the pause after a failed attempt be over."""
        letters.sudo().send_at = "2026-03-02 10:00:00"
        self.env.flush_all()

    def states(self, letter):
        """Return what became of a letter at its recipients: address → state."""
        return {one.email: one.state for one in letter.sudo().recipient_ids}

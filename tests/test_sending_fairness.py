from unittest.mock import patch

from odoo.tests import tagged

from ..models import iris_email_account_sending
from .sending import SendingCase


@tagged("post_install", "-at_install")
class TestSendingFairness(SendingCase):
    """No account makes others wait long, neither one with many letters nor one without a server."""

    def setUp(self):
        super().setUp()
        self.server = self.sink()

    def watch_connections(self):
        """Return a list to which the port of each server is added that is asked to take letters."""
        client = iris_email_account_sending.smtp.SmtpClient
        original, ports = client.__enter__, []

        def enter(client):
            ports.append(client.port)
            return original(client)

        self.startPatcher(patch.object(client, "__enter__", enter))
        return ports

    def test_account_that_failed_comes_after_those_that_work(self):
        dead = self.make_sender(address="dead@example.org")
        stuck = self.write_letter(dead)
        self.send_now(stuck)
        self.assertTrue(dead.last_send_error)
        good = self.write_letter(self.make_sender(self.server))
        self.send(good)
        self.make_due(stuck)  # has waited longer
        ports = self.watch_connections()
        self.work_queue()
        self.assertEqual(ports, [self.server.port, dead.outgoing_port])
        self.assertEqual(good.type, "sent")
        self.assertEqual(stuck.send_attempts, 2)

    def test_account_that_works_again_waits_no_longer_than_others(self):
        account = self.make_sender(address="dead@example.org")
        letter = self.write_letter(account)
        self.send_now(letter)
        account.outgoing_port = self.server.port
        self.make_due(letter)
        self.work_queue()
        self.assertEqual(letter.type, "sent")
        self.assertFalse(account.last_send_error)

    def test_each_account_has_a_share_of_the_time(self):
        accounts = [self.make_sender(self.server, f"{name}@example.org") for name in "abcd"]
        for account in accounts:
            self.send(self.write_letter(account))
        turns = []

        def note(_sender, account, seconds):
            turns.append((account.id, seconds))
            return False

        self.patch(self.registry["iris.email.sender"], "_send_from", note)
        self.work_queue()
        self.assertEqual([one for one, _seconds in turns], [account.id for account in accounts])
        # Odoo gives the scheduled action ten seconds.
        self.assertLessEqual(turns[0][1], 2.5)
        self.assertLessEqual(turns[-1][1], 10)

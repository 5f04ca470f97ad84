import email
import os
import random
import signal
import time
from collections import Counter

from odoo.tests import BaseCase, tagged

from .check_process import CheckProcess
from .servers.scripted_smtp import ScriptedSmtp
from .servers.smtp_sink import SmtpSink


@tagged("post_install", "-at_install")
class TestRealSending(BaseCase):
    """Sending that really commits: killed, and side by side. Nothing is ever sent twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.process = cls.enterClassContext(CheckProcess())

    def queue(self, server, count):
        return self.process.run(
            "queue_letters",
            {
                "address": f"{self._testMethodName}@example.org",
                "outgoing_host": server.host,
                "outgoing_port": server.port,
            },
            count,
        )

    def count_delivered(self, server):
        """Return how often each letter has come to the server: subject → number."""
        return Counter(
            email.message_from_bytes(one.content)["Subject"] for one in server.deliveries
        )

    def assertOnceOrUncertain(self, server, ids):
        """Assert that the server has every letter once, or the letter says that it may not."""
        delivered = self.count_delivered(server)
        for kind, state, subject in self.process.run("list_states", ids):
            if (kind, state) == ("sent", False):
                self.assertEqual(delivered[subject], 1, subject)
            else:
                self.assertEqual((kind, state), ("outbox", "uncertain"), subject)
                self.assertLessEqual(delivered[subject], 1, subject)
        return delivered

    def test_killed_again_and_again(self):
        with SmtpSink() as server:
            ids = self.queue(server, 150)
            moments = random.Random(19)
            killed = 0
            while len(server.deliveries) < len(ids) - 30:
                child = self.process.start("send")
                target = len(server.deliveries) + moments.randrange(1, 20)
                deadline = time.monotonic() + 30
                while len(server.deliveries) < target:
                    self.assertLess(time.monotonic(), deadline, "waited in vain")
                    time.sleep(0.001)
                time.sleep(moments.uniform(0, 0.02))
                os.kill(child, signal.SIGKILL)
                self.assertIsNone(self.process.finish(), "the child had to be killed, and was not")
                killed += 1
            self.assertGreaterEqual(killed, 5)
            self.process.run("send")
            delivered = self.assertOnceOrUncertain(server, ids)
            # A kill costs one letter at most.
            self.assertGreaterEqual(len(delivered), len(ids) - killed)
            states = Counter(
                state for _kind, state, _subject in self.process.run("list_states", ids)
            )
            self.assertLessEqual(states["uncertain"], killed)

    def test_killed_at_every_step_of_a_letter(self):
        steps = {
            "EHLO": [b"250 mail\r\n"],
            "MAIL": [b"250 ok\r\n"],
            "RCPT": [b"250 ok\r\n"],
            "DATA": [b"354 go\r\n"],
            ".": [b"250 kept\r\n"],
            "QUIT": [b"221 bye\r\n"],
        }
        for step, replies in steps.items():
            with self.subTest(step):
                slow = {**steps, step: [1.5, *replies]}
                with ScriptedSmtp(slow) as server:
                    ids = self.process.run(
                        "queue_letters",
                        {
                            "address": f"{step.strip('.').lower() or 'dot'}@example.org",
                            "outgoing_host": server.host,
                            "outgoing_port": server.port,
                        },
                        1,
                    )
                    child = self.process.start("send")
                    deadline = time.monotonic() + 30
                    while not self.has_come_to(step, server):
                        self.assertLess(time.monotonic(), deadline, "waited in vain")
                        time.sleep(0.005)
                    time.sleep(0.2)
                    os.kill(child, signal.SIGKILL)
                    self.process.finish()
                    server.replies.update(steps)
                    self.process.run("send")
                    ((kind, state, _subject),) = self.process.run("list_states", ids)
                    # All that is certain when it says goodbye is that the letter was taken.
                    expected = ("sent", False) if step == "QUIT" else ("outbox", "uncertain")
                    self.assertEqual((kind, state), expected)
                    self.assertLessEqual(len(server.letters), 1)

    @staticmethod
    def has_come_to(step, server):
        if step == ".":
            return bool(server.letters)
        return any(line.upper().startswith(step.encode()) for line in server.commands)

    def test_several_workers_at_the_same_time(self):
        with SmtpSink() as server:
            ids = self.queue(server, 60)
            self.process.run("send_side_by_side", 3)
            self.process.run("send")
            delivered = self.assertOnceOrUncertain(server, ids)
            self.assertEqual(len(delivered), 60)
            self.assertEqual(set(delivered.values()), {1})

from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from .sending import SendingCase

SENDER = "odoo.addons.iris_email.models.iris_email_sender"


@tagged("post_install", "-at_install")
class TestMeanwhile(SendingCase):
    """What happens between the moment in which letters are taken and their turn."""

    def setUp(self):
        super().setUp()
        self.server = self.sink()
        self.account = self.make_sender(self.server)
        self.letter = self.write_letter(self.account)

    def send_while(self, change):
        """Send the letter, and do something when it is taken for the first time.

        :param change: a function of what is known of the letter by then
        """
        senders = type(self.env["iris.email.sender"])
        original = senders._get_ready
        changes = [change]

        def get_ready(sender, letters):
            ready = original(sender, letters)
            if changes:
                changes.pop()(ready[0])
                self.env.flush_all()
            return ready

        with patch.object(senders, "_get_ready", get_ready):
            self.send_now(self.letter)

    def test_taken_back_written_on_and_sent_again(self):
        def change(_ready):
            self.letter.take_back()
            self.letter.write({"subject": "Better offer", "email_to": "boris@example.com"})
            self.send(self.letter)

        self.send_while(change)
        self.assertEqual(self.letter.type, "sent")
        (delivery,) = self.server.deliveries
        self.assertEqual(delivery.recipients, ("boris@example.com",))
        self.assertIn(b"Subject: Better offer", delivery.content)

    def test_taken_back(self):
        self.send_while(lambda _ready: self.letter.take_back())
        self.assertEqual(self.letter.type, "draft")
        self.assertFalse(self.server.deliveries)

    def test_put_into_the_trash(self):
        self.send_while(lambda _ready: self.letter.action_trash())
        self.assertFalse(self.server.deliveries)

    def test_file_that_is_lost(self):
        files = self.env["ir.attachment"]
        with self.assertLogs(SENDER, "ERROR"):
            self.send_while(lambda ready: Path(files._full_path(ready.store_fname)).unlink())
        self.assertEqual(self.letter.state, "error")
        self.assertIn("Nothing was sent", self.letter.send_error)
        self.assertFalse(self.server.deliveries)

    def test_letter_that_it_answers_is_deleted(self):
        parent = self.write_letter(self.account, subject="Question").sudo()
        self.letter.sudo().parent_id = parent
        self.send_while(lambda _ready: parent.unlink())
        self.assertEqual(self.letter.type, "sent")

    def test_letter_that_it_answers(self):
        parent = self.write_letter(self.account, subject="Question").sudo()
        self.letter.sudo().parent_id = parent
        self.send_now(self.letter)
        self.assertTrue(parent.is_answered)

    def test_files_stay_out_of_memory(self):
        letters = self.letter
        for number in range(4):
            letters |= self.write_letter(self.account, subject=str(number))
        for letter in letters:
            self.attach(letter, raw=b"x" * 1000)
        read = []
        files = type(self.env["ir.attachment"])
        original = files._file_read

        def file_read(model, name, size=None):
            read.append(name)
            return original(model, name, size)

        with patch.object(files, "_file_read", file_read):
            self.send_now(letters)
        # Each file and each letter once.
        self.assertEqual(len(read), 2 * len(letters))

import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import config

from ..models.file_size import format_file_size
from ..tools import delivery
from .sending import SendingCase


@tagged("post_install", "-at_install")
class TestSendingSentences(SendingCase):
    """What no server has said is said in the language of whoever sends."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("ru_RU")
        self.user.lang = "ru_RU"

    def send_by_program(self, text, address="ivan@example.org", **values):
        """Send a letter through a sendmail program of this text; return the letter."""
        folder = Path(self.enterContext(TemporaryDirectory()))
        program = folder / "sendmail"
        program.write_text(f"#!/bin/sh\ncat > /dev/null\n{text}\n")
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        account = self.make_sender(
            address=address, outgoing_transport="sendmail", outgoing_host=False
        )
        letter = self.write_letter(account, **values)
        with patch.dict(config.options, {"iris_email_sendmail": str(program)}):
            self.send_now(letter)
        return letter

    def words(self, letter, email):
        return {one.email: one.words for one in letter.sudo().recipient_ids}[email]

    def test_recipient_whom_the_server_cannot_be_told(self):
        letter = self.write_letter(
            self.make_sender(self.sink(smtputf8=False)), email_cc="пётр@example.org"
        )
        self.send_now(letter)
        self.assertEqual(letter.type, "sent")
        self.assertIn("Сервер не принимает адресов", self.words(letter, "пётр@example.org"))
        self.assertIn("Сервер не принимает адресов", letter.undelivered_note)

    def test_sender_whom_the_server_cannot_be_told(self):
        letter = self.write_letter(self.make_sender(self.sink(smtputf8=False), "пётр@example.org"))
        self.send_now(letter)
        self.assertEqual(letter.state, "error")
        self.assertIn("не принимает адресов", letter.send_error)
        self.assertNotIn("SMTPUTF8", letter.send_error)

    def test_sender_whom_a_program_would_read_as_something_else(self):
        letter = self.send_by_program("exit 0", "-ivan@example.org")
        self.assertEqual(letter.state, "error")
        self.assertIn("С адреса -ivan@example.org письмо отправить нельзя", letter.send_error)

    def test_recipient_whom_a_program_would_read_as_something_else(self):
        letter = self.send_by_program("exit 0", email_cc="/boris@example.com")
        self.assertEqual(letter.type, "sent")
        self.assertIn("Программа sendmail может понять", self.words(letter, "/boris@example.com"))

    def test_recipient_who_is_none(self):
        letter = self.write_letter(self.make_sender(self.sink()))
        self.send(letter)
        letter.sudo().recipient_ids.email = "anna anna@example.com"
        self.env.flush_all()
        self.work_queue()
        self.assertEqual(letter.state, "error")
        self.assertIn("Такого адреса не примет", letter.send_error)

    def test_program_that_says_nothing(self):
        letter = self.send_by_program("exit 67")
        self.assertEqual(letter.state, "error")
        self.assertIn("Программа sendmail не принимает письмо", letter.send_error)
        self.assertIn("EX_NOUSER", letter.send_error)  # for whoever runs the server

    def test_reasons_that_pass(self):
        account = self.make_sender(self.sink()).with_context(lang="ru_RU")
        for reason, words in (
            ("too_many", "получит письмо позже"),
            ("not_started", "сейчас не может запустить программу sendmail (Out of memory)"),
        ):
            refusal = delivery.Refusal("boris@example.com", "Out of memory", True, reason)
            self.assertIn(words, account._describe_refusal(refusal))

    def test_sizes(self):
        sizes = (0, 1, 628, 1023, 1024, 1300, 1024**2 - 1, 5.5 * 1024**2)
        for lang, expected in (
            ("en_US", "0 bytes, 1 byte, 628 bytes, 1,023 bytes, 1 kB, 1.3 kB, 1 MB, 5.5 MB"),
            ("ru_RU", "0 байт, 1 байт, 628 байт, 1 023 байта, 1 кБ, 1,3 кБ, 1 МБ, 5,5 МБ"),
        ):
            with self.subTest(lang=lang):
                env = self.env(user=self.user, context={"lang": lang})
                said = ", ".join(format_file_size(env, size) for size in sizes)
                self.assertEqual(said.replace("\N{NO-BREAK SPACE}", " "), expected)

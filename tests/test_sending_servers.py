import shutil
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import config

from .sending import SendingCase
from .servers.certificates import make_certificate
from .servers.scripted_smtp import DROP, STALL, ScriptedSmtp


@tagged("post_install", "-at_install")
class TestSmtpServers(SendingCase):
    """Every encryption with and without login, and servers that break off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(TemporaryDirectory())
        cls.certificate = make_certificate(Path(folder))

    def test_encryptions_and_logins(self):
        users = {"ivan": "secret"}
        for encryption in ("none", "starttls", "ssl"):
            for login in ("", "ivan"):
                with self.subTest(encryption=encryption, login=login):
                    server = self.sink(
                        encryption=encryption,
                        certificate=None if encryption == "none" else self.certificate,
                        users=users if login else None,
                    )
                    account = self.make_sender(
                        server,
                        f"{encryption}{login}@example.org",
                        outgoing_encryption=encryption,
                        outgoing_login=login,
                        outgoing_password="secret",
                        outgoing_fingerprint=self.certificate.fingerprint,
                    )
                    letter = self.write_letter(account)
                    self.send_now(letter)
                    self.assertEqual(letter.type, "sent", letter.send_error)
                    (delivery,) = server.deliveries
                    self.assertEqual(delivery.login, login or None)

    def test_wrong_password(self):
        server = self.sink(users={"ivan": "secret"})
        account = self.make_sender(server, outgoing_login="ivan", outgoing_password="wrong")
        letters = self.write_letter(account) | self.write_letter(account)
        self.send_now(letters)
        self.assertEqual(letters.mapped("state"), ["error", "error"])
        self.assertIn("does not accept login and password", letters[0].send_error)
        account.outgoing_password = "secret"
        self.send_now(letters)
        self.assertEqual(letters.mapped("type"), ["sent", "sent"])

    def test_certificate_that_is_not_trusted(self):
        server = self.sink(encryption="ssl", certificate=self.certificate)
        account = self.make_sender(server, outgoing_encryption="ssl")
        letter = self.write_letter(account)
        self.send_now(letter)
        self.assertEqual(letter.state, "error")
        self.assertIn("not trusted", letter.send_error)
        self.assertFalse(server.deliveries)

    def send_over(self, replies):
        """Send a letter over a server that follows a script; return the letter."""
        server = self.enterContext(ScriptedSmtp(replies))
        letter = self.write_letter(self.make_sender(server))
        self.send_now(letter)
        return letter

    def test_connection_lost_before_data(self):
        for command in ("MAIL", "RCPT", "DATA"):
            with self.subTest(command):
                letter = self.send_over({command: [DROP]})
                self.assertEqual(letter.state, "queued")
                self.assertEqual(letter.send_attempts, 1)

    def test_connection_lost_after_the_final_dot(self):
        letter = self.send_over({".": [DROP]})
        self.assertEqual(letter.state, "uncertain")
        self.assertIn("nobody knows whether it arrived", letter.send_error)
        self.work_queue()
        self.assertEqual(letter.state, "uncertain")  # never again by itself
        letter.action_mark_sent()
        self.assertEqual(letter.type, "sent")
        self.assertEqual(self.states(letter), {"anna@example.com": "accepted"})

    def test_uncertain_letter_is_sent_again_by_hand(self):
        letter = self.send_over({".": [DROP]})
        first_id = letter.message_id
        server = self.sink()
        letter.account_id.sudo().outgoing_port = server.port
        self.send_now(letter)
        self.assertEqual(letter.type, "sent")
        # A recipient who got it before can recognise it.
        self.assertIn(first_id.encode(), server.deliveries[0].content)

    def test_refusals(self):
        for command, reply, state in (
            ("MAIL", b"550 5.7.1 not you\r\n", "error"),
            ("MAIL", b"451 4.3.0 later\r\n", "queued"),
            ("DATA", b"554 5.6.0 no\r\n", "error"),
            ("DATA", b"452 4.3.1 full\r\n", "queued"),
            (".", b"554 5.7.1 spam\r\n", "error"),
            (".", b"451 4.7.1 greylisted\r\n", "queued"),
        ):
            with self.subTest(command=command, reply=reply):
                letter = self.send_over({command: [reply]})
                self.assertEqual(letter.state, state)
                self.assertIn(reply.decode().strip(), letter.send_error)

    def test_too_large_for_the_server(self):
        letter = self.send_over({"EHLO": [b"250-mail\r\n250 SIZE 500\r\n"]})
        self.assertEqual(letter.state, "error")
        self.assertIn("too large", letter.send_error)
        self.assertIn("500 bytes", letter.send_error)

    def test_silent_server(self):
        with patch("odoo.addons.iris_email.models.iris_email_account_sending.TIMEOUT", 0.5):
            letter = self.send_over({"MAIL": [STALL]})
        self.assertEqual(letter.state, "queued")
        self.assertIn("does not answer", letter.send_error)


@tagged("post_install", "-at_install")
class TestSendmail(SendingCase):
    """The sendmail program of the server (guide A5): msmtp, which hands over to a real server."""

    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.server = self.sink()
        self.account = self.make_sender(outgoing_transport="sendmail", outgoing_host=False)

    def use_program(self, text):
        """Let the configuration file name a program of this text."""
        program = self.folder / "sendmail"
        program.write_text(text)
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        self.startPatcher(patch.dict(config.options, {"iris_email_sendmail": str(program)}))

    def use_msmtp(self):
        settings = self.folder / "msmtprc"
        settings.write_text(
            f"account default\nhost {self.server.host}\nport {self.server.port}\n"
            "auth off\ntls off\n"
        )
        settings.chmod(0o600)
        path = shutil.which("msmtp")
        self.assertTrue(path, "the package msmtp-mta is not installed")
        self.use_program(f'#!/bin/sh\nexec {path} -C "{settings}" "$@"\n')

    def test_real_program_delivers(self):
        self.use_msmtp()
        letter = self.write_letter(self.account, email_bcc="secret@example.net")
        self.send_now(letter)
        self.assertEqual(letter.type, "sent", letter.send_error)
        (delivery,) = self.server.deliveries
        self.assertEqual(delivery.sender, "ivan@example.org")
        self.assertEqual(delivery.recipients, ("anna@example.com", "secret@example.net"))
        self.assertNotIn(b"secret", delivery.content)

    def test_exit_codes(self):
        for code, state in ((75, "queued"), (67, "error"), (64, "error")):
            with self.subTest(code):
                self.use_program(
                    f"#!/bin/sh\ncat > /dev/null\necho why it failed >&2\nexit {code}\n"
                )
                letter = self.write_letter(self.account)
                self.send_now(letter)
                self.assertEqual(letter.state, state)
                self.assertIn("why it failed", letter.send_error)

    def test_program_that_is_not_there(self):
        self.startPatcher(
            patch.dict(config.options, {"iris_email_sendmail": str(self.folder / "nothing")})
        )
        letter = self.write_letter(self.account)
        self.send_now(letter)
        self.assertEqual(letter.state, "error")
        self.assertIn(str(self.folder / "nothing"), letter.send_error)

    def test_test_connection(self):
        self.use_msmtp()
        action = self.account.with_user(self.manager).action_test_outgoing()
        self.assertEqual(action["params"]["type"], "success")

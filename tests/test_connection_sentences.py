import re
import socket
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import iris_email_account_connection, mail_server_sentences
from .common import MailCase, make_letter
from .servers.certificates import make_certificate
from .servers.loopback import free_ports
from .servers.scripted_pop3 import DROP, STALL
from .servers.scripted_smtp import ScriptedSmtp
from .servers.smtp_sink import SmtpSink

LOGIN = "ivan@example.org"


class SentenceCase(MailCase):
    """Test connection as a mail administrator sees it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")

    def setUp(self):
        super().setUp()
        self.patch(iris_email_account_connection, "TEST_TIMEOUT", 0.3)

    def assertSays(self, account, method, *sentences):
        """Assert that the test fails with these words, and names the server in Russian, too."""
        account = account.with_user(self.manager)
        with self.assertRaises(UserError) as caught:
            getattr(account, method)()
        for sentence in sentences:
            self.assertIn(sentence, str(caught.exception))
        with self.assertRaises(UserError) as caught:
            getattr(account.with_context(lang="ru_RU"), method)()
        self.assertIn(account.incoming_host or account.outgoing_host, str(caught.exception))

    def assertShows(self, account, method, *sentences):
        """Assert that the test succeeds with these words."""
        shown = getattr(account.with_user(self.manager), method)()
        self.assertEqual(shown["tag"], "display_notification")
        self.assertEqual(shown["params"]["type"], "success")
        for sentence in sentences:
            self.assertIn(sentence, shown["params"]["message"])


@tagged("post_install", "-at_install")
class TestRussian(SentenceCase):
    def test_every_sentence(self):
        sentences = [
            *(sentence for _kind, sentence in mail_server_sentences.SENTENCES),
            mail_server_sentences.SENTENCE_NOT_NOW,
            mail_server_sentences.SENTENCE_FOR_THE_REST,
            *mail_server_sentences.CERTIFICATE_REASONS.values(),
            mail_server_sentences.CERTIFICATE_INVALID,
        ]
        russian = self.env["iris.email.account"].with_context(lang="ru_RU").env
        english = self.env["iris.email.account"].with_context(lang="en_US").env
        for sentence in sentences:
            for name in ("host", "port", "reason"):
                self.assertEqual(
                    f"%({name})s" in russian._(sentence), f"%({name})s" in english._(sentence)
                )
        untranslated = [
            english._(sentence)
            for sentence in sentences
            if not re.search("[а-я]{3}", russian._(sentence))
        ]
        self.assertFalse(untranslated)


def no_such_name(*_arguments, **_options):
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@tagged("post_install", "-at_install")
class TestIncoming(SentenceCase):
    def assertIncoming(self, server, *sentences, **values):
        self.assertSays(self.make_account(server, **values), "action_test_incoming", *sentences)

    def test_works(self):
        server = self.serve([make_letter("One"), make_letter("Two")])
        account = self.make_account(server)
        self.assertShows(
            account, "action_test_incoming", "127.0.0.1 works", LOGIN, "2 letters in the mailbox"
        )
        self.assertFalse(self.receipts(account))

    def test_only_for_administrators(self):
        server = self.serve()
        account = self.make_account(server)
        for method in ("action_test_incoming", "action_test_outgoing"):
            with self.assertRaises(AccessError):
                getattr(account.with_user(self.user), method)()
        self.assertFalse(server.commands)

    def test_server_is_missing(self):
        account = self.make_account(self.serve(), incoming_host=False)
        with self.assertRaisesRegex(UserError, f"{LOGIN} has no incoming server. Enter it"):
            account.with_user(self.manager).action_test_incoming()

    def test_name_not_found(self):
        with patch.object(socket, "getaddrinfo", no_such_name):
            self.assertIncoming(
                self.serve(),
                "No server has the name pop.example.invalid",
                "Check the name",
                incoming_host="pop.example.invalid",
            )

    def test_refused(self):
        (port,) = free_ports(1)
        self.assertIncoming(
            self.serve(),
            f"127.0.0.1 refuses connections on port {port}",
            "Check the port and the encryption",
            incoming_port=port,
        )

    def test_timeout(self):
        for replies in ({"GREETING": [STALL]}, {"UIDL": [STALL]}):
            with self.subTest(*replies):
                self.env["iris.email.account"].search([]).unlink()
                self.assertIncoming(
                    self.serve(replies=replies), "127.0.0.1 does not answer", "try again later"
                )

    def test_login_rejected(self):
        self.assertIncoming(
            self.serve(),
            "127.0.0.1 does not accept login and password",
            "wrong password",
            "Check both",
            incoming_password="wrong",
        )

    def test_mailbox_in_use(self):
        server = self.serve(replies={"PASS": [b"-ERR [IN-USE] locked\r\n"]})
        account = self.make_account(server).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Try again in some minutes"):
            account.action_test_incoming()

    def test_starttls_missing(self):
        self.assertIncoming(
            self.serve(),
            "127.0.0.1 offers no STARTTLS",
            "the password was not sent",
            "Choose SSL/TLS",
            incoming_encryption="starttls",
        )

    def test_no_tls_on_this_port(self):
        self.assertIncoming(
            self.serve(),
            "Could not set up an encrypted connection to 127.0.0.1",
            "Check port and encryption",
            incoming_encryption="ssl",
        )

    def test_garbage(self):
        self.assertIncoming(
            self.serve(replies={"GREETING": [b"220 smtp.example.org ESMTP\r\n"]}),
            "127.0.0.1 does not answer like a mail server",
            "Check port and encryption",
        )

    def test_gone(self):
        self.assertIncoming(
            self.serve(replies={"USER": [DROP]}), "127.0.0.1 broke off the connection"
        )

    def test_no_uidl(self):
        server = self.serve([make_letter("One")], capabilities=("USER", "TOP"))
        self.assertShows(self.make_account(server), "action_test_incoming", "1 letters", "no UIDL")

    def test_neither_uidl_nor_top(self):
        self.assertIncoming(
            self.serve([make_letter("One")], capabilities=("USER",)),
            "127.0.0.1 can neither number its letters (UIDL)",
            "cannot be told apart",
        )

    def test_key_of_passwords_is_lost(self):
        account = self.make_account(self.serve())
        account.sudo().incoming_secret = "not a token"
        with self.assertRaisesRegex(UserError, f"password of {LOGIN} cannot be read any more"):
            account.with_user(self.manager).action_test_incoming()


@tagged("post_install", "-at_install")
class TestOutgoing(SentenceCase):
    def make_sender(self, server, **values):
        return self.env["iris.email.account"].create(
            {
                "address": LOGIN,
                "outgoing_host": server.host,
                "outgoing_port": server.port,
                "outgoing_login": LOGIN,
                "outgoing_password": "secret",
                **values,
            }
        )

    def assertOutgoing(self, server, *sentences, **values):
        self.assertSays(self.make_sender(server, **values), "action_test_outgoing", *sentences)

    def script(self, replies):
        return self.enterContext(ScriptedSmtp(replies))

    def make_certificate(self, **options):
        folder = Path(self.enterContext(TemporaryDirectory()))
        return make_certificate(folder, **options)

    def test_works(self):
        server = self.enterContext(SmtpSink(users={LOGIN: "secret"}))
        account = self.make_sender(server)
        self.assertShows(account, "action_test_outgoing", "127.0.0.1 works", LOGIN)
        self.assertFalse(server.deliveries)

    def test_works_without_login(self):
        account = self.make_sender(self.enterContext(SmtpSink()), outgoing_login=False)
        self.assertShows(account, "action_test_outgoing", "127.0.0.1 works", "No login")

    def test_server_is_missing(self):
        account = self.env["iris.email.account"].create({"address": LOGIN})
        with self.assertRaisesRegex(UserError, f"{LOGIN} has no outgoing server. Enter it"):
            account.with_user(self.manager).action_test_outgoing()

    def test_name_not_found(self):
        server = self.script({})
        with patch.object(socket, "getaddrinfo", no_such_name):
            self.assertOutgoing(
                server, "No server has the name", "Check the name", outgoing_host="smtp.invalid"
            )

    def test_refused(self):
        (port,) = free_ports(1)
        self.assertOutgoing(
            self.script({}), f"refuses connections on port {port}", outgoing_port=port
        )

    def test_timeout(self):
        self.assertOutgoing(self.script({"GREETING": [STALL]}), "127.0.0.1 does not answer")

    def test_garbage(self):
        self.assertOutgoing(
            self.script({"GREETING": [b"+OK POP3 ready\r\n"]}), "not answer like a mail server"
        )

    def test_login_rejected(self):
        server = self.enterContext(SmtpSink(users={LOGIN: "secret"}))
        self.assertOutgoing(
            server, "127.0.0.1 does not accept login", "Check both", outgoing_password="wrong"
        )

    def test_no_way_to_log_in(self):
        self.assertOutgoing(self.enterContext(SmtpSink()), "no way to log in", "leave it empty")

    def test_starttls_missing(self):
        server = self.enterContext(SmtpSink(users={LOGIN: "secret"}))
        self.assertOutgoing(
            server, "offers no STARTTLS", "Choose SSL/TLS", outgoing_encryption="starttls"
        )

    def test_certificate_is_pinned(self):
        self.patch(iris_email_account_connection, "TEST_TIMEOUT", 5)
        certificate = self.make_certificate()
        for encryption in ("starttls", "ssl"):
            with (
                self.subTest(encryption),
                SmtpSink(encryption, certificate=certificate, users={LOGIN: "secret"}) as server,
            ):
                account = self.make_sender(server, outgoing_encryption=encryption)
                action = account.with_user(self.manager).action_test_outgoing()
                self.assertEqual(action["res_model"], "iris.email.trust.certificate")
                wizard = self.env[action["res_model"]].with_user(self.manager)
                wizard = wizard.browse(action["res_id"])
                self.assertEqual(wizard.fingerprint, certificate.fingerprint)
                self.assertEqual(wizard.action_trust()["params"]["type"], "success")
                self.assertEqual(account.outgoing_fingerprint, certificate.fingerprint)
                self.assertFalse(account.incoming_fingerprint)
                account.outgoing_fingerprint = "ab" * 32
                action = account.with_user(self.manager).action_test_outgoing()
                reason = self.env[action["res_model"]].browse(action["res_id"]).reason
                self.assertIn("differs from the certificate that was trusted", reason)

    def test_reasons_against_a_certificate(self):
        self.patch(iris_email_account_connection, "TEST_TIMEOUT", 5)
        for options, reason in (
            ({"self_signed": True}, "signed by itself"),
            ({"valid_days": -1}, "unknown authority"),
        ):
            certificate = self.make_certificate(**options)
            with self.subTest(reason), SmtpSink("ssl", certificate=certificate) as server:
                account = self.make_sender(server, outgoing_encryption="ssl", outgoing_login=False)
                action = account.with_user(self.manager).action_test_outgoing()
                wizard = self.env[action["res_model"]].browse(action["res_id"])
                self.assertIn(reason, wizard.reason)

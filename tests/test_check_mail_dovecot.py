import os
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.tests import tagged

from .common import DovecotCase, make_letter
from .servers.certificates import make_certificate
from .servers.scripted_pop3 import ScriptedPop3

LETTERS = [
    make_letter("One", text=".\n..\n.dots\n"),
    make_letter("Два", html="<p>Счёт</p>", files=[("счёт.pdf", b"%PDF\0\r\n.\r\n" * 5000)]),
    b"Subject: NUL\r\nFrom: a@example.com\r\n\r\nand NUL \0\r\n",
    b"no header at all\r\n",
    make_letter("x" * 200, text="y" * 100_000),
]


@tagged("post_install", "-at_install")
class TestEncryption(DovecotCase):
    """The same letters, byte by byte, by whatever way (guide B4-B7)."""

    def make_encrypted(self, encryption, letters=LETTERS, **values):
        ssl = encryption == "ssl"
        return self.make_mailbox(
            letters,
            incoming_encryption=encryption,
            incoming_port=self.dovecot.ssl_port if ssl else self.dovecot.port,
            **values,
        )

    def assertReceived(self, account):
        outcome = self.check(account)
        self.assertEqual((outcome.new, outcome.error), (len(LETTERS), False))
        self.assertStored(account, LETTERS)
        self.assertTrue(self.on_server(account) == LETTERS)
        outcome = self.check(account)
        self.assertEqual((outcome.processed, outcome.error), (0, False))
        self.assertStored(account, LETTERS)
        self.letters(account).unlink()
        self.assertEqual(self.check(account).processed, 0)
        self.assertTrue(self.on_server(account) == LETTERS)

    def test_plain(self):
        self.assertReceived(self.make_encrypted("none"))

    def test_bare_line_feeds(self):
        """On the wire lines end with CRLF, however the server keeps them (RFC 1939 §3)."""
        account = self.make_encrypted("none", [b"Subject: bare\n\none\n.\ntwo\n"])
        self.check(account)
        self.assertStored(account, [b"Subject: bare\r\n\r\none\r\n.\r\ntwo\r\n"])

    def test_trusted_authority(self):
        trusted = {"SSL_CERT_FILE": str(self.dovecot.certificate.ca_file)}
        for encryption in ("starttls", "ssl"):
            with self.subTest(encryption), patch.dict(os.environ, trusted):
                self.assertReceived(self.make_encrypted(encryption))

    def test_certificate_is_pinned(self):
        """Refused, shown to an administrator, trusted, and from then on no other one."""
        for encryption in ("starttls", "ssl"):
            with self.subTest(encryption):
                account = self.make_encrypted(encryption)
                error = self.check(account).error
                self.assertIn("The certificate of 127.0.0.1 is not trusted", error)
                self.assertIn("unknown authority", error)
                self.assertFalse(self.receipts(account))

                action = account.with_user(self.manager).action_test_incoming()
                self.assertEqual(action["res_model"], "iris.email.trust.certificate")
                wizard = self.env[action["res_model"]].with_user(self.manager)
                wizard = wizard.browse(action["res_id"])
                self.assertEqual(wizard.fingerprint, self.dovecot.certificate.fingerprint)
                self.assertEqual(wizard.host, "127.0.0.1")
                self.assertEqual(wizard.reason, "It is signed by an unknown authority.")
                shown = wizard.action_trust()
                self.assertEqual(shown["params"]["type"], "success")
                self.assertEqual(account.incoming_fingerprint, wizard.fingerprint)
                self.assertReceived(account)
                self.assertOtherCertificateIsRefused(account, encryption)

    def assertOtherCertificateIsRefused(self, account, encryption):
        with TemporaryDirectory() as folder:
            context = make_certificate(Path(folder)).server_context()
        capabilities = ("USER", "UIDL", "TOP", *(["STLS"] if encryption == "starttls" else []))
        with ScriptedPop3(LETTERS, context=context, capabilities=capabilities) as impostor:
            account.incoming_port = impostor.port
            error = self.check(account).error
        self.assertIn("differs from the certificate that was trusted", error)
        self.assertNotIn(b"PASS", b"".join(impostor.commands))

    def test_trust_ends_with_another_server(self):
        account = self.make_encrypted("ssl", incoming_fingerprint="ab" * 32)
        account.incoming_host = "localhost"
        self.assertFalse(account.incoming_fingerprint)

    def test_certificate_of_another_host(self):
        trusted = {"SSL_CERT_FILE": str(self.dovecot.certificate.ca_file)}
        account = self.make_encrypted("ssl", incoming_host="127.0.0.2")
        with TemporaryDirectory() as folder, patch.dict(os.environ, trusted):
            certificate = make_certificate(Path(folder), host="pop.example.com")
            os.environ["SSL_CERT_FILE"] = str(certificate.ca_file)
            with ScriptedPop3(context=certificate.server_context()) as server:
                account.write({"incoming_host": server.host, "incoming_port": server.port})
                self.assertIn("server of another name", self.check(account).error)

    def test_cyrillic_login_and_password(self):
        account = self.make_encrypted("none", LETTERS[:1])
        self.dovecot.add_user("пётр", "пароль с пробелом")
        self.dovecot.deliver("пётр", LETTERS[:1])
        account.write({"incoming_login": "пётр", "incoming_password": "пароль с пробелом"})
        self.assertEqual(self.check(account).new, 1)


@tagged("post_install", "-at_install")
class TestKeepPolicy(DovecotCase):
    """What is deleted on the server: nothing, unless the account says so (guide E1)."""

    def age(self, account, days):
        """Make what the account has received older."""
        self.env.cr.execute(
            "UPDATE iris_email_receipt SET create_date = create_date - %s * interval '1 day'"
            " WHERE account_id = %s",
            (days, account.id),
        )
        self.receipts(account).invalidate_recordset()

    def test_forever(self):
        account = self.make_mailbox(LETTERS)
        self.assertEqual(account.keep_policy, "forever")
        self.check(account)
        self.age(account, 10_000)
        self.letters(account).unlink()
        self.check(account)
        self.assertTrue(self.on_server(account) == LETTERS)

    def test_days(self):
        account = self.make_mailbox(LETTERS, keep_policy="days", keep_days=30)
        self.check(account)
        self.age(account, 29)
        self.check(account)
        self.assertTrue(self.on_server(account) == LETTERS)
        new = make_letter("New")
        self.dovecot.deliver(account.incoming_login, [new])
        self.age(account, 2)
        self.check(account)
        self.assertTrue(self.on_server(account) == [new])
        self.assertStored(account, [*LETTERS, new])
        self.assertEqual(self.check(account).processed, 0)

    def test_letter(self):
        account = self.make_mailbox(LETTERS, keep_policy="letter")
        self.check(account)
        self.check(account)
        self.assertTrue(self.on_server(account) == LETTERS)
        self.delete_for_good(self.letters(account)[1].with_user(self.user))
        self.check(account)
        self.assertTrue(self.on_server(account) == [LETTERS[0], *LETTERS[2:]])
        self.assertEqual(len(self.letters(account)), len(LETTERS) - 1)

    def test_letter_of_two_mailboxes(self):
        """What is deleted here goes from the server of every account with this policy."""
        same = [make_letter("Same")]
        first = self.make_mailbox(same, keep_policy="letter")
        second = self.make_mailbox(same, keep_policy="forever")
        self.check(first)
        self.check(second)
        self.delete_for_good(self.letters().with_user(self.user))
        self.check(first)
        self.check(second)
        self.assertEqual((self.on_server(first), self.on_server(second)), ([], same))

    def test_large_letter_that_is_deleted_here(self):
        large = make_letter("Large", text="x\n" * 600_000)
        account = self.make_mailbox([large], keep_policy="letter", max_size_mb=1)
        self.check(account)
        self.assertTrue(self.on_server(account) == [large])
        self.letters(account).unlink()
        self.check(account)
        self.assertTrue(self.on_server(account) == [])

    def test_only_what_is_stored_whole(self):
        """Failed letters, and large ones of which only the beginning is here, stay."""
        large = make_letter("Large", text="x\n" * 600_000)
        bad = make_letter("Bad")
        account = self.make_mailbox(
            [*LETTERS, large, bad], keep_policy="days", keep_days=1, max_size_mb=1
        )
        model = type(self.env["iris.email"])
        create = model.create

        def fail(records, vals_list):
            if any(vals.get("subject") == "Bad" for vals in vals_list):
                raise ValueError("not this one")
            return create(records, vals_list)

        with patch.object(model, "create", fail):
            self.check(account)
        self.age(account, 100)
        self.check(account)
        self.assertTrue(self.on_server(account) == [large, bad])

    def test_nothing_is_deleted_when_the_check_fails(self):
        account = self.make_mailbox(LETTERS, keep_policy="days", keep_days=1)
        self.check(account)
        self.age(account, 100)
        self.dovecot.deliver(account.incoming_login, [make_letter("New")])
        storage = type(self.env["iris.email.storage"])
        with (
            patch.object(storage, "_store_batch", side_effect=OSError("disk")),
            self.assertLogs("odoo.addons.iris_email", "ERROR"),
        ):
            self.assertTrue(self.check(account).error)
        self.assertEqual(len(self.on_server(account)), len(LETTERS) + 1)

    def test_letter_that_is_gone_from_the_server_stays_here(self):
        account = self.make_mailbox(LETTERS)
        self.check(account)
        for path in (self.dovecot.folder / "mail" / account.incoming_login).glob("*/*"):
            path.unlink()
        outcome = self.check(account)
        self.assertEqual((outcome.processed, outcome.error), (0, False))
        self.assertStored(account, LETTERS)

"""What the tests in Odoo share: users, mail accounts, letters, and code that may commit."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

from ..models import iris_email_account_connection
from .servers.dovecot import Dovecot
from .servers.scripted_pop3 import PASSWORD, ScriptedPop3

DATE = "Mon, 02 Mar 2026 10:15:00 +0300"

# Replies of a scripted server to which every login is wrong.
WRONG_PASSWORD = {"PASS": [b"-ERR [AUTH] wrong password\r\n"]}

# More steps than any mailbox of the tests needs: a check that never ends fails.
MOST_STEPS = 100


def make_letter(
    subject="Hello",
    *,
    sender="Anna <anna@example.com>",
    to="ivan@example.org",
    message_id="",
    text="Good morning.\n",
    html="",
    files=(),
    headers=(),
):
    """Write a letter, always the same bytes for the same arguments.

    :param str message_id: with its angle brackets; empty makes one of the subject
    :param files: pairs of name and content (bytes)
    :param headers: further pairs of name and value; they stand on top, as a delivery adds them
    :rtype: bytes
    """
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = subject
    letter["From"] = sender
    letter["To"] = to
    letter["Date"] = DATE
    letter["Message-ID"] = message_id or f"<{subject.encode().hex()[:60]}@example.com>"
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    for name, content in files:
        letter.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    if letter.is_multipart():
        letter.set_boundary("=-boundary")
    delivery = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return delivery.encode() + letter.as_bytes()


@dataclass
class Outcome:
    """What all steps of one check said together."""

    steps: int = 0
    processed: int = 0
    new: int = 0
    busy: bool = False
    error: str | bool = False


class MailCase(TransactionCase):
    """Users with and without rights, accounts on test servers, and checks as the user does them.

    ``user`` may read the letters of every account that `make_account` makes, ``stranger`` has no
    right on any, ``manager`` is a mail administrator.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Accounts that a database brings along must not take part.
        cls.env["iris.email.account"].search([]).active = False
        cls.user = new_test_user(cls.env, "iris-sales", lang="en_US")
        cls.stranger = new_test_user(cls.env, "iris-stranger", lang="en_US")
        cls.manager = new_test_user(
            cls.env,
            "iris-manager",
            groups="base.group_user,iris_email.group_manager",
            lang="en_US",
        )

    # ---- servers and accounts ----

    def serve(self, letters=(), **options):
        """Start a scripted POP3 server that runs until the test ends.

        :rtype: ScriptedPop3
        """
        return self.enterContext(ScriptedPop3(letters, **options))

    def make_account(self, server, login="ivan@example.org", readers=None, **values):
        """Make an account that reads a mailbox of a test server without encryption.

        :param readers: the users who may read, edit and delete its letters; default: ``user``
        """
        return self.env["iris.email.account"].create(
            {
                "address": login if "@" in login else f"{login}@example.org",
                "incoming_host": server.host,
                "incoming_port": server.port,
                "incoming_login": login,
                "incoming_password": PASSWORD,
                "incoming_right_ids": [
                    Command.create({"user_id": user.id, "perm_edit": True, "perm_delete": True})
                    for user in (self.user if readers is None else readers)
                ],
                **values,
            }
        )

    def short_timeout(self, seconds=0.3):
        """Make the receiving wait only so long for a silent server, until the test ends."""
        client = iris_email_account_connection.pop3.Pop3Client

        def connect(*arguments, **options):
            return client(*arguments, **{**options, "timeout": seconds})

        self.startPatcher(patch.object(iris_email_account_connection.pop3, "Pop3Client", connect))

    # ---- code that commits ----

    @contextmanager
    def committing(self, user=None):
        """Give an environment in which code may commit; all is rolled back after the test.

        :param user: whose environment; default: ``user``
        """
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield self.env(cr=cr, user=user or self.user)

    def check(self, account, user=None):
        """Check mail step after step, as the button in the web client does.

        :rtype: Outcome
        """
        outcome = Outcome()
        with self.committing(user) as env:
            mailbox = env["iris.email.account"].browse(account.id)
            while True:
                result = mailbox.check_mail_step()
                outcome.steps += 1
                outcome.processed += result["processed"]
                outcome.new += result["new"]
                outcome.busy |= result["busy"]
                outcome.error = outcome.error or result["error"]
                if result["finished"]:
                    return outcome
                self.assertLess(outcome.steps, MOST_STEPS, "the check does not come to an end")

    def run_cron(self):
        """Run the scheduled action as the list of scheduled actions does: Run manually."""
        cron = self.env.ref("iris_email.ir_cron_check_mail")
        with self.enter_registry_test_mode():
            self.assertIs(cron.method_direct_trigger(), True)

    def call(self, records, method, user=None):
        """Call a method that may commit, as a user; return its result."""
        with self.committing(user) as env:
            return getattr(records.with_env(env), method)()

    # ---- what is in the database ----

    def letters(self, account=None):
        """Return the letters of an account, or of all accounts of the test, oldest first."""
        account = account or self.env["iris.email.account"].search([])
        return self.env["iris.email"].search([("account_id", "in", account.ids)], order="id")

    def receipts(self, account):
        """Return the ledger of an account, oldest first."""
        return self.env["iris.email.receipt"].search([("account_id", "=", account.id)], order="id")

    def assertStored(self, account, originals):
        """Assert that an account has exactly these letters, byte by byte, and no failed receipt.

        :param originals: raw letters, in any order
        """
        sources = [letter._get_source_attachment().raw for letter in self.letters(account)]
        missing, more = Counter(originals) - Counter(sources), Counter(sources) - Counter(originals)
        self.assertFalse(missing or more, f"missing {_heads(missing)}, unexpected {_heads(more)}")
        self.assertEqual(set(self.receipts(account).mapped("state")) - {"stored"}, set())

    def delete_for_good(self, letters):
        """Delete letters as a user does: into the trash, and out of it."""
        letters.action_trash()
        letters.action_delete_for_good()

    def assertNothingFailed(self, account):
        failed = self.receipts(account).filtered(lambda receipt: receipt.state == "failed")
        self.assertFalse(failed, failed.mapped("reason"))


def _heads(letters):
    return [raw[:60] for raw in letters]


class DovecotCase(MailCase):
    """Tests against a real POP3 server; each test has mailboxes of its own.

    :cvar dovecot: see ``servers.dovecot``
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = cls.enterClassContext(Dovecot())

    def make_mailbox(self, letters=(), **values):
        """Make a mailbox with letters and an account for it.

        :param values: for the account
        """
        login = f"{self._testMethodName}-{len(self.env['iris.email.account'].search([]))}"
        self.dovecot.add_user(login, PASSWORD)
        self.dovecot.deliver(login, letters)
        return self.make_account(self.dovecot, login, **values)

    def on_server(self, account):
        """Return the raw letters that are still on the server."""
        return self.dovecot.letters(account.incoming_login)

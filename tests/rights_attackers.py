"""Users who may not read a letter, and what they must never get to see of it."""

import json

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from ..models.iris_email_storage import Download
from .common import MailCase, make_letter

# Words of the letter: in its subject, text, name of a file, file, header; and the password.
SUBJECT, TEXT, FILE_NAME, FILE, TRACE = "Zebulon", "hunterzz", "quagga", "okapi", "axolotl"
LOGIN, PASSWORD = "bosslogin", "sesamezz"
WORDS = (SUBJECT, TEXT, FILE_NAME, FILE, TRACE, PASSWORD)

ATTACKERS = {
    "nobody": "has no row",
    "reader": "may do everything with the letters of another account",
    "manager": "mail administrator, has no row",
    "foreign": "has a row on the account, which belongs to a company that is not theirs",
    "system": "administrator of Odoo, not of mail; has no row",
}


class AttackCase(MailCase, HttpCase):
    """Two secret letters, and users who may read neither.

    :cvar dict users: ``res.users`` by the names in ATTACKERS, and "boss", who reads all letters
    :cvar secret: a letter of the private account
    :cvar listed: a letter of the shared account with an own list that names only the boss
    :cvar twin: came to both accounts; "reader" may read it, but not how it came to the other one
    :cvar answer: a letter of the shared account that answers the secret one
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_users()
        cls._make_accounts()
        cls._make_letters()
        cls.env.flush_all()

    @classmethod
    def _make_users(cls):
        abroad = cls.env["res.company"].create({"name": "Abroad"})
        more_groups = {"manager": ",iris_email.group_manager", "system": ",base.group_system"}
        cls.users = {
            name: new_test_user(
                cls.env,
                f"iris-attack-{name}",
                groups=f"base.group_user,base.group_allow_export{more_groups.get(name, '')}",
                company_id=(abroad if name == "foreign" else cls.env.company).id,
                lang="en_US",
            )
            for name in (*ATTACKERS, "boss")
        }

    @classmethod
    def _make_accounts(cls):
        all_four = {"perm_edit": True, "perm_delete": True, "perm_access": True, "may_send": True}
        values = {"company_id": cls.env.company.id, "incoming_host": "pop.example.com"}
        boss, foreign, reader = (
            Command.create({"user_id": cls.users[name].id, **all_four})
            for name in ("boss", "foreign", "reader")
        )
        cls.private, cls.shared = cls.env["iris.email.account"].create(
            [
                {
                    **values,
                    "address": "boss@example.org",
                    "incoming_login": LOGIN,
                    "incoming_password": PASSWORD,
                    "outgoing_login": LOGIN,
                    "outgoing_password": PASSWORD,
                    "incoming_right_ids": [boss, foreign],
                },
                {
                    **values,
                    "address": "shared@example.org",
                    "incoming_login": "shared",
                    "incoming_right_ids": [reader, boss],
                },
            ]
        )

    @classmethod
    def _make_letters(cls):
        partners = cls.env["res.partner"]
        cls.partner = partners.create({"name": "Anna", "email": "anna@example.com"})
        cls.secret = cls.receive("secret", cls.private)
        cls.listed = cls.receive("listed", cls.shared)
        cls.listed._set_access(
            [
                {
                    "user_id": cls.users["boss"].id,
                    **dict.fromkeys(("perm_read", "perm_edit", "perm_delete", "perm_access"), True),
                }
            ]
        )
        # The same letter twice, but for the way that it came.
        twin = {"subject": "Invitation", "text": "Please come.\n", "files": ()}
        cls.receive("twin", cls.private, **twin)
        cls.twin = cls.receive("twin", cls.shared, headers=(), **twin)
        cls.answer = cls.receive("answer", cls.shared, "Fine", "Fine.\n", files=(), headers=())
        cls.answer.parent_id = cls.secret
        cls.failed = cls.env["iris.email.receipt"]._record_failed(
            cls.private,
            "uid-failed",
            {"reason": "broken", "has_source": True},
            source=cls.write_secret("failed"),
        ) or cls.env["iris.email.receipt"].search([("uidl", "=", "uid-failed")])
        cls.secrets = cls.secret | cls.listed

    @classmethod
    def write_secret(cls, name, subject=SUBJECT, text=TEXT, **options):
        options.setdefault("files", [(f"{FILE_NAME}.txt", FILE.encode())])
        options.setdefault("headers", [("Delivered-To", f"{TRACE}@example.org")])
        return make_letter(subject, text=text, message_id=f"<{name}@example.com>", **options)

    @classmethod
    def receive(cls, name, account, *content, **options):
        """Let an account receive a letter; return it."""
        raw = cls.write_secret(name, *content, **options)
        uidl = f"uid-{name}"
        cls.env["iris.email.storage"]._store(account, [Download(uidl, raw, len(raw))], {uidl})
        receipts = cls.env["iris.email.receipt"]
        found = receipts.search([("uidl", "=", uidl), ("account_id", "=", account.id)])
        found.letter_id.responsible_id = False
        return found.letter_id

    def setUp(self):
        super().setUp()
        # Refused requests are what these tests are about.
        for name in ("odoo.http", "odoo.addons.web.controllers.export", "odoo.sql_db"):
            self.enterContext(mute_logger(name))

    # ---- requests ----

    def log_in(self, name):
        self.authenticate(self.users[name].login, self.users[name].login)

    def attackers(self):
        """Log in as one attacker after the other; yield the names."""
        for name in ATTACKERS:
            self.log_in(name)
            yield name

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; return the response as text."""
        return self.ask(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs=kwargs,
        )

    def ask(self, route, **params):
        """Ask a route of type jsonrpc; return the response, be it a result or an error, as text."""
        content = {"jsonrpc": "2.0", "method": "call", "id": 0, "params": params}
        return self.url_open(route, json=content).text

    def result(self, model, method, *args, **kwargs):
        """Call a method; return its result, or "refused"."""
        return json.loads(self.call(model, method, *args, **kwargs)).get("result", "refused")

    # ---- assertions ----

    def assertNothingTold(self, text, *more_words):
        """Assert that a response has no word of a secret letter."""
        told = [word for word in (*WORDS, *more_words) if word.lower() in text.lower()]
        self.assertFalse(told, text[:2000])

    def assertRefused(self, text, *more_words):
        self.assertNothingTold(text, *more_words)
        self.assertIn("error", json.loads(text), text[:2000])

    def files_of(self, letters):
        """Return all attachments of letters, the originals, too."""
        domain = [("res_model", "=", "iris.email"), ("res_id", "in", letters.ids)]
        return self.env["ir.attachment"].search([*domain, ("id", "!=", 0)])


def encoded(datas):
    """Return words by which a content is found that is told in base64."""
    return (datas.decode()[:24],) if datas else ()

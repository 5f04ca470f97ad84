"""What users who may not do so change of letters, accounts, rights and the log of rights."""

import inspect
import json

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .rights_attackers import LOGIN, PASSWORD, SUBJECT, AttackCase, encoded

LETTER = "iris.email"
ACCOUNT = "iris.email.account"
ROWS = ("iris.email.incoming.right", "iris.email.outgoing.right", "iris.email.default.access")
LOG = "iris.email.rights.log"
ADDON = "odoo.addons.iris_email"


@tagged("post_install", "-at_install")
class TestChangesThroughRpc(AttackCase):
    """Nothing of a letter may change, whatever somebody without rights calls."""

    def state(self):
        """Return what is in the database of the secret letters."""
        self.env.invalidate_all()
        letters = self.secrets
        stored = [name for name, field in letters._fields.items() if field.store]
        files = self.files_of(letters)
        return str(
            [
                letters.read([name for name in stored if not name.startswith("__")]),
                letters.access_ids.read(["email_id", "user_id", "group_id", "perm_read"]),
                letters.trashed_account_ids.ids,
                letters.read_user_ids.ids,
                files.read(["res_id", "res_model", "checksum", "public", "access_token", "name"]),
            ]
        )

    def test_letter_cannot_be_changed(self):
        before = self.state()
        ids = self.secrets.ids
        for attacker in self.attackers():
            uid = self.users[attacker].id
            row = {"email_id": ids[0], "user_id": uid, "perm_read": True}
            for method, args in (
                ("write", [ids, {"is_important": True}]),
                ("write", [ids, {"responsible_id": uid}]),
                ("write", [ids, {"custom_access": False}]),
                ("write", [ids, {"access_ids": [[0, 0, {"user_id": uid, "perm_read": True}]]}]),
                ("write", [ids, {"access_ids": [[5]]}]),
                ("write", [ids, {"read_user_ids": [[4, uid]], "trashed_account_ids": [[5]]}]),
                ("write", [ids, {"account_id": self.shared.id}]),
                ("write", [ids, {"other_account_ids": [[4, self.shared.id]]}]),
                ("write", [ids, {"attachment_ids": [[5]]}]),
                ("write", [ids, {"type": "draft"}]),
                ("write", [ids, {"in_trash": "all"}]),
                ("web_save", [ids, {"is_important": True}, {"subject": {}}]),
                ("unlink", [ids]),
                ("action_trash", [ids]),
                ("action_restore", [ids]),
                ("action_delete_for_good", [ids]),
                ("action_change_access", [ids]),
                ("action_reset_access", [ids]),
                ("action_toggle_important", [ids]),
                ("mark_read", [ids]),
                ("mark_unread", [ids]),
                ("action_load_whole", [ids[:1]]),
                ("load", [[".id", "is_important"], [[str(ids[0]), "1"]]]),
            ):
                with self.subTest(method, attacker=attacker, args=args):
                    text = self.call(LETTER, method, *args)
                    self.assertNothingTold(text)
            for method, args in (
                ("create", [row]),
                ("web_save", [[], row, {"email_id": {"fields": {"subject": {}}}}]),
                ("write", [self.listed.access_ids.ids, {"user_id": uid}]),
                ("unlink", [self.listed.access_ids.ids]),
            ):
                with self.subTest(method, attacker=attacker, args=args):
                    self.assertRefused(self.call("iris.email.access", method, *args))
        self.assertEqual(self.state(), before)

    def test_dialog_for_changing_access(self):
        before = self.state()
        for attacker in self.attackers():
            wizard = "iris.email.change.access"
            values = {"letter_ids": [[6, 0, self.secrets.ids]]}
            spec = {"letter_ids": {"fields": {"subject": {}, "display_name": {}}}}
            context = {"default_letter_ids": self.secrets.ids, "active_ids": self.secrets.ids}
            with self.subTest(attacker):
                for text in (
                    self.call(wizard, "onchange", [], {}, [], spec, context=context),
                    self.call(wizard, "onchange", [], values, ["letter_ids"], spec),
                    self.call(wizard, "web_save", [], values, spec),
                    self.call(wizard, "default_get", ["letter_ids"], context=context),
                ):
                    self.assertNothingTold(text)
        self.assertEqual(self.state(), before)

    def test_every_public_method(self):
        """Whatever the addon's models offer, also methods that are added later."""
        before = self.state()
        for attacker in self.attackers():
            for model, record in (
                (LETTER, self.secret),
                (LETTER, self.listed),
                ("iris.email.access", self.listed.access_ids),
                ("iris.email.receipt", self.failed),
                ("res.partner", self.partner),
            ):
                for name in self.public_methods(model):
                    with self.subTest(f"{model}.{name}", attacker=attacker):
                        self.assertNothingTold(
                            self.call(model, name, record.ids), *encoded(self.failed.source)
                        )
        self.assertEqual(self.state(), before)

    def test_every_model(self):
        """Also those that are there for the addon's own use."""
        models = [name for name in self.env.registry if name.startswith("iris.email")]
        self.assertIn("iris.email.storage", models)
        for attacker in self.attackers():
            for model in models:
                spec = {"display_name": {}}
                for method, args in (
                    ("search_read", [[]]),
                    ("web_search_read", [[], spec]),
                    ("name_search", [""]),
                    ("export_data", [self.secret.ids, ["display_name"]]),
                ):
                    with self.subTest(f"{model}.{method}", attacker=attacker):
                        self.assertNothingTold(
                            self.call(model, method, *args), *encoded(self.failed.source)
                        )

    def public_methods(self, model):
        """Return the names of the methods of this addon that can be called from outside."""
        names = []
        for name, method in inspect.getmembers(type(self.env[model]), inspect.isfunction):
            if method.__module__.startswith(ADDON) and not name.startswith("_"):
                try:
                    get_public_method(self.env[model], name)
                except (AttributeError, AccessError):
                    continue
                names.append(name)
        return names

    def test_private_methods(self):
        row = {"user_id": self.users["reader"].id, "perm_read": True}
        ids = self.secret.ids
        probes = [
            (LETTER, "_get_original", [ids]),
            (LETTER, "_get_source_attachment", [ids]),
            (LETTER, "_set_access", [ids, [row]]),
            (LETTER, "_add_access", [ids, [row]]),
            (LETTER, "_remove_access", [ids, []]),
            (LETTER, "_get_rows", [ids]),
            (LETTER, "_read_format", [ids, ["subject"]]),
            (LETTER, "_read_group", [[], ["subject"]]),
            (LETTER, "_search", [[]]),
            (LETTER, "sudo", [ids]),
            (LETTER, "with_user", [ids, 1]),
            (LETTER, "with_env", [ids, None]),
            (LETTER, "mapped", [ids, "subject"]),
            (LETTER, "filtered_domain", [ids, [["subject", "ilike", SUBJECT]]]),
            (LETTER, "grouped", [ids, "subject"]),
            (ACCOUNT, "_get_password", [self.private.ids, "incoming"]),
            (ACCOUNT, "_get_encryption_key", [[]]),
            (LOG, "_note", [[{"what": "forged"}]]),
            ("iris.email.storage", "_store", [self.shared.id, [], None]),
            ("iris.email.receiver", "_load_whole", [ids]),
            ("iris.email.grants", "_get", ["read"]),
        ]
        before = self.state()
        for attacker in self.attackers():
            for model, method, args in probes:
                with self.subTest(f"{model}.{method}", attacker=attacker):
                    # The error of an unknown domain may repeat what was asked, nothing else.
                    text = self.call(model, method, *args).replace(SUBJECT, "")
                    self.assertRefused(text, LOGIN)
        self.assertEqual(self.state(), before)


@tagged("post_install", "-at_install")
class TestAccountsThroughRpc(AttackCase):
    """Passwords, rows of rights, and the log of rights, which nobody changes."""

    def test_passwords(self):
        names = ["incoming_password", "outgoing_password", "incoming_secret", "outgoing_secret"]
        account = self.private
        hidden = (account.incoming_secret, account.outgoing_secret, "gAAAA")
        for attacker in self.attackers():
            for name in names:
                for method, args, kwargs in (
                    ("read", [account.ids, [name]], {}),
                    ("web_read", [account.ids, {name: {}}], {}),
                    ("search_read", [[], [name]], {}),
                    ("export_data", [account.ids, [name]], {}),
                    ("formatted_read_group", [[], [name], ["__count"]], {}),
                    ("formatted_read_group", [[], [], [f"{name}:array_agg"]], {}),
                    ("onchange", [account.ids, {}, [], {name: {}}], {}),
                    (
                        "onchange",
                        [account.ids, {"address": "a@b.example"}, ["address"], {name: {}}],
                        {},
                    ),
                    ("copy_data", [account.ids], {}),
                ):
                    with self.subTest(method, attacker=attacker, name=name):
                        self.assertNothingTold(self.call(ACCOUNT, method, *args, **kwargs), *hidden)
            with self.subTest("whole record", attacker=attacker):
                self.assertNothingTold(self.call(ACCOUNT, "read", account.ids), *hidden)

    def test_copy_of_an_account_has_no_password(self):
        self.log_in("manager")
        copy = self.result(ACCOUNT, "copy", self.private.ids)
        copies = self.env[ACCOUNT].browse(copy)
        self.assertEqual(copies.mapped("incoming_secret"), [False])

    def test_accounts_are_hidden(self):
        for attacker in ("nobody", "foreign", "system", "reader"):
            self.log_in(attacker)
            with self.subTest(attacker):
                for method, args in (
                    ("read", [self.private.ids, ["address"]]),
                    ("search_read", [[]]),
                    ("name_search", [""]),
                    ("web_search_read", [[], {"address": {}, "display_name": {}}]),
                    ("read", [self.private.ids]),
                    ("web_read", [self.private.ids, {"display_name": {}}]),
                    ("check_mail_start", []),
                    ("check_mail_step", [self.private.ids]),
                ):
                    text = self.call(ACCOUNT, method, *args)
                    self.assertNothingTold(text, "boss@example.org", LOGIN)
                for field in ("incoming_login", "incoming_host", "incoming_right_ids"):
                    self.assertRefused(self.call(ACCOUNT, "read", self.shared.ids, [field]))

    def test_accounts_cannot_be_changed(self):
        for attacker in ("nobody", "reader", "foreign", "system"):
            self.log_in(attacker)
            for method, args in (
                ("write", [self.shared.ids, {"address": "x@example.org"}]),
                ("write", [self.shared.ids, {"incoming_right_ids": [[5]]}]),
                ("create", [{"address": "x@example.org"}]),
                ("unlink", [self.shared.ids]),
                ("copy", [self.shared.ids]),
            ):
                with self.subTest(method, attacker=attacker):
                    self.assertRefused(self.call(ACCOUNT, method, *args))

    def test_rows_of_rights(self):
        me = self.users["reader"].id
        for attacker in ("nobody", "reader", "foreign", "system"):
            self.log_in(attacker)
            for model in (*ROWS, LOG, "iris.email.receipt"):
                for method, args in (
                    ("search_read", [[]]),
                    ("search_count", [[]]),
                    ("formatted_read_group", [[], [], ["__count"]]),
                    ("create", [{"account_id": self.private.id, "user_id": me}]),
                    ("write", [[1], {"perm_read": True}]),
                    ("unlink", [[1]]),
                    ("export_data", [[1], ["create_uid"]]),
                ):
                    with self.subTest(f"{model}.{method}", attacker=attacker):
                        self.assertRefused(self.call(model, method, *args))

    def test_administrator_sees_access_of_no_letter(self):
        lists = self.listed.access_ids
        for attacker in ("manager", "system", "reader", "nobody", "foreign"):
            self.log_in(attacker)
            with self.subTest(attacker):
                self.assertEqual(self.result("iris.email.access", "search_count", []), 0)
                self.assertEqual(self.result("iris.email.access", "search_read", []), [])
                self.assertRefused(self.call("iris.email.access", "read", lists.ids))
                text = self.call(LETTER, "read", self.listed.ids, ["access_overview"])
                self.assertRefused(text, self.users["boss"].name)

    def test_log_is_changed_by_nobody(self):
        self.env["iris.email.incoming.right"].create(
            {"account_id": self.private.id, "user_id": self.users["system"].id}
        )
        entries = self.env[LOG].search([])
        self.assertTrue(entries)
        before = str(entries.read())
        for attacker in self.attackers():
            for method, args in (
                ("create", [{"account_id": self.private.id}]),
                ("create", [{}]),
                ("write", [entries.ids, {"account_id": self.shared.id}]),
                ("write", [entries.ids, {}]),
                ("web_save", [entries.ids, {"account_id": False}, {}]),
                ("copy", [entries.ids[:1]]),
                ("unlink", [entries.ids]),
                ("action_archive", [entries.ids]),
                ("load", [[".id", "account_id/.id"], [[str(entries.ids[0]), ""]]]),
            ):
                with self.subTest(method, attacker=attacker):
                    self.call(LOG, method, *args)
                    self.env.invalidate_all()
                    self.assertEqual(str(self.env[LOG].search([]).read()), before)

    def test_log_tells_administrators_no_letter(self):
        self.secret.with_user(self.users["boss"])._add_access(
            [{"user_id": self.users["nobody"].id, "perm_read": True}]
        )
        self.log_in("manager")
        letter = {"letter_id": {"fields": {"display_name": {}, "subject": {}}}}
        for method, args in (
            ("search_read", [[]]),
            ("web_search_read", [[], {**letter, "display_name": {}}]),
            ("formatted_read_group", [[], ["letter_id"], ["__count"]]),
            ("name_search", [""]),
        ):
            with self.subTest(method):
                text = self.call(LOG, method, *args)
                self.assertNotIn("error", json.loads(text))
                self.assertNothingTold(text)

    def test_password_is_not_in_what_is_told_of_an_error(self):
        """A check that fails says why, without password or letters."""
        self.log_in("boss")
        for method in ("check_mail_step", "action_test_incoming", "action_test_outgoing"):
            with self.subTest(method):
                self.assertNotIn(PASSWORD, self.call(ACCOUNT, method, self.private.ids))

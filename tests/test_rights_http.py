"""What users who may not read a letter get of it through JSON-RPC: nothing."""

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .rights_attackers import LOGIN, SUBJECT, AttackCase, encoded

LETTER = "iris.email"
NAME = {"fields": {"display_name": {}}}
CONTENT = {"subject": {}, "body_text": {}, "attachment_ids": {"fields": {"name": {}, "raw": {}}}}
READ = ["subject", "body_text", "body_html", "preview", "header_lines", "attachment_ids"]


def read_probes(letter):
    """Return the ways to read a letter: what they are called, method, arguments, keywords."""
    only = [["id", "=", letter.id]]
    trash = {"active_test": False}
    ids = [letter.id]
    return [
        ("read", "read", [ids, READ], {}),
        ("read everything", "read", [ids], {}),
        ("web_read", "web_read", [ids], {"specification": CONTENT}),
        ("search_read", "search_read", [only, READ], {"context": trash}),
        ("web_search_read", "web_search_read", [only, CONTENT], {"context": trash}),
        ("name_search", "name_search", [SUBJECT], {"context": trash}),
        ("web_name_search", "web_name_search", [SUBJECT, NAME["fields"]], {"context": trash}),
        ("group by subject", "formatted_read_group", [only, ["subject"], ["__count"]], {}),
        (
            "aggregate subjects",
            "formatted_read_group",
            [only, ["type"], ["subject:array_agg", "preview:max"]],
            {},
        ),
        ("web_read_group", "web_read_group", [only, ["subject"], ["__count"]], {}),
        (
            "unfolded groups",
            "web_read_group",
            [only, ["type"], ["__count"]],
            {"auto_unfold": True, "unfold_read_specification": CONTENT},
        ),
        ("export_data", "export_data", [ids, ["subject", "attachment_ids/name"]], {}),
    ]


@tagged("post_install", "-at_install")
class TestRightsThroughRpc(AttackCase):
    """Reading, in all ways that the web client knows."""

    def test_boss_reads_everything(self):
        """The probes below would tell something, if they were allowed."""
        self.log_in("boss")
        for letter in self.secrets:
            for name, method, args, kwargs in read_probes(letter):
                with self.subTest(name, letter=letter.message_id):
                    self.assertIn(SUBJECT, self.call(LETTER, method, *args, **kwargs))

    def test_read(self):
        for attacker in self.attackers():
            for letter in self.secrets:
                for name, method, args, kwargs in read_probes(letter):
                    with self.subTest(name, attacker=attacker, letter=letter.message_id):
                        text = self.call(LETTER, method, *args, **kwargs)
                        self.assertNothingTold(self.without_question(text, method))

    def without_question(self, text, method):
        """Take out of an error what was asked for, which it may repeat."""
        asked = SUBJECT if "name_search" in method and '"error"' in text else ""
        return text.replace(asked, "") if asked else text

    def test_read_in_a_company_that_is_not_theirs(self):
        self.log_in("foreign")
        for letter in self.secrets:
            for companies in (self.env.company.ids, self.env["res.company"].search([]).ids):
                for name, method, args, kwargs in read_probes(letter):
                    context = {**kwargs.get("context", {}), "allowed_company_ids": companies}
                    with self.subTest(name, letter=letter.message_id, companies=companies):
                        text = self.call(LETTER, method, *args, **{**kwargs, "context": context})
                        self.assertNothingTold(self.without_question(text, method))

    def test_read_as_a_user_of_the_portal(self):
        portal = new_test_user(self.env, "iris-attack-portal", groups="base.group_portal")
        # Even where somebody gave them a row by mistake.
        self.private.incoming_right_ids = [Command.create({"user_id": portal.id})]
        self.authenticate(portal.login, portal.login)
        for name, method, args, kwargs in read_probes(self.secret):
            with self.subTest(name):
                text = self.call(LETTER, method, *args, **kwargs)
                self.assertNothingTold(self.without_question(text, method))
        files = self.files_of(self.secret)
        self.assertRefused(self.call("ir.attachment", "read", files.ids, ["name", "raw"]))

    def test_name_search(self):
        for attacker in self.attackers():
            for method, args in (("name_search", []), ("web_name_search", [NAME["fields"]])):
                with self.subTest(method, attacker=attacker):
                    self.assertEqual(self.result(LETTER, method, SUBJECT, *args), [])

    def test_count(self):
        ids = [["id", "in", self.secrets.ids]]
        bar = {"field": "type", "colors": {"inbox": "success"}}
        for attacker in self.attackers():
            for way, method, args, nothing in (
                ("count", "search_count", [ids], 0),
                ("search", "search", [ids], []),
                ("groups", "formatted_read_group", [ids, ["type"], ["__count"]], []),
                ("sets", "formatted_read_grouping_sets", [ids, [["type"]], ["__count"]], [[]]),
                ("bar", "read_progress_bar", [ids, "type", bar], {}),
            ):
                with self.subTest(way, attacker=attacker):
                    self.assertEqual(self.result(LETTER, method, *args), nothing)

    def test_search_panel(self):
        for attacker in self.attackers():
            for field in ("mailbox_id", "account_id", "contact_id", "responsible_id", "type"):
                with self.subTest(field, attacker=attacker):
                    # Mailboxes are a computed field, which has no counters of this kind.
                    kind = "expand" if field == "mailbox_id" else "enable_counters"
                    text = self.call(LETTER, "search_panel_select_range", field, **{kind: True})
                    self.assertNotIn('"error"', text)
                    self.assertNothingTold(text, LOGIN)
                    if attacker != "manager":
                        self.assertNothingTold(text, "boss@example.org")

    def test_counters(self):
        for attacker in self.attackers():
            if attacker == "reader":
                continue
            with self.subTest(attacker):
                counts = self.result(LETTER, "get_mail_counts")
                self.assertEqual(counts["unread"], 0)
                self.assertFalse([place for place in counts["places"] if place["unread"]])

    def test_counters_of_a_reader(self):
        self.log_in("reader")
        counts = self.result(LETTER, "get_mail_counts")
        self.assertEqual(counts["unread"], 2)  # the twin and the answer
        unread = {place["id"]: place["unread"] for place in counts["places"]}
        self.assertEqual(unread, {self.shared.id: 2})

    def test_partner(self):
        tab = {"iris_email_ids": {"fields": {"subject": {}, "preview": {}}}, "iris_email_count": {}}
        for attacker in self.attackers():
            text = self.call("res.partner", "web_read", [self.partner.id], tab)
            with self.subTest(attacker):
                self.assertNothingTold(text)
                read = self.result("res.partner", "read", [self.partner.id], ["iris_email_count"])
                mine = 2 if attacker == "reader" else 0
                self.assertEqual(read[0]["iris_email_count"], mine)

    def test_name_of_a_linked_letter(self):
        self.log_in("reader")
        spec = {"answered_id": {"fields": {"display_name": {}, "subject": {}, "body_text": {}}}}
        self.assertNothingTold(self.call(LETTER, "web_read", [self.answer.id], spec))
        [read] = self.result(LETTER, "read", [self.answer.id], ["answered_id"])
        self.assertFalse(read["answered_id"])
        self.assertNothingTold(self.call(LETTER, "web_search_read", [], spec))
        for field in ("parent_id", "answered_id", "answered_id/subject", "answered_id/body_text"):
            with self.subTest(field):
                text = self.call(LETTER, "export_data", [self.answer.id], [field])
                self.assertNothingTold(text)
        for group in ("parent_id", "parent_id.subject", "answered_id", "answered_id.subject"):
            with self.subTest(group):
                text = self.call(LETTER, "formatted_read_group", [], [group], ["__count"])
                self.assertNothingTold(text)

    def test_ledger_names_no_letter(self):
        fields = {name: {} for name in ("subject", "body_text", "preview", "display_name")}
        spec = {"letter_id": {"fields": fields}, "reason": {}, "source": {}}
        receipts = "iris.email.receipt"
        for attacker in self.attackers():
            for method, args, kwargs in (
                ("web_search_read", [[], spec], {}),
                ("search_read", [[]], {}),
                ("formatted_read_group", [[], ["letter_id"], ["__count"]], {}),
                ("formatted_read_group", [[], ["letter_id.subject"], ["__count"]], {}),
                ("export_data", [self.failed.ids, ["letter_id/subject", "source"]], {}),
                ("read", [self.failed.ids, ["source"]], {"context": {"bin_size": False}}),
            ):
                with self.subTest(method, attacker=attacker):
                    text = self.call(receipts, method, *args, **kwargs)
                    self.assertNothingTold(text, *encoded(self.failed.source))

    def test_original_of_a_twin_names_no_other_mailbox(self):
        for attacker in ("reader", "system"):
            if attacker == "system":
                self.shared.incoming_right_ids[0].copy({"user_id": self.users["system"].id})
            self.log_in(attacker)
            text = self.call(LETTER, "read", [self.twin.id], ["subject", "header_lines"])
            self.assertIn("Invitation", text)
            self.assertNothingTold(text)
            originals = self.files_of(self.twin)
            for file in originals:
                with self.subTest(attacker, file=file.res_field):
                    text = self.call("ir.attachment", "read", [file.id], ["raw", "datas"])
                    self.assertNothingTold(text, *encoded(file.datas))
            text = self.call(LETTER, "read", [self.twin.id], ["source"])
            self.assertNothingTold(text, *encoded(originals[0].datas))

    # ---- made-up records ----

    def test_onchange(self):
        file = self.files_of(self.secret).filtered(lambda one: not one.res_field)
        spec = {**dict.fromkeys(READ, {}), "answered_id": {"fields": {"subject": {}}}}
        spec["attachment_ids"] = {"fields": {"name": {}, "raw": {}, "datas": {}}}
        values = {
            "answered_id": self.secret.id,
            "account_id": self.private.id,
            "attachment_ids": [[4, file.id, 0]],
        }
        for attacker in self.attackers():
            for letter in (self.secret, self.listed, self.env[LETTER]):
                for changed in ([], ["answered_id"], ["subject"], ["attachment_ids"]):
                    for given in ({}, values):
                        with self.subTest(attacker=attacker, changed=changed, given=given):
                            text = self.call(LETTER, "onchange", letter.ids, given, changed, spec)
                            self.assertNothingTold(text, *encoded(file.datas))

    def test_onchange_of_records_that_link_to_letters(self):
        about = {"fields": {"subject": {}, "body_text": {}, "display_name": {}}}
        for attacker in self.attackers():
            for model, name in (
                ("iris.email.access", "email_id"),
                ("iris.email.receipt", "letter_id"),
            ):
                for letter in self.secrets:
                    with self.subTest(model, attacker=attacker, letter=letter.message_id):
                        args = [], {name: letter.id}, [name], {name: about, "display_name": {}}
                        self.assertNothingTold(self.call(model, "onchange", *args))

    def test_copy_and_create(self):
        file = self.files_of(self.secret).filtered(lambda one: not one.res_field)
        for attacker in self.attackers():
            for name, method, args in (
                ("copy", "copy", [self.secrets.ids]),
                ("copy_data", "copy_data", [self.secrets.ids]),
                ("copy attachment", "web_save", [[], {"attachment_ids": [[4, file.id]]}, CONTENT]),
                ("parent", "web_save", [[], {"parent_id": self.secret.id}, CONTENT]),
                ("account", "web_save", [[], {"account_id": self.private.id}, CONTENT]),
                ("save", "web_save", [[self.secret.id], {}, CONTENT]),
                ("defaults", "default_get", [READ]),
            ):
                with self.subTest(name, attacker=attacker):
                    context = {
                        "default_parent_id": self.secret.id,
                        "default_attachment_ids": [file.id],
                    }
                    text = self.call(LETTER, method, *args, context=context)
                    self.assertNothingTold(text, *encoded(file.datas), LOGIN)

    # ---- files ----

    def test_files(self):
        files = self.files_of(self.secrets)
        fields = ["name", "raw", "datas", "index_content", "access_token", "res_name"]
        domains = [
            [["id", "in", files.ids]],
            [["res_model", "=", LETTER], ["res_id", "in", self.secrets.ids]],
            [["res_model", "=", LETTER], ["res_field", "=", "source"]],
            [["res_field", "=", "source"]],
            [["checksum", "in", files.mapped("checksum")], ["res_field", "in", [False, "source"]]],
            [["store_fname", "in", files.mapped("store_fname")], ["id", ">", 0]],
        ]
        content = [word for file in files for word in encoded(file.datas)]
        for attacker in self.attackers():
            text = self.call("ir.attachment", "read", files.ids, fields)
            with self.subTest("read", attacker=attacker):
                self.assertRefused(text, *content)
            for domain in domains:
                with self.subTest(attacker=attacker, domain=domain):
                    context = {"skip_res_field_check": True, "bin_size": False}
                    args = (domain, fields)
                    text = self.call("ir.attachment", "search_read", *args, context=context)
                    self.assertNothingTold(text, *content)
                    found = self.result("ir.attachment", "search", domain, context=context)
                    self.assertFalse(set(found) & set(files.ids))
                    groups = self.call(
                        "ir.attachment", "formatted_read_group", domain, ["name"], ["__count"]
                    )
                    self.assertNothingTold(groups)

    def test_file_is_not_got_by_another_record(self):
        """Files of the attacker that point at the file of the letter, or at the letter."""
        files = self.files_of(self.secret)
        content = [word for file in files for word in encoded(file.datas)]
        for attacker in self.attackers():
            for name, values in (
                ("store_fname", {"name": "x", "store_fname": files[0].store_fname}),
                ("checksum", {"name": "x", "checksum": files[0].checksum}),
                ("res_id", {"name": "x", "res_model": LETTER, "res_id": self.secret.id}),
            ):
                with self.subTest(name, attacker=attacker):
                    spec = {"raw": {}, "datas": {}, "res_name": {}, "display_name": {}}
                    text = self.call("ir.attachment", "web_save", [], values, spec)
                    self.assertNothingTold(text, *content)
            for method, args in (
                ("copy", [files.ids]),
                ("write", [files.ids, {"res_model": False, "res_id": 0}]),
                ("write", [files.ids, {"public": True}]),
                ("generate_access_token", [files.ids]),
                ("unlink", [files.ids]),
            ):
                with self.subTest(method, args=args, attacker=attacker):
                    self.assertRefused(self.call("ir.attachment", method, *args))

    # ---- other records that name or hold letters ----

    def test_records_about_a_letter(self):
        model_id = self.env["ir.model"]._get_id(LETTER)
        about = {"res_model": LETTER, "res_id": self.secret.id}
        for attacker in self.attackers():
            for model, values, spec in (
                ("mail.message", {"model": LETTER, "res_id": self.secret.id}, ["record_name"]),
                ("mail.activity", {"res_model_id": model_id, **about}, ["res_name"]),
                (
                    "mail.compose.message",
                    {
                        "model": LETTER,
                        "res_ids": str(self.secret.ids),
                        "composition_mode": "mass_mail",
                        "subject": "{{ object.subject }}",
                        "body": '<p><t t-out="object.body_text"/></p>',
                    },
                    ["subject", "body", "render_model"],
                ),
            ):
                with self.subTest(model, attacker=attacker):
                    spec = dict.fromkeys(spec, {})
                    self.assertNothingTold(self.call(model, "web_save", [], values, spec))

    def test_composer_and_template(self):
        """Who may write templates at all: administrators, unless Odoo is told otherwise."""
        template = self.env["mail.template"].create(
            {
                "name": "Spy",
                "model_id": self.env["ir.model"]._get_id(LETTER),
                "subject": "{{ object.subject }}",
                "body_html": '<p t-out="object.body_text"/>',
                "email_to": "spy@example.net",
            }
        )
        mails = self.env["mail.mail"].search_count([])
        for attacker in self.attackers():
            with self.subTest(attacker):
                self.assertNothingTold(
                    self.call("mail.template", "send_mail", [template.id], self.secret.id)
                )
                values = {"model": LETTER, "template_id": template.id}
                values |= {"res_ids": str(self.secret.ids), "composition_mode": "comment"}
                spec = {"subject": {}, "body": {}}
                text = self.call("mail.compose.message", "web_save", [], values, spec)
                self.assertNothingTold(text)
                text = self.call("mail.compose.message", "onchange", [], values, [], spec)
                self.assertNothingTold(text)
                preview = {"mail_template_id": template.id}
                preview["resource_ref"] = f"{LETTER},{self.secret.id}"
                text = self.call(
                    "mail.template.preview",
                    "onchange",
                    [],
                    preview,
                    [],
                    {
                        "subject": {},
                        "body_html": {},
                        "resource_ref": {},
                    },
                )
                self.assertNothingTold(text)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_server_actions_and_filters(self):
        code = f"raise UserError(env['iris.email'].browse({self.secret.id}).subject)"
        for attacker in ("nobody", "reader", "manager", "foreign"):
            self.log_in(attacker)
            action = {"name": "Spy", "model_id": self.env["ir.model"]._get_id(LETTER)}
            action |= {"state": "code", "code": code}
            with self.subTest(attacker):
                self.assertRefused(self.call("ir.actions.server", "create", action))
                check = self.env.ref("iris_email.ir_actions_server_check_mail", False)
                for action in check or self.env["ir.actions.server"].search(
                    [("model_id.model", "=", LETTER)]
                ):
                    context = {"active_model": LETTER, "active_ids": self.secret.ids}
                    text = self.ask("/web/action/run", action_id=action.id, context=context)
                    self.assertNothingTold(text)
                given = {"name": "Spy", "model_id": LETTER, "user_ids": [self.users["boss"].id]}
                given["domain"] = f"[('id', '=', {self.secret.id})]"
                self.assertNothingTold(self.call("ir.filters", "create", [given]))

"""What users without rights get of a letter by URLs and Odoo's other interfaces: nothing."""

import json
from datetime import timedelta

from odoo import fields
from odoo.http import Request
from odoo.tests import tagged

from .rights_attackers import FILE, LOGIN, SUBJECT, TRACE, AttackCase

TOKENS = ("", "False", "None", "null", "0", "undefined", "x" * 36)


@tagged("post_install", "-at_install")
class TestRightsOfFilesByUrl(AttackCase):
    """Files, pictures, originals and pages of letters."""

    def urls(self, letter):
        """Return URLs that show something of a letter to those who may read it, and others."""
        for file in self.files_of(letter):
            yield f"/web/content/{file.id}"
            yield f"/web/content/{file.id}/{file.name}?download=1"
            yield f"/web/content/ir.attachment/{file.id}/raw"
            yield f"/web/content/ir.attachment/{file.id}/datas"
            yield f"/web/content/ir.attachment/{file.id}/db_datas"
            yield f"/web/content?model=ir.attachment&id={file.id}&field=raw&filename_field=checksum"
            yield f"/web/image/{file.id}"
            yield f"/web/image/{file.id}-{file.checksum[:8]}"
            yield f"/web/image/ir.attachment/{file.id}/raw/20x20"
            yield f"/web/content/{file.id}?unique=1&filename=x&mimetype=text/plain"
            yield f"/mail/attachment/pdf_first_page/{file.id}"
            yield f"/web/filestore/{file.store_fname}"
        for field in ("source", "body_text", "attachment_ids", "subject"):
            yield f"/web/content/iris.email/{letter.id}/{field}"
            yield f"/web/content?model=iris.email&id={letter.id}&field={field}"
            yield f"/web/content/iris.email/{letter.id}/{field}?filename_field=subject"
            yield f"/web/image/iris.email/{letter.id}/{field}"
        yield f"/iris_email/letter/{letter.id}/body"
        yield f"/iris_email/letter/{letter.id}/body?images=1"
        for query in ("dark=1", "view=text", "print=1", "print=1&images=1&view=html"):
            yield f"/iris_email/letter/{letter.id}/body?{query}"
        yield f"/iris_email/letter/{letter.id}/files.zip"
        yield f"/iris_email/letter/{letter.id}/original"
        yield f"/mail/view?model=iris.email&res_id={letter.id}"

    def assertHidden(self, url):
        """Assert that a URL shows nothing of a letter: neither in its content nor its header."""
        response = self.url_open(url, allow_redirects=False)
        self.assertNothingTold(response.text, "b2thcGk=")
        self.assertNothingTold(str(response.headers).replace(url, ""))

    def test_boss_gets_files_and_original(self):
        self.log_in("boss")
        file = self.files_of(self.secret).filtered(lambda one: not one.res_field)
        self.assertEqual(self.url_open(f"/web/content/{file.id}").text, FILE)
        page = f"/iris_email/letter/{self.secret.id}"
        self.assertIn(SUBJECT, self.url_open(f"{page}/body").text)
        self.assertIn(TRACE, self.url_open(f"{page}/original").text)

    def test_urls(self):
        for attacker in self.attackers():
            # Only the reader comes near the letter with a list.
            for letter in self.secrets if attacker == "reader" else self.secret:
                for url in self.urls(letter):
                    with self.subTest(attacker=attacker, url=url):
                        self.assertHidden(url)

    def test_without_login(self):
        self.authenticate(None, None)
        for letter in self.secrets:
            for url in self.urls(letter):
                with self.subTest(url=url):
                    self.assertHidden(url)

    def test_forbidden_letter_looks_like_one_that_does_not_exist(self):
        missing = self.env["iris.email"].search([], order="id desc", limit=1).id + 1000
        for attacker in self.attackers():
            for page in ("body", "body?print=1", "body?view=text", "files.zip", "original"):
                responses = [
                    self.url_open(f"/iris_email/letter/{letter_id}/{page}")
                    for letter_id in (self.secret.id, missing)
                ]
                with self.subTest(page, attacker=attacker):
                    self.assertEqual([one.status_code for one in responses], [404, 404])
                    self.assertEqual(responses[0].text, responses[1].text)

    def test_guessed_tokens(self):
        file = self.files_of(self.secret).filtered(lambda one: not one.res_field)
        for attacker in self.attackers():
            for token in TOKENS:
                for url in (
                    f"/web/content/{file.id}?access_token={token}",
                    f"/web/image/{file.id}?access_token={token}",
                    f"/web/content/iris.email/{self.secret.id}/source?access_token={token}",
                ):
                    with self.subTest(attacker=attacker, url=url):
                        self.assertHidden(url)

    def test_original_of_a_twin_names_no_other_mailbox(self):
        rows = self.shared.incoming_right_ids
        rows.create({"account_id": self.shared.id, "user_id": self.users["system"].id})
        for attacker in ("reader", "system"):
            self.log_in(attacker)
            original = self.url_open(f"/iris_email/letter/{self.twin.id}/original")
            self.assertEqual(original.status_code, 200)
            self.assertNothingTold(original.text)
            for url in self.urls(self.twin):
                with self.subTest(attacker=attacker, url=url):
                    self.assertHidden(url)

    def test_failed_letter(self):
        file = self.env["ir.attachment"].search(
            [("res_model", "=", "iris.email.receipt"), ("res_field", "=", "source")]
        )
        self.assertEqual(file.mapped("res_id"), self.failed.ids)
        for attacker in self.attackers():
            for url in (
                f"/web/content/{file.id}",
                f"/web/content/iris.email.receipt/{self.failed.id}/source",
                f"/web/content?model=iris.email.receipt&id={self.failed.id}&field=source",
                f"/web/image/iris.email.receipt/{self.failed.id}/source",
            ):
                with self.subTest(attacker=attacker, url=url):
                    self.assertHidden(url)

    def test_zip_of_files(self):
        files = self.files_of(self.secrets).filtered(lambda one: not one.res_field)
        content = {"file_ids": ",".join(map(str, files.ids)), "zip_name": "x.zip"}

        def download():
            content["csrf_token"] = Request.csrf_token(self)
            return self.url_open("/mail/attachment/zip", data=content)

        self.log_in("boss")
        self.assertEqual(download().content[:2], b"PK")
        for attacker in self.attackers():
            response = download()
            with self.subTest(attacker):
                self.assertNothingTold(response.text)
                self.assertNotEqual(response.content[:2], b"PK")

    def test_upload_to_a_received_letter_by_one_who_may_edit_it(self):
        """The route answers with an error and commits what was done until then."""
        before = self.files_of(self.secrets)
        self.log_in("boss")
        content = {"model": "iris.email", "id": self.secret.id}
        content["csrf_token"] = Request.csrf_token(self)
        files = {"ufile": ("x.txt", b"forged", "text/plain")}
        self.url_open("/web/binary/upload_attachment", data=content, files=files)
        self.assertEqual(self.files_of(self.secrets), before)

    def test_upload_to_a_letter(self):
        before = self.files_of(self.secrets)
        for attacker in self.attackers():
            for url, content in (
                ("/web/binary/upload_attachment", {"model": "iris.email", "id": self.secret.id}),
                (
                    "/mail/attachment/upload",
                    {"thread_model": "iris.email", "thread_id": self.secret.id},
                ),
            ):
                content["csrf_token"] = Request.csrf_token(self)
                files = {"ufile": ("x.txt", b"forged", "text/plain")}
                with self.subTest(url, attacker=attacker):
                    self.assertNothingTold(self.url_open(url, data=content, files=files).text)
                    self.assertEqual(self.files_of(self.secrets), before)


@tagged("post_install", "-at_install")
class TestRightsInOtherInterfaces(AttackCase):
    """Exports, Odoo's further ways to call methods, discussions, notifications."""

    def export(self, model, names, **options):
        params = {"model": model, "ids": False, "domain": [], "import_compat": False}
        params["fields"] = [{"name": name, "label": name} for name in names]
        content = {"data": json.dumps({**params, **options})}
        content["csrf_token"] = Request.csrf_token(self)
        return self.url_open("/web/export/csv", data=content).text

    def test_export(self):
        names = ["subject", "body_text", "attachment_ids/name", "attachment_ids/index_content"]
        self.log_in("boss")
        self.assertIn(SUBJECT, self.export("iris.email", names, ids=self.secret.ids))
        for attacker in self.attackers():
            for options in (
                {"ids": self.secrets.ids},
                {"domain": [["id", "in", self.secrets.ids]]},
                {"ids": self.secrets.ids, "import_compat": True},
                {"domain": [], "context": {"active_test": False}},
            ):
                with self.subTest(attacker=attacker, options=options):
                    self.assertNothingTold(self.export("iris.email", names, **options))
            for model, fields_of_model in (
                ("iris.email", ["answered_id", "answered_id/subject", "account_id/incoming_login"]),
                ("iris.email.receipt", ["letter_id", "letter_id/subject", "source", "reason"]),
                ("iris.email.account", ["address", "incoming_password", "incoming_secret"]),
                ("iris.email.access", ["email_id", "email_id/subject", "user_id"]),
                ("iris.email.rights.log", ["display_name", "letter_id", "letter_id/subject"]),
                ("res.partner", ["name", "iris_email_ids/subject", "iris_email_ids"]),
                ("ir.attachment", ["name", "index_content", "res_name"]),
            ):
                with self.subTest(model, attacker=attacker):
                    text = self.export(model, fields_of_model)
                    self.assertNothingTold(text, *((LOGIN,) if attacker != "manager" else ()))

    def make_key(self, name):
        keys = self.env["res.users.apikeys"].with_user(self.users[name]).sudo()
        return keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))

    def test_json_2(self):
        """Odoo's own interface for programs, with an API key."""
        for name in ("boss", "nobody", "reader", "manager", "foreign", "system"):
            headers = {"Authorization": f"Bearer {self.make_key(name)}"}
            for method, content in (
                ("read", {"ids": self.secret.ids, "fields": ["subject", "body_text"]}),
                ("search_read", {"domain": [], "fields": ["subject"]}),
                ("web_read", {"ids": self.secret.ids, "specification": {"subject": {}}}),
            ):
                with self.subTest(method, user=name):
                    url = f"/json/2/iris.email/{method}"
                    text = self.url_open(url, json=content, headers=headers).text
                    if name == "boss":
                        self.assertIn(SUBJECT, text)
                    else:
                        self.assertNothingTold(text)

    def test_json_1(self):
        action = self.env.ref("iris_email.iris_email_action")
        self.env["ir.config_parameter"].set_param("web.json.enabled", "True")
        headers = {"Authorization": f"Bearer {self.make_key('boss')}"}
        url = f"/json/1/action-{action.id}/{self.secret.id}"
        self.assertIn(SUBJECT, self.url_open(url, headers=headers).text)
        for attacker in self.attackers():
            for path in (f"action-{action.id}/{self.secret.id}", f"action-{action.id}"):
                with self.subTest(path, attacker=attacker):
                    headers = {"Authorization": f"Bearer {self.make_key(attacker)}"}
                    for url in (f"/json/1/{path}", f"/json/1/{path}?groupby=subject&limit=80"):
                        self.assertNothingTold(self.url_open(url, headers=headers).text)

    def test_json_rpc_and_documentation(self):
        for attacker in self.attackers():
            user = self.users[attacker]
            args = [self.env.cr.dbname, user.id, self.make_key(attacker), "iris.email", "read"]
            params = {"service": "object", "method": "execute_kw"}
            with self.subTest(attacker):
                text = self.ask("/jsonrpc", **params, args=[*args, [self.secret.ids]])
                self.assertIn("AccessError", text)
                self.assertNothingTold(text)
                self.assertNothingTold(self.url_open("/doc/iris.email.json").text)

    def test_discussion_about_a_letter(self):
        thread = {"thread_model": "iris.email", "thread_id": self.secret.id}
        before = self.files_of(self.secrets)
        for attacker in self.attackers():
            file_ids = before.ids
            partner = self.users[attacker].partner_id
            post = {"body": "x", "attachment_ids": file_ids, "partner_ids": partner.ids}
            for route, params in (
                ("/mail/thread/messages", thread),
                ("/mail/thread/recipients", {**thread}),
                ("/mail/message/post", {**thread, "post_data": post}),
                (
                    "/mail/message/post",
                    {
                        "thread_model": "res.partner",
                        "thread_id": partner.id,
                        "post_data": {**post, "attachment_tokens": ["x"] * len(file_ids)},
                    },
                ),
                ("/mail/attachment/delete", {"attachment_id": file_ids[0]}),
                (
                    "/mail/data",
                    {"fetch_params": [["mail.thread", {**thread, "request_list": ["messages"]}]]},
                ),
            ):
                with self.subTest(route, attacker=attacker):
                    self.assertNothingTold(self.ask(route, **params), "b2thcGk=")
        after = self.files_of(self.secrets)
        self.assertEqual(after, before)

    def test_notifications(self):
        """What is sent to browsers has nothing of a letter in it, on whatever channel."""
        self.env["bus.bus"].sudo().search([]).unlink()
        letter = self.receive("new", self.private)
        letter.with_user(self.users["boss"]).is_important = True
        letter.with_user(self.users["boss"]).mark_read()
        letter.with_user(self.users["boss"]).action_trash()
        self.env.cr.precommit.run()
        channels = ["iris_email", "iris.email", f"iris.email_{letter.id}", "broadcast"]
        for attacker in self.attackers():
            text = self.ask(
                "/websocket/peek_notifications", channels=channels, last=0, is_first_poll=True
            )
            with self.subTest(attacker):
                self.assertIn("notifications", text)
                self.assertNothingTold(text)
        messages = self.env["bus.bus"].sudo().search([])
        self.assertNothingTold(" ".join(messages.mapped("message")))

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import make_letter
from .sending_attackers import AttackCase

CODE = "{{ object.sudo().env['ir.config_parameter'].get_param('iris.attack') }}"


@tagged("post_install", "-at_install")
class TestCodeInTemplates(AttackCase):
    """Who is no template editor of Odoo brings no code into a template."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("iris.attack", "S3CRET")
        self.user.group_ids = [Command.unlink(self.env.ref("mail.group_mail_template_editor").id)]
        self.assertFalse(self.user.has_group("mail.group_mail_template_editor"))
        self.contact = self.env["res.partner"].create({"name": "Boris"})

    def use(self, template):
        draft = self.write_letter(self.account, contact_id=self.contact.id, subject=False)
        draft.action_apply_template(template.id)
        draft._fill_placeholders()
        return f"{draft.subject} {draft.body_html} {draft.body_text}"

    def test_code_behind_entities_in_the_subject(self):
        hidden = CODE.replace("{", "&#123;").replace("}", "&#125;")
        try:
            template = self.write_letter(
                self.account,
                type="template",
                email_to=False,
                subject="{{ object.name|||&#125;&#125;" + hidden[:-12] + "}}",
            )
        except AccessError:
            return
        self.assertNotIn("S3CRET", self.use(template))

    def test_code_in_the_signature_of_a_template(self):
        self.env["iris.email.signature"].with_user(self.user).create(
            {"signature": f"<p>{CODE}</p>"}
        )
        try:
            template = self.compose(type="template")
        except AccessError:
            return
        self.assertNotIn("S3CRET", self.use(template))

    def test_code_in_odoos_signature(self):
        self.user.with_user(self.user).signature = f"<p>{CODE}</p>"
        try:
            template = self.compose(type="template")
        except AccessError:
            return
        self.assertNotIn("S3CRET", self.use(template))

    def test_signature_that_comes_with_another_account(self):
        other = self.make_sender(self.server, "other@example.org")
        self.user.signature = "<p>plain</p>"
        template = self.compose(type="template")
        self.env["iris.email.signature"].with_user(self.user).create(
            {"account_id": other.id, "signature": f"<p>{CODE}</p>"}
        )
        try:
            template.account_id = other
        except AccessError:
            return
        self.assertNotIn("S3CRET", self.use(template))

    def test_default_body_of_the_context(self):
        letter = self.receive(make_letter("S"))
        code = f"<p>{CODE}</p>"
        draft = self.draft_of(
            letter.with_context(default_body_html=code, default_template_id=1).action_reply()
        )
        self.assertNotIn("S3CRET", draft.body_text or "")

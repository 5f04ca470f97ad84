import base64

from odoo.tests import tagged

from .common import make_letter
from .sending_attackers import FORGED, PNG, AttackCase, read


@tagged("post_install", "-at_install")
class TestSendingContexts(AttackCase):
    """Defaults of a context, which everybody can send along, are not taken in superuser mode."""

    def setUp(self):
        super().setUp()
        self.letter = self.receive(make_letter("S"))

    def test_default_source(self):
        forged = base64.b64encode(FORGED).decode()
        for method in ("action_forward", "action_reply"):
            with self.subTest(method):
                draft = self.draft_of(
                    getattr(self.letter.with_context(default_source=forged), method)()
                )
                draft.email_to = "anna@example.com"
                self.send_now(draft)
                for delivery in self.server.deliveries:
                    self.assertNotIn("boss", read(delivery)["From"])

    def test_default_res_field_of_a_picture(self):
        draft = self.write_letter(self.account)
        url = "data:image/png;base64," + base64.b64encode(FORGED).decode()
        draft.with_context(default_res_field="source").body = f'<p><img src="{url}"></p>'
        self.send_now(draft)
        for delivery in self.server.deliveries:
            self.assertNotIn("boss", read(delivery)["From"])

    def test_default_type_of_the_list(self):
        """A picture that is pasted into a letter which was begun in a list of the outbox."""
        url = "data:image/png;base64," + base64.b64encode(PNG).decode()
        draft = self.write_letter(self.account)
        draft.with_context(default_type="outbox").write({"body": f'<p><img src="{url}"></p>'})
        self.assertIn("cid:", draft.sudo().body_html)

    def test_default_recipients(self):
        draft = self.draft_of(
            self.letter.with_context(
                default_recipient_ids=[(0, 0, {"email": "x@example.com"})]
            ).action_reply()
        )
        self.assertFalse(draft.sudo().recipient_ids)

    def test_default_parent(self):
        secret = self.env["iris.email"].create(
            {"type": "inbox", "account_id": self.make_account(self.serve(), "b@example.org").id}
        )
        draft = self.draft_of(
            self.letter.with_context(default_parent_id=secret.id).action_forward()
        )
        self.assertFalse(draft.sudo().parent_id)

    def test_default_list_and_mailboxes(self):
        boss = self.make_account(self.serve(), "boss@example.org", readers=self.stranger)
        draft = self.draft_of(
            self.letter.with_context(
                default_other_account_ids=[(6, 0, boss.ids)],
                default_is_answered=True,
                default_state="queued",
                default_sent_by_id=self.manager.id,
                default_message_id="<forged@example.org>",
                default_email_bcc="spy@example.com",
            ).action_forward()
        ).sudo()
        self.assertFalse(draft.other_account_ids)
        self.assertFalse(draft.state)
        self.assertFalse(draft.message_id)

    def test_default_body_reads_pictures_of_others(self):
        hidden = (
            self.env["ir.attachment"]
            .with_user(self.stranger)
            .create({"name": "passport.png", "raw": PNG + b"passport", "mimetype": "image/png"})
        )
        draft = self.draft_of(
            self.letter.with_context(
                default_body=f'<p><img src="/web/image/{hidden.id}"></p>'
            ).action_reply()
        )
        self.assertFalse(draft.sudo()._get_pictures())

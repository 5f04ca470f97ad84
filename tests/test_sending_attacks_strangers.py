from odoo.exceptions import AccessError
from odoo.tests import tagged

from .sending_attackers import AttackCase


@tagged("post_install", "-at_install")
class TestWhatStrangersSee(AttackCase):
    """Attacks that held when they were written."""

    def test_recipients_of_letters_of_others(self):
        letter = self.write_letter(self.account, email_bcc="spy@example.com")
        self.send_now(letter)
        recipients = self.env["iris.email.recipient"].with_user(self.stranger)
        self.assertFalse(recipients.search([("email", "like", "spy")]))
        self.assertFalse(
            recipients.formatted_read_group([("email", "like", "spy")], ["email"], ["__count"])
        )
        self.assertFalse(
            self.env["iris.email"]
            .with_user(self.stranger)
            .search([("recipient_ids.email", "like", "spy")])
        )

    def test_template_that_is_not_shared_any_more(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, subject="SECRET", body="<p>SECRET</p>"
        )
        draft = self.write_letter(self.account)
        draft.action_apply_template(template.id)
        template.sudo().responsible_id = self.stranger
        self.env.flush_all()
        self.env.invalidate_all()
        draft.subject = "mine"
        for specification in (
            {"template_id": {"fields": {"display_name": {}}}},
            {"template_id": {"fields": {"body_text": {}, "subject": {}}}},
        ):
            try:
                answer = draft.web_read(specification)
            except AccessError:
                continue
            self.assertNotIn("SECRET", str(answer))
        letters = self.env["iris.email"].with_user(self.user)
        self.assertFalse(letters.search([("template_id.subject", "=", "SECRET")]))
        groups = letters.formatted_read_group([], ["template_id"], ["__count"])
        self.assertNotIn("SECRET", str(groups))

    def test_collection_of_blank_drafts_asks_once(self):
        def count(number):
            drafts = [self.compose() for _one in range(number)]
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE iris_email SET write_date = '2026-01-01' WHERE id = ANY(%s)",
                [[draft.id for draft in drafts]],
            )
            self.env.invalidate_all()
            letters = self.env["iris.email"].sudo().search([("id", "in", [d.id for d in drafts])])
            before = self.env.cr.sql_log_count
            letters._filter_blank()
            return self.env.cr.sql_log_count - before

        self.assertLess(count(20) - count(10), 5)

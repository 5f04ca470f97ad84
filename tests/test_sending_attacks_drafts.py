import base64
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import make_letter
from .sending import ALL
from .sending_attackers import FORGED, PNG, AttackCase, read


@tagged("post_install", "-at_install")
class TestDraftAttacks(AttackCase):
    def test_file_that_was_exchanged(self):
        letter = self.receive(make_letter("S", files=[("old.bin", b"old")]))
        draft = self.draft_of(letter.action_forward())
        draft.attachment_ids.unlink()
        self.attach(draft, "new.bin", b"new")
        self.assertFalse(draft.discard_blank())

    def test_answer_by_template_alone_that_was_sent_and_taken_back(self):
        letter = self.receive(make_letter("S"))
        draft = self.draft_of(letter.action_reply())
        draft.send_letters()
        draft.take_back()
        self.assertFalse(draft.discard_blank())

    def test_blank_draft_that_somebody_filed(self):
        draft = self.compose()
        contact = self.env["res.partner"].create({"name": "Boris"})
        draft.contact_id = contact
        self.assertFalse(draft.discard_blank())

    def test_picture_of_an_enemy_that_is_none(self):
        html = '<p>Hi <img src="data:image/png;base64,\u00e9\u00e9"></p>'
        letter = self.receive(make_letter("S", html=html))
        draft = self.draft_of(letter.action_reply())
        draft.body = f"<p>Answer</p>{draft.body}"
        self.assertIn("Answer", draft.body_text)
        draft.body = html
        self.assertIn("Hi", draft.body_text)

    def test_placeholders_of_a_template_that_was_deleted(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Dear {{ object.name }}</p>"
        )
        draft = self.write_letter(self.account)
        draft.action_apply_template(template.id)
        draft.contact_id = False
        self.delete_for_good(template)
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            draft.send_letters()

    def test_placeholders_of_a_template_that_was_changed(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Dear {{ object.name }}</p>"
        )
        draft = self.write_letter(self.account)
        draft.action_apply_template(template.id)
        template.body = "<p>Dear {{ object.email }}</p>"
        with self.assertRaises(UserError):
            draft.send_letters()

    def test_placeholders_of_two_templates(self):
        first, second = (
            self.write_letter(
                self.account,
                type="template",
                email_to=False,
                body=f"<p>{{{{ object.{name} }}}}</p>",
            )
            for name in ("name", "email")
        )
        draft = self.write_letter(self.account)
        draft.action_apply_template(first.id)
        draft.action_apply_template(second.id)
        with self.assertRaisesRegex(UserError, "object.email.*object.name"):
            draft.send_letters()
        draft.contact_id = self.env["res.partner"].create({"name": "Boris", "email": "b@x.example"})
        self.assertIn("Boris", draft.body_text)
        self.assertIn("b@x.example", draft.body_text)
        draft.send_letters()
        self.assertEqual(draft.state, "queued")

    def test_template_of_text_only(self):
        template = self.write_letter(
            self.account,
            type="template",
            email_to=False,
            body=False,
            subject=False,
        )
        template.body_text = "Dear {{ object.name }}"
        draft = self.write_letter(self.account)
        draft.action_apply_template(template.id)
        with self.assertRaises(UserError):
            draft.send_letters()

    def test_default_template_that_is_none_any_more(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>SECRET OFFER</p>"
        )
        self.env["iris.email.signature"].with_user(self.user).create({"template_id": template.id})
        template.write({"type": "draft", "email_to": "anna@example.com"})
        self.send_now(template)
        self.assertNotIn("SECRET OFFER", self.compose().body_text or "")

    def test_contact_that_breaks_out_of_an_attribute(self):
        template = self.write_letter(
            self.account,
            type="template",
            email_to=False,
            body='<p><span title="{{ object.name }}">x</span></p>',
        )
        if "{{ object.name }}" not in template.sudo().body_html:
            return
        enemy = self.env["res.partner"].create({"name": '" onclick="alert(1)'})
        draft = self.write_letter(self.account, contact_id=enemy.id)
        draft.action_apply_template(template.id)
        self.assertNotIn('onclick="', draft.sudo().body_html)

    def test_linked_card_that_one_may_not_read(self):
        card = self.env["res.partner"].create({"name": "Secret", "email": "anna@example.com"})
        self.hide_card(card)
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Dear {{ object.name }}</p>"
        )
        draft = self.write_letter(self.account, email_to=False)
        draft.action_apply_template(template.id)
        self.env.flush_all()
        self.env.invalidate_all()
        draft.email_to = "anna@example.com"  # saved by itself: that cannot fail
        try:
            draft.send_letters()
        except UserError as error:
            self.assertNotIsInstance(error, AccessError)
        self.assertNotIn("Secret", draft.body_text or "")

    def test_garbage_collection_looks_at_more_than_the_latest(self):
        blank = self.compose()
        others = [self.compose() for _one in range(3)]
        for other in others:
            other.subject = "written"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE iris_email SET write_date = '2026-01-01' WHERE id = ANY(%s)",
            [[blank.id, *(one.id for one in others)]],
        )
        self.env.invalidate_all()
        letters = self.env["iris.email"]
        original = type(letters).search

        def search(model, domain, offset=0, limit=None, order=None):
            return original(model, domain, offset, 3 if limit == 1000 else limit, order)

        with patch.object(type(letters), "search", search):
            for _day in range(5):
                letters._gc_blank_drafts()
        self.assertFalse(blank.exists())


@tagged("post_install", "-at_install")
class TestFilesOfDrafts(AttackCase):
    def test_bytes_of_a_letter_are_not_given_by_a_file(self):
        draft = self.write_letter(self.account)
        raw = base64.b64encode(FORGED).decode()
        values = {"name": "original.eml", "datas": raw, "res_field": "source"}
        for forge in (
            lambda: draft.write({"attachment_ids": [Command.create(values)]}),
            lambda: draft.env["ir.attachment"].create(
                {**values, "res_model": "iris.email", "res_id": draft.id}
            ),
            lambda: (
                draft.env["ir.attachment"]
                .with_context(default_res_field="source")
                .create({"name": "x", "datas": raw, "res_model": "iris.email", "res_id": draft.id})
            ),
            lambda: self.attach(draft, raw=FORGED).write({"res_field": "source"}),
            lambda: (
                draft.env["ir.attachment"]
                .create({"name": "x", "datas": raw})
                .write({"res_model": "iris.email", "res_id": draft.id, "res_field": "source"})
            ),
        ):
            with suppress(AccessError, ValueError, UserError), self.env.cr.savepoint():
                forge()
        self.assertFalse(draft.sudo()._get_sources())

    def test_picture_that_is_saved_twice(self):
        """A draft is saved by itself, again and again, while the editor shows what was pasted."""
        url = "data:image/png;base64," + base64.b64encode(PNG).decode()
        draft = self.write_letter(self.account)
        for number in range(3):
            draft.body = f'<p>{number} <img src="{url}"></p>'
        self.assertEqual(len(draft.sudo()._get_pictures()), 1)

    def test_picture_of_another_letter_that_is_saved_twice(self):
        other = self.write_letter(self.account)
        file = self.attach(other, "a.png", PNG, mimetype="image/png")
        draft = self.write_letter(self.account)
        for number in range(3):
            draft.body = f'<p>{number} <img src="/web/image/{file.id}"></p>'
        self.assertEqual(len(draft.sudo()._get_pictures()), 1)

    def test_placeholder_in_the_quote_of_a_stranger(self):
        letter = self.receive(make_letter("S", text="Your number of me: {{ object.ref }}"))
        contact = self.env["res.partner"].create({"name": "Anna", "ref": "BAD-PAYER"})
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Ref: {{ object.ref }}</p>"
        )
        draft = self.draft_of(letter.action_reply())
        draft.action_apply_template(template.id)
        draft.contact_id = contact
        self.assertEqual(draft.body_text.count("BAD-PAYER"), 1)

    def test_forward_with_sizes_instead_of_contents(self):
        """The web client asks for sizes of files instead of contents (bin_size)."""
        letter = self.receive(make_letter("S", files=[("a.bin", b"content")]))
        draft = self.draft_of(letter.with_context(bin_size=True).action_forward())
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(draft.attachment_ids.raw, b"content")

    def test_file_that_is_a_link(self):
        draft = self.write_letter(self.account)
        self.attach(draft, "price.pdf", raw=False, type="url", url="https://example.com/price.pdf")
        try:
            self.send_now(draft)
        except UserError:
            return
        (file,) = read(self.server.deliveries[0]).iter_attachments()
        self.assertTrue(file.get_content(), "an empty file is sent")

    def test_template_that_is_shared_for_reading_only(self):
        template = self.write_letter(
            self.account, type="template", email_to=False, body="<p>Shared</p>"
        )
        template._set_access(
            [{"user_id": self.colleague.id, "perm_read": True}, {"user_id": self.user.id, **ALL}]
        )
        mine = self.make_sender(self.server, "c@example.org")
        mine.incoming_right_ids.filtered(lambda row: row.user_id == self.colleague).may_send = True
        draft = self.write_letter(mine, self.colleague)
        draft.action_apply_template(template.id)
        self.assertIn("Shared", draft.body_text)
        with self.assertRaises(AccessError):
            template.with_user(self.colleague).write({"subject": "x"})

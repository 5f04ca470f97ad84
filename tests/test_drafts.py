import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from .sending import SendingCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestDrafts(SendingCase):
    """Letters that are being written."""

    def setUp(self):
        super().setUp()
        self.account = self.make_sender()

    def compose(self, values=None, user=None):
        letters = self.env["iris.email"].with_user(user or self.user)
        return letters.browse(letters.action_compose(values)["res_id"])

    def test_new_letter(self):
        letter = self.compose()
        self.assertEqual(letter.type, "draft")
        self.assertEqual(letter.account_id.id, self.account.id)
        self.assertEqual(letter.responsible_id, self.user)
        self.assertEqual(letter.email_from, "Ivan Petrov <ivan@example.org>")

    def test_new_letter_in_the_outbox(self):
        letter = self.compose({"type": "outbox", "email_to": "a@example.com", "subject": "S"})
        self.assertEqual((letter.type, letter.state), ("outbox", False))
        self.assertEqual((letter.email_to, letter.subject), ("a@example.com", "S"))
        letter.body = "<p>Text</p>"
        letter.send_letters()
        self.assertEqual(letter.state, "queued")

    def test_values_that_are_nobodys_business(self):
        letter = self.compose({"state": "queued", "message_id": "<forged@x>", "type": "draft"})
        self.assertFalse(letter.state)
        self.assertFalse(letter.message_id)
        with self.assertRaises(AccessError):
            self.compose({"type": "sent"})

    def test_user_who_may_not_send(self):
        with self.assertRaisesRegex(UserError, "may not send from any mailbox"):
            self.compose(user=self.stranger)

    def test_first_account_where_none_is_the_default(self):
        self.account.incoming_right_ids.default_sender = False
        self.assertEqual(self.compose().account_id.id, self.account.id)

    def test_from_follows_the_account(self):
        other = self.make_sender(address="sales@example.org", sender_name="Продажи")
        letter = self.compose()
        letter.account_id = other
        self.assertEqual(letter.email_from, "Продажи <sales@example.org>")

    def test_nobody_writes_in_another_name(self):
        letter = self.compose()
        for values in (
            {"email_from": "boss@example.org"},
            {"body_html": "<p>x</p>"},
            {"state": "queued"},
            {"send_at": "2030-01-01 00:00:00"},
            {"sent_by_id": self.colleague.id},
            {"message_id": "<forged@example.org>"},
            {"in_reply_to": "<forged@example.org>"},
            {"parent_id": letter.id},
            {"recipient_ids": [(0, 0, {"email": "x@example.com"})]},
            {"type": "sent"},
            {"type": "inbox"},
            {"template_id": letter.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                letter.write(values)
                letter.flush_recordset()
        with self.assertRaises(AccessError):
            letter.account_id = self.make_account(self.serve(), "boss@example.org")

    def test_draft_that_was_written_on_is_the_latest(self):
        letter = self.compose()
        letter.sudo().date = "2026-03-02 10:00:00"
        letter.subject = "Changed"
        self.assertGreater(letter.date, Datetime.to_datetime("2026-03-03"))

    # ---- the text ----

    def test_text_preview_and_text_alternative(self):
        letter = self.compose()
        letter.body = "<p>Good <b>morning</b>,</p><p>Anna</p>"
        self.assertEqual(letter.preview, "Good morning, Anna")
        self.assertIn("Good morning", letter.body_text)
        self.assertIn("<b>morning</b>", letter.body)

    def test_plain_text_by_rpc(self):
        letter = (
            self.env["iris.email"]
            .with_user(self.user)
            .create({"subject": "S", "body_text": "1 < 2\nNext line"})
        )
        self.assertIn("1 &lt; 2", letter.body)
        self.assertEqual(letter.preview, "1 < 2 Next line")

    def test_received_letters_have_no_text_for_the_editor(self):
        self.account.write({"incoming_host": "127.0.0.1"})
        letter = self.env["iris.email"].create(
            {"type": "inbox", "account_id": self.account.id, "body_html": "<script>1</script>"}
        )
        self.assertFalse(letter.body)

    def test_dangerous_html_by_rpc(self):
        letter = self.compose()
        letter.body = (
            '<p onclick="x()" style="position:fixed">Text</p><script>x()</script>'
            '<iframe src="https://evil.example"></iframe><a href="javascript:x()">l</a>'
        )
        for body in (letter.body, letter.sudo().body_html):
            for part in ("onclick", "fixed", "script", "iframe"):
                self.assertNotIn(part, body)

    def test_pasted_picture_becomes_a_file_within_the_text(self):
        letter = self.compose()
        url = "data:image/png;base64," + base64.b64encode(PNG).decode()
        letter.body = f'<p>See <img src="{url}"></p>'
        self.assertRegex(letter.sudo().body_html, r'src="cid:\w+@iris"')
        picture = letter._get_pictures()
        self.assertEqual(picture.raw, PNG)
        self.assertIn(f'src="/web/image/{picture.id}"', letter.body)
        self.assertFalse(letter.attachment_ids)
        self.assertFalse(letter.has_attachments)
        letter.body = letter.body  # saved again
        self.assertEqual(letter._get_pictures(), picture)

    def test_picture_that_the_editor_uploaded(self):
        letter = self.compose()
        file = self.attach(letter, "photo.png", PNG)
        self.assertTrue(letter.has_attachments)
        letter.body = f'<p><img src="/web/image/{file.id}-1234/photo.png?access_token=x"></p>'
        self.assertTrue(file.iris_inline)
        self.assertIn(f"cid:{file.iris_content_id}", letter.sudo().body_html)
        self.assertFalse(letter.has_attachments)

    def test_picture_of_another_record(self):
        shown = (
            self.env["ir.attachment"].with_user(self.user).create({"name": "own.png", "raw": PNG})
        )
        letter = self.compose()
        letter.body = f'<p><img src="/web/image/{shown.id}"></p>'
        picture = letter._get_pictures()
        self.assertNotEqual(picture, shown)
        self.assertEqual(picture.raw, PNG)

    @mute_logger("odoo.models")
    def test_picture_that_the_user_may_not_see_is_left_out(self):
        other = self.make_account(self.serve(), "boss@example.org", readers=self.stranger)
        theirs = self.env["iris.email"].create({"type": "inbox", "account_id": other.id})
        secret = self.env["ir.attachment"].create(
            {"res_model": "iris.email", "res_id": theirs.id, "name": "s.png", "raw": PNG}
        )
        letter = self.compose()
        letter.body = f'<p>Look <img src="/web/image/{secret.id}"></p>'
        self.assertFalse(letter._get_pictures())
        self.assertNotIn("<img", letter.sudo().body_html)

    def test_file_that_is_no_picture_is_not_shown_as_one(self):
        letter = self.compose()
        file = self.attach(letter, "page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        letter.body = f'<p><img src="/web/image/{file.id}"></p>'
        self.assertFalse(letter._get_pictures())

    # ---- letters that nobody wrote ----

    def test_blank_letter_is_thrown_away(self):
        letter = self.compose()
        self.assertEqual(letter.discard_blank(), letter.ids)
        self.assertFalse(letter.exists())

    def test_letter_in_which_something_was_written_is_kept(self):
        for values in (
            {"subject": "S"},
            {"email_to": "a@example.com"},
            {"body": "<p>Text</p>"},
            {"email_bcc": "a@example.com"},
        ):
            with self.subTest(values):
                letter = self.compose()
                letter.write(values)
                self.assertEqual(letter.discard_blank(), [])
                self.assertTrue(letter.exists())

    def test_letter_with_a_file_is_kept(self):
        letter = self.compose()
        self.attach(letter)
        self.assertEqual(letter.discard_blank(), [])

    def test_letter_that_was_not_begun_by_the_button_is_kept(self):
        letter = self.env["iris.email"].with_user(self.user).create({})
        self.assertEqual(letter.discard_blank(), [])

    def test_blank_letters_of_others_stay(self):
        letter = self.compose()
        with self.assertRaises(AccessError):
            letter.with_user(self.stranger).discard_blank()
        self.assertTrue(letter.exists())

    def test_forgotten_blank_letters_are_thrown_away_after_a_day(self):
        old, fresh, written = self.compose(), self.compose(), self.compose()
        written.subject = "S"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE iris_email SET write_date = now() AT TIME ZONE 'utc' - interval '2 days'"
            " WHERE id IN %s",
            [(old.id, written.id)],
        )
        self.env.invalidate_all()
        self.env["iris.email"]._gc_blank_drafts()
        self.assertFalse(old.exists())
        self.assertTrue(fresh.exists() and written.exists())

    def test_doubts(self):
        letter = self.compose()
        letter.email_to = "a@example.com"
        self.assertEqual(letter.get_send_doubts(), ["subject", "text"])
        letter.write({"subject": "S", "body": "<p>Text</p>"})
        self.assertEqual(letter.get_send_doubts(), [])

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import iris_email_account_checking
from .common import WRONG_PASSWORD, MailCase, make_letter

IMAGE = (
    b"Subject: Picture\r\nFrom: anna@example.com\r\nMessage-ID: <picture@example.com>\r\n"
    b"Content-Type: multipart/related; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>first line<img src='cid:logo'></p>\r\n"
    b"--b\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\n\r\n"
    + b"not really an image\r\n" * 60_000
    + b"--b\r\nContent-Type: text/plain; name=end.txt\r\n\r\nthe end\r\n--b--\r\n"
)


@tagged("post_install", "-at_install")
class TestLargeLetters(MailCase):
    """Of a letter that is too large the beginning is loaded, the rest on demand."""

    def setUp(self):
        super().setUp()
        self.server = self.serve([IMAGE, make_letter("Small")])
        self.account = self.make_account(self.server, max_size_mb=1)
        self.check(self.account)
        self.letter = self.letters(self.account).filtered("is_partial")

    def load_whole(self, user=None):
        return self.call(self.letter, "action_load_whole", user)

    def test_beginning(self):
        self.assertEqual(self.letter.subject, "Picture")
        self.assertIn("first line", self.letter.body_text)
        self.assertEqual(self.letter.size, len(IMAGE))
        self.assertNotIn(b"RETR 1", self.server.commands)
        self.assertIn(b"TOP 1 60", self.server.commands)
        receipt = self.receipts(self.account).filtered(lambda row: row.uidl == "uid1")
        self.assertEqual((receipt.state, receipt.letter_id), ("oversize", self.letter))
        self.assertEqual(self.check(self.account).processed, 0)

    def test_rest_on_demand(self):
        """By whoever may read the letter; what was shown of it is not doubled."""
        self.load_whole()
        self.assertFalse(self.letter.is_partial)
        self.assertStored(self.account, self.server.letters.values())
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "iris.email"), ("res_id", "=", self.letter.id)]
        )
        self.assertEqual(len(files), 2, files.mapped("name"))
        self.assertEqual(files.filtered("iris_inline").iris_content_id, "logo")
        self.assertEqual(self.letter.attachment_ids.mapped("name"), ["end.txt"])
        self.assertEqual(self.check(self.account).processed, 0)
        self.assertEqual(len(self.letters(self.account)), 2)

    def test_corrections_stay(self):
        partner = self.env["res.partner"].create({"name": "Anna"})
        self.letter.with_user(self.user).contact_id = partner
        self.load_whole()
        self.assertEqual((self.letter.contact_id, self.letter.linked_by_hand), (partner, True))

    def test_conversation_stays(self):
        """It may have been found by letters of which this one does not know."""
        self.letter.conversation = "a conversation"
        self.load_whole()
        self.assertEqual(self.letter.conversation, "a conversation")

    def test_marks_stay(self):
        self.letter.with_user(self.user).mark_read()
        self.load_whole()
        self.assertFalse(self.letter.with_user(self.user).is_unread)

    def test_without_rights(self):
        with self.assertRaises(AccessError):
            self.load_whole(self.stranger)
        self.assertTrue(self.letter.is_partial)

    def test_gone_from_the_server(self):
        del self.server.letters[1]
        with self.assertRaisesRegex(UserError, "“Picture” is not on the server any more"):
            self.load_whole()
        self.assertTrue(self.letter.is_partial)

    def test_somebody_else_has_loaded_it(self):
        self.load_whole()
        self.server.letters.clear()
        self.load_whole(self.user)
        self.assertFalse(self.letter.is_partial)

    def test_somebody_else_is_writing_it(self):
        letters = type(self.letter)
        with patch.object(
            letters, "try_lock_for_update", lambda letter, **_options: letter.browse()
        ):
            self.load_whole()
        self.assertTrue(self.letter.is_partial)
        self.assertEqual(len(self.receipts(self.account).letter_id), 2)

    def test_server_that_never_ends(self):
        with patch.object(iris_email_account_checking, "WHOLE_BYTES", 1000):
            with self.assertRaisesRegex(UserError, "far larger"):
                self.load_whole()
        self.assertTrue(self.letter.is_partial)

    def test_server_fails(self):
        self.server.replies.update(WRONG_PASSWORD)
        with self.assertRaisesRegex(UserError, "does not accept login and password"):
            self.load_whole()
        self.server.replies.pop("PASS")
        self.server.replies["RETR 1"] = [b"-ERR not now\r\n"]
        with self.assertRaisesRegex(UserError, "refused the request.*not now"):
            self.load_whole()
        self.assertTrue(self.letter.is_partial)
        self.server.replies.pop("RETR 1")
        self.load_whole()
        self.assertFalse(self.letter.is_partial)

    def test_limit_is_raised(self):
        """Letters that came before are not loaded again by themselves."""
        self.account.max_size_mb = 25
        self.assertEqual(self.check(self.account).processed, 0)
        self.server.letters[3] = IMAGE.replace(b"picture@", b"other@")
        self.check(self.account)
        self.assertEqual(self.letters(self.account).mapped("is_partial").count(True), 1)

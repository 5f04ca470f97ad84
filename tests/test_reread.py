"""Letters that say a wrong charset, read anew as somebody says."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MailCase
from .test_reader import ReaderCase

# Short words in a rare charset under the label of another: nothing to be guessed right.
TEXT = "Мир"


def make_mislabelled(text=TEXT, label=b"iso-8859-2", file_name="Мир.txt"):
    return b"\r\n".join(
        [
            b"From: " + text.encode("cp866") + b" <anna@example.com>",
            b"Subject: " + text.encode("cp866"),
            b"Message-ID: <mislabelled@example.com>",
            b"Content-Type: multipart/mixed; boundary=b",
            b"",
            b"--b",
            b"Content-Type: text/plain; charset=" + label,
            b"",
            text.encode("cp866"),
            b"--b",
            b'Content-Disposition: attachment; filename="' + file_name.encode("cp866") + b'"',
            b"",
            b"file",
            b"--b--",
            b"",
        ]
    )


@tagged("post_install", "-at_install")
class TestReread(ReaderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.raw = make_mislabelled()
        cls.letter = cls.receive_raw(cls.raw)

    def test_all_follows(self):
        letter = self.letter
        first = letter.read(["subject", "body_text", "email_from", "preview", "header_lines"])[0]
        self.assertNotEqual(first["body_text"], TEXT)
        self.assertTrue(letter.reread_as("ibm866"))
        self.assertEqual((letter.subject, letter.preview), (TEXT, TEXT))
        self.assertEqual(letter.body_text.strip(), TEXT)
        self.assertEqual(letter.email_from, f"{TEXT} <anna@example.com>")
        self.assertEqual(letter.attachment_ids.name, "Мир.txt")
        self.assertIn(f"Subject: {TEXT}", letter.header_lines)
        [read] = letter.get_reader()
        self.assertEqual(read["charset"], "ibm866")
        self.assertEqual(letter.search([("body_text", "ilike", TEXT)]), letter)
        self.assertEqual(letter._get_original(), self.raw)
        letter.reread_as(False)
        self.assertEqual(letter.read(list(first))[0], first)
        self.assertFalse(letter.charset)

    def test_links_stay(self):
        anna, other = self.env["res.partner"].create(
            [{"name": "Anna", "email": "anna@example.com"}, {"name": "Other"}]
        )
        self.assertEqual(self.letter.contact_id, anna)
        self.env["res.partner"].create({"name": "Twin", "email": "anna@example.com"})
        self.letter.reread_as("ibm866")
        self.assertEqual(self.letter.contact_id, anna)
        self.assertFalse(self.letter.linked_by_hand)
        self.letter.contact_id = other
        self.letter.reread_as("koi8-r")
        self.assertEqual((self.letter.contact_id, self.letter.linked_by_hand), (other, True))

    def test_right_to_edit(self):
        for user in (self.colleague, self.stranger, self.manager):
            with self.assertRaises(AccessError):
                self.letter.with_user(user).reread_as("ibm866")
        with self.assertRaises(AccessError):
            self.letter.charset = "ibm866"
        self.assertFalse(self.letter.charset)

    def test_no_such_charset(self):
        unlisted = ("utf-7", "utf-16", "cp037", "koi8-r" + " " * 10_000_000)
        for wrong in ("nonsense", "zlib", "us-ascii", "../x", ["koi8-r"], 1, *unlisted):
            with self.assertRaisesRegex(UserError, "There is no charset") as caught:
                self.letter.reread_as(wrong)
            self.assertLess(len(str(caught.exception)), 200)

    def test_only_what_came_in(self):
        draft = self.env["iris.email"].with_user(self.user).create({})
        with self.assertRaisesRegex(UserError, "came in"):
            draft.reread_as("koi8-r")

    def test_list_of_charsets(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        letters = self.env["iris.email"].with_user(self.user)
        for code, label in letters.get_charsets():
            self.assertTrue(label)
            self.letter.reread_as(code)
        russian = dict(letters.with_context(lang="ru_RU").get_charsets())
        self.assertEqual(russian["windows-1251"], "Кириллица (Windows)")


@tagged("post_install", "-at_install")
class TestRereadOfPart(MailCase):
    def test_choice_stays_when_the_rest_is_loaded(self):
        raw = make_mislabelled().replace(b"\r\nfile\r\n", b"\r\n" + b"file\r\n" * 300_000)
        account = self.make_account(self.serve([raw]), max_size_mb=1)
        account.incoming_right_ids = [
            Command.update(account.incoming_right_ids.id, {"perm_edit": True})
        ]
        self.check(account)
        letter = self.letters(account).with_user(self.user)
        self.assertTrue(letter.is_partial)
        letter.reread_as("ibm866")
        self.assertEqual(letter.subject, TEXT)
        self.call(letter, "action_load_whole")
        self.env.invalidate_all()
        self.assertFalse(letter.is_partial)
        self.assertEqual((letter.subject, letter.charset), (TEXT, "ibm866"))
        self.assertEqual(letter.attachment_ids.name, "Мир.txt")

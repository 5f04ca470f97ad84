"""The pages of a letter as the reader of the web client asks for them."""

import io
import zipfile
from pathlib import Path

from odoo.tests import tagged

from ..controllers import letter as letter_controller
from ..models.iris_email_outgoing import read_alone
from .test_letter_page import GIF, NOBODY, LetterPageCase

VARIANTS = ("?dark=1", "?view=text", "?print=1", "?images=1&dark=1&view=html&print=1")


@tagged("post_install", "-at_install")
class TestReaderPages(LetterPageCase):
    def test_only_readers_see_anything(self):
        letter = self.make_stored(body_html="<p>Good morning</p>")
        for query in VARIANTS:
            with self.subTest(query):
                self.assertIn("Good morning", self.open(letter, query=query).text)
                forbidden = self.open(letter, query=query, user=self.stranger)
                missing = self.open(NOBODY, query=query, user=self.stranger)
                self.assertEqual((forbidden.status_code, missing.status_code), (404, 404))
                self.assertNotIn("Prices", forbidden.text)

    def test_plain_text(self):
        letter = self.make_stored(
            body_html='<b>bold</b><img src="http://t.example/a">', body_text="plain <b>"
        )
        page = self.open(letter, query="?view=text").text
        self.assertIn('<div class="iris-plain">plain &lt;b&gt;</div>', page)
        self.assertIn('data-blocked-images="0"', page)
        self.assertNotIn("bold", page)

    def test_dark(self):
        plain = self.make_stored(body_html="<p>x</p>")
        coloured = self.make_stored(body_html='<p style="color: black">x</p>')
        self.assertIn("color-scheme: dark", self.open(plain, query="?dark=1").text)
        self.assertIn("invert(", self.open(coloured, query="?dark=1").text)
        for letter in (plain, coloured):
            for query in ("", "?dark=0", "?dark=1&print=1"):
                page = self.open(letter, query=query).text
                self.assertNotIn("invert(", page)
                self.assertNotIn("color-scheme: dark", page)

    def test_print(self):
        letter = self.make_stored(
            subject="<Prices>",
            email_from="Anna <anna@example.com>",
            email_to="ivan@example.org",
            date="2026-03-02 22:15:00",
            body_html='<img src="http://t.example/a">',
        )
        self.user.write({"tz": "Europe/Moscow"})
        page = self.open(letter, query="?print=1").text
        self.assertIn("<td>Anna &lt;anna@example.com&gt;</td>", page)
        self.assertIn("<td>&lt;Prices&gt;</td>", page)
        self.assertIn("<td>March 3, 2026 at 1:15", page)
        self.assertNotIn("Cc", page)
        self.assertIn('data-blocked-images="1"', page)
        self.assertIn("t.example/a", self.open(letter, query="?print=1&images=1").text)
        self.assertNotIn("iris-heading", self.open(letter).text)

    def test_only_the_page_to_print_may_open_a_dialog(self):
        letter = self.make_stored()
        for query in ("", "?dark=1", "?view=text", "?print=0", "?print=2", "?images=1"):
            policy = self.open(letter, query=query).headers["Content-Security-Policy"]
            self.assertNotIn("allow-modals", policy)
        policy = self.open(letter, query="?print=1").headers["Content-Security-Policy"]
        self.assertIn("allow-popups-to-escape-sandbox allow-modals", policy)
        self.assertNotIn("allow-scripts", policy)

    def test_large_file_hides_no_picture(self):
        """Neither a file beside the text nor a picture that is too large costs the others."""
        self.patch(letter_controller, "LARGEST_INLINE_IMAGES", 2 * len(GIF))
        letter = self.make_stored(
            body_html='<img src="cid:large"><img src="cid:a"><img src="CID:b">'
        )
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "res_model": "iris.email",
                    "res_id": letter.id,
                    "raw": GIF + more,
                    "mimetype": "image/gif",
                    "iris_content_id": name,
                    "iris_inline": name != "file",
                }
                for name, more in (("file", b""), ("large", bytes(999)), ("a", b""), ("b", b""))
            ]
        )
        page = self.open(letter).text
        self.assertEqual(page.count('<img src="data:image/gif;base64,'), 2)
        self.assertEqual(page.count("<img>"), 1)

    def test_quote_is_folded(self):
        letter = self.make_stored(body_text="New\n> old")
        fold = '<details class="iris-quote"><summary>Show quoted text</summary>'
        self.assertIn(f"New{fold}<blockquote>old</blockquote></details>", self.open(letter).text)
        self.assertNotIn("<details", self.open(letter, query="?print=1").text)
        self.env["res.lang"]._activate_lang("ru_RU")
        self.user.lang = "ru_RU"
        self.assertIn("<summary>Показать цитату</summary>", self.open(letter).text)


@tagged("post_install", "-at_install")
class TestFilesAsArchive(LetterPageCase):
    def make_with_files(self, *names, **values):
        letter = self.make_stored(has_attachments=True)
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "res_model": "iris.email",
                    "res_id": letter.id,
                    "raw": name.encode(),
                    **values,
                }
                for name in names
            ]
        )
        return letter

    def test_all_files(self):
        letter = self.make_with_files("Счёт.pdf", "a.txt", "A.txt", "../../b.txt")
        self.env["ir.attachment"].create(
            {
                "name": "logo.png",
                "res_model": "iris.email",
                "res_id": letter.id,
                "raw": b"x",
                "iris_inline": True,
            }
        )
        answer = self.open(letter, "files.zip")
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertEqual(answer.headers["Cache-Control"], "private, no-store")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(int(answer.headers["Content-Length"]), len(answer.content))
        self.assertIn("Prices.zip", answer.headers["Content-Disposition"])
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            self.assertEqual(archive.namelist(), ["Счёт.pdf", "a.txt", "A (2).txt", "b.txt"])
            self.assertEqual(archive.read("Счёт.pdf").decode(), "Счёт.pdf")

    def test_files_in_the_database(self):
        """One is in memory at a time."""
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        letter = self.make_with_files("a.txt", "b.txt")
        with zipfile.ZipFile(io.BytesIO(self.open(letter, "files.zip").content)) as archive:
            self.assertEqual(archive.read("b.txt"), b"b.txt")
        self.env.invalidate_all()
        files = self.env["ir.attachment"].browse(sorted(letter.attachment_ids.ids))
        self.assertEqual(read_alone(files[0]), b"a.txt")
        for name in ("raw", "db_datas"):
            self.assertFalse(files._fields[name]._get_cache(self.env), name)

    def test_lost_file_and_link(self):
        letter = self.make_with_files("a lost file.txt", "b.txt")
        lost = letter.attachment_ids.filtered(lambda file: file.name == "a lost file.txt")
        Path(lost._full_path(lost.store_fname)).unlink()
        link = {"type": "url", "url": "https://example.com", "raw": False}
        self.env["ir.attachment"].create(
            {"name": "link", "res_model": "iris.email", "res_id": letter.id, **link}
        )
        with self.assertLogs("odoo.addons.iris_email", "ERROR") as log:
            answer = self.open(letter, "files.zip")
        self.assertIn(f"File {lost.id} ", log.output[0])
        self.assertNotIn("a lost file", log.output[0])
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            self.assertEqual(archive.namelist(), ["a lost file.txt", "b.txt"])
            self.assertEqual(archive.read("a lost file.txt"), b"")
            self.assertEqual(archive.read("b.txt"), b"b.txt")

    def test_only_for_readers(self):
        letter = self.make_with_files("a.txt")
        for user in (self.stranger, self.manager):
            forbidden = self.open(letter, "files.zip", user=user)
            missing = self.open(NOBODY, "files.zip", user=user)
            self.assertEqual((forbidden.status_code, missing.status_code), (404, 404))
        self.authenticate(None, None)
        answer = self.url_open(f"/iris_email/letter/{letter.id}/files.zip", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)

    def test_letter_without_files(self):
        self.assertEqual(self.open(self.make_stored(), "files.zip").status_code, 404)

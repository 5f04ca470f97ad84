from odoo.fields import Command
from odoo.tests import tagged

from .common import MailCase, make_letter


@tagged("post_install", "-at_install")
class TestLetters(MailCase):
    """Letters as the list and the card show them."""

    def receive(self, *raw):
        account = self.make_account(self.serve(raw))
        self.check(account)
        return self.letters(account).with_user(self.user)

    def test_newest_first(self):
        account = self.make_account(self.serve())
        letters = self.env["iris.email"].create(
            [
                {"type": "inbox", "account_id": account.id, "subject": day, "date": day}
                for day in ("2026-03-02", "2026-03-04", "2026-03-03")
            ]
        )
        found = self.env["iris.email"].with_user(self.user).search([("id", "in", letters.ids)])
        self.assertEqual(found.mapped("subject"), ["2026-03-04", "2026-03-03", "2026-03-02"])

    def test_search_finds_subject_addresses_and_text(self):
        letter = self.receive(
            make_letter("Договор", sender="Анна <anna@bromo.example>", text="Печать в приёмной\n"),
            make_letter("Other", sender="x@example.net"),
        ).filtered(lambda one: one.subject == "Договор")
        view = self.env["iris.email"].get_view(view_type="search")
        self.assertIn("body_text", view["arch"])
        for word in ("договор", "анна", "bromo", "ПРИЁМНОЙ"):
            with self.subTest(word):
                found = letter.search(
                    [
                        "|",
                        "|",
                        ("subject", "ilike", word),
                        ("email_from", "ilike", word),
                        ("body_text", "ilike", word),
                    ]
                )
                self.assertEqual(found, letter)

    def test_letter_without_a_subject_has_a_name(self):
        letter = self.receive(b"From: a@example.com\r\n\r\nHello\r\n")
        self.assertFalse(letter.subject)
        self.assertEqual(letter.display_name, "(no subject)")

    def test_preview_of_an_html_letter_is_its_text(self):
        letter = self.receive(make_letter("H", text="", html="<p>Good <b>day</b>, Ivan</p>"))
        self.assertIn("Good day, Ivan", letter.preview)

    def test_people_are_shown_by_their_names(self):
        letter = self.receive(
            make_letter(
                "P", sender="Анна Орлова <anna@example.com>", to="B <b@example.com>, c@example.com"
            )
        )
        self.assertEqual(letter.sender_name, "Анна Орлова")
        self.assertEqual(letter.recipient_names, "B, c@example.com")

    def test_headers_are_shown_also_where_the_client_asks_for_sizes(self):
        letter = self.receive(make_letter("Headers"))
        self.assertIn("Subject: Headers", letter.header_lines)
        letter.invalidate_recordset()
        self.assertIn("Subject: Headers", letter.with_context(bin_size=True).header_lines)

    def test_mailbox_filter_finds_letters_that_two_mailboxes_received(self):
        letter = self.receive(make_letter("Shared"))
        other = self.make_account(self.serve(), "boss@example.org")
        letter.sudo().other_account_ids = [Command.link(other.id)]
        for account in (letter.sudo().account_id, other):
            self.assertEqual(letter.search([("mailbox_id", "=", account.id)]), letter)
        third = self.make_account(self.serve(), "third@example.org")
        self.assertFalse(letter.search([("mailbox_id", "=", third.id)]))
        self.assertIn(letter, letter.search([("mailbox_id", "!=", third.id)]))

    def test_search_panel_offers_only_my_mailboxes(self):
        letter = self.receive(make_letter("Mine"))
        foreign = self.make_account(self.serve(), "boss@example.org", readers=self.stranger)
        values = letter.search_panel_select_range("mailbox_id", expand=True)["values"]
        names = [value["display_name"] for value in values]
        self.assertIn(letter.sudo().account_id.address, names)
        self.assertNotIn(foreign.address, names)

    def test_original_is_kept_byte_by_byte(self):
        raw = make_letter("Original", files=[("a.bin", bytes(range(256)))])
        letter = self.receive(raw)
        self.assertEqual(letter._get_source_attachment().raw, raw)
        self.assertEqual(letter.attachment_ids.raw, bytes(range(256)))

    def test_files_cannot_run_as_pages_of_this_server(self):
        letter = self.receive(make_letter("Trap", files=[("page.html", b"<script>1</script>")]))
        self.assertNotIn("html", letter.attachment_ids.mimetype)

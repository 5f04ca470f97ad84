from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import iris_email_full_text, iris_email_full_text_search
from ..models.search_term import parse_term
from .common import MailCase, make_letter

# Whatever somebody may type.
ODD_TERMS = (
    "", " ", "'", "''", '"', '"a', "\\", "&", "|", "!", ":*", "a:*", "a & b | !c", "<->", "a <-> b",
    "(", ")", "%", "_", "%s", "\0", "a\0b", "—", "№", "!!! ???", "привет\\", "'договор':*ABCD",
    "x" * 10_000, "слово " * 2_000, "'" * 10_000, "🙂", "a@", "@", "-1", "1e400", "http://", "<b>",
    "и", "the", "ё" * 3_000,
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestFullText(MailCase):
    """One search term over subject, people and text, before and after letters are indexed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.words = cls.env["iris.email.full.text"]
        cls.words._index_pending(100_000)
        cls.account = cls.env["iris.email.account"].create(
            {"address": "ivan@example.org", "incoming_host": "mail.example.org"}
        )
        cls.contract = cls.make(
            subject="Договор поставки № 17",
            email_from="Анна Орлова <anna.orlova@bromo.example>",
            email_to="Sales <sales@shop.example>",
            body_text="Прошу согласовать изменения в договорах к пятнице. Отчёт приложен.",
        )
        cls.invoice = cls.make(
            subject="Order INV-2041/b",
            email_from="p7@company5.example",
            email_cc="chief@holding.example",
            body_text="Please find the invoices of our organization attached.\nGood day",
        )
        cls.both = cls.contract | cls.invoice

    @classmethod
    def make(cls, **values):
        return cls.env["iris.email"].create(
            {"type": "inbox", "account_id": cls.account.id, **values}
        )

    def find(self, term, operator="ilike", user=None):
        domain = Domain("full_text", operator, term) & Domain("id", "in", self.both.ids)
        letters = self.env["iris.email"].with_user(user or self.env.user)
        found = letters.search(domain)
        self.assertEqual(letters.search_count(domain, limit=10_001), len(found))
        return found

    def assertFinds(self, term, letters):
        """Assert what a term finds while letters wait for the index, and in it, in each way."""
        with self.subTest(term, state="not yet indexed"):
            self.words._queue(self.both)
            self.assertEqual(self.find(term), letters)
        self.words._index_pending(100)
        for few in (0, 1_000_000):
            with self.subTest(term, few=few):
                self.patch(iris_email_full_text_search, "FEW_LETTERS", few)
                self.assertEqual(self.find(term), letters)

    def test_words(self):
        for term in ("поставки", "ПОСТАВКИ", "согласовать", "17", "отчет", "отчёт", "к пятнице"):
            self.assertFinds(term, self.contract)
        for term in ("order", "Please", "good DAY", "day good"):
            self.assertFinds(term, self.invoice)
        self.assertFinds("договор invoice", self.env["iris.email"])

    def test_beginnings_of_words(self):
        for term in ("догов", "Согласов", "пятни"):
            self.assertFinds(term, self.contract)
        for term in ("invo", "organizat", "attach"):
            self.assertFinds(term, self.invoice)
        for term in ("оговор", "nvoice", "or"):
            self.assertFinds(term, self.env["iris.email"])

    def test_other_forms_of_words(self):
        for term in ("договорами", "изменение", "поставка", "пятницу"):
            self.assertFinds(term, self.contract)
        for term in ("invoicing", "finding", "organizations", "orders"):
            self.assertFinds(term, self.invoice)

    def test_addresses_whole_and_in_part(self):
        for term in ("anna.orlova@bromo.example", "anna.orlova", "orlova", "bromo", "Орлова"):
            self.assertFinds(term, self.contract)
        for term in ("p7@company5.example", "company5", "company5.example", "holding.example"):
            self.assertFinds(term, self.invoice)
        self.assertFinds("sales@bromo.example", self.env["iris.email"])

    def test_numbers(self):
        for term in ("INV-2041", "inv-2041", "2041", "204", "INV-204", "№ 2041", "INV-2041/B"):
            self.assertFinds(term, self.invoice)
        for term in ("041", "INV-41"):
            self.assertFinds(term, self.env["iris.email"])

    def test_phrases(self):
        for term in ('"good day"', "«good day»", '"invoices of our" order'):
            self.assertFinds(term, self.invoice)
        for term in ('"day good"', '"invoice of our"', '"договор"  "good day"'):
            self.assertFinds(term, self.env["iris.email"])

    def test_whatever_is_typed(self):
        for state in ("not yet indexed", "indexed"):
            for term in ODD_TERMS:
                with self.subTest(term[:20], state=state):
                    self.find(term)
                    self.find(term, "not ilike")
            self.words._index_pending(100)

    def test_nothing_typed_finds_everything(self):
        self.assertEqual(set(self.find(" ")), set(self.both))

    def test_signs_only_are_looked_for_in_the_subject(self):
        self.assertEqual(self.find("№"), self.contract)
        self.assertFalse(self.find("§"))

    def test_operators(self):
        for indexed in (False, True):
            with self.subTest(indexed=indexed):
                self.assertEqual(self.find("договор", "not ilike"), self.invoice)
                self.assertEqual(self.find("договор", "="), self.contract)
                self.assertEqual(self.find("договор", "!="), self.invoice)
                self.assertEqual(self.find("договор", "like"), self.contract)
                self.assertEqual(set(self.find(["договор", "invoice"], "in")), set(self.both))
                self.assertEqual(self.find(["договор", "x"], "not in"), self.invoice)
            self.words._index_pending(100)
        domain = Domain("full_text", "ilike", "договор") | Domain("full_text", "ilike", "invoice")
        self.assertEqual(self.both.filtered_domain(domain), self.both)
        self.assertEqual(
            self.both.filtered_domain(~Domain("full_text", "ilike", "договор")), self.invoice
        )

    def test_changed_drafts_are_found_by_their_new_words(self):
        draft = self.env["iris.email"].create({"subject": "Апельсин", "body_text": "first"})
        self.both = draft
        self.words._index_pending(100)
        draft.body_text = "Мандарины"
        self.assertEqual(self.find("мандарин"), draft)
        self.assertFalse(self.find("first"))
        self.words._index_pending(100)
        self.assertEqual(self.find("мандарин"), draft)
        self.assertFalse(self.find("first"))

    def test_html_stands_in_for_a_missing_text(self):
        letter = self.make(body_html="<p class='secret'>Сирень</p><br>" + "<" * 100_000)
        self.both = letter
        self.words._index_pending(100)
        self.assertEqual(self.find("сирень"), letter)
        self.assertFalse(self.find("secret"))

    def test_letters_of_any_size_can_be_indexed(self):
        unlike = " ".join(f"слово{number}ями" for number in range(40_000))
        pictures = " ".join(chr(0x20000 + number) for number in range(60_000))
        huge = self.make(subject="Большое", body_text="x" * 3_000_000 + " конец")
        for text in (unlike, pictures, "ж" * 5_000, "a" * 2_047 + " конец", "<" * 300_000):
            huge |= self.make(subject="Большое", body_text=text, email_to="a@b.example, " * 90_000)
        self.both = huge
        with self.assertNoLogs("odoo.addons.iris_email.models.iris_email_full_text"):
            self.words._index_pending(100)
        self.assertEqual(set(self.find("большое")), set(huge))

    def test_what_cannot_be_indexed_stops_nobody_else(self):
        self.patch(iris_email_full_text, "LONGEST_TEXT", 10_000_000)
        letter = self.make(body_text=" ".join(f"word{number:050}" for number in range(50_000)))
        good = self.make(subject="Сирень")
        with self.assertLogs("odoo.addons.iris_email.models.iris_email_full_text", "WARNING"):
            self.words._index_pending(100)
        self.both = letter | good
        self.assertEqual(self.words._count_pending(), 0)
        self.assertEqual(self.find("сирень"), good)

    def test_new_letters_are_found_at_once_and_after_the_scheduled_action(self):
        account = self.make_account(self.serve([make_letter("Сирень", text="Аквариум\n")]))
        self.check(account)
        self.both = self.letters(account)
        self.assertEqual(self.find("аквариумы", user=self.user), self.both)
        with self.committing(self.env.user) as env:
            env["iris.email.full.text"]._cron_index()
        self.assertEqual(self.words._count_pending(), 0)
        self.assertEqual(self.find("аквариумы", user=self.user), self.both)

    def test_letters_without_a_row_get_one(self):
        self.env.cr.execute("DELETE FROM iris_email_full_text")
        self.assertFalse(self.find("договор"))
        self.words._set_up()
        self.assertEqual(self.find("договор"), self.contract)

    def test_a_whole_database_can_be_indexed_again(self):
        self.env.cr.execute("DELETE FROM iris_email_full_text")
        self.assertGreaterEqual(self.words._index_all(), 2)
        self.assertEqual(self.words._count_pending(), 0)
        self.assertEqual(self.find("договор"), self.contract)

    def test_too_many_waiting_letters_are_indexed_where_they_are_stored(self):
        self.patch(iris_email_full_text, "MOST_PENDING", 3)
        self.words._index_pending(100)
        for number in range(10):
            self.make(subject=f"Letter {number}")
            self.assertLessEqual(self.words._count_pending(), 3)

    def test_deleted_letters_leave_nothing(self):
        self.contract.sudo().unlink()
        self.env.cr.execute(
            "SELECT count(*) FROM iris_email_full_text WHERE id = %s", [self.contract.id]
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_nobody_finds_letters_of_others(self):
        account = self.make_account(self.serve([make_letter("Сирень")]))
        self.check(account)
        self.both = self.letters(account) | self.contract
        for indexed in (False, True):
            for few in (0, 1_000_000):
                self.patch(iris_email_full_text_search, "FEW_LETTERS", few)
                with self.subTest(indexed=indexed, few=few):
                    self.assertEqual(self.find("сирень", user=self.user), self.letters(account))
                    for term in ("договор", "anna.orlova@bromo.example", '"Договор поставки"'):
                        self.assertFalse(self.find(term, user=self.user))
                        self.assertNotIn(self.contract, self.find(term, "not ilike", self.user))
                    self.assertFalse(self.find("сирень", user=self.stranger))
                    self.assertFalse(self.find("сирень", "not ilike", user=self.stranger))
            self.words._index_pending(100)

    def test_words_of_letters_are_out_of_reach(self):
        self.assertFalse(self.words.with_user(self.user).has_access("read"))

    def test_index_serves(self):
        self.words._index_all()
        # A table of two letters is read from end to end otherwise.
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        letters = self.env["iris.email"]
        domain = [("full_text", "ilike", "договор")]
        query = letters._search(domain, limit=80, order="date desc, id desc").select()
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        self.assertIn("iris_email_full_text_vector_idx", "\n".join(row[0] for row in rows))

    def test_terms_are_divided_into_words(self):
        for term, expected in (
            ("Счёт 17", [("счет",), ("17",)]),
            ("INV-2041", [("inv", "2041")]),
            ('"Добрый  день" a@b.ru', [("добрый", "день"), ("a", "b", "ru")]),
            ('open "quote', [("open",), ("quote",)]),
            ("!?", []),
        ):
            with self.subTest(term):
                self.assertEqual([group.words for group in parse_term(term)], expected)
        self.assertEqual(sum(len(group.words) for group in parse_term("a.b " * 1_000)), 32)

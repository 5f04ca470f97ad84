from odoo.tests import tagged

from ..models.iris_email_storage import Download
from .common import MailCase, make_letter


@tagged("post_install", "-at_install")
class TestStoringQueries(MailCase):
    """Storing a batch takes a number of queries that does not grow with the letters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env["res.partner"].create({"name": "Company", "is_company": True})
        cls.env["res.partner"].create(
            [
                {"name": f"P{n}", "email": f"p{n}@example.com", "parent_id": company.id}
                for n in range(100)
            ]
        )

    def make_downloads(self, batch, count):
        """Letters with files from people who are partners, each an answer to another one."""
        return [
            Download(
                f"{batch}-{n}",
                raw := make_letter(
                    f"Letter {batch} {n}",
                    sender=f"p{n}@example.com",
                    message_id=f"<{batch}.{n}@example.com>",
                    html="<p>text</p>",
                    files=[("a.txt", b"%d" % n)],
                    headers=[("In-Reply-To", f"<{batch}.{n - 1}@example.com>")],
                ),
                len(raw),
            )
            for n in range(count)
        ]

    def store(self, account, downloads):
        """Store a batch; return how many queries it took."""
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        present = {download.uidl for download in downloads}
        stored = self.env["iris.email.storage"]._store(account, downloads, present)
        self.env.flush_all()
        self.assertEqual(stored.new, len(downloads))
        return self.env.cr.sql_log_count - before

    def test_queries(self):
        account = self.make_account(self.serve())
        self.store(account, self.make_downloads("warm", 2))
        few = self.store(account, self.make_downloads("few", 10))
        downloads = self.make_downloads("many", 100)
        with self.assertQueryCount(23):
            many = self.store(account, downloads)
        # Odoo inserts a hundred rows at a time: 100 letters, 200 files, 100 ledger rows.
        self.assertLessEqual(many - few, 3)
        letters = self.letters(account)[-100:]
        self.assertTrue(all(letter.contact_id and letter.company_partner_id for letter in letters))
        self.assertEqual(len(letters.parent_id), 99)
        self.assertEqual(len(letters.attachment_ids), 100)

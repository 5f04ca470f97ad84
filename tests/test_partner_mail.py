from odoo.tests import tagged

from .common import MailCase, make_letter


@tagged("post_install", "-at_install")
class TestPartnerMail(MailCase):
    """The tab Mail of contacts and companies (guide F5, F6)."""

    def setUp(self):
        super().setUp()
        partners = self.env["res.partner"]
        self.firm = partners.create(
            {"name": "Bromo", "is_company": True, "email": "office@bromo.example"}
        )
        self.anna = partners.create(
            {"name": "Anna", "email": "anna@bromo.example", "parent_id": self.firm.id}
        )
        self.account = self.make_account(
            self.serve(
                [
                    make_letter("To the firm", sender="office@bromo.example"),
                    make_letter("From Anna", sender="anna@bromo.example"),
                    make_letter("Again Anna", sender="anna@bromo.example"),
                    make_letter("From a stranger", sender="x@example.net"),
                ]
            )
        )
        self.check(self.account)

    def test_company_shows_also_the_letters_of_its_people(self):
        firm = self.firm.with_user(self.user)
        self.assertEqual(firm.iris_email_count, 3)
        self.assertEqual(
            sorted(firm.iris_email_ids.mapped("subject")),
            ["Again Anna", "From Anna", "To the firm"],
        )

    def test_contact_shows_its_own(self):
        anna = self.anna.with_user(self.user)
        self.assertEqual(anna.iris_email_count, 2)
        self.assertEqual(sorted(anna.iris_email_ids.mapped("subject")), ["Again Anna", "From Anna"])

    def test_person_linked_without_the_company_counts_for_the_company(self):
        letter = self.letters(self.account).filtered(lambda one: one.subject == "From Anna")
        letter.company_partner_id = False
        self.assertEqual(self.firm.with_user(self.user).iris_email_count, 3)
        self.assertEqual(len(self.firm.with_user(self.user).iris_email_ids), 3)

    def test_only_what_this_user_may_read(self):
        for user in (self.stranger, self.manager):
            partners = (self.firm | self.anna).with_user(user)
            self.assertEqual(partners.mapped("iris_email_count"), [0, 0])
            self.assertFalse(partners.iris_email_ids)

    def test_smart_button_opens_the_same_letters(self):
        action = self.firm.with_user(self.user).action_open_iris_emails()
        letters = self.env["iris.email"].with_user(self.user).search(action["domain"])
        self.assertEqual(len(letters), 3)
        self.assertEqual(action["res_model"], "iris.email")

    def test_counting_many_partners_takes_no_more_queries(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(50)])
        few = (self.firm | self.anna).with_user(self.user)
        many = (self.firm | self.anna | partners).with_user(self.user)
        few.mapped("iris_email_count")

        def count_queries(records):
            self.env.flush_all()
            self.env.invalidate_all()
            records.mapped("name")
            before = self.env.cr.sql_log_count
            records.mapped("iris_email_count")
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count_queries(many), count_queries(few))

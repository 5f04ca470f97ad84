from odoo.tests import tagged

from .common import MailCase, make_letter


@tagged("post_install", "-at_install")
class TestLinking(MailCase):
    """Letters find their contact and company by the sender's address (guide A2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"]
        cls.firm = cls.partners.create(
            {"name": "Bromo", "is_company": True, "email": "office@bromo.example"}
        )
        cls.anna = cls.partners.create(
            {"name": "Anna", "email": "Anna@Bromo.example", "parent_id": cls.firm.id}
        )

    def setUp(self):
        super().setUp()
        self.readers = self.user

    def receive(self, *senders):
        """Check a mailbox with one letter from each sender; return the letters in this order."""
        raw = [
            make_letter(f"Letter {number}", sender=sender)
            for number, sender in enumerate(senders, 1)
        ]
        account = self.make_account(self.serve(raw), readers=self.readers)
        self.assertEqual(self.check(account).new, len(senders))
        return self.letters(account).sorted("subject")

    def assertLinked(self, letter, contact, company):
        self.assertEqual(
            (letter.contact_id, letter.company_partner_id),
            (contact or self.partners, company or self.partners),
        )

    def test_person_brings_the_company_along(self):
        self.assertLinked(self.receive("A <anna@bromo.example>"), self.anna, self.firm)

    def test_upper_and_lower_case_are_the_same(self):
        self.assertLinked(self.receive("ANNA@BROMO.EXAMPLE"), self.anna, self.firm)

    def test_company_without_a_person(self):
        self.assertLinked(self.receive("office@bromo.example"), None, self.firm)

    def test_person_without_a_company(self):
        boris = self.partners.create({"name": "Boris", "email": "boris@example.net"})
        self.assertLinked(self.receive("boris@example.net"), boris, None)

    def test_unknown_sender_stays_open(self):
        letter = self.receive("nobody@example.net")
        self.assertLinked(letter, None, None)
        self.assertFalse(letter.candidate_ids)

    def test_person_and_their_company_share_an_address(self):
        self.anna.email = "office@bromo.example"
        self.assertLinked(self.receive("office@bromo.example"), self.anna, self.firm)

    def test_person_and_a_foreign_company_share_an_address(self):
        other = self.partners.create(
            {"name": "Other", "is_company": True, "email": "anna@bromo.example"}
        )
        letter = self.receive("anna@bromo.example")
        self.assertLinked(letter, None, None)
        self.assertEqual(letter.candidate_ids, self.anna | other)

    def test_two_persons_share_an_address(self):
        twin = self.partners.create({"name": "Twin", "email": "anna@bromo.example"})
        letter = self.receive("anna@bromo.example")
        self.assertLinked(letter, None, None)
        self.assertEqual(letter.candidate_ids, self.anna | twin)
        letter.with_user(self.user).with_context(partner_id=twin.id).action_choose_contact()
        self.assertLinked(letter, twin, None)
        self.assertFalse(letter.candidate_ids)

    def test_invoice_address_of_a_company_is_the_company(self):
        self.partners.create(
            {
                "name": "Invoices",
                "type": "invoice",
                "email": "office@bromo.example",
                "parent_id": self.firm.id,
            }
        )
        self.assertLinked(self.receive("office@bromo.example"), None, self.firm)

    def test_archived_cards_do_not_count(self):
        self.anna.active = False
        self.assertLinked(self.receive("anna@bromo.example"), None, None)

    def test_responsible_is_the_salesperson(self):
        self.firm.user_id = self.manager
        self.readers = self.user | self.manager
        self.assertEqual(self.receive("office@bromo.example").responsible_id, self.manager)

    def test_salesperson_who_may_not_read_the_mailbox_does_not_become_responsible(self):
        """Otherwise anybody who edits contacts could open any mailbox to themself."""
        self.firm.user_id = self.stranger
        letter = self.receive("office@bromo.example")
        self.assertEqual(letter.responsible_id, self.user)
        self.assertFalse(letter.with_user(self.stranger).can_read)

    def test_responsible_is_the_only_reader_of_the_mailbox(self):
        self.assertEqual(self.receive("nobody@example.net").responsible_id, self.user)

    def test_nobody_is_responsible_where_several_read(self):
        account = self.make_account(self.serve([make_letter()]), readers=self.user | self.stranger)
        self.check(account)
        self.assertFalse(self.letters(account).responsible_id)

    def test_correction_stays(self):
        letter = self.receive("nobody@example.net")
        letter.with_user(self.user).contact_id = self.anna
        self.partners.create({"name": "Nobody", "email": "nobody@example.net"})
        self.assertEqual(letter.contact_id, self.anna)
        letter.with_user(self.user).write({"contact_id": False, "company_partner_id": False})
        self.partners.create({"name": "Nobody at all", "email": "nobody@example.net"})
        self.assertLinked(letter, None, None)

    def test_later_card_links_earlier_letters(self):
        letters = self.receive("new@example.net", "other@example.net")
        new = self.partners.create({"name": "New", "email": "New@example.net"})
        self.assertLinked(letters[0], new, None)
        self.assertLinked(letters[1], None, None)
        new.email = "other@example.net"
        self.assertLinked(letters[1], new, None)

    def test_outgoing_letter_is_linked_by_its_recipient(self):
        draft = (
            self.env["iris.email"]
            .with_user(self.user)
            .create({"subject": "Offer", "email_to": "Anna <anna@bromo.example>, x@example.net"})
        )
        self.assertLinked(draft, self.anna, self.firm)
        draft.email_to = "office@bromo.example"
        self.assertLinked(draft, None, self.firm)

    def test_as_many_queries_for_many_senders_as_for_one(self):
        linker = self.env["iris.email.linker"]
        addresses = [f"p{number}@example.net" for number in range(200)]
        firms = self.partners.create([{"name": one, "is_company": True} for one in addresses])
        self.partners.create(
            [
                {"name": address, "email": address, "parent_id": firm.id}
                for address, firm in zip(addresses, firms, strict=True)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(4):  # the partners, their employers, the reader's companies
            links = linker._match(addresses, self.user)
        self.assertEqual(len(links), 200)

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .sending import SendingCase


@tagged("post_install", "-at_install")
class TestSendingResponsible(SendingCase):
    """The author chooses who is responsible once the letter is sent (guide F8)."""

    def setUp(self):
        super().setUp()
        self.server = self.sink()
        self.account = self.make_sender(self.server)

    def write_for(self, responsible, **values):
        return self.write_letter(self.account, next_responsible_id=responsible.id, **values)

    def log_of(self, letter):
        return self.env["iris.email.rights.log"].search([("letter_id", "=", letter.id)])

    def assertSeenBy(self, letter, *users):
        self.env.flush_all()
        self.env.invalidate_all()
        everybody = self.user | self.stranger | self.manager
        seen = [user for user in everybody if letter.with_user(user).has_access("read")]
        self.assertEqual(seen, list(users))

    def test_passed_on_when_it_is_sent_and_not_before(self):
        letter = self.write_for(self.stranger)
        self.assertSeenBy(letter, self.user)
        self.send(letter)
        self.assertEqual(letter.responsible_id, self.user)
        self.assertSeenBy(letter, self.user)
        self.work_queue()
        self.assertEqual(letter.type, "sent")
        self.assertEqual(letter.sudo().responsible_id, self.stranger)
        self.assertFalse(letter.sudo().next_responsible_id)
        self.assertSeenBy(letter, self.user, self.stranger)  # the author by the mailbox
        self.assertTrue(self.log_of(letter))
        self.assertEqual(self.log_of(letter).create_uid, self.user)
        self.assertIn(b"Ivan Petrov", self.server.deliveries[0].content)

    def test_passed_on_where_some_recipients_are_refused(self):
        self.server.refuse["boris@example.com"] = "550 5.1.1 no such mailbox"
        letter = self.write_for(self.stranger, email_cc="boris@example.com")
        self.send_now(letter)
        self.assertEqual(letter.type, "sent")
        self.assertEqual(letter.sudo().responsible_id, self.stranger)

    def test_not_passed_on_when_it_is_taken_back_or_refused(self):
        self.server.refuse["anna@example.com"] = "550 5.1.1 no such mailbox"
        letter = self.write_for(self.stranger)
        self.send_now(letter)
        self.assertEqual(letter.state, "error")
        letter.take_back()
        self.assertEqual(letter.responsible_id, self.user)
        self.assertEqual(letter.next_responsible_id, self.stranger)

    def test_nobody_gives_away_what_they_do_not_hold(self):
        letter = self.write_for(self.stranger)
        self.send(letter)
        self.env["iris.email.default.access"].search([]).write({"perm_edit": False})
        rows = self.account.outgoing_right_ids.filtered(lambda row: row.user_id == self.user)
        rows.write({"perm_edit": False, "perm_access": False})
        self.env["iris.email.default.access"].search([]).perm_access = False
        self.work_queue()
        self.assertEqual(letter.type, "sent")
        self.assertEqual(letter.sudo().responsible_id, self.user)

    def test_who_may_only_edit_a_draft_names_nobody(self):
        """Otherwise they would get the letter by the rights of whoever sends it."""
        self.env["iris.email.default.access"].create(
            {"holder": "user", "user_id": self.colleague.id, "perm_edit": True}
        )
        self.account.incoming_right_ids = [
            Command.create({"user_id": self.manager.id, "may_send": True})
        ]
        letter = self.write_letter(self.account)
        with self.assertRaises(AccessError):
            letter.with_user(self.colleague).next_responsible_id = self.colleague

    def test_choice_in_a_new_draft_is_checked_as_well(self):
        self.env["iris.email.default.access"].search([]).perm_access = False
        letters = self.env["iris.email"].with_user(self.user)
        with self.assertRaises(AccessError):
            self.write_for(self.stranger)
        with self.assertRaises(AccessError):
            letters.with_context(default_next_responsible_id=self.stranger.id).create({})
        self.assertTrue(self.write_for(self.user))

    def test_letter_in_the_queue_keeps_the_choice(self):
        letter = self.write_for(self.stranger)
        letter.send_letters()
        with self.assertRaises(AccessError):
            letter.next_responsible_id = self.colleague

    def test_sender_who_is_gone(self):
        for sender in (self.user, self.env["res.users"]):
            letter = self.write_for(self.stranger).sudo()
            self.user.active = False
            letter.write({"type": "sent", "sent_by_id": sender.id})
            letter._pass_on()
            with self.subTest(sender=sender):
                self.assertEqual(letter.responsible_id, self.user)
                self.assertFalse(letter.next_responsible_id)
            self.user.active = True

    def test_companies_of_somebody_else(self):
        """Whoever settles a letter may work in other companies than its sender."""
        abroad = self.env["res.company"].create({"name": "Abroad"})
        letter = self.write_for(self.stranger).sudo()
        letter.write({"type": "sent", "sent_by_id": self.user.id})
        letter.with_context(allowed_company_ids=abroad.ids)._pass_on()
        self.assertEqual(letter.responsible_id, self.stranger)

    def test_draft_itself_is_not_given_away(self):
        letter = self.write_letter(self.account)
        with self.assertRaisesRegex(AccessError, "once it is sent"):
            letter.responsible_id = self.stranger

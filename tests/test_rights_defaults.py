"""Default access by responsible, default senders, and other addons beside the rights."""

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .rights_matrix import PERMISSIONS, ConsequencesCase


@tagged("post_install", "-at_install")
class TestDefaultAccess(ConsequencesCase):
    """Default rights by responsible (guide D7, F8)."""

    def test_shipped_row(self):
        row = self.env["iris.email.default.access"].search([])
        self.assertEqual(row.mapped("applies_to"), ["anyone"])
        self.assertEqual(row.mapped("holder"), ["responsible"])
        for name in PERMISSIONS.values():
            self.assertTrue(row[name])

    def test_rows_are_for_administrators(self):
        rows = self.env["iris.email.default.access"].with_user(self.users["all"])
        with self.assertRaises(AccessError):
            rows.search([])
        with self.assertRaises(AccessError):
            rows.create({"applies_to": "anyone", "user_id": self.users["all"].id})

    def test_for_whom_and_who(self):
        """Letters of the member and of the other; who gets what by each kind of row."""
        member, other = self.users["group"], self.users["author"]
        self.users["nobody"].group_ids = [Command.create({"name": "Bookkeepers"})]
        bookkeepers = self.env["res.groups"].search([("name", "=", "Bookkeepers")])
        letters = {
            user: self.receive(user.login, self.private, responsible_id=user.id)
            for user in (member, other)
        }
        applies = {
            "anyone": ({}, {member, other}),
            "user": ({"responsible_user_id": member.id}, {member}),
            "group": ({"responsible_group_id": self.department.id}, {member}),
        }
        holders = {
            "responsible": ({}, lambda responsible: responsible),
            "user": ({"user_id": self.users["reader"].id}, lambda _: self.users["reader"]),
            "group": ({"group_id": bookkeepers.id}, lambda _: self.users["nobody"]),
        }
        rows = self.env["iris.email.default.access"]
        for applies_to, (whose, responsibles) in applies.items():
            for holder, (who, get_holder) in holders.items():
                rows.search([]).unlink()
                rows.create({"applies_to": applies_to, "holder": holder, **whose, **who})
                for responsible, letter in letters.items():
                    expected = {get_holder(responsible)} if responsible in responsibles else set()
                    found = {user for name, user in self.users.items() if self.sees(name, letter)}
                    with self.subTest(applies_to, holder=holder, responsible=responsible.login):
                        self.assertEqual(found, expected)

    def test_permissions_of_the_row(self):
        rows = self.env["iris.email.default.access"]
        letter = self.receive("private", self.private, responsible_id=self.users["author"].id)
        for signs in ("r", "rw", "rd", "ra", "rwda"):
            rows.search([]).unlink()
            rows.create({"applies_to": "anyone", "holder": "user", **self.row_of("nobody", signs)})
            with self.subTest(signs):
                self.assertEqual(self.signs("nobody", letter), signs)
                self.assertEqual(self.signs("author", letter), "")


@tagged("post_install", "-at_install")
class TestDefaultSender(ConsequencesCase):
    """The address that fills From (guide C7, C8)."""

    def setUp(self):
        super().setUp()
        self.rows = (self.shared | self.open).incoming_right_ids
        self.rows |= self.rows.create({**self.row_of("all", "r"), "account_id": self.open.id})

    def set_default(self, account, holder="all"):
        user = self.users[holder]
        row = self.rows.filtered(lambda row: row.account_id == account and row.user_id == user)
        row.write({"may_send": True, "default_sender": True})

    def default(self, user="all"):
        return self.env["iris.email.account"].with_user(self.users[user])._get_default_sender()

    def test_one_for_each_user(self):
        self.assertFalse(self.default())
        self.set_default(self.shared)
        self.assertEqual(self.default(), self.shared)
        self.set_default(self.open)
        self.assertEqual(self.default(), self.open)
        mine = self.rows.filtered(lambda row: row.user_id == self.users["all"])
        self.assertEqual(mine.filtered("default_sender").account_id, self.open)

    def test_other_users_keep_theirs(self):
        self.set_default(self.open, "reader")
        self.set_default(self.shared)
        self.assertEqual(self.default("reader"), self.open)

    def test_one_who_may_not_send_has_none(self):
        self.set_default(self.shared)
        self.rows.filtered(lambda row: row.user_id == self.users["all"]).write(
            {"may_send": False, "default_sender": False}
        )
        self.assertFalse(self.default())

    def test_must_be_allowed_to_send(self):
        row = self.rows.filtered(lambda row: row.user_id == self.users["editor"])
        with self.assertRaises(ValidationError):
            row.default_sender = True

    def test_account_of_another_company(self):
        self.set_default(self.shared, "foreign")
        self.assertFalse(self.default("foreign"))


@tagged("post_install", "-at_install")
class TestOtherAddons(ConsequencesCase):
    """Addons that come with Odoo go on working."""

    def test_lookup_of_personal_data(self):
        """Odoo's own lookup asks every model with addresses, and knows which fields are stored."""
        lookup = self.env["privacy.lookup.wizard"].with_user(self.env.ref("base.user_admin"))
        found = lookup.create({"name": "Anna", "email": "anna@example.com"})
        found.action_lookup()
        self.assertIn("iris.email", found.line_ids.mapped("res_model"))

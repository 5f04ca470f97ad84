from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .test_rights_log import LogCase


@tagged("post_install", "-at_install")
class TestDefaultAccessCards(LogCase):
    """The table of default access (guide D7, F8)."""

    def test_administrator_adds_a_row(self):
        with Form(self.env["iris.email.default.access"].with_user(self.manager)) as card:
            card.applies_to = "group"
            card.responsible_group_id = self.department
            card.holder = "user"
            card.user_id = self.stranger
            card.perm_edit = True
        row = self.env["iris.email.default.access"].search([("user_id", "=", self.stranger.id)])
        self.assertEqual((row.applies_to, row.responsible_group_id), ("group", self.department))
        self.assertTrue(row.perm_read and row.perm_edit)

    def test_choosing_another_kind_forgets_the_first_choice(self):
        with Form(self.env["iris.email.default.access"].with_user(self.manager)) as card:
            card.applies_to = "user"
            card.responsible_user_id = self.user
            card.applies_to = "anyone"
            card.holder = "user"
            card.user_id = self.stranger
            card.holder = "responsible"
            card.perm_delete = True
        row = self.env["iris.email.default.access"].search([("perm_delete", "=", True)])[-1:]
        self.assertFalse(row.responsible_user_id or row.user_id)

    def test_row_in_the_list(self):
        view = "iris_email.iris_email_default_access_view_list"
        rows = self.env["iris.email.default.access"].with_user(self.manager)
        with Form(rows, view=view) as line:
            line.applies_to = "anyone"
            line.holder = "user"
            line.user_id = self.stranger
        self.assertTrue(rows.search([("user_id", "=", self.stranger.id)]).perm_read)

    def test_responsible_must_be_named(self):
        with self.assertRaisesRegex(AssertionError, "responsible_user_id is a required field"):
            with Form(self.env["iris.email.default.access"].with_user(self.manager)) as card:
                card.applies_to = "user"

    def test_row_that_grants_nothing(self):
        with self.assertRaises(ValidationError):
            with Form(self.env["iris.email.default.access"].with_user(self.manager)) as card:
                card.perm_read = False

    def test_others_do_not_see_the_table(self):
        rows = self.env["iris.email.default.access"].with_user(self.user)
        with self.assertRaises(AccessError):
            rows.search([])
        with self.assertRaises(AccessError):
            rows.create({"holder": "user", "user_id": self.user.id})

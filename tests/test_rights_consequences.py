"""A letter's own access list, and the limits of passing rights on."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .rights_matrix import ConsequencesCase


@tagged("post_install", "-at_install")
class TestOwnList(ConsequencesCase):
    """A letter's own access list (guide C6, A4)."""

    def test_row_taken_away_works_at_once(self):
        self.assertTrue(self.sees("reader"))
        self.shared.incoming_right_ids.filtered(
            lambda row: row.user_id == self.users["reader"]
        ).unlink()
        self.assertFalse(self.sees("reader"))

    def test_row_given_works_at_once(self):
        self.assertFalse(self.sees("nobody"))
        self.shared.incoming_right_ids = self.make_rows({"nobody": "r"})
        self.assertTrue(self.sees("nobody"))

    def test_member_who_leaves_the_group(self):
        self.assertTrue(self.sees("group"))
        self.users["group"].group_ids = [Command.unlink(self.department.id)]
        self.assertFalse(self.sees("group"))

    def test_list_decides_alone(self):
        self.letter.responsible_id = self.users["author"]
        self.give_list(passer="rwda", nobody="r")
        self.assertTrue(self.sees("nobody"))
        for user in ("reader", "editor", "deleter", "all", "group", "author", "manager"):
            with self.subTest(user):
                self.assertFalse(self.sees(user))

    def test_first_change_copies_the_rows_in_force(self):
        self.letter.responsible_id = self.users["author"]
        self.add("all", "nobody", "r")
        expected = {"reader": "r", "editor": "rw", "deleter": "rd", "passer": "ra", "group": "rw"}
        expected |= {"all": "rwda", "author": "rwda", "nobody": "r"}
        found = self.list_of()
        # A row for somebody of another company may be copied or not: it gives nothing.
        found.pop("foreign", None)
        self.assertEqual(found, expected)

    def test_list_follows_the_account_no_more(self):
        self.add("all", "nobody", "r")
        self.shared.incoming_right_ids.unlink()
        self.assertTrue(self.sees("reader"))
        self.shared.incoming_right_ids = self.make_rows({"author": "rwda"})
        self.assertFalse(self.sees("author"))

    def test_reset_gives_back_the_rows_of_the_account(self):
        self.give_list(all="rwda", nobody="r")
        self.as_user(self.letter, "all").action_reset_access()
        self.assertFalse(self.letter.custom_access)
        self.assertFalse(self.letter.access_ids)
        self.assertFalse(self.sees("nobody"))
        self.assertEqual(self.signs("editor"), "rw")

    def test_reset_needs_change_access(self):
        self.give_list(all="rwda", editor="rwd")
        with self.assertRaises(AccessError):
            self.as_user(self.letter, "editor").action_reset_access()

    def test_reset_gives_nobody_what_the_user_does_not_hold(self):
        self.give_list(passer="ra", all="rwda")
        with self.assertRaises(UserError):
            self.as_user(self.letter, "passer").action_reset_access()
        self.assertEqual(self.signs("editor"), "")

    def test_list_is_hidden_from_those_who_may_not_change_it(self):
        self.give_list(passer="ra", editor="rwd")
        lists = self.env["iris.email.access"]
        for user, count in (("passer", 2), ("editor", 0), ("nobody", 0), ("manager", 0)):
            with self.subTest(user):
                rows = lists.with_user(self.users[user])
                self.assertEqual(rows.search_count([("email_id", "=", self.letter.id)]), count)

    def test_list_is_changed_only_by_those_who_may(self):
        self.give_list(passer="ra", editor="rwd")
        for user in ("editor", "reader", "nobody", "manager", "foreign", "system"):
            with self.subTest(user, way="create"), self.assertRaises(AccessError):
                self.add(user, user, "r")
            with self.subTest(user, way="write"), self.assertRaises(AccessError):
                self.row("editor", user).perm_access = True
            with self.subTest(user, way="unlink"), self.assertRaises(AccessError):
                self.row("editor", user).unlink()
            with self.subTest(user, way="wizard"), self.assertRaises(AccessError):
                self.as_user(self.letter, user).action_change_access()

    def test_overview_tells_readers_nothing_of_other_mailboxes(self):
        letter = self.receive("second", self.private, self.shared)
        self.private.incoming_right_ids = self.make_rows({"nobody": "r"})
        names = {entry["name"] for entry in self.as_user(letter, "reader").access_overview}
        self.assertIn(self.users["reader"].name, names)
        self.assertNotIn(self.users["nobody"].name, names)


@tagged("post_install", "-at_install")
class TestPassingOn(ConsequencesCase):
    """Nobody gives away what they do not hold; nobody locks everybody out."""

    def test_each_permission_must_be_held(self):
        """The passer holds read and change access."""
        for signs, allowed in (("r", True), ("ra", True), ("rw", False), ("rd", False)):
            for way in ("create", "_set_access", "_add_access"):
                with self.subTest(signs, way=way), self.env.cr.savepoint() as savepoint:
                    self.assertIs(self.can_give("passer", "nobody", signs, way), allowed)
                    savepoint.rollback()

    def test_nobody_raises_themself(self):
        for way in ("create", "_set_access", "_add_access"):
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                self.assertFalse(self.can_give("passer", "passer", "rwda", way))
                savepoint.rollback()
        self.give_list(passer="ra", all="rwda")
        with self.assertRaises(UserError):
            self.row("passer", "passer").perm_edit = True

    def can_give(self, by, holder, signs, way):
        letter = self.as_user(self.letter, by)
        row = self.row_of(holder, signs)
        try:
            if way == "create":
                self.add(by, holder, signs)
            elif way == "_set_access":
                letter._set_access([self.row_of("passer", "ra"), row])
            else:
                letter._add_access([row])
        except UserError:
            return False
        return set(signs) <= set(self.signs(holder))

    def test_what_others_hold_already_may_stay(self):
        self.add("passer", "nobody", "r")
        self.assertEqual(self.signs("all"), "rwda")

    def test_what_was_taken_away_cannot_be_given_back(self):
        self.give_list(passer="ra", all="rwda", editor="rw")
        self.row("editor", "passer").perm_edit = False
        with self.assertRaises(UserError):
            self.row("editor", "passer").perm_edit = True

    def test_row_is_not_handed_to_somebody_else(self):
        self.give_list(passer="ra", all="rwda", editor="rw")
        for values in (
            {"user_id": self.users["nobody"].id},
            {"user_id": False, "group_id": self.department.id},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.row("editor", "passer").write(values)

    def test_row_is_not_moved_to_another_letter(self):
        other = self.receive("other", self.private)
        open_letter = self.receive("open", self.shared)
        self.give_list(passer="ra", all="rwda", nobody="rwd")
        for letter in (other, open_letter):
            with self.subTest(letter.subject), self.assertRaises(UserError):
                self.row("nobody", "passer").email_id = letter
        with self.assertRaises(UserError):
            self.row("nobody", "all").email_id = other
        self.assertFalse(self.sees("nobody", other))
        self.assertFalse(self.sees("nobody", open_letter))

    def test_last_holder_of_change_access_stays(self):
        self.give_list(passer="ra", editor="rw")
        with self.assertRaises(ValidationError):
            self.row("passer", "passer").unlink()
        with self.assertRaises(ValidationError):
            self.row("passer", "passer").perm_access = False
        with self.assertRaises(ValidationError):
            self.as_user(self.letter, "passer")._remove_access(self.users["passer"])
        self.assertEqual(self.signs("passer"), "ra")

    def test_holder_who_can_do_nothing_does_not_count(self):
        empty = self.env["res.groups"].create({"name": "Nobody works here"})
        asleep = self.env["res.groups"].create(
            {"name": "Left", "user_ids": [Command.set(self.users["author"].ids)]}
        )
        self.users["author"].active = False
        portal = new_test_user(self.env, "iris-matrix-portal", groups="base.group_portal")
        for name, holder in (
            ("archived user", {"user_id": self.users["author"].id}),
            ("empty group", {"group_id": empty.id}),
            ("group of archived users", {"group_id": asleep.id}),
            ("user of the portal", {"user_id": portal.id}),
            ("user of another company", {"user_id": self.users["foreign"].id}),
        ):
            rows = [{**self.row_of("nobody", "ra"), "user_id": False, **holder}]
            rows.append(self.row_of("reader", "r"))
            with self.subTest(name), self.assertRaises(ValidationError):
                self.as_user(self.letter, "all")._set_access(rows)

    def test_bulk_change_is_for_all_letters_or_none(self):
        private = self.receive("private", self.private)
        other = self.receive("other", self.shared)
        letters = self.as_user(self.letter | other | private, "all")
        for way in ("_add_access", "_set_access"):
            rows = [self.row_of("nobody", "r"), self.row_of("all", "rwda")]
            with self.subTest(way), self.assertRaises(AccessError):
                getattr(letters, way)(rows)
        with self.assertRaises(AccessError):
            letters._remove_access(self.users["reader"])
        with self.assertRaises(AccessError):
            letters.action_reset_access()
        with self.assertRaises(AccessError):
            letters.action_change_access()
        for letter in letters.sudo():
            self.assertFalse(letter.custom_access)
            self.assertFalse(self.sees("nobody", letter))

    def test_bulk_change_where_a_permission_is_held_on_one_letter_only(self):
        other = self.receive("other", self.shared)
        self.give_list(other, passer="rwda")
        letters = self.as_user(self.letter | other, "passer")
        with self.assertRaises(UserError):
            letters._add_access([self.row_of("nobody", "rw")])
        self.assertFalse(self.sees("nobody"))
        self.assertFalse(self.sees("nobody", other))

    def test_responsible_is_no_way_to_give_what_one_does_not_hold(self):
        """By the shipped default the responsible gets all four."""
        for user in ("editor", "group"):
            for responsible in (user, "nobody"):
                with self.subTest(user, responsible=responsible), self.assertRaises(UserError):
                    self.as_user(self.letter, user).responsible_id = self.users[responsible]
        self.as_user(self.letter, "all").responsible_id = self.users["nobody"]
        self.assertEqual(self.signs("nobody"), "rwda")

    def test_responsible_of_many_letters_is_changed_for_all_or_none(self):
        other = self.receive("other", self.shared)
        self.give_list(other, editor="rwda")
        with self.assertRaises(UserError):
            self.as_user(self.letter | other, "editor").responsible_id = self.users["nobody"]
        self.assertFalse((self.letter | other).responsible_id)

    def test_responsible_may_change_where_that_gives_nothing(self):
        self.env["iris.email.default.access"].search([]).unlink()
        self.as_user(self.letter, "editor").responsible_id = self.users["nobody"]
        self.assertFalse(self.sees("nobody"))

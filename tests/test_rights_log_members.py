from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .test_rights_log import LogCase


@tagged("post_install", "-at_install")
class TestMembersAreLogged(LogCase):
    """Who joins a group that has rights gains these rights."""

    def said_of_members(self):
        return {
            (entry.holder_user_id.login, entry.what_text, entry.before_text, entry.after_text)
            for entry in self.noted()
            if entry.kind == "group"
        }

    def test_group_without_rights_is_not_logged(self):
        self.user.group_ids = [Command.link(self.department.id)]
        self.department.user_ids = [Command.link(self.stranger.id)]
        self.assertFalse(self.noted())

    def test_user_joins_and_leaves(self):
        self.share_with_department()
        user = self.user.with_user(self.personnel)
        user.group_ids = [Command.link(self.department.id)]
        entry = self.noted()
        self.assertEqual((entry.author_id, entry.kind), (self.personnel, "group"))
        self.assertEqual((entry.holder_user_id, entry.holder), (self.user, self.user.name))
        self.assertEqual((entry.holder_group_id, entry.what), (self.department, "Sales department"))
        self.assertEqual((entry.before_text, entry.after_text), ("", "member"))
        user.group_ids = [Command.link(self.department.id)]
        self.assertFalse(self.noted())
        user.group_ids = [Command.unlink(self.department.id)]
        self.assertEqual(self.said_of_members(), {("iris-sales", "Sales department", "member", "")})

    def test_group_takes_in_and_lets_go(self):
        self.share_with_department()
        group = self.department.with_user(self.personnel)
        group.user_ids = [Command.set([self.user.id, self.stranger.id])]
        joined = ("Sales department", "", "member")
        self.assertEqual(
            self.said_of_members(), {("iris-sales", *joined), ("iris-stranger", *joined)}
        )
        group.user_ids = [Command.set([self.user.id])]
        self.assertEqual(
            self.said_of_members(), {("iris-stranger", "Sales department", "member", "")}
        )

    def test_joining_through_a_group_that_implies_it(self):
        self.share_with_department()
        leaders = self.env["res.groups"].create(
            {"name": "Leaders", "implied_ids": [Command.link(self.department.id)]}
        )
        self.assertFalse(self.noted())
        leaders.user_ids = [Command.link(self.user.id)]
        self.assertEqual(self.said_of_members(), {("iris-sales", "Sales department", "", "member")})
        self.user.group_ids = [Command.link(self.department.id)]
        self.assertFalse(self.noted(), "a member already")

    def test_group_that_begins_or_ceases_to_imply_it(self):
        self.share_with_department()
        leaders = self.env["res.groups"].create({"name": "Leaders"})
        leaders.user_ids = [Command.link(self.user.id)]
        leaders.with_user(self.personnel).implied_ids = [Command.link(self.department.id)]
        self.assertEqual(self.said_of_members(), {("iris-sales", "Sales department", "", "member")})
        leaders.with_user(self.personnel).implied_ids = [Command.clear()]
        self.assertEqual(self.said_of_members(), {("iris-sales", "Sales department", "member", "")})
        self.department.implied_by_ids = [Command.link(leaders.id)]
        self.assertEqual(self.said_of_members(), {("iris-sales", "Sales department", "", "member")})

    def test_new_group_that_implies_it(self):
        self.share_with_department()
        self.env["res.groups"].create(
            {
                "name": "Leaders",
                "implied_ids": [Command.link(self.department.id)],
                "user_ids": [Command.link(self.user.id)],
            }
        )
        self.assertEqual(self.said_of_members(), {("iris-sales", "Sales department", "", "member")})

    def test_new_user(self):
        self.share_with_department()
        self.env["res.users"].with_user(self.personnel).create(
            {
                "name": "New",
                "login": "iris-new",
                "group_ids": [Command.link(self.department.id)],
            }
        )
        self.assertEqual(self.said_of_members(), {("iris-new", "Sales department", "", "member")})

    def test_group_of_default_access_and_of_a_list(self):
        self.env["iris.email.default.access"].create(
            {
                "applies_to": "group",
                "responsible_group_id": self.department.id,
                "holder": "responsible",
            }
        )
        readers = self.env["res.groups"].create({"name": "Readers"})
        letter = self.env["iris.email"].create({"responsible_id": self.stranger.id})
        rows = [{"user_id": self.stranger.id, "perm_read": True, "perm_access": True}]
        letter._set_access([*rows, {"group_id": readers.id, "perm_read": True}])
        self.noted()
        self.user.group_ids = [Command.link(self.department.id), Command.link(readers.id)]
        self.assertEqual(
            self.said_of_members(),
            {
                ("iris-sales", "Sales department", "", "member"),
                ("iris-sales", "Readers", "", "member"),
            },
        )

    def test_mail_administrators(self):
        admins = self.env.ref("iris_email.group_manager")
        self.personnel.with_user(self.personnel).group_ids = [Command.link(admins.id)]
        entry = self.noted()
        self.assertEqual((entry.holder_group_id, entry.holder_user_id), (admins, self.personnel))
        self.assertTrue(entry.is_own)

    def test_rights_of_a_group_work_at_once(self):
        self.share_with_department()
        accounts = self.env["iris.email.account"].with_user(self.personnel)
        self.assertFalse(accounts._get_shared_ids())
        group = self.department.with_user(self.personnel)
        group.user_ids = [Command.link(self.personnel.id)]
        self.assertIn(self.account.id, accounts._get_shared_ids())
        group.user_ids = [Command.unlink(self.personnel.id)]
        self.assertFalse(accounts._get_shared_ids())

    def test_letters_of_members_are_seen_at_once(self):
        self.env["iris.email.default.access"].create(
            {
                "applies_to": "group",
                "responsible_group_id": self.department.id,
                "holder": "user",
                "user_id": self.stranger.id,
            }
        )
        seen = self.env["iris.email"].with_user(self.stranger)
        self.assertFalse(seen.search([]))
        author = new_test_user(self.env, "iris-author")
        draft = self.env["iris.email"].with_user(author).create({"subject": "Draft"})
        self.assertFalse(seen.search([]))
        self.department.user_ids = [Command.link(author.id)]
        self.assertEqual(seen.search([]), draft)
        newcomer = self.env["res.users"].create(
            {
                "name": "New",
                "login": "iris-new",
                "group_ids": [
                    Command.link(self.department.id),
                    Command.link(self.env.ref("base.group_user").id),
                ],
            }
        )
        draft = self.env["iris.email"].with_user(newcomer).create({"subject": "Newcomer's"})
        self.assertIn(draft, seen.search([]))

    def test_many_members_cost_no_more_queries(self):
        self.share_with_department()
        users = self.env["res.users"].create(
            [{"name": f"User {number}", "login": f"iris-{number}"} for number in range(200)]
        )
        self.noted()
        leaders = self.env["res.groups"].create({"name": "Leaders"})
        self.env.flush_all()

        def queries(change):
            self.env.invalidate_all()
            count = self.cr.sql_log_count
            change()
            self.env.flush_all()
            return self.cr.sql_log_count - count

        one = queries(lambda: self.department.write({"user_ids": [Command.link(users[0].id)]}))
        self.assertEqual(len(self.noted()), 1)
        many = queries(lambda: self.department.write({"user_ids": [Command.set(users.ids)]}))
        self.assertEqual(len(self.noted()), 199)
        self.assertLessEqual(many, one + 10)
        self.department.user_ids = [Command.clear()]
        leaders.user_ids = [Command.set(users.ids)]
        self.noted()
        implied = queries(lambda: leaders._apply_group(self.department))
        self.assertEqual(len(self.noted()), 200)
        self.assertLessEqual(implied, one + 30)


@tagged("post_install", "-at_install")
class TestHoldersWhoGo(LogCase):
    """Users and groups that are deleted."""

    def make_list(self, *rows):
        """Make a letter with an access list of its own."""
        letter = self.env["iris.email"].create(
            {"type": "inbox", "account_id": self.account.id, "responsible_id": False}
        )
        letter._set_access(list(rows))
        self.noted()
        return letter

    def test_rows_that_go_with_a_group_are_logged(self):
        self.grant(group_id=self.department.id, perm_edit=True)
        self.env["iris.email.default.access"].create(
            {
                "applies_to": "group",
                "responsible_group_id": self.department.id,
                "holder": "user",
                "user_id": self.stranger.id,
            }
        )
        decider = {"user_id": self.user.id, "perm_read": True, "perm_access": True}
        letter = self.make_list({"group_id": self.department.id, "perm_read": True}, decider)
        self.noted()
        self.department.with_user(self.personnel).unlink()
        entries = self.noted()
        self.assertEqual(entries.author_id, self.personnel)
        self.assertEqual(
            {(entry.kind, entry.holder, entry.before, entry.after) for entry in entries},
            {
                ("incoming", "Sales department", "read,edit", ""),
                ("default", self.stranger.name, "read", ""),
                ("list", "Sales department", "read", ""),
            },
        )
        of_list = entries.filtered(lambda entry: entry.kind == "list")
        self.assertEqual((of_list.letter_id, of_list.account_id), (letter.id, self.account))

    def test_rows_that_go_with_a_user_are_logged(self):
        self.grant("outgoing", user_id=self.user.id)
        self.noted()
        name = self.user.name
        self.user.with_user(self.personnel).unlink()
        self.assertEqual(self.said(), [("outgoing", name, "read", "")])

    def test_rows_that_go_with_an_account_are_logged(self):
        self.grant(user_id=self.user.id)
        self.grant("outgoing", group_id=self.department.id)
        self.noted()
        self.account.with_user(self.manager).unlink()
        entries = self.noted()
        self.assertEqual(entries.author_id, self.manager)
        self.assertEqual(
            {(entry.kind, entry.mailbox, entry.holder, entry.after) for entry in entries},
            {
                ("incoming", "sales@example.org", self.user.name, ""),
                ("outgoing", "sales@example.org", "Sales department", ""),
            },
        )

    def test_members_lose_what_a_deleted_group_implied(self):
        self.share_with_department()
        leaders = self.env["res.groups"].create(
            {"name": "Leaders", "implied_ids": [Command.link(self.department.id)]}
        )
        leaders.user_ids = [Command.link(self.user.id)]
        self.noted()
        leaders.unlink()
        self.assertEqual(self.said(), [("group", self.user.name, "member", "")])

    def test_user_with_letters_of_their_own_is_archived_instead(self):
        for letter_type in ("draft", "template", "outbox"):
            letter = self.env["iris.email"].create(
                {"type": letter_type, "responsible_id": self.user.id}
            )
            with (
                self.subTest(letter_type),
                self.assertRaisesRegex(UserError, r"iris-sales.*\(1\).*Archive"),
            ):
                (self.user | self.stranger).with_user(self.personnel).unlink()
            letter.unlink()
        self.user.with_user(self.personnel).active = False
        self.user.with_user(self.personnel).unlink()

    def test_last_who_may_change_access_is_archived_instead(self):
        decider = {"perm_read": True, "perm_access": True}
        letter = self.make_list(
            {"user_id": self.user.id, **decider}, {"user_id": self.stranger.id, "perm_read": True}
        )
        with self.assertRaisesRegex(UserError, "1 letters.*Archive.*iris-sales"):
            self.user.with_user(self.personnel).unlink()
        letter._add_access([{"user_id": self.stranger.id, **decider}])
        with self.assertRaises(UserError):
            (self.user | self.stranger).with_user(self.personnel).unlink()
        self.stranger.active = False
        with self.assertRaises(UserError):
            self.user.with_user(self.personnel).unlink()
        self.stranger.active = True
        self.user.with_user(self.personnel).unlink()

    def test_last_member_of_the_group_that_may_change_access(self):
        self.department.user_ids = [Command.link(self.user.id)]
        decider = {"group_id": self.department.id, "perm_read": True, "perm_access": True}
        self.make_list(decider)
        with self.assertRaises(UserError):
            self.user.with_user(self.personnel).unlink()
        leaders = self.env["res.groups"].create(
            {"name": "Leaders", "implied_ids": [Command.link(self.department.id)]}
        )
        leaders.user_ids = [Command.link(self.stranger.id)]
        self.user.with_user(self.personnel).unlink()

    def test_group_that_alone_may_change_access_is_not_deleted(self):
        self.department.user_ids = [Command.link(self.user.id)]
        decider = {"perm_read": True, "perm_access": True}
        letter = self.make_list({"group_id": self.department.id, **decider})
        with self.assertRaisesRegex(UserError, "1 letters.*Sales department"):
            self.department.with_user(self.personnel).unlink()
        letter._add_access([{"user_id": self.user.id, **decider}])
        self.department.with_user(self.personnel).unlink()

    def test_deleting_users_costs_the_same_for_one_and_for_many(self):
        users = self.env["res.users"].create(
            [{"name": f"User {number}", "login": f"iris-{number}"} for number in range(12)]
        )
        self.make_list({"user_id": self.user.id, "perm_read": True, "perm_access": True})
        users._unlink_except_responsible()
        with self.assertQueryCount(6):
            users._unlink_except_responsible()
            users._unlink_except_last_access()

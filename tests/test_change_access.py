"""The dialog *Change access*: it shows what is in force, and is no way around rights."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged

ALL = {"perm_read": True, "perm_edit": True, "perm_delete": True, "perm_access": True}


@tagged("post_install", "-at_install")
class TestChangeAccess(TransactionCase):
    """A mailbox of two owners, a reader, and a colleague with whom letters are shared (A4, C6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner, cls.other_owner, cls.reader, cls.colleague, cls.member = (
            new_test_user(cls.env, f"iris-{name}", lang="en_US")
            for name in ("owner", "other-owner", "reader", "colleague", "member")
        )
        cls.group = cls.env["res.groups"].create(
            {"name": "Iris team", "user_ids": [Command.link(cls.member.id)]}
        )
        cls.account = cls.env["iris.email.account"].create(
            {
                "address": "sales@example.org",
                "incoming_right_ids": [
                    Command.create({"user_id": cls.owner.id, **ALL}),
                    Command.create({"user_id": cls.other_owner.id, **ALL}),
                    Command.create({"user_id": cls.reader.id}),
                ],
            }
        )
        cls.letters = cls.env["iris.email"].create(
            [
                {
                    "type": "inbox",
                    "subject": f"Letter {number}",
                    "account_id": cls.account.id,
                    "responsible_id": False,
                }
                for number in range(3)
            ]
        )
        cls.letter = cls.letters[0]

    def open_dialog(self, letters, user=None):
        """Open the dialog as the web client does."""
        action = letters.with_user(user or self.owner).action_change_access()
        dialogs = self.env[action["res_model"]].with_user(user or self.owner)
        return Form(dialogs.with_context(**action["context"]))

    def add_row(self, form, *, user=None, group=None, **permissions):
        with form.line_ids.new() as line:
            if user:
                line.user_id = user
            if group:
                line.group_id = group
            for name, value in permissions.items():
                line[name] = value

    def share(self, letters, user):
        form = self.open_dialog(letters)
        self.add_row(form, user=user)
        form.save().action_save()

    def rows(self, letter):
        """Return a letter's own list: name of the holder → initials of what they may do."""
        return {
            row.user_id.login or row.group_id.name: "".join(name[5] for name in ALL if row[name])
            for row in letter.sudo().access_ids
        }

    def readers(self, letter):
        users = self.owner | self.other_owner | self.reader | self.colleague | self.member
        return users.filtered(lambda user: letter.with_user(user).has_access("read"))

    # ---- one letter ----

    def test_one_letter_opens_with_the_list_in_force(self):
        form = self.open_dialog(self.letter)
        self.assertTrue(form.is_single)
        self.assertEqual(form.mode, "replace")
        rows = [(line["user_id"], *(line[name] for name in ALL)) for line in form.line_ids._records]
        self.assertEqual(
            rows,
            [
                (self.owner.id, True, True, True, True),
                (self.other_owner.id, True, True, True, True),
                (self.reader.id, True, False, False, False),
            ],
        )
        self.assertIn("follows its mailbox", form.note)
        self.assertFalse(form.warning)

    def test_nothing_changes_before_it_is_saved(self):
        form = self.open_dialog(self.letter)
        self.add_row(form, user=self.colleague)
        form.save()
        self.assertFalse(self.letter.custom_access)
        self.assertNotIn(self.colleague, self.readers(self.letter))

    def test_share_and_take_back(self):
        self.share(self.letter, self.colleague)
        self.assertEqual(
            self.rows(self.letter),
            {
                "iris-owner": "reda",
                "iris-other-owner": "reda",
                "iris-reader": "r",
                "iris-colleague": "r",
            },
        )
        self.assertIn(self.colleague, self.readers(self.letter))
        self.assertNotIn(self.colleague, self.readers(self.letters[1]))

        form = self.open_dialog(self.letter)
        self.assertIn("a list of its own", form.note)
        form.line_ids.remove(index=3)
        form.save().action_save()
        self.assertNotIn(self.colleague, self.readers(self.letter))
        self.assertIn(self.reader, self.readers(self.letter))

    def test_share_with_a_group(self):
        form = self.open_dialog(self.letter)
        self.add_row(form, group=self.group, perm_edit=True)
        form.save().action_save()
        self.assertEqual(self.rows(self.letter)["Iris team"], "re")
        self.assertTrue(self.letter.with_user(self.member).can_edit)

    def test_ticking_edit_ticks_read(self):
        form = self.open_dialog(self.letter)
        with form.line_ids.new() as line:
            line.user_id = self.colleague
            line.perm_read = False
            line.perm_access = True
            self.assertTrue(line.perm_read)

    def test_row_that_grants_nothing_is_refused(self):
        form = self.open_dialog(self.letter)
        self.add_row(form, user=self.colleague, perm_read=False)
        with self.assertRaises(ValidationError) as refused:
            form.save()
        self.assertIn("grants nothing", refused.exception.args[0])

    def test_warning_before_one_takes_away_their_own_access(self):
        form = self.open_dialog(self.letter)
        with form.line_ids.edit(0) as line:
            line.perm_access = False
        self.assertIn("no longer change the access", form.warning)
        form.line_ids.remove(index=0)
        self.assertIn("no longer read", form.warning)
        form.save().action_save()
        self.assertNotIn(self.owner, self.readers(self.letter))

    def test_somebody_must_be_left_who_decides(self):
        form = self.open_dialog(self.letter)
        for _row in range(2):
            form.line_ids.remove(index=0)
        dialog = form.save()
        with self.assertRaises(ValidationError):
            dialog.action_save()

    def test_reset(self):
        self.share(self.letter, self.colleague)
        form = self.open_dialog(self.letter)
        self.assertEqual(form.custom_count, 1)
        form.save().action_reset()
        self.assertFalse(self.letter.custom_access)
        self.assertNotIn(self.colleague, self.readers(self.letter))

    def test_letter_in_the_trash(self):
        self.letter.with_user(self.owner).action_trash()
        self.share(self.letter, self.colleague)
        self.assertIn(self.colleague, self.readers(self.letter))

    # ---- many letters ----

    def test_share_many(self):
        self.share(self.letters[:1], self.colleague)
        form = self.open_dialog(self.letters)
        self.assertFalse(form.is_single)
        self.assertEqual((form.mode, len(form.line_ids)), ("add", 0))
        self.assertTrue(form.note.startswith("3 letters; with a list of their own: 1."), form.note)
        self.add_row(form, user=self.member, perm_edit=True)
        form.save().action_save()
        for letter in self.letters:
            self.assertEqual(self.rows(letter)["iris-member"], "re")
            self.assertEqual(self.rows(letter)["iris-owner"], "reda")
        self.assertEqual(self.rows(self.letter)["iris-colleague"], "r")

    def test_take_away_from_many(self):
        form = self.open_dialog(self.letters)
        form.mode = "remove"
        self.add_row(form, user=self.reader)
        self.assertFalse(form.warning)
        form.save().action_save()
        for letter in self.letters:
            self.assertEqual(self.readers(letter), self.owner | self.other_owner)

    def test_replace_many(self):
        form = self.open_dialog(self.letters)
        form.mode = "replace"
        self.assertIn("no longer read", form.warning)
        self.add_row(form, user=self.owner, **ALL)
        self.assertFalse(form.warning)
        form.save().action_save()
        for letter in self.letters:
            self.assertEqual(self.rows(letter), {"iris-owner": "reda"})

    def test_rows_are_needed(self):
        dialog = self.open_dialog(self.letters).save()
        with self.assertRaises(UserError):
            dialog.action_save()
        self.assertFalse(any(self.letters.mapped("custom_access")))

    # ---- no way around rights ----

    def test_reader_cannot_open_it(self):
        with self.assertRaises(AccessError):
            self.letter.with_user(self.reader).action_change_access()
        dialogs = self.env["iris.email.change.access"].with_user(self.reader)
        dialogs = dialogs.with_context(default_letter_ids=self.letter.ids)
        with self.assertRaises(AccessError):
            dialogs.default_get(["letter_ids", "line_ids"])
        with self.assertRaises(AccessError):
            dialogs.onchange({}, [], {"note": {}, "line_ids": {}, "letter_ids": {}})

    def test_dialog_for_letters_of_others_cannot_be_made(self):
        dialogs = self.env["iris.email.change.access"]
        for user in (self.reader, self.colleague):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dialogs.with_user(user).create({"letter_ids": [Command.set(self.letter.ids)]})

    def test_letters_of_others_cannot_be_put_into_ones_dialog(self):
        for user in (self.reader, self.colleague):
            mine = self.env["iris.email"].create(
                {"type": "draft", "subject": "Mine", "responsible_id": user.id}
            )
            dialog = self.open_dialog(mine, user).save()
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    dialog.letter_ids = [Command.link(self.letter.id)]
                    dialog.action_save()
                self.assertFalse(self.letter.custom_access)

    def test_dialog_is_for_whoever_opened_it(self):
        form = self.open_dialog(self.letter)
        dialog = form.save()
        for user in (self.other_owner, self.colleague):
            theirs = dialog.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    theirs.read(["mode"])
                with self.assertRaises(AccessError):
                    theirs.line_ids.read(["user_id"])
                with self.assertRaises(AccessError):
                    theirs.action_save()
                self.assertFalse(theirs.search([("id", "=", dialog.id)]))
                with self.assertRaises(AccessError):
                    theirs.line_ids.create({"wizard_id": dialog.id, "user_id": user.id})

    def test_row_that_somebody_else_wrote_is_left_alone(self):
        dialog = self.open_dialog(self.letters).save()
        self.env["iris.email.change.access.line"].create(
            {"wizard_id": dialog.id, "user_id": self.colleague.id}
        )
        dialog.invalidate_recordset()
        self.assertFalse(dialog.line_ids)
        with self.assertRaises(UserError):
            dialog.action_save()
        self.assertNotIn(self.colleague, self.readers(self.letter))

    def test_nobody_gives_what_they_do_not_hold(self):
        self.letter._set_access(
            [
                {"user_id": self.owner.id, **ALL},
                {"user_id": self.reader.id, "perm_read": True, "perm_access": True},
            ]
        )
        form = self.open_dialog(self.letter, self.reader)
        self.add_row(form, user=self.colleague, perm_delete=True)
        dialog = form.save()
        with self.assertRaises(AccessError) as refused:
            dialog.action_save()
        self.assertIn("iris-colleague", refused.exception.args[0])

    def test_rights_that_were_lost_meanwhile_are_missed(self):
        form = self.open_dialog(self.letter)
        self.add_row(form, user=self.colleague)
        dialog = form.save()
        self.account.incoming_right_ids.filtered(
            lambda right: right.user_id == self.owner
        ).perm_access = False
        with self.assertRaises(AccessError):
            dialog.action_save()
        with self.assertRaises(AccessError):
            dialog.action_reset()

    def test_only_employees_are_picked(self):
        portal = new_test_user(self.env, "iris-portal", groups="base.group_portal")
        form = self.open_dialog(self.letter)
        self.add_row(form, user=portal)
        with self.assertRaises(ValidationError):
            form.save()

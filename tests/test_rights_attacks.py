"""Ways around the rights: each test keeps one of them closed."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models.iris_email_storage import Download
from .common import make_letter
from .rights_matrix import ConsequencesCase


@tagged("post_install", "-at_install")
class TestAttacks(ConsequencesCase):
    """Somebody sees, gets or gives away what they may not."""

    # ---- passing on ----

    def test_letter_of_a_new_row_from_the_context(self):
        """The letter of a new row may come from ``default_email_id``, which is a change, too."""
        self.give_list(passer="ra", all="rwda")
        lists = self.env["iris.email.access"].with_user(self.users["passer"])
        everybody = {"group_id": self.env.ref("base.group_user").id}
        permissions = {f"perm_{name}": True for name in ("read", "edit", "delete", "access")}
        with self.assertRaises(UserError):
            lists.with_context(default_email_id=self.letter.id).create({**everybody, **permissions})
        self.assertEqual(self.signs("passer"), "ra")

    def test_row_with_its_letter_from_the_context_is_logged(self):
        self.give_list(passer="ra", all="rwda")
        log = self.env["iris.email.rights.log"]
        before = log.search_count([])
        lists = self.env["iris.email.access"].with_user(self.users["passer"])
        lists.with_context(default_email_id=self.letter.id).create(self.row_of("nobody", "r"))
        self.assertEqual(log.search_count([]), before + 1)

    def test_row_with_its_letter_from_the_context_makes_a_list(self):
        """The first change copies the rows in force; else the row only lies in wait."""
        lists = self.env["iris.email.access"].with_user(self.users["passer"])
        lists.with_context(default_email_id=self.letter.id).create(self.row_of("nobody", "r"))
        self.assertTrue(self.letter.custom_access)
        self.assertTrue(self.sees("nobody"))

    def test_row_is_not_put_into_the_dialog_of_somebody_else(self):
        """Who saves the dialog would grant with their own rights what another wrote into it."""
        dialogs = self.env["iris.email.change.access"]
        own_letter = self.write_letter("own", "nobody", type="draft")
        mine, theirs = (
            dialogs.with_user(self.users[user]).create(
                {
                    "letter_ids": [Command.set(letter.ids)],
                    "mode": "add",
                    "line_ids": [Command.create(self.row_of(holder, signs))],
                }
            )
            for user, letter, holder, signs in (
                ("nobody", own_letter, "nobody", "rwda"),
                ("all", self.letter, "author", "r"),
            )
        )
        with self.assertRaises(AccessError):
            mine.line_ids.wizard_id = theirs
        theirs.invalidate_recordset()
        theirs.action_save()
        self.assertFalse(self.sees("nobody"))

    # ---- traces of other mailboxes ----

    def test_onchange_shows_no_traces_of_another_mailbox(self):
        """The first onchange takes ``account_id`` from the caller."""
        letter = self.receive("twin", self.private, self.shared)
        self.assertNotIn("boss@", self.as_user(letter, "editor").header_lines)
        result = self.as_user(letter, "editor").onchange(
            {"account_id": self.shared.id}, [], {"header_lines": {}, "mailbox_id": {}}
        )
        self.assertNotIn("boss@", str(result))

    def test_right_to_send_tells_nothing_of_what_came_in(self):
        """Who may only send from a mailbox does not learn that it got a blind copy."""
        self.private.incoming_right_ids = [
            Command.create(
                {"user_id": self.users["reader"].id, "perm_read": False, "may_send": True}
            )
        ]
        letter = self.as_user(self.receive("copy", self.shared, self.private), "reader")
        self.assertFalse(letter.search([("mailbox_id", "=", self.private.id)]))
        places = letter.get_mail_counts()["places"]
        self.assertNotIn(self.private.id, [place["id"] for place in places])

    def test_groups_by_fields_without_access(self):
        """Odoo does not check the groups of a many2many that is grouped by."""
        letter = self.receive("twin", self.shared, self.private)
        letter.trashed_account_ids = self.private
        letter.with_user(self.users["all"]).mark_read()
        letters = self.as_user(letter, "reader")
        for name in ("read_user_ids", "other_account_ids", "trashed_account_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                letters.formatted_read_group([("id", "=", letter.id)], [name], ["__count"])

    # ---- what is cached ----

    def test_account_that_leaves_the_company(self):
        """The cached grants depend on the company of the account, too."""
        self.private.incoming_right_ids = self.make_rows({"nobody": "r"})
        letter = self.receive("twin", self.open, self.private)
        self.assertTrue(self.sees("nobody", letter))
        self.private.company_id = self.abroad
        self.assertFalse(self.sees("nobody", letter))
        accounts = self.env["iris.email.account"].with_user(self.users["nobody"])
        self.assertNotIn(self.private.id, accounts._get_shared_ids())

    def test_account_that_comes_into_the_company(self):
        self.private.incoming_right_ids = self.make_rows({"nobody": "r"})
        self.private.company_id = self.abroad
        self.env.registry.clear_cache()
        letter = self.receive("private", self.private)
        self.assertFalse(self.sees("nobody", letter))
        self.private.company_id = False
        self.assertTrue(self.sees("nobody", letter))

    def test_default_access_of_a_group_that_is_deleted(self):
        """The database deletes the row with the group; what is cached of it must go, too."""
        team = self.env["res.groups"].create(
            {"name": "Team", "user_ids": [Command.link(self.users["author"].id)]}
        )
        self.env["iris.email.default.access"].create(
            {
                "applies_to": "group",
                "responsible_group_id": team.id,
                "holder": "user",
                "user_id": self.users["nobody"].id,
            }
        )
        self.letter.responsible_id = self.users["author"]
        self.assertTrue(self.sees("nobody"))
        team.unlink()
        self.assertFalse(self.sees("nobody"))

    # ---- lists and numbers ----

    def test_export_of_a_letter_that_came_through_another_mailbox(self):
        """One such letter must not keep the others from being exported."""
        letter = self.as_user(self.receive("twin", self.private, self.shared), "reader")
        [[name]] = letter.export_data(["account_id"])["datas"]
        self.assertNotIn("boss@", name)

    def test_tab_of_a_partner_follows_the_companies(self):
        self.users["all"].company_ids = [Command.link(self.abroad.id)]
        partner = self.env["res.partner"].create({"name": "Anna", "email": "anna@example.com"})
        self.letter.contact_id = partner
        partner = partner.with_user(self.users["all"])
        at_home = partner.with_context(allowed_company_ids=self.home.ids)
        abroad = partner.with_context(allowed_company_ids=self.abroad.ids)
        self.assertEqual((at_home.iris_email_count, abroad.iris_email_count), (1, 0))
        self.assertFalse(abroad.iris_email_ids)

    def test_users_of_the_portal_are_no_readers(self):
        """They cannot open letters, so they must neither become responsible nor check mail."""
        portal = new_test_user(self.env, "iris-attack-portal", groups="base.group_portal")
        self.private.incoming_right_ids = [Command.create({"user_id": portal.id})]
        self.assertFalse(self.private._get_readers())
        with self.assertRaises(AccessError):
            self.private.with_user(portal)._check_may_check()

    # ---- drafts ----

    def test_draft_with_an_account_from_the_context(self):
        letters = self.env["iris.email"].with_user(self.users["nobody"])
        with self.assertRaises(AccessError):
            letters.with_context(default_account_id=self.private.id).create({"subject": "x"})

    def test_draft_with_what_a_user_made_the_default(self):
        """Everybody may keep defaults of their own (``ir.default``), for any field."""
        defaults = self.env["ir.default"].with_user(self.users["nobody"])
        values = {
            "account_id": self.private.id,
            "custom_access": True,
            "in_trash": "all",
            "message_id": "<forged@example.com>",
            "parent_id": self.letter.id,
        }
        for name, value in values.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                defaults.set("iris.email", name, value, user_id=True)
                try:
                    letter = defaults.env["iris.email"].create({"subject": "x"})
                except UserError:
                    continue
                self.assertFalse(letter.sudo()[name])
                savepoint.rollback()

    # ---- administrators of other companies ----

    def make_foreign_manager(self):
        return new_test_user(
            self.env,
            "iris-attack-foreign-manager",
            groups="base.group_user,iris_email.group_manager",
            company_id=self.abroad.id,
        )

    def test_row_is_not_moved_to_an_account_of_another_company(self):
        manager = self.make_foreign_manager()
        account = self.env["iris.email.account"].create(
            {
                "address": "abroad@example.org",
                "company_id": self.abroad.id,
                "incoming_right_ids": self.make_rows({"nobody": "rwda"}),
            }
        )
        with self.assertRaises(AccessError):
            account.incoming_right_ids.with_user(manager).account_id = self.shared
        self.assertFalse(self.sees("nobody"))

    def test_failed_letters_of_another_company_stay_as_they_are(self):
        manager = self.make_foreign_manager()
        receipts = self.env["iris.email.receipt"]
        receipts._record_failed(self.shared, "uid-failed", {"reason": "broken"})
        failed = receipts.search([("uidl", "=", "uid-failed")])
        with self.assertRaises(AccessError):
            failed.with_user(manager).action_dismiss()
        with self.assertRaises(AccessError):
            failed.with_user(manager).action_retry()

    def test_mail_of_another_company_is_not_checked(self):
        manager = self.make_foreign_manager()
        with self.assertRaises(AccessError):
            self.shared.with_user(manager)._check_may_check()


@tagged("post_install", "-at_install")
class TestNobodyLeft(ConsequencesCase):
    """Letters that nobody can reach, or that cannot be stored, trashed or restored."""

    def test_letter_leaves_its_company_with_its_list(self):
        """Those who stay in the list must be able to work with what is left of the letter."""
        abroad = self.env["iris.email.account"].create(
            {
                "address": "abroad@example.org",
                "company_id": self.abroad.id,
                "incoming_right_ids": self.make_rows({"foreign": "rwda"}),
            }
        )
        letter = self.receive("twin", self.shared, abroad)
        self.as_user(letter, "all")._set_access([self.row_of("all", "rwda")])
        self.as_user(letter, "all").action_trash()
        try:
            self.as_user(letter, "all").action_delete_for_good()
        except UserError:
            return
        self.assertEqual(letter.account_id, abroad)
        self.assertTrue(self.sees("all", letter) or self.sees("foreign", letter))

    def test_twin_of_a_letter_whose_list_nobody_can_change(self):
        """A holder who was archived must not keep another mailbox from getting its letter."""
        other = self.env["iris.email.account"].create(
            {
                "address": "other@example.org",
                "company_id": self.home.id,
                "incoming_right_ids": self.make_rows({"nobody": "r"}),
            }
        )
        self.give_list(all="rwda")
        self.users["all"].active = False
        self.store_again(other)
        receipt = self.env["iris.email.receipt"].search([("account_id", "=", other.id)])
        self.assertEqual(receipt.state, "stored")
        self.assertTrue(self.sees("nobody"))

    def store_again(self, account, user=None):
        """Let another account receive the letter, in a check that a user started."""
        raw = make_letter("Subject of incoming", files=[("incoming.txt", b"file of incoming")])
        storage = self.env["iris.email.storage"]
        if user:
            storage = storage.with_user(user).sudo()
        storage._store_one_by_one(
            account.with_env(storage.env), [Download("uid-again", raw, len(raw))], {"uid-again"}
        )

    def test_trashed_draft_gets_another_account(self):
        draft = self.as_user(
            self.write_letter("draft", "all", type="draft", account_id=False), "all"
        )
        draft.action_trash()
        draft.account_id = self.shared
        self.assertTrue(draft.is_trashed)
        draft.action_delete_for_good()
        self.assertFalse(draft.exists())

    def test_reset_leaves_somebody(self):
        """A letter of a mailbox without rows, without a responsible: only its list opens it."""
        letter = self.receive("private", self.private)
        self.give_list(letter, all="rwda")
        with self.assertRaises(UserError):
            self.as_user(letter, "all").action_reset_access()

    # ---- the log ----

    def test_rows_that_come_with_a_mailbox_are_nobodys_change(self):
        """Who presses *Check mail* grants nothing by it, least of all to themselves."""
        self.give_list(all="rwda")
        self.store_again(self.open, self.users["reader"])
        entries = self.env["iris.email.rights.log"].search(
            [("letter_id", "=", self.letter.id), ("holder", "=", self.users["reader"].name)],
            limit=1,
        )
        self.assertEqual(entries.after, "read")
        self.assertFalse(entries.is_own)
        self.assertNotEqual(entries.author_id, self.users["reader"])

    def test_naming_a_responsible_is_logged(self):
        """By the shipped default it grants all four permissions."""
        before = self.env["iris.email.rights.log"].search_count([])
        self.as_user(self.letter, "all").responsible_id = self.users["nobody"]
        self.assertEqual(self.signs("nobody"), "rwda")
        self.assertGreater(self.env["iris.email.rights.log"].search_count([]), before)

    def test_company_of_an_account_is_logged(self):
        """It decides for whom the rows of the account hold."""
        before = self.env["iris.email.rights.log"].search_count([])
        self.shared.company_id = self.abroad
        self.assertGreater(self.env["iris.email.rights.log"].search_count([]), before)

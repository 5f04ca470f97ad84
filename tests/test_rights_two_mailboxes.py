"""A letter that two mailboxes received: each has its own trash, and tells nothing of the other."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MailCase, make_letter


def write_letter(delivered_to=None):
    headers = [("Delivered-To", delivered_to)] if delivered_to else ()
    return make_letter("Plan", files=[("plan.txt", b"plan")], headers=headers)


@tagged("post_install", "-at_install")
class TestTwoMailboxes(MailCase):
    """The boss got it first; ``user`` reads the shared mailbox, ``stranger`` that of the boss."""

    def setUp(self):
        super().setUp()
        files = [("plan.txt", b"plan")]
        self.raw = {
            name: make_letter(
                "Plan", files=files, headers=[("Delivered-To", f"{name}@example.org")]
            )
            for name in ("boss", "shared")
        }
        servers = {name: self.serve([raw]) for name, raw in self.raw.items()}
        self.boss = self.make_account(servers["boss"], "boss@example.org", readers=self.stranger)
        self.shared = self.make_account(servers["shared"], "shared@example.org")
        self.check(self.boss, self.stranger)
        self.check(self.shared)
        self.letter = self.letters(self.boss)
        self.assertEqual(self.letter.other_account_ids, self.shared)
        # As the only reader of the mailbox that got it first the stranger became responsible.
        self.assertEqual(self.letter.responsible_id, self.stranger)
        self.letter.responsible_id = False

    def as_user(self, user):
        self.env.invalidate_all()
        return self.letter.with_user(user)

    def places(self, user):
        """Return where a user finds the letter, asking in several ways."""
        letter = self.as_user(user)
        found = []
        for place, is_trashed in (("inbox", False), ("trash", True)):
            domain = [("id", "=", letter.id), ("is_trashed", "=", is_trashed)]
            if letter.search(domain):
                found.append(place)
            count = letter.search_count(domain)
            groups = letter.formatted_read_group(domain, ["type"], ["__count"])
            self.assertEqual(sum(group["__count"] for group in groups), count)
            self.assertEqual(count, place in found)
        self.assertEqual(bool(letter.search([("id", "=", letter.id)])), "inbox" in found)
        if found:
            self.assertEqual(letter.is_trashed, found == ["trash"])
        return found

    def check_again(self):
        self.assertEqual(self.check(self.boss, self.stranger).new, 0)
        self.assertEqual(self.check(self.shared).new, 0)

    def test_each_mailbox_has_its_own_trash(self):
        self.as_user(self.stranger).action_trash()
        self.assertEqual(self.places(self.stranger), ["trash"])
        self.assertEqual(self.places(self.user), ["inbox"])
        self.assertEqual(self.letter.in_trash, "partly")

    def test_restored_from_one_trash_only(self):
        self.as_user(self.stranger).action_trash()
        self.as_user(self.user).action_trash()
        self.assertEqual(self.letter.in_trash, "all")
        self.as_user(self.stranger).action_restore()
        self.assertEqual(self.places(self.stranger), ["inbox"])
        self.assertEqual(self.places(self.user), ["trash"])

    def test_not_deleted_before_it_is_in_the_trash(self):
        with self.assertRaises(UserError):
            self.as_user(self.user).unlink()
        with self.assertRaises(UserError):
            self.as_user(self.user).action_delete_for_good()
        self.as_user(self.stranger).action_trash()
        with self.assertRaises(UserError):
            self.as_user(self.user).unlink()
        self.assertEqual(self.places(self.user), ["inbox"])

    def test_deleted_for_good_from_one_mailbox_only(self):
        for way in ("action_delete_for_good", "unlink"):
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                self.as_user(self.stranger).action_trash()
                getattr(self.as_user(self.stranger), way)()
                self.assertEqual(self.places(self.stranger), [])
                self.assertEqual(self.places(self.user), ["inbox"])
                savepoint.rollback()

    def delete_from_boss(self):
        self.as_user(self.stranger).action_trash()
        self.as_user(self.stranger).action_delete_for_good()

    def test_reader_who_is_left_gets_the_original_without_the_trace_of_the_other(self):
        self.delete_from_boss()
        mine = self.as_user(self.user)
        original = mine._get_original()
        self.assertEqual(original, write_letter())
        self.assertNotIn("boss", mine.header_lines)
        self.assertEqual(mine.attachment_ids.raw, b"plan")

    def test_mailbox_from_which_it_was_deleted_is_not_named(self):
        self.delete_from_boss()
        name = {"fields": {"display_name": {}}}
        shown = self.as_user(self.user).web_read(
            {"account_id": name, "mailbox_id": name, "header_lines": {}}
        )
        self.assertNotIn("boss", str(shown))

    def test_rows_of_the_mailbox_from_which_it_was_deleted_give_nothing(self):
        self.delete_from_boss()
        with self.assertRaises(AccessError):
            self.as_user(self.stranger).read(["subject"])
        with self.assertRaises(AccessError):
            self.as_user(self.stranger)._get_original()
        self.boss.incoming_right_ids = [Command.create({"user_id": self.manager.id})]
        self.assertEqual(self.places(self.manager), [])

    def test_letter_does_not_come_back_to_the_mailbox_from_which_it_was_deleted(self):
        self.delete_from_boss()
        self.check_again()
        self.assertEqual(self.places(self.stranger), [])
        self.assertEqual(self.receipts(self.boss).mapped("uidl"), ["uid1"])

    def test_deleted_from_both_it_is_gone_with_its_files_and_stays_gone(self):
        self.delete_from_boss()
        letter_id = self.letter.id
        self.as_user(self.user).action_trash()
        self.as_user(self.user).action_delete_for_good()
        self.assertFalse(self.letter.exists())
        files = [("res_model", "=", "iris.email"), ("res_id", "=", letter_id)]
        self.assertFalse(self.env["ir.attachment"].search([*files, ("res_field", "!=", "x")]))
        self.assertFalse(self.env["iris.email.access"].search([("email_id", "=", letter_id)]))
        self.check_again()
        self.assertFalse(self.letters())
        for account in (self.boss, self.shared):
            self.assertEqual(self.receipts(account).mapped("uidl"), ["uid1"])

    def test_one_who_may_delete_in_both_deletes_at_once(self):
        self.boss.incoming_right_ids = [
            Command.create({"user_id": self.user.id, "perm_delete": True})
        ]
        self.as_user(self.user).action_trash()
        self.assertEqual(self.letter.in_trash, "all")
        self.assertEqual(self.places(self.stranger), ["trash"])
        self.as_user(self.user).action_delete_for_good()
        self.assertFalse(self.letter.exists())

    def test_responsible_takes_it_out_of_their_own_mailbox_only(self):
        """The only reader of a mailbox is responsible for its letters, and deletes as usual."""
        self.letter.responsible_id = self.stranger
        self.as_user(self.stranger).action_trash()
        self.assertEqual(self.places(self.user), ["inbox"])
        self.assertEqual(self.places(self.stranger), ["trash"])

    def test_own_list_is_no_way_to_delete_from_the_mailbox_of_others(self):
        """Who may delete in one mailbox only gives the letter a list, on which they stand."""
        self.shared.incoming_right_ids.perm_access = True
        self.as_user(self.user)._add_access([{"user_id": self.manager.id, "perm_read": True}])
        self.as_user(self.user).action_trash()
        self.assertEqual(self.places(self.stranger), ["inbox"])
        self.assertEqual(self.places(self.user), ["trash"])

    def test_third_mailbox_that_gets_it_later_has_it_in_its_inbox(self):
        self.as_user(self.stranger).action_trash()
        self.as_user(self.user).action_trash()
        server = self.serve([self.raw["shared"]])
        third = self.make_account(server, "third@example.org", readers=self.manager)
        self.check(third, self.manager)
        self.assertEqual(self.places(self.manager), ["inbox"])
        self.assertEqual(self.places(self.user), ["trash"])

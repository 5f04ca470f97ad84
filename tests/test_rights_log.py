import re

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import ForeignKeyViolation

from .common import MailCase

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


class LogCase(MailCase):
    """A mailbox without rights, and what the log says since the test began."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        # What a database brings along must not stand in the way of the rows of the tests.
        cls.env["iris.email.default.access"].search([]).unlink()
        # Manages users and groups, but no mail.
        cls.personnel = new_test_user(
            cls.env,
            "iris-personnel",
            groups="base.group_user,base.group_erp_manager,base.group_partner_manager",
        )
        cls.department = cls.env["res.groups"].create({"name": "Sales department"})

    def setUp(self):
        super().setUp()
        self.account = self.env["iris.email.account"].create({"address": "sales@example.org"})
        self.last = self.log.search([], limit=1, order="id desc").id

    @property
    def log(self):
        return self.env["iris.email.rights.log"].with_user(self.manager)

    def noted(self):
        """Return the entries since the test began or since the last call, oldest first."""
        entries = self.log.search([("id", ">", self.last)], order="id")
        self.last = max(entries.ids, default=self.last)
        return entries

    def said(self):
        """Return what the new entries say: kind, holder, before, after."""
        return [
            (entry.kind, entry.holder_text, entry.before_text, entry.after_text)
            for entry in self.noted()
        ]

    def grant(self, direction="incoming", **values):
        rights = self.env[f"iris.email.{direction}.right"].with_user(self.manager)
        return rights.create({"account_id": self.account.id, **values})

    def share_with_department(self):
        self.grant(group_id=self.department.id)
        self.noted()


@tagged("post_install", "-at_install")
class TestRightsLog(LogCase):
    """Who changed which right, when, from what to what."""

    def test_new_row(self):
        with Form(self.env["iris.email.incoming.right"].with_user(self.manager)) as card:
            card.account_id = self.account
            card.user_id = self.user
            card.perm_edit = True
        entry = self.noted()
        self.assertEqual(entry.author_id, self.manager)
        self.assertEqual(entry.author_name, self.manager.name)
        self.assertEqual(entry.create_date, self.env.cr.now())
        self.assertEqual((entry.kind, entry.account_id), ("incoming", self.account))
        self.assertEqual((entry.mailbox, entry.what_text), ("sales@example.org",) * 2)
        self.assertEqual((entry.holder, entry.holder_user_id), (self.user.name, self.user))
        self.assertEqual((entry.before_text, entry.after_text), ("", "read, edit"))
        self.assertFalse(entry.letter_id)
        self.assertFalse(entry.is_own)

    def test_changed_and_deleted_row(self):
        row = self.grant(user_id=self.user.id)
        self.noted()
        with Form(row) as card:
            card.perm_delete = True
            card.default_sender = True
        row.perm_access = False
        row.unlink()
        all_permissions = "read, delete, send, default sender"
        self.assertEqual(
            self.said(),
            [
                ("incoming", self.user.name, "read", all_permissions),
                ("incoming", self.user.name, all_permissions, ""),
            ],
        )

    def test_row_that_moves_is_logged(self):
        """Whoever points a row elsewhere grants something, though the ticks stay."""
        other = self.env["iris.email.account"].create({"address": "boss@example.org"})
        row = self.grant(user_id=self.user.id)
        self.noted()
        row.account_id = other
        self.assertEqual(
            {(entry.mailbox, entry.before, entry.after) for entry in self.noted()},
            {("sales@example.org", "read", ""), ("boss@example.org", "", "read")},
        )
        row.user_id = self.stranger
        self.assertEqual(
            {(entry.holder_user_id, entry.before, entry.after) for entry in self.noted()},
            {(self.user, "read", ""), (self.stranger, "", "read")},
        )

    def test_company_of_a_mailbox(self):
        """For whom the rows of a mailbox hold depends on it."""
        home, abroad = self.manager.company_id, self.env["res.company"].create({"name": "A, B"})
        self.manager.company_ids = [Command.link(abroad.id)]
        account = self.account.with_user(self.manager)
        account = account.with_context(allowed_company_ids=[home.id, abroad.id])
        for before, after in (("all companies", "A, B"), ("A, B", "all companies")):
            account.company_id = abroad if after == "A, B" else False
            account.company_id = account.company_id
            entry = self.noted()
            self.assertEqual((entry.kind, entry.account_id), ("company", self.account))
            self.assertEqual(entry.what_text, "sales@example.org")
            self.assertFalse(entry.holder_text)
            self.assertEqual((entry.before_text, entry.after_text), (before, after))
            self.assertEqual(entry.author_id, self.manager)
            self.assertFalse(entry.is_own)

    def test_company_that_opens_a_mailbox_to_whoever_chose_it(self):
        abroad = self.env["res.company"].create({"name": "Abroad"})
        self.account.company_id = abroad
        row = {"account_id": self.account.id, "user_id": self.manager.id}
        self.env["iris.email.incoming.right"].create(row)
        self.account.with_user(self.manager).sudo().company_id = False
        entries = self.noted().filtered(lambda entry: entry.kind == "company")
        self.assertEqual(entries.mapped("is_own"), [False, True])

    def test_company_with_a_mailbox_cannot_be_deleted(self):
        """The mailbox would be open to all companies, without anybody having said so."""
        self.account.company_id = self.env["res.company"].create({"name": "Abroad"})
        self.env.flush_all()
        with self.assertRaises(ForeignKeyViolation), mute_logger("odoo.sql_db"):
            self.account.company_id.unlink()

    def test_default_access_that_moves_is_logged(self):
        row = self.env["iris.email.default.access"].create(
            {
                "applies_to": "user",
                "responsible_user_id": self.user.id,
                "holder": "user",
                "user_id": self.stranger.id,
            }
        )
        self.noted()
        row.with_user(self.manager).write({"applies_to": "anyone", "responsible_user_id": False})
        self.assertEqual(
            {(entry.what_text, entry.before, entry.after) for entry in self.noted()},
            {
                (f"Responsible: {self.user.name}", "read", ""),
                ("Responsible: anyone", "", "read"),
            },
        )

    def test_row_on_the_card_of_the_account(self):
        card = self.account.with_user(self.manager)
        card.outgoing_right_ids = [Command.create({"group_id": self.department.id})]
        entry = self.noted()
        self.assertEqual((entry.kind, entry.holder), ("outgoing", "Sales department"))
        self.assertEqual(entry.holder_group_id, self.department)

    def test_words_are_in_the_readers_language(self):
        manager = self.manager.with_context(lang="ru_RU")
        rights = self.env["iris.email.incoming.right"].with_user(manager)
        rights.with_context(lang="ru_RU").create(
            {"account_id": self.account.id, "user_id": self.user.id, "perm_access": True}
        )
        entry = self.noted()
        self.assertEqual(entry.after_text, "read, change access")
        russian = entry.with_context(lang="ru_RU").after_text
        self.assertTrue(all(map(CYRILLIC.match, russian.split(", "))), russian)

    def test_what_one_grants_oneself_stands_out(self):
        self.grant(user_id=self.manager.id)
        self.assertTrue(self.noted().is_own)
        found = self.log.search([("is_own", "=", True), ("account_id", "=", self.account.id)])
        self.assertEqual(found.author_id, self.manager)

    def test_what_one_grants_to_a_group_of_ones_own_stands_out(self):
        self.department.user_ids = [Command.link(self.manager.id)]
        self.share_with_department()
        self.assertTrue(self.log.browse(self.last).is_own)

    def test_what_one_takes_from_oneself_or_gives_others_does_not(self):
        row = self.grant(user_id=self.manager.id)
        self.noted()
        row.unlink()
        self.grant(user_id=self.user.id)
        self.grant("outgoing", group_id=self.department.id)
        self.assertEqual(self.noted().mapped("is_own"), [False, False, False])

    def test_default_access(self):
        rows = self.env["iris.email.default.access"].with_user(self.manager)
        with Form(rows) as card:
            card.applies_to = "user"
            card.responsible_user_id = self.user
            card.holder = "group"
            card.group_id = self.department
        rows.create({"holder": "responsible", "perm_edit": True})
        first, second = self.noted()
        self.assertEqual(first.kind, "default")
        self.assertEqual(first.what_text, f"Responsible: {self.user.name}")
        self.assertEqual(second.what_text, "Responsible: anyone")
        self.assertEqual((first.holder_text, first.after_text), ("Sales department", "read"))
        self.assertEqual((second.holder_text, second.after_text), ("The responsible", "read, edit"))

    def test_access_list_is_logged_by_the_number_of_the_letter(self):
        self.account.incoming_right_ids = [
            Command.create({"user_id": self.user.id, "perm_access": True})
        ]
        letter = self.env["iris.email"].create(
            {"type": "inbox", "account_id": self.account.id, "subject": "Secret plan"}
        )
        self.noted()
        letter.with_user(self.user)._add_access([{"user_id": self.stranger.id, "perm_read": True}])
        entry = self.noted()
        self.assertEqual(entry.author_id, self.user)
        self.assertEqual((entry.kind, entry.letter_id), ("list", letter.id))
        self.assertEqual((entry.holder_user_id, entry.after_text), (self.stranger, "read"))
        self.assertEqual(entry.what_text, f"Letter no. {letter.id}, sales@example.org")
        self.assertNotIn("Secret", str(entry.read()))

    def test_one_create_for_all(self):
        users = self.env["res.users"].create(
            [{"name": f"User {number}", "login": f"iris-{number}"} for number in range(20)]
        )

        def entries(some):
            return [
                {"kind": "list", "user_id": user.id, "before": (), "after": ("read",)}
                for user in some
            ]

        log = self.env["iris.email.rights.log"]
        log._note(entries(users[:1]))
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            log._note(entries(users))

    def test_permission_without_a_word_is_an_error(self):
        with self.assertRaises(ValueError):
            self.env["iris.email.rights.log"]._note(
                [{"kind": "list", "before": (), "after": ("fly",)}]
            )


@tagged("post_install", "-at_install")
class TestRightsLogIsKept(LogCase):
    """Who may look at the log, and that nobody changes it."""

    def setUp(self):
        super().setUp()
        self.row = self.grant(user_id=self.user.id)
        self.entry = self.noted()

    def test_others_do_not_see_it(self):
        for user in (self.user, self.stranger, self.personnel):
            log = self.env["iris.email.rights.log"].with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                log.search([])
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.entry.with_user(user).read(["holder"])
            with self.subTest(user.login), self.assertRaises(AccessError):
                log.formatted_read_group([], ["author_id"], ["__count"])

    def test_nobody_adds_to_it(self):
        values = {"kind": "group", "author_name": "Somebody else", "after": "read"}
        for log in (self.log, self.log.sudo(), self.env["iris.email.rights.log"]):
            with self.subTest(log.env.uid), self.assertRaisesRegex(AccessError, "writes itself"):
                log.create(values)
        with self.assertRaises(AccessError):
            self.entry.copy()

    @mute_logger("odoo.models")
    def test_nobody_imports_it(self):
        for log in (self.log, self.env["iris.email.rights.log"]):
            result = log.load(["kind", "holder"], [["group", "Somebody"]])
            self.assertFalse(result["ids"])
            self.assertEqual([message["type"] for message in result["messages"]], ["error"])
        self.assertFalse(self.log.search([("holder", "=", "Somebody")]))

    def test_nobody_changes_it(self):
        for entry in (self.entry, self.entry.sudo(), self.entry.with_user(1)):
            with self.subTest(entry.env.uid), self.assertRaisesRegex(AccessError, "Nobody can"):
                entry.write({"author_id": self.stranger.id})
            with self.subTest(entry.env.uid), self.assertRaisesRegex(AccessError, "Nobody can"):
                entry.author_name = "Somebody else"
        with self.assertRaises(AccessError):
            self.entry.web_save({"holder": "Somebody else"}, {})

    def test_nobody_deletes_it(self):
        for entry in (self.entry.sudo(), self.entry.with_user(1)):
            with self.subTest(entry.env.uid), self.assertRaisesRegex(AccessError, "Nobody can"):
                entry.unlink()
        with self.assertRaises(AccessError):
            self.entry.unlink()
        with self.assertRaises(AccessError):
            self.entry.sudo().with_context(_force_unlink=True).unlink()

    def test_note_is_no_way_in(self):
        self.assertTrue(self.env["iris.email.rights.log"]._note._api_private)

    def test_names_stay_when_records_go(self):
        author = new_test_user(
            self.env, "iris-author", groups="base.group_user,iris_email.group_manager"
        )
        self.noted()
        name = author.name
        self.row.with_user(author).perm_edit = True
        entry = self.noted()
        self.env.flush_all()
        author.unlink()
        self.user.unlink()
        self.account.unlink()
        self.env.invalidate_all()
        self.assertFalse(entry.author_id or entry.holder_user_id or entry.account_id)
        self.assertEqual((entry.author_name, entry.mailbox), (name, "sales@example.org"))
        self.assertEqual(entry.holder_text, "iris-sales (base.group_user)")

    def test_administrators_see_what_concerns_their_companies(self):
        company = self.env["res.company"].create({"name": "Daughter"})
        chief = new_test_user(
            self.env,
            "iris-chief",
            groups="base.group_user,iris_email.group_manager",
            company_id=company.id,
            company_ids=[Command.set([company.id])],
        )
        theirs = self.log.with_user(chief)
        domain = [("id", "=", self.entry.id)]
        self.account.company_id = self.env.company
        self.assertTrue(self.log.search(domain))
        self.assertFalse(theirs.search(domain))
        self.account.company_id = company
        self.assertTrue(theirs.search(domain))
        self.assertFalse(self.log.search(domain))
        self.account.unlink()
        self.assertTrue(theirs.search(domain))
        self.assertFalse(self.log.search(domain))

    def test_list_and_search(self):
        action = self.env.ref("iris_email.iris_email_rights_log_action")
        self.assertEqual(action.view_mode, "list")
        views = self.log.get_views([(False, "list"), (False, "search")])["views"]
        for name in ("create", "edit", "delete", "import"):
            self.assertIn(f'{name}="0"', views["list"]["arch"])
        self.assertEqual(self.log.search([])[:1], self.entry)

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import config, mute_logger
from psycopg2 import IntegrityError


@tagged("post_install", "-at_install")
class TestAccountCard(TransactionCase):
    """The account card: what it fills in, what it refuses (guide B1-B12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "postmaster", groups="base.group_user,iris_email.group_manager"
        )
        cls.accounts = cls.env["iris.email.account"].with_user(cls.manager)

    def test_defaults_are_those_of_the_guide(self):
        account = self.accounts.create({"address": "ivan@example.com"})
        self.assertEqual((account.incoming_port, account.outgoing_port), (110, 25))
        self.assertTrue(account.active)
        self.assertEqual(account.keep_policy, "forever")

    def test_address_of_a_known_provider_fills_the_card(self):
        with Form(self.accounts) as card:
            card.address = "ivan@yandex.ru"
            self.assertEqual(card.incoming_host, "pop.yandex.ru")
            self.assertEqual(card.incoming_login, "ivan@yandex.ru")
            self.assertEqual((card.incoming_encryption, card.incoming_port), ("ssl", 995))
            self.assertEqual(card.outgoing_host, "smtp.yandex.ru")
            self.assertEqual((card.outgoing_encryption, card.outgoing_port), ("ssl", 465))
            self.assertTrue(card.provider_note)

    def test_unknown_provider_is_guessed_with_the_ports_of_the_guide(self):
        with Form(self.accounts) as card:
            card.address = "ivan@firm.example"
            self.assertEqual(card.incoming_host, "pop.firm.example")
            self.assertEqual(card.outgoing_host, "smtp.firm.example")
            self.assertEqual((card.incoming_port, card.outgoing_port), (110, 25))

    def test_address_never_overwrites_what_was_typed(self):
        with Form(self.accounts) as card:
            card.incoming_host = "mail.mine.example"
            card.incoming_port = 1110
            card.outgoing_login = "robot"
            card.address = "ivan@yandex.ru"
            self.assertEqual(card.incoming_host, "mail.mine.example")
            self.assertEqual(card.incoming_port, 1110)
            self.assertEqual(card.outgoing_login, "robot")
            self.assertEqual(card.outgoing_host, "smtp.yandex.ru")

    def test_corrected_address_corrects_what_was_filled_in(self):
        with Form(self.accounts) as card:
            card.address = "ivan@yandx.example"
            card.outgoing_host = "relay.example"
            card.address = "ivan@mail.ru"
            self.assertEqual(card.incoming_host, "pop.mail.ru")
            self.assertEqual(card.incoming_login, "ivan@mail.ru")
            self.assertEqual(card.outgoing_host, "relay.example")

    def test_saved_settings_stay_when_the_address_changes(self):
        account = self.accounts.create(
            {"address": "ivan@firm.example", "incoming_host": "mail.firm.example"}
        )
        with Form(account) as card:
            card.address = "ivan@yandex.ru"
            self.assertEqual(card.incoming_host, "mail.firm.example")

    def test_encryption_moves_a_usual_port_and_leaves_a_changed_one(self):
        with Form(self.accounts) as card:
            card.address = "ivan@firm.example"
            card.incoming_encryption = "ssl"
            self.assertEqual(card.incoming_port, 995)
            card.incoming_encryption = "starttls"
            self.assertEqual(card.incoming_port, 110)
            card.outgoing_encryption = "starttls"
            self.assertEqual(card.outgoing_port, 587)
            card.outgoing_encryption = "ssl"
            self.assertEqual(card.outgoing_port, 465)
            card.outgoing_encryption = "none"
            self.assertEqual(card.outgoing_port, 25)
            card.outgoing_port = 2525
            card.outgoing_encryption = "starttls"
            self.assertEqual(card.outgoing_port, 2525)
            card.incoming_port = 1995
            card.incoming_encryption = "none"
            self.assertEqual(card.incoming_port, 1995)

    def test_wrong_addresses_are_refused(self):
        for address in ("ivan", "ivan@", "@example.com", "a b@example.com", "a@b@c", "a@b..c"):
            with self.subTest(address), self.assertRaisesRegex(ValidationError, "e-mail address"):
                self.accounts.create({"address": address})

    def test_international_addresses_are_accepted(self):
        account = self.accounts.create({"address": " иван@почта.рф "})
        self.assertEqual(account.address, "иван@почта.рф")

    @mute_logger("odoo.sql_db")
    def test_wrong_ports_are_refused(self):
        for name in ("incoming_port", "outgoing_port"):
            for port in (0, -1, 65536):
                with (
                    self.subTest(name=name, port=port),
                    self.assertRaises(IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    self.accounts.create({"address": "ivan@example.com", name: port})

    def test_two_active_accounts_for_one_mailbox_are_refused(self):
        values = {"incoming_host": "pop.example.com", "incoming_login": "ivan"}
        self.accounts.create({"address": "ivan@example.com", **values})
        with self.assertRaisesRegex(ValidationError, "ivan@example.com already reads"):
            self.accounts.create(
                {
                    "address": "boss@example.com",
                    "incoming_host": "POP.example.com",
                    "incoming_login": "Ivan",
                }
            )
        idle = self.accounts.create({"address": "boss@example.com", "active": False, **values})
        with self.assertRaises(ValidationError):
            idle.active = True

    def test_empty_login_stands_for_the_address(self):
        self.accounts.create({"address": "ivan@example.com", "incoming_host": "h"})
        with self.assertRaises(ValidationError):
            self.accounts.create(
                {
                    "address": "b@example.com",
                    "incoming_host": "h",
                    "incoming_login": "Ivan@example.com",
                }
            )

    def test_host_is_only_a_name(self):
        for host in ("pop.example.com:995", "pops://pop.example.com/", "[::1]", "a b", "a..b"):
            for name in ("incoming_host", "outgoing_host"):
                with self.subTest(host), self.assertRaisesRegex(ValidationError, "only the name"):
                    self.accounts.create({"address": "a@example.com", name: host})
        for host in ("localhost", "192.0.2.1", "::1", "почта.рф", "pop.example.com."):
            self.accounts.create({"address": "a@example.com", "incoming_host": host})

    def test_a_login_with_wildcards_is_not_a_pattern(self):
        self.accounts.create(
            {"address": "a@example.com", "incoming_host": "h", "incoming_login": "ivan1"}
        )
        self.accounts.create(
            {"address": "b@example.com", "incoming_host": "h", "incoming_login": "ivan_"}
        )

    def test_copy_is_inactive(self):
        account = self.accounts.create(
            {"address": "a@example.com", "incoming_host": "h", "incoming_login": "a"}
        )
        self.assertFalse(account.copy().active)

    def test_new_server_forgets_the_trusted_certificate(self):
        account = self.accounts.create(
            {
                "address": "a@example.com",
                "incoming_host": "old.example",
                "incoming_fingerprint": "ab",
                "outgoing_host": "out.example",
                "outgoing_fingerprint": "cd",
            }
        )
        account.incoming_host = "new.example"
        self.assertFalse(account.incoming_fingerprint)
        self.assertEqual(account.outgoing_fingerprint, "cd")

    def test_account_with_letters_cannot_be_deleted(self):
        account = self.accounts.create({"address": "a@example.com"})
        letter = self.env["iris.email"].create(
            {"type": "inbox", "account_id": account.id, "subject": "Hello"}
        )
        with self.assertRaisesRegex(UserError, "a@example.com has letters"):
            account.unlink()
        letter.unlink()
        account.unlink()
        self.assertFalse(account.exists())

    def test_account_that_keeps_a_failed_letter_cannot_be_deleted(self):
        account = self.accounts.create({"address": "a@example.com"})
        receipt = self.env["iris.email.receipt"].create(
            {"account_id": account.id, "uidl": "1", "state": "failed", "has_source": True}
        )
        with self.assertRaisesRegex(UserError, "a@example.com has letters"):
            account.unlink()
        receipt.unlink()
        account.unlink()

    def test_scheduled_check_runs_only_while_there_is_an_account(self):
        cron = self.env.ref("iris_email.ir_cron_check_mail")
        self.env["iris.email.account"].search([]).active = False
        self.assertFalse(cron.active)
        account = self.accounts.create({"address": "a@example.com", "incoming_host": "h"})
        self.assertTrue(cron.active)
        account.active = False
        self.assertFalse(cron.active)
        account.active = True
        account.unlink()
        self.assertFalse(cron.active)
        self.assertEqual((cron.interval_number, cron.interval_type), (5, "minutes"))

    def test_list_is_searched_by_mailbox(self):
        account = self.accounts.create({"address": "sales@example.com", "description": "Shop"})
        self.assertEqual(self.accounts.name_search("sales@")[0][0], account.id)
        self.assertEqual(self.accounts.name_search("Shop")[0][0], account.id)


@tagged("post_install", "-at_install")
class TestPasswords(TransactionCase):
    """Passwords are write-only and encrypted at rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "postmaster",
            groups="base.group_user,base.group_allow_export,iris_email.group_manager",
        )
        cls.account = (
            cls.env["iris.email.account"]
            .with_user(cls.manager)
            .create(
                {
                    "address": "ivan@example.com",
                    "incoming_password": "пароль-in",
                    "outgoing_password": "secret-out",
                }
            )
        )

    def _get_row(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT account::text FROM iris_email_account AS account WHERE id = %s",
            [self.account.id],
        )
        return self.env.cr.fetchone()[0]

    def test_stored_encrypted_and_used_in_clear(self):
        row = self._get_row()
        self.assertNotIn("пароль-in", row)
        self.assertNotIn("secret-out", row)
        self.assertEqual(self.account._get_password("incoming"), "пароль-in")
        self.assertEqual(self.account._get_password("outgoing"), "secret-out")

    def test_nobody_reads_them(self):
        values = self.account.read(["incoming_password", "outgoing_password"])[0]
        self.assertFalse(values["incoming_password"])
        self.assertFalse(values["outgoing_password"])
        for name in ("incoming_secret", "outgoing_secret"):
            with self.assertRaises(AccessError):
                self.account.read([name])
            with self.assertRaises(AccessError):
                self.account.search([(name, "!=", False)])
            with self.assertRaises(AccessError):
                self.account.write({name: "stolen"})
        exported = self.account.export_data(["incoming_password", "outgoing_password"])
        self.assertEqual(exported["datas"], [["", ""]])
        self.assertTrue(self.account.has_incoming_password)

    def test_other_changes_keep_them_and_copies_have_none(self):
        with Form(self.account) as card:
            card.description = "Ivan"
        self.assertEqual(self.account._get_password("incoming"), "пароль-in")
        self.assertFalse(self.account.copy().has_incoming_password)

    def test_they_can_be_replaced_and_taken_away(self):
        self.account.incoming_password = "new"
        self.assertEqual(self.account._get_password("incoming"), "new")
        self.account.incoming_password = False
        self.assertEqual(self.account._get_password("incoming"), "")
        self.assertFalse(self.account.has_incoming_password)

    def test_lost_key_asks_for_the_password_again(self):
        from odoo.addons.iris_email.tools import secret

        self.patch(config, "options", {**config.options, "iris_email_key": secret.generate_key()})
        with self.assertRaisesRegex(UserError, "ivan@example.com.*Enter the password again"):
            self.account._get_password("incoming")
        self.account.incoming_password = "again"
        self.assertEqual(self.account._get_password("incoming"), "again")

    def test_neutralized_copy_reads_no_mailbox(self):
        from odoo.modules.neutralize import get_neutralization_queries

        self.env.flush_all()
        for query in get_neutralization_queries(["iris_email"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.account.active)
        self.assertFalse(self.account.has_incoming_password)
        self.assertFalse(self.env.ref("iris_email.ir_cron_check_mail").active)

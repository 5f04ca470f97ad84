"""Searches by which somebody could find out what is in a letter that they may not read."""

from odoo.tests import tagged

from .rights_attackers import FILE, FILE_NAME, LOGIN, SUBJECT, TEXT, TRACE, AttackCase

LETTER = "iris.email"


@tagged("post_install", "-at_install")
class TestSearchOracles(AttackCase):
    """Searching must not tell whether a hidden letter has a word: the answer is always the same."""

    def assertNoOracle(self, model, true, false, **kwargs):
        """Assert that a domain that is true of a hidden record finds what a false one finds."""
        for method in ("search_count", "search"):
            found = [self.result(model, method, domain, **kwargs) for domain in (true, false)]
            self.assertEqual(*found)

    def oracles(self):
        """Return models, and domains with %s for a word: a true one and a false one."""
        file = self.files_of(self.secret).filtered(lambda one: not one.res_field)
        users = self.users["boss"].id, self.users["nobody"].id
        subject, name = (SUBJECT, "Nebuchad"), (FILE_NAME, "giraffe")
        content = (FILE, "antelope")
        for field, words in (
            ("subject", subject),
            ("display_name", subject),
            ("body_text", (TEXT, "hunteryy")),
            ("preview", (TEXT, "hunteryy")),
            ("full_text", (TEXT, "hunteryy")),
            ("attachment_ids.name", name),
            ("attachment_ids.index_content", content),
            ("parent_id.subject", subject),
            ("answered_id", subject),
            ("answered_id.subject", subject),
            ("answered_id.attachment_ids.name", name),
            ("answered_id.account_id.address", ("boss@example.org", "nobody@example.org")),
        ):
            yield LETTER, *([[field, "ilike", word]] for word in words)
        yield LETTER, *([["answered_id", "any", [["subject", "ilike", word]]]] for word in subject)
        yield LETTER, *([["attachment_ids", "any", [["name", "ilike", word]]]] for word in name)
        for field in (
            "access_ids.user_id",
            "read_user_ids",
            "account_id.incoming_right_ids.user_id",
        ):
            yield LETTER, *([[field, "in", [user]]] for user in users)
        for field in ("name", "index_content", "res_name"):
            words = {"name": name, "index_content": content, "res_name": subject}[field]
            yield "ir.attachment", *([[field, "ilike", word]] for word in words)
        yield "ir.attachment", *([["checksum", "=", sum]] for sum in (file.checksum, "0"))
        for field in ("iris_email_ids", "iris_email_ids.subject", "iris_email_ids.body_text"):
            words = (TEXT, "hunteryy") if "body" in field else subject
            yield "res.partner", *([[field, "ilike", word]] for word in words)
        yield "res.partner", *([["iris_email_count", ">", number]] for number in (0, 1000))
        yield (
            "res.users",
            *([["partner_id.iris_email_ids.subject", "ilike", word]] for word in subject),
        )
        for field in ("letter_id", "letter_id.subject", "letter_id.attachment_ids.name"):
            words = name if "attachment" in field else subject
            yield "iris.email.receipt", *([[field, "ilike", word]] for word in words)
        for field in ("email_id", "email_id.subject"):
            yield "iris.email.access", *([[field, "ilike", word]] for word in subject)
        yield "iris.email.access", *([["user_id", "in", [user]]] for user in users)

    def test_words_of_a_hidden_letter(self):
        oracles = list(self.oracles())
        for attacker in self.attackers():
            for model, true, false in oracles:
                with self.subTest(attacker=attacker, model=model, domain=true):
                    self.assertNoOracle(model, true, false)

    def test_words_that_a_reader_may_look_for(self):
        """The same domains tell those who may read the letter what they may know."""
        self.log_in("boss")
        for field in ("subject", "attachment_ids.name", "answered_id.subject"):
            word = FILE_NAME if "name" in field else SUBJECT
            with self.subTest(field):
                self.assertTrue(self.result(LETTER, "search_count", [[field, "ilike", word]]))

    def test_secrets_of_an_account(self):
        """Of the account through which the reader does not read the twin, and of their own."""
        probes = [
            ("incoming_login", LOGIN, "wrong"),
            ("incoming_login", "shared", "wrong"),
            ("incoming_host", "pop.example.com", "wrong"),
            ("incoming_right_ids.user_id", self.users["boss"].login, "wrong"),
        ]
        for attacker in ("nobody", "reader", "foreign", "system"):
            self.log_in(attacker)
            for field, true, false in probes:
                with self.subTest(field, attacker=attacker):
                    args = ([[field, "ilike", word]] for word in (true, false))
                    self.assertNoOracle("iris.email.account", *args)
                    for link in ("account_id", "other_account_ids", "mailbox_id"):
                        args = ([[f"{link}.{field}", "ilike", word]] for word in (true, false))
                        self.assertNoOracle(LETTER, *args)

    def test_address_of_the_other_mailbox(self):
        self.log_in("reader")
        for field in (
            "account_id",
            "account_id.address",
            "account_id.display_name",
            "other_account_ids",
            "other_account_ids.address",
            "mailbox_id",
            "mailbox_id.address",
        ):
            for operator in ("ilike", "="):
                args = ([[field, operator, f"{who}@example.org"]] for who in ("boss", "wrong"))
                with self.subTest(field, operator=operator):
                    self.assertNoOracle(LETTER, *args)

    def test_blind_copy(self):
        """Whether, and to whom else a letter came is for those who read that mailbox, too."""
        content = {"subject": "Blind", "text": "Copy.\n", "files": (), "headers": ()}
        self.receive("blind", self.shared, **content)
        letter = self.receive("blind", self.private, **content)
        plain = self.receive("plain", self.shared, **{**content, "text": "No copy.\n"})
        self.assertEqual(letter.other_account_ids, self.private)
        self.log_in("reader")
        for name in ("account_id", "mailbox_id"):
            read = [self.result(LETTER, "read", one.ids, [name])[0][name] for one in letter | plain]
            with self.subTest(name):
                self.assertEqual(*read)
        for name in ("other_account_ids", "in_several", "in_trash", "trashed_account_ids"):
            with self.subTest(name):
                self.assertEqual(self.result(LETTER, "read", letter.ids, [name]), "refused")
                domain = [[name, "!=", False]]
                self.assertEqual(self.result(LETTER, "search_count", domain), "refused")
        for domain in (
            [["mailbox_id", "=", self.private.id]],
            [["mailbox_id", "in", self.private.ids]],
            [["mailbox_id", "not in", self.private.ids]],
        ):
            found = [
                self.result(LETTER, "search_count", [["id", "=", one.id], *domain])
                for one in letter | plain
            ]
            with self.subTest(domain=domain):
                self.assertEqual(*found)

    def test_passwords(self):
        for attacker in self.attackers():
            for field in ("incoming_secret", "outgoing_secret", "incoming_password"):
                with self.subTest(field, attacker=attacker):
                    args = ([[field, "like", word]] for word in ("gAAAA%", "wrong"))
                    self.assertNoOracle("iris.email.account", *args)
                    args = ([[f"account_id.{field}", operator, False]] for operator in ("=", "!="))
                    self.assertNoOracle(LETTER, *args)

    def test_group_and_order_by_hidden_fields(self):
        for attacker in self.attackers():
            for field in (
                "account_id.incoming_login",
                "account_id.incoming_secret",
                "account_id.address",
                "attachment_ids.name",
                "access_ids.user_id",
                "access_ids",
                "read_user_ids",
                "source",
            ):
                with self.subTest(field, attacker=attacker):
                    args = [], [field], ["__count"]
                    text = self.call(LETTER, "formatted_read_group", *args)
                    self.assertNothingTold(text, LOGIN, "gAAAA", TRACE)
                    if attacker != "manager":
                        self.assertNothingTold(text, "boss@example.org")
            for field in ("source:array_agg", "read_user_ids:array_agg", "access_ids:count"):
                with self.subTest(field, attacker=attacker):
                    args = [], [], [field]
                    self.assertRefused(self.call(LETTER, "formatted_read_group", *args))
            secret = "incoming_secret"
            for model, order in (
                ("iris.email.account", secret),
                (LETTER, f"account_id.{secret}"),
                (LETTER, "source"),
                (LETTER, "read_user_ids"),
            ):
                with self.subTest(order, attacker=attacker):
                    # Whoever sees no record at all gets none, before the order is looked at.
                    self.assertIn(self.result(model, "search", [], order=order), ("refused", []))

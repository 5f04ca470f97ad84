"""Every user of the table asks for every letter in every way; the table says what they get."""

from odoo.fields import Command
from odoo.tests import tagged

from .rights_matrix import (
    EXPECTED,
    KINDS,
    RECEIVED,
    SENDERS,
    UNSENT,
    USERS,
    MatrixCase,
    everywhere,
    only,
)


@tagged("post_install", "-at_install")
class TestRightsMatrix(MatrixCase):
    """One test for each operation, one assertion for each user and letter."""

    # ---- read ----

    def test_read(self):
        self.assertTable("r", lambda letter: "Subject of" in letter.read(["subject"])[0]["subject"])

    def test_search(self):
        self.assertTable("r", lambda letter: everywhere(letter).search(only(letter)) == letter)

    def test_page(self):
        """A page of a list is looked for in another way than all letters."""
        self.assertTable(
            "r",
            lambda letter: (
                letter in everywhere(letter).search([], limit=80, order="date desc, id desc")
            ),
        )

    def test_page_of_a_mailbox(self):
        def find(letter):
            page = letter.search([("mailbox_id", "=", self.shared.id)], limit=80, order="date")
            return letter in page

        # Whoever reads it by other rights does not learn which mailbox it is in.
        self.assertTable(
            "r",
            find,
            hidden_kinds=("private", "open", "trashed"),
            hidden_users=("nobody", "author"),
        )

    def test_count_of_few(self):
        self.assertTable(
            "r", lambda letter: everywhere(letter).search_count(only(letter), limit=10_000)
        )

    def test_search_without_trash(self):
        self.assertTable("r", lambda letter: letter.search(only(letter)), hidden_kinds=["trashed"])

    def test_search_in_trash(self):
        in_trash = [("is_trashed", "=", True)]
        self.assertTable(
            "r",
            lambda letter: letter.search(only(letter) + in_trash),
            hidden_kinds=KINDS.keys() - {"trashed"},
        )

    def test_count(self):
        self.assertTable("r", lambda letter: everywhere(letter).search_count(only(letter)))

    def test_count_without_trash(self):
        self.assertTable(
            "r", lambda letter: letter.search_count(only(letter)), hidden_kinds=["trashed"]
        )

    def test_group(self):
        def count_groups(letter):
            groups = everywhere(letter).formatted_read_group(only(letter), ["type"], ["__count"])
            return sum(group["__count"] for group in groups)

        self.assertTable("r", count_groups)

    def test_export(self):
        def export(letter):
            return letter.export_data(["subject", "body_text"])["datas"][0][0].startswith("Subject")

        self.assertTable("r", export)

    def test_web_search_read(self):
        def look(letter):
            found = everywhere(letter).web_search_read(only(letter), {"subject": {}})
            return found["length"] and found["records"][0]["subject"]

        self.assertTable("r", look)

    def test_name_search(self):
        def find(letter):
            subject = letter.sudo().subject
            return everywhere(letter).name_search(subject, operator="=") == [(letter.id, subject)]

        self.assertTable("r", find)

    # ---- files ----

    def test_file_read(self):
        self.assertTable("r", lambda letter: self.get_file(letter).raw.startswith(b"file of"))

    def test_file_found_by_its_letter(self):
        def find(letter):
            domain = [("res_model", "=", "iris.email"), ("res_id", "=", letter.id)]
            return letter.env["ir.attachment"].search(domain) == self.get_file(letter)

        self.assertTable("r", find)

    def test_file_found_by_its_content(self):
        def find(letter):
            file = self.get_file(letter)
            domain = [("checksum", "=", file.sudo().checksum)]
            return letter.env["ir.attachment"].search(domain) == file

        self.assertTable("r", find)

    def test_original(self):
        def download(letter):
            # Only what was received has one; for the others it must be refused just the same.
            raw = letter._get_original()
            return raw.startswith(b"Delivered-To") or b"boss" not in raw

        self.assertTable("r", download)

    def get_file(self, letter):
        """Return the letter's only file, without asking whether it may be read."""
        return letter.sudo().attachment_ids.with_env(letter.env)

    # ---- change ----

    def test_edit(self):
        def edit(letter):
            letter.is_important = True
            letter.flush_recordset()
            return True

        self.assertTable("w", edit)

    def test_read_anew(self):
        self.assertTable(
            "w",
            lambda letter: letter.reread_as("koi8-r") and letter.sudo().charset == "koi8-r",
            hidden_kinds=KINDS.keys() - RECEIVED,
        )

    def test_delete(self):
        def delete(letter):
            if letter.sudo().in_trash:
                letter.unlink()
                return not letter.exists()
            letter.action_trash()
            return letter.sudo().in_trash

        self.assertTable("d", delete)

    def test_restore(self):
        def restore(letter):
            letter.action_restore()
            return not letter.sudo().in_trash

        for user in USERS:
            with self.subTest(user=user):
                self.assertIs(
                    self.works(restore, self.as_user(self.letters_by_kind["trashed"], user)),
                    "d" in EXPECTED["trashed"][user],
                )

    # ---- change access ----

    def test_change_access(self):
        def share(letter):
            letter.env["iris.email.access"].create(
                {"email_id": letter.id, "user_id": self.stranger.id, "perm_read": True}
            )
            return letter.with_user(self.stranger).has_access("read")

        self.assertTable("a", share)

    def test_access_list_is_shown(self):
        def look(letter):
            return letter.env["iris.email.access"].search([("email_id", "=", letter.id)])

        self.assertTable("a", look, hidden_kinds=KINDS.keys() - {"own-list"})

    # ---- send ----

    def test_send(self):
        self.assertTable("s", lambda letter: letter.has_access("read") and letter.can_send)

    def test_send_by_call(self):
        def send(letter):
            letter.send_letters()
            return letter.sudo().state == "queued"

        self.assertTable("s", send)

    def test_send_by_the_list(self):
        self.assertTable("s", lambda letter: letter.action_send())

    def test_take_back(self):
        def take_back(letter):
            letter.take_back()
            return letter.sudo().type == "draft"

        # Who may send from the account, and the author: what one has sent one may stop.
        for kind in ("queued", "refused", "uncertain"):
            for user in USERS:
                letter = self.as_user(self.letters_by_kind[kind], user)
                with self.subTest(kind=kind, user=user):
                    self.assertIs(self.works(take_back, letter), user in {*SENDERS, "author"})

    def test_settle_what_is_uncertain(self):
        def settle(letter):
            letter.action_mark_sent()
            return letter.sudo().type == "sent"

        for user in USERS:
            with self.subTest(user):
                letter = self.as_user(self.letters_by_kind["uncertain"], user)
                self.assertIs(self.works(settle, letter), user in {*SENDERS, "author"})

    def test_recipients_are_shown(self):
        written = {"queued", "refused", "uncertain", "sent"}
        self.assertTable(
            "r",
            lambda letter: letter.env["iris.email.recipient"].search(
                [("email_id", "=", letter.id)]
            ),
            hidden_kinds=KINDS.keys() - written,
        )

    # ---- answer ----

    def let_everybody_send(self):
        """Give all users an account from which they may send."""
        rows = [
            Command.create({"user_id": user.id, "may_send": True}) for user in self.users.values()
        ]
        self.env["iris.email.account"].create(
            {"address": "postbox@example.org", "incoming_right_ids": rows}
        )

    def test_answer(self):
        self.let_everybody_send()
        for method in ("action_reply", "action_reply_all", "action_forward"):

            def answer(letter, method=method):
                draft = letter.browse(getattr(letter, method)()["res_id"])
                return "Good morning" in draft.body_text

            with self.subTest(method):
                self.assertTable("r", answer, hidden_kinds=UNSENT)

    def test_edit_as_new(self):
        self.let_everybody_send()
        outgoing = {"queued", "refused", "uncertain", "sent"}
        self.assertTable(
            "r",
            lambda letter: letter.action_edit_as_new(),
            hidden_kinds=KINDS.keys() - outgoing,
        )

    def test_text_in_the_editor(self):
        self.assertTable(
            "r", lambda letter: letter.read(["body"])[0]["body"], hidden_kinds=KINDS.keys() - UNSENT
        )

    def test_accounts_to_send_from(self):
        for user in USERS:
            with self.subTest(user=user):
                accounts = self.env["iris.email.account"].with_user(self.users[user])
                expected = self.shared.ids if user in SENDERS else []
                self.assertEqual(list(accounts._get_sender_ids()), expected)

    # ---- what the letter says of itself ----

    def test_permissions_are_shown(self):
        for sign, permission in zip("rwda", ("read", "edit", "delete", "access"), strict=True):
            name = f"can_{permission}"
            self.assertTable(sign, lambda letter, name=name: letter[name])

    def test_permissions_are_found(self):
        for sign, permission in zip("rwda", ("read", "edit", "delete", "access"), strict=True):
            granted = [(f"can_{permission}", "=", True)]
            self.assertTable(
                sign,
                lambda letter, granted=granted: everywhere(letter).search(only(letter) + granted),
            )

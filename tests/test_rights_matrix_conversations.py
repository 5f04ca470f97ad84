"""Conversations, the reader and the latest letters: what the table says of them."""

import itertools

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .rights_matrix import EXPECTED, KINDS, RECEIVED, USERS, MatrixCase, everywhere, only


@tagged("post_install", "-at_install")
class TestRightsMatrixOfConversations(MatrixCase):
    def put_together(self):
        """Let all letters of the table be one conversation."""
        for letter in self.letters_by_kind.values():
            letter.conversation = "one"
        self.env.flush_all()

    def test_conversation_size(self):
        """It counts what the user may read and finds outside of the trash, and nothing else."""
        self.put_together()
        kept = EXPECTED.keys() - {"trashed"}
        for kind, user in itertools.product(KINDS, USERS):
            letter = self.as_user(self.letters_by_kind[kind], user)
            readable = sum("r" in EXPECTED[other][user] for other in kept)
            with self.subTest(kind=kind, user=user):
                unread = sum(
                    "r" in EXPECTED[other][user] and self.letters_by_kind[other].type == "inbox"
                    for other in kept
                )
                try:
                    (counts,) = letter.read(["conversation_size", "conversation_unread"])
                except AccessError:
                    counts = {}
                expected = (readable, unread) if "r" in EXPECTED[kind][user] else (None, None)
                found = (counts.get("conversation_size"), counts.get("conversation_unread"))
                self.assertEqual(found, expected)

    def test_letters_of_a_conversation(self):
        """Any letter of a conversation leads to those that the user may read."""
        self.put_together()
        for kind, user in itertools.product(KINDS, USERS):
            letter = everywhere(self.as_user(self.letters_by_kind[kind], user))
            with self.subTest(kind=kind, user=user):
                if "r" not in EXPECTED[kind][user]:
                    with self.assertRaises(AccessError):
                        letter.get_conversation_ids([])
                    continue
                found = letter.get_conversation_ids([])
                expected = {
                    one.id
                    for other, one in self.letters_by_kind.items()
                    if "r" in EXPECTED[other][user]
                }
                self.assertEqual(set(found), expected)

    def test_folded_page(self):
        def look(letter):
            folded = everywhere(letter).with_context(iris_email_conversations=True)
            found = folded.web_search_read(only(letter), {"subject": {}}, limit=80)
            return found["length"] and found["records"][0]["subject"]

        self.assertTable("r", look)
        self.put_together()
        self.assertTable("r", look)

    def test_folded_page_of_one_conversation(self):
        """Its row is the newest letter that the user may read, never one of the others."""
        self.put_together()
        for user in USERS:
            mine = [
                letter
                for kind, letter in self.letters_by_kind.items()
                if "r" in EXPECTED[kind][user]
            ]
            newest = [max(mine, key=lambda letter: (letter.date, letter.id)).id] if mine else []
            letters = everywhere(self.as_user(self.letters_by_kind["sent"], user))
            folded = letters.with_context(iris_email_conversations=True)
            ids = [letter.id for letter in self.letters_by_kind.values()]
            page = folded.web_search_read([("id", "in", ids)], {}, limit=1, count_limit=10)
            with self.subTest(user):
                self.assertEqual([record["id"] for record in page["records"]], newest)
                self.assertEqual(page["length"], len(newest))

    def test_latest(self):
        incoming = {"incoming", "second", "private", "open", "own-list", "default"}
        self.assertTable(
            "r",
            lambda letter: letter.id in [latest["id"] for latest in letter.get_latest(50)],
            hidden_kinds=KINDS.keys() - incoming,
        )

    def test_reader(self):
        self.assertTable("r", lambda letter: "Subject of" in letter.get_reader()[0]["subject"])

    def test_conversation_in_the_reader(self):
        """Through a letter that everybody may read, nobody comes to another one."""
        open_letter = self.receive("answer", self.open)
        rows = [{"user_id": user.id, "perm_read": True} for user in self.users.values()]
        open_letter._set_access([{**rows[0], "perm_access": True}, *rows[1:]])

        def look(letter):
            letter.sudo().parent_id = open_letter
            letter.flush_recordset()
            [read] = open_letter.with_env(letter.env).get_reader()
            return letter.id in [one["id"] for one in read["conversation"]]

        self.assertTable("r", look, hidden_kinds=["trashed"])

    def test_trust_images(self):
        for method in ("trust_images", "distrust_images"):
            self.assertTable(
                "r",
                lambda letter, method=method: getattr(letter, method)(),
                hidden_kinds=KINDS.keys() - RECEIVED,
            )

"""Which letters belong together, and who learns of it."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import iris_email_conversation
from ..models.iris_email_conversation import make_key
from ..models.iris_email_storage import Download
from .common import MailCase, make_letter


class ConversationCase(MailCase):
    """An account and short words for letters that answer each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account, cls.other = cls.env["iris.email.account"].create(
            [
                {
                    "address": f"{name}@example.org",
                    "incoming_right_ids": [
                        Command.create({"user_id": cls.user.id, "may_send": True}),
                        # Where only one reads, that one is responsible.
                        Command.create({"user_id": cls.manager.id}),
                    ],
                    "outgoing_right_ids": [Command.create({"user_id": cls.user.id})],
                }
                for name in ("ivan", "other")
            ]
        )

    def receive(self, *letters, account=None):
        """Let an account receive letters in one batch, as the receiving does it.

        :param letters: names and headers: ``"b", {"In-Reply-To": "a"}``; values are names, too
        :return: one ``iris.email`` record for each
        """
        account = account or self.account
        downloads = []
        for name, headers in letters:
            written = {
                field: " ".join(f"<{one}@example.com>" for one in names.split())
                for field, names in headers.items()
            }
            message_id = written.pop("Message-ID", f"<{name}@example.com>")
            raw = make_letter(
                f"Letter {name}", message_id=message_id, headers=list(written.items())
            )
            downloads.append(Download(f"{account.id}-{name}", raw, len(raw)))
        present = {one.uidl for one in downloads}
        self.env["iris.email.storage"]._store(account, downloads, present)
        receipts = self.env["iris.email.receipt"]._get_by_uidl(account, list(present))
        self.env.invalidate_all()
        return [receipts[one.uidl].letter_id for one in downloads]

    def key(self, name):
        return make_key(f"<{name}@example.com>")


@tagged("post_install", "-at_install")
class TestConversations(ConversationCase):
    """The key that all letters of a conversation share."""

    def assertTogether(self, *letters):
        keys = {letter.conversation for letter in letters}
        self.assertEqual(len(keys), 1, keys)
        self.assertTrue(keys.pop())

    def test_first_of_references(self):
        first, second = self.receive(
            ("b", {"References": "root a"}), ("c", {"References": "root a b", "In-Reply-To": "b"})
        )
        self.assertTogether(first, second)
        self.assertEqual(first.conversation, self.key("root"))

    def test_own_message_id(self):
        (alone,) = self.receive(("alone", {}))
        self.assertEqual(alone.conversation, self.key("alone"))

    def test_only_in_reply_to(self):
        """Some programs write no References: then the parents lead to the first letter."""
        (first,) = self.receive(("a", {}))
        second, third = self.receive(("b", {"In-Reply-To": "a"}), ("c", {"In-Reply-To": "b"}))
        self.assertTogether(first, second, third)

    def test_any_order_in_a_batch(self):
        letters = self.receive(
            ("c", {"In-Reply-To": "b"}), ("a", {"References": "root"}), ("b", {"In-Reply-To": "a"})
        )
        self.assertTogether(*letters)
        self.assertEqual(letters[0].conversation, self.key("root"))

    def test_answer_that_comes_first(self):
        third, fourth = self.receive(("c", {"In-Reply-To": "b"}), ("d", {"References": "b c"}))
        self.assertTogether(third, fourth)
        (second,) = self.receive(("b", {"References": "root a"}))
        self.assertTogether(second, third, fourth)
        self.assertEqual(second.conversation, self.key("root"))

    def test_answers_that_come_backwards(self):
        letters = []
        for name, answered in (("d", "c"), ("c", "b"), ("b", "a")):
            letters += self.receive((name, {"In-Reply-To": answered}))
        letters += self.receive(("a", {}))
        self.assertTogether(*letters)

    def test_references_that_were_cut(self):
        """Programs leave out the beginning of long References: the parent knows better."""
        (parent,) = self.receive(("b", {"References": "root a"}))
        (answer,) = self.receive(("c", {"References": "a b", "In-Reply-To": "b"}))
        self.assertTogether(parent, answer)

    def test_only_few_follow(self):
        """A conversation is not split, and no batch changes many letters."""
        self.patch(iris_email_conversation, "MOST_MOVED", 2)
        few = self.receive(*((f"f{n}", {"References": "b"}) for n in range(2)))
        many = self.receive(*((f"m{n}", {"References": "y"}) for n in range(3)))
        parent, late = self.receive(("b", {"References": "a"}), ("y", {"References": "x"}))
        self.assertTogether(parent, *few)
        self.assertTogether(*many)
        self.assertEqual(many[0].conversation, self.key("y"))
        self.assertEqual(late.conversation, self.key("x"))

    def test_forged_first_letter(self):
        """Who answers has read: letters that are older than the first one do not follow it."""
        waiting = self.receive(("b", {"References": "root"}), ("c", {"References": "root"}))
        (other,) = self.receive(("other", {}))
        waiting[0].date = "2026-03-01 10:00:00"
        (forged,) = self.receive(("f", {"Message-ID": "root", "In-Reply-To": "other"}))
        self.assertTogether(forged, other)
        self.assertTogether(*waiting)
        self.assertEqual(waiting[0].conversation, self.key("root"))

    def test_forged_references(self):
        """Rings, itself, and a second letter with a Message-ID that is taken move nothing."""
        self.receive(("x", {"In-Reply-To": "y"}), ("y", {"In-Reply-To": "x"}))
        self.receive(("self", {"In-Reply-To": "self", "References": "self self"}))
        first, second = self.receive(("a", {}), ("b", {"References": "a"}))
        (other,) = self.receive(("other", {}))
        forged, late = self.receive(
            ("forged", {"Message-ID": "a", "References": "other"}), ("c", {"References": "a"})
        )
        self.assertTogether(forged, other)
        self.assertTogether(first, second, late)
        self.assertNotEqual(first.conversation, other.conversation)

    def test_ring_of_moves(self):
        letters = self.receive(("x", {"References": "y"}), ("y", {"References": "x"}))
        self.assertTogether(*letters)

    def test_long_ids(self):
        """Ids that differ where they are cut off, and more of them than anybody writes."""
        long = "x" * 700
        first, second = self.receive((long, {}), ("b", {"References": long}))
        self.assertTogether(first, second)
        many = " ".join(f"{n}-{long}" for n in range(300))
        (letter,) = self.receive(("many", {"References": many}))
        self.assertEqual(len(letter.conversation), iris_email_conversation.KEY_LENGTH)

    def test_other_mailboxes_are_left_alone(self):
        """What comes into one mailbox changes nothing in another, whose readers may differ."""
        (waiting,) = self.receive(("b", {"References": "a"}), account=self.other)
        self.receive(("a", {"References": "root"}))
        self.assertEqual(waiting.conversation, self.key("a"))

    def test_letter_that_another_mailbox_received_first(self):
        letter = "b", {"References": "root a"}
        (first,) = self.receive(letter)
        (again,) = self.receive(letter, account=self.other)
        self.assertEqual(first, again)
        answer = "c", {"References": "a b", "In-Reply-To": "b"}
        (second,) = self.receive(answer, account=self.other)
        self.assertTogether(first, second)

    def test_load_whole(self):
        """What is read anew of a letter leaves it in its conversation."""
        _first, second = self.receive(("a", {"References": "root"}), ("b", {"In-Reply-To": "a"}))
        second.write({"message_id": second.message_id, "in_reply_to": second.in_reply_to})
        self.assertEqual(second.conversation, self.key("root"))

    # ---- letters that are written here ----

    def test_answer_written_here(self):
        _first, second = self.receive(("a", {}), ("b", {"References": "a"}))
        action = second.with_user(self.user).action_reply()
        draft = self.env["iris.email"].browse(action["res_id"])
        self.assertTogether(second, draft)
        draft._make_sources()
        self.env.flush_all()
        self.assertTogether(second, draft)
        draft.type = "sent"
        raw = make_letter("Answer", headers=[("In-Reply-To", draft.message_id)])
        self.env["iris.email.storage"]._store(
            self.account, [Download("answer", raw, len(raw))], {"answer"}
        )
        self.assertTogether(draft, draft.answer_ids)

    def test_letter_begun_here(self):
        draft = self.env["iris.email"].create(
            {"account_id": self.account.id, "email_to": "anna@example.com", "subject": "New"}
        )
        self.assertFalse(draft.conversation)
        draft._make_sources()
        self.assertEqual(draft.conversation, make_key(draft.message_id))
        draft._drop_sources()
        self.assertFalse(draft.conversation)
        self.assertFalse(draft.copy().conversation)

    # ---- what others learn of it ----

    def test_size(self):
        first, second, third, alone = self.receive(
            ("a", {}), ("b", {"References": "a"}), ("c", {"References": "a"}), ("alone", {})
        )
        (elsewhere,) = self.receive(("d", {"References": "a"}), account=self.other)
        draft = self.env["iris.email"].with_user(self.user).create({"subject": "Draft"})
        mine = self.env["iris.email"].with_user(self.user)
        page = mine.browse([first.id, alone.id, draft.id, elsewhere.id])
        self.assertEqual(page.mapped("conversation_size"), [4, 1, 1, 4])
        second.in_trash = "all"
        self.other.incoming_right_ids.unlink()
        mine.invalidate_model()
        self.assertEqual(page[:3].mapped("conversation_size"), [2, 1, 1])
        self.assertEqual(third.with_user(self.user).conversation_size, 2)
        self.assertEqual(second.with_user(self.user).conversation_size, 2)

    def test_unread(self):
        first, second, alone = self.receive(("a", {}), ("b", {"References": "a"}), ("x", {}))
        mine = first.with_user(self.user)
        page = mine.browse([first.id, alone.id])
        self.assertEqual(page.mapped("conversation_unread"), [2, 1])
        second.with_user(self.user).mark_read()
        self.assertEqual(page.mapped("conversation_unread"), [1, 1])
        page.mark_read()
        self.assertEqual(page.mapped("conversation_unread"), [0, 0])
        second.with_user(self.user).mark_unread()
        self.assertEqual(page.mapped("conversation_unread"), [1, 0])

    def test_huge_conversation(self):
        """Of each conversation so many letters are read as are counted, along its index."""
        self.patch(iris_email_conversation, "MOST_COUNTED", 5)
        (first,) = self.receive(("a", {}))
        self.env.execute_query(
            SQL(
                """INSERT INTO iris_email (type, account_id, company_id, date, conversation)
                SELECT 'inbox', account_id, company_id, date + number * interval '1 minute',
                       CASE WHEN number %% 9 = 0 THEN md5(number::text) ELSE conversation END
                  FROM iris_email CROSS JOIN generate_series(1, 5000) AS number
                 WHERE iris_email.id = %s RETURNING id""",
                first.id,
            )
        )
        self.env.execute_query(SQL("ANALYZE iris_email"))
        mine = first.with_user(self.user)
        self.assertEqual((mine.conversation_size, mine.conversation_unread), (5, 5))
        [[[plan]]] = self.env.execute_query(
            SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", mine._get_newest_sql(5, "date"))
        )
        nodes, read = [plan["Plan"]], 0
        while nodes:
            node = nodes.pop()
            nodes += node.get("Plans", ())
            if node.get("Relation Name") == "iris_email":
                self.assertIn("Index", node["Node Type"])
                read += node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        self.assertEqual(read, 5)

    def test_size_of_a_page_takes_one_query(self):
        letters = self.receive(*((f"m{n}", {"References": f"r{n % 20}"}) for n in range(80)))
        page = self.env["iris.email"].union(*letters).with_user(self.user)
        page.mapped("subject")
        page.sudo().mapped("conversation")
        page.check_access("read")
        with self.assertQueryCount(1):
            self.assertEqual(set(page.mapped("conversation_size")), {4})
            self.assertEqual(set(page.mapped("conversation_unread")), {4})

    def test_letters_of_conversations(self):
        first, second, other, alone = self.receive(
            ("a", {}), ("b", {"References": "a"}), ("x", {}), ("alone", {})
        )
        mine = first.with_user(self.user)
        self.assertEqual(mine.get_conversation_ids([]), (second + first).ids)
        rows = (first + alone).with_user(self.user)
        self.assertEqual(set(rows.get_conversation_ids([])), {*rows.ids, second.id})
        self.assertEqual(mine.get_conversation_ids([("subject", "=", "Letter b")]), second.ids)
        self.assertNotIn(other.id, rows.get_conversation_ids([]))
        second.in_trash = "all"
        self.assertEqual(mine.get_conversation_ids([]), first.ids)
        self.assertEqual(mine.get_conversation_ids([("is_trashed", "=", True)]), second.ids)
        self.assertEqual(mine.browse().get_conversation_ids([]), [])

    def test_letters_of_conversations_by_rights(self):
        """What the web client asks before it moves or changes all of a conversation."""
        first, second = self.receive(("a", {}), ("b", {"References": "a"}))
        (elsewhere,) = self.receive(("c", {"References": "a"}), account=self.other)
        mine = first.with_user(self.user)
        self.account.incoming_right_ids[0].perm_delete = True
        self.other.incoming_right_ids[0].perm_edit = True
        for permission, expected in (
            ("read", {*first.ids, *second.ids, *elsewhere.ids}),
            ("delete", {*first.ids, *second.ids}),
            ("edit", {*elsewhere.ids}),
            ("access", set()),
        ):
            with self.subTest(permission):
                found = mine.get_conversation_ids([(f"can_{permission}", "=", True)])
                self.assertEqual(set(found), expected)

    def test_letters_of_others(self):
        (first,) = self.receive(("a", {}))
        self.receive(("b", {"References": "a"}), account=self.other)
        self.other.incoming_right_ids.unlink()
        self.assertEqual(first.with_user(self.user).get_conversation_ids([]), first.ids)
        with self.assertRaises(AccessError):
            first.with_user(self.stranger).get_conversation_ids([])
        with self.assertRaises(AccessError):
            first.with_user(self.user).get_conversation_ids([("conversation", "!=", False)])

    def test_key_is_for_nobody(self):
        """Whoever knows a Message-ID must not find out whether such a letter has come."""
        (first,) = self.receive(("a", {}))
        letters = first.with_user(self.user)
        domain = [("conversation", "=", self.key("a"))]
        for question in (
            lambda: letters.read(["conversation"]),
            lambda: letters.search(domain),
            lambda: letters.search([], order="conversation"),
            lambda: letters.formatted_read_group([], ["conversation"], ["__count"]),
            lambda: letters.formatted_read_group([], [], ["conversation:array_agg"]),
            lambda: letters.formatted_read_group([], [], ["conversation:count_distinct"]),
            lambda: letters.search([("parent_id.conversation", "=", self.key("a"))]),
            lambda: letters.create({"conversation": self.key("a")}),
            lambda: letters.with_context(default_conversation=self.key("a")).create({}),
        ):
            with self.assertRaises(AccessError):
                question()
        self.assertNotIn("conversation", letters.fields_get())

    def test_key_of_what_a_caller_says(self):
        """A form may say that it answers any letter: that tells nothing of the letter."""
        hidden, _answer = self.receive(("a", {}), ("b", {"References": "a"}))
        letters = self.env["iris.email"].with_user(self.stranger)
        said = {"parent_id": hidden.id, "message_id": "<a@example.com>", "subject": "Draft"}
        asked = {"conversation": {}, "conversation_size": {}}
        draft = letters.create({"subject": "Draft"})
        for letter, names in ((letters, []), (letters, [*said]), (draft, [*said])):
            for spec in (asked, {"conversation_size": {}}):
                with self.subTest(names=names, letter=letter, spec=spec):
                    try:
                        value = letter.onchange(said, names, spec).get("value", {})
                    except AccessError:
                        continue
                    self.assertNotIn("conversation", value)
                    self.assertLessEqual(value.get("conversation_size", 0), 1)

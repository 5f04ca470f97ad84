"""Letters that answer others: found through each of the mailboxes that received them."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MailCase, make_letter

QUESTION = make_letter("Question", message_id="<question@example.com>")
ANSWER = make_letter("Re: Question", headers=[("In-Reply-To", "<question@example.com>")])


@tagged("post_install", "-at_install")
class TestLinkingMailboxes(MailCase):
    """``stranger`` reads the mailbox of the boss, ``user`` the shared one."""

    def setUp(self):
        super().setUp()
        self.servers = {"boss": self.serve(), "shared": self.serve()}
        self.boss = self.make_account(
            self.servers["boss"], "boss@example.org", readers=self.stranger
        )
        self.shared = self.make_account(self.servers["shared"], "shared@example.org")

    def receive(self, name, *raw):
        """Let letters come into a mailbox, and check it."""
        server = self.servers[name]
        for letter in raw:
            server.letters[len(server.letters) + 1] = letter
        account, user = {
            "boss": (self.boss, self.stranger),
            "shared": (self.shared, self.user),
        }[name]
        self.assertFalse(self.check(account, user).error)
        self.env.invalidate_all()

    def find(self, subject):
        letter = self.env["iris.email"].search([("subject", "=", subject)])
        self.assertEqual(len(letter), 1)
        # As the only reader of a mailbox somebody is responsible, and reads what comes later.
        letter.responsible_id = False
        return letter

    def test_answer_that_came_into_another_mailbox_first(self):
        self.receive("shared", QUESTION)
        self.receive("boss", ANSWER)
        self.assertFalse(self.find("Re: Question").parent_id)
        self.receive("shared", ANSWER)
        self.assertEqual(self.find("Re: Question").parent_id, self.find("Question"))

    def test_answer_to_a_letter_that_came_into_another_mailbox_first(self):
        self.receive("boss", QUESTION)
        self.receive("shared", QUESTION, ANSWER)
        self.assertEqual(self.find("Re: Question").parent_id, self.find("Question"))

    def test_sent_letter_is_answered_by_what_came_into_another_mailbox_first(self):
        sent = self.env["iris.email"].create(
            {
                "type": "sent",
                "subject": "Question",
                "account_id": self.shared.id,
                "message_id": "<question@example.com>",
            }
        )
        self.receive("boss", ANSWER)
        self.assertFalse(sent.is_answered)
        self.receive("shared", ANSWER)
        self.assertEqual(self.find("Re: Question").parent_id, sent)
        self.assertTrue(sent.is_answered)

    def test_letter_that_was_sent_counts_before_its_copy(self):
        self.receive("shared", QUESTION)
        sent = self.find("Question").copy({"type": "sent", "subject": "Sent"})
        sent.message_id = "<question@example.com>"
        self.env.flush_all()
        self.receive("shared", ANSWER)
        self.assertEqual(self.find("Re: Question").parent_id, sent)

    def test_letter_that_only_another_mailbox_has_is_not_found(self):
        self.receive("boss", QUESTION)
        self.receive("shared", ANSWER)
        self.assertFalse(self.find("Re: Question").parent_id)

    def test_reader_of_the_answer_alone_learns_nothing_of_its_parent(self):
        self.receive("shared", QUESTION)
        self.receive("boss", ANSWER)
        self.receive("shared", ANSWER)
        parent, answer = self.find("Question"), self.find("Re: Question")
        self.assertEqual(answer.parent_id, parent)
        self.env.flush_all()
        self.env.invalidate_all()
        theirs = answer.with_user(self.stranger)
        self.assertFalse(parent.with_user(self.stranger).has_access("read"))
        self.stranger.group_ids += self.env.ref("base.group_allow_export")
        self.assertFalse(theirs.read(["answered_id"])[0]["answered_id"])
        self.assertFalse(theirs.web_read({"answered_id": {}})[0]["answered_id"])
        self.assertEqual(theirs.export_data(["answered_id/id"])["datas"], [[""]])
        for domain in (
            [("answered_id", "!=", False)],
            [("answered_id", "=", parent.id)],
            [("answered_id.subject", "=", "Question")],
            [("answered_id", "any", [])],
        ):
            with self.subTest(domain=domain):
                self.assertFalse(theirs.search(domain))
                self.assertEqual(answer.search(domain), answer)
                self.assertFalse(theirs.filtered_domain(domain))
                self.assertEqual(answer.filtered_domain(domain), answer)
        for domain in ([("answered_id", "=", False)], [("answered_id", "not in", parent.ids)]):
            self.assertIn(theirs, theirs.search(domain))
            self.assertNotIn(answer, answer.search(domain))
        for question in (
            lambda: theirs.read(["parent_id"]),
            lambda: theirs.read(["answer_ids"]),
            lambda: theirs.search([("parent_id", "!=", False)]),
            lambda: theirs.search([("parent_id.subject", "=", "Question")]),
            lambda: theirs.search([("answer_ids", "in", answer.ids)]),
            lambda: theirs.search([], order="parent_id"),
            lambda: theirs.export_data(["parent_id/id"]),
            lambda: theirs.formatted_read_group([], ["parent_id"], ["__count"]),
            lambda: theirs.formatted_read_group([], [], ["parent_id:array_agg"]),
        ):
            with self.assertRaises(AccessError):
                question()

    def test_who_may_read_both_is_told(self):
        """Also of a question in the trash."""
        self.receive("shared", QUESTION, ANSWER)
        parent, answer = self.find("Question"), self.find("Re: Question")
        parent.action_trash()
        self.env.flush_all()
        mine = answer.with_user(self.user)
        self.assertEqual(mine.answered_id, parent)
        self.assertEqual(mine.search([("answered_id", "=", parent.id)]), mine)
        self.assertEqual(mine.search([("answered_id", "!=", False)]), mine)
        self.assertEqual(mine.answered_id.answer_count, 1)
        self.assertEqual(mine.answered_id.action_open_answers()["res_id"], mine.id)

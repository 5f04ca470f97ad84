from odoo.tests import tagged

from .common import MailCase, make_letter
from .servers.scripted_pop3 import DROP, STALL

MEGABYTE = 1024 * 1024


def make_nested(levels):
    """Write a letter of multiparts within multiparts."""
    head = b"Subject: Nested\r\nFrom: a@example.com\r\nMessage-ID: <nested@example.com>\r\n"
    parts = [
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(levels)
    ]
    return head + b"".join(parts) + b"Content-Type: text/plain\r\n\r\nthe innermost text\r\n"


def make_named(*names):
    """Write a letter with files that have these raw names (bytes)."""
    parts = [
        b"--b\r\nContent-Type: application/octet-stream\r\n"
        b'Content-Disposition: attachment; filename="' + name + b'"\r\n\r\ncontent\r\n'
        for name in names
    ]
    return (
        b"Subject: Names\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"".join(parts)
        + b"--b--\r\n"
    )


@tagged("post_install", "-at_install")
class TestBadLetters(MailCase):
    """The worst letter is stored as far as it can be read; its original is kept byte by byte."""

    def receive(self, raw):
        """Check a mailbox with a letter and a usual one behind it; return the letter."""
        account = self.make_account(self.serve([raw, make_letter("Last")]))
        outcome = self.check(account)
        self.assertEqual((outcome.new, outcome.error), (2, False))
        self.assertNothingFailed(account)
        letter, last = self.letters(account)
        self.assertEqual(last.subject, "Last")
        self.assertEqual(letter._get_source_attachment().raw, raw)
        # It can be shown, too.
        letter.with_user(self.user).read()
        self.assertEqual(self.check(account).new, 0)
        return letter

    def test_without_headers(self):
        letter = self.receive(b"just some words\r\nand more of them\r\n")
        self.assertIn("and more of them", letter.body_text)
        self.assertTrue(letter.date)
        self.assertEqual(letter.display_name, "(no subject)")

    def test_empty(self):
        letter = self.receive(b"\r\n")
        self.assertFalse(letter.body_text)

    def test_nul_bytes(self):
        letter = self.receive(
            b'Subject: a\0b\r\nFrom: "x\0y" <a\0@example.com>\r\nMessage-ID: <\0@example.com>\r\n'
            b"\r\nbody\0text\r\n"
        )
        for name in ("subject", "email_from", "body_text", "message_id"):
            self.assertNotIn("\0", letter[name] or "")
        self.assertIn("text", letter.body_text)

    def test_high_bytes(self):
        letter = self.receive(
            b"Subject: \xff\xfe\x80\r\nX: \xed\xa0\x80\r\n\r\n\xed\xa0\x80\xff\r\n"
        )
        self.assertTrue(letter.subject)

    def test_100_levels_of_nesting(self):
        letter = self.receive(make_nested(100))
        everything = letter.body_text + "".join(
            attachment.raw.decode() for attachment in letter.attachment_ids
        )
        self.assertIn("the innermost text", everything)

    def test_10000_recipients(self):
        people = ",\r\n ".join(f"Person {n} <person{n}@example.org>" for n in range(10_000))
        letter = self.receive(make_letter("Many").replace(b"ivan@example.org", people.encode()))
        self.assertIn("person0@example.org", letter.email_to)
        self.assertIn("person9999@example.org", letter.email_to)
        self.assertTrue(letter.recipient_names.endswith("…"))

    def test_header_of_a_megabyte(self):
        for name in ("Subject", "From", "Message-ID", "References", "X-Other", "Content-Type"):
            with self.subTest(name):
                self.letters().unlink()
                self.env["iris.email.account"].search([]).unlink()
                raw = name.encode() + b": " + b"<word@example.com> " * (MEGABYTE // 19)
                self.receive(raw + b"\r\n\r\nthe text\r\n")

    def test_line_of_a_megabyte(self):
        letter = self.receive(b"Subject: Long\r\n\r\n" + b"x" * MEGABYTE + b"\r\n")
        self.assertEqual(len(letter.body_text.strip()), MEGABYTE)

    def test_attachment_names(self):
        letter = self.receive(
            make_named(
                b"../../../etc/passwd",
                b"C:\\\\Windows\\\\system.ini",
                b"a\0b\x01\x1f.txt",
                b"tab\tand\x7f.txt",
                b"/absolute/path",
                b"..",
                b"",
                b"n" * 5000 + b".txt",
                b"=?utf-8?Q?..=2F=D1=81=D1=87=D1=91=D1=82=00.pdf?=",
                "правый\u202etxt.exe".encode(),
            )
        )
        names = letter.attachment_ids.mapped("name")
        self.assertEqual(len(names), 10)
        for name in names:
            self.assertTrue(name.strip(". "), name)
            self.assertLessEqual(len(name), 255)
            self.assertNotRegex(name, r"[/\\\x00-\x1f\x7f\u202e]")
        for part in ("passwd", "system.ini", "path", "счёт"):
            self.assertTrue([name for name in names if part in name], (part, names))
        self.assertEqual(set(letter.attachment_ids.mapped("raw")), {b"content"})

    def test_dates_beyond_the_calendar(self):
        for date in (
            "Mon, 1 Jan 0001 00:00:00 +1400",
            "Fri, 31 Dec 9999 23:59:59 -1200",
            "Fri, 31 Dec 99999 23:59:59 +0000",
            "Thu, 32 Foo 2026 25:61:61 +9999",
            "0",
        ):
            with self.subTest(date):
                self.letters().unlink()
                self.env["iris.email.account"].search([]).unlink()
                letter = self.receive(f"Date: {date}\r\nSubject: x\r\n\r\n".encode())
                self.assertTrue(letter.date)

    def test_files_that_are_pages(self):
        """What a letter brings along never becomes a page of this server."""
        raw = make_letter(
            "Page", files=[("page.html", b"<script>1</script>"), ("x.svg", b"<svg/>")]
        ).replace(b"application/octet-stream", b"text/html")
        letter = self.receive(raw)
        self.assertEqual(set(letter.attachment_ids.mapped("mimetype")), {"text/plain"})
        self.assertIn(b"<script>1</script>", letter.attachment_ids.mapped("raw"))


@tagged("post_install", "-at_install")
class TestBadServers(MailCase):
    """Whatever a server does: the error is named, what came is kept, the next check goes on."""

    letters_to_load = tuple(make_letter(name) for name in ("One", "Two", "Three"))

    def assertGoesOn(self, account, server, new):
        """Assert that the mailbox is complete once the server behaves again."""
        server.replies = {"GREETING": [b"+OK ready\r\n"]}
        outcome = self.check(account)
        self.assertEqual((outcome.new, outcome.error), (new, False))
        self.assertStored(account, self.letters_to_load)
        self.assertEqual(self.check(account).processed, 0)

    def assertFails(self, replies, sentence, *, stored=0, **options):
        """Assert the sentence of the error, what was stored, and that the next check goes on."""
        server = self.serve(self.letters_to_load, replies=replies, **options)
        account = self.make_account(server)
        outcome = self.check(account)
        self.assertIn(sentence, outcome.error or "")
        self.assertIn("127.0.0.1", outcome.error)
        self.assertEqual(len(self.letters(account)), stored)
        self.assertTrue(account.next_try)
        self.assertGoesOn(account, server, 3 - stored)

    def test_gone_at_once(self):
        self.assertFails({"GREETING": [DROP]}, "broke off the connection")

    def test_gone_after_login(self):
        self.assertFails({"UIDL": [b"+OK\r\n1 uid1\r\n", DROP]}, "broke off the connection")

    def test_gone_midway(self):
        """What was whole before the break is stored, and no letter is blamed for it."""
        replies = {"RETR 3": [b"+OK\r\nSubject: Thr", DROP]}
        server = self.serve(self.letters_to_load, replies=replies)
        account = self.make_account(server)
        outcome = self.check(account)
        self.assertIn("broke off the connection", outcome.error)
        self.assertEqual(outcome.new, 2)
        self.assertStored(account, self.letters_to_load[:2])
        self.assertGoesOn(account, server, 1)

    def test_gone_at_the_first_letter(self):
        replies = {"RETR 1": [b"+OK\r\nSubject: O", DROP]}
        server = self.serve(self.letters_to_load, replies=replies)
        account = self.make_account(server)
        self.assertIn("broke off the connection", self.check(account).error)
        self.assertFalse(self.letters(account))
        self.assertGoesOn(account, server, 3)

    def test_gone_at_goodbye(self):
        """All letters came; that the server hangs up on QUIT is no error."""
        server = self.serve(self.letters_to_load, replies={"QUIT": [DROP]})
        account = self.make_account(server)
        outcome = self.check(account)
        self.assertEqual((outcome.new, outcome.error), (3, False))

    def test_letter_that_always_breaks_the_connection(self):
        """It costs one check; after that the others come in, and it is asked for last."""
        replies = {"RETR 1": [b"+OK\r\nSubject: O", DROP]}
        server = self.serve(self.letters_to_load, replies=replies)
        account = self.make_account(server)
        self.assertTrue(self.check(account).error)
        self.check(account)
        self.assertEqual(self.letters(account).mapped("subject"), ["Two", "Three"])
        failed = self.receipts(account).filtered(lambda receipt: receipt.state == "failed")
        self.assertIn("broke off the connection", failed.reason)

        for _check in range(6):
            self.check(account)
        self.assertEqual(failed.attempts, 5)
        outcome = self.check(account)
        self.assertEqual((outcome.processed, outcome.error), (0, False))

        server.replies.pop("RETR 1")
        self.call(failed, "action_retry", self.manager)
        self.assertStored(account, self.letters_to_load)

    def test_large_letter_that_always_breaks_the_connection(self):
        large = make_letter("Large", text="x\n" * MEGABYTE)
        server = self.serve(
            [large, make_letter("Larger", text="y\n" * MEGABYTE)], replies={"TOP 1 60": [DROP]}
        )
        account = self.make_account(server, max_size_mb=1)
        self.assertTrue(self.check(account).error)
        self.check(account)
        self.assertEqual(self.letters(account).mapped("subject"), ["Larger"])

    def test_silent(self):
        self.short_timeout()
        for command, sentence, stored in (
            ("GREETING", "does not answer", 0),
            ("PASS", "does not answer", 0),
            ("UIDL", "does not answer", 0),
            ("LIST", "does not answer", 0),
            ("RETR 2", "does not answer", 1),
        ):
            with self.subTest(command):
                self.letters().unlink()
                self.env["iris.email.account"].search([]).unlink()
                self.assertFails({command: [STALL]}, sentence, stored=stored)

    def test_silent_within_a_letter(self):
        self.short_timeout()
        reply = [b"+OK\r\nSubject: T", STALL]
        self.assertFails({"RETR 2": reply}, "does not answer", stored=1)

    def test_garbage(self):
        for command, reply, stored in (
            ("GREETING", [b"HTTP/1.1 400 Bad Request\r\n\r\n"], 0),
            ("GREETING", [b"\x16\x03\x01\x02\xff\0\r\n"], 0),
            ("PASS", [b"what?\r\n"], 0),
            ("UIDL", [b"+OK\r\nnot a listing\r\n.\r\n"], 0),
            ("LIST", [b"+OK\r\n1 many\r\n.\r\n"], 0),
            ("RETR 2", [b"* 2 FETCH\r\n"], 1),
        ):
            with self.subTest(command):
                self.letters().unlink()
                self.env["iris.email.account"].search([]).unlink()
                self.assertFails(
                    {command: reply}, "does not answer like a mail server", stored=stored
                )

    def test_words_of_the_server_are_shown_as_plain_text(self):
        server = self.serve(replies={"PASS": [b"-ERR <b>no\x07</b> \xff\0\r\n"]})
        account = self.make_account(server)
        error = self.check(account).error
        self.assertNotRegex(error, "[\x00-\x1f]")
        self.assertIn("<b>no", error)

    def test_no_uidl(self):
        """Letters are told apart by their headers then."""
        server = self.serve(self.letters_to_load, capabilities=("USER", "TOP"))
        account = self.make_account(server)
        self.assertEqual(self.check(account).new, 3)
        server.letters = dict(enumerate([make_letter("New"), *self.letters_to_load], 1))
        self.assertEqual(self.check(account).new, 1)
        self.assertEqual(self.letters(account).mapped("subject"), ["One", "Two", "Three", "New"])

    def test_neither_uidl_nor_top(self):
        server = self.serve(self.letters_to_load, capabilities=("USER",))
        account = self.make_account(server)
        self.assertIn("cannot be told apart", self.check(account).error)
        server.capabilities = ("USER", "UIDL")
        self.assertEqual(self.check(account).new, 3)

    def test_empty_mailbox_that_refuses_its_listings(self):
        refusal = [b"-ERR no messages\r\n"]
        server = self.serve(replies={"UIDL": refusal, "LIST": refusal})
        outcome = self.check(self.make_account(server))
        self.assertEqual((outcome.processed, outcome.error), (0, False))

    def test_sizes_that_lie(self):
        """A letter that is far larger than announced fills no memory and blocks no other."""
        letters = [make_letter("Liar", text="x" * 70 + "\n") + b"y\r\n" * MEGABYTE]
        letters += self.letters_to_load
        listing = [b"+OK\r\n1 10\r\n2 10\r\n3 10\r\n4 10\r\n.\r\n"]
        server = self.serve(letters, replies={"LIST": listing})
        account = self.make_account(server, max_size_mb=1)
        self.assertIn("far larger than the limit", self.check(account).error)
        self.check(account)
        self.assertEqual(self.letters(account).mapped("subject"), ["One", "Two", "Three"])
        failed = self.receipts(account).filtered(lambda receipt: receipt.state == "failed")
        self.assertIn("Raise the limit", failed.reason)

        account.max_size_mb = 10
        self.call(failed, "action_retry", self.manager)
        self.assertEqual(len(self.letters(account)), 4)

    def test_letters_that_vanish_between_listing_and_loading(self):
        server = self.serve(self.letters_to_load, replies={"RETR 2": [b"-ERR no such\r\n"]})
        account = self.make_account(server)
        outcome = self.check(account)
        self.assertEqual((outcome.new, outcome.processed, outcome.error), (2, 3, False))
        del server.letters[2]
        self.assertEqual(self.check(account).processed, 0)

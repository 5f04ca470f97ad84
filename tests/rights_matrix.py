"""Who may do what with which letter: the table, and the users and letters that it speaks of.

The table was written by hand after the guide (sections C and D, points A4 and F8), never after
the code: if the two differ, the code is wrong.
"""

from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..models.iris_email_storage import Download
from .common import MailCase, make_letter

# r: read, search, count, group, export, get files and the original    w: edit
# d: delete    a: change access    s: send    -: nothing of it
TABLE = """
            nobody reader editor deleter passer all   group manager foreign author system

incoming    -      r      rw     rd      ra     rwda  rw    -       -       -      -
second      -      r      rw     rd      ra     rwda  rw    -       -       -      -
private     -      -      -      -       -      -     -     -       -       -      -
open        -      r      -      -       -      -     -     -       rwda    -      -
own-list    r      -      -      -       rwda   -     rw    -       -       -      -
default     -      r      rw     rd      ra     rwda  rw    -       -       rwda   -
trashed     -      r      rw     rd      ra     rwda  rw    -       -       -      -
draft       -      -      -      -       -      -     -     -       -       rwda   -
sendable    -      -      -      -       -      rwdas -     -       -       -      -
unsent      -      -      -      -       -      -     -     -       -       rwda   -
queued      -      r      rw     rd      ra     rwda  r     -       -       rwda   -
refused     -      r      rw     rd      ra     rwdas r     -       -       rwda   -
uncertain   -      r      rw     rd      ra     rwdas r     -       -       rwda   -
sent        -      r      rw     rd      ra     rwda  r     -       -       rwda   -
template    -      -      -      -       -      -     -     -       -       rwda   -
"""

# The letters of the table.
KINDS = {
    "incoming": "received by the shared account",
    "second": "received by the private account first, then by the shared one",
    "private": "received by the private account, on which nobody has a row",
    "open": "received by an account of no company",
    "own-list": "received by the shared account; has an access list of its own",
    "default": "received by the shared account; the author is responsible",
    "trashed": "received by the shared account, and moved to the trash there",
    "draft": "written by the author",
    "sendable": "written by “all”, who may send from the shared account",
    "unsent": "in the outbox of the author, not handed over",
    "queued": "handed over by the author, waits for its turn",
    "refused": "handed over by the author, and refused by the server",
    "uncertain": "handed over by the author, and nobody knows what came of it",
    "sent": "sent by the author",
    "template": "written by the author",
}

# The users of the table, and what the rows of the shared account give them.
USERS = {
    "nobody": "has no row",
    "reader": "read",
    "editor": "read and edit",
    "deleter": "read and delete",
    "passer": "read and change access",
    "all": "all four, and send",
    "group": "is a member of a group: read and edit, of outgoing letters only read",
    "manager": "mail administrator, has no row",
    "foreign": "has all rows of “all”, but the account belongs to a company that is not theirs",
    "author": "has no row; wrote letters and is responsible for some",
    "system": "administrator of Odoo, not of mail; has no row",
}

SENDERS = {"all"}

# Letters that nobody has handed over yet.
UNSENT = {"draft", "sendable", "unsent", "template"}

# Letters that came in.
RECEIVED = {"incoming", "second", "private", "open", "own-list", "default", "trashed"}

OWN_LIST = {"passer": "rwda", "nobody": "r", "group": "rw", "foreign": "r"}

PERMISSIONS = {"r": "perm_read", "w": "perm_edit", "d": "perm_delete", "a": "perm_access"}


def read_table():
    """Read the table.

    :return: kind → user → string of the letters "rwdas", empty for nothing
    :rtype: dict[str, dict[str, str]]
    """
    header, *rows = (line.split() for line in TABLE.splitlines() if line.strip())
    return {
        row[0]: {user: cell.strip("-") for user, cell in zip(header, row[1:], strict=True)}
        for row in rows
    }


EXPECTED = read_table()


class RightsCase(MailCase):
    """The users and accounts of the table; tests make the letters that they need.

    :cvar users: ``res.users`` records by their names in the table
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.env.company
        cls.abroad = cls.env["res.company"].create({"name": "Abroad"})
        cls.department = cls.env["res.groups"].create({"name": "Sales department"})
        cls._make_users()
        cls._make_accounts()

    @classmethod
    def _make_users(cls):
        more_groups = {"manager": ",iris_email.group_manager", "system": ",base.group_system"}
        cls.users = {
            name: new_test_user(
                cls.env,
                f"iris-matrix-{name}",
                groups=f"base.group_user,base.group_allow_export{more_groups.get(name, '')}",
                company_id=(cls.abroad if name == "foreign" else cls.home).id,
                lang="en_US",
            )
            for name in USERS
        }
        cls.users["group"].group_ids = [Command.link(cls.department.id)]

    @classmethod
    def _make_accounts(cls):
        everything = {"reader": "r", "editor": "rw", "deleter": "rd", "passer": "ra"}
        everything.update({"all": "rwda", "foreign": "rwda"})
        cls.private, cls.shared, cls.open = cls.env["iris.email.account"].create(
            [
                {"address": "boss@example.org", "company_id": cls.home.id},
                {
                    "address": "shared@example.org",
                    "company_id": cls.home.id,
                    "incoming_right_ids": cls.make_rows({**everything, "group": "rw"}),
                    "outgoing_right_ids": cls.make_rows({**everything, "group": "r"}),
                },
                {
                    "address": "open@example.org",
                    "incoming_right_ids": cls.make_rows({"reader": "r", "foreign": "rwda"}),
                },
            ]
        )
        senders = cls.users["all"] | cls.users["foreign"]
        rows = cls.shared.incoming_right_ids.filtered(lambda row: row.user_id in senders)
        rows.may_send = True

    @classmethod
    def make_rows(cls, signs_by_name):
        """Return commands that create rows of rights; see `row_of`."""
        return [Command.create(cls.row_of(*row)) for row in signs_by_name.items()]

    @classmethod
    def make_letters(cls):
        """Make the letters of the table: what came in from bytes, as the receiving does it.

        :return: ``iris.email`` records by their names in the table
        :rtype: dict
        """
        author = cls.users["author"].id
        letters = {
            "incoming": cls.receive("incoming", cls.shared),
            "second": cls.receive("second", cls.private, cls.shared),
            "private": cls.receive("private", cls.private),
            "open": cls.receive("open", cls.open),
            "own-list": cls.receive("own-list", cls.shared, responsible_id=author),
            "default": cls.receive("default", cls.shared, responsible_id=author),
            "trashed": cls.receive("trashed", cls.shared),
            "draft": cls.write_letter("draft", "author", type="draft"),
            "sendable": cls.write_letter("sendable", "all", type="draft"),
            "unsent": cls.write_letter("unsent", "author", type="outbox"),
            "queued": cls.write_letter("queued", "author", type="outbox", state="queued"),
            "refused": cls.write_letter("refused", "author", type="outbox", state="error"),
            "uncertain": cls.write_letter("uncertain", "author", type="outbox", state="uncertain"),
            "sent": cls.write_letter("sent", "author", type="sent"),
            "template": cls.write_letter("template", "author", type="template"),
        }
        letters["own-list"]._set_access([cls.row_of(*row) for row in OWN_LIST.items()])
        letters["trashed"].with_user(cls.users["all"]).action_trash()
        cls.env.flush_all()
        return letters

    @classmethod
    def row_of(cls, name, signs):
        """Return the values of a row of permissions for a user of the table.

        :param str signs: some of "rwda"
        """
        holder = {"group_id": cls.department.id} if name == "group" else {}
        holder = holder or {"user_id": cls.users[name].id}
        return {**holder, **{field: sign in signs for sign, field in PERMISSIONS.items()}}

    @classmethod
    def receive(cls, name, *accounts, text="Good morning.\n", **values):
        """Let accounts receive a letter, one after the other, each with a trace header of its own.

        :param str name: is in its subject and its file
        :param values: what to write into it afterwards
        """
        for account in accounts:
            raw = make_letter(
                f"Subject of {name}",
                text=text,
                files=[(f"{name}.txt", f"file of {name}".encode())],
                headers=[("Delivered-To", account.address)],
            )
            uidl = f"uid-{name}"
            cls.env["iris.email.storage"]._store(account, [Download(uidl, raw, len(raw))], {uidl})
            receipt = cls.env["iris.email.receipt"].search(
                [("uidl", "=", uidl), ("account_id", "=", account.id)]
            )
        receipt.letter_id.write({"responsible_id": False, **values})
        return receipt.letter_id

    @classmethod
    def write_letter(cls, name, author, **values):
        """Make a letter that a user has written, with a file."""
        letter = cls.env["iris.email"].create(
            {
                "subject": f"Subject of {name}",
                "body_text": "Good morning.\n",
                "email_to": "anna@example.com",
                "account_id": cls.shared.id,
                "responsible_id": cls.users[author].id,
                **values,
            }
        )
        if not letter._is_unsent():
            letter.recipient_ids = [Command.create({"email": "anna@example.com"})]
        cls.env["ir.attachment"].create(
            {
                "name": f"{name}.txt",
                "raw": f"file of {name}".encode(),
                "res_model": "iris.email",
                "res_id": letter.id,
            }
        )
        return letter

    def as_user(self, letter, name):
        """Return a letter as a user sees it who comes to it afresh."""
        self.env["iris.email"].invalidate_model()
        self.env["ir.attachment"].invalidate_model()
        return letter.with_user(self.users[name])


class MatrixCase(RightsCase):
    """Users, and a letter of each kind; what works is compared with the table."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.letters_by_kind = cls.make_letters()

    def assertTable(self, sign, operation, hidden_kinds=(), hidden_users=()):
        """Let each user try an operation on each letter; it must work exactly where the table says.

        :param str sign: the sign of the table that allows it
        :param operation: gets the letter as the user sees it; returns whether it has worked
        :param hidden_kinds: letters on which it never works
        :param hidden_users: users for whom it never works
        """
        for kind in KINDS:
            for user in USERS:
                hidden = kind in hidden_kinds or user in hidden_users
                allowed = sign in EXPECTED[kind][user] and not hidden
                letter = self.as_user(self.letters_by_kind[kind], user)
                with self.subTest(kind=kind, user=user):
                    self.assertIs(self.works(operation, letter), allowed)

    def works(self, operation, letter):
        with self.rolled_back():
            try:
                return bool(operation(letter))
            except (AccessError, UserError):
                return False

    @contextmanager
    def rolled_back(self):
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)


class ConsequencesCase(RightsCase):
    """Shorter words for what the tests below do again and again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.letter = cls.receive("incoming", cls.shared)

    def sees(self, user, letter=None):
        """Ask in several ways for a letter; all must agree."""
        letter = self.as_user(letter or self.letter, user)
        found = letter.has_access("read")
        domain = [("id", "=", letter.id)]
        self.assertEqual(bool(letter.search(domain)), found)
        self.assertEqual(letter.search_count(domain), int(found))
        self.assertEqual(
            bool(letter.sudo().attachment_ids.with_env(letter.env).has_access("read")), found
        )
        return found

    def signs(self, user, letter=None):
        """Return what a user may do with a letter, as in the table."""
        letter = self.as_user(letter or self.letter, user)
        return "".join(
            sign for sign, name in PERMISSIONS.items() if letter[name.replace("perm", "can")]
        )

    def list_of(self, letter=None):
        """Return a letter's own list as pairs of the holder's name in the table and signs."""
        names = {user: name for name, user in self.users.items()}
        return {
            (names.get(row.user_id) if row.user_id else "group"): "".join(
                sign for sign, name in PERMISSIONS.items() if row[name]
            )
            for row in (letter or self.letter).sudo().access_ids
        }

    def give_list(self, letter=None, **signs):
        """Give a letter a list of its own, as the system."""
        (letter or self.letter)._set_access([self.row_of(*row) for row in signs.items()])

    def add(self, by, holder, signs, letter=None):
        """Add a row to a letter's list, as a user."""
        letter = self.as_user(letter or self.letter, by)
        row = {"email_id": letter.id, **self.row_of(holder, signs)}
        return letter.env["iris.email.access"].create(row)

    def row(self, holder, by):
        """Return the row of a holder in the list of the letter, as a user sees it."""
        return (
            self.letter.sudo()
            .access_ids.filtered(lambda row: row.user_id == self.users[holder])
            .with_user(self.users[by])
        )


def everywhere(letter):
    """Look in the trash, too."""
    return letter.with_context(active_test=False)


def only(letter):
    return [("id", "=", letter.id)]

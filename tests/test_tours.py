from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import MailCase, make_letter
from .servers.scripted_pop3 import ScriptedPop3

FIRST_PAGE = "/odoo/action-iris_email.iris_email_action?view_type=list"
CONTACTS = "/odoo/action-contacts.action_contacts"
ACCOUNTS = "/odoo/action-iris_email.iris_email_account_action"

ALL = {"perm_read": True, "perm_edit": True, "perm_delete": True, "perm_access": True}

# How long the second mailbox takes: time to look at the progress.
SECONDS = 3.0


@tagged("post_install", "-at_install")
class TestTours(MailCase, HttpCase):
    """What a user does in the web client, in Chromium (guide E2-E6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.colleague = new_test_user(cls.env, "iris-colleague")

    def make_mailboxes(self, user):
        """Make two mailboxes for a user and a colleague, the second on a slow server."""
        readers = user + self.colleague
        letter = make_letter(
            "Price list", html="<p>Good morning.</p>", files=[("prices.txt", b"the prices")]
        )
        self.make_account(self.serve([letter]), "first@example.org", readers)
        letter = make_letter("Second mailbox")
        # The whole reply is written here, since a reply cannot wait before the usual one.
        whole = b"+OK\r\n" + letter + b".\r\n"
        server = ScriptedPop3([letter], replies={"RETR": [SECONDS, whole]})
        self.make_account(self.enterContext(server), "second@example.org", readers)

    def assertReadBy(self, user):
        """Assert that the one letter is read for this user, and for nobody else."""
        letter = self.letters().filtered(lambda letter: letter.subject == "Price list")
        self.assertEqual(len(letter), 1)
        self.assertFalse(letter.with_user(user).is_unread)
        self.assertTrue(letter.with_user(self.colleague).is_unread)
        return letter

    def test_check_mail(self):
        self.make_mailboxes(self.user)
        self.start_tour("/odoo", "iris_email_check_mail", login=self.user.login, timeout=120)
        letter = self.assertReadBy(self.user)

        url = f"/web/content/{letter.attachment_ids.id}?download=true"
        self.authenticate(self.user.login, self.user.login)
        self.assertEqual(self.url_open(url).content, b"the prices")
        self.authenticate(self.stranger.login, self.stranger.login)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_check_mail_in_russian(self):
        self.user.lang = "ru_RU"
        self.make_mailboxes(self.user)
        self.start_tour("/odoo", "iris_email_check_mail_ru", login=self.user.login, timeout=120)
        self.assertReadBy(self.user)

    def test_user_without_mailboxes(self):
        self.start_tour(FIRST_PAGE, "iris_email_no_mailbox", login=self.stranger.login)


@tagged("post_install", "-at_install")
class TestRightsTours(MailCase, HttpCase):
    """Sharing, giving away and throwing away in the web client (guide A4, C2-C6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.colleague = new_test_user(cls.env, "iris-colleague", lang="en_US")
        cls.member = new_test_user(cls.env, "iris-member", lang="en_US")
        cls.department = cls.env["res.groups"].create(
            {"name": "Iris department", "user_ids": [Command.link(cls.member.id)]}
        )

    def setUp(self):
        super().setUp()
        raw = make_letter("Contract", files=[("plan.txt", b"plan")])
        self.account = self.make_account(
            self.serve([raw, make_letter("Price list")]),
            "sales@example.org",
            incoming_right_ids=[Command.create({"user_id": self.user.id, **ALL})],
        )
        self.env.flush_all()
        self.assertEqual(self.check(self.account).new, 2)
        self.letter = self.letters(self.account).filtered(lambda it: it.subject == "Contract")
        self.assertEqual(len(self.letter), 1)

    def tour(self, name, user, page=FIRST_PAGE):
        self.start_tour(page, name, login=user.login, timeout=120)
        self.env.invalidate_all()

    def assertShared(self, user, letters):
        """Assert that a user may read exactly these letters."""
        found = self.env["iris.email"].with_user(user).search([])
        self.assertEqual(found.mapped("subject"), letters.mapped("subject"))

    def check_sharing(self):
        self.assertShared(self.colleague, self.letters().browse())
        self.tour("iris_email_share", self.user)
        self.assertShared(self.colleague, self.letter)
        self.assertTrue(self.letter.custom_access)
        self.assertFalse(self.letter.with_user(self.colleague).can_edit)
        self.tour("iris_email_shared_with_me", self.colleague)
        self.tour("iris_email_take_back", self.user)
        self.assertShared(self.colleague, self.letters().browse())
        self.assertFalse(self.letter.custom_access)

    def test_share_and_take_back(self):
        self.check_sharing()

    def test_share_and_take_back_in_russian(self):
        (self.user | self.colleague).lang = "ru_RU"
        self.check_sharing()

    def test_give_a_department_an_account(self):
        self.assertShared(self.member, self.letters().browse())
        self.tour("iris_email_give_account", self.manager, ACCOUNTS)
        self.assertShared(self.member, self.letters(self.account).sorted("id", reverse=True))
        # Whoever gives rights does not get them by it.
        self.assertShared(self.manager, self.letters().browse())
        self.tour("iris_email_given_account", self.member)

    def test_trash(self):
        files = self.letter.attachment_ids
        self.assertTrue(files)
        self.tour("iris_email_trash", self.user)
        self.assertFalse(self.letter.exists())
        self.assertFalse(files.exists())
        # The ledger still knows the letter, so it does not come back.
        self.assertEqual(len(self.receipts(self.account)), 2)
        self.assertEqual(self.check(self.account).new, 0)
        self.assertEqual(self.letters(self.account).mapped("subject"), ["Price list"])

    def test_trash_in_russian(self):
        self.user.lang = "ru_RU"
        self.tour("iris_email_trash", self.user)
        self.assertFalse(self.letter.exists())


@tagged("post_install", "-at_install")
class TestPresenceTour(MailCase, HttpCase):
    """Unread letters, Check mail and the settings, from another app."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")

    def setUp(self):
        super().setUp()
        server = self.serve([make_letter("Contract"), make_letter("Price list")])
        self.account = self.make_account(server)
        self.env.flush_all()
        self.assertEqual(self.check(self.account).new, 2)
        other = self.serve([make_letter("Invitation")])
        self.make_account(other, "second@example.org")

    def check_presence(self):
        self.start_tour(CONTACTS, "iris_email_presence", login=self.user.login, timeout=120)
        self.env.invalidate_all()
        settings = self.user.res_users_settings_id
        self.assertEqual(settings.iris_email_density, "compact")
        self.assertEqual(settings.iris_email_read_seconds, -1)
        unread = self.letters().with_user(self.user).filtered("is_unread")
        self.assertEqual(set(unread.mapped("subject")), {"Price list", "Invitation"})

    def test_presence(self):
        self.check_presence()

    def test_presence_in_russian(self):
        self.user.lang = "ru_RU"
        self.check_presence()

"""The parts of the reader in Chromium, as an ordinary user; on a desktop and on a phone."""

import base64
import io
import zipfile

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import MailCase, make_letter
from .servers.web_canary import GIF
from .test_mailbox_tours import FIRST_PAGE
from .test_reread import make_mislabelled

ANNA = "Iris Anna <anna@roses.example>"

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""

PICTURES = "http://pictures.test/"

FILES = {"rose.png": PNG, "prices.pdf": PDF, "prices.txt": b"the prices"}

OFFER = """
<p>Good morning, <b>red roses</b> are 5 a piece.</p>
<p>On Monday Ivan wrote:</p>
<blockquote type="cite"><p>What does it cost?</p></blockquote>
"""


class ReaderTourCase(MailCase, HttpCase):
    """Letters with all that the reader has parts for, from a server, read by an ordinary user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        roses, cls.tulips = cls.env["res.partner"].create(
            [
                {"name": "Iris Roses", "is_company": True},
                {"name": "Iris Tulips", "is_company": True},
            ]
        )
        cls.anna = cls.env["res.partner"].create(
            {
                "name": "Iris Anna",
                "email": "anna@roses.example",
                "phone": "+7 482 555-01-36",
                "parent_id": roses.id,
            }
        )
        # Everybody in sales may write in the address book.
        cls.user.group_ids = [Command.link(cls.env.ref("base.group_partner_manager").id)]

    def receive(self, *raws):
        """Receive letters as the user does; return them."""
        server = self.serve(raws)
        account = self.make_account(server, f"{server.port}@example.org")
        self.env.flush_all()
        self.assertEqual(self.check(account).new, len(raws))
        return self.letters(account)

    def tour(self, name):
        self.start_tour(FIRST_PAGE, f"iris_email_reader_{name}", login=self.user.login, timeout=120)
        self.env.invalidate_all()

    def receive_offer(self):
        return self.receive(
            make_letter(
                "Offer",
                sender=ANNA,
                to="ivan@example.org, Boris <boris@example.com>",
                text="Good morning, no bold red roses here.\n",
                html=OFFER,
                files=FILES.items(),
            )
        )


@tagged("post_install", "-at_install")
class TestReaderTours(ReaderTourCase):
    browser_size = "1366x768"
    lang = "en_US"

    def setUp(self):
        super().setUp()
        self.user.lang = self.lang

    def test_people(self):
        letter = self.receive_offer()
        self.tour("people")
        boris = self.env["res.partner"].search([("email", "=", "boris@example.com")])
        self.assertEqual(boris.name, "Boris")
        self.assertEqual(boris.create_uid, self.user)
        self.assertEqual(letter.contact_id, self.anna)
        self.check_links(letter)

    def check_links(self, letter):
        """On a wide screen company and responsible were changed."""
        self.assertEqual(letter.company_partner_id, self.tulips)
        self.assertEqual(letter.responsible_id, self.user)

    def fetch_proxy(self, url):
        """Answer for the server of pictures; nothing gets out."""
        if not url.startswith(PICTURES):
            return super().fetch_proxy(url)
        self.asked.append(url.removeprefix(PICTURES))
        return self.make_fetch_proxy_response(GIF)

    def test_images(self):
        self.asked = []

        def with_images(subject, numbers, sender=ANNA):
            images = "".join(f'<img src="{PICTURES}{number}.gif">' for number in numbers)
            return make_letter(subject, sender=sender, html=f"<p>Look:</p>{images}")

        self.receive(
            with_images("Pictures of somebody else", [5], "Clara <clara@example.net>"),
            with_images("Third pictures", [4]),
            with_images("Second pictures", [3]),
            with_images("First pictures", [1, 2]),
        )
        self.tour("images")
        self.assertEqual(set(self.asked), {"1.gif", "2.gif", "3.gif", "4.gif"})
        trusted = self.env["iris.email.trusted.sender"].search([])
        self.assertEqual(trusted.user_id, self.user)
        self.assertEqual(trusted.email, "anna@roses.example")

    def test_text(self):
        self.receive(make_mislabelled())
        self.receive_offer()
        self.tour("text")

    def test_files(self):
        letter = self.receive_offer()
        self.tour("files")
        url = f"/iris_email/letter/{letter.id}/files.zip"
        self.authenticate(self.user.login, self.user.login)
        with zipfile.ZipFile(io.BytesIO(self.url_open(url).content)) as archive:
            self.assertEqual({name: archive.read(name) for name in archive.namelist()}, FILES)
        self.authenticate(self.stranger.login, self.stranger.login)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_conversation(self):
        letters = self.receive(
            make_letter("Contract", message_id="<1@example.com>", text="The first"),
            make_letter(
                "Re: Contract",
                message_id="<2@example.com>",
                text="The second",
                headers=[("References", "<1@example.com>")],
            ),
            make_letter(
                "Re: Contract",
                message_id="<3@example.com>",
                text="The third",
                headers=[("References", "<1@example.com> <2@example.com>")],
            ),
        )
        letters[:2].with_user(self.user).mark_read()
        self.tour("conversation")
        self.assertFalse(any(letters.with_user(self.user).mapped("is_unread")))
        self.assertFalse(self.user.res_users_settings_id.iris_email_conversations)


@tagged("post_install", "-at_install")
class TestReaderToursInRussian(TestReaderTours):
    lang = "ru_RU"


@tagged("post_install", "-at_install")
class TestReaderToursOnPhone(TestReaderTours):
    browser_size = "390x844"
    touch_enabled = True

    def check_links(self, letter):
        self.assertEqual(letter.company_partner_id, self.anna.parent_id)


@tagged("post_install", "-at_install")
class TestReaderToursOnPhoneInRussian(TestReaderToursOnPhone):
    lang = "ru_RU"

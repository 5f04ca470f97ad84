"""Whether everybody can use the mail client: axe-core in Chromium."""

import json
from pathlib import Path

from odoo.tests import HttpCase, tagged

from .common import MailCase, make_letter

# Installed by dev/testing.py; no part of the addon.
AXE = Path(__file__).resolve().parents[1] / ".dev/node/browser/node_modules/axe-core/axe.min.js"
AXE_ADDRESS = "https://axe.test/axe.js"

PAGE = "/odoo/letters"
READY = "!!(window.findBarriers && window.walkWithTab && document.querySelector('.o_iris_row'))"


class AccessibilityCase(MailCase, HttpCase):
    """A mailbox with all that a letter can have."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("ru_RU")
        self.env["res.partner"].create({"name": "Anna", "email": "anna@example.com"})
        letters = [
            make_letter(
                f"Contract {number}",
                sender=f"Person {number} <person{number}@example.net>"
                if number % 2
                else "Anna <anna@example.com>",
                to="ivan@example.org, Boris <boris@example.com>",
                html=f"<p>Good morning</p><img src='http://t.example/{number}.png'>"
                "<p>On Monday Ivan wrote:</p><blockquote type='cite'>Hello</blockquote>",
                files=[("prices.txt", b"the prices")],
            )
            for number in range(6)
        ]
        account = self.make_account(self.serve(letters))
        self.env.flush_all()
        self.assertEqual(self.check(account).new, len(letters))
        received = self.letters(account)
        self.received = received[0]
        self.draft = (
            self.env["iris.email"]
            .with_user(self.user)
            .create({"subject": "Half a letter", "email_to": "anna@example.com"})
        )

    def fetch_proxy(self, url):
        """Hand out axe-core, so that it need not be part of the addon."""
        if url == AXE_ADDRESS:
            return self.make_fetch_proxy_response(AXE.read_bytes())
        return super().fetch_proxy(url)

    def run_in_browser(self, call):
        self.browser_js(
            PAGE,
            f"""{call}.then(() => console.log("test successful"))
                .catch((error) => console.error(String(error)));""",
            ready=READY,
            login=self.user.login,
            timeout=180,
        )

    def find_barriers(self):
        ids = json.dumps({"receivedId": self.received.id, "draftId": self.draft.id})
        self.run_in_browser(f"findBarriers({ids}, '{AXE_ADDRESS}')")


@tagged("post_install", "-at_install")
class TestNoBarriers(AccessibilityCase):
    browser_size = "1366x768"

    def test_english(self):
        self.find_barriers()

    def test_russian(self):
        self.user.lang = "ru_RU"
        self.find_barriers()


@tagged("post_install", "-at_install")
class TestNoBarriersOnPhones(TestNoBarriers):
    browser_size = "390x844"

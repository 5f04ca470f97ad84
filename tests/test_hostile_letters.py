"""Letters that want to do harm, received from a server and read in Chromium."""

import json
from urllib.parse import urlsplit

from odoo.tests import HttpCase, tagged

from ..tools import html, html_page
from . import hostile_letters
from .common import MailCase, make_letter
from .servers.web_canary import WebCanary
from .watched_browser import Watch

PAGE = "/odoo/letters"

# Where Odoo's own pages and data are.
OWN_PATHS = (
    "/bus/",
    "/html_editor/",
    "/iris_email/letter/",
    "/mail/",
    "/odoo",
    "/web/",
    "/websocket",
)


class HostileCase(MailCase, HttpCase):
    """Hostile letters that lie in a mailbox; ``canary`` is what they want to reach."""

    browser_size = "1366x768"

    def setUp(self):
        super().setUp()
        # The same machine under another name: for the browser it is another site.
        self.canary = self.enterContext(WebCanary("localhost"))
        self.foreign = []
        self.watch = Watch(hostile_letters.SPY, [self.canary.url])
        self.watch.start(self)

    def fetch_proxy(self, url):
        """Note what the browser asks of other machines; nothing gets out."""
        self.foreign.append(url)
        return super().fetch_proxy(url)

    def receive(self, letters):
        """Receive letters as users do.

        :param dict letters: subject → HTML
        """
        raws = [make_letter(subject, html=body) for subject, body in letters.items()]
        account = self.make_account(self.serve(raws))
        self.env.flush_all()
        self.assertEqual(self.check(account).new, len(raws))
        self.assertNothingFailed(account)
        return self.letters(account)

    def browse(self, path, code, **options):
        """Run code on a page as the user."""
        self.browser_js(
            path,
            f"""(async () => {{ {code}; console.log("test successful"); }})()
                .catch((error) => console.error(String(error)));""",
            login=self.user.login,
            timeout=300,
            **options,
        )

    def read_all(self, way, **options):
        """Receive and read all letters."""
        letters = self.receive(hostile_letters.write_letters(self.canary.url))
        hostile = {"greeting": hostile_letters.GREETING, "title": hostile_letters.TITLE}
        subjects = {letter.id: letter.subject for letter in letters}
        self.browse(
            PAGE,
            f"await readLetters({json.dumps(subjects)}, '{way}', {json.dumps(hostile)})",
            ready="!!window.readLetters",
            **options,
        )
        self.assertEqual(self.watch.dialogs, [])
        self.assertEqual(self.watch.windows, [])

    def assertNothingLeft(self):
        """Assert that the browser asked nobody but Odoo, and that nobody else heard of it."""
        own = urlsplit(self.base_url()).netloc
        for address in self.watch.requests:
            parts = urlsplit(address)
            if parts.scheme not in ("data", "blob"):
                self.assertEqual(parts.netloc, own, address)
                self.assertTrue(parts.path.startswith(OWN_PATHS), address)
        self.assertEqual(self.foreign, [])
        self.assertEqual(self.canary.paths, set())
        self.assertEqual(self.canary.connections, 0)
        self.assertLogged("/iris_email/letter/")
        self.assertNotLogged(hostile_letters.SPY)
        self.assertNotLogged(self.canary.url.removeprefix("http://"))
        self.assertFalse(self.watch.has_looked_up(), "a name was looked up")

    def assertLogged(self, text):
        """Assert that Chromium's log has a text; it is too long to be shown."""
        self.assertTrue(text in self.watch.read_log(), f"{text} is not in the log")

    def assertNotLogged(self, text):
        self.assertFalse(text in self.watch.read_log(), f"{text} is in the log")


@tagged("post_install", "-at_install")
class TestHostileLetters(HostileCase):
    """All of them, in all ways to look at a letter."""

    def test_as_they_are(self):
        self.read_all("html")
        self.assertNothingLeft()

    def test_dark(self):
        self.read_all("html", cookies={"color_scheme": "dark"})
        self.assertTrue(any("dark=1" in address for address in self.watch.requests))
        self.assertNothingLeft()

    def test_plain_text(self):
        self.read_all("plain")
        self.assertNothingLeft()

    def test_printed(self):
        self.read_all("printed")
        self.assertNothingLeft()

    def test_images_when_asked_for(self):
        """Pictures are loaded then, and nothing but pictures; they do not tell who looks."""
        self.read_all("images", cookies={"color_scheme": "light"})
        self.assertIn("/image/plain.png", self.canary.paths)
        for request in self.canary.asked:
            told = {**request.headers}
            with self.subTest(request.path, **told):
                self.assertEqual(request.method, "GET")
                self.assertEqual(told["Sec-Fetch-Dest"], "image")
                self.assertEqual(told.keys() & {"Cookie", "Origin", "Referer"}, set())
        for address in self.foreign:
            self.assertEqual(urlsplit(address).hostname, hostile_letters.SPY, address)


@tagged("post_install", "-at_install")
class TestTheAlarm(HostileCase):
    """What the tests above look at would show it if something got through."""

    def test_letter_without_walls(self):
        bait = """<script>%HACK%</script><img src="%IMG%/seen.png"><a href="http://%SPY%/">a</a>
            <link rel="preconnect" href="http://%SPY%"><script>open("%EVIL%/tab")</script>"""
        letter = self.receive({"Bait": hostile_letters.fill_in(bait, self.canary.url)})

        def let_pass(text, **options):
            return html.SafeHtml(text)

        self.patch(html, "sanitize", let_pass)
        self.patch(html_page, "content_security_policy", lambda **options: "img-src *")
        self.browse(
            f"/iris_email/letter/{letter.id}/body",
            "",
            ready=f"""Boolean(window.{hostile_letters.TITLE} && document.images[0].naturalWidth
                && document.title === '{hostile_letters.TITLE}')""",
        )
        self.assertEqual(self.watch.dialogs, [hostile_letters.TITLE])
        self.assertEqual(self.watch.windows, [f"{self.canary.url}/evil/tab"])
        self.assertIn("/image/seen.png", self.canary.paths)
        self.assertIn(f"{self.canary.url}/image/seen.png", self.watch.requests)
        self.assertTrue(self.watch.has_looked_up())
        self.assertLogged(self.canary.url.removeprefix("http://"))
        with self.assertRaises(AssertionError):
            self.assertNothingLeft()

import base64
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ..tools import html
from .common import MailCase, make_letter
from .servers.web_canary import GIF, WebCanary

NOBODY = 2**31 - 1

# What a stranger tries: {0} is the address of a server of his.
HOSTILE = """
<html><head>
<meta http-equiv="refresh" content="0;url={0}/refresh">
<base href="{0}/base/"><link rel="stylesheet" href="{0}/link.css">
<link rel="prefetch" href="{0}/prefetch"><link rel="dns-prefetch" href="{0}/dns">
<style>@import "{0}/import.css"; @\\69mport url({0}/import2.css);
@font-face {{ font-family: spy; src: url({0}/font) }}
.o_form_view, body {{ background: \\75rl({0}/style.png) }}
p {{ font-family: spy; list-style-image: url({0}/list.png); content: url({0}/content.png) }}
</style>
</head>
<body background="{0}/body.png" onload="parent.hacked = 1">
<script>parent.hacked = 1</script><script src="{0}/script.js"></script>
<p style="background: url({0}/attribute.png)">Good morning</p>
<img src="{0}/seen.png" alt="Logo" width="200" height="80" onload="parent.hacked = 1">
<img src="nowhere" onerror="parent.hacked = 1"><img srcset="{0}/srcset.png 1x">
<picture><source srcset="{0}/source.png"><img src="{0}/seen.png"></picture>
<svg onload="parent.hacked = 1"><image href="{0}/svg.png"/><use href="{0}/use.svg#x"/></svg>
<iframe src="{0}/iframe" srcdoc="<script>top.hacked = 1</script>"></iframe>
<object data="{0}/object"></object><embed src="{0}/embed">
<video src="{0}/video" poster="{0}/poster.png" autoplay></video><audio src="{0}/audio" autoplay>
</audio><input type="image" src="{0}/input.png" autofocus onfocus="parent.hacked = 1">
<table background="{0}/table.png"><tr><td>cell</td></tr></table>
<a id="link" href="javascript:parent.hacked = 1">link</a>
<a ping="{0}/ping" href="{0}/page">page</a>
<form action="{0}/form"><button>send</button></form>
</body></html>
"""

LOOK = """
const frame = () => document.querySelector(".o_iris_letter_frame");
const until = async (condition) => {
    for (let turn = 0; turn < 200; turn++) {
        const result = condition();
        if (result) {
            return result;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`In vain: ${condition}`);
};
const shown = () => frame()?.closest("[aria-busy=false]") &&
    frame().contentDocument?.readyState === "complete" &&
    frame().contentDocument.documentElement.dataset.irisLetter !== undefined;
const check = (condition, text) => {
    if (!condition) {
        throw new Error(text);
    }
};
(async () => {
    await until(shown);
    let page = frame().contentDocument;
    CODE
    console.log("test successful");
})().catch((error) => console.error(String(error)));
"""


class LetterPageCase(MailCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.account = self.env["iris.email.account"].create(
            {
                "address": "ivan@example.org",
                "incoming_right_ids": [(0, 0, {"user_id": self.user.id})],
            }
        )

    def make_stored(self, **values):
        """Make a letter of the mailbox as if it had been received."""
        return self.env["iris.email"].create(
            {
                "type": "inbox",
                "account_id": self.account.id,
                "subject": "Prices",
                "body_text": "Good morning",
                "source": base64.b64encode(make_letter("Prices")),
                **values,
            }
        )

    def open(self, letter, what="body", query="", user=None):
        """Get a page of a letter as a user (default: ``user``)."""
        letter_id = getattr(letter, "id", letter)
        login = (user or self.user).login
        self.authenticate(login, login)
        return self.url_open(f"/iris_email/letter/{letter_id}/{what}{query}")


@tagged("post_install", "-at_install")
class TestLetterPage(LetterPageCase):
    """The two addresses of a letter: who gets what."""

    def test_only_readers_see_anything(self):
        letter = self.make_stored()
        for what in ("body", "original"):
            with self.subTest(what):
                self.assertEqual(self.open(letter, what).status_code, 200)
                forbidden = self.open(letter, what, user=self.stranger)
                missing = self.open(NOBODY, what, user=self.stranger)
                self.assertEqual((forbidden.status_code, missing.status_code), (404, 404))
                self.assertNotIn("Prices", forbidden.text)
                self.assertEqual(
                    forbidden.text.replace(str(letter.id), ""),
                    missing.text.replace(str(NOBODY), ""),
                )
                manager = self.open(letter, what, user=self.manager)
                self.assertEqual(manager.status_code, 404)

    def test_a_right_taken_away_counts_at_once(self):
        letter = self.make_stored()
        self.assertEqual(self.open(letter).status_code, 200)
        self.account.incoming_right_ids.unlink()
        self.assertEqual(self.open(letter).status_code, 404)

    def test_impossible_addresses(self):
        self.make_stored()
        for letter_id in (0, 2**31, 10**30, "x", "-1"):
            with self.subTest(letter_id):
                self.assertEqual(self.open(letter_id).status_code, 404)

    def test_login_is_asked_for(self):
        letter = self.make_stored()
        self.authenticate(None, None)
        for what in ("body", "original"):
            answer = self.url_open(f"/iris_email/letter/{letter.id}/{what}", allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertIn("/web/login", answer.headers["Location"])

    def test_headers(self):
        letter = self.make_stored(body_html="<p>x</p>")
        headers = self.open(letter).headers
        policy = headers["Content-Security-Policy"]
        for rule in (
            "default-src 'none'",
            "img-src data:;",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
            "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
        ):
            self.assertIn(rule, policy)
        self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["X-DNS-Prefetch-Control"], "off")
        self.assertEqual(headers["Cache-Control"], "private, no-store")
        policy = self.open(letter, query="?images=1").headers["Content-Security-Policy"]
        self.assertIn("img-src data: https: http:;", policy)

    def test_html_letter(self):
        letter = self.make_stored(
            subject="<b>Prices</b>",
            body_html='<p onclick="x"><img src="http://t.example/a"><img src="//t.example/b"></p>',
        )
        page = self.open(letter).text
        self.assertIn('data-blocked-images="2"', page)
        self.assertIn("<title>&lt;b&gt;Prices&lt;/b&gt;</title>", page)
        self.assertNotIn("onclick", page)
        self.assertNotIn("t.example", page)
        page = self.open(letter, query="?images=1").text
        self.assertIn('data-blocked-images="0"', page)
        self.assertIn('src="http://t.example/a"', page)

    def test_text_letter(self):
        letter = self.make_stored(body_text="<b> & www.example.com\n> quoted")
        page = self.open(letter).text
        self.assertIn("&lt;b&gt; &amp; <a href=", page)
        self.assertIn("<blockquote>quoted</blockquote>", page)
        empty = self.make_stored(body_text=False)
        self.assertIn('<div class="iris-plain"></div>', self.open(empty).text)

    def test_inline_images(self):
        letter = self.make_stored(
            body_html='<img src="cid:logo@x"><img src="CID:plain"><img src="cid:vector">'
            '<img src="cid:other">'
        )
        other = self.make_stored()
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "res_model": "iris.email",
                    "res_id": owner.id,
                    "raw": content,
                    "mimetype": mimetype,
                    "iris_content_id": name,
                    "iris_inline": True,
                }
                for name, owner, mimetype, content in (
                    ("logo@x", letter, "image/gif", GIF),
                    ("plain", letter, "application/octet-stream", GIF),
                    ("vector", letter, "image/svg+xml", b"<svg xmlns='x'/>"),
                    ("other", other, "image/gif", GIF),
                )
            ]
        )
        page = self.open(letter).text
        picture = f'<img src="data:image/gif;base64,{base64.b64encode(GIF).decode()}">'
        self.assertIn(f"{picture}{picture}<img><img>", page)
        self.assertIn('data-blocked-images="0"', page)

    def test_original(self):
        letter = self.make_stored(subject="Счёт: 5/7\r\nX-Evil: 1")
        answer = self.open(letter, "original")
        self.assertEqual(answer.content, make_letter("Prices"))
        self.assertEqual(answer.headers["Content-Type"].partition(";")[0], "message/rfc822")
        self.assertEqual(answer.headers["Cache-Control"], "private, no-store")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        disposition = answer.headers["Content-Disposition"]
        self.assertTrue(disposition.startswith("attachment"), disposition)
        self.assertIn("%D0%A1%D1%87%D1%91%D1%82%205%207%20X-Evil%201.eml", disposition)
        self.assertNotIn("X-Evil", answer.headers)

    def test_no_original_of_what_was_not_received(self):
        letter = self.make_stored(source=False)
        self.assertEqual(self.open(letter, "original").status_code, 404)


@tagged("post_install", "-at_install")
class TestLetterInBrowser(LetterPageCase):
    """A hostile letter on the letter card, in Chromium."""

    def setUp(self):
        super().setUp()
        self.foreign = []
        self.listener = self.enterContext(WebCanary())

    def fetch_proxy(self, url):
        """Note what the browser asks of other machines; nothing gets out."""
        self.foreign.append(url)
        return super().fetch_proxy(url)

    def look_at(self, letter, code):
        """Open a letter's card, wait for its frame and run code; ``page`` is the letter's document.

        The code may use ``until(condition)``, which waits, and ``frame()``.
        """
        self.browser_js(
            f"/odoo/action-iris_email.iris_email_action/{letter.id}",
            LOOK.replace("CODE", code),
            ready="!!document.querySelector('.o_iris_letter_frame')",
            login=self.user.login,
        )

    def test_hostile_letter(self):
        letter = self.make_stored(body_html=HOSTILE.format(self.listener.url))
        self.look_at(
            letter,
            """
            page.getElementById("link").click();
            await new Promise((resolve) => setTimeout(resolve, 500));
            check(!window.hacked, "a script ran");
            check(location.pathname.includes("/odoo/"), "the page was left");
            check(page.body.textContent.includes("Good morning"), "no text");
            const picture = page.querySelector("img[alt=Logo]");
            const { width, height } = picture.getBoundingClientRect();
            check(width === 200 && height === 80, `the place has become ${width} x ${height}`);
            check(!document.querySelector(".o_form_view").computedStyleMap()
                .get("background-image").toString().includes("url"), "a style got out");
            """,
        )
        self.assertEqual(self.listener.paths, set())
        self.assertEqual(self.foreign, [])

    def test_images_when_asked_for(self):
        letter = self.make_stored(body_html=HOSTILE.format(self.listener.url))
        self.look_at(
            letter,
            """
            const bar = document.querySelector(".o_iris_letter_bar");
            check(/^\\d+ remote images are not loaded\\.$/.test(
                bar.querySelector("span").textContent), bar.textContent);
            const before = frame();
            bar.querySelector("button").click();
            // A new frame: another address in the same one would be a step of the history.
            await until(() => frame() !== before && shown());
            page = frame().contentDocument;
            await until(() => [...page.images].some((image) => image.naturalWidth));
            check(!document.querySelector(".o_iris_letter_bar"), "the bar stays");
            check(!window.hacked, "a script ran");
            """,
        )
        seen = self.listener.paths
        self.assertIn("/seen.png", seen)
        pictures = {
            "/seen.png", "/srcset.png", "/style.png", "/attribute.png", "/table.png", "/body.png",
            "/list.png", "/content.png",
        }  # fmt: skip
        self.assertLessEqual(seen, pictures)
        self.assertEqual(self.foreign, [])

    def test_second_wall(self):
        """Were the sanitiser to let everything pass, sandbox and policy would still hold."""

        def let_pass(text, **options):
            return html.SafeHtml(text)

        letter = self.make_stored(
            body_html=HOSTILE.format(self.listener.url).replace('http-equiv="refresh"', "")
        )
        with patch.object(html, "sanitize", let_pass):
            self.look_at(
                letter,
                """
                check(page.scripts.length, "the letter was sanitised");
                page.getElementById("link").click();
                page.querySelector("form button").click();
                await new Promise((resolve) => setTimeout(resolve, 500));
                check(!window.hacked, "a script ran");
                """,
            )
        self.assertEqual(self.listener.paths, set())
        self.assertEqual(self.foreign, [])

    def test_frame_is_as_tall_as_the_letter(self):
        letter = self.make_stored(
            body_html='<div style="height: 1234px">tall</div><p style="height: 100vh">x</p>'
            '<details><summary>more</summary><div style="height: 500px"></div></details>'
        )
        self.look_at(
            letter,
            """
            const height = () => frame().getBoundingClientRect().height;
            const first = await until(() => height() > 1234 && height());
            check(first < 1500, `${first} is too tall`);
            page.querySelector("details").open = true;
            await until(() => height() >= first + 500);
            page.querySelector("details").open = false;
            await until(() => height() === first);
            check(!document.querySelector(".o_iris_letter_bar"), "a bar without need");
            check(frame().title && frame().getAttribute("sandbox") ===
                "allow-same-origin allow-popups allow-popups-to-escape-sandbox", "sandbox");
            """,
        )

    def test_letter_that_is_only_text(self):
        letter = self.make_stored(body_html="<p>Good morning" + "<div>" * 200_000)
        self.look_at(
            letter,
            """
            check(page.body.textContent.trim() === "Good morning", page.body.textContent);
            check(document.querySelector(".o_iris_letter_bar").textContent.includes("formatting"),
                "no word about the formatting");
            """,
        )

    def test_page_that_cannot_be_loaded(self):
        letter = self.make_stored()
        self.look_at(
            letter,
            """
            frame().contentWindow.location.replace("/web/login_error_of_a_test");
            await until(() => document.querySelector(".o_iris_letter_bar.alert-warning"));
            check(frame().classList.contains("d-none"), "the error page is shown");
            """,
        )

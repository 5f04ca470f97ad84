"""Whether letters can be read on a dark screen: the pixels of their texts are looked at."""

import base64
import io
import json

from odoo.tests import HttpCase, tagged
from PIL import Image

from .bound_browser import bind
from .common import MailCase, make_letter

PAGE = "/odoo/letters"

# WCAG 2.2, success criterion 1.4.3
LEAST_CONTRAST = 4.5

BIG = "font-size: 22px; font-weight: bold"

LETTERS = {
    "Without colours": "<p>Words</p><p><a href='https://x.example'>A link</a></p>",
    "Quoted": "<p>Words</p><p>On Monday Ivan wrote:</p><blockquote type='cite'>Quoted</blockquote>",
    "Black": "<p style='color: #000000'>Black</p><p style='color: #333'>Dark grey</p>",
    "Font": "<font color='#1f3864'>Navy blue</font><p>None</p>",
    "White table": "<table bgcolor='#ffffff'><td style='color: #222222'>On white</td></table>",
    "Grey": "<p style='color: #707070; background: #ffffff'>Grey</p>",
    "White on navy": "<table><td style='background: #0a2540; color: #ffffff'>White</td></table>",
    "Marked": "<b style='background: yellow'>Marked</b> <b style='color: #b00020'>Red</b>",
    "Link": "<p style='color: #111'>A <a href='https://x.example' style='color: #00e'>link</a></p>",
    "Pale ground": "<div style='background: #eaf4ff'>On pale blue</div>",
    "Style sheet": "<style>.a { color: #444; background: #fafafa }</style><p class='a'>Class</p>",
    "Button": "<a style='background: #1a73e8; color: #fff' href='https://x.example'>Buy</a>",
}


class DarkCase(MailCase, HttpCase):
    browser_size = "1366x768"

    def setUp(self):
        super().setUp()
        raws = [
            make_letter(subject, html=f"<div style='{BIG}'>{html}</div>")
            for subject, html in LETTERS.items()
        ]
        account = self.make_account(self.serve(raws))
        self.env.flush_all()
        self.assertEqual(self.check(account).new, len(LETTERS))
        self.subjects = {letter.id: letter.subject for letter in self.letters(account)}
        self.pictures = []

    def look(self, scheme):
        """Show all letters; return the contrast of each of their texts.

        :param str scheme: ``dark`` or ``light``
        :return: (subject, text) → times, and (subject, text) → whether the ground is dark
        """

        def take(browser, payload):
            def keep(picture):
                self.pictures.append((json.loads(payload), base64.b64decode(picture)))
                browser.run("onPictureTaken()")

            browser.take_picture(keep)

        bind(self, takePicture=take)
        self.browser_js(
            PAGE,
            f"""lookAtTexts({json.dumps(self.subjects)}).then(() => console.log("test successful"))
                .catch((error) => console.error(String(error)));""",
            ready="!!(window.lookAtTexts && document.querySelector('.o_iris_row'))",
            login=self.user.login,
            timeout=120,
            cookies={"color_scheme": scheme},
        )
        contrasts, grounds = {}, {}
        for page, png in self.pictures:
            picture = Image.open(io.BytesIO(png)).convert("RGB")
            for text in page["texts"]:
                key = (page["subject"], text["text"])
                ground, contrasts[key] = measure(picture, text)
                grounds[key] = ground
        self.assertEqual({subject for subject, _text in contrasts}, set(LETTERS))
        return contrasts, grounds


@tagged("post_install", "-at_install")
class TestDarkLetters(DarkCase):
    def test_dark(self):
        contrasts, grounds = self.look("dark")
        for key, contrast in contrasts.items():
            with self.subTest(key):
                self.assertGreaterEqual(contrast, LEAST_CONTRAST)
        self.assertIn(("Quoted", "Quoted"), contrasts)
        self.assertLess(grounds["Without colours", "Words"], 0.05)
        self.assertLess(grounds["Black", "Black"], 0.05)

    def test_light(self):
        """What is measured tells light from dark."""
        contrasts, grounds = self.look("light")
        self.assertGreater(grounds["Without colours", "Words"], 0.9)
        self.assertLess(grounds["White on navy", "White"], 0.05)
        self.assertAlmostEqual(contrasts["Grey", "Grey"], 4.95, delta=0.3)


def measure(picture, place):
    """Return how light the ground of a text is (0 to 1), and the contrast of the text with it.

    :param PIL.Image.Image picture: of the screen
    :param dict place: ``x``, ``y``, ``width`` and ``height`` in pixels
    """
    left, top = int(place["x"]), int(place["y"])
    box = (left, top, left + int(place["width"]) + 1, top + int(place["height"]) + 1)
    cut = picture.crop(box)
    colours = cut.getcolors(cut.width * cut.height)
    _count, most_common = max(colours)
    ground = get_luminance(most_common)
    return ground, max(get_contrast(ground, get_luminance(colour)) for _count, colour in colours)


def get_luminance(colour):
    """Return the relative luminance of a colour (WCAG 2.2).

    :param tuple colour: red, green and blue, 0 to 255
    """
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def get_contrast(one, other):
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)

"""Whether all of the mail client can be reached and used without a mouse."""

from odoo.tests import tagged

from .bound_browser import BoundBrowser, bind
from .test_accessibility import AXE_ADDRESS, AccessibilityCase


@tagged("post_install", "-at_install")
class TestKeyboard(AccessibilityCase):
    browser_size = "1366x768"

    def walk(self):
        bind(self, pressKey=BoundBrowser.press)
        self.run_in_browser(f"walkWithTab('{AXE_ADDRESS}')")

    def test_english(self):
        self.walk()

    def test_russian(self):
        self.user.lang = "ru_RU"
        self.walk()


@tagged("post_install", "-at_install")
class TestKeyboardOnPhones(TestKeyboard):
    """Narrow windows, and phones with a keyboard."""

    browser_size = "390x844"

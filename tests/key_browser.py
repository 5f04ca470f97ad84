"""Chromium with a keyboard: the page asks for a key, and gets it as from a user."""

from functools import partial

from odoo.tests import common

# What Chromium wants to know of keys that do something by themselves.
_KEYS = {
    "Tab": {"code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Escape": {"code": "Escape", "windowsVirtualKeyCode": 27},
    "ArrowDown": {"code": "ArrowDown", "windowsVirtualKeyCode": 40},
}


class KeyBrowser(common.ChromeBrowser):
    """Gives its pages the function ``pressKey(name)``."""

    def __init__(self, test_case, **options):
        super().__init__(test_case, **options)
        self._handlers |= {"Runtime.bindingCalled": self._press}
        self._websocket_request("Runtime.addBinding", params={"name": "pressKey"})

    def _press(self, payload, **_more):
        for kind in ("keyDown", "keyUp"):
            key = {"type": kind, "key": payload, **_KEYS[payload]}
            self._websocket_send("Input.dispatchKeyEvent", params=key)


def use_keys(test_case):
    """Give all browsers of a test a keyboard."""
    test_case.patch(common, "ChromeBrowser", partial(KeyBrowser))

"""Chromium whose page can call functions of the test: for real keys, and for pictures."""

from functools import partial

from odoo.tests import common

# What Chromium wants to know of keys that do something by themselves.
_KEYS = {
    "Tab": {"code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Escape": {"code": "Escape", "windowsVirtualKeyCode": 27},
    "ArrowDown": {"code": "ArrowDown", "windowsVirtualKeyCode": 40},
}


class BoundBrowser(common.ChromeBrowser):
    """Gives its pages functions that take one text, and return nothing.

    :param dict functions: name → callable that gets this browser and the text. It runs in the
        thread that listens to Chromium, and must not wait for an answer
    """

    def __init__(self, test_case, functions, **options):
        self._functions = functions
        super().__init__(test_case, **options)
        self._handlers |= {"Runtime.bindingCalled": self._call}
        for name in functions:
            self._websocket_request("Runtime.addBinding", params={"name": name})

    def _call(self, name, payload, **_more):
        self._functions[name](self, payload)

    def press(self, key):
        """Press a key, as a user does.

        :param str key: as the DOM calls it; one of those above
        """
        for kind in ("keyDown", "keyUp"):
            params = {"type": kind, "key": key, **_KEYS[key]}
            self._websocket_send("Input.dispatchKeyEvent", params=params)

    def take_picture(self, callback):
        """Take a picture of the page.

        :param callback: gets its PNG, as base64
        """
        picture = self._websocket_send("Page.captureScreenshot", with_future=True)
        picture.add_done_callback(lambda done: callback(done.result()["data"]))

    def run(self, code):
        """Run code in the page, and do not wait for it."""
        self._websocket_send("Runtime.evaluate", params={"expression": code})


def bind(test_case, **functions):
    """Let the pages of all browsers of a test call functions; see `BoundBrowser`."""
    test_case.patch(common, "ChromeBrowser", partial(BoundBrowser, functions=functions))

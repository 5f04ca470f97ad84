"""Chromium, with a note of all that it does outside of the page."""

import tempfile
from functools import partial
from pathlib import Path

from odoo.tests import common

# Such a name is not asked of a name server; the log has this instead. Chromium looks up others by
# itself, for its own services.
_NAMES = "MAP *{} ~NOTFOUND"
_LOOKED_UP = "~notfound"


class WatchedBrowser(common.ChromeBrowser):
    """Notes what its page asks for and opens, and lets Chromium log its network.

    The log is beneath everything: it has names that are looked up, connections that are made
    beforehand, and requests of pages that are none of the test's.

    :param Watch watch: where it is noted
    """

    def __init__(self, test_case, watch, **options):
        self._watch = watch
        super().__init__(test_case, **options)
        self._handlers |= {
            "Network.requestWillBeSent": self._note_request,
            "Network.webSocketCreated": self._note_socket,
            "Page.javascriptDialogOpening": self._note_dialog,
            "Page.windowOpen": self._note_window,
        }
        self._websocket_request("Network.enable")

    def _spawn_chrome(self, cmd):
        *command, url = cmd
        log = f"--log-net-log={self._watch.log_path}"
        names = f"--host-resolver-rules={_NAMES.format(self._watch.host)}"
        return super()._spawn_chrome([*command, log, names, url])

    def _note_request(self, request, **_more):
        self._watch.requests.append(request["url"])

    def _note_socket(self, url, **_more):
        self._watch.requests.append(url)

    def _note_dialog(self, message, **_more):
        self._watch.dialogs.append(message)
        self._websocket_send("Page.handleJavaScriptDialog", params={"accept": True})

    def _note_window(self, url, **_more):
        self._watch.windows.append(url)

    def _handle_request_paused(self, **params):
        """Let requests to a server of the test through, too; it is another site."""
        if not params["request"]["url"].startswith(tuple(self._watch.open_addresses)):
            return super()._handle_request_paused(**params)
        request = {"requestId": params["requestId"]}
        return self._websocket_send("Fetch.continueRequest", params=request)


class Watch:
    """What browsers of one test did.

    ``requests``: addresses that the page asked for or wanted to ask for; ``dialogs``: what they
    said; ``windows``: addresses that were opened in other tabs

    :param str host: a name that does not exist; with all names below it
    :param open_addresses: beginnings of addresses outside of Odoo that can be reached
    """

    def __init__(self, host, open_addresses=()):
        self.host = host
        self.open_addresses = [*open_addresses]
        self.requests = []
        self.dialogs = []
        self.windows = []

    def start(self, test_case):
        """Watch all browsers of a test from now on."""
        folder = test_case.enterContext(tempfile.TemporaryDirectory())
        self.log_path = Path(folder) / "network.json"
        test_case.patch(common, "ChromeBrowser", partial(WatchedBrowser, watch=self))

    def read_log(self):
        """Return the events that Chromium logged, as text; the browser has to be closed."""
        log = self.log_path.read_text(encoding="utf-8", errors="replace")
        # What stands before them is about Chromium itself, its command line for instance.
        return log.partition('"events":')[2]

    def has_looked_up(self):
        """Tell whether Chromium looked up ``host``, or a name below it, whatever for."""
        return _LOOKED_UP in self.read_log()

"""A web server of a stranger, on this machine: it notes who comes, and answers with a picture."""

import base64
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@dataclass(frozen=True)
class Asked:
    """One request: ``headers`` are those of ``email.message.Message``."""

    method: str
    path: str
    headers: object


class WebCanary:
    """Runs within a ``with`` statement.

    ``url``: its address, without a slash at the end; ``asked``: all requests; ``connections``:
    how often somebody connected, even without asking for anything

    :param str name: the host of ``url``; another one than Odoo's is another site for the browser
    """

    def __init__(self, name="127.0.0.1"):
        self._name = name
        self.asked = []
        self.connections = 0

    @property
    def paths(self):
        return {request.path for request in self.asked}

    def __enter__(self):
        canary = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self):
                canary.connections += 1
                super().setup()

            def do_GET(self):
                canary.asked.append(Asked(self.command, self.path, self.headers))
                self.send_response(200)
                self.send_header("Content-Type", "image/gif")
                self.send_header("Content-Length", str(len(GIF)))
                self.end_headers()
                self.wfile.write(GIF)

            do_POST = do_HEAD = do_OPTIONS = do_GET

            def log_message(self, *arguments):
                """The test looks at ``asked``."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://{self._name}:{self._server.server_port}"
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

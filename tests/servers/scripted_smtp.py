"""An SMTP server in a thread that says only what it is told to; see `scripted.ScriptedServer`."""

import ssl
from collections.abc import Mapping

from .scripted import DROP, STALL, START_TLS, Replies, ScriptedServer

__all__ = ["DROP", "STALL", "START_TLS", "ScriptedSmtp"]

_USUAL: dict[str, Replies] = {
    "GREETING": [b"220 mail.example.org ESMTP\r\n"],
    "EHLO": [b"250 mail.example.org\r\n"],
    "HELO": [b"250 mail.example.org\r\n"],
    "QUIT": [b"221 bye\r\n", DROP],
    "*": [b"500 unknown command\r\n"],
}


class ScriptedSmtp(ScriptedServer):
    """A server that knows EHLO and QUIT, and what the script adds; "*" is all the rest."""

    def __init__(
        self, replies: Mapping[str, Replies] | None = None, *, context: ssl.SSLContext | None = None
    ):
        super().__init__({**_USUAL, **(replies or {})}, context=context)

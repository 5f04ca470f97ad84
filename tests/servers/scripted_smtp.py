"""An SMTP server in a thread that takes letters, but for what the test tells it to do otherwise."""

import socket
import ssl
from collections.abc import Mapping

from .scripted import DROP, STALL, START_TLS, Replies, ScriptedServer, ScriptedSession

__all__ = ["DROP", "STALL", "START_TLS", "ScriptedSmtp"]

_OK = [b"250 ok\r\n"]
_USUAL: dict[str, Replies] = {
    "GREETING": [b"220 mail.example.org ESMTP\r\n"],
    "EHLO": [b"250 mail.example.org\r\n"],
    "HELO": [b"250 mail.example.org\r\n"],
    "MAIL": _OK,
    "RCPT": _OK,
    "DATA": [b"354 go on\r\n"],
    "CONTENT": [],
    ".": [b"250 kept\r\n"],
    "RSET": _OK,
    "QUIT": [b"221 bye\r\n", DROP],
    "*": [b"500 unknown command\r\n"],
}
# Of a letter; after these comes what the script has for "CONTENT".
FIRST_BYTES = 100_000


class ScriptedSmtp(ScriptedServer):
    """The server; see `scripted.ScriptedServer`.

    :param replies: what to say instead of the usual. "CONTENT" is for the time when FIRST_BYTES of
        a letter have come, "." for its end, "*" for all that has no reply of its own
    :ivar letters: what has come after each 354, dots unstuffed; b"" for a lone dot
    """

    def __init__(
        self, replies: Mapping[str, Replies] | None = None, *, context: ssl.SSLContext | None = None
    ):
        super().__init__({**_USUAL, **(replies or {})}, context=context)
        self.letters: list[bytes] = []

    def session(self, sock: socket.socket) -> "_Session":
        return _Session(self, sock)


class _Session(ScriptedSession):
    """One connection."""

    server: ScriptedSmtp

    def _play(self, replies: Replies) -> bool:
        said = list(replies() if callable(replies) else replies)
        if not super()._play(said):
            return False
        if any(isinstance(reply, bytes) and reply.startswith(b"354") for reply in said):
            return self._take_letter()
        return True

    def _take_letter(self) -> bool:
        letter = bytearray()
        is_played = False
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                return False
            letter += line[1:] if line.startswith(b".") else line
            if len(letter) >= FIRST_BYTES and not is_played:
                is_played = True
                if not self._play(self.server.replies["CONTENT"]):
                    return False
        self.server.letters.append(bytes(letter))
        return self._play(self.server.replies["."])

"""A POP3 server in a thread that follows the protocol, but for what the test tells it to do wrong.

with ScriptedPop3([b"Subject: a\\r\\n"], replies={"RETR 1": [b"+OK\\r\\nSubj", DROP]}) as server:
    Pop3Client(server.host, server.port)
"""

import base64
import binascii
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence

from .scripted import DROP, STALL, START_TLS, Replies, Reply, ScriptedServer, ScriptedSession

__all__ = ["DROP", "STALL", "START_TLS", "ScriptedPop3"]

USER = "ivan"
PASSWORD = "secret"


class ScriptedPop3(ScriptedServer):
    """The server; USER and PASSWORD are what AUTH PLAIN wants, PASS wants just PASSWORD.

    :param letters: raw letters, numbered from 1; kept for all connections, deleted at QUIT
    :param uidls: a UIDL for each letter; None for "uid1", "uid2" …
    :param replies: what to say instead of the usual; see `ScriptedServer`
    :param capabilities: reply to CAPA; None makes it -ERR. TOP and UIDL are commands of the server
        only if among them, or if None
    :param newline: b"\\r\\n", or b"\\n" for a server that knows no better
    :param context: TLS of the server: at once, or with STLS if that is among the capabilities
    """

    def __init__(
        self,
        letters: Iterable[bytes] = (),
        *,
        uidls: Sequence[str] | None = None,
        replies: Mapping[str, Replies] | None = None,
        capabilities: Sequence[str] | None = ("USER", "TOP", "UIDL", "PIPELINING"),
        newline: bytes = b"\r\n",
        context: ssl.SSLContext | None = None,
    ):
        tls_at_once = context is not None and "STLS" not in (capabilities or ())
        usual = {"GREETING": [b"+OK ready" + newline]}
        super().__init__({**usual, **(replies or {})}, context=context, tls_at_once=tls_at_once)
        self.letters = dict(enumerate(letters, 1))
        self.uidls = dict(enumerate(uidls, 1)) if uidls is not None else {}
        self.capabilities = capabilities
        self.newline = newline

    def session(self, sock: socket.socket) -> "_Session":
        return _Session(self, sock)


class _Session(ScriptedSession):
    """One connection."""

    server: ScriptedPop3

    def __init__(self, server: ScriptedPop3, sock: socket.socket):
        super().__init__(server, sock)
        self.deleted: set[int] = set()

    def usual_reply(self, verb: str, argument: str) -> Replies:
        method = getattr(self, f"do_{verb.lower()}", None)
        if method is None or (verb in ("TOP", "UIDL") and not self.offers(verb)):
            return self.error("unknown command")
        return method(argument)

    def offers(self, capability: str) -> bool:
        return self.server.capabilities is None or capability in self.server.capabilities

    # ---- replies ----

    def ok(self, words: str = "", body: bytes | None = None) -> list[Reply]:
        newline = self.server.newline
        status = f"+OK {words}".strip().encode() + newline
        if body is None:
            return [status]
        body = body.replace(b"\r\n", b"\n").replace(b"\n", newline)
        if body and not body.endswith(newline):
            body += newline
        if body.startswith(b"."):
            body = b"." + body
        return [status + body.replace(b"\n.", b"\n..") + b"." + newline]

    def error(self, words: str) -> list[Reply]:
        return [f"-ERR {words}".encode() + self.server.newline]

    def listing(self, value: Callable[[int], object]) -> list[Reply]:
        numbers = [number for number in self.server.letters if number not in self.deleted]
        return self.ok("", "".join(f"{number} {value(number)}\n" for number in numbers).encode())

    # ---- commands ----

    def do_capa(self, _argument: str) -> Replies:
        if self.server.capabilities is None:
            return self.error("unknown command")
        return self.ok("", "".join(f"{line}\n" for line in self.server.capabilities).encode())

    def do_stls(self, _argument: str) -> Replies:
        if not self.offers("STLS") or self.server.context is None:
            return self.error("no TLS here")
        return [*self.ok("begin"), START_TLS]

    def do_user(self, _argument: str) -> Replies:
        return self.ok()

    def do_pass(self, argument: str) -> Replies:
        return self.ok() if argument == PASSWORD else self.error("[AUTH] wrong password")

    def do_auth(self, argument: str) -> Replies:
        if argument.upper() != "PLAIN":
            return self.error("unknown mechanism")
        self.sock.sendall(b"+ " + self.server.newline)
        try:
            words = base64.b64decode(self.lines.readline()).split(b"\0")
        except binascii.Error:
            return self.error("not base64")
        right = words == [b"", USER.encode(), PASSWORD.encode()]
        return self.ok() if right else self.error("wrong password")

    def do_stat(self, _argument: str) -> Replies:
        sizes = [len(letter) for letter in self.server.letters.values()]
        return self.ok(f"{len(sizes)} {sum(sizes)}")

    def do_list(self, _argument: str) -> Replies:
        return self.listing(lambda number: len(self.server.letters[number]))

    def do_uidl(self, _argument: str) -> Replies:
        return self.listing(lambda number: self.server.uidls.get(number, f"uid{number}"))

    def do_retr(self, argument: str) -> Replies:
        letter = self.server.letters.get(int(argument))
        return self.error("no such letter") if letter is None else self.ok("", letter)

    def do_top(self, argument: str) -> Replies:
        number, lines = map(int, argument.split())
        letter = self.server.letters.get(number)
        if letter is None:
            return self.error("no such letter")
        header, _gap, body = letter.replace(b"\r\n", b"\n").partition(b"\n\n")
        return self.ok("", header + b"\n\n" + b"".join(body.splitlines(keepends=True)[:lines]))

    def do_dele(self, argument: str) -> Replies:
        if int(argument) not in self.server.letters or int(argument) in self.deleted:
            return self.error("no such letter")
        self.deleted.add(int(argument))
        return self.ok()

    def do_noop(self, _argument: str) -> Replies:
        return self.ok()

    def do_rset(self, _argument: str) -> Replies:
        self.deleted.clear()
        return self.ok()

    def do_quit(self, _argument: str) -> Replies:
        for number in self.deleted:
            del self.server.letters[number]
        return [*self.ok("bye"), DROP]

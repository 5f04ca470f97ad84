"""A POP3 server on asyncio (RFC 1939, RFC 2449).

No library serves here: the one pure Python candidate, twisted.mail, opens its Maildir as text,
loses dot-stuffing between chunks and names its capability PIPELINE. Pipelining (RFC 2449 §6.6)
holds here since a session reads its next command only after it has answered the last one.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping

from store import Store

_log = logging.getLogger(__name__)
_IDLE_SECONDS = 600  # RFC 1939 §3: at least ten minutes
_CAPABILITIES = ("TOP", "USER", "UIDL", "PIPELINING", "RESP-CODES", "IMPLEMENTATION demo")


class Refused(Exception):
    """A command that cannot be done; the text goes behind -ERR."""


class Session:
    """One client's session: `answer` turns a command line into the bytes of the answer."""

    def __init__(self, store: Store, passwords: Mapping[str, str]) -> None:
        self._store = store
        self._passwords = passwords
        self._login = ""
        self.mailbox = ""
        self.finished = False
        self._letters: list[tuple[str, int]] = []
        self._deleted: set[int] = set()

    def answer(self, line: bytes) -> bytes:
        """Return the answer to a command; refused and unknown commands answer -ERR."""
        name, _space, argument = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
        before = {"CAPA": self._capa, "USER": self._user, "PASS": self._pass, "QUIT": self._quit}
        after = {
            "STAT": self._stat,
            "LIST": self._list,
            "UIDL": self._uidl,
            "RETR": self._retr,
            "TOP": self._top,
            "DELE": self._dele,
            "RSET": self._rset,
            "NOOP": self._noop,
        }
        command = {**before, **(after if self.mailbox else {})}.get(name.upper())
        try:
            if command is None:
                raise Refused("unknown command" if self.mailbox else "log in first")
            return command(argument)
        except Refused as refusal:
            return f"-ERR {refusal}\r\n".encode()

    def _capa(self, _argument: str) -> bytes:
        return _lines("what I can do", _CAPABILITIES)

    def _user(self, argument: str) -> bytes:
        self._login = argument.strip().lower()
        return _ok("send PASS")

    def _pass(self, argument: str) -> bytes:
        if self.mailbox:
            raise Refused("already logged in")
        if not self._login or self._passwords.get(self._login) != argument:
            raise Refused("[AUTH] login or password is wrong")
        self.mailbox = self._login
        self._letters = list(self._store.letters(self.mailbox).items())
        return _ok(f"{len(self._letters)} letters")

    def _quit(self, _argument: str) -> bytes:
        self.finished = True
        for number in self._deleted:
            self._store.delete(self.mailbox, self._letters[number - 1][0])
        return _ok("goodbye")

    def _left(self) -> list[int]:
        return [
            number for number in range(1, len(self._letters) + 1) if number not in self._deleted
        ]

    def _number(self, argument: str) -> int:
        number = int(argument) if argument.isdecimal() else 0
        if not 1 <= number <= len(self._letters) or number in self._deleted:
            raise Refused("no such letter")
        return number

    def _stat(self, _argument: str) -> bytes:
        sizes = [self._letters[number - 1][1] for number in self._left()]
        return _ok(f"{len(sizes)} {sum(sizes)}")

    def _column(self, argument: str, column: int, title: str) -> bytes:
        """Answer LIST or UIDL, for one letter or for all."""
        if argument:
            number = self._number(argument)
            return _ok(f"{number} {self._letters[number - 1][column]}")
        return _lines(
            title, (f"{number} {self._letters[number - 1][column]}" for number in self._left())
        )

    def _list(self, argument: str) -> bytes:
        return self._column(argument, 1, "sizes follow")

    def _uidl(self, argument: str) -> bytes:
        return self._column(argument, 0, "identities follow")

    def _read(self, argument: str) -> bytes:
        number = self._number(argument)
        try:
            return self._store.read(self.mailbox, self._letters[number - 1][0])
        except FileNotFoundError as error:
            raise Refused("another session deleted this letter") from error

    def _retr(self, argument: str) -> bytes:
        return _stuffed(self._read(argument))

    def _top(self, argument: str) -> bytes:
        which, _space, wanted = argument.partition(" ")
        if not wanted.isdecimal():
            raise Refused("TOP wants a letter and a number of lines")
        head, empty, body = self._read(which).partition(b"\r\n\r\n")
        lines = body.split(b"\r\n")[: int(wanted)]
        return _stuffed(head + empty + b"".join(line + b"\r\n" for line in lines))

    def _dele(self, argument: str) -> bytes:
        self._deleted.add(self._number(argument))
        return _ok("marked")

    def _rset(self, _argument: str) -> bytes:
        self._deleted.clear()
        return _ok("all marks are taken off")

    def _noop(self, _argument: str) -> bytes:
        return _ok("nothing done")


def _ok(words: str) -> bytes:
    return f"+OK {words}\r\n".encode()


def _lines(title: str, lines: Iterable[str]) -> bytes:
    return _ok(title) + "".join(f"{line}\r\n" for line in lines).encode() + b".\r\n"


def _stuffed(raw: bytes) -> bytes:
    """Return a letter as it goes over the wire (RFC 1939 §3)."""
    body = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
    end = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
    return _ok(f"{len(raw)} octets") + body + end


async def serve(
    store: Store, passwords: Mapping[str, str], host: str, port: int, ended: Callable[[str], None]
) -> asyncio.Server:
    """Start listening; `ended` is called with the mailbox's address when a session ends.

    Raises OSError if the port is taken.
    """

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(store, passwords)
        try:
            writer.write(_ok("demo mail server ready"))
            while not session.finished:
                line = await asyncio.wait_for(reader.readline(), _IDLE_SECONDS)
                if not line:
                    break
                writer.write(session.answer(line))
                await writer.drain()
        except (ConnectionError, TimeoutError, ValueError) as error:  # ValueError: endless line
            _log.info("POP3 session cut short: %s", error)
        finally:
            writer.close()
            if session.mailbox:
                ended(session.mailbox)

    return await asyncio.start_server(talk, host, port)

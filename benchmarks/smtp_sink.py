"""A fast SMTP server in a process of its own.

It looks at no line of a letter, unlike a library would. But a letter is on the disk before the
server says so, as with every server that means it (RFC 5321 §6.1).
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_ROOT = Path(__file__).resolve().parent.parent
_HOST = "127.0.0.1"
_END = b"\r\n.\r\n"
_EXTENSIONS = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250 8BITMIME\r\n"


class SmtpSink:
    """The server, seen from the process that started it."""

    host = _HOST

    def __init__(self, process: subprocess.Popen):
        self._process = process
        self.port = json.loads(process.stdout.readline())

    def take_counts(self) -> dict[str, int]:
        """Return how many ``letters`` and ``connections`` came since this was last asked."""
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def running() -> Iterator[SmtpSink]:
    """Context manager of a server that runs."""
    with subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
    ) as process:
        yield SmtpSink(process)
        process.stdin.close()  # which ends it


class _Spool:
    """What is kept of the letters: all of them in one file."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self.letters = self.connections = 0

    def keep(self, letter: bytes) -> None:
        """Write a letter through to the disk."""
        self._file.write(letter)
        self._file.flush()
        os.fsync(self._file.fileno())
        self.letters += 1

    def take_counts(self) -> dict[str, int]:
        counts = {"letters": self.letters, "connections": self.connections}
        self.letters = self.connections = 0
        return counts


class _Session(asyncio.Protocol):
    """One client's session (RFC 5321, RFC 2920)."""

    def __init__(self, spool: _Spool):
        self._spool = spool
        self._transport: asyncio.WriteTransport
        self._is_in_letter = False
        self._buffer = bytearray()
        self._searched = 0

    def connection_made(self, transport):
        self._transport = transport
        self._spool.connections += 1
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        self._buffer += data
        while self._take_letter() if self._is_in_letter else self._take_command():
            pass

    def _take_letter(self) -> bool:
        """Read up to the end of the letter; tell whether it was there."""
        end = self._buffer.find(_END, self._searched)
        if end < 0:
            self._searched = max(0, len(self._buffer) - len(_END))
            return False
        self._spool.keep(self._cut(end + len(_END)))
        self._is_in_letter = False
        self._transport.write(b"250 OK\r\n")
        return True

    def _cut(self, end: int) -> bytes:
        """Take the beginning off what has come."""
        beginning = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._searched = 0
        return beginning

    def _take_command(self) -> bool:
        """Answer the next command; tell whether there was one."""
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        verb = self._cut(end + 2)[:4].upper()
        if verb == b"DATA":
            self._is_in_letter = True
            self._transport.write(b"354 go on\r\n")
        elif verb == b"EHLO":
            self._transport.write(_EXTENSIONS)
        elif verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(b"250 OK\r\n")
        return True


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryFile() as file:
        spool = _Spool(file)
        server = await loop.create_server(lambda: _Session(spool), _HOST, 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        while await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps(spool.take_counts()), flush=True)
        server.close()


if __name__ == "__main__":
    asyncio.run(_serve())

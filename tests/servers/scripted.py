"""Servers in a thread that say what a test tells them to: the part that all protocols share."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self

from .loopback import HOST


class DROP:
    """As a reply: close the connection."""


class STALL:
    """As a reply: say nothing more, until the client has gone."""


class START_TLS:
    """As a reply: do the TLS handshake now."""


Reply = bytes | type[DROP] | type[STALL] | type[START_TLS] | float
Replies = Sequence[Reply] | Callable[[], Iterable[Reply]]


class ScriptedServer:
    """A server of lines; a context manager. It takes any number of connections, also at once.

    :param replies: what to say. Keys are "GREETING" and commands, with their argument ("RETR 2") or
        without ("RETR"), in upper case; values are sequences (or functions that return one) of
        bytes to send as they are, seconds (float) to wait, DROP, STALL, START_TLS
    :param context: for START_TLS, and for TLS from the beginning with `tls_at_once`
    :ivar commands: all that clients have said, without line ends
    """

    host = HOST

    def __init__(
        self,
        replies: Mapping[str, Replies],
        *,
        context: ssl.SSLContext | None = None,
        tls_at_once: bool = False,
    ):
        self.replies = dict(replies)
        self.context = context
        self.commands: list[bytes] = []
        self._tls_at_once = tls_at_once
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._start_thread(self._accept)
        return self

    def __exit__(self, *_error) -> None:
        # closing a listener does not wake its accept(), shutting it down does
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def session(self, sock: socket.socket) -> "ScriptedSession":
        """Return what talks over a new connection; for protocols to override."""
        return ScriptedSession(self, sock)

    def _start_thread(self, work: Callable, *arguments) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _address = self._listener.accept()
            except OSError:  # the listener was closed
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(sock)
            self._start_thread(self._talk, sock)

    def _talk(self, sock: socket.socket) -> None:
        # a client may leave whenever it likes
        with contextlib.suppress(OSError), contextlib.closing(sock):
            if self._tls_at_once:
                sock = self.context.wrap_socket(sock, server_side=True)
            with contextlib.closing(self.session(sock)) as session:
                session.run()


class ScriptedSession:
    """One connection of a ScriptedServer."""

    def __init__(self, server: ScriptedServer, sock: socket.socket):
        self.server = server
        self.sock = sock
        self.lines = sock.makefile("rb")

    def close(self) -> None:
        self.lines.close()
        self.sock.close()

    def run(self) -> None:
        if not self._play(self.server.replies["GREETING"]):
            return
        while line := self.lines.readline():
            command = line.rstrip(b"\r\n")
            self.server.commands.append(command)
            verb, _space, argument = command.decode("latin-1").partition(" ")
            if not self._play(self._replies(verb.upper(), argument)):
                return

    def usual_reply(self, verb: str, argument: str) -> Replies:
        """Return the reply to a command that is not in the script; for protocols to override."""
        return self.server.replies["*"]

    def _replies(self, verb: str, argument: str) -> Replies:
        for key in (f"{verb} {argument}".upper(), verb):
            if key in self.server.replies:
                return self.server.replies[key]
        return self.usual_reply(verb, argument)

    def _play(self, replies: Replies) -> bool:
        """Do what the replies say; return whether the connection goes on."""
        for reply in replies() if callable(replies) else replies:
            if reply is DROP:
                return False
            if reply is STALL:
                while self.sock.recv(65536):
                    pass
                return False
            if reply is START_TLS:
                self.lines.close()
                self.sock = self.server.context.wrap_socket(self.sock, server_side=True)
                self.lines = self.sock.makefile("rb")
            elif isinstance(reply, float):
                time.sleep(reply)
            else:
                self.sock.sendall(reply)
        return True

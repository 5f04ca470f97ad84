"""Sending through a local sendmail program, whichever it is: Postfix, Exim, msmtp and others."""

import contextlib
import errno
import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from typing import Self

from .delivery import (
    Delivery,
    DeliveryUncertain,
    Refusal,
    SenderUnfit,
    SendmailMissing,
    sender_address,
    sort_out,
)
from .network import server_words

# Recipients of one call: their addresses fit into any system's argument list.
BATCH = 500
TOO_MANY = "452 4.5.3 too many recipients at a time"
CHUNK_BYTES = 64 * 1024
# Of what the program says, the beginning is kept.
WORDS_BYTES = 4096
# How often to look whether the program has ended while something it started holds its output open.
POLL_SECONDS = 0.1
# These programs read an argument as a list of a header: comma and semicolon make two of one,
# parentheses are dropped; some deliver to "|program" and "/file".
_PLAIN_ADDRESS = re.compile(r"""[^()<>\[\]:;@\\,"|/][^()<>\[\]:;@\\,"]*@[^()<>:;@\\,"]+""")
NOT_PLAIN = "no plain address, which sendmail programs may read as something else"
_KEPT_ENVIRONMENT = ("HOME", "LOGNAME", "TZ", "USER")

# sysexits.h
_EXIT_NAMES = {
    64: "EX_USAGE",
    65: "EX_DATAERR",
    66: "EX_NOINPUT",
    67: "EX_NOUSER",
    68: "EX_NOHOST",
    69: "EX_UNAVAILABLE",
    70: "EX_SOFTWARE",
    71: "EX_OSERR",
    72: "EX_OSFILE",
    73: "EX_CANTCREAT",
    74: "EX_IOERR",
    75: "EX_TEMPFAIL",
    76: "EX_PROTOCOL",
    77: "EX_NOPERM",
    78: "EX_CONFIG",
}
_TEMPORARY = (71, 75)
# Seen from msmtp 1.8: 69 for any 4xx, and for a letter refused after its data also for 5xx; 76 for
# a greeting of 4xx or 5xx. The reply that it quotes says which it is. Without one, 69 is a matter
# of settings (no STARTTLS, no way to log in), or the "no" of another program: permanent.
_QUOTING = (69, 74, 76)
_QUOTED_REPLY = re.compile(rb": ([45])\d\d[ -]")
# msmtp says 74 for a connection that timed out, and 76 for one that was closed, also after the
# final dot: the letter may have been delivered.
_UNCERTAIN = (74, 76)


def check_program(program: str) -> None:
    """See whether there is such a program.

    :param program: its absolute path
    :raises SendmailMissing: it is not there, or cannot be executed, or the path is relative
    """
    if not os.path.isabs(program):
        raise SendmailMissing(program, 0, "not an absolute path")
    if "\0" in program or not os.path.isfile(program):
        raise SendmailMissing(program, 0, os.strerror(errno.ENOENT))
    if not os.access(program, os.X_OK):
        raise SendmailMissing(program, 0, os.strerror(errno.EACCES))


class SendmailClient:
    """Sends letters through a program; a context manager for likeness with `SmtpClient`.

    :param program: absolute path
    :param timeout: seconds that the program may take for a letter
    """

    def __init__(self, program: str, *, timeout: float):
        self.program = program
        self._timeout = timeout

    def __enter__(self) -> Self:
        """:raises SendmailMissing: see `check_program`"""
        check_program(self.program)
        return self

    def __exit__(self, *_error) -> None:
        pass

    def send(self, sender: str, recipients: Sequence[str], raw: bytes) -> Delivery:
        """Send one letter, to BATCH recipients at most: the program has one answer for all of them.

        The others come back as if a server could take no more at a time (RFC 5321 §4.5.3.1.10).

        :param sender: address; "" for a letter that must not be answered by a report
        :param recipients: addresses; what no address may have in it, or a program could read as
            something else, is refused here
        :param raw: the letter with any line ends
        :return: who gets it; that nobody does is no error
        :raises SenderUnfit: the same of the sender, or it begins with "-"
        :raises DeliveryUncertain: the program took too long and was killed, was killed by somebody
            else, did not read the letter to its end, or lost the connection to its server
        :raises SendmailMissing: see `check_program`
        """
        if sender and (sender.startswith("-") or not _PLAIN_ADDRESS.fullmatch(sender)):
            raise SenderUnfit(NOT_PLAIN)
        arguments = ["-i", "-f", sender_address(sender), "--"]
        check_program(self.program)
        addresses, refused = sort_out(recipients)
        for email in [email for email in addresses if not _PLAIN_ADDRESS.fullmatch(email)]:
            del addresses[email]
            refused.append(Refusal(email, NOT_PLAIN, False, "not_plain"))
        data = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        emails = list(addresses)
        batch, rest = emails[:BATCH], emails[BATCH:]
        if not batch:
            return Delivery((), tuple(refused))
        refused += [Refusal(email, TOO_MANY, True, "too_many") for email in rest]
        refusal = self._call([*arguments, *map(addresses.__getitem__, batch)], data)
        if refusal is None:
            return Delivery(tuple(batch), tuple(refused))
        refused += [Refusal(email, *refusal) for email in batch]
        return Delivery((), tuple(refused))

    def _call(self, arguments: list[str], data: bytes) -> tuple[str, bool, str] | None:
        """Return None when the program has taken the letter, else what a `Refusal` says: words,
        whether another try can help, and the reason.
        """
        try:
            process = self._start(arguments)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ENOMEM):
                return os.strerror(error.errno), True, "not_started"
            raise SendmailMissing(self.program, 0, error.strerror or "") from error
        conversation = _Conversation(process, data, self._timeout)
        try:
            status = conversation.hold()
        except TimeoutError as error:
            raise DeliveryUncertain(self.program, 0, f"no end after {self._timeout} s") from error
        words = conversation.words
        if status == 0 and conversation.is_written:
            return None
        # a shell says 128 + n of a program that signal n has ended
        if status <= 0 or status > 128:
            raise DeliveryUncertain(self.program, 0, words or f"exit status {status}")
        quoted = _QUOTED_REPLY.search(conversation.heard) if status in _QUOTING else None
        if quoted is None and status in _UNCERTAIN:
            raise DeliveryUncertain(self.program, 0, words or _EXIT_NAMES[status])
        is_temporary = quoted[1] == b"4" if quoted else status in _TEMPORARY
        if words:
            return words, is_temporary, ""
        return _EXIT_NAMES.get(status, f"exit status {status}"), is_temporary, "silent"

    def _start(self, arguments: list[str]) -> subprocess.Popen:
        # Not our environment, which may hold secrets; what tells the program whose settings to use.
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        environment |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
        return subprocess.Popen(
            [self.program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",
            start_new_session=True,
        )


class _Conversation:
    """Giving the letter to a program and hearing what it says, limited in time and in size.

    :ivar is_written: whether all of the letter has gone into its input
    :ivar heard: the first WORDS_BYTES of what it has said
    """

    def __init__(self, process: subprocess.Popen, data: bytes, timeout: float):
        self.is_written = not data
        self._process = process
        self._data = memoryview(data)
        self.heard = bytearray()
        self._deadline = time.monotonic() + timeout

    @property
    def words(self) -> str:
        """What it has said, printable and bounded."""
        return server_words(bytes(self.heard))

    def hold(self) -> int:
        """Return the exit status, negative for a signal.

        :raises TimeoutError: it took too long; it was killed, with all that it has started
        """
        try:
            self._exchange()
            return self._process.wait(max(0.0, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired as error:
            self._kill()
            raise TimeoutError from error
        except BaseException:
            self._kill()
            raise
        finally:
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()

    def _kill(self) -> None:
        """Before its input is closed: an end of input would be the end of the letter."""
        if self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _exchange(self) -> None:
        """Write and read until all is done, the program has ended or its time is over."""
        stdin, stdout = self._process.stdin, self._process.stdout
        with selectors.DefaultSelector() as selector:
            for pipe, events in ((stdin, selectors.EVENT_WRITE), (stdout, selectors.EVENT_READ)):
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, events)
            while selector.get_map() and time.monotonic() < self._deadline:
                ready = selector.select(POLL_SECONDS)
                if not ready and self._process.poll() is not None:
                    return
                for key, _events in ready:
                    go_on = self._write() if key.fileobj is stdin else self._read()
                    if not go_on:
                        selector.unregister(key.fileobj)
                        with contextlib.suppress(BrokenPipeError):
                            key.fileobj.close()

    def _write(self) -> bool:
        """Write some of the letter; return whether there is more to write."""
        try:
            if self._data:
                count = os.write(self._process.stdin.fileno(), self._data[:CHUNK_BYTES])
                self._data = self._data[count:]
        except BrokenPipeError:
            return False
        if self._data:
            return True
        self.is_written = True
        return False

    def _read(self) -> bool:
        """Read something; return whether there may be more to read."""
        chunk = os.read(self._process.stdout.fileno(), CHUNK_BYTES)
        self.heard += chunk[: WORDS_BYTES - len(self.heard)]
        return bool(chunk)

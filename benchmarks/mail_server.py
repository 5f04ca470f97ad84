"""The mail server of the measurements: Dovecot with the generated mailboxes."""

import poplib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from servers.delay_proxy import DelayProxy  # noqa: E402
from servers.dovecot import Dovecot  # noqa: E402

__all__ = ["DelayProxy", "deliver", "running"]

PASSWORD = "secret"


@contextmanager
def running() -> Iterator[Dovecot]:
    """Context manager of a Dovecot without mailboxes, which allows as many logins as we like."""
    with Dovecot(extra="mail_max_userip_connections = 100\n") as server:
        yield server


def deliver(server: Dovecot, login: str, letters: Iterable[bytes]) -> dict[str, str | int]:
    """Make a mailbox with letters, and let the server index them.

    :return: what a client has to know: host, port, login, password
    """
    server.add_user(login, PASSWORD)
    server.deliver(login, letters)
    client = poplib.POP3(server.host, server.port)
    client.user(login)
    client.pass_(PASSWORD)
    client.list()
    client.uidl()
    client.quit()
    return {"host": server.host, "port": server.port, "login": login, "password": PASSWORD}

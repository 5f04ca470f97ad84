"""Odoo's own fetchmail on the same mailbox: POP3 into the leanest model with a mail thread.

It deletes the letters that it loads, so it gets a copy of the mailbox.
"""

import time

from . import processes
from .odoo_session import OdooSession

# Letters before the clock starts: the first ones fill Odoo's caches.
WARM_UP = 10


def measure(
    database: str, host: str, port: int, login: str, password: str, letters: int
) -> dict[str, float]:
    """Load the beginning of a mailbox.

    :param letters: how many to load
    :return: ``seconds``
    :raises RuntimeError: the letters did not come, or not all
    """
    session = OdooSession(database)
    with session.environment() as env:
        model = env["ir.model"].create(
            {"name": "Letter", "model": "x_bench_letter", "is_mail_thread": True}
        )
        server = env["fetchmail.server"].create(
            {
                "name": "bench",
                "server_type": "pop",
                "server": host,
                "port": port,
                "user": login,
                "password": password,
                "object_id": model.id,
                "state": "done",
            }
        )
    _fetch(session, server.id, WARM_UP)
    beginning = time.perf_counter()
    _fetch(session, server.id, letters)
    seconds = time.perf_counter() - beginning
    with session.environment() as env:
        stored = env["x_bench_letter"].search_count([])
    if stored != WARM_UP + letters:
        raise RuntimeError(f"{stored} of {WARM_UP + letters} letters are stored")
    return {"seconds": seconds}


def _fetch(session: OdooSession, server: int, letters: int) -> None:
    """Let Odoo load some letters, as its scheduled action does."""
    with session.environment() as env:
        error = env["fetchmail.server"].browse(server)._fetch_mail(batch_limit=letters)
    if error:
        raise error


if __name__ == "__main__":
    processes.serve(measure)

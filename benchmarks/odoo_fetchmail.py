"""Odoo's own fetchmail on the same mailbox: POP3 into the leanest model with a mail thread.

It deletes the letters that it loads, so it gets a copy of the mailbox.
"""

import time

from . import processes
from .odoo_session import OdooSession


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
    with session.environment() as env:
        beginning = time.perf_counter()
        error = env[server._name].browse(server.id)._fetch_mail(batch_limit=letters)
        seconds = time.perf_counter() - beginning
    with session.environment() as env:
        stored = env["x_bench_letter"].search_count([])
    if error or not stored:
        raise RuntimeError(f"{stored} of {letters} letters came: {error}")
    return {"seconds": seconds, "stored": stored}


if __name__ == "__main__":
    processes.serve(measure)

"""Check mail as the button does: step after step, each a call of its own, until all is there."""

import time

from . import memory, processes
from .odoo_session import OdooSession, make_mailbox


def measure(
    database: str, host: str, port: int, login: str, password: str, letters: int
) -> dict[str, float]:
    """Load a whole mailbox.

    :param letters: how many are in the mailbox
    :return: ``seconds``, number of ``steps``, the ``longest_step`` in seconds, and the memory
        ``above_idle`` in MB
    :raises RuntimeError: the letters did not come, or not all
    """
    session = OdooSession(database)
    user, account = make_mailbox(session, host=host, port=port, login=login, password=password)
    shared = session.call(user, "iris.email.account", "check_mail_start")
    if [row["id"] for row in shared] != [account]:
        raise RuntimeError(f"The user may check {shared}, which is not the mailbox made for this.")
    memory.reset_peak()
    idle = memory.resident_mb()
    steps, new, result = [], 0, {"finished": False}
    beginning = time.perf_counter()
    while not result["finished"]:
        before = time.perf_counter()
        result = session.call(user, "iris.email.account", "check_mail_step", [account])
        steps.append(time.perf_counter() - before)
        new += result["new"]
    seconds = time.perf_counter() - beginning
    above_idle = memory.peak_mb() - idle
    with session.environment() as env:
        stored = env["iris.email"].search_count([])
    if result["error"] or new != letters or stored != letters:
        raise RuntimeError(f"{new} of {letters} letters came, {stored} are stored: {result}")
    return {
        "seconds": seconds,
        "steps": len(steps),
        "longest_step": max(steps),
        "above_idle": above_idle,
    }


if __name__ == "__main__":
    processes.serve(measure)

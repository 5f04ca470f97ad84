"""Sending as the scheduled action does: letters that users have put into the queue."""

import time
from pathlib import Path

import odoo

from . import letters_to_send, mailbox, memory, processes
from .odoo_session import OdooSession


def measure(database: str, host: str, port: int, letters: int, folder: str) -> dict[str, float]:
    """Send letters.

    :param host: of the server that takes them
    :param letters: how many are in the queue
    :param folder: where the bytes that were sent go, one file a letter
    :return: ``seconds``, and the memory ``above_idle`` in MB
    :raises RuntimeError: they were not sent, or not all
    """
    session = OdooSession(database)
    user, account = _make_sender(session, host, port)
    _write(session, user, account, letters_to_send.WARM_UP)
    _work_queue(session)
    ids = _write(session, user, account, letters)
    memory.reset_peak()
    idle = memory.resident_mb()
    beginning = time.perf_counter()
    _work_queue(session)
    seconds = time.perf_counter() - beginning
    above_idle = memory.peak_mb() - idle
    with session.environment() as env:
        sent = env["iris.email"].browse(ids)
        if any(letter.type != "sent" or letter.is_undelivered for letter in sent):
            raise RuntimeError(f"Not all are sent: {sent.mapped('send_error')}")
        for letter in sent:
            Path(folder, f"{letter.id}.eml").write_bytes(letter._get_sources()[letter.id].raw)
    return {"seconds": seconds, "above_idle": above_idle}


def _make_sender(session: OdooSession, host: str, port: int) -> tuple[int, int]:
    """Make a user who may send from one account.

    :return: ids of both
    """
    with session.environment() as env:
        user = env["res.users"].create({"name": "Sales", "login": "bench", "email": mailbox.OWNER})
        right = {"user_id": user.id, "perm_read": True, "perm_edit": True}
        account = env["iris.email.account"].create(
            {
                "address": mailbox.OWNER,
                "outgoing_host": host,
                "outgoing_port": port,
                "incoming_right_ids": [odoo.fields.Command.create({**right, "may_send": True})],
                "outgoing_right_ids": [odoo.fields.Command.create(right)],
            }
        )
        return user.id, account.id


def _write(session: OdooSession, user: int, account: int, count: int) -> list[int]:
    """Write letters, attach their files and press Send, as a user does.

    :return: their ids
    """
    ids = []
    for letter in letters_to_send.letters(count):
        values = {
            "account_id": account,
            "email_to": letter.to,
            "subject": letter.subject,
            "body": letter.html,
        }
        ids += session.call(user, "iris.email", "create", [values])
        file = {"res_model": "iris.email", "res_id": ids[-1], "name": "figures.bin"}
        session.call(user, "ir.attachment", "create", [{**file, "raw": letter.file}])
    session.call(user, "iris.email", "send_letters", ids)
    session.call(user, "iris.email", "release_letters", ids)
    return ids


def _work_queue(session: OdooSession) -> None:
    session.registry.check_signaling()
    with session.environment() as env:
        env["iris.email.sender"]._cron_send()


if __name__ == "__main__":
    processes.serve(measure)

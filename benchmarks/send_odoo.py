"""Odoo's own queue with the same letters, by an outgoing mail server of the same address."""

import time

from . import letters_to_send, mailbox, processes
from .odoo_session import OdooSession


def measure(database: str, host: str, port: int, letters: int) -> dict[str, float]:
    """Send letters.

    :param host: of the server that takes them
    :param letters: how many are in the queue
    :return: ``seconds``
    :raises RuntimeError: they were not sent, or not all
    """
    session = OdooSession(database)
    with session.environment() as env:
        env["ir.mail_server"].create({"name": "bench", "smtp_host": host, "smtp_port": port})
    _write(session, letters_to_send.WARM_UP)
    _work_queue(session)
    ids = _write(session, letters)
    beginning = time.perf_counter()
    _work_queue(session)
    seconds = time.perf_counter() - beginning
    with session.environment() as env:
        sent = env["mail.mail"].browse(ids)
        if any(letter.state != "sent" for letter in sent):
            raise RuntimeError(f"Not all are sent: {sent.mapped('failure_reason')}")
    return {"seconds": seconds}


def _write(session: OdooSession, count: int) -> list[int]:
    """Put letters into the queue.

    :return: their ids
    """
    ids = []
    for letter in letters_to_send.letters(count):
        with session.environment() as env:
            file = env["ir.attachment"].create({"name": "figures.bin", "raw": letter.file})
            ids += (
                env["mail.mail"]
                .create(
                    {
                        "email_from": mailbox.OWNER,
                        "email_to": letter.to,
                        "subject": letter.subject,
                        "body_html": letter.html,
                        "attachment_ids": file.ids,
                    }
                )
                .ids
            )
    return ids


def _work_queue(session: OdooSession) -> None:
    """Send what waits, as the scheduled action does."""
    with session.environment() as env:
        env["mail.mail"].process_email_queue()


if __name__ == "__main__":
    processes.serve(measure)

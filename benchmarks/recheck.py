"""A check of a mailbox whose letters are all known, beside the least that any client must do."""

import poplib
import time

from . import processes
from .odoo_session import OdooSession, make_mailbox

ROUNDS = 9


def measure(
    database: str, host: str, port: int, login: str, password: str, letters: int
) -> dict[str, list[float]]:
    """Check by turns with poplib and with the addon.

    :param letters: how many are in the mailbox
    :return: seconds of each round: of ``uidl`` by poplib, of our ``check``
    :raises RuntimeError: the check met an error, or found new letters
    """
    session = OdooSession(database)
    user, account = make_mailbox(session, host=host, port=port, login=login, password=password)
    _fill_ledger(session, account, _uidl(host, port, login, password))
    uidl, check = [], []
    for _round in range(ROUNDS):
        beginning = time.perf_counter()
        identities = _uidl(host, port, login, password)
        uidl.append(time.perf_counter() - beginning)
        beginning = time.perf_counter()
        result = session.call(user, "iris.email.account", "check_mail_step", [account])
        check.append(time.perf_counter() - beginning)
        if len(identities) != letters or result["error"] or result["processed"]:
            raise RuntimeError(f"{len(identities)} letters are listed: {result}")
    return {"uidl": uidl, "check": check}


def _uidl(host: str, port: int, login: str, password: str) -> list[str]:
    """Return the UIDLs of the mailbox, by nothing but poplib."""
    client = poplib.POP3(host, port)
    client.user(login)
    client.pass_(password)
    lines = client.uidl()[1]
    client.quit()
    return [line.split()[1].decode() for line in lines]


def _fill_ledger(session: OdooSession, account: int, uidls: list[str]) -> None:
    """Enter letters that were loaded earlier, each with its letter."""
    with session.environment() as env:
        env.cr.execute(
            """
            INSERT INTO iris_email (type, subject, date, account_id, correspondent_email)
                 SELECT 'inbox', 'Order ' || number, now(), %s, 'somebody@shop.example'
                   FROM generate_series(1, %s) AS number
              RETURNING id
            """,
            (account, len(uidls)),
        )
        letters = [letter for (letter,) in env.cr.fetchall()]
        env.cr.execute(
            """
            INSERT INTO iris_email_receipt (account_id, uidl, state, attempts, letter_id)
                 SELECT %s, uidl, 'stored', 1, letter
                   FROM unnest(%s::text[], %s::int[]) AS known (uidl, letter)
            """,
            (account, uidls, letters),
        )
    with session.environment() as env:
        env.cr.execute("ANALYZE iris_email_receipt")


if __name__ == "__main__":
    processes.serve(measure)

"""A database as large as a busy company's: what linking costs, and which indexes serve."""

import statistics
import time

from odoo.fields import Command

from . import plans, processes
from .odoo_session import OdooSession

PARTNERS = 100_000
ACCOUNTS = 100
LETTERS = 200_000
OUTBOX = 2_000
BATCH = 100
ROUNDS = 7

# Every tenth partner is a company, the nine after it are its people; letters come from them all.
_FILL_PARTNERS = """
    INSERT INTO res_partner
           (name, complete_name, email, email_normalized, is_company, active, type, parent_id,
            commercial_partner_id)
    SELECT 'Partner ' || number, 'Partner ' || number, address, address, number %% 10 = 0, true,
           'contact', NULLIF(first.id + number - number %% 10, first.id + number),
           first.id + number - number %% 10
      FROM generate_series(0, %(partners)s - 1) AS number,
           LATERAL (SELECT 'p' || number || '@large.example' AS address) AS addresses,
           (SELECT last_value + 1 AS id FROM res_partner_id_seq) AS first
     ORDER BY number
"""
_FILL_LETTERS = """
    INSERT INTO iris_email
           (type, subject, date, account_id, correspondent_email, fingerprint, message_id)
    SELECT 'inbox', 'Letter ' || number, timestamp '2025-01-01' + number * interval '1 minute',
           (%(accounts)s::int[])[1 + number %% array_length(%(accounts)s::int[], 1)],
           'p' || number * 7919 %% (2 * %(partners)s) || '@large.example', md5(number::text),
           '<' || number || '@large.example>'
      FROM generate_series(1, %(letters)s) AS number
"""
# Few wait in the queue, some of them for later; in the outbox there are more, which nobody sent.
_FILL_OUTBOX = """
    INSERT INTO iris_email (type, state, subject, date, account_id, send_at)
    SELECT 'outbox', CASE WHEN number %% 4 = 0 THEN 'queued' END, 'Letter ' || number, now(),
           (%(accounts)s::int[])[1 + number %% array_length(%(accounts)s::int[], 1)],
           now() + (number %% 3 - 1) * interval '1 hour'
      FROM generate_series(1, %(outbox)s) AS number
"""
_FILL_LEDGER = """
    INSERT INTO iris_email_receipt (account_id, uidl, state, attempts, letter_id)
    SELECT account_id, 'uidl' || id, 'stored', 1, id FROM iris_email
"""


def measure(database: str) -> dict:
    """Fill a database and ask it what a check of mail and a user's list ask.

    :return: ``link_batch`` and ``link_new_partner``: median seconds; ``plans``: for each question
        the ``indexes`` that PostgreSQL uses and the tables that it reads from end to end
        (``scanned``)
    """
    session = OdooSession(database)
    user, account = _fill(session)
    addresses = [f"p{number * 997 % PARTNERS}@large.example" for number in range(BATCH)]
    return {
        "link_batch": _median(
            session, lambda env: env["iris.email.linker"]._match(addresses, env.user)
        ),
        "link_new_partner": _median(
            session,
            lambda env: env["res.partner"].create(
                {"name": "New", "email": f"p{PARTNERS + 1}@large.example"}
            ),
        ),
        "plans": _plans(session, user, account, addresses),
    }


def _fill(session: OdooSession) -> tuple[int, int]:
    """Make accounts, letters, ledger and partners; return a user and their mailbox."""
    with session.environment() as env:
        user = env["res.users"].create({"name": "Sales", "login": "bench"})
        accounts = env["iris.email.account"].create(
            [{"address": f"box{number}@large.example"} for number in range(ACCOUNTS)]
        )
        accounts[7].incoming_right_ids = [Command.create({"user_id": user.id})]
        env.flush_all()
        numbers = {
            "partners": PARTNERS,
            "letters": LETTERS,
            "outbox": OUTBOX,
            "accounts": accounts.ids,
        }
        for statement in (_FILL_PARTNERS, _FILL_LETTERS, _FILL_OUTBOX, _FILL_LEDGER):
            env.cr.execute(statement, numbers)
    with session.environment() as env:
        env.cr.execute("ANALYZE res_partner, iris_email, iris_email_receipt")
    return user.id, accounts[7].id


def _median(session: OdooSession, do) -> float:
    """Return the seconds that something takes in a transaction of its own, which is undone."""
    rounds = []
    for _round in range(ROUNDS):
        with session.environment() as env:
            beginning = time.perf_counter()
            do(env)
            env.flush_all()
            rounds.append(time.perf_counter() - beginning)
            env.cr.rollback()
    return statistics.median(rounds)


def _plans(session: OdooSession, user: int, account: int, addresses: list[str]) -> dict:
    """Let the addon's own code ask, and PostgreSQL explain."""

    def first_page(env):
        letters = env(user=user)["iris.email"]
        letters.search_fetch([("account_id", "=", account), ("type", "=", "inbox")], limit=80)

    def all_mailboxes(env):
        env(user=user)["iris.email"].search_fetch([("type", "=", "inbox")], limit=80)

    def ledger(env):
        mailbox = env["iris.email.account"].browse(account)
        env["iris.email.receipt"]._get_by_uidl(mailbox, [f"uidl{n}" for n in range(BATCH)])

    def fingerprints(env):
        hashes = [f"{number:032x}" for number in range(BATCH)]
        env["iris.email"].search_fetch([("fingerprint", "in", hashes)], ["fingerprint"])

    def due_letters(env):
        mailbox = env["iris.email.account"].browse(account)
        env["iris.email.sender"]._search_due(mailbox, 50)

    def parents(env):
        mailbox = env["iris.email.account"].browse(account)
        answers = env["iris.email"].search([("account_id", "=", account)], limit=BATCH)
        answers.in_reply_to = "<7@large.example>"
        answers._link_parents(mailbox)

    questions = {
        "first_page": ("iris_email", first_page),
        "first_page_of_all": ("iris_email", all_mailboxes),
        "linking": (
            "res_partner",
            lambda env: env["iris.email.linker"]._match(addresses, env.user),
        ),
        "new_partner": (
            "iris_email",
            lambda env: env["res.partner"].create(
                {"name": "New", "email": f"p{PARTNERS + 1}@large.example"}
            ),
        ),
        "ledger": ("iris_email_receipt", ledger),
        "fingerprint": ("iris_email", fingerprints),
        "parents": ("iris_email", parents),
        "due_accounts": (
            "iris_email",
            lambda env: env["iris.email.sender"]._get_due_accounts(),
        ),
        "due_letters": ("iris_email", due_letters),
        "next_due": ("iris_email", lambda env: env["iris.email.sender"]._trigger_next()),
        "stranded": ("iris_email", lambda env: env["iris.email.sender"]._find_stranded()),
    }
    found = {}
    for name, (table, question) in questions.items():
        with session.environment() as env:
            found[name] = plans.explain(env, question, [table])
    return found


if __name__ == "__main__":
    processes.serve(measure)

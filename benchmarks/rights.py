"""A million letters in 200 mailboxes: what rights add to the time in which people get an answer.

Every question is asked by turns as a user and in superuser mode, each time in a transaction and an
environment of its own, as requests are. What the registry caches is warm, save in the first call.
"""

import time
from collections.abc import Callable, Collection
from functools import partial

import odoo

from . import million_letters, plans, processes, web_client
from .million_letters import BIG, CLOSED, SPARSE, TWO, WORDS, Filled
from .odoo_session import OdooSession

ROUNDS = 9
CHANGES = 7
INBOX = [("type", "=", "inbox")]
# Who asks, and into which of their mailboxes they look.
PEOPLE = {
    "two": {"large": TWO[0], "small": TWO[1]},
    "all": {"large": BIG, "small": SPARSE, "closed": CLOSED},
    "sparse": {"small": SPARSE},
    "old": {"closed": CLOSED},
}
# Tables that nobody may read from end to end to answer a question.
LARGE_TABLES = (
    "iris_email",
    "iris_email_full_text",
    "iris_email_other_account_rel",
    "iris_email_trash_rel",
    "iris_email_read_rel",
    "iris_email_access",
    "ir_attachment",
)


def measure(database: str, letters: int) -> dict:
    """Fill a database and ask.

    :param letters: how many to fill in; 0: the database is a filled one
    :return: ``fill``: seconds of each step; ``questions``: for each user and question the
        milliseconds of each round, in superuser mode, too, of the ``first`` call, and the plan;
        ``change``: seconds of each change of a right, with the next first page of who it concerns
    :raises RuntimeError: what SQL filled in is not what the ORM would have
    """
    session = OdooSession(database)
    seconds = {}
    if letters:
        seconds = million_letters.fill(session, letters)
        million_letters.check(session)
    filled = million_letters.find(session)
    return {
        "fill": seconds,
        "questions": {
            user: ask_all(
                session,
                getattr(filled, user),
                {kind: filled.accounts[place] for kind, place in places.items()},
            )
            for user, places in PEOPLE.items()
        },
        "change": measure_change(session, filled),
    }


def questions(
    session: OdooSession, user_id: int, account_ids: dict[str, int]
) -> dict[str, Callable]:
    """Return what to ask: functions of an environment.

    :param user_id: who must be able to read a letter of the first mailbox
    :param account_ids: the mailboxes to look into, by a word for each
    """
    mailboxes = {
        kind: [*INBOX, ("mailbox_id", "=", account_id)] for kind, account_id in account_ids.items()
    }
    first = next(iter(mailboxes.values()))
    with session.environment() as env:
        columns = web_client.specification(env, "iris.email", "list")
        form = web_client.specification(env, "iris.email", "form")
        letter = _with_files(_as(env, user_id), first)
    page = partial(web_client.first_page, specification=columns)
    asked = {
        "first_page": partial(page, domain=INBOX),
        "first_page_of_all": partial(page, domain=[]),
        "folded_page": lambda env: page(_folded(env), domain=INBOX),
        "folded_page_of_all": lambda env: page(_folded(env), domain=[]),
        "folded_page_10": lambda env: page(_folded(env), domain=INBOX, offset=9 * web_client.PAGE),
        "latest": lambda env: env["iris.email"].get_latest(),
        "ids": lambda env: env["iris.email"].search(INBOX, limit=web_client.PAGE),
        "ids_of_all": lambda env: env["iris.email"].search([], limit=web_client.PAGE),
        "count": partial(_count, domain=INBOX),
        "count_of_all": partial(_count, domain=[]),
        "unread_badge": lambda env: env["iris.email"].get_mail_counts(),
        "panel_types": partial(web_client.panel, field="type"),
        "panel_mailboxes": partial(web_client.panel, field="mailbox_id", domain=INBOX),
        "unread_page": partial(page, domain=[*INBOX, ("is_unread", "=", True)]),
        "mailbox_page_10": partial(page, domain=first, offset=9 * web_client.PAGE),
        "open_letter": lambda env: env["iris.email"].browse(letter).web_read(form),
        "file_list": partial(_list_files, letter=letter),
    }
    for kind, domain in mailboxes.items():
        asked[f"mailbox_{kind}"] = partial(page, domain=domain)
    for name, (word, _form) in WORDS.items():
        domain = [("full_text", "ilike", word)]
        asked[f"text_{name}_page"] = partial(page, domain=domain)
        asked[f"text_{name}_count"] = partial(_count, domain=domain)
    return asked


def _folded(env):
    """Return the environment of a list in which a conversation is one row."""
    return env(context={**env.context, "iris_email_conversations": True})


def _count(env, domain: list) -> int:
    return env["iris.email"].search_count(domain, limit=web_client.COUNT_LIMIT)


def _list_files(env, letter: int) -> list[dict]:
    domain = [("res_model", "=", "iris.email"), ("res_id", "=", letter)]
    return env["ir.attachment"].search_read(domain, ["name", "mimetype", "file_size"])


def _with_files(env, domain: list) -> int:
    """Return the newest letter of a domain that has files."""
    return env["iris.email"].search([*domain, ("has_attachments", "=", True)], limit=1).id


def _as(env, user_id: int):
    """Return the environment of a user's request."""
    if user_id == odoo.SUPERUSER_ID:
        return env
    user = env["res.users"].browse(user_id)
    context = {
        "lang": "en_US",
        "tz": "Europe/Berlin",
        "uid": user_id,
        "allowed_company_ids": user.company_ids.ids,
    }
    return odoo.api.Environment(env.cr, user_id, context)


def ask_all(
    session: OdooSession,
    user_id: int,
    account_ids: dict[str, int],
    only: Collection[str] = (),
) -> dict[str, dict]:
    """Ask everything, or `only` that, as a user and in superuser mode; see `questions`."""
    context = _context(session, user_id)
    found = {}
    for name, question in questions(session, user_id, account_ids).items():
        if only and name not in only:
            continue
        session.registry.clear_cache()
        first = ask(session, user_id, question, context)
        rounds, superuser = [], []
        for _round in range(ROUNDS + 1):
            rounds.append(ask(session, user_id, question, context))
            superuser.append(ask(session, odoo.SUPERUSER_ID, question, context))
        with session.registry.cursor() as cursor:
            env = odoo.api.Environment(cursor, user_id, context)
            plan = plans.explain(env, question, LARGE_TABLES)
        # The first round fills what only superuser mode has in the caches.
        found[name] = {"first": first, "rounds": rounds[1:], "superuser": superuser[1:], **plan}
    return found


def _context(session: OdooSession, user_id: int) -> dict:
    with session.environment() as env:
        return dict(_as(env, user_id).context)


def ask(session: OdooSession, user_id: int, question: Callable, context: dict) -> float:
    """Return the milliseconds of one request; what it did is undone."""
    beginning = time.perf_counter()
    with session.registry.cursor() as cursor:
        question(odoo.api.Environment(cursor, user_id, context))
        cursor.rollback()
    return (time.perf_counter() - beginning) * 1000


def measure_change(session: OdooSession, filled: Filled) -> dict[str, list[float]]:
    """Give and take the right to read the largest mailbox, and ask for the first page each time.

    :return: seconds of each ``write``, and of each with the ``next_page``
    :raises RuntimeError: the change did not work at once
    """
    with session.environment() as env:
        columns = web_client.specification(env, "iris.email", "list")
    context = _context(session, filled.outsider)
    write, next_page = [], []
    for number in range(CHANGES + 1):
        allowed = not number % 2
        beginning = time.perf_counter()
        session.call(
            filled.manager,
            "iris.email.incoming.right",
            "write",
            [filled.right],
            {"perm_read": allowed},
        )
        write.append(time.perf_counter() - beginning)
        with session.registry.cursor() as cursor:
            env = odoo.api.Environment(cursor, filled.outsider, context)
            page = web_client.first_page(env, columns, INBOX)
        next_page.append(time.perf_counter() - beginning)
        if (len(page["records"]) == web_client.PAGE) != allowed:
            raise RuntimeError(f"{allowed=}, but the first page has {len(page['records'])} letters")
    return {"write": write, "next_page": next_page}


if __name__ == "__main__":
    processes.serve(measure)

"""A database of a company that has had 200 mailboxes for three years: a million letters, by SQL.

Every tenth letter was written here, the others came in; one in twelve came through two accounts.
Accounts are as unequal as they are in life. People read what they may read.
"""

import itertools
import time
from dataclasses import asdict, dataclass
from random import Random

import odoo
from odoo.fields import Command

from . import bulk_load, mailbox, million_letters_sql, texts, zipf_texts
from .odoo_session import OdooSession

LETTERS = 1_000_000
ACCOUNTS = 200
USERS = 150
CORRESPONDENTS = 30_000
KNOWN_PEOPLE = 15_000  # have cards, five in a company
SUBJECTS = 20_000
PARAGRAPHS = 15_000

# Accounts by their place: the largest, those of the restricted user, that of the new user, and one
# that got no letters any more after the first year.
BIG, TWO, SPARSE, CLOSED = 0, (1, 2), 3, 4
SIZES = {BIG: 100_000, TWO[0]: 7_000, TWO[1]: 3_000, SPARSE: 60, CLOSED: 20_000}

# Words that texts.py does not have, by the part of the letters in which they are: what people look
# for, and the form in the text.
WORDS = {
    "rare": ("гидроизоляция", "гидроизоляцию"),
    "one_percent": ("рекламация", "рекламации"),
    "thirty_percent": ("тендер", "тендера"),
}


@dataclass
class Filled:
    """Who and what is in the database: ids.

    :param two: user with rights on two accounts
    :param all: user with rights on all accounts
    :param sparse: new user with rights on one small account
    :param old: user with rights on the closed account alone
    :param outsider: user without a right on the largest account, where ``right`` lets them send
    """

    two: int
    all: int
    sparse: int
    old: int
    outsider: int
    right: int
    manager: int
    accounts: list[int]


def fill(
    session: OdooSession, letters: int = LETTERS, sizes: dict[int, int] = SIZES
) -> dict[str, float]:
    """Fill a database that has no letters.

    :param sizes: how many of a million letters an account has, by its place; the other accounts
        share the rest
    :return: the seconds that each step took
    """
    seconds = {}
    began = time.perf_counter()

    def note(step):
        nonlocal began
        now = time.perf_counter()
        seconds[step], began = now - began, now

    with session.environment() as env:
        filled = _make_people(env)
        env.flush_all()
        note("people")
        _make_pools(env.cr)
        note("texts")
        env.cr.execute("SET LOCAL maintenance_work_mem = '512MB'")
        env.cr.execute("SET LOCAL work_mem = '256MB'")
        _fill_tables(env, filled, _borders(letters, sizes), letters, note)
    _vacuum(session)
    note("vacuum")
    return seconds


def find(session: OdooSession) -> Filled:
    """Return who and what is in a database that was filled."""
    with session.environment() as env:
        users = env["res.users"]
        found = {
            login: users.search([("login", "=", login)]).id
            for login in ("two", "all", "sparse", "old", "outsider", "manager")
        }
        accounts = env["iris.email.account"].search([], order="id")
        right = env["iris.email.incoming.right"].search([("user_id", "=", found["outsider"])])
        return Filled(right=right.id, accounts=accounts.ids, **found)


def check(session: OdooSession) -> None:
    """Compare what SQL filled in with what the ORM makes of the same, on a sample of the letters.

    :raises RuntimeError: they differ
    """
    with session.environment() as env:
        env.cr.execute(
            """
            (SELECT id FROM iris_email ORDER BY id LIMIT 300) UNION
            (SELECT id FROM iris_email WHERE in_several ORDER BY id LIMIT 100) UNION
            (SELECT id FROM iris_email WHERE in_trash IS NOT NULL ORDER BY id LIMIT 200) UNION
            (SELECT id FROM iris_email WHERE custom_access ORDER BY id LIMIT 100)
            """
        )
        letters = env["iris.email"].browse(letter for (letter,) in env.cr.fetchall())
        filled = _get_facts(letters)
        for field in letters._fields.values():
            if field.store and field.compute:
                env.add_to_compute(field, letters)
        letters._update_in_trash()
        env["iris.email.full.text"]._try_index(letters.ids)
        made = _get_facts(letters)
        for letter in letters:
            made[letter.id] |= {
                "custom_access": bool(letter.access_ids),
                "has_attachments": bool(letter.attachment_ids),
            }
        env.cr.rollback()
    differing = [
        (filled[letter], made[letter]) for letter in made if filled[letter] != made[letter]
    ]
    if differing:
        raise RuntimeError(f"{len(differing)} letters are not as the ORM has them: {differing[:2]}")


def _get_facts(letters) -> dict[int, dict]:
    """Return what is stored of letters and follows from something else."""
    names = [field.name for field in letters._fields.values() if field.store and field.compute]
    facts = {
        values["id"]: values
        for values in letters.read(
            [*names, "in_trash", "custom_access", "has_attachments"], load=""
        )
    }
    letters.env.cr.execute(
        "SELECT id, vector::text FROM iris_email_full_text WHERE id = ANY(%s)", [letters.ids]
    )
    for letter, vector in letters.env.cr.fetchall():
        facts[letter]["words"] = vector
    if any(not values.get("words") for values in facts.values()):
        raise RuntimeError("Letters are missing in the full-text index.")
    return facts


def _make_people(env) -> Filled:
    """Make users, accounts and rights as administrators do."""
    users = env["res.users"].create(
        [{"name": _name(number), "login": f"user{number}"} for number in range(USERS)]
    )
    logins = ("two", "all", "sparse", "old", "outsider")
    two, everything, sparse, old, outsider = env["res.users"].create(
        [{"name": login.title(), "login": login} for login in logins]
    )
    manager = env["res.users"].create(
        {
            "name": "Manager",
            "login": "manager",
            "group_ids": [Command.link(env.ref("iris_email.group_manager").id)],
        }
    )
    everybody = env["res.groups"].create(
        {"name": "All mailboxes", "user_ids": [Command.set(everything.ids)]}
    )
    sales = env["res.groups"].create({"name": "Sales", "user_ids": [Command.set(two.ids)]})
    accounts = env["iris.email.account"].create(
        [{"address": f"box{number}@large.example"} for number in range(ACCOUNTS)]
    )
    rows = [{"account_id": account.id, "group_id": everybody.id} for account in accounts]
    rows += [
        {"account_id": account.id, "user_id": users[number * 3 % USERS + step].id}
        for number, account in enumerate(accounts)
        for step in range(3)
    ]
    rows += [
        {"account_id": accounts[TWO[0]].id, "user_id": two.id},
        {"account_id": accounts[TWO[1]].id, "group_id": sales.id},
        {"account_id": accounts[SPARSE].id, "user_id": sparse.id},
        {"account_id": accounts[CLOSED].id, "user_id": old.id},
    ]
    env["iris.email.outgoing.right"].create(rows)
    rights = env["iris.email.incoming.right"].create(rows)
    right = rights.create(
        {
            "account_id": accounts[BIG].id,
            "user_id": outsider.id,
            "perm_read": False,
            "may_send": True,
        }
    )
    return Filled(
        two=two.id,
        all=everything.id,
        sparse=sparse.id,
        old=old.id,
        outsider=outsider.id,
        right=right.id,
        manager=manager.id,
        accounts=accounts.ids,
    )


def _name(number: int) -> str:
    given, surnames = texts.GIVEN_NAMES["ru"], texts.SURNAMES["ru"]
    return f"{given[number % len(given)]} {surnames[number // len(given) % len(surnames)]} {number}"


def _make_pools(cursor) -> None:
    """Make temporary tables of which letters are put together."""
    random = Random(2025)
    for statement in million_letters_sql.POOLS:
        cursor.execute(statement)
    paragraphs, subjects = [], []
    for language in zipf_texts.LANGUAGES:
        prose = zipf_texts.Prose(random, language)
        paragraphs += [
            (language, number, prose.paragraph(random.randint(2, 3)))
            for number in range(PARAGRAPHS)
        ]
        subjects += [
            (language, number, texts.subject(random, language)) for number in range(SUBJECTS)
        ]
    bulk_load.copy_rows(cursor, "pool_paragraph", paragraphs)
    bulk_load.copy_rows(cursor, "pool_subject", subjects)
    people = enumerate(mailbox.people(CORRESPONDENTS))
    bulk_load.copy_rows(
        cursor,
        "pool_person",
        (
            (number, person.name, person.email, person.language, number // 5)
            for number, person in people
        ),
    )
    cursor.execute("ANALYZE pool_paragraph, pool_subject, pool_person")


def _fill_tables(env, filled: Filled, borders: list[int], letters: int, note) -> None:
    cursor = env.cr
    cursor.execute("SELECT max(id) + 1 FROM res_partner")
    (first_partner,) = cursor.fetchone()
    numbers = {
        **asdict(filled),
        **{f"word_{name}": word for name, (_asked, word) in WORDS.items()},
        "letters": letters,
        "borders": borders,
        "users": env["res.users"].search([("login", "=like", "user%")]).ids,
        "two_accounts": [filled.accounts[place] for place in TWO],
        "closed_account": filled.accounts[CLOSED],
        "first_partner": first_partner,
        "first_person": first_partner + KNOWN_PEOPLE // 5,
        "people": KNOWN_PEOPLE,
        "correspondents": CORRESPONDENTS,
        "subjects": SUBJECTS,
        "paragraphs": PARAGRAPHS,
        "original": _store_original(env),
    }
    with bulk_load.without_indexes(cursor, million_letters_sql.TABLES):
        for step, statement in million_letters_sql.STEPS.items():
            cursor.execute(statement, numbers)
            note(step)
    note("indexes")


def _store_original(env) -> str:
    """Store one letter as it came, which serves as the original of all; return where it lies."""
    raw = next(mailbox.letters(1))
    return env["ir.attachment"].create({"name": "original.eml", "raw": raw}).store_fname


def _borders(letters: int, sizes: dict[int, int]) -> list[int]:
    """Return where each account's letters begin when all are counted, account after account."""
    sizes = {place: size * letters // LETTERS for place, size in sizes.items()}
    others = range(len(sizes), ACCOUNTS)
    weights = [1 / (place + 2) for place in others]
    rest = letters - sum(sizes.values())
    sizes |= {
        place: round(rest * weight / sum(weights))
        for place, weight in zip(others, weights, strict=True)
    }
    return [0, *itertools.accumulate(sizes[place] for place in range(ACCOUNTS - 1))]


def _vacuum(session: OdooSession) -> None:
    """Do what autovacuum does in time: statistics, and the map that index-only scans need."""
    connection = odoo.sql_db.db_connect(session.registry.db_name)
    with connection.cursor() as cursor:
        cursor.commit()
        cursor._cnx.autocommit = True  # VACUUM wants no transaction
        try:
            cursor.execute(f"VACUUM (ANALYZE) {', '.join(million_letters_sql.TABLES)}, res_partner")
        finally:
            cursor._cnx.autocommit = False

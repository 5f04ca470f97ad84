"""Which indexes PostgreSQL uses for what the addon's own code asks."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from unittest.mock import patch

from odoo.sql_db import Cursor


def explain(env, question: Callable, tables: Collection[str]) -> dict[str, list[str]]:
    """Ask something, and let PostgreSQL explain each SELECT. What was done is undone.

    :param question: function of an environment
    :param tables: those that matter: queries of others are passed over
    :return: the ``indexes`` used, and the tables that are read from end to end (``scanned``)
    """
    asked = []
    execute = Cursor.execute

    def record(cursor, query, params=None, log_exceptions=True):
        execute(cursor, query, params, log_exceptions)
        asked.append(cursor._obj.query.decode())

    with patch.object(Cursor, "execute", record):
        question(env)
        env.flush_all()
    about_them = re.compile(rf"\s*(SELECT|WITH)\b.*\b({'|'.join(tables)})\b", re.DOTALL)
    nodes = Counter()
    for query in asked:
        if about_them.match(query):
            execute(env.cr, "EXPLAIN (FORMAT JSON) " + query.replace("%", "%%"), ())
            nodes += _nodes(env.cr.fetchone()[0][0]["Plan"], tables)
    env.cr.rollback()
    return {
        "indexes": sorted(name for kind, name in nodes if kind == "index"),
        "scanned": sorted(name for kind, name in nodes if kind == "scan"),
    }


def _nodes(plan: dict, tables: Collection[str]) -> Counter:
    """Count the indexes and whole tables that a plan reads."""
    found = Counter()
    if "Index Name" in plan:
        found["index", plan["Index Name"]] += 1
    elif plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in tables:
        found["scan", plan["Relation Name"]] += 1
    for child in plan.get("Plans", ()):
        found += _nodes(child, tables)
    return found

"""Filling tables by SQL as quickly as PostgreSQL can."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_INDEXES = """
    SELECT format('DROP INDEX %%I', relname), pg_get_indexdef(indexrelid)
      FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE indrelid = ANY(%(tables)s::regclass[])
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_FOREIGN_KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid))
      FROM pg_constraint
     WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
"""


@contextmanager
def without_indexes(cursor, tables: Iterable[str]) -> Iterator[None]:
    """Context manager: take indexes and foreign keys of tables away, and make them anew at the end.

    Primary keys and unique constraints stay.
    """
    taken = []
    for query in (_FOREIGN_KEYS, _INDEXES):
        cursor.execute(query, {"tables": list(tables)})
        taken += cursor.fetchall()
    for take_away, _make in taken:
        cursor.execute(take_away)
    yield
    for _take_away, make in reversed(taken):
        cursor.execute(make)


def copy_rows(cursor, table: str, rows: Iterable[tuple]) -> None:
    """Fill a table, all of its columns, with COPY."""
    lines = ("\t".join(_quoted(value) for value in row) + "\n" for row in rows)
    cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO("".join(lines)))


def _quoted(value) -> str:
    if value is None:
        return r"\N"
    text = str(value).replace("\\", r"\\")
    return text.replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")

"""Scratch databases: copies of a template, dropped together when all is measured.

Not one by one: for a minute after files were deleted, ext4 is slow to make new ones (it passes over
each inode that was freed lately), and the next measurement would pay for the last one's clean-up.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dev import database, postgres


@contextmanager
def databases(template: str) -> Iterator[Callable[[], str]]:
    """Context manager of a function that copies the template and returns the copy's name.

    :param template: name of a database to which nobody is connected
    """
    prefix = f"{postgres.prefix()}_bench_"
    for name in database.names(prefix):
        pid, mark, _number = name.removeprefix(prefix).partition("_copy")
        if mark and pid.isdecimal() and not Path("/proc", pid).exists():
            database.drop(name)  # of a run that was killed
    made: list[str] = []

    def copy() -> str:
        made.append(f"{prefix}{os.getpid()}_copy{len(made)}")
        database.copy(template, made[-1])
        return made[-1]

    try:
        yield copy
    finally:
        for name in made:
            database.drop(name)

"""Ends and removes what the other commands made."""

import shutil

from . import database, paths, postgres, processes


def stop(_arguments: list[str]) -> int:
    """The command `stop`: end the demo and the private PostgreSQL."""
    for name in ("demo-odoo", "demo-mail"):
        processes.stop(name)
    postgres.stop()
    return 0


def clean(_arguments: list[str]) -> int:
    """The command `clean`: end what runs, then remove .dev and what lies outside of it.

    :raises DevError: databases on a server of the user's could not be dropped
    """
    if paths.ENVIRONMENT.exists():
        stop([])
        database.drop_all_on_given_server()
        postgres.remove()
        shutil.rmtree(paths.ENVIRONMENT)
    return 0

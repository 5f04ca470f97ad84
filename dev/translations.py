"""Brings i18n/ up to date: the template by Odoo's exporter, and every language merged with it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import database, environment, paths, postgres
from .console import run_logged, step

_I18N = paths.ROOT / "i18n"
_MERGER = paths.DEV_SOURCES / "po_merger.py"
# Nothing in these is shown to a user of the addon.
_WITHOUT_TERMS = {"benchmarks", "dev", "docs", "node_modules", "tests"}


def translations(_arguments: list[str]) -> int:
    """The command `translations`: export iris_email.pot, merge the .po files, name what is left.

    :return: 0, also when terms are left to translate
    :raises DevError: a step failed
    """
    with environment.locked():
        environment.set_up()
        name = f"{postgres.prefix()}_terms_{os.getpid()}"
        database.drop_leftovers(f"{postgres.prefix()}_terms_")
        database.copy(database.template(demo=False), name)
    try:
        with tempfile.TemporaryDirectory() as folder:
            template = _export(name, Path(folder))
            merged = subprocess.run(
                [paths.VENV_PYTHON, _MERGER, template, _I18N], check=False, cwd=paths.ROOT
            )
    finally:
        database.drop(name)
    return merged.returncode


def _export(name: str, folder: Path) -> Path:
    """Return the template with the terms of the addon in a database."""
    # Odoo's exporter follows links: in the clone, .dev/addons would lead it round and round.
    addons = folder / "addons"
    shutil.copytree(paths.ROOT, addons / "iris_email", ignore=_not_to_export)
    settings = folder / "odoo.conf"
    settings.touch(mode=0o600)
    settings.write_text(
        paths.ODOO_CONF.read_text(encoding="utf-8").replace(str(paths.ADDONS), str(addons)),
        encoding="utf-8",
    )
    template = folder / "iris_email.pot"
    with step("Exporting the terms"):
        run_logged(
            [
                *(paths.VENV_PYTHON, "-P", "-m", "odoo", "i18n", "export"),
                *("-c", settings, "-d", name, "-o", template, "iris_email"),
            ],
            "odoo-translations",
            failure="Odoo could not export the terms",
            remedy="see the log",
            env=environment.process_environment(),
        )
    return template


def _not_to_export(folder: str, names: list[str]) -> set[str]:
    at_root = Path(folder) == paths.ROOT
    return {
        name
        for name in names
        if name.startswith((".", "__pycache__")) or (at_root and name in _WITHOUT_TERMS)
    }

"""Databases made by copying templates, which are made anew when what they hold has changed."""

import ast
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import environment, odoo_source, paths, postgres, stamps
from .console import DevError, run_logged, step

# A change in these does not change what is in a database.
_NOT_IN_DATABASE = {"benchmarks", "dev", "docs", "node_modules", "tests"}
_SUFFIXES_IN_DATABASE = {".csv", ".po", ".pot", ".py", ".sql", ".xml", ".png", ".svg"}
_LOGGED_ERROR = re.compile(r"^\d{4}-\d\d-\d\d .* (?:ERROR|CRITICAL) .*$", re.MULTILINE)
# Odoo tries pg_trgm and goes on without it, where the server (the wheel's) does not have it.
_EXTENSION = "CREATE EXTENSION"
_LANGUAGES = "en_US,ru_RU"


def execute(*statements: tuple, database: str = "postgres") -> list[list]:
    """Execute (statement, parameter, …) tuples and return the last one's rows.

    :raises DevError: the server cannot be reached or refuses a statement
    """
    order = {"database": database, "statements": [[s[0], list(s[1:])] for s in statements]}
    answer = subprocess.run(
        [paths.VENV_PYTHON, paths.DEV_SOURCES / "sql_runner.py"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
        env=environment.process_environment(),
    )
    if answer.returncode:
        words = answer.stderr.strip().splitlines()[-1:]
        raise DevError(
            f"PostgreSQL: {' '.join(words)}",
            "check the PG* variables; the role must be allowed to create databases"
            if postgres.is_given()
            else f"see {paths.POSTGRES / 'server.log'}; `make clean` begins anew",
        )
    return json.loads(answer.stdout)


def exists(name: str) -> bool:
    """Whether the server has a database of this name."""
    return bool(execute(("SELECT 1 FROM pg_database WHERE datname = %s", name)))


def names(beginning: str) -> list[str]:
    """The databases whose names begin so."""
    return [
        row[0]
        for row in execute(
            ("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", beginning)
        )
    ]


def drop(name: str) -> None:
    """Drop a database, whoever is connected, and its files."""
    execute((f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',))
    shutil.rmtree(_files(name), ignore_errors=True)


def drop_all_on_given_server() -> None:
    """Take our databases off the server that PG* variables name."""
    if postgres.is_given() and paths.VENV_PYTHON.exists():
        for name in names(f"{postgres.prefix()}_"):
            drop(name)


def drop_leftovers(beginning: str) -> None:
    """Drop databases named after a process (beginning + its number) that does not live any more."""
    for name in names(beginning):
        pid = name.removeprefix(beginning)
        if pid.isdecimal() and not Path("/proc", pid).exists():
            drop(name)


def set_durable(durable: bool) -> None:
    """Let the private PostgreSQL write through to the disk, as servers do, or not, for tests."""
    if not postgres.is_given():
        execute(
            ("ALTER SYSTEM SET fsync = on",) if durable else ("ALTER SYSTEM RESET fsync",),
            ("SELECT pg_reload_conf()",),
        )


def copy(source: str, target: str) -> None:
    """Make `target` anew as a copy of `source`, files included."""
    drop(target)
    # file_copy is much faster here than PostgreSQL's default of writing each page to the log.
    strategy = "STRATEGY file_copy" if _server_version() >= 150000 else ""
    execute((f'CREATE DATABASE "{target}" TEMPLATE "{source}" {strategy}',))
    if _files(source).is_dir():
        # Odoo never changes a stored file, so two databases may share it.
        shutil.copytree(_files(source), _files(target), copy_function=os.link)


def stop_server_if_idle() -> bool:
    """Stop the private PostgreSQL unless somebody is connected to it.

    :return: whether it does not run now; True also where the server is not ours
    """
    if postgres.is_given() or not postgres.is_running():
        return True
    others = execute(
        (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
        )
    )[0][0]
    if not others:
        postgres.stop()
    return not others


def template(*, demo: bool) -> str:
    """The name of an up-to-date template database with the addon installed, in English and Russian.

    :param demo: with demo data of Odoo and of the addon
    :raises DevError: Odoo failed to install a module
    """
    kind = "demo" if demo else "test"
    base = f"{postgres.prefix()}_base_{kind}"
    base_key = stamps.key_of([odoo_source.version(), repr(_dependencies()), kind, _LANGUAGES])
    if _key_of(base) != base_key:
        with step(f"Creating Odoo's database for the {kind}"):
            drop(base)
            options = ["--load-language", _LANGUAGES, "--with-demo" if demo else "--without-demo"]
            odoo("-d", base, "-i", ",".join(_dependencies()), *options, log_name=base)
            _set_key(base, base_key)
    name = f"{postgres.prefix()}_template_{kind}"
    key = stamps.key_of([base_key, *addon_contents()])
    if _key_of(name) != key:
        with step(f"Installing the addon into the database for the {kind}"):
            copy(base, name)
            odoo("-d", name, "-i", "iris_email", log_name=name)
            _set_key(name, key)
    return name


def template_key(name: str) -> str | None:
    """What identifies the contents of a template."""
    return _key_of(name)


def odoo(*arguments: str, log_name: str, stdin: str | None = None) -> None:
    """Run Odoo's command line until it ends.

    :raises DevError: it failed, or logged an error
    """
    options = {"input": stdin, "text": True} if stdin is not None else {}
    command = [paths.VENV_PYTHON, "-P", "-m", "odoo", *arguments]
    if "shell" not in arguments[:1]:
        command += ["--stop-after-init", "--no-http"]
    log = run_logged(
        [*command, "--log-level=warn"],
        f"odoo-{log_name}",
        failure="Odoo failed",
        remedy="see the log",
        env=environment.process_environment(),
        **options,
    )
    text = log.read_text(encoding="utf-8", errors="replace")
    errors = [line for line in _LOGGED_ERROR.findall(text) if _EXTENSION not in line]
    if errors:
        shown = "\n".join(f"  | {line}" for line in errors[-15:])
        raise DevError(f"Odoo logged errors.\n{shown}", f"see {log}")


def addon_contents() -> list[str | Path]:
    """What a database with the addon depends on: names and files."""
    parts: list[str | Path] = []
    for folder, folders, files in os.walk(paths.ROOT):
        at_root = Path(folder) == paths.ROOT
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith((".", "__")) and not (at_root and name in _NOT_IN_DATABASE)
        )
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix in _SUFFIXES_IN_DATABASE and path.is_file():
                parts += [str(path.relative_to(paths.ROOT)), path]
    return parts


def _dependencies() -> list[str]:
    try:
        manifest = (paths.ROOT / "__manifest__.py").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DevError("The addon has no __manifest__.py.", "check the clone") from error
    return sorted(ast.literal_eval(manifest)["depends"])


def _files(name: str) -> Path:
    return paths.DATA / "filestore" / name


def _server_version() -> int:
    return int(execute(("SHOW server_version_num",))[0][0])


def _key_of(name: str) -> str | None:
    rows = execute(
        (
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            name,
        )
    )
    return rows[0][0] if rows else None


def _set_key(name: str, key: str) -> None:
    execute((f'COMMENT ON DATABASE "{name}" IS %s', key))

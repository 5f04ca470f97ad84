"""Sets up what all commands need: Odoo, Python packages, PostgreSQL, configuration, launchers."""

import fcntl
import os
import secrets
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from . import odoo_source, paths, postgres, python_env
from .console import say


@contextmanager
def locked() -> Iterator[None]:
    """Keep two commands in one clone from setting up at the same time."""
    paths.ENVIRONMENT.mkdir(exist_ok=True)
    with paths.LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is setting up .dev; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up() -> bool:
    """Bring .dev up to date and PostgreSQL up. Does nothing but look where all is there.

    :return: whether PostgreSQL had to be started
    :raises DevError: a step failed
    """
    paths.ENVIRONMENT.mkdir(exist_ok=True)
    with ThreadPoolExecutor(max_workers=2) as pool:
        tasks = [pool.submit(odoo_source.install), pool.submit(python_env.install)]
        for task in tasks:
            task.result()
    started = postgres.start()
    link_addon()
    _write_configuration()
    _write_launchers()
    return started


def setup(_arguments: list[str]) -> int:
    """The command `setup`."""
    with locked():
        set_up()
    say(f"{paths.ENVIRONMENT} is set up.")
    return 0


def start_postgres(_arguments: list[str]) -> int:
    """The command `start-postgres`."""
    with locked():
        postgres.start()
    return 0


def link_addon() -> None:
    """Give the clone, whatever its folder is called, the addon's name on an addons path."""
    paths.ADDONS.mkdir(parents=True, exist_ok=True)
    target = os.path.relpath(paths.ROOT, paths.ADDONS)
    if not paths.ADDON_LINK.is_symlink() or os.readlink(paths.ADDON_LINK) != target:
        paths.ADDON_LINK.unlink(missing_ok=True)
        paths.ADDON_LINK.symlink_to(target)


def _write_configuration() -> None:
    secret = paths.ENVIRONMENT / "admin_password"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    addons = [*odoo_source.addons_folders(), paths.ADDONS]
    lines = [
        "[options]",
        f"admin_passwd = {secret.read_text(encoding='utf-8')}",
        f"addons_path = {','.join(map(str, addons))}",
        f"data_dir = {paths.DATA}",
        f"db_name = {postgres.prefix()}_demo",
        "http_interface = 127.0.0.1",
        "list_db = False",
        "workers = 0",
        # One thread serves and fetches: give both time on a small machine.
        "limit_time_real = 600",
        "limit_time_cpu = 600",
        f"screenshots = {paths.LOGS / 'screenshots'}",
    ]
    own = postgres.variables()
    if own:
        lines += [
            f"db_host = {own['PGHOST']}",
            f"db_port = {own['PGPORT']}",
            f"db_user = {own['PGUSER']}",
        ]
    paths.ODOO_CONF.touch(mode=0o600)
    paths.ODOO_CONF.write_text("\n".join(lines) + "\n", encoding="utf-8")


def variables() -> dict[str, str]:
    """What the launchers add to the environment."""
    added = {
        "ODOO_RC": str(paths.ODOO_CONF),
        "PYTHONPATH": str(odoo_source.library()),
        **postgres.variables(),
    }
    if postgres.is_given():
        # Passwords stay where the user keeps them.
        added |= {name: os.environ[name] for name in postgres.GIVEN_BY if name in os.environ}
    return added


def process_environment() -> dict[str, str]:
    """The whole environment for programs that we start ourselves."""
    path = ":".join([*map(str, _programs()), os.environ.get("PATH", os.defpath)])
    return os.environ | variables() | {"PATH": path}


def _programs() -> list[Path]:
    """The folders that go before the PATH."""
    return [folder for folder in (paths.VENV / "bin", postgres.programs()) if folder]


def _write_launchers() -> None:
    paths.BIN.mkdir(exist_ok=True)
    exports = "".join(f"export {k}={shlex.quote(v)}\n" for k, v in variables().items())
    programs = ":".join(map(str, _programs()))
    head = (
        "#!/bin/sh\n# Written by dev/environment.py.\n"
        f"root={shlex.quote(str(paths.ROOT))}\n{exports}"
        f'export PATH={shlex.quote(programs)}:"$PATH"\n'
    )
    enter = 'export IRIS_DEV_CALLED_FROM="$PWD"\ncd "$root" || exit 1\n'
    wake = '(cd "$root" && python -m dev start-postgres) || exit 1\n'
    launchers = {
        "python": 'exec python "$@"\n',
        "odoo": f'{wake}exec python -P -m odoo "$@"\n',
        "pytest": f'{enter}exec python -m dev pytest "$@"\n',
    }
    for name, body in launchers.items():
        path = paths.BIN / name
        text = head + body
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            fresh = path.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.chmod(0o755)
            fresh.replace(path)

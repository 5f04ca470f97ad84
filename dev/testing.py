"""Runs the tests: those of tools/ in plain pytest, those of Odoo on a fresh copy of a database."""

import os
import subprocess
from pathlib import Path

from . import database, environment, node, paths, postgres, system_packages
from .console import say

_TOOLS = paths.ROOT / "tests" / "tools"
_LINKED_TESTS = paths.ADDON_LINK / "tests"
_NO_TESTS = 5


def pytest(arguments: list[str]) -> int:
    """Run pytest in the way that fits the paths among the arguments; what .dev/bin/pytest does.

    :return: pytest's exit code
    """
    with environment.locked():
        environment.set_up()
    called_from = Path(os.environ.get("IRIS_DEV_CALLED_FROM", "."))
    arguments = [_through_link(argument, called_from) for argument in arguments]
    targets = [argument for argument in arguments if _is_test_path(argument)]
    if targets and all(Path(t.partition("::")[0]).is_relative_to(_TOOLS) for t in targets):
        return _run_plain(arguments)
    if not targets:
        arguments = [*arguments, str(_LINKED_TESTS)]
    return _run_odoo(arguments)


def test(arguments: list[str]) -> int:
    """Run everything; what `make test` does.

    :param arguments: for pytest, for instance -k or -x
    :return: the exit code
    """
    with environment.locked():
        system_packages.install_missing()
        started = environment.set_up()
    try:
        say("— tests/tools, without Odoo —")
        plain = _run_plain([*arguments, str(_TOOLS)])
        say("— tests, in Odoo —")
        odoo = _run_odoo([*arguments, str(_LINKED_TESTS)])
    finally:
        if started:
            database.stop_server_if_idle()
    codes = [plain, odoo]
    if arguments and _NO_TESTS in codes:
        # A selection may have nothing to do with one of the two.
        codes.remove(_NO_TESTS)
    return max(codes)


def _is_test_path(argument: str) -> bool:
    path = argument.partition("::")[0]
    return not argument.startswith("-") and path.startswith("/") and Path(path).exists()


def _through_link(argument: str, called_from: Path) -> str:
    """Absolute paths; those of Odoo's tests through the link that bears the addon's name."""
    if argument.startswith("-"):
        return argument
    path, colons, name = argument.partition("::")
    whole = (called_from / path).absolute()
    if not path or not whole.exists():
        return argument
    real = whole.resolve()
    if real.is_relative_to(paths.ROOT) and not real.is_relative_to(_TOOLS):
        real = paths.ADDON_LINK / real.relative_to(paths.ROOT)
    return f"{real}{colons}{name}"


def _run_plain(arguments: list[str]) -> int:
    # Without confcutdir pytest would import the packages above, which need Odoo.
    options = ["-p", "no:odoo", f"--confcutdir={_TOOLS}"]
    return _run([*options, *arguments])


def _run_odoo(arguments: list[str]) -> int:
    with environment.locked():
        node.install("browser")
    ignored = [f"--ignore={_LINKED_TESTS / name}" for name in ("tools", "servers")]
    options = ["--odoo-http", *ignored]
    if any(argument.startswith("--odoo-database") for argument in arguments):
        return _run([*options, *arguments])
    name = f"{postgres.prefix()}_test_{os.getpid()}"
    with environment.locked():
        database.drop_leftovers(f"{postgres.prefix()}_test_")
        database.copy(database.template(demo=False), name)
    try:
        return _run([*options, f"--odoo-database={name}", *arguments])
    finally:
        database.drop(name)


def _run(arguments: list[str]) -> int:
    command = [paths.VENV_PYTHON, "-m", "pytest", "-p", "dev.pytest_strict", *arguments]
    return subprocess.run(
        command, check=False, cwd=paths.ROOT, env=environment.process_environment()
    ).returncode

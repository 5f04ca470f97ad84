"""The checks of `make lint`, and the formatting of `make format`."""

import os
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

from . import environment, node, paths, python_env
from .console import say

_NPM_LINT = paths.DEV_SOURCES / "npm" / "lint"
_TRANSLATIONS_CHECK = """
import sys, polib
failed = False
for path in sys.argv[1:]:
    catalogue = polib.pofile(path)
    for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries():
        print(f"{path}:{entry.linenum}: not translated: {entry.msgid!r}")
        failed = True
sys.exit(failed)
"""


def lint(arguments: list[str]) -> int:
    """Run all checks, or those that are named (ruff, format, pylint, eslint, prettier, xml, po).

    :return: 0 if all passed
    """
    _prepare()
    checks = {name: _CHECKS[name] for name in arguments or _CHECKS}
    failed = [name for name, check in checks.items() if not _passes(name, check)]
    if failed:
        say(f"✗ lint: {', '.join(failed)} failed (`make format` mends the layout)")
    else:
        say(f"✓ lint: {', '.join(checks)} passed")
    return 1 if failed else 0


def format_code(_arguments: list[str]) -> int:
    """Lay out Python, JavaScript, SCSS and XML as `make lint` wants it."""
    _prepare()
    results = [
        _run(_tool("ruff"), "check", "--fix", paths.ROOT),
        _run(_tool("ruff"), "format", paths.ROOT),
        _prettier("--write"),
    ]
    return 0 if all(results) else 1


def _prepare() -> None:
    with environment.locked():
        python_env.install()
        environment.link_addon()
        node.install("lint")


def _passes(name: str, check: Callable[[], bool]) -> bool:
    started = time.monotonic()
    passed = check()
    say(f"{'✓' if passed else '✗'} {name} ({time.monotonic() - started:.1f} s)")
    return passed


def _ruff() -> bool:
    return _run(_tool("ruff"), "check", "--quiet", "--output-format=concise", paths.ROOT)


def _format() -> bool:
    return _run(_tool("ruff"), "format", "--quiet", "--diff", paths.ROOT)


def _pylint() -> bool:
    # From the folder of the link: pylint-odoo takes the module's name from the path.
    # The README is Markdown; the configuration file cannot say so after `enable = odoolint`.
    options = ["--rcfile", paths.ROOT / ".pylintrc", "--disable=missing-readme"]
    return _run(_tool("pylint"), *options, paths.ADDON_LINK.name, cwd=paths.ADDONS)


def _eslint() -> bool:
    scripts = _files(".js", below="static/src") + _files(".js", below="static/tests")
    if not scripts:
        return True
    modules = node.install("lint")
    # The rules import what lies in node_modules, so they must lie beside it.
    rules = modules / "eslint.config.mjs"
    rules.write_bytes((_NPM_LINT / rules.name).read_bytes())
    program = modules / "node_modules/eslint/bin/eslint.js"
    return _run("node", program, "--max-warnings=0", "--config", rules, *scripts, node_js=True)


def _prettier(mode: str = "--check") -> bool:
    files = _files(".xml", ".scss") + _files(".js", below="static")
    if not files:
        return True
    modules = node.install("lint") / "node_modules"
    options = [
        *("--config", _NPM_LINT / "prettier.json"),
        *("--plugin", modules / "@prettier/plugin-xml/src/plugin.js"),
        *("--log-level", "warn"),
    ]
    program = modules / "prettier/bin/prettier.cjs"
    return _run("node", program, mode, *options, *files, node_js=True)


def _xml() -> bool:
    good = True
    for path in _files(".xml", ".svg"):
        try:
            ElementTree.parse(path)
        except ElementTree.ParseError as error:
            say(f"{path}: {error}")
            good = False
    return good


def _po() -> bool:
    return _run(paths.VENV_PYTHON, "-c", _TRANSLATIONS_CHECK, *_files(".po", below="i18n"))


_CHECKS: dict[str, Callable[[], bool]] = {
    "ruff": _ruff,
    "format": _format,
    "pylint": _pylint,
    "eslint": _eslint,
    "prettier": _prettier,
    "xml": _xml,
    "po": _po,
}


def _files(*suffixes: str, below: str = "") -> list[Path]:
    found = []
    for folder, folders, names in os.walk(paths.ROOT / below):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "node_modules")
        found += [Path(folder, name) for name in sorted(names) if name.endswith(suffixes)]
    return found


def _tool(name: str) -> Path:
    return paths.VENV / "bin" / name


def _run(*command: str | Path, cwd: Path = paths.ROOT, node_js: bool = False) -> bool:
    environment = node.environment() if node_js else None
    return subprocess.run(command, check=False, cwd=cwd, env=environment).returncode == 0

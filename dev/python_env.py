"""The virtual environment .dev/venv, as locked; pip's own configuration names the index."""

import importlib.util
import shutil
import sys
import threading
import venv
from pathlib import Path

from . import paths, stamps, system_packages
from .console import run_logged, step

_REMEDY = (
    "check the network and pip's configuration (`pip config list`), then run the same command again"
)
_lock = threading.RLock()


def install() -> None:
    """Make the virtual environment, or bring it up to what requirements.txt locks.

    :raises DevError: Python's venv is missing, or pip failed
    """
    with _lock:
        # A moved environment, or one of another Python, is made anew.
        home = stamps.key_of([sys.version, str(paths.VENV)])
        if not (stamps.is_done("venv", home) and paths.VENV_PYTHON.exists()):
            _create()
            stamps.mark_done("venv", home)
        key = _key("requirements.txt")
        if not stamps.is_done("python", key):
            with step("Installing the Python packages"):
                _pip("requirements.txt")
            stamps.mark_done("python", key)


def install_extra(name: str) -> None:
    """Add what requirements-<name>.txt locks ("node" or "postgres") to the environment."""
    with _lock:
        install()
        key = _key("requirements.txt", f"requirements-{name}.txt")
        if stamps.is_done(f"python-{name}", key):
            return
        with step(f"Installing the Python packages for {name}"):
            _pip(f"requirements-{name}.txt")
        stamps.mark_done(f"python-{name}", key)


def site_packages() -> Path:
    """Where the environment's packages lie."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return paths.VENV / "lib" / version / "site-packages"


def lock(_arguments: list[str]) -> int:
    """The command `lock`: pin what the .in files ask for, with hashes, for Python 3.11 and up."""
    tools = paths.ENVIRONMENT / "uv"
    with step("Pinning the Python packages"):
        if not (tools / "bin" / "uv").exists():
            venv.create(tools, with_pip=True)
            pip = [tools / "bin" / "python", "-m", "pip", "install", "uv"]
            run_logged(pip, "pip-uv", failure="pip could not install uv", remedy=_REMEDY)
        for source in sorted(paths.DEV_SOURCES.glob("requirements*.in")):
            options = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-annotate"]
            run_logged(
                [
                    *(tools / "bin" / "uv", "pip", "compile", *options, "--upgrade"),
                    *("--custom-compile-command", "make lock"),
                    *(source, "--output-file", source.with_suffix(".txt")),
                ],
                "uv-compile",
                failure=f"{source.name} could not be resolved",
                remedy=_REMEDY,
            )
    return 0


def _key(*files: str) -> str:
    return stamps.key_of(paths.DEV_SOURCES / file for file in files)


def _create() -> None:
    shutil.rmtree(paths.VENV, ignore_errors=True)
    for stamp in ("venv", "python", "python-node", "python-postgres"):
        stamps.forget(stamp)
    paths.ENVIRONMENT.mkdir(exist_ok=True)
    if importlib.util.find_spec("ensurepip") is None:
        system_packages.install(["python3-venv"], "Python's virtual environments")
    run_logged(
        [sys.executable, "-m", "venv", paths.VENV],
        "venv",
        failure="Python's virtual environment could not be made",
        remedy="apt-get install python3-venv",
    )


def _pip(requirements: str) -> None:
    # --no-deps: the lock names everything; --no-compile: Python does it for what is really used.
    command = [paths.VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    options = ["--no-deps", "--require-hashes", "--no-compile", "--progress-bar=off"]
    run_logged(
        [*command, *options, "--requirement", paths.DEV_SOURCES / requirements],
        f"pip-{requirements.removesuffix('.txt')}",
        failure="pip could not install the Python packages",
        remedy=_REMEDY,
    )

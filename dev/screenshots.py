"""Takes the pictures in docs/images from the running demo."""

import shutil
import subprocess

from . import node, paths, processes
from .console import DevError, step

_IMAGES = paths.ROOT / "docs" / "images"
_SCRIPT = paths.DEV_SOURCES / "npm" / "screenshots" / "take.cjs"
_SHRINK = paths.DEV_SOURCES / "shrink_pictures.py"


def screenshots(arguments: list[str]) -> int:
    """The command `screenshots`: drive Chromium through the demo, in light and dark, two languages.

    :param arguments: the name of a view, to take only its pictures
    :raises DevError: the demo does not run, Chromium is missing, or a page looks unexpected
    """
    if not processes.is_running("demo-odoo"):
        raise DevError("The demo does not run.", "start it: DEMO_DETACH=1 make demo")
    address = (paths.DEMO / "url.txt").read_text(encoding="utf-8")
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if not browser:
        raise DevError("Chromium is not installed.", "run `make test` as root, it installs it")
    modules = node.install("screenshots") / "node_modules"
    _IMAGES.mkdir(parents=True, exist_ok=True)
    with step("Taking pictures of the demo"):
        taken = subprocess.run(
            ["node", _SCRIPT, browser, address, _IMAGES, *arguments],
            check=False,
            env=node.environment() | {"NODE_PATH": str(modules)},
        )
        if taken.returncode:
            raise DevError("Not all pictures were taken.", "see what Playwright says above")
    with step("Making them small"):
        subprocess.run([paths.VENV_PYTHON, _SHRINK, _IMAGES], check=True)
    return 0

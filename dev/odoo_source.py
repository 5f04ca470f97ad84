"""Odoo 19's source: ODOO_SOURCE if set, otherwise Debian's package, unpacked in .dev/odoo."""

import os
import shutil
import subprocess
from pathlib import Path

from . import node, paths, stamps
from .apt_private import OWN_OR_TRIXIE, PrivateApt
from .console import DevError, run_logged, step

# Odoo's package replaces some files by links into these.
_PACKAGES = {
    "sid": (
        "odoo-19",
        "fonts-montserrat",
        "fonts-ocr-b",
        "fonts-roboto-unhinted",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
    ),
    # sid's are too new: other icons (Font Awesome 7), other file names.
    OWN_OR_TRIXIE: ("fonts-font-awesome", "fonts-inconsolata"),
}
# The package holds a second, incomplete tree of addons beside these.
_ODOO_PARTS = ("./usr/lib/python3/dist-packages/odoo", "./usr/bin/odoo")
_MISSING_FILE = Path("addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js")
_FOUND_IN_NPM = Path("node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.js")
_STAMP = "odoo"


def library() -> Path:
    """The folder to put on PYTHONPATH; it holds the package `odoo`.

    :raises DevError: ODOO_SOURCE is set but no Odoo 19 lies there
    """
    given = os.environ.get("ODOO_SOURCE")
    if not given:
        return paths.ODOO / "usr/lib/python3/dist-packages"
    source = Path(given).expanduser().resolve()
    for folder in (source, source.parent):
        release = folder / "odoo" / "release.py"
        if release.is_file():
            if "version_info = (19, 0" not in release.read_text(encoding="utf-8"):
                raise DevError(f"ODOO_SOURCE={given} is not Odoo 19.", "set it to an Odoo 19.0")
            return folder
    raise DevError(
        f"ODOO_SOURCE={given} holds no Odoo: {source / 'odoo/release.py'} does not exist.",
        "set it to the folder that holds odoo/release.py, or unset it to download Odoo",
    )


def addons_folders() -> list[Path]:
    """Odoo's own addons folders (a git checkout keeps most addons beside the package)."""
    base = library()
    return [folder for folder in (base / "odoo/addons", base / "addons") if folder.is_dir()]


def version() -> str:
    """What tells one Odoo from another; part of the keys of the template databases."""
    release = (library() / "odoo/release.py").stat()
    return f"{library()} {release.st_size} {release.st_mtime_ns}"


def _key() -> str:
    return stamps.key_of([repr(_PACKAGES)])


def install() -> None:
    """Download and unpack Odoo unless it is there.

    :raises DevError: a download failed, or the tree is not whole
    """
    if os.environ.get("ODOO_SOURCE"):
        library()
        return
    if not stamps.is_done(_STAMP, _key()):
        _download()
        stamps.mark_done(_STAMP, _key())
    _complete()


def _download() -> None:
    downloads = paths.APT / "downloads"
    shutil.rmtree(downloads, ignore_errors=True)
    with step("Downloading Odoo 19 from Debian (130 MB)", lambda: _megabytes(paths.APT)):
        packages = PrivateApt().download(_PACKAGES, downloads)
    with step("Unpacking Odoo"):
        shutil.rmtree(paths.ODOO, ignore_errors=True)
        paths.ODOO.mkdir(parents=True)
        for package in packages:
            _unpack(package, _ODOO_PARTS if package.name.startswith("odoo-19") else ())
        shutil.rmtree(downloads)


def _megabytes(folder: Path) -> str:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return f"{sum(sizes) / 1e6:.0f} MB"


def _unpack(package: Path, parts: tuple[str, ...]) -> None:
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as deb:
        run_logged(
            ["tar", "--extract", "--no-same-owner", "--directory", paths.ODOO, *parts],
            f"unpack-{package.name.partition('_')[0]}",
            failure=f"{package.name} could not be unpacked",
            remedy="check that the disk has 2 GB free, then run the same command again",
            stdin=deb.stdout,
        )


def _complete() -> None:
    """Add the file that Debian's package leaves out: without it every page logs an error."""
    missing = library() / "odoo" / _MISSING_FILE
    if not missing.exists():
        missing.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(node.install("odoo") / _FOUND_IN_NPM, missing)

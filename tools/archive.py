"""Several files as one ZIP archive (APPNOTE.TXT 6.3), in little memory."""

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import BinaryIO

from .attachment import safe_filename

# An archive up to this size stays in memory; what is larger goes to the disk.
LARGEST_IN_MEMORY = 4 * 1024 * 1024
# What the format can tell.
_EARLIEST, _LATEST = datetime(1980, 1, 1), datetime(2107, 12, 31)
_BLOCK = 256 * 1024
_LONGEST_NAME = 120
_NOT_IN_NAMES = re.compile(r'[:*?"<>|]+')
# Windows takes these for devices, whatever their ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


def make_archive(
    files: Iterable[tuple[str, Callable[[], BinaryIO]]], moment: datetime
) -> tuple[BinaryIO, int]:
    """Write files into an archive, one after the other.

    :param files: for each its name and a function that opens it
    :param moment: when they are said to be changed, in any time zone
    :return: the archive, a temporary file at its beginning, and its size in bytes; to be closed
    """
    archive = tempfile.SpooledTemporaryFile(max_size=LARGEST_IN_MEMORY)
    taken: set[str] = set()
    date_time = min(max(moment, _EARLIEST), _LATEST).timetuple()[:6]
    with zipfile.ZipFile(archive, "w") as writer:
        for name, open_file in files:
            info = zipfile.ZipInfo(_unique(_plain(name), taken), date_time)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with open_file() as content, writer.open(info, "w", force_zip64=True) as entry:
                shutil.copyfileobj(content, entry, _BLOCK)
    size = archive.seek(0, os.SEEK_END)
    archive.seek(0)
    return archive, size


def _plain(name: str) -> str:
    """Return a name under which every system can store a file, in no other folder."""
    name = _NOT_IN_NAMES.sub("_", safe_filename(name, "application/octet-stream")).strip(" .")
    if not name or _DEVICES.match(name):
        name = f"_{name}"
    stem, ending = os.path.splitext(name)
    ending = ending[:20]
    return stem[: _LONGEST_NAME - len(ending)] + ending


def _unique(name: str, taken: set[str]) -> str:
    """Number a name that an earlier file has; some systems take upper and lower case for one."""
    stem, ending = os.path.splitext(name)
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem} ({number}){ending}"
    taken.add(name.casefold())
    return name

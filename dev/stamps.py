"""Marks of finished steps, so that a second run skips them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from . import paths


def key_of(parts: Iterable[str | bytes | Path]) -> str:
    """A hash over strings and over the contents of files."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            part = part.read_bytes()
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def is_done(name: str, key: str) -> bool:
    """Whether the step was finished with exactly this key."""
    try:
        return (paths.STAMPS / name).read_text(encoding="utf-8") == key
    except FileNotFoundError:
        return False


def mark_done(name: str, key: str) -> None:
    """Remember that the step is finished; call it last."""
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    (paths.STAMPS / name).write_text(key, encoding="utf-8")


def forget(name: str) -> None:
    """Let the step run again."""
    (paths.STAMPS / name).unlink(missing_ok=True)

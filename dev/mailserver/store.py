"""Where the demo's mail server keeps letters: one folder a mailbox, one file a letter."""

import json
import os
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

OUTSIDE = "outside"


class Store:
    """Letters and a little state below one folder; it survives restarts and sudden ends.

    A letter's identity (its UIDL) is its file's name, which says when it arrived: identities sort
    by arrival and are never used again (RFC 1939 §7).
    """

    def __init__(self, folder: Path, addresses: tuple[str, ...]) -> None:
        self._folder = folder
        self.addresses = addresses
        self._last = 0
        for name in (*addresses, OUTSIDE):
            self._box(name).mkdir(parents=True, exist_ok=True)

    def _box(self, name: str) -> Path:
        return self._folder / "mailboxes" / name

    def deliver(
        self,
        name: str,
        raw: bytes,
        sender: str,
        *,
        recipient: str = "",
        moment: datetime | None = None,
    ) -> str:
        """Store `raw` in the mailbox `name` with the trace headers of an arrival.

        `recipient` differs from `name` for mail to the outside; `moment` is now unless given.
        Returns the letter's identity.
        """
        recipient = recipient or name
        self._last = max(self._last + 1, time.time_ns())
        identity = f"{self._last:020d}"
        trace = (
            f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n"
            f"Received: from mail.{sender.rpartition('@')[2] or 'localhost'} ([192.0.2.25])\r\n"
            f"\tby mail.sevline.example with ESMTP id {identity}\r\n\tfor <{recipient}>; "
            f"{format_datetime(moment or datetime.now(UTC).replace(microsecond=0))}\r\n"
        )
        _write(self._box(name) / f"{identity}.eml", trace.encode("utf-8", "replace") + raw)
        return identity

    def letters(self, name: str) -> dict[str, int]:
        """Return the identities of a mailbox's letters with their sizes, oldest first."""
        return {
            path.stem: path.stat().st_size for path in sorted(self._box(name).glob("[0-9]*.eml"))
        }

    def read(self, name: str, identity: str) -> bytes:
        """Return a letter; raises FileNotFoundError if it is gone."""
        return (self._box(name) / f"{identity}.eml").read_bytes()

    def delete(self, name: str, identity: str) -> None:
        """Delete a letter, or nothing if it is gone already."""
        (self._box(name) / f"{identity}.eml").unlink(missing_ok=True)

    def empty(self) -> None:
        """Delete all letters of all mailboxes, for instance of a seeding that was cut short."""
        for name in (*self.addresses, OUTSIDE):
            for identity in self.letters(name):
                self.delete(name, identity)

    def load_state(self) -> dict[str, Any]:
        """Return what `save_state` stored last, or an empty dictionary."""
        try:
            return json.loads((self._folder / "state.json").read_text("utf-8"))
        except FileNotFoundError:
            return {}

    def save_state(self, state: dict[str, Any]) -> None:
        """Store `state`, all of it or nothing."""
        write_json(self._folder / "state.json", state)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as JSON so that a reader sees the old file or the whole new one."""
    _write(path, json.dumps(value).encode())


def _write(path: Path, raw: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(raw)
    draft.replace(path)

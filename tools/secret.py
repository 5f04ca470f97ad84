"""Passwords at rest: encrypted (Fernet) with a key that lies outside the database."""

import contextlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken


class SecretUnreadable(Exception):
    """Another key made the token, it is damaged, or the key is none: ask for the password again."""


def generate_key() -> str:
    """Return a new random key (32 bytes in URL-safe base64)."""
    return Fernet.generate_key().decode("ascii")


def encrypt(key: str, text: str) -> str:
    """Encrypt a text; each call gives another token.

    :raises SecretUnreadable: when the key is none
    """
    return _fernet(key).encrypt(text.encode()).decode("ascii")


def decrypt(key: str, token: str) -> str:
    """Return the text that `encrypt` made the token of.

    :raises SecretUnreadable: when key and token do not belong together
    """
    try:
        return _fernet(key).decrypt(token.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise SecretUnreadable("token and key do not belong together") from error


def load_or_create_key_file(path: str | os.PathLike[str]) -> str:
    """Return the key in a file; make the file, readable by its owner only, if there is none.

    Safe against several processes doing so at once: all get the same key. A file that holds no key
    is left alone.

    :raises SecretUnreadable: the file holds no key
    :raises OSError: the file can be neither read nor made
    """
    path = Path(path)
    if not path.exists():
        _create_key_file(path)
    key = path.read_text("ascii", errors="replace").strip()
    _fernet(key)
    return key


def _create_key_file(path: Path) -> None:
    """Write a key beside the file and link it there: nobody reads half a key, the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(generate_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first
            os.link(draft, path)
    finally:
        draft.unlink()


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key.encode("ascii"))
    except ValueError as error:  # includes wrong base64 and characters
        raise SecretUnreadable("not a key") from error

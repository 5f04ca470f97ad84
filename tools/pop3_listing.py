"""What POP3 servers list: capabilities, sizes, UIDLs; and identities that never collide. Pure
functions.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

# RFC 1939 §7 allows 70 characters; longer ones are seen. Identities end up in an indexed column.
IDENTITY_LENGTH = 255
# Headers that servers write on delivery of a letter and change later; they must not change its
# identity.
_VOLATILE_HEADERS = (
    b"status:",
    b"x-status:",
    b"x-keywords:",
    b"x-uid:",
    b"x-imap:",
    b"x-imapbase:",
)


def parse_capabilities(body: bytes) -> dict[str, str]:
    """Parse the reply to CAPA (RFC 2449 §5).

    :return: capability in upper case -> its arguments
    """
    capabilities = {}
    for line in body.decode("latin-1").splitlines():
        name, _space, arguments = line.strip().partition(" ")
        if name:
            capabilities[name.upper()] = arguments.strip()
    return capabilities


def parse_sizes(body: bytes) -> dict[int, int]:
    """Parse the reply to LIST (RFC 1939 §5).

    :return: letter number -> size in bytes as the server counts it
    :raises ValueError: on a line that is none of a listing (its text)
    """
    sizes = {}
    for line in body.split(b"\n"):
        words = line.split(None, 2)
        if not words:
            continue
        if len(words) < 2 or not (_is_number(words[0]) and _is_number(words[1])):
            raise ValueError(_shown(line))
        sizes[int(words[0])] = int(words[1])
    return sizes


def parse_uidls(body: bytes) -> dict[int, str]:
    """Parse the reply to UIDL (RFC 1939 §7), forgivingly.

    :return: letter number -> UIDL as it came, empty where the server gives none. What is no text
        fit for a database, or longer than IDENTITY_LENGTH, is replaced by its sha256.
    :raises ValueError: on a line without a number, or a number that comes twice (its text)
    """
    uidls: dict[int, str] = {}
    for line in body.split(b"\n"):
        words = line.split(None, 1)
        if not words:
            continue
        if not _is_number(words[0]) or int(words[0]) in uidls:
            raise ValueError(_shown(line))
        uidl = words[1].rstrip() if len(words) > 1 else b""
        text = uidl.decode("latin-1")
        if not (text.isascii() and text.isprintable() and len(text) <= IDENTITY_LENGTH):
            text = hashlib.sha256(uidl).hexdigest()
        uidls[int(words[0])] = text
    return uidls


def header_digest(top: bytes) -> str:
    """Return the sha256 in hex of a letter's header, without what servers change in it (`Status`
    and the like).

    :param top: reply to TOP; what stands after the first empty line does not count
    """
    digest = hashlib.sha256()
    volatile = False
    for line in top.split(b"\n"):
        line = line.rstrip()
        if not line:
            break
        if line[:1] not in b" \t":
            volatile = line.lower().startswith(_VOLATILE_HEADERS)
        if not volatile:
            digest.update(line + b"\n")
    return digest.hexdigest()


def ambiguous_numbers(uidls: Mapping[int, str]) -> list[int]:
    """Return the letters that their UIDL does not identify: it is empty, or another's too."""
    counts = Counter(uidls.values())
    if len(counts) == len(uidls) and "" not in counts:
        return []
    return [number for number, uidl in uidls.items() if not uidl or counts[uidl] > 1]


def unique_identities(
    uidls: Mapping[int, str], discriminators: Mapping[int, str]
) -> dict[int, str]:
    """Give each letter an identity of its own.

    :param discriminators: for each of `ambiguous_numbers(uidls)` something that tells the letters
        apart
    :return: letter number -> identity, all different, of at most IDENTITY_LENGTH characters
    """
    if not discriminators:
        return dict(uidls)
    identities: dict[int, str] = {}
    taken = {uidl for number, uidl in uidls.items() if number not in discriminators}
    for number, uidl in sorted(uidls.items()):
        if number not in discriminators:
            identities[number] = uidl
            continue
        wanted = f"{uidl or 'top'}:{discriminators[number]}"
        identities[number] = next(name for name in _with_suffixes(wanted) if name not in taken)
        taken.add(identities[number])
    return identities


def _with_suffixes(identity: str) -> Iterable[str]:
    """Yield the identity, then identity:2, identity:3 and so on."""
    if len(identity) > IDENTITY_LENGTH - 8:
        identity = hashlib.sha256(identity.encode()).hexdigest()
    yield identity
    count = 2
    while True:
        yield f"{identity}:{count}"
        count += 1


def _is_number(word: bytes) -> bool:
    return word.isdigit() and len(word) < 16


def _shown(line: bytes) -> str:
    return ascii(line[:80].decode("latin-1"))

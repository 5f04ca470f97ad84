"""Mailbox lists of header fields (RFC 5322 §3.4) as senders really write them."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import idna

from . import header
from .charset import Charsets

# An encoded word is taken whole: a sloppy one may hold any sign.
_WORD = r"=\?[^?\s]{1,75}+\?[bBqQ]\?[^?]*+\?=|"
_STRING = r"(?:\"(?:[^\"\\]++|\\.)*+\"\s*+)++|"
_SPECIAL = re.compile(_WORD + _STRING + r"[,;][,;\s]*+|[)>]++|[\"(:<]", re.DOTALL)
_SPECIAL_WITHOUT_STRING = re.compile(_WORD + r"[,;][,;\s]*+|[)>]++|[(:<]")
_PARENTHESES = re.compile(r"\(++")
_CLOSING = re.compile(r"[()\\]")
_AROUND_SIGNS = re.compile(r"\s*+([@.])\s*+")
_BETWEEN_ADDRESSES = re.compile(r"[\s<>()\",;:]+")
_QUOTED_OR_OPEN = re.compile(r"\"((?:[^\"\\]++|\\.)*+)\"?", re.DOTALL)
_QUOTED = re.compile(r"\"((?:[^\"\\]++|\\.)*+)\"", re.DOTALL)
_NEEDS_QUOTES = re.compile(r"[()<>\[\]:;@\\,\"]")  # what would be read as more than a name
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_DOTS = re.compile("[.\u3002\uff0e\uff61]")  # each of them ends a label (UTS 46 §2.3)
# Dots may stand anywhere in it: there are mailboxes of such names.
_LOCAL = re.compile(r"[^\x00-\x20\x7f-\xa0\u2028\u2029\s()<>\[\]:;@\\,\"]+")
_QUOTED_LOCAL = re.compile(r"\"(?:[^\"\\]|\\[^\x00-\x1f])+\"")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*|\[[A-Za-z0-9.:-]{{2,60}}\]")
_C1 = re.compile("[\x80-\x9f]")
_NOT_BARE = re.compile(r"[\"(<]")
_MAX_LOCAL = 64  # octets (RFC 5321 §4.5.3.1.1)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# What is typed as one address: up to a separator, or to the angle bracket that closes.
_COMMENT = r"\([^()\r\n]{0,500}+\)"
_TYPED_STRING = r"\"(?:[^\"\\\r\n]|\\[^\r\n]){0,500}+\""
_TYPED_STRINGS = re.compile(_TYPED_STRING)
_ENTRY = re.compile(
    rf"(?:{_TYPED_STRING}|{_COMMENT}|<(?![^<>\r\n]{{0,500}}+>)|[^,;\r\n<])*+"
    rf"(?:<[^<>\r\n]{{0,500}}+>(?:[ \t]{{0,20}}+{_COMMENT})?+)?+"
)
MAX_ADDRESSES = 20_000  # of one field; what follows is not read
_LONGEST_NAME = 200  # a longer one is written by an enemy, and read in pieces by programs
_MAX_DEPTH = 100  # of comments in comments


class Address(NamedTuple):
    """A mailbox: the decoded display name, '' where there is none, and the address."""

    name: str
    email: str


def parse_addresses(raw: bytes, charsets: Charsets) -> tuple[Address, ...]:
    """Read a list of mailboxes and groups; the members of a group stand for the group.

    :param raw: the unfolded raw value of From, To and their like
    :param charsets: what is known of the letter's charsets
    :return: the mailboxes in order, MAX_ADDRESSES at most; one without '@' is kept as it is
        written
    """
    text = header.to_text(raw, charsets).strip()
    if not text:
        return ()
    return tuple(_Reader(text, charsets).read())


def format_addresses(addresses: Iterable[Address]) -> str:
    """Return mailboxes as one line for people: ``Name <a@b>, c@d``."""
    return ", ".join(
        f"{_quoted_name(name)} <{email}>" if name and email else email or _quoted_name(name)
        for name, email in addresses
    )


def _quoted_name(name: str) -> str:
    name = " ".join(name.split())[:_LONGEST_NAME]
    if not _NEEDS_QUOTES.search(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def ascii_address(email: str) -> str:
    """Return an address with its domain in ASCII (RFC 5891, UTS 46); the local part stays as it is.

    Never raises. What IDNA 2008 refuses (a heart) is encoded all the same: such domains exist.
    """
    local, sign, domain = email.rpartition("@")
    if not sign or domain.isascii():
        return email
    try:
        domain = idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        domain = ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in _DOTS.split(domain.lower())
        )
    return f"{local}@{domain}"


def address_to_send(email: str) -> str:
    """Return an address as a header field may hold it (RFC 5322 §3.4.1, RFC 6532), or ''.

    :param email: any text; a local part that needs quotes gets them, one without a domain stays
    """
    email = header.one_line(_C1.sub(" ", email))
    local, sign, domain = ascii_address(email).rpartition("@")
    if not sign:
        local, domain = domain, ""
    if (sign and not _DOMAIN.fullmatch(domain)) or not local or len(email.encode()) > 500:
        return ""
    if not _LOCAL.fullmatch(local) and not _QUOTED_LOCAL.fullmatch(local):
        local = '"' + local.replace("\\", r"\\").replace('"', r"\"") + '"'
    return local + sign + domain


def read_typed(text: str) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    """Read what a person typed into To, Cc or Bcc, apart by commas, semicolons or line breaks.

    :return: the good addresses in order, each once, and the wrong entries as they were typed
    """
    good: dict[str, Address] = {}
    wrong = []
    for entry in _entries(text):
        address = _typed(entry)
        if address:
            good.setdefault(ascii_address(address.email).lower(), address)
        else:
            wrong.append(entry)
    return tuple(good.values()), tuple(wrong)


def _entries(text: str) -> Iterator[str]:
    for found in _ENTRY.finditer(text):
        entry = found[0].strip()
        words = entry.split()
        if all("@" in word.strip("@") for word in words) and not _NOT_BARE.search(entry):
            yield from words  # addresses apart by blanks
        elif entry:
            yield entry


def _typed(entry: str) -> Address | None:
    """Return the address of an entry; None if it is wrong, or could be meant for two people."""
    bare = _TYPED_STRINGS.sub(" ", entry)
    words = [word for word in _BETWEEN_ADDRESSES.split(bare) if "@" in word]
    found = _Reader(entry, Charsets()).read()
    if len(found) != 1 or len({word.lower() for word in words}) > 1:
        return None
    name, email = found[0].name, _INVISIBLE.sub("", found[0].email)
    local, sign, domain = ascii_address(email).rpartition("@")
    if not sign or len(local.encode()) > _MAX_LOCAL or not _DOMAIN.fullmatch(domain):
        return None
    good = _LOCAL.fullmatch(local) or _QUOTED_LOCAL.fullmatch(local)
    return Address(name, email) if good else None


class _Reader:
    """One pass over a list; what has no end (quote, comment, angle) is taken literally."""

    def __init__(self, text: str, charsets: Charsets):
        self.text = text
        self.charsets = charsets
        self.found: list[Address] = []
        self.special = _SPECIAL
        self.closed = {"(": True, "<": True}  # False: no closing sign is left
        self._clear()

    def _clear(self) -> None:
        self.phrase: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None
        self.has_at = False

    def read(self) -> list[Address]:
        text = self.text
        position = 0
        while found := self.special.search(text, position):
            sign, start = found[0], found.start()
            if start > position:
                self._add(text[position:start])
            position = found.end()
            if sign[0] in ",;":
                self._flush()
                if len(self.found) >= MAX_ADDRESSES:
                    return self.found
            else:
                position = self._take(sign, start, position)
        self._add(text[position:])
        self._flush()
        return self.found

    def _take(self, sign: str, start: int, end: int) -> int:
        """Deal with a sign within a mailbox; return where to read on."""
        if len(sign) > 1 and sign[0] not in ")>":  # an encoded word, a quoted string
            self._add(sign)
        elif sign == ":":
            self._colon()
        elif sign == '"':  # it has no end, nor has any other
            self.special = _SPECIAL_WITHOUT_STRING
            self.phrase.append(sign)
        elif sign == "(":
            return self._comment(start)
        elif sign == "<":
            return self._angle(start)
        return end  # ")" and ">" that close nothing are dropped

    def _add(self, text: str) -> None:
        self.phrase.append(text)
        self.has_at = self.has_at or "@" in text

    def _colon(self) -> None:
        if self.angle is None and not self.has_at:
            self._clear()  # the name of a group, or mailto
        else:
            self.phrase.append(":")

    def _comment(self, start: int) -> int:
        """Step over a comment, which may hold comments."""
        if self.closed["("]:
            depth, position = 1, start + 1
            while found := _CLOSING.search(self.text, position):
                position = found.end()
                if found[0] == "\\":
                    position += 1
                else:
                    depth += 1 if found[0] == "(" else -1
                if depth > _MAX_DEPTH:
                    break
                if not depth:
                    self.comments.append(self.text[start + 1 : position - 1])
                    self.phrase.append(" ")
                    return position
            self.closed["("] = False
        end = _PARENTHESES.match(self.text, start).end()
        self.phrase.append(self.text[start:end])
        return end

    def _angle(self, start: int) -> int:
        end = self.text.find(">", start) if self.closed["<"] else -1
        if end < 0:
            self.closed["<"] = False
            end = self.text.find(",", start)
            end = len(self.text) if end < 0 else end
        content = self.text[start + 1 : end]
        if '"' in content and (found := _QUOTED.match(self.text, start + 1)):
            end = self.text.find(">", found.end())
            end = len(self.text) if end < 0 else end
            content = self.text[start + 1 : end]
        elif "<" in content:
            content = content.rpartition("<")[2]
        if self.angle is None or "@" not in self.angle:
            self.angle = content
        return end + (self.text[end : end + 1] == ">")

    def _flush(self) -> None:
        """Make an address of what was gathered, if there is any."""
        phrase = "".join(self.phrase).strip()
        if not phrase and self.angle is None and not self.comments:
            self.phrase.clear()
            return
        comment = " ".join(" ".join(self.comments).split())
        angle = self.angle
        self._clear()
        if angle is not None:
            email = _bare(angle)
            if not email and (email := _address_in(phrase)):
                phrase = phrase.replace(email, " ", 1)
            name = phrase or comment
        elif "@" in phrase:
            email, name = self._without_angle(phrase)
            name = name or comment
        else:
            self._without_sign(phrase, comment)
            return
        if name := self._name(name):
            email = email or _address_in(name)
        if email or name:
            email = header.one_line(email)
            self.found.append(Address("" if name.lower() == email.lower() else name, email))

    def _without_angle(self, phrase: str) -> tuple[str, str]:
        """Split ``Name a@b``, ``a@b`` or ``"quoted local part"@b``."""
        quoted = _QUOTED.match(phrase)
        if quoted and phrase[quoted.end() : quoted.end() + 1] == "@":
            return _bare(phrase), ""
        words = phrase.split()
        if len(words) > 1 and '"' not in phrase:
            if any(word.startswith("@") or word.endswith("@") for word in words):
                return _bare("".join(words)), ""
            for word in reversed(words):
                if "@" in word:
                    words.remove(word)
                    return _bare(word), " ".join(words)
        written = _address_in(_QUOTED_OR_OPEN.sub(" ", phrase))
        if written and '"' in phrase:
            return _bare(written), phrase.replace(written, " ", 1)
        return (_bare(phrase), "") if '"' not in phrase else ("", phrase)

    def _without_sign(self, phrase: str, comment: str) -> None:
        """Keep a mailbox that has no address: an encoded one, a local user, a bare name."""
        if phrase.isalnum() and not comment:
            self.found.append(Address("", phrase))
            return
        name = self._name(phrase)
        if "@" in name:
            if name != phrase and ("<" in name or "," not in name):
                inner = _Reader(name.replace("=?", "= ?"), self.charsets).read()
                self.found.extend(inner)
            return
        comment = self._name(comment)
        if name and not comment and " " not in name:
            self.found.append(Address("", name))
        elif name or comment:
            self.found.append(Address(name or comment, name if comment and name else ""))

    def _name(self, phrase: str) -> str:
        """Unquote and decode a display name."""
        if '"' in phrase:
            phrase = _QUOTED_OR_OPEN.sub(lambda found: _ESCAPED.sub(r"\1", found[1]), phrase)
        name = header.one_line(header.decode_words(phrase, self.charsets))
        if name[:1] == name[-1:] and name[:1] in ("'", '"') and len(name) > 1:
            name = name[1:-1].strip()
        return " ".join(name.split())


def _address_in(text: str) -> str:
    """Return the first word that looks like an address, or ''."""
    if "@" not in text:
        return ""
    words = _BETWEEN_ADDRESSES.split(text)
    return next((word for word in words if "@" in word.strip("@")), "")


def _bare(address: str) -> str:
    """Cut a source route, blanks and ``mailto:`` from an address (RFC 5322 §4.4)."""
    address = address.strip()
    if address.startswith("@") and ":" in address:
        address = address.partition(":")[2]
    if address[:7].lower() == "mailto:":
        address = address[7:]
    if '"' in address:
        return _last_address(address)
    address = address.strip("'<> \t")
    if " " in address or "\t" in address:
        address = _AROUND_SIGNS.sub(r"\1", address)
        address = _address_in(address) or "".join(address.split())
    return address


def _last_address(text: str) -> str:
    """Keep ``"quoted local part"@b``; of a text with quotes around, take the address in it."""
    found = _QUOTED.match(text)
    if found and text[found.end() : found.end() + 1] == "@":
        return text.rstrip("> ")
    return _address_in(_QUOTED_OR_OPEN.sub(" ", text)) or text.strip()

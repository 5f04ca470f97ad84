"""Any letter that is composed reads back as it was, by our reader and by Python's own; no text in
any field can forge another field or a part.
"""

import email
import re
import string
from datetime import datetime
from email import policy
from email.header import decode_header, make_header
from email.utils import getaddresses

from hypothesis import given, settings
from hypothesis import strategies as st
from iris_tools import message
from iris_tools.attachment import safe_filename
from iris_tools.message import Address, File, Outgoing

_SETTINGS = settings(max_examples=150, deadline=None, derandomize=True)
_SENDER = Address("", "ivan@example.ru")
_DATE = datetime(2025, 11, 25, 3, 4, 5)
_ID = "<1@example.ru>"
_CONTENT_ID = "logo@example.ru"

# What has a meaning in a header field or in a body, beside all of Unicode.
_NASTY = [
    "\r\n", "\n", "\r", "\r\nBcc: eve@example.org\r\n", "\nX: y\n\n", "\r\n\r\n--", "\n From ",
    "From ", "\0", "\x0b", "\x0c", "\x1b", "\x1c", "\x1e", "\x7f", "\x85", "\u2028", "\u2029",
    "\ud800", "\udfff", "\ufeff",
    "\u202e", "=?utf-8?Q?a?=", "=?UTF-8?B?", "?=", "=?", "=\n", "=3D", "%D0%A1", "%", "'", '"',
    "\\", ",", ";", ":", "<", ">", "(", ")", "@", "[", "]", "*", "/", "..", ".", " ", "  ", "\t",
    "a", "Anna", "Анна", "日本", "👍🏽", "e\u0301", "x" * 80, "я" * 80, "long words and more " * 6,
]  # fmt: skip
_any_text = st.text(st.characters(exclude_categories=()), max_size=60)
texts = _any_text | st.lists(st.sampled_from(_NASTY), max_size=12).map("".join)

_atext = string.ascii_letters + string.digits + "!#$%&*+-/=?^_`{|}~ёЖ日"
_locals = st.text(_atext, min_size=1, max_size=30) | st.sampled_from(
    ['"john doe"', '"a,b;c"', '"a@b"', '"a\\"b\\\\"', '"<x>"', "o'neil", "a..b", "docomo.", "=?x?="]
)
_domains = st.sampled_from(
    ["example.org", "EXAMPLE.org", "a-b.co.uk", "localhost", "[127.0.0.1]", "[IPv6:::1]",
     "пример.рф", "bücher.example", "i❤.ws", "under_score.example", "d" * 60 + ".example"]
)  # fmt: skip
emails = st.builds("{}@{}".format, _locals, _domains)
addresses = st.lists(st.builds(Address, texts, emails), max_size=4).map(tuple)
contents = st.binary(max_size=300) | st.lists(
    st.sampled_from([b"\r\n", b"\n", b"\r", b"\0", b"--", b"=_", b"From ", b"a" * 1000, b"x: y"])
).map(b"".join)
_types = ["application/pdf", "text/plain", "text/html", "image/png", "message/rfc822", "text/x-y"]
files = st.lists(
    st.builds(
        File, texts.map(lambda text: text[:150]), st.sampled_from(_types), contents,
        st.sampled_from(["", "", _CONTENT_ID, "a$b%c@[x]"]),
    ),
    max_size=3,
).map(tuple)  # fmt: skip
ids = st.text(string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~-.@\"[]", min_size=1).map(
    "<{}>".format
)


def outgoing(**given_) -> Outgoing:
    return Outgoing(**{"from_": _SENDER, "date": _DATE, "message_id": _ID, **given_})


# What a header field or a body cannot hold; all the rest has to come back -------------------------


def as_line(text: str) -> str:
    """A field is one line: what ends a line or controls a terminal is a blank there. Lone
    surrogates are no text. Blanks at the ends, a byte order mark at the start: every reader cuts
    them.
    """
    text = re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return re.sub("^[\ufeff\\s]+", "", text).rstrip()


def as_name(name: str, address: str) -> str:
    """A run of blanks in a name is one blank (RFC 5322 §3.2.2); a name that repeats the address
    says nothing.
    """
    name = " ".join(as_line(name).split())
    return "" if name.lower() == message.ascii_address(address).lower() else name


def as_addresses(given_) -> tuple[Address, ...]:
    """Domains are in ASCII on the way; our reader drops quotes around a name."""
    result = []
    for name, address in given_:
        name = as_name(name, address)
        if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
            name = as_name(name[1:-1].strip(), address)
        result.append(Address(name, message.ascii_address(address)))
    return tuple(result)


def as_body(text: str) -> str:
    """Line ends are CRLF on the way (RFC 2046 §4.1.1), and the last line has one too. NUL, lone
    surrogates and a byte order mark at the start are no text.
    """
    text = re.sub("[\ud800-\udfff]", "\ufffd", text.replace("\0", "").lstrip("\ufeff"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text + "\n" if text and not text.endswith("\n") else text


def as_filename(file: File) -> str:
    """A name holds no path and no sign that hides its extension, and is never empty."""
    name = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", as_line(file.filename))
    name = as_line(re.split(r"[/\\]", name.rstrip("/\\ "))[-1])
    return name if name.strip(". ") else safe_filename("", file.content_type)


def as_content(file: File) -> bytes:
    """A nested letter is encoded only if it must be, so its line ends are those of mail."""
    lines = file.content.replace(b"\r\n", b"\n")
    plain = lines.isascii() and b"\0" not in lines and b"\r" not in lines
    if file.content_type == "message/rfc822" and plain:
        if max(map(len, lines.split(b"\n"))) <= 998:
            return lines.replace(b"\n", b"\r\n")
    return file.content


def in_order(letter: Outgoing) -> list[File]:
    """The pictures of the HTML stand before the other files."""
    return sorted(letter.files, key=lambda file: not (letter.html and file.content_id))


# Our reader ---------------------------------------------------------------------------------------


@_SETTINGS
@given(texts)
def test_subject(subject):
    assert read(subject=subject).subject == as_line(subject)


@_SETTINGS
@given(addresses, addresses, addresses, st.builds(Address, texts, emails))
def test_addresses(to, cc, reply_to, sender):
    letter = read(from_=sender, to=to, cc=cc, reply_to=reply_to)
    assert letter.from_ == as_addresses([sender])
    assert letter.to == as_addresses(to)
    assert letter.cc == as_addresses(cc)
    assert letter.reply_to == as_addresses(reply_to)
    assert letter.bcc == ()


@_SETTINGS
@given(texts, texts)
def test_bodies(text, html):
    letter = read(text=text, html=html)
    assert (letter.text, letter.html) == (as_body(text), as_body(html))
    assert letter.attachments == ()


@_SETTINGS
@given(texts, st.sampled_from(["", f'<img src="cid:{_CONTENT_ID}">']), files)
def test_files(text, html, given_):
    composed = outgoing(text=text, html=html, files=given_)
    letter = message.parse(message.compose(composed))
    assert (letter.text, letter.html) == (as_body(text), as_body(html))
    found = [(item.content_type, item.content, item.content_id) for item in letter.attachments]
    expected = in_order(composed)
    assert found == [(file.content_type, as_content(file), file.content_id) for file in expected]
    for item, file in zip(letter.attachments, expected, strict=True):
        assert item.inline == bool(html and file.content_id == _CONTENT_ID)
        name = as_filename(file)
        assert item.filename in (name, name + ".eml")  # our reader marks letters as such
        assert item.filename == name or file.content_type == "message/rfc822"


@_SETTINGS
@given(ids, st.just("") | ids, st.lists(ids, max_size=5).map(tuple), st.datetimes())
def test_ids_and_date(message_id, in_reply_to, references, date):
    letter = read(message_id=message_id, in_reply_to=in_reply_to, references=references, date=date)
    assert letter.message_id == message_id
    assert letter.in_reply_to == in_reply_to
    assert letter.references == references
    assert letter.date == date.replace(microsecond=0)
    assert letter.date_source == "date"


def read(**given_) -> message.Message:
    raw = message.compose(outgoing(**given_))
    check_form(raw)
    letter = message.parse(raw)
    assert letter.defects == ()
    return letter


def check_form(raw: bytes) -> None:
    """CRLF alone ends lines, and no line is too long; 8-bit bytes are in addresses only."""
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head, _separator, body = raw.partition(b"\r\n\r\n")
    assert body.isascii()
    for line in raw.split(b"\r\n"):
        if b"=?" in line and b"@" not in line:
            assert len(line) <= 76
    for word in re.findall(rb"=\?UTF-8\?[BQ]\?[^? ]*\?=", raw):
        assert len(word) <= 75
        str(make_header(decode_header(word.decode())))  # no character is split


# Python's reader ----------------------------------------------------------------------------------


@_SETTINGS
@given(texts, addresses)
def test_python_reads_subject_and_names(subject, to):
    to = [item for item in to if not message.needs_smtputf8([item.email])]
    raw = message.compose(outgoing(subject=subject, to=to))
    assert read_by_python(raw)["subject"] == as_line(subject)
    # By its older interface: the new one keeps the blanks between the encoded words of a name.
    found = getaddresses(email.message_from_bytes(raw).get_all("to")) if to else []
    found = [(str(make_header(decode_header(name))), address) for name, address in found]
    expected = [(as_name(name, address), message.ascii_address(address)) for name, address in to]
    assert [(" ".join(name.split()), address) for name, address in found] == expected


@_SETTINGS
@given(texts, texts, files)
def test_python_reads_bodies_and_files(text, html, given_):
    composed = outgoing(text=text, html=html, files=given_)
    leaves = list(leaves_of(read_by_python(message.compose(composed))))
    bodies = [text] if text or not html else []
    bodies += [html] if html else []
    for body in bodies:
        content = leaves.pop(0).get_content()
        assert content.replace("\r\n", "\n") == as_body(body)
    for part, file in zip(leaves, in_order(composed), strict=True):
        assert part["content-disposition"].params["filename"] == as_filename(file)
        assert part.get_content_type() == file.content_type
        if part.get_content_type() != "message/rfc822":  # Python's reader takes those apart
            assert part.get_payload(decode=True) == file.content


def read_by_python(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=policy.default)


def leaves_of(part):
    if part.get_content_maintype() != "multipart":
        yield part
        return
    for child in part.iter_parts():
        yield from leaves_of(child)


# Forgery ------------------------------------------------------------------------------------------

_ORDER = (
    "Date", "From", "To", "Cc", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "References",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip
_ALWAYS = {"Date", "From", "Subject", "MIME-Version", "Content-Type"}


def names_of(raw: bytes) -> list[str]:
    """Return the names of the header fields, on which both readers agree."""
    names = [name for name, _value in message.decoded_headers(raw)]
    assert names == read_by_python(raw).keys() == email.message_from_bytes(raw).keys()
    return names


@_SETTINGS
@given(texts, texts, texts, texts, texts, texts)
def test_texts_forge_nothing(subject, name, filename, content_type, content_id, body):
    content = body.encode("utf-8", "ignore")
    files = (File(filename, content_type, content, content_id), File("", "message/rfc822", content))
    address = Address(name, "a@example.org")
    letter = outgoing(
        from_=address, to=(address,), cc=(address, address), reply_to=(address,), subject=subject,
        text="a" + body, html="<p>" + body, files=files, in_reply_to="<a@x>", references=("<a@x>",),
    )  # fmt: skip
    raw = message.compose(letter)
    assert names_of(raw) == list(_ORDER[:-1])
    assert raw.isascii()
    parsed = message.parse(raw)
    assert len(parsed.attachments) == 2
    assert [item.email for item in parsed.cc] == ["a@example.org"] * 2
    leaves = list(leaves_of(read_by_python(raw)))
    assert len(leaves) == 4
    for part in leaves:
        assert set(part.keys()) <= {
            "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID",
        }  # fmt: skip


@_SETTINGS
@given(texts, texts, texts, texts, texts, texts)
def test_addresses_and_ids_forge_nothing(sender, to, cc, message_id, in_reply_to, reference):
    letter = outgoing(
        from_=Address("", sender), to=(Address("A", to), Address("", to + "@x")),
        cc=(Address("", f"{cc}@example.org"), Address("", f"cc@{cc}")),
        message_id=message_id, in_reply_to=in_reply_to, references=(reference, f"<{reference}@x>"),
    )  # fmt: skip
    raw = message.compose(letter)
    names = names_of(raw)
    assert names == [name for name in _ORDER if name in names]
    assert set(names) >= _ALWAYS
    assert raw.isascii() or message.needs_smtputf8([sender, to, to + "@x", cc + "@", "cc@" + cc])
    parsed = message.parse(raw)
    assert len(parsed.from_) <= 1
    assert len(parsed.to) <= 2
    assert len(parsed.cc) <= 2
    assert (parsed.text, parsed.attachments) == ("", ())


@_SETTINGS
@given(texts)
def test_any_domain_gets_ascii(text):
    assert message.ascii_address("a@" + text.replace("@", "")).isascii()

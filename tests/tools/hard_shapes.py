"""Letters made to keep a reader busy: each function returns about as many bytes as it is told."""

from collections.abc import Callable

H = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMessage-ID: <1@example.org>\r\n"


def _header(name: bytes, unit: bytes) -> Callable[[int], bytes]:
    return lambda size: H + name + b": " + unit * (size // len(unit)) + b"\r\n\r\nbody\r\n"


def _raw(unit: bytes, before: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: before + unit * (size // len(unit))


def _typed(content_type: bytes, unit: bytes, more: bytes = b"") -> Callable[[int], bytes]:
    head = H + b"MIME-Version: 1.0\r\nContent-Type: " + content_type + b"\r\n" + more + b"\r\n"
    return _raw(unit, head)


def _nested(make_boundary: Callable[[int], bytes], separator: bytes = b"\r\n"):
    def letter(size: int) -> bytes:
        pieces, length, number = [H], len(H), 0
        while length < size:
            name = make_boundary(number)
            piece = b'Content-Type: multipart/mixed; boundary="%b"\r\n%b--%b\r\n' % (
                name,
                separator,
                name,
            )
            pieces.append(piece)
            length += len(piece)
            number += 1
        return b"".join(pieces) + b"\r\nthe end\r\n"

    return letter


def _nested_letters(size: int) -> bytes:
    return H + b"Content-Type: message/rfc822\r\n\r\n" * (size // 32)


def _numbered(template: bytes, head: bytes, tail: bytes = b"") -> Callable[[int], bytes]:
    def letter(size: int) -> bytes:
        pieces, length = [head], len(head)
        while length < size:
            pieces.append(template % len(pieces))
            length += len(pieces[-1])
        return b"".join(pieces) + tail

    return letter


_MULTIPART = H + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
_PART = b"--b\r\nContent-Type: text/plain; name=f%d.txt\r\n\r\nx\r\n"

SHAPES: dict[str, Callable[[int], bytes]] = {
    "nested multiparts": _nested(lambda number: b"b%d" % number),
    "nested multiparts without blank lines": _nested(lambda number: b"b%d" % number, b""),
    "nested multiparts, one boundary": _nested(lambda number: b"same"),
    "nested multiparts, each boundary a prefix": _nested(lambda number: b"b" * (number % 60 + 1)),
    "nested letters": _nested_letters,
    "tiny parts": _numbered(_PART, _MULTIPART),
    "tiny parts without header": _typed(b"multipart/mixed; boundary=b", b"--b\r\n\r\n"),
    "parts without blank lines": _typed(b"multipart/mixed; boundary=b", b"--b\r\nX: y\r\n"),
    "boundary lines only": _typed(b"multipart/mixed; boundary=b", b"--b\r\n"),
    "closing boundary lines": _typed(b"multipart/mixed; boundary=b", b"--b--\r\n"),
    "nearly boundary lines": _typed(b"multipart/mixed; boundary=b", b"--bx\r\n"),
    "dashes": _typed(b"multipart/mixed; boundary=b", b"-"),
    "dashed lines": _typed(b"multipart/mixed; boundary=b", b"\n--"),
    "undeclared boundary": _typed(b"multipart/mixed", b"--b\r\nContent-Type: text/plain\r\n\r\n"),
    "multiparts without boundary": _numbered(
        b"--b\r\nContent-Type: multipart/x\r\n\r\n--c\r\n\r\n%d\r\n", _MULTIPART),
    "empty boundary": _typed(b"multipart/mixed; boundary=\"\"", b"--\r\n"),
    "megabyte of subject": _header(b"Subject", b"word "),
    "megabyte without blank": _header(b"Subject", b"x"),
    "folded subject": _header(b"Subject", b"x\r\n "),
    "encoded words": _header(b"Subject", b"=?utf-8?B?0KA=?= "),
    "encoded words glued": _header(b"Subject", b"=?koi8-r?Q?=F0?="),
    "encoded words of many charsets": _numbered(b"=?x-%d?Q?=F0?= ", H + b"Subject: ", b"\r\n\r\n"),
    "unclosed encoded words": _header(b"Subject", b"=?utf-8?Q?x"),
    "openings of encoded words": _header(b"Subject", b"=?"),
    "closings of encoded words": _header(b"Subject", b"?="),
    "8-bit subject": _header(b"Subject", "Счёт ".encode("cp1251")),
    "recipients": _header(b"To", b'"A, B" <a@example.org>, '),
    "recipients without comma": _header(b"To", b"a@example.org "),
    "encoded recipients": _header(b"To", b"=?utf-8?B?0KA=?= <a@example.org>,\r\n "),
    "nested comments": _header(b"To", b"("),
    "nested closed comments": lambda size: H + b"Cc: " + b"(" * (size // 2) + b")" * (size // 2),
    "comments": _header(b"To", b"(a)"),
    "openings of angles": _header(b"To", b"<"),
    "closings of angles": _header(b"To", b">"),
    "angles and quotes": _header(b"To", b'<"a'),
    "angles and escapes": _header(b"To", b'<"\\"'),
    "quotes": _header(b"To", b'"'),
    "escaped quotes": _header(b"To", b'"\\'),
    "quotes and escapes": _header(b"To", b'\\"'),
    "colons": _header(b"To", b"a:"),
    "colons behind an address": lambda size: H + b"To: a@b" + b":" * size + b"\r\n\r\n",
    "routes": _header(b"To", b"<@a:"),
    "groups": _header(b"To", b"g: a@b;"),
    "angles": _header(b"To", b"<a> "),
    "names in angles": _header(b"To", b"a <b> c@d "),
    "semicolons": _header(b"To", b"a;"),
    "commas": _header(b"To", b","),
    "at signs": _header(b"To", b"@"),
    "names with at signs": _header(b"To", b"a@ "),
    "quoted names with at signs": _header(b"To", b'"a"@ '),
    "one long name": _header(b"To", b"abc "),
    "one long word": _header(b"To", b"a"),
    "backslashes": _header(b"To", b"\\"),
    "parameters": _numbered(b"; p%d=v", H + b"Content-Type: text/plain", b"\r\n\r\nx"),
    "sections of a parameter": _numbered(
        b"; name*%d*=%%D0", H + b"Content-Type: text/plain", b"\r\n\r\nx"),
    "one parameter": _header(b"Content-Type", b"; name=x"),
    "equal signs": _header(b"Content-Type", b"="),
    "semicolons of parameters": _header(b"Content-Type", b";"),
    "spaces of parameters": _header(b"Content-Type", b"; "),
    "names of parameters": _header(b"Content-Type", b";a"),
    "unclosed parameters": _header(b"Content-Type", b';a="\\"'),
    "quotes of parameters": _header(b"Content-Type", b'"'),
    "percents": _header(b"Content-Disposition", b"attachment; filename=%D0%9F"),
    "message ids": _header(b"References", b"<1@example.org> "),
    "openings of ids": _header(b"References", b"<"),
    "one long id": _header(b"Message-ID", b"a"),
    "date": _header(b"Date", b"1 "),
    "date of digits": _header(b"Date", b"9"),
    "received": _header(b"Received", b"a; "),
    "many fields": _numbered(b"X-%d: y\r\n", H),
    "many recipients fields": _numbered(b"To: a%d@example.org\r\n", H),
    "same field": _raw(b"Subject: x\r\n", H),
    "lines that are no fields": _raw(b"no field\r\n", H),
    "continuation lines": _raw(b" x\r\n", H),
    "empty lines": _raw(b"\n"),
    "empty lines of two": _raw(b"\r\n"),
    "empty lines in the body": _raw(b"\r\n", H + b"\r\n"),
    "carriage returns": _raw(b"\r"),
    "carriage returns in the body": _raw(b"\r", H + b"\r\n"),
    "NUL": _raw(b"\x00"),
    "NUL in the body": _raw(b"\x00", H + b"\r\n"),
    "high bytes": _raw(b"\xff"),
    "high bytes in the body": _raw(b"\xff\xc3", H + b"\r\n"),
    "cp1251 in the body": _raw("Счёт на оплату ".encode("cp1251"), H + b"\r\n"),
    "escapes in the body": _raw(b"\x1b$B", H + b"\r\n"),
    "From lines": _raw(b"From a@example.org\r\n"),
    "quoted-printable": _typed(
        b"text/plain", b"=", b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "soft breaks": _typed(
        b"text/plain", b"= \r", b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "blanks of quoted-printable": _typed(
        b"text/plain", b"=" + b" " * 50, b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "only blanks of quoted-printable": _typed(
        b"text/plain", b" ", b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "base64 padding": _typed(b"text/plain", b"YQ==", b"Content-Transfer-Encoding: base64\r\n"),
    "base64 of signs": _typed(b"text/plain", b"=", b"Content-Transfer-Encoding: base64\r\n"),
    "base64 of nothing": _typed(b"text/plain", b"!", b"Content-Transfer-Encoding: base64\r\n"),
    "uuencode": _typed(
        b"application/x", b"M\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 f\r\n"),
    "beginnings of uuencode": _typed(
        b"application/x", b"begin 64\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n"),
    "flowed": _typed(b"text/plain; format=flowed; delsp=yes", b">> x \r\n"),
    "flowed quotes": _typed(b"text/plain; format=flowed", b">"),
    "utf-7": _typed(b"text/plain; charset=utf-7", b"+AAA-"),
    "utf-16": _typed(b"text/plain; charset=utf-16", b"\xd8\x00"),
    "hz": _typed(b"text/plain; charset=hz-gb-2312", b"~{"),
    "iso-2022": _typed(b"text/plain; charset=iso-2022-kr", b"\x1b$)C\x0e"),
    "idna": _typed(b"text/plain; charset=punycode", b"a-"),
    "content ids": lambda size: H + b"Content-Type: multipart/related; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<img src=cid:a" * (size // 14)
        + b"\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <a>\r\n\r\nx\r\n--b--\r\n",
    "charset of HTML": _typed(b"text/html", b"charset ="),
    "TNEF": _typed(b"application/ms-tnef", b"\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00",
                   b"\r\n\x78\x9f\x3e\x22\x01\x00"),
    "letter in a letter": _typed(b"message/rfc822", b"Subject: x\r\n"),
    "delivery status": _typed(b"message/delivery-status", b"Action: "),
}  # fmt: skip

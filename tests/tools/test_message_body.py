"""Texts: transfer encodings, alternatives, several parts, structures that are broken."""

import base64
import quopri

import pytest
from iris_tools import message
from iris_tools.body import unflow


def single(content_type: str, body: bytes, encoding: str = "8bit"):
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return message.parse(head.encode() + body)


def multipart(kind: str, *parts: str, boundary: str = "b", tail: str = "--b--\r\n") -> str:
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{inner}{tail}'


def part(content_type: str, text: str, more: str = "") -> str:
    return f"Content-Type: {content_type}\r\n{more}\r\n{text}"


def read(text: str):
    return message.parse(text.encode())


TEXT = "Привет!\r\nВторая строка, на которой довольно много слов, чтобы её пришлось переносить.\r\n"
EXPECTED = TEXT.replace("\r\n", "\n")


@pytest.mark.parametrize("name", ["quoted-printable", "Quoted-Printable", '"quoted-printable"'])
def test_quoted_printable(name):
    body = quopri.encodestring(EXPECTED.encode()).replace(b"\n", b"\r\n")
    assert single("text/plain; charset=utf-8", body, name).text == EXPECTED


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"a=\r\nb", "ab"),
        (b"a=\nb", "ab"),
        (b"a=  \r\nb", "ab"),
        (b"100 =% x=3D=3d", "100 =% x=="),
        (b"a=", "a"),
        (b"=D0=9F=D1", "П\ufffd"),
    ],
)
def test_damaged_quoted_printable(body, text):
    assert single("text/plain; charset=utf-8", body, "quoted-printable").text == text


@pytest.mark.parametrize(
    "body",
    [
        base64.encodebytes(EXPECTED.encode()),
        base64.b64encode(EXPECTED.encode()).rstrip(b"="),
        base64.b64encode(EXPECTED.encode()) + b"\r\n\r\n-- \r\n",
        b"!" + base64.b64encode(EXPECTED.encode()) + b"*",
        # two encodings one after the other, the first one padded
        base64.b64encode(EXPECTED.encode()[:31]) + base64.encodebytes(EXPECTED.encode()[31:]),
    ],
)
def test_base64(body):
    assert single("text/plain; charset=utf-8", body, "base64").text == EXPECTED


@pytest.mark.parametrize("encoding", ["", "7bit", "8BIT", "binary", "x-no-such", "8bit; x"])
def test_other_transfer_encodings_leave_the_text(encoding):
    assert single("text/plain; charset=utf-8", TEXT.encode(), encoding).text == EXPECTED


def test_html_only():
    letter = single("text/html; charset=utf-8", "<p>Привет</p>".encode())
    assert (letter.text, letter.html) == ("", "<p>Привет</p>")


@pytest.mark.parametrize(
    "content_type",
    ["", "garbage", "text", "/", "text/plain;;;", "text/plain; charset", "text/plain charset=utf-8",
     'text/plain; charset="utf-8', "text/plain; charset=utf-8; charset=koi8-r", "TEXT/PLAIN",
     "text/plain (a comment); charset=utf-8", '"text/plain"; charset=utf-8', "; charset=utf-8"],
)  # fmt: skip
def test_types_that_are_garbage_or_nearly(content_type):
    letter = single(content_type, "Привет".encode())
    assert (letter.text, letter.attachments) == ("Привет", ())


def test_alternative_gives_both_forms():
    letter = read(multipart("alternative", part("text/plain", "one"), part("text/html", "<p>one")))
    assert (letter.text, letter.html) == ("one", "<p>one")
    assert letter.attachments == ()
    assert letter.defects == ()


def test_alternative_with_related_images():
    related = multipart(
        "related", part("text/html", "<img src='cid:i@x'>"),
        part("image/png", "png", "Content-ID: <i@x>\r\n"),
        part("image/png", "png", "Content-ID: <unused@x>\r\n"),
        boundary="r", tail="--r--\r\n",
    )  # fmt: skip
    letter = read(multipart("alternative", part("text/plain", "one"), related))
    assert (letter.text, letter.html) == ("one", "<img src='cid:i@x'>")
    assert [item.inline for item in letter.attachments] == [True, False]
    assert letter.attachments[0].content_id == "i@x"


@pytest.mark.parametrize("kind", ["text/x-amp-html", "text/enriched", "text/watch-html"])
def test_other_forms_of_the_text_are_no_files(kind):
    parts = part("text/plain", "one"), part(kind, "other"), part("text/html", "<p>one")
    letter = read(multipart("alternative", *parts))
    assert (letter.text, letter.html, letter.attachments) == ("one", "<p>one", ())


def test_the_only_form_of_the_text_is_kept_as_a_file():
    letter = read(multipart("alternative", part("text/enriched", "<bold>one</bold>")))
    assert [item.content for item in letter.attachments] == [b"<bold>one</bold>"]


def test_texts_one_after_the_other_are_joined():
    letter = read(multipart("mixed", part("text/plain", "one"), part("text/plain", "two")))
    assert (letter.text, letter.html, letter.attachments) == ("one\ntwo", "", ())


def test_html_shows_the_plain_text_around_it_too():
    inner = multipart("alternative", part("text/plain", "one"), part("text/html", "<p>one</p>"),
                      boundary="a", tail="--a--\r\n")  # fmt: skip
    letter = read(multipart("mixed", inner, part("text/plain", "-- \r\nlist <footer>")))
    assert letter.text == "one\n-- \nlist <footer>"
    assert letter.html.startswith("<p>one</p>")
    assert "list &lt;footer&gt;" in letter.html


def test_signed_text():
    signature = part("application/pgp-signature", "sig")
    letter = read(multipart("signed; protocol=x", part("text/plain", "one"), signature))
    assert letter.text == "one"
    assert [item.filename for item in letter.attachments] == ["signature.asc"]


def test_encrypted_letter_is_kept_as_files():
    letter = read(multipart(
        "encrypted", part("application/pgp-encrypted", "Version: 1"),
        part("application/octet-stream; name=encrypted.asc", "-----BEGIN"),
    ))  # fmt: skip
    assert letter.text == ""
    assert [item.filename for item in letter.attachments] == ["pgp-version.txt", "encrypted.asc"]


# Structures that are broken


def test_unclosed_multipart():
    letter = read(multipart("mixed", part("text/plain", "one"), part("text/plain", "two"), tail=""))
    assert letter.text == "one\ntwo\n"
    assert letter.defects == ("the last boundary line is missing",)


def test_unclosed_inner_multipart_ends_with_the_outer_one():
    inner = multipart("alternative", part("text/plain", "one"), boundary="inner", tail="")
    letter = read(multipart("mixed", inner, part("text/plain", "two")))
    assert letter.text == "one\n\ntwo"


@pytest.mark.parametrize("boundary", ["b=", "--", "b--", "=?utf-8?Q?b?=", "b'()+_,-./:=?"])
def test_strange_boundaries(boundary):
    letter = read(multipart("mixed", part("text/plain", "one"), boundary=boundary,
                            tail=f"--{boundary}--\r\n"))  # fmt: skip
    assert letter.text == "one"


def test_a_boundary_that_begins_like_the_outer_one():
    inner = multipart("alternative", part("text/plain", "one"), part("text/html", "<p>one"),
                      boundary="b1", tail="--b1--\r\n")  # fmt: skip
    letter = read(multipart("mixed", inner, part("text/plain", "two")))
    assert letter.text == "one\ntwo"
    assert letter.attachments == ()


def test_the_boundary_of_the_outer_multipart_again():
    inner = multipart("alternative", part("text/plain", "one"), part("text/html", "<p>one"))
    letter = read(multipart("mixed", inner, part("image/gif; name=x.gif", "gif")))
    assert (letter.text, letter.html) == ("one", "<p>one")
    assert [item.filename for item in letter.attachments] == ["x.gif"]


@pytest.mark.parametrize("parameter", ["", "; boundary=", '; boundary=""', "; boundary=wrong"])
def test_a_boundary_that_is_missing_or_wrong_is_found(parameter):
    body = multipart("mixed", part("text/plain", "one"), part("text/plain; name=f", "two"))
    letter = read(body.replace('; boundary="b"', parameter))
    assert letter.text == "one"
    assert [item.filename for item in letter.attachments] == ["f"]
    assert letter.defects == ("the boundary between parts is not declared or a wrong one",)


def test_multipart_without_any_part_is_text():
    letter = read("Content-Type: multipart/mixed; boundary=b\r\n\r\nJust text\r\n")
    assert (letter.text, letter.attachments) == ("Just text\n", ())
    assert "a multipart without parts is read as text" in letter.defects


def test_preamble_and_epilogue_are_not_shown():
    text = multipart("mixed", part("text/plain", "one")).replace("--b\r\n", "MIME!\r\n--b\r\n")
    assert read(text + "epilogue\r\n--b\r\n\r\nmore").text == "one"


def test_boundary_line_right_after_the_header():
    letter = message.parse(b"Content-Type: multipart/mixed; boundary=b\n--b\n\none\n--b--\n")
    assert letter.text == "one"


def test_parts_without_header_or_empty():
    letter = message.parse(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n--b\n\n--b\n\ntwo\n--b--\n"
    )
    assert letter.text.split() == ["one", "two"]
    assert letter.attachments == ()


def test_boundary_line_with_blanks_behind():
    letter = message.parse(b"Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\none\n--b-- \n")
    assert letter.text == "one"


# format=flowed (RFC 3676)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> a \n> b\n> c", "> a b\n> c"),
        (">> a \n> b", ">> a \n> b"),
        (" From here\n >quoted", "From here\n>quoted"),
        ("text \n-- \nname", "text \n-- \nname"),
        ("-- \nname", "-- \nname"),
        ("", ""),
    ],
)
def test_unflow(text, expected):
    assert unflow(text, delete_space=False) == expected


def test_unflow_with_delsp():
    assert unflow("При \nвет \n\nмир", delete_space=True) == "Привет\nмир"
    letter = single("text/plain; charset=utf-8; format=flowed; DelSp=Yes", "При \r\nвет".encode())
    assert letter.text == "Привет"


def test_only_flowed_text_is_joined():
    assert single("text/plain; charset=utf-8", b"one \r\ntwo").text == "one \ntwo"

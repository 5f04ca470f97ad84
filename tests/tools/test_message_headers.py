"""Subject, ids and dates of a letter, as senders write them and as they break them."""

import base64
from datetime import UTC, datetime

import pytest
from iris_tools import message

NOW = datetime(2024, 3, 5, 12, 0)


def parse(header: str | bytes, body: bytes = b"text\r\n"):
    raw = header.encode() if isinstance(header, str) else header
    return message.parse(raw.strip() + b"\r\n\r\n" + body, now=NOW)


def word(text: str, charset: str, encoding: str = "B") -> bytes:
    data = text.encode(charset)
    if encoding == "B":
        payload = base64.b64encode(data)
    else:
        payload = b"".join(b"=%02X" % byte for byte in data)
    return b"=?%b?%b?%b?=" % (charset.encode(), encoding.encode(), payload)


@pytest.mark.parametrize("encoding", ["B", "Q"])
@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "windows-1251", "ibm866", "iso-8859-5"])
def test_subject_in_encoded_words(charset, encoding):
    letter = parse(b"Subject: Re: " + word("Счёт на оплату", charset, encoding))
    assert letter.subject == "Re: Счёт на оплату"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        # neighbouring words are one text, whatever blanks and line breaks part them
        ("=?utf-8?B?0KE=?= =?utf-8?B?0Yc=?=", "Сч"),
        ("=?utf-8?B?0KE=?=\r\n\t=?utf-8?B?0Yc=?=", "Сч"),
        ("=?utf-8?B?0KE=?==?utf-8?B?0Yc=?=", "Сч"),
        # a character of two bytes cut in half
        ("=?utf-8?B?0A==?= =?utf-8?B?oQ==?=", "С"),
        ("=?utf-8?Q?=D0?= =?utf-8?Q?=A1?=", "С"),
        # between a word and plain text the blank stays
        ("=?utf-8?Q?=D0=A1?= x", "С x"),
        ("x =?utf-8?Q?=D0=A1?=", "x С"),
        # underscore is a blank; a blank within a word is borne
        ("=?utf-8?Q?a_b?=", "a b"),
        ("=?utf-8?Q?a b?=", "a b"),
        ("=?utf-8?b?0KE?=", "С"),
        ("=?utf-8*ru?Q?=D0=A1?=", "С"),
        ("=?UTF8?q?=D0=A1?=", "С"),
        # what is broken stays as it is
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("=?utf-8?Q?a", "=?utf-8?Q?a"),
        ("=?utf-8?Q?a =?utf-8?Q?b?=", "=?utf-8?Q?a b"),
        ("1 =? 2 ?= 3", "1 =? 2 ?= 3"),
        ("=??Q?a?=", "=??Q?a?="),
        # an unknown charset is guessed
        ("=?x-unknown?Q?=F1=F7=B8=F2_=ED=E0_=EE=EF=EB=E0=F2=F3?=", "счёт на оплату"),
        ("=?utf-8?Q?=F1=F7=B8=F2_=ED=E0_=EE=EF=EB=E0=F2=F3?=", "счёт на оплату"),
        ("a\tb", "a b"),
        ("a\r\n b", "a b"),
        ("  a  ", "a"),
        ("", ""),
    ],
)
def test_subject(raw, subject):
    assert parse(f"From: a@example.org\r\nSubject: {raw}").subject == subject


@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "cp1251", "cp866", "iso8859-5"])
def test_subject_in_raw_bytes(charset):
    header = b"From: a@example.org\r\nSubject: " + "Договор поставки".encode(charset)
    assert parse(header).subject == "Договор поставки"


def test_raw_bytes_are_read_in_the_charset_of_the_body():
    header = b"Content-Type: text/plain; charset=koi8-u\r\nSubject: " + "їжак".encode("koi8-u")
    assert parse(header).subject == "їжак"


def test_a_french_subject_is_not_taken_for_cyrillic_or_chinese():
    assert parse("Subject: Réunion à l'école".encode("latin-1")).subject == "Réunion à l'école"
    assert parse("Subject: Formação, Verão".encode("latin-1")).subject == "Formação, Verão"


def test_names_of_fields_in_any_case_and_with_blanks():
    letter = parse("SUBJECT : x\r\nfrom:a@example.org\r\nmessage-ID:\r\n <1@example.org>")
    assert letter.subject == "x"
    assert letter.from_[0].email == "a@example.org"
    assert letter.message_id == "<1@example.org>"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<1@example.org>", "<1@example.org>"),
        (" \t<1@example.org> (comment)", "<1@example.org>"),
        ("1@example.org", "<1@example.org>"),
        ("<a b@example.org>", "<ab@example.org>"),
        ("<1@example.org", "<1@example.org>"),
        ("<>", ""),
        ("", ""),
    ],
)
def test_message_id(raw, expected):
    assert parse(f"Message-ID: {raw}\r\nSubject: x").message_id == expected


def test_references_and_in_reply_to():
    letter = parse(
        "In-Reply-To: Your message of Monday <2@example.org>\r\n"
        "References: <1@example.org>\r\n\t<2@example.org>,<3@example.org>"
    )
    assert letter.in_reply_to == "<2@example.org>"
    assert letter.references == ("<1@example.org>", "<2@example.org>", "<3@example.org>")


def test_ids_are_bounded_for_an_index_of_the_database():
    letter = parse(f"Message-ID: <{'a' * 5000}>\r\nReferences: {'<1@b> ' * 5000}")
    assert len(letter.message_id) < 1000
    assert len(letter.references) == 200


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Tue, 5 Mar 2024 12:30:45 +0300", datetime(2024, 3, 5, 9, 30, 45)),
        ("Tue, 05 Mar 2024 12:30:45 +0300 (MSK)", datetime(2024, 3, 5, 9, 30, 45)),
        ("5 Mar 2024 12:30 -0500", datetime(2024, 3, 5, 17, 30)),
        ("Tue, 5 Mar 2024 12:30:45 GMT", datetime(2024, 3, 5, 12, 30, 45)),
        ("Tue, 5 Mar 2024 12:30:45 EST", datetime(2024, 3, 5, 17, 30, 45)),
        ("Tue, 5 Mar 2024 12:30:45 (EDT) -0400", datetime(2024, 3, 5, 16, 30, 45)),
        ("Tue, 5 Mar 2024 12:30:45", datetime(2024, 3, 5, 12, 30, 45)),
        ("Fri, 5 Mar 99 12:30:45 +0000", datetime(1999, 3, 5, 12, 30, 45)),
        ("2024-03-05T12:30:45+03:00", datetime(2024, 3, 5, 9, 30, 45)),
        ("2024-03-05 12:30:45Z", datetime(2024, 3, 5, 12, 30, 45)),
        ("Sat, 31 Dec 2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59)),
    ],
)
def test_date(raw, expected):
    letter = parse(f"Date: {raw}")
    assert (letter.date, letter.date_source) == (expected, "date")
    assert letter.date.tzinfo is None


BAD_DATES = [
    "", "yesterday", "Tue, 32 Mar 2024 12:30:45 +0300", "30 Feb 2024 12:00:00 +0000",
    "5 Mar 99999 12:00:00 +0000", "5 Mar 2024 25:00:00 +0000", "1 Jan 0001 00:00:00 +2300",
    "31 Dec 9999 23:59:59 -2300", "9" * 5000, "(" * 5000, "2024-13-05T12:30:45Z",
]  # fmt: skip


@pytest.mark.parametrize("raw", BAD_DATES)
def test_a_bad_date_falls_back_to_received_then_to_now(raw):
    received = "Received: from a by b; id 1;\r\n\tTue, 5 Mar 2024 10:00:00 +0300"
    letter = parse(f"Date: {raw}\r\n{received}")
    assert (letter.date, letter.date_source) == (datetime(2024, 3, 5, 7), "received")
    letter = parse(f"Date: {raw}\r\nReceived: from a by b; {raw}")
    assert (letter.date, letter.date_source) == (NOW, "now")


def test_now_is_the_clock_where_none_is_given():
    date = message.parse(b"Subject: x\r\n\r\n").date
    assert abs((datetime.now(UTC).replace(tzinfo=None) - date).total_seconds()) < 60


def test_decoded_headers_keep_order_names_and_repetitions():
    raw = (
        b"Received: from a\r\n\tby b\r\nReceived: from c\r\nSUBJECT: " + word("Счёт", "koi8-r")
        + b"\r\nX-Raw: " + "Привет, мир".encode("cp1251") + b"\r\n\r\nbody"
    )  # fmt: skip
    assert message.decoded_headers(raw) == [
        ("Received", "from a by b"),
        ("Received", "from c"),
        ("SUBJECT", "Счёт"),
        ("X-Raw", "Привет, мир"),
    ]


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\n\n\n", b"body only", b"\x00", b"\xff\xfe", b":"])
def test_a_letter_without_header(raw):
    letter = message.parse(raw, now=NOW)
    assert (letter.subject, letter.from_, letter.message_id) == ("", (), "")
    assert letter.date_source == "now"
    assert message.decoded_headers(raw) == []


def test_leading_empty_lines_and_the_line_of_an_mbox():
    letter = parse("\r\n\r\nFrom a@example.org Tue Mar  5 12:00:00 2024\r\nSubject: x")
    assert letter.subject == "x"
    assert parse("From a@example.org Tue Mar  5 12:00:00 2024\r\nSubject: x").subject == "x"
    assert parse(b"\xef\xbb\xbfSubject: x").subject == "x"


def test_empty_lines_before_a_text_that_looks_like_a_field_stay_a_body():
    assert message.parse(b"\r\nNote: buy milk\r\n").text == "Note: buy milk\n"


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_line_ends(end):
    letter = message.parse(end.join([b"Subject: a", b" b", b"", b"one", b"two", b""]))
    assert (letter.subject, letter.text) == ("a b", "one\ntwo\n")


def test_a_missing_empty_line_is_a_defect_and_the_text_is_kept():
    letter = message.parse(b"Subject: x\r\nFrom: a@example.org\r\nDear all,\r\nhello\r\n")
    assert letter.subject == "x"
    assert letter.text == "Dear all,\nhello\n"
    assert letter.defects == ("no empty line between header and body",)


def test_junk_among_the_fields_hides_none_of_them():
    letter = message.parse(b"Subject: x\r\njunk\r\nFrom: a@example.org\r\n\r\nhello\r\n")
    assert letter.from_[0].email == "a@example.org"
    assert letter.text == "hello\n"
    assert letter.defects == ("a line among the header fields is no field",)


def test_nul_and_lone_surrogates_reach_no_text():
    letter = parse(b"Subject: a\x00b\xed\xa0\x80\r\nTo: x\x00@example.org", b"a\x00b\r\n")
    for text in (letter.subject, letter.text, letter.to[0].email):
        assert "\x00" not in text
        text.encode()
    assert letter.text == "a\ufffdb\n"


def test_without_trace_leaves_what_the_author_wrote():
    raw = (
        b"Received: from a\r\n\tby boss.example; today\r\nDelivered-To: boss@example.org\r\n"
        b"Subject: A\r\n folded one\r\nX-Spam: 1\r\nMessage-ID: <1@example.org>\r\n\r\n"
        b"Received: stays, it is text\r\n"
    )
    assert message.without_trace(raw) == (
        b"Subject: A\r\n folded one\r\nMessage-ID: <1@example.org>\r\n\r\n"
        b"Received: stays, it is text\r\n"
    )


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n\r\nbody", b"no header at all", b"To: a\n\nb"])
def test_without_trace_of_odd_letters_reads_the_same(raw):
    before, after = message.parse(raw), message.parse(message.without_trace(raw))
    assert (after.subject, after.to) == (before.subject, before.to)
    assert b"body" not in raw or b"body" in message.without_trace(raw)

"""Mailbox lists, right and wrong ones."""

import pytest
from iris_tools import message
from iris_tools.message import Address


def addresses(raw: str | bytes):
    raw = raw.encode() if isinstance(raw, str) else raw
    return [tuple(item) for item in message.parse(b"To: " + raw + b"\r\n\r\n").to]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a@example.org", [("", "a@example.org")]),
        ("<a@example.org>", [("", "a@example.org")]),
        ("Anna <a@example.org>", [("Anna", "a@example.org")]),
        ('"Petrov, Ivan" <i@example.org>', [("Petrov, Ivan", "i@example.org")]),
        ('"A \\"B\\" C" <a@example.org>', [('A "B" C', "a@example.org")]),
        ("Анна <a@example.org>, Иван <i@example.org>",
         [("Анна", "a@example.org"), ("Иван", "i@example.org")]),
        ("=?utf-8?B?0JDQvdC90LA=?= <a@example.org>", [("Анна", "a@example.org")]),
        ('"=?utf-8?B?0JDQvdC90LA=?=" <a@example.org>', [("Анна", "a@example.org")]),
        ("=?utf-8?Q?=D0=90,_=D0=91?= <a@example.org>", [("А, Б", "a@example.org")]),
        ("=?utf-8?Q?=D0=90_:)?= <a@example.org>", [("А :)", "a@example.org")]),
        ("a@example.org (Anna)", [("Anna", "a@example.org")]),
        ("(Anna (from Tula)) a@example.org", [("Anna (from Tula)", "a@example.org")]),
        ("Anna (boss) <a@example.org>", [("Anna", "a@example.org")]),
        ("a@example.org, b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        ("a@example.org; b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        (",, a@example.org ,,", [("", "a@example.org")]),
        ("a@example.org,\r\n\tb@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        # groups (RFC 5322 §3.4)
        ("undisclosed-recipients:;", []),
        ("Sales: a@example.org, B <b@example.org>; c@example.org",
         [("", "a@example.org"), ("B", "b@example.org"), ("", "c@example.org")]),
        # quoted local parts, routes, domain literals, IDN
        ('"john doe"@example.org', [("", '"john doe"@example.org')]),
        ('J <"john>doe"@example.org>', [("J", '"john>doe"@example.org')]),
        ("<@relay.example.org,@b:a@example.org>", [("", "a@example.org")]),
        ("a@[127.0.0.1]", [("", "a@[127.0.0.1]")]),
        ("Иван <иван@пример.рф>", [("Иван", "иван@пример.рф")]),
        ("a@xn--e1afmkfd.xn--p1ai", [("", "a@xn--e1afmkfd.xn--p1ai")]),
        # what is broken
        ("Anna a@example.org", [("Anna", "a@example.org")]),
        ("Anna <a@example.org", [("Anna", "a@example.org")]),
        ("Anna <<a@example.org>>", [("Anna", "a@example.org")]),
        ("<mailto:a@example.org>", [("", "a@example.org")]),
        ("mailto:a@example.org", [("", "a@example.org")]),
        ("'a@example.org'", [("", "a@example.org")]),
        ("'Anna' <a@example.org>", [("Anna", "a@example.org")]),
        ("a@example.org <a@example.org>", [("", "a@example.org")]),
        ("a @ example.org", [("", "a@example.org")]),
        ("=?utf-8?Q?Anna_<a=40example.org>?=", [("Anna", "a@example.org")]),
        ("Anna <>", [("Anna", "")]),
        ("<>", []),
        ("Anna Ivanova", [("Anna Ivanova", "")]),
        ("root", [("", "root")]),
        ('"Anna <a@example.org>', [("Anna", "a@example.org")]),
        ("(Anna a@example.org", [("(Anna", "a@example.org")]),
        ('Anna "A" a@example.org', [("Anna A", "a@example.org")]),
        ("", []),
        (" ", []),
        ("@", [("", "@")]),
    ],
)  # fmt: skip
def test_reading(raw, expected):
    assert addresses(raw) == expected


@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r"])
def test_raw_bytes_in_a_name(charset):
    raw = "Сергей Королёв <s@example.org>".encode(charset)
    assert addresses(raw) == [("Сергей Королёв", "s@example.org")]


def test_all_fields_and_their_repetitions():
    letter = message.parse(
        b"From: a@x\r\nTo: b@x\r\nTo: c@x\r\nCc: d@x\r\nBcc: e@x\r\nReply-To: f@x\r\n\r\n"
    )
    assert [item.email for item in letter.from_] == ["a@x"]
    assert [item.email for item in letter.to] == ["b@x", "c@x"]
    assert [item.email for item in letter.cc] == ["d@x"]
    assert [item.email for item in letter.bcc] == ["e@x"]
    assert [item.email for item in letter.reply_to] == ["f@x"]


def test_ten_thousand_recipients():
    raw = ", ".join(f'"User, {number}" <u{number}@example.org>' for number in range(10_000))
    found = addresses(raw)
    assert len(found) == 10_000
    assert found[-1] == ("User, 9999", "u9999@example.org")


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ([Address("Анна", "a@x"), Address("", "b@x")], "Анна <a@x>, b@x"),
        ([Address("Petrov, Ivan", "i@x")], '"Petrov, Ivan" <i@x>'),
        ([Address('A "B"', "a@x")], '"A \\"B\\"" <a@x>'),
        ([Address("Anna", "")], "Anna"),
        ([], ""),
    ],
)
def test_formatting(given, line):
    assert message.format_addresses(given) == line


def test_what_is_formatted_reads_back():
    given = (Address('Petrov, "Ivan"', "i@x"), Address("Анна (Тула)", "a@x"), Address("", "b@x"))
    raw = b"To: " + message.format_addresses(given).encode() + b"\r\n\r\n"
    assert message.parse(raw).to == given

"""What people type into To, Cc and Bcc."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iris_tools.address import Address, address_to_send, format_addresses, read_typed

# Seconds for 100 KB on a busy machine; in quadratic time it would take minutes.
PATIENCE = 10


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("", []),
        (" ,;\r\n", []),
        ("a@b.ru", [("", "a@b.ru")]),
        ("Иван <ivan@x.ru>, b@c.de; d@e.fr",
         [("Иван", "ivan@x.ru"), ("", "b@c.de"), ("", "d@e.fr")]),
        ("a@b.ru\nc@d.ru\r\n\r\ne@f.ru", [("", "a@b.ru"), ("", "c@d.ru"), ("", "e@f.ru")]),
        ("a@b.ru c@d.ru\te@f.ru", [("", "a@b.ru"), ("", "c@d.ru"), ("", "e@f.ru")]),
        ("A <a@b.ru> C <c@d.ru>", [("A", "a@b.ru"), ("C", "c@d.ru")]),
        ("A <a@b.ru> c@d.ru", [("A", "a@b.ru"), ("", "c@d.ru")]),
        ('"Петров, Иван; \\"П\\"" <i@x.ru>, b@c.de',
         [('Петров, Иван; "П"', "i@x.ru"), ("", "b@c.de")]),
        ("Anna (boss, of all) <a@b.ru>", [("Anna", "a@b.ru")]),
        ("a@b.ru (Anna)", [("Anna", "a@b.ru")]),
        ("Anna a@b.ru", [("Anna", "a@b.ru")]),
        ("a@b.ru <a@b.ru>", [("", "a@b.ru")]),
        ('"x@y.ru" <a@b.ru>', [("x@y.ru", "a@b.ru")]),
        ("mailto:a@b.ru", [("", "a@b.ru")]),
        ("Sales: a@b.ru, c@d.ru;", [("", "a@b.ru"), ("", "c@d.ru")]),
        ("<a@b.ru>", [("", "a@b.ru")]),
        # each once
        ("a@b.ru, A <A@B.RU>, c@d.ru, a@b.ru", [("", "a@b.ru"), ("", "c@d.ru")]),
        ("a@пример.рф, a@xn--e1afmkfd.xn--p1ai", [("", "a@пример.рф")]),
        # odd ones that exist
        ("иван@пример.рф", [("", "иван@пример.рф")]),
        ("me@i❤.ws", [("", "me@i❤.ws")]),
        ("root@localhost", [("", "root@localhost")]),
        ("a@[127.0.0.1]", [("", "a@[127.0.0.1]")]),
        ('"john doe"@b.ru', [("", '"john doe"@b.ru')]),
        ("o'neil+tag@b.ru", [("", "o'neil+tag@b.ru")]),
        ("a..b.@docomo.ne.jp", [("", "a..b.@docomo.ne.jp")]),
        # copied from a web page
        ("\u200ba@b.ru\ufeff", [("", "a@b.ru")]),
        ("\xa0a@b.ru\xa0", [("", "a@b.ru")]),
        ("Анна <a@b.ru\u200b>", [("Анна", "a@b.ru")]),
        ("'a@b.ru'", [("", "a@b.ru")]),
        # it is plain what is meant
        ("Анна <a@b.ru", [("Анна", "a@b.ru")]),
        ('"a@b.ru', [("", "a@b.ru")]),
    ],
)  # fmt: skip
def test_good_ones(typed, good):
    assert read_typed(typed) == (tuple(Address(*item) for item in good), ())


@pytest.mark.parametrize(
    "wrong",
    [
        "Иван", "ivan@", "@x.ru", "a@b@c.ru", "a@b..ru", "a@.ru", "a@b.ru.", "a@-b.ru", "a@b_.ru",
        "Иван <>", "Иван <ivan>", "a b@", "a@b!.ru", "a@b/c.ru", "<", ">", "()",
        "x" * 65 + "@b.ru", "a@" + "b" * 64 + ".ru", "a@" + "b.c" * 100 + ".ru", "[a]@b.ru",
        "a@[127.0.0.1", "a@пример!.рф",
        # one of the two would get nothing, unseen
        "Anna a@b.ru c@d.ru", "x@y.ru Anna <a@b.ru>",
    ],
)  # fmt: skip
def test_wrong_ones(wrong):
    assert read_typed(wrong) == ((), (wrong,))
    assert read_typed(f"{wrong}\n a@b.ru ") == ((Address("", "a@b.ru"),), (wrong,))


def test_wrong_ones_are_given_back_as_typed_and_in_order():
    assert read_typed(" Иван ,a@b.ru;  b@,,@c ") == (
        (Address("", "a@b.ru"),),
        ("Иван", "b@", "@c"),
    )


def test_a_name_without_quotes_ends_at_the_comma():
    """Perhaps "Petrov" was meant for somebody else: better to ask than to drop a recipient."""
    assert read_typed("Petrov, Ivan <i@x.ru>") == ((Address("Ivan", "i@x.ru"),), ("Petrov",))


_PIECES = list(",;\n<>()\"'\\@.: a") + ["a@b.ru", "Анна", "\r\n", "\0", "\ud800", '"a, b" <']
_names = st.text(st.sampled_from("aЖ,;:<>()[]\"\\@. '"), max_size=12)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join) | st.text(max_size=50))
def test_anything(typed):
    good, wrong = read_typed(typed)
    assert len({item.email.lower() for item in good}) == len(good)
    assert all(address_to_send(item.email) for item in good)
    assert all(entry and entry == entry.strip() and entry in typed for entry in wrong)
    assert read_typed(format_addresses(good))[1] == ()


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(_names, max_size=5), st.sampled_from([", ", ";", "\n"]))
def test_what_is_formatted_reads_back(names, separator):
    given_ = [Address(name, f"a{number}@b.ru") for number, name in enumerate(names)]
    typed = separator.join(format_addresses([item]) for item in given_)
    good, wrong = read_typed(typed)
    assert [item.email for item in good] == [item.email for item in given_]
    assert wrong == ()


@pytest.mark.parametrize(
    "piece", ["a@b.ru, ", "<", '"', '"\\', "(", ")(", "<(", 'a"<', "a ", "@", "<a@b.ru>", ","]
)
def test_a_long_paste_takes_no_long_time(piece):
    started = time.perf_counter()
    read_typed(piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < PATIENCE

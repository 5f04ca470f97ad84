"""Sizes and identities: pure parsing, and against scripted servers."""

import hashlib

import pytest
from iris_servers.scripted_pop3 import ScriptedPop3
from iris_tools import network, pop3_listing
from iris_tools.pop3 import Pop3Client

LETTERS = [b"Subject: %d\r\n\r\nbody\r\n" % number for number in range(1, 4)]


@pytest.fixture
def logged_in():
    """A function that makes a server and logs in to it."""
    opened = []

    def open_session(letters=(), **options):
        server = ScriptedPop3(letters, **options).__enter__()
        opened.append(server)
        pop3 = Pop3Client(server.host, server.port, timeout=5)
        opened.append(pop3)
        pop3.login("ivan", "secret")
        return pop3

    yield open_session
    for item in reversed(opened):
        item.__exit__(None, None, None)


def digest(letter):
    header = letter.partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\n") + b"\n"
    return hashlib.sha256(header).hexdigest()


# ---- parsing ----


def test_sizes_are_parsed_forgivingly():
    body = b"1 120\r\n2 200 octets\r\n\r\n 3  5 \r\n"
    assert pop3_listing.parse_sizes(body) == {1: 120, 2: 200, 3: 5}


@pytest.mark.parametrize("line", [b"1", b"one 2", b"1 -2", b"1 " + b"9" * 5000, b"\xff\0"])
def test_sizes_garbage(line):
    with pytest.raises(ValueError):
        pop3_listing.parse_sizes(b"1 120\r\n" + line + b"\r\n")


def test_uidls_are_parsed_forgivingly():
    body = b"1 abc\r\n2 a b  c \r\n3 \r\n4\r\n\r\n5\ttab\n"
    assert pop3_listing.parse_uidls(body) == {1: "abc", 2: "a b  c", 3: "", 4: "", 5: "tab"}


@pytest.mark.parametrize("uidl", [b"x" * 256, b"a\0b", b"\xff\xfe", "уид".encode(), b"a\tb"])
def test_uidl_unfit_for_a_database_is_hashed(uidl):
    expected = hashlib.sha256(uidl).hexdigest()
    assert pop3_listing.parse_uidls(b"1 " + uidl + b"\r\n") == {1: expected}


def test_longest_uidl_stays():
    assert pop3_listing.parse_uidls(b"1 " + b"x" * 255) == {1: "x" * 255}


@pytest.mark.parametrize("body", [b"abc 1\r\n", b"1 a\r\n1 b\r\n", b"-1 a\r\n"])
def test_uidls_garbage(body):
    with pytest.raises(ValueError):
        pop3_listing.parse_uidls(body)


def test_capabilities():
    body = b"TOP\r\nsasl PLAIN LOGIN\r\n\r\nEXPIRE 0 USER\r\n\xff\r\n"
    assert pop3_listing.parse_capabilities(body) == {
        "TOP": "",
        "SASL": "PLAIN LOGIN",
        "EXPIRE": "0 USER",
        "ÿ".upper(): "",
    }


def test_header_digest_does_not_move():
    top = b"Subject: a\r\nX-Long: b\r\n\tc\r\n\r\n"
    same = b"Status: RO\nSubject: a\nX-Status: A\n folded\nX-Long: b\n\tc\n\nbody came too\n"
    assert pop3_listing.header_digest(top) == pop3_listing.header_digest(same)
    assert pop3_listing.header_digest(top) != pop3_listing.header_digest(b"Subject: b\r\n\r\n")


def test_identities_never_collide():
    uidls = {1: "a", 2: "a", 3: "a:x", 4: "", 5: "", 6: "b", 7: "c" * 255, 8: "c" * 255}
    discriminators = {1: "x", 2: "x", 4: "y", 5: "y", 7: "z", 8: "z"}
    identities = pop3_listing.unique_identities(uidls, discriminators)
    assert identities == {
        1: "a:x:2",
        2: "a:x:3",
        3: "a:x",
        4: "top:y",
        5: "top:y:2",
        6: "b",
        7: (hashed := hashlib.sha256(b"c" * 255 + b":z").hexdigest()),
        8: hashed + ":2",
    }


# ---- with a server ----


def test_sizes(logged_in):
    assert logged_in(LETTERS).sizes() == dict.fromkeys((1, 2, 3), len(LETTERS[0]))


@pytest.mark.parametrize("reply", [b"+OK\r\n.\r\n", b"+OK no messages\n.\n"])
def test_empty_mailbox(logged_in, reply):
    pop3 = logged_in(replies={"LIST": [reply], "UIDL": [reply]})
    assert (pop3.sizes(), pop3.identities()) == ({}, {})


def test_empty_mailbox_that_the_server_refuses_to_list(logged_in):
    refusal = [b"-ERR mailbox is empty\r\n"]
    pop3 = logged_in(replies={"LIST": refusal, "UIDL": refusal})
    assert (pop3.sizes(), pop3.identities()) == ({}, {})


def test_list_refused(logged_in):
    pop3 = logged_in(LETTERS, replies={"LIST": [b"-ERR broken\r\n"]})
    with pytest.raises(network.CommandRefused):
        pop3.sizes()


@pytest.mark.parametrize("command", ["LIST", "UIDL"])
def test_garbage_in_a_listing(logged_in, command):
    pop3 = logged_in(LETTERS, replies={command: [b"+OK\r\n1 5\r\n<html>\r\n.\r\n"]})
    with pytest.raises(network.ProtocolViolation) as caught:
        pop3.sizes() if command == "LIST" else pop3.identities()
    assert "<html>" in caught.value.detail


def test_stat_garbage(logged_in):
    pop3 = logged_in(LETTERS, replies={"LIST": [b"-ERR\r\n"], "STAT": [b"+OK many\r\n"]})
    with pytest.raises(network.ProtocolViolation):
        pop3.sizes()


def test_duplicate_uidls(logged_in):
    assert logged_in(LETTERS, uidls=["same", "other", "same"]).identities() == {
        1: f"same:{digest(LETTERS[0])}",
        2: "other",
        3: f"same:{digest(LETTERS[2])}",
    }


def test_duplicate_uidls_of_the_same_letter(logged_in):
    pop3 = logged_in([LETTERS[0], LETTERS[0]], uidls=["same", "same"])
    first = f"same:{digest(LETTERS[0])}"
    assert pop3.identities() == {1: first, 2: f"{first}:2"}


def test_duplicate_uidls_without_top(logged_in):
    pop3 = logged_in(
        [*LETTERS, b"longer" * 9], uidls=["same"] * 4, capabilities=("UIDL", "PIPELINING")
    )
    assert pop3.identities() == {
        1: "same:size20",
        2: "same:size20:2",
        3: "same:size20:3",
        4: "same:size54",
    }


def test_blank_uidl(logged_in):
    pop3 = logged_in(LETTERS, uidls=["", "b", ""])
    assert pop3.identities() == {
        1: f"top:{digest(LETTERS[0])}",
        2: "b",
        3: f"top:{digest(LETTERS[2])}",
    }


def test_no_uidl_at_all(logged_in):
    pop3 = logged_in(LETTERS, capabilities=("USER", "TOP", "PIPELINING"))
    assert pop3.identities() == {n: f"top:{digest(LETTERS[n - 1])}" for n in (1, 2, 3)}


def test_no_uidl_and_one_header_refused(logged_in):
    pop3 = logged_in(
        LETTERS, capabilities=("USER", "TOP"), replies={"TOP 2 0": [b"-ERR damaged\r\n"]}
    )
    identities = pop3.identities()
    assert identities[2] == "top:size20"
    assert identities[3] == f"top:{digest(LETTERS[2])}"


def test_neither_uidl_nor_top(logged_in):
    with pytest.raises(network.UidlMissing):
        logged_in(LETTERS, capabilities=("USER",)).identities()


def test_twenty_thousand(logged_in):
    """Neither more than one command nor time that grows with the square."""
    pop3 = logged_in([b"\r\n"] * 20_000)
    identities = pop3.identities()
    assert len(identities) == 20_000
    assert identities[20_000] == "uid20000"

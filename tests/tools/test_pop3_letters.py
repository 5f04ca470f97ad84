"""Retrieving and deleting letters, against scripted servers."""

import time

import pytest
from iris_servers.scripted_pop3 import DROP, STALL, ScriptedPop3
from iris_tools import network, pop3, pop3_dialogue, wire
from iris_tools.pop3 import Pop3Client

LETTERS = [b"Subject: %d\r\n\r\nbody\r\n" % number for number in range(1, 6)]


def login(server, **options):
    client = Pop3Client(server.host, server.port, **{"timeout": 5, **options})
    client.login("ivan", "secret")
    return client


def retrieve(letters, numbers=(1,), **options):
    with ScriptedPop3(letters, **options) as server, login(server) as client:
        return list(client.retrieve(numbers))


def raw(reply):
    """Retrieve a letter of which the server sends this."""
    ((_number, letter),) = retrieve([b""], replies={"RETR 1": [reply]})
    return letter


def test_in_the_order_asked_for():
    assert retrieve(LETTERS, [3, 1, 2]) == [(n, LETTERS[n - 1]) for n in (3, 1, 2)]


def test_nothing_asked_for():
    assert retrieve(LETTERS, []) == []


@pytest.mark.parametrize("pipelining", [True, False])
def test_pipelining_keeps_within_the_window(pipelining, monkeypatch):
    """Commands are on their way before the first is answered, and never more than the window."""
    monkeypatch.setattr(pop3, "WINDOW", 4)
    with ScriptedPop3(LETTERS * 20) as server, login(server, pipelining=pipelining) as client:
        sent = []
        send = wire.Wire.send
        monkeypatch.setattr(
            wire.Wire, "send", lambda self, data: (sent.append(data), send(self, data))
        )
        assert [number for number, _letter in client.retrieve(range(1, 101))] == list(range(1, 101))
        counts = [data.count(b"RETR") for data in sent]
        assert sum(counts) == 100
        assert max(counts) <= 4
        assert (max(counts) > 1) == pipelining


def test_window_is_narrow_for_large_letters(monkeypatch):
    monkeypatch.setattr(pop3_dialogue, "WINDOW_BYTES", 50)
    with ScriptedPop3(LETTERS) as server, login(server) as client:
        client.sizes()
        assert [number for number, _letter in client.retrieve(range(1, 6))] == [1, 2, 3, 4, 5]


def test_numbers_are_taken_only_as_there_is_room_for_them():
    """A caller whose time is over stops giving numbers; what was not asked for need not be read."""
    taken = []

    def numbers():
        for number in range(1, 101):
            taken.append(number)
            yield number

    with ScriptedPop3(LETTERS * 20) as server, login(server) as client:
        replies = client.retrieve(numbers())
        next(replies)
        assert len(taken) <= pop3_dialogue.FIRST_WINDOW
        assert len(list(replies)) == 99


def test_refused_letter_costs_only_itself():
    result = retrieve(LETTERS, range(1, 6), replies={"RETR 3": [b"-ERR [SYS/PERM] damaged\r\n"]})
    assert [number for number, _letter in result] == [1, 2, 3, 4, 5]
    refusal = result[2][1]
    assert isinstance(refusal, network.CommandRefused)
    assert (refusal.number, refusal.code) == (3, "SYS/PERM")
    assert result[4][1] == LETTERS[4]


# ---- what letters look like on the wire ----


@pytest.mark.parametrize(
    ("reply", "letter"),
    [
        (b"+OK\r\n.\r\n", b""),
        (b"+OK\r\n\r\n.\r\n", b"\r\n"),
        (b"+OK\r\na\r\n..\r\n...b\r\n.\r\n", b"a\r\n.\r\n..b\r\n"),
        (b"+OK\r\n..a\r\n.\r\n", b".a\r\n"),
        (b"+OK\r\na\r\n.not stuffed\r\n.\r\n", b"a\r\n.not stuffed\r\n"),
        (b"+OK 20 octets\r\na\0b\xff\r\n.\r\n", b"a\0b\xff\r\n"),
        (b"+ok\r\na\r\n.\r\n", b"a\r\n"),
        # a lone LF, dot, LF within a letter with CRLF ends nothing
        (b"+OK\r\na\r\nb\n.\nc\r\n.\r\n", b"a\r\nb\n.\nc\r\n"),
        # a file with bare LF, ended properly
        (b"+OK\r\na\nb\n.\r\n", b"a\nb\n"),
        # bare LF throughout
        (b"+OK\na\n..b\n.\n", b"a\n.b\n"),
        (b"+OK\n.\n", b""),
    ],
)
def test_line_ends_and_dots(reply, letter):
    assert raw(reply) == letter


def test_bare_lf_server():
    with ScriptedPop3([b"a\n.b\n"] * 3, newline=b"\n") as server, login(server) as client:
        assert client.identities() == {1: "uid1", 2: "uid2", 3: "uid3"}
        assert list(client.retrieve([1, 2, 3])) == [(n, b"a\n.b\n") for n in (1, 2, 3)]


def test_long_lines():
    letter = b"Subject: " + b"x" * 3_000_000 + b"\r\n\r\n" + b"y" * 3_000_000 + b"\r\n"
    assert retrieve([letter]) == [(1, letter)]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_reply_in_pieces(size):
    reply = b"+OK\r\na\r\n..\r\nb\r\n.\r\n"
    pieces = [reply[start : start + size] for start in range(0, len(reply), size)]
    slowly = [part for piece in pieces for part in (piece, 0.002)]
    assert retrieve([b""], replies={"RETR": slowly}) == [(1, b"a\r\n.\r\nb\r\n")]


@pytest.mark.parametrize("almost", [b"\r\n.\r", b"\n.\rx", b"\r\n..", b"x"])
def test_large_letter_takes_linear_time(almost):
    """40 MB that look like the end all the time."""
    newline = b"\r\n" if b"\r" in almost else b"\n"
    letter = b"a" + almost * (40_000_000 // len(almost)) + newline
    started = time.monotonic()
    received = raw(b"+OK" + newline + letter + b"." + newline)
    assert len(received) == len(letter.replace(b"\n..", b"\n."))
    assert time.monotonic() - started < 5


# ---- what goes wrong ----


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ([b"+OK\r\nSubj", DROP], network.ConnectionLost),
        ([DROP], network.ConnectionLost),
        ([b"+OK\r\nSubj", STALL], network.ConnectionTimedOut),
        ([b"Subject: this is no status\r\n"], network.ProtocolViolation),
        ([b"+OK\r\n", b"x\r\n" * 100, STALL], network.MessageTooLarge),
        ([b"+OK\r\n", b"x" * 300, STALL], network.MessageTooLarge),
        ([b"+OK\r\n", b"x" * 101, b"\r\n.\r\n"], network.MessageTooLarge),
    ],
)
def test_letter_goes_wrong(reply, error):
    with ScriptedPop3(LETTERS, replies={"RETR 3": reply}) as server:
        client = login(server, timeout=0.3)
        got = []
        with pytest.raises(error) as caught:
            for number, _letter in client.retrieve(range(1, 6), max_bytes=100):
                got.append(number)
        assert got == [1, 2]
        assert type(caught.value) is error
        assert caught.value.number == 3
        with pytest.raises(network.ConnectionLost):
            client.sizes()


def test_letter_of_just_the_allowed_size():
    with ScriptedPop3([b"x" * 98 + b"\r\n"]) as server, login(server) as client:
        assert [len(letter) for _number, letter in client.retrieve([1], max_bytes=100)] == [100]


def test_dribbled_letter():
    """It costs the time of one letter; those before it are there."""
    replies = {"RETR 3": [b"+OK\r\n", *([b"x", 0.1] * 100)]}
    with ScriptedPop3(LETTERS, replies=replies) as server, login(server) as client:
        started = time.monotonic()
        got = []
        with pytest.raises(network.MessageTooSlow) as caught:
            for number, _letter in client.retrieve(range(1, 6), max_seconds=0.3):
                got.append(number)
        assert (got, caught.value.number) == ([1, 2], 3)
        assert time.monotonic() - started < 2


def test_dribbled_top(monkeypatch):
    monkeypatch.setattr(wire, "SKIP_SECONDS", 0.3)
    with ScriptedPop3([b""], replies={"TOP": [b"+OK\r\n", *([b"x", 0.1] * 100)]}) as server:
        started = time.monotonic()
        with pytest.raises(network.ConnectionTimedOut):
            login(server).top(1, 0)
        assert time.monotonic() - started < 2


def test_dribbled_listing():
    with ScriptedPop3([b""], replies={"LIST": [b"+OK\r\n", *([b"x", 0.1] * 100)]}) as server:
        started = time.monotonic()
        with pytest.raises(network.ConnectionTimedOut):
            login(server, timeout=0.3).sizes()
        assert time.monotonic() - started < 2


def test_slow_but_steady_letter_passes():
    """Longer than the timeout, but each part in time."""
    reply = [b"+OK\r\n", *([b"x" * 498 + b"\r\n", 0.1] * 6), b".\r\n"]
    with ScriptedPop3([b""], replies={"RETR": reply}) as server:
        with login(server, timeout=0.3) as client:
            ((_number, letter),) = client.retrieve([1])
    assert len(letter) == 3000


# ---- the server's pace ----


def most_in_flight(server, client, numbers):
    """Retrieve letters; return how many commands were ahead of the replies at most."""
    most = taken = 0

    def ask():
        nonlocal taken
        for number in numbers:
            taken += 1
            yield number

    for answered, _reply in enumerate(client.retrieve(ask())):
        most = max(most, taken - answered)
    return most


def test_many_in_flight_on_a_fast_line():
    with ScriptedPop3(LETTERS * 40) as server, login(server) as client:
        assert most_in_flight(server, client, range(1, 201)) > 50


def test_few_in_flight_on_a_slow_line(monkeypatch):
    """What is in flight when the caller's time is over must not take long."""
    monkeypatch.setattr(pop3_dialogue, "IN_FLIGHT_SECONDS", 0.05)
    replies = {"RETR": [0.03, b"+OK\r\n.\r\n"]}
    with ScriptedPop3(LETTERS * 4, replies=replies) as server, login(server) as client:
        assert most_in_flight(server, client, range(1, 21)) <= pop3_dialogue.FIRST_WINDOW


def test_few_in_flight_once_the_line_is_slow(monkeypatch):
    monkeypatch.setattr(pop3, "WINDOW", 16)
    monkeypatch.setattr(pop3_dialogue, "IN_FLIGHT_SECONDS", 0.05)
    replies = {f"RETR {n}": [0.03, b"+OK\r\n.\r\n"] for n in range(101, 201)}
    with ScriptedPop3(LETTERS * 40, replies=replies) as server, login(server) as client:
        asked = []

        def ask():
            for number in range(1, 201):
                asked.append(number)
                yield number

        for number, _letter in client.retrieve(ask()):
            if number == 190:
                assert asked[-1] <= 190 + 2 * pop3_dialogue.FIRST_WINDOW


def test_few_bytes_in_flight_at_first(monkeypatch):
    monkeypatch.setattr(pop3_dialogue, "FIRST_WINDOW_BYTES", 10)
    asked = []

    def ask():
        for number in range(1, 6):
            asked.append(number)
            yield number

    with ScriptedPop3(LETTERS) as server, login(server) as client:
        client.sizes()
        next(client.retrieve(ask()))
        assert asked == [1]


def test_leaving_does_not_wait_for_what_is_in_flight():
    replies = {"RETR 2": [1.5, b"+OK\r\n.\r\n"]}
    with ScriptedPop3(LETTERS, replies=replies) as server:
        started = time.monotonic()
        with login(server) as client:
            next(client.retrieve([1, 2]))
        assert time.monotonic() - started < 1
        assert b"QUIT" not in server.commands


# ---- leaving early ----


def test_loop_left_early_leaves_the_connection_usable():
    with (
        ScriptedPop3(LETTERS * 20, replies={"RETR 5": [b"-ERR\r\n"]}) as server,
        login(server) as client,
    ):
        for number, _letter in client.retrieve(range(1, 101)):
            if number == 2:
                break
        assert client.top(7, 0) == b"Subject: 2\r\n\r\n"
        assert list(client.retrieve([3])) == [(3, LETTERS[2])]


def test_left_too_much_unread(monkeypatch):
    monkeypatch.setattr(pop3_dialogue, "SETTLE_BYTES", 10_000)
    with ScriptedPop3([b"x" * 100_000 + b"\r\n"] * 100) as server, login(server) as client:
        next(client.retrieve(range(1, 101)))
        with pytest.raises(network.ConnectionLost):
            client.sizes()


def test_other_command_within_the_loop():
    with ScriptedPop3(LETTERS) as server, login(server) as client:
        letters = client.retrieve(range(1, 6))
        next(letters)
        assert len(client.sizes()) == 5
        with pytest.raises(RuntimeError):
            next(letters)
        assert len(client.sizes()) == 5


def test_two_loops_at_once():
    with ScriptedPop3(LETTERS) as server, login(server) as client:
        first, second = client.retrieve([1, 2]), client.retrieve([3, 4])
        assert next(first)[0] == 1
        assert next(second) == (3, LETTERS[2])
        with pytest.raises(RuntimeError):
            next(first)


# ---- TOP and DELE ----


def test_top():
    with ScriptedPop3([b"Subject: a\r\n\r\n1\r\n2\r\n3\r\n"]) as server, login(server) as client:
        assert client.top(1, 0) == b"Subject: a\r\n\r\n"
        assert client.top(1, 2) == b"Subject: a\r\n\r\n1\r\n2\r\n"


def test_top_without_top():
    with ScriptedPop3(LETTERS, capabilities=("UIDL",)) as server, login(server) as client:
        with pytest.raises(network.CommandRefused):
            client.top(1, 0)
        assert len(client.sizes()) == 5


def test_top_is_cut_where_lines_have_no_end():
    letter = b"Subject: a\r\n\r\n" + b"x" * 2_000_000 + b"\r\n"
    with ScriptedPop3([letter]) as server, login(server) as client:
        assert client.top(1, 5, max_bytes=1000) == letter[:1000]
        assert client.sizes() == {1: len(letter)}


def test_top_that_never_ends(monkeypatch):
    monkeypatch.setattr(wire, "SKIP_BYTES", 1_000_000)
    replies = {"TOP": [b"+OK\r\n", b"x\r\n" * 1_000_000]}
    with ScriptedPop3([b""], replies=replies) as server:
        with pytest.raises(network.MessageTooLarge) as caught:
            login(server).top(1, 0)
        assert caught.value.number == 1


def test_delete():
    with ScriptedPop3(LETTERS) as server:
        with login(server) as client:
            client.delete([1, 2, 5])
            assert len(server.letters) == 5
        assert list(server.letters) == [3, 4]


def test_one_deletion_refused():
    with ScriptedPop3(LETTERS, replies={"DELE 2": [b"-ERR not this one\r\n"]}) as server:
        with login(server) as client:
            with pytest.raises(network.CommandRefused) as caught:
                client.delete([1, 2, 3])
            assert caught.value.number == 2
        assert list(server.letters) == [2, 4, 5]

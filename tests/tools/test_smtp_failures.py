"""Sending over SMTP: refusals, and connections that end at each place."""

import socket
import time

import pytest
from iris_servers.loopback import free_ports
from iris_servers.scripted_smtp import DROP, STALL, ScriptedSmtp
from iris_servers.smtp_sink import SmtpSink
from iris_tools import network
from iris_tools.delivery import (
    Delivery,
    DeliveryUncertain,
    Refusal,
    SendmailMissing,
    is_temporary,
)
from iris_tools.smtp import SmtpClient
from smtp_letters import (
    BOTH_WAYS,
    LARGE,
    LETTER,
    PIPELINING,
    SENDER,
    A,
    B,
    C,
    client_of,
    rcpt,
    send,
    verbs,
)

LATER = b"451 4.3.0 later\r\n"
NEVER = b"550 5.7.1 never\r\n"
CLOSING = b"421 4.3.2 closing\r\n"


@pytest.fixture(autouse=True)
def _short_final_wait(monkeypatch):
    monkeypatch.setattr(SmtpClient, "FINAL_REPLY_SECONDS", 0.5)


# ---- refusals ----


@pytest.mark.parametrize(("reply", "temporary"), [(LATER, True), (NEVER, False), (CLOSING, True)])
@BOTH_WAYS
def test_sender_refused(way, reply, temporary):
    replies = iter([[reply], [b"250 ok\r\n"]])
    rest = dict.fromkeys(["RCPT", "DATA"], [b"503 no sender\r\n"])
    script = {**way, **rest, "MAIL": lambda: next(replies)}
    with ScriptedSmtp(script) as server, client_of(server) as client:
        with pytest.raises(network.CommandRefused) as caught:
            client.send(SENDER, [A], LETTER)
        assert caught.value.code == reply[:3].decode()
        assert caught.value.detail == reply.strip().decode()
        assert is_temporary(caught.value) is temporary
        server.replies |= {"RCPT": [b"250 ok\r\n"], "DATA": [b"354 go on\r\n"]}
        assert client.send(SENDER, [A], LETTER).accepted == (A,)
    assert verbs(server).count("EHLO") == (2 if reply is CLOSING else 1)
    assert server.letters == [LETTER]


@pytest.mark.parametrize(("reply", "temporary"), [(LATER, True), (NEVER, False)])
@BOTH_WAYS
def test_one_of_three_recipients_refused(way, reply, temporary):
    with ScriptedSmtp({**way, rcpt(B): [reply]}) as server:
        refusal = Refusal(B, reply.strip().decode(), temporary)
        assert send(server, [A, B, C]) == Delivery((A, C), (refusal,))
    assert server.letters == [LETTER]


def test_words_are_bounded_and_printable():
    reply = b"550-\x1b[31m5.1.1\r\n" + b"550-\0\xff" + b"x" * 5000 + b"\r\n550 end\r\n"
    with ScriptedSmtp({"RCPT": [reply]}) as server:
        (refusal,) = send(server).refused
    assert refusal.words.startswith("550 ") and "5.1.1" in refusal.words
    assert refusal.words.isprintable() and len(refusal.words) <= 500


@pytest.mark.parametrize("data", [b"554 no recipients\r\n", b"354 go on\r\n"])
@BOTH_WAYS
def test_all_recipients_refused(way, data):
    with ScriptedSmtp({**way, "RCPT": [NEVER], "DATA": [data]}) as server:
        with client_of(server) as client:
            delivery = client.send(SENDER, [A, B], LETTER)
            assert delivery.accepted == ()
            assert [refusal.email for refusal in delivery.refused] == [A, B]
            server.replies |= {"RCPT": [b"250 ok\r\n"], "DATA": [b"354 go on\r\n"]}
            assert client.send(SENDER, [A], LETTER).accepted == (A,)
    assert verbs(server).count("EHLO") == 1
    assert verbs(server).count("RSET") == 1
    empty = [b""] if way and data.startswith(b"354") else []
    assert server.letters == [*empty, LETTER]


def test_no_dot_where_a_recipient_was_taken_without_a_sender():
    with ScriptedSmtp({**PIPELINING, "MAIL": [NEVER]}) as server:
        with pytest.raises(network.CommandRefused):
            send(server)
    assert server.letters == []


@pytest.mark.parametrize("command", ["DATA", "."])
@pytest.mark.parametrize(("reply", "temporary"), [(LATER, True), (NEVER, False), (CLOSING, True)])
@BOTH_WAYS
def test_letter_refused(way, command, reply, temporary):
    replies = iter([[reply], [b"354 go\r\n" if command == "DATA" else b"250 kept\r\n"]])
    script = {**way, command: lambda: next(replies), rcpt(B): [NEVER]}
    with ScriptedSmtp(script) as server, client_of(server) as client:
        delivery = client.send(SENDER, [A, B, C], LETTER)
        assert delivery.accepted == ()
        words = reply.strip().decode()
        assert set(delivery.refused) == {
            Refusal(A, words, temporary),
            Refusal(B, NEVER.strip().decode(), False),
            Refusal(C, words, temporary),
        }
        assert client.send(SENDER, [A], LETTER).accepted == (A,)
    assert verbs(server).count("EHLO") == (2 if reply is CLOSING else 1)


@pytest.mark.parametrize("verb", ["MAIL", A, "DATA"])
def test_refusals_of_a_real_server(verb):
    with SmtpSink(refuse={verb: "451 later"}, pipelining=True) as server:
        if verb == "MAIL":
            with pytest.raises(network.CommandRefused):
                send(server)
        else:
            assert send(server) == Delivery((), (Refusal(A, "451 later", True),))
    assert server.deliveries == []


@BOTH_WAYS
def test_server_closes_at_a_recipient(way):
    with ScriptedSmtp({**way, rcpt(B): [CLOSING, DROP]}) as server:
        with client_of(server) as client:
            delivery = client.send(SENDER, [A, B, C], LETTER)
            assert delivery.accepted == ()
            assert {refusal.email for refusal in delivery.refused} == {A, B, C}
            assert all(refusal.is_temporary for refusal in delivery.refused)
            assert client.send(SENDER, [A], LETTER).accepted == (A,)
    assert server.letters == [LETTER]


# ---- connections that end ----


@pytest.mark.parametrize("place", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("end", "error"),
    [
        ([DROP], network.ConnectionLost),
        ([STALL], network.ConnectionTimedOut),
        ([b"nonsense\r\n"], network.ProtocolViolation),
        ([b"250-" + b"x" * 100_000, STALL], network.ProtocolViolation),
    ],
    ids=["drop", "stall", "nonsense", "long"],
)
@BOTH_WAYS
def test_ends_before_the_final_dot(way, place, end, error):
    with ScriptedSmtp({**way, place: end}) as server, client_of(server, timeout=0.3) as client:
        with pytest.raises(error) as caught:
            client.send(SENDER, [A], LETTER)
        assert type(caught.value) is error
        assert is_temporary(caught.value) is (error is not network.ProtocolViolation)
        server.replies[place] = [b"354 go\r\n"] if place == "DATA" else [b"250 ok\r\n"]
        assert client.send(SENDER, [A], LETTER).accepted == (A,)
    assert server.letters == [LETTER]


@pytest.mark.parametrize(
    ("end", "error"),
    [([DROP], network.ConnectionLost), ([1.0, DROP], network.ConnectionTimedOut)],
    ids=["drop", "stall"],
)
def test_ends_within_the_letter(end, error):
    with ScriptedSmtp({"CONTENT": end}) as server, client_of(server, timeout=0.3) as client:
        with pytest.raises(error) as caught:
            client.send(SENDER, [A], LARGE * 3)
        assert is_temporary(caught.value)
        server.replies["CONTENT"] = []
        assert client.send(SENDER, [A], LARGE).accepted == (A,)
    assert server.letters == [LARGE]


@pytest.mark.parametrize("end", [[DROP], [STALL], [b"nonsense\r\n"], [b"354 what?\r\n"], [b"25"]])
@BOTH_WAYS
def test_ends_after_the_final_dot(way, end):
    with ScriptedSmtp({**way, ".": end}) as server, client_of(server, timeout=0.3) as client:
        with pytest.raises(DeliveryUncertain) as caught:
            client.send(SENDER, [A], LETTER)
        assert caught.value.detail
        assert not is_temporary(caught.value)
        server.replies["."] = [b"250 kept\r\n"]
        assert client.send(SENDER, [A], LETTER).accepted == (A,)


def test_the_final_reply_may_take_longer(monkeypatch):
    monkeypatch.setattr(SmtpClient, "FINAL_REPLY_SECONDS", 30)
    with ScriptedSmtp({".": [0.6, b"250 kept\r\n"]}) as server:
        with client_of(server, timeout=0.2) as client:
            assert client.send(SENDER, [A], LETTER).accepted == (A,)
            server.replies["MAIL"] = [STALL]
            started = time.monotonic()
            with pytest.raises(network.ConnectionTimedOut):
                client.send(SENDER, [A], LETTER)
            assert time.monotonic() - started < 10


def test_interrupted_letter_is_none(monkeypatch):
    with ScriptedSmtp() as server, client_of(server) as client:

        def interrupt(*_arguments):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("iris_tools.smtp_dialogue.SmtpDialogue.send_slowly", interrupt)
            with pytest.raises(KeyboardInterrupt):
                client.send(SENDER, [A], LETTER)
        assert client.send(SENDER, [A], LETTER).accepted == (A,)
    assert server.letters == [LETTER]
    assert verbs(server).count("EHLO") == 2


@pytest.mark.parametrize("farewell", [[b"250 kept\r\n", DROP], [b"250 kept\r\n", CLOSING, DROP]])
@BOTH_WAYS
def test_server_that_closes_between_two_letters(way, farewell):
    with ScriptedSmtp({**way, ".": farewell}) as server, client_of(server) as client:
        for _ in range(3):
            assert client.send(SENDER, [A], LETTER).accepted == (A,)
            time.sleep(0.05)
    assert server.letters == [LETTER] * 3
    assert verbs(server).count("EHLO") == 3


def test_only_one_more_connection_is_tried():
    with ScriptedSmtp() as server, client_of(server) as client:
        client.send(SENDER, [A], LETTER)
        server.replies["MAIL"] = [DROP]
        with pytest.raises(network.ConnectionLost):
            client.send(SENDER, [A], LETTER)
        assert verbs(server).count("EHLO") == 2


def test_reconnecting_logs_in_again():
    script = {"EHLO": [b"250-mail\r\n250 AUTH PLAIN\r\n"], "AUTH": [b"235 in\r\n"]}
    with ScriptedSmtp({**script, ".": [b"250 kept\r\n", DROP]}) as server:
        with client_of(server, login="ivan", password="secret") as client:
            client.send(SENDER, [A], LETTER)
            client.send(SENDER, [A], LETTER)
            server.replies["AUTH"] = [b"535 no longer\r\n"]
            with pytest.raises(network.LoginRejected):
                client.send(SENDER, [A], LETTER)
    assert verbs(server).count("AUTH") == 3


@pytest.mark.parametrize("farewell", [[DROP], [STALL], [b"nonsense\r\n"], [b"500 no\r\n"]])
def test_leaving_raises_nothing(farewell):
    with ScriptedSmtp({"QUIT": farewell}) as server:
        started = time.monotonic()
        assert send(server, timeout=0.3).accepted == (A,)
        assert time.monotonic() - started < 2


# ---- what can be cured by waiting ----


def test_connection_refused_is_temporary():
    (port,) = free_ports(1)
    with pytest.raises(network.ConnectionRefused) as caught:
        SmtpClient("127.0.0.1", port, "none", "", "", timeout=5).__enter__()
    assert is_temporary(caught.value)


@pytest.mark.parametrize(
    ("number", "temporary"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)]
)
def test_host_not_found(number, temporary, monkeypatch):
    def look_up(*_arguments, **_options):
        raise socket.gaierror(number, "words")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(network.HostNotFound) as caught:
        SmtpClient("mail.example.org", 25, "none", "", "", timeout=5).__enter__()
    assert is_temporary(caught.value) is temporary


@pytest.mark.parametrize(
    ("error", "temporary"),
    [
        (network.CommandRefused(code="421"), True),
        (network.CommandRefused(code="554"), False),
        (network.CommandRefused(), False),
        (network.LoginRejected(), False),
        (network.CertificateUntrusted(), False),
        (network.HostNotFound("no such.name"), False),
        (DeliveryUncertain(), False),
        (SendmailMissing("/no/program"), False),
    ],
    ids=repr,
)
def test_is_temporary(error, temporary):
    assert is_temporary(error) is temporary

"""Sending over SMTP: what goes well, extensions, and addresses that would be commands."""

import pytest
from iris_servers.scripted_smtp import ScriptedSmtp
from iris_servers.smtp_sink import SmtpSink
from iris_tools import network
from iris_tools.delivery import (
    Delivery,
    LetterTooLarge,
    Refusal,
    SenderNotAscii,
    SenderUnfit,
    is_temporary,
)
from iris_tools.smtp_dialogue import SmtpDialogue
from smtp_letters import BOTH_WAYS, LARGE, LETTER, SENDER, A, B, client_of, send, verbs

USERS = {"ivan@example.org": "secret"}


# ---- what goes well ----


@pytest.mark.parametrize("encryption", ["none", "starttls", "ssl"])
@pytest.mark.parametrize("users", [None, USERS], ids=["open", "auth"])
@pytest.mark.parametrize("pipelining", [False, True], ids=["one", "pipelining"])
def test_sends(encryption, users, pipelining, certificate, trust):
    trust(certificate)
    login, password = ("ivan@example.org", "secret") if users else ("", "")
    options = {"certificate": certificate, "users": users, "pipelining": pipelining}
    with SmtpSink(encryption, **options) as server:
        with client_of(server, encryption, login, password) as client:
            for _ in range(3):
                assert client.send(SENDER, [A, B], LETTER) == Delivery((A, B), ())
    assert len(server.deliveries) == 3
    for delivery in server.deliveries:
        assert (delivery.sender, delivery.recipients) == (SENDER, (A, B))
        assert (delivery.content, delivery.login) == (LETTER, login or None)


def test_login_with_auth_login():
    replies = {
        "EHLO": [b"250-mail\r\n250 AUTH LOGIN\r\n"],
        "AUTH LOGIN": [b"334 VXNlcm5hbWU6\r\n"],
    }
    answers = iter([[b"334 UGFzc3dvcmQ6\r\n"], [b"235 in\r\n"]])
    with ScriptedSmtp({**replies, "*": lambda: next(answers)}) as server:
        assert send(server, login="ivan", password="secret") == Delivery((A,), ())


def test_wrong_password():
    with SmtpSink(users=USERS) as server, pytest.raises(network.LoginRejected):
        send(server, login="ivan@example.org", password="wrong")


@pytest.mark.parametrize(
    "raw",
    [
        LETTER,
        b"",
        b".",
        b".\r\n.\r\n..\r\n",
        b"Subject: a\r\n\r\n.\r\nbody\r\n.\r\n.QUIT\r\n",
        b"a\n.b\r.c\r\n.\n\r\n",
        b"a\r\r\n\n\n.\r\r",
        b"no line end",
        b"Subject: a\n\nbody\n",
    ],
)
@BOTH_WAYS
def test_arrives_as_it_was(way, raw):
    with ScriptedSmtp(way) as server:
        send(server, raw=raw)
    expected = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if expected and not expected.endswith(b"\r\n"):
        expected += b"\r\n"
    assert server.letters == [expected]


def test_large_letter():
    with SmtpSink(pipelining=True) as server:
        assert send(server, raw=LARGE) == Delivery((A,), ())
    assert server.deliveries[0].content == LARGE


def test_no_sender():
    with ScriptedSmtp() as server:
        send(server, sender="")
    assert b"MAIL FROM:<>" in server.commands


def test_each_recipient_once():
    with SmtpSink() as server:
        assert send(server, [A, B, A]) == Delivery((A, B), ())
    assert server.deliveries[0].recipients == (A, B)


@pytest.mark.parametrize("pipelining", [False, True])
def test_many_recipients(pipelining):
    recipients = [f"r{number}@example.org" for number in range(350)]
    refuse = dict.fromkeys(recipients[100:350:3], "452 too many")
    with SmtpSink(pipelining=pipelining, refuse=refuse) as server:
        delivery = send(server, recipients)
    assert [refusal.email for refusal in delivery.refused] == list(refuse)
    assert delivery.accepted == server.deliveries[0].recipients
    assert len(delivery.accepted) + len(refuse) == 350


def test_nobody_to_send_to():
    with ScriptedSmtp() as server:
        assert send(server, []) == Delivery((), ())
    assert verbs(server) == ["EHLO", "QUIT"]


@BOTH_WAYS
def test_round_trips(way, monkeypatch):
    waits = []
    read = SmtpDialogue.send
    monkeypatch.setattr(SmtpDialogue, "send", lambda self, s: (waits.append(s), read(self, s)))
    with ScriptedSmtp(way) as server, client_of(server) as client:
        waits.clear()
        client.send(SENDER, [A, B], LETTER)
    commands = len(waits) - 3  # without the letter, its dot and QUIT
    assert commands == (1 if way else 4)


# ---- extensions ----


def test_size_and_body():
    with SmtpSink() as server:
        send(server, raw="Subject: a\n\nпривет\n".encode())
        send(server)
    assert server.mails == ["SIZE=28 BODY=8BITMIME", "SIZE=20"]


@pytest.mark.parametrize("pipelining", [False, True])
def test_letter_above_the_limit(pipelining):
    with SmtpSink(size=1000, pipelining=pipelining) as server, client_of(server) as client:
        with pytest.raises(LetterTooLarge) as caught:
            client.send(SENDER, [A], b"x" * 999)
        assert (caught.value.size, caught.value.limit) == (1001, 1000)
        assert not is_temporary(caught.value)
        assert not server.mails
        assert client.send(SENDER, [A], b"x" * 998) == Delivery((A,), ())


@pytest.mark.parametrize("size", [b"", b" 0", b" much", b" " + b"9" * 5000])
def test_no_limit(size):
    with ScriptedSmtp({"EHLO": [b"250-mail\r\n250 SIZE" + size + b"\r\n"]}) as server:
        assert send(server).accepted == (A,)
        assert b"MAIL FROM:<ivan@example.org> SIZE=20" in server.commands


def test_helo_has_no_extensions():
    with ScriptedSmtp({"EHLO": [b"500 what?\r\n"]}) as server:
        send(server, raw="Subject: б\r\n\r\n".encode())
        assert server.commands[2] == b"MAIL FROM:<ivan@example.org>"


def test_domains_beyond_ascii_go_without_smtputf8():
    with SmtpSink(smtputf8=False) as server:
        assert send(server, ["a@пример.рф"], sender="b@Пример.рф").accepted == ("a@пример.рф",)
    (delivery,) = server.deliveries
    assert delivery.sender == "b@xn--e1afmkfd.xn--p1ai"
    assert delivery.recipients == ("a@xn--e1afmkfd.xn--p1ai",)


@pytest.mark.parametrize("sender", [SENDER, "пётр@example.org"])
def test_smtputf8(sender):
    with SmtpSink() as server:
        assert send(server, [A, "пётр@пример.рф"], sender=sender).refused == ()
    assert server.deliveries[0].recipients == (A, "пётр@xn--e1afmkfd.xn--p1ai")
    assert server.mails == ["SIZE=20 SMTPUTF8"]


@pytest.mark.parametrize(
    ("header", "needed"), [("Тема: а".encode(), True), ("Тема: а".encode("koi8-r"), False)]
)
def test_smtputf8_for_a_header(header, needed):
    with SmtpSink() as server:
        send(server, raw=header + b"\r\n\r\nbody\r\n")
    assert ("SMTPUTF8" in server.mails[0]) is needed


def test_smtputf8_missing():
    with SmtpSink(smtputf8=False) as server, client_of(server) as client:
        delivery = client.send(SENDER, [A, "пётр@example.org"], LETTER)
        refusal = Refusal("пётр@example.org", "SMTPUTF8 is not offered", False, "no_smtputf8")
        assert delivery == Delivery((A,), (refusal,))
        assert client.send(SENDER, ["пётр@example.org"], LETTER) == Delivery((), (refusal,))
        with pytest.raises(SenderNotAscii) as caught:
            client.send("пётр@example.org", [A], LETTER)
        assert not is_temporary(caught.value)
        assert client.send(SENDER, [A], LETTER).accepted == (A,)
    assert len(server.deliveries) == 2


# ---- addresses that would be commands ----

INJECTIONS = [
    "a@example.org\r\nRSET",
    "a@example.org\nDATA",
    "a@example.org\rDATA",
    "a@example.org> SIZE=1",
    "<a@example.org",
    "a@example.org\0",
    "a b@example.org",
    "a\u2028b@example.org",
    "a\x85b@example.org",
    "a\ud800b@example.org",
    "a@пример.рф\r\nRSET",
    "a@ пример.рф",
    "a@exa＞mple.рф",
    "я" * 300 + "@example.org",
    "",
]


@pytest.mark.parametrize("address", INJECTIONS)
@BOTH_WAYS
def test_injection(way, address):
    with ScriptedSmtp(way) as server, client_of(server) as client:
        delivery = client.send(SENDER, [address, A], LETTER)
        assert delivery.accepted == (A,)
        ((refused),) = delivery.refused
        assert (refused.email, refused.is_temporary, refused.reason) == (address, False, "unfit")
        assert refused.words.isprintable() and refused.words
        assert client.send(SENDER, [address], LETTER).accepted == ()
        if address:
            with pytest.raises(SenderUnfit):
                client.send(address, [A], LETTER)
    assert verbs(server) == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]

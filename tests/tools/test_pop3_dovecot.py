"""The POP3 client against a real server."""

import time

import pytest
from iris_servers.delay_proxy import DelayProxy
from iris_tools import network
from iris_tools.pop3 import Pop3Client

LETTERS = [
    b"Subject: one\r\n\r\n.dot\r\n..\r\n.\r\n",
    b"Subject: two\r\n\r\n" + b"x" * 100_000 + b"\r\n",
    b"no header at all\r\n",
    b"Subject: \xff\xfe\0\r\n\r\n\0\r\n",
]
ENCRYPTIONS = ["none", "starttls", "ssl"]


@pytest.fixture
def mailbox(dovecot, request):
    """A login with a mailbox of its own that holds LETTERS; the password is secret."""
    login = request.node.name
    dovecot.add_user(login, "secret")
    dovecot.deliver(login, LETTERS)
    return login


def connect(dovecot, encryption="none", **options):
    port = dovecot.ssl_port if encryption == "ssl" else dovecot.port
    return Pop3Client(dovecot.host, port, encryption, timeout=10, **options)


@pytest.mark.parametrize("encryption", ENCRYPTIONS)
def test_letters_come_as_they_are(dovecot, mailbox, trust, encryption):
    trust(dovecot.certificate)
    with connect(dovecot, encryption) as pop3:
        pop3.login(mailbox, "secret")
        assert {"PIPELINING", "UIDL", "TOP"} <= pop3.capabilities
        assert pop3.sizes() == {n: len(letter) for n, letter in enumerate(LETTERS, 1)}
        assert dict(pop3.retrieve([1, 2, 3, 4])) == dict(enumerate(LETTERS, 1))
        identities = pop3.identities()
    assert len(set(identities.values())) == 4
    with connect(dovecot, encryption, pipelining=False) as pop3:
        pop3.login(mailbox, "secret")
        assert pop3.identities() == identities
        assert list(pop3.retrieve([4])) == [(4, LETTERS[3])]
    assert dovecot.letters(mailbox) == LETTERS


@pytest.mark.parametrize("encryption", ["starttls", "ssl"])
def test_certificate(dovecot, encryption):
    fingerprint = dovecot.certificate.fingerprint
    with pytest.raises(network.CertificateUntrusted) as caught:
        connect(dovecot, encryption)
    assert caught.value.fingerprint == fingerprint
    connect(dovecot, encryption, fingerprint=fingerprint).quit()


def test_wrong_password(dovecot):
    with connect(dovecot) as pop3:
        with pytest.raises(network.LoginRejected) as caught:
            pop3.login("ivan", "wrong")
        assert "AUTH" in caught.value.detail
        pop3.login("ivan", "secret")


def test_cyrillic_login(dovecot):
    dovecot.add_user("пётр", "пароль с пробелом")
    with connect(dovecot) as pop3:
        pop3.login("пётр", "пароль с пробелом")
        assert pop3.identities() == {}


def test_refused_letter(dovecot, mailbox):
    with connect(dovecot) as pop3:
        pop3.login(mailbox, "secret")
        replies = dict(pop3.retrieve([1, 99, 2]))
        assert isinstance(replies[99], network.CommandRefused)
        assert (replies[1], replies[2]) == (LETTERS[0], LETTERS[1])


def test_loop_left_early(dovecot, mailbox):
    with connect(dovecot) as pop3:
        pop3.login(mailbox, "secret")
        for _number, _letter in pop3.retrieve([1, 2, 3, 4]):
            break
        assert pop3.top(3, 0).startswith(b"no header")
        assert dict(pop3.retrieve([2])) == {2: LETTERS[1]}


def test_delete(dovecot, mailbox):
    with connect(dovecot) as pop3:
        pop3.login(mailbox, "secret")
        pop3.delete([1, 3])
    assert dovecot.letters(mailbox) == [LETTERS[1], LETTERS[3]]


def test_many_letters_cost_few_round_trips(dovecot, mailbox):
    """With 30 ms a round trip, 200 letters one by one take 6 s."""
    dovecot.deliver(mailbox, [b"Subject: %d\r\n\r\n" % number for number in range(200)])
    with DelayProxy(dovecot.host, dovecot.port, 0.03) as proxy:
        with Pop3Client(proxy.host, proxy.port, timeout=10) as pop3:
            pop3.login(mailbox, "secret")
            trips = _count_round_trips(pop3, lambda: list(pop3.retrieve(range(1, 205))))
    assert trips <= 6


def _count_round_trips(pop3, work):
    """Count how often the client waited for the network long enough for a round trip."""
    wire = pop3._dialogue.wire
    receive, waits = wire._receive, []

    def timed():
        started = time.monotonic()
        receive()
        waits.append(time.monotonic() - started)

    wire._receive = timed
    work()
    return sum(wait > 0.02 for wait in waits)

"""The demo's mail server: it starts, answers, keeps its state and ends when told to."""

import json
import poplib
import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path

import pytest
from iris_tools import message
from iris_tools.pop3 import Pop3Client

SERVER = Path(__file__).resolve().parents[2] / "dev" / "mailserver" / "serve.py"
HOST = "127.0.0.1"
SALES, SALES_PASSWORD = "sales@sevline.example", "demo-sales"
ANNA, ANNA_PASSWORD = "anna.orlova@sevline.example", "demo-anna"


class Server:
    """The server as a process of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.ports_file = folder / "ports.json"

    def start(self):
        self.ports_file.unlink(missing_ok=True)
        self.process = self.spawn()
        deadline = time.monotonic() + 30
        while not self.ports_file.exists():
            assert self.process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        self.ports = json.loads(self.ports_file.read_text())

    def spawn(self):
        options = ["--state-dir", self.folder / "state", "--ports-file", self.ports_file]
        return subprocess.Popen([sys.executable, SERVER, *options], stderr=subprocess.PIPE)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(10) == 0
        self.process.stderr.close()

    def pop3(self):
        return Pop3Client(HOST, self.ports["pop3"], timeout=10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mailserver")


@pytest.fixture(scope="module")
def server(folder):
    server = Server(folder)
    server.start()
    yield server
    server.stop()


def _uidls(server, login=SALES, password=SALES_PASSWORD):
    with server.pop3() as client:
        client.login(login, password)
        return list(client.identities().values())


def test_our_client_reads_everything_pipelined(server):
    with server.pop3() as client:
        assert "PIPELINING" in client.capabilities
        client.login(SALES, SALES_PASSWORD)
        sizes = client.sizes()
        letters = dict(client.retrieve(sorted(sizes)))
        assert len(letters) == len(client.identities()) >= 30
        assert {number: len(raw) for number, raw in letters.items()} == sizes


def test_poplib_reads_one(server):
    client = poplib.POP3(HOST, server.ports["pop3"], timeout=10)
    client.user(ANNA)
    client.pass_(ANNA_PASSWORD)
    _answer, lines, _octets = client.top(1, 2)
    assert any(line.startswith(b"Received:") for line in lines)
    with pytest.raises(poplib.error_proto, match="no such letter"):
        client.retr(9999)
    client.quit()


def test_wrong_password_is_refused(server):
    client = poplib.POP3(HOST, server.ports["pop3"], timeout=10)
    client.user(SALES)
    with pytest.raises(poplib.error_proto, match="password"):
        client.pass_("wrong")
    client.quit()


def test_sent_mail_arrives_and_outside_mail_stays_here(server):
    raw = b"Subject: test\r\n\r\n.a line with a dot\r\n"
    with smtplib.SMTP(HOST, server.ports["smtp"], timeout=10) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail(ANNA, ["far@away.example"], raw)
        client.login(ANNA, ANNA_PASSWORD)
        client.sendmail(ANNA, [SALES.upper(), "far@away.example"], raw)
    with server.pop3() as client:
        client.login(SALES, SALES_PASSWORD)
        found = [letter for _number, letter in client.retrieve(sorted(client.sizes()))]
    assert any(letter.endswith(raw) for letter in found)
    outside = list((server.folder / "state" / "mailboxes" / "outside").iterdir())
    assert [path.read_bytes().endswith(raw) for path in outside] == [True]


def _send(server, recipients, raw):
    with smtplib.SMTP(HOST, server.ports["smtp"], timeout=10) as client:
        client.login(ANNA, ANNA_PASSWORD)
        return client.sendmail(ANNA, recipients, raw)


def test_nobody_is_refused_and_others_get_the_letter(server):
    before = _uidls(server)
    refused = _send(server, [SALES, "Nobody@away.example"], b"Subject: to two\r\n\r\ntext\r\n")
    status, words = refused["Nobody@away.example"]
    assert status == 550 and words.startswith(b"5.1.1 ")
    assert set(_uidls(server)) > set(before)


def test_correspondents_answer_new_letters_only(server):
    parent = "<parent@bellini-macchine.example>"
    new, of_the_set_up = f"<{'0a' * 16}@sevline.example>", "<anna-to-x.20251119@sevline.example>"
    recipients = ["Giulia.Ferri@bellini-macchine.example", "stranger@away.example"]
    for identity in (new, of_the_set_up):
        raw = (
            f"Message-ID: {identity}\r\nReferences: {parent}\r\n"
            "Subject: =?utf-8?b?0KHRh9GR0YI=?=\r\n\r\ntext\r\n"
        )
        assert not _send(server, recipients, raw.encode())
    time.sleep(12)
    with server.pop3() as client:
        client.login(ANNA, ANNA_PASSWORD)
        letters = [message.parse(raw) for _n, raw in client.retrieve(sorted(client.sizes()))]
    (answer,) = [letter for letter in letters if letter.in_reply_to in (new, of_the_set_up)]
    assert answer.in_reply_to == new
    assert answer.references == (parent, new)
    assert answer.subject == "Re: Счёт"
    assert answer.from_[0].email == "giulia.ferri@bellini-macchine.example"
    assert "Giulia Ferri" in answer.text


def test_a_new_letter_follows_a_session(server):
    before = _uidls(server)
    time.sleep(6)
    assert set(_uidls(server)) > set(before)


def test_a_second_server_on_the_same_folder_is_refused(server):
    second = server.spawn()
    _output, errors = second.communicate(timeout=30)
    assert second.returncode == 1
    assert b"already running" in errors


def test_identities_and_ports_survive_a_restart(folder, server):
    # Last in the module: the server of the fixture is ended here and started anew.
    before = _uidls(server)
    server.stop()
    ports = server.ports
    server.start()
    assert server.ports == ports
    assert _uidls(server)[: len(before)] == before

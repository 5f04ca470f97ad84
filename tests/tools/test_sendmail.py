"""Sending through a program: msmtp, and small scripts that behave in other ways."""

import json
import os
import shutil
import stat
import sys
import time
from pathlib import Path

import pytest
from iris_servers.loopback import free_ports
from iris_servers.scripted_smtp import DROP, STALL, ScriptedSmtp
from iris_servers.smtp_sink import SmtpSink
from iris_tools import sendmail
from iris_tools.delivery import (
    Delivery,
    DeliveryUncertain,
    Refusal,
    SenderUnfit,
    SendmailMissing,
    is_temporary,
)
from iris_tools.sendmail import SendmailClient, check_program

SENDER = "ivan@example.org"
A, B = "a@example.org", "b@example.org"
LETTER = b"From: ivan@example.org\r\nSubject: a\r\n\r\n.\r\nbody\r\n"
HOST = "127.0.0.1"


@pytest.fixture
def make_program(tmp_path):
    """A function that makes an executable script and returns its path."""

    def make(script, interpreter="/bin/sh"):
        path = tmp_path / "sendmail"
        path.write_text(f"#!{interpreter}\n{script}\n")
        path.chmod(0o700)
        return str(path)

    return make


@pytest.fixture
def make_msmtp(tmp_path, make_program):
    """A function that returns the path of an msmtp that sends to a port of this machine."""

    def make(port, *, settings=""):
        config = tmp_path / "msmtprc"
        config.write_text(
            f"account default\nhost {HOST}\nport {port}\ntls off\nauth off\ntimeout 1\n{settings}"
        )
        config.chmod(0o600)
        return make_program(f'exec {shutil.which("msmtp")} -C {config} "$@"')

    return make


@pytest.fixture
def recorder(tmp_path, make_program):
    """A program that keeps its arguments, environment and input, and what it kept, as functions."""
    kept = tmp_path / "kept.json"
    program = make_program(
        "import json, os, sys\n"
        f"with open({str(kept)!r}, 'a') as kept:\n"
        "    given = {'arguments': sys.argv[1:], 'environment': dict(os.environ),\n"
        "        'input': sys.stdin.buffer.read().decode('latin-1')}\n"
        "    print(json.dumps(given), file=kept)",
        sys.executable,
    )
    return program, lambda: [json.loads(line) for line in kept.read_text().splitlines()]


def send(program, recipients=(A,), raw=LETTER, sender=SENDER, timeout=10):
    with SendmailClient(program, timeout=timeout) as client:
        return client.send(sender, recipients, raw)


# ---- msmtp ----


def test_msmtp_sends(make_msmtp):
    large = LETTER + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 14_000
    with SmtpSink() as server:
        program = make_msmtp(server.port)
        for raw in (LETTER, large):
            assert send(program, [A, B], raw) == Delivery((A, B), ())
    for delivery, raw in zip(server.deliveries, (LETTER, large), strict=True):
        assert (delivery.sender, delivery.recipients) == (SENDER, (A, B))
        assert delivery.content.endswith(raw)  # msmtp adds a date before it


def test_msmtp_without_sender(make_msmtp):
    with ScriptedSmtp() as server:
        assert send(make_msmtp(server.port), sender="").accepted == (A,)
    assert b"MAIL FROM:<>" in server.commands


def test_msmtp_takes_recipients_for_no_options(make_msmtp):
    recipients = (
        "--host=b@example.org",
        "-t@example.org",
        "`id`$HOME@example.org",
        "пётр@пример.рф",
    )
    with ScriptedSmtp({"EHLO": [b"250-mail\r\n250 SMTPUTF8\r\n"]}) as server:
        assert send(make_msmtp(server.port), recipients).accepted == recipients
    rcpts = [line.decode() for line in server.commands if line.startswith(b"RCPT")]
    ascii_recipients = (*recipients[:3], "пётр@xn--e1afmkfd.xn--p1ai")
    assert rcpts == [f"RCPT TO:<{email}>" for email in ascii_recipients]


@pytest.mark.parametrize(
    ("replies", "words", "temporary"),
    [
        ({"MAIL": [b"451 later\r\n"]}, "451 later", True),
        ({"MAIL": [b"550 never\r\n"]}, "550 never", False),
        ({"RCPT": [b"450 later\r\n"]}, "450 later", True),
        ({"RCPT": [b"550 never\r\n"]}, "550 never", False),
        ({"DATA": [b"451 later\r\n"]}, "451 later", True),
        ({".": [b"451 later\r\n"]}, "451 later", True),
        ({".": [b"554 never\r\n"]}, "554 never", False),
        ({"GREETING": [b"421 later\r\n"]}, "421 later", True),
        ({"GREETING": [b"554 never\r\n"]}, "554 never", False),
    ],
)
def test_msmtp_is_refused(make_msmtp, replies, words, temporary):
    with ScriptedSmtp(replies) as server:
        delivery = send(make_msmtp(server.port), [A, B])
    assert delivery.accepted == ()
    assert [refusal.email for refusal in delivery.refused] == [A, B]
    for refusal in delivery.refused:
        assert f"server message: {words}" in refusal.words
        assert refusal.is_temporary is temporary


@pytest.mark.parametrize("end", [DROP, STALL])
@pytest.mark.parametrize("place", ["MAIL", "."])
def test_msmtp_loses_its_server(make_msmtp, place, end):
    with ScriptedSmtp({place: [end]}) as server:
        with pytest.raises(DeliveryUncertain) as caught:
            send(make_msmtp(server.port))
    assert caught.value.detail.startswith("msmtp: ")
    assert not is_temporary(caught.value)


def test_msmtp_without_server(make_msmtp):
    (port,) = free_ports(1)
    (refusal,) = send(make_msmtp(port)).refused
    assert "Connection refused" in refusal.words
    assert refusal.is_temporary


@pytest.mark.parametrize("settings", ["tls on\n", "nonsense\n", "host no-such.invalid\n"])
def test_msmtp_with_wrong_settings(make_msmtp, settings):
    with ScriptedSmtp() as server:
        (refusal,) = send(make_msmtp(server.port, settings=settings)).refused
    assert refusal.words.startswith("msmtp: ")
    assert not refusal.is_temporary


# ---- how the program is called ----


def test_arguments_and_input(recorder, monkeypatch):
    program, kept = recorder
    monkeypatch.setenv("IRIS_SECRET", "password")
    recipients = [A, "-t@example.org", "`id`$HOME&|*'@example.org", "a@[127.0.0.1]", "ё@пример.рф"]
    delivery = send(program, recipients, b"Subject: a\r\n\r\n.\r\na\nb\rc\xff\r\n")
    assert delivery == Delivery(tuple(recipients), ())
    (call,) = kept()
    recipients[-1] = "ё@xn--e1afmkfd.xn--p1ai"
    assert call["arguments"] == ["-i", "-f", SENDER, "--", *recipients]
    assert call["input"].encode("latin-1") == b"Subject: a\n\n.\na\nb\nc\xff\n"
    assert "IRIS_SECRET" not in call["environment"]
    assert call["environment"]["PATH"] == "/usr/sbin:/usr/bin:/sbin:/bin"


def test_unfit_addresses_never_reach_the_program(recorder):
    program, kept = recorder
    not_plain = ["a,b@example.org", "a;b@example.org", "a(b)@example.org", "|id@example.org"]
    not_plain += ["/tmp/a@example.org", ":include:/etc/passwd", "root", '"a"@example.org', "-t"]
    unfit = ["a\0@example.org", "a b@example.org", "a@example.org\n", "", *not_plain]
    delivery = send(program, [*unfit, A])
    assert delivery.accepted == (A,)
    assert [(item.email, item.is_temporary) for item in delivery.refused] == [
        (email, False) for email in unfit
    ]
    assert len(send(program, unfit).refused) == len(unfit)
    for sender in (
        "-bd@example.org",
        "a\0@example.org",
        "a@example.org\n",
        "a,b@example.org",
        "root",
    ):
        with pytest.raises(SenderUnfit):
            send(program, sender=sender)
    assert len(kept()) == 1


def test_more_recipients_than_one_call_takes(make_program):
    program = make_program("cat >/dev/null")
    recipients = [f"r{number}@example.com" for number in range(1001)]
    with SendmailClient(program, timeout=10) as client:
        delivery = client.send("ivan@example.org", recipients, b"Subject: a\r\n\r\nb\r\n")
    assert delivery.accepted == tuple(recipients[:500])
    assert [one.email for one in delivery.refused] == recipients[500:]
    assert all(one.is_temporary for one in delivery.refused)


# ---- how the program ends ----


@pytest.mark.parametrize(
    ("status", "words", "temporary"),
    [
        (1, "exit status 1", False),
        (2, "exit status 2", False),
        (64, "EX_USAGE", False),
        (65, "EX_DATAERR", False),
        (67, "EX_NOUSER", False),
        (68, "EX_NOHOST", False),
        (69, "EX_UNAVAILABLE", False),
        (70, "EX_SOFTWARE", False),
        (71, "EX_OSERR", True),
        (72, "EX_OSFILE", False),
        (73, "EX_CANTCREAT", False),
        (75, "EX_TEMPFAIL", True),
        (77, "EX_NOPERM", False),
        (78, "EX_CONFIG", False),
        (127, "exit status 127", False),
    ],
)
def test_exit_status(make_program, status, words, temporary):
    program = make_program(f"cat >/dev/null; exit {status}")
    refusals = tuple(Refusal(email, words, temporary, "silent") for email in (A, B))
    assert send(program, [A, B]) == Delivery((), refusals)


@pytest.mark.parametrize("status", [74, 76, 137])
def test_exit_status_that_leaves_it_open(make_program, status):
    with pytest.raises(DeliveryUncertain):
        send(make_program(f"cat >/dev/null; exit {status}"))


def test_its_words(make_program):
    script = "echo one; printf '\\033[31mtwo\\000\\n' >&2; yes three | head -c 1000000; exit 77"
    (refusal,) = send(make_program(script)).refused
    assert refusal.words.startswith("one") and "two" in refusal.words
    assert refusal.words.isprintable() and len(refusal.words) <= 500


def test_refuses_without_reading(make_program):
    (refusal,) = send(make_program("echo no; exit 77"), raw=b"x" * 5_000_000).refused
    assert refusal.words == "no"


def test_takes_it_without_reading(make_program):
    with pytest.raises(DeliveryUncertain):
        send(make_program("exit 0"), raw=b"x" * 5_000_000)


@pytest.mark.parametrize("raw", [b"", LETTER, b"x" * 5_000_000], ids=len)
def test_hangs(make_program, tmp_path, raw):
    pid_file = tmp_path / "pid"
    program = make_program(f"sleep 60 & echo $! > {pid_file}; wait")
    started = time.monotonic()
    with pytest.raises(DeliveryUncertain) as caught:
        send(program, raw=raw, timeout=0.5)
    assert time.monotonic() - started < 3
    assert caught.value.detail == "no end after 0.5 s"
    assert not _is_running(int(pid_file.read_text()))


def test_hangs_with_closed_output(make_program):
    with pytest.raises(DeliveryUncertain):
        send(make_program("exec >&- 2>&-; sleep 60"), timeout=0.5)


def test_talks_without_end(make_program):
    with pytest.raises(DeliveryUncertain):
        send(make_program("cat >/dev/null; yes"), timeout=0.5)


@pytest.mark.parametrize("name", ["TERM", "KILL"])
def test_dies_by_a_signal(make_program, name):
    with pytest.raises(DeliveryUncertain):
        send(make_program(f"cat >/dev/null; kill -{name} $$; sleep 5"))


@pytest.mark.parametrize("status", [0, 77])
def test_leaves_something_running_behind(make_program, status):
    """As Sendmail does, which delivers in the background."""
    program = make_program(f"cat >/dev/null; sleep 3 & echo left; exit {status}")
    started = time.monotonic()
    delivery = send(program)
    assert time.monotonic() - started < 2
    assert delivery == (
        Delivery((), (Refusal(A, "left", False),)) if status else Delivery((A,), ())
    )


def test_reads_on_after_closing_its_output(make_program, tmp_path):
    kept = tmp_path / "kept"
    program = make_program(f"exec >&- 2>&-; sleep 0.2; exec cat > {kept}")
    assert send(program, raw=b"x" * 5_000_000).accepted == (A,)
    assert kept.stat().st_size == 5_000_000


def test_killed_when_interrupted(make_program, tmp_path, monkeypatch):
    pid_file = tmp_path / "pid"
    program = make_program(f"echo $$ > {pid_file}; echo; exec sleep 60")

    def interrupt(_conversation):
        raise KeyboardInterrupt

    monkeypatch.setattr(sendmail._Conversation, "_read", interrupt)
    with pytest.raises(KeyboardInterrupt):
        send(program)
    assert not _is_running(int(pid_file.read_text()))


# ---- the program itself ----


def test_program_is_there(make_program):
    check_program(make_program("exit 0"))


@pytest.mark.parametrize(
    "program", ["", "sendmail", "./sendmail", "/no/such/program", "/usr", "/etc/passwd", "/a\0b"]
)
def test_program_is_missing(program):
    for use in (check_program, send):
        with pytest.raises(SendmailMissing) as caught:
            use(program)
        assert caught.value.host == program
        assert caught.value.detail
        assert program in str(caught.value)


def test_program_vanishes(make_program):
    program = make_program("exit 0")
    with SendmailClient(program, timeout=5) as client:
        Path(program).unlink()
        with pytest.raises(SendmailMissing):
            client.send(SENDER, [A], LETTER)


@pytest.mark.parametrize("content", ["", "exit 0", "#!/no/such/interpreter\n"])
def test_program_that_cannot_run(tmp_path, content):
    path = tmp_path / "sendmail"
    path.write_text(content)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(SendmailMissing):
        send(str(path))


def test_system_is_out_of_processes(make_program, monkeypatch):
    def start(*_arguments, **_options):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(sendmail.subprocess, "Popen", start)
    (refusal,) = send(make_program("exit 0")).refused
    assert refusal.is_temporary


def _is_running(pid):
    """Whether there is such a process, other than a dead one that nobody has waited for."""
    for _ in range(20):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return os.path.exists(f"/proc/{pid}")

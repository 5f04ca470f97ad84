"""What bounces say of the letters that they report on, as the mail servers write them."""

import os
import time
from pathlib import Path

import pytest
from iris_tools import message
from iris_tools.report import LONGEST_WORDS, MAX_RECIPIENTS, FailedRecipient

SENT = "<17.iris@firma.example>"
CORPUS = Path(os.environ.get("IRIS_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
PATIENCE = 3.0


def read(header: str, body: str) -> message.Message:
    text = header.strip("\n") + "\n\n" + body
    return message.parse(text.replace("\n", "\r\n").encode())


def dsn(*groups: str, original: str = f"Message-ID: {SENT}", kind: str = "message/rfc822", more=""):
    """A report of the usual three parts (RFC 3462)."""
    groups = ("Reporting-MTA: dns; mx.firma.example", *groups)
    return read(
        "From: MAILER-DAEMON@mx.firma.example\nSubject: Undelivered Mail Returned to Sender\n"
        + more
        + "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "--b\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\n"
        + "\n\n".join(groups)
        + f"\n\n--b\nContent-Type: {kind}\n\nReceived: x\n{original}\nSubject: hello\n\nHello\n"
        "--b--\n",
    )


def failed(email: str, status: str = "", words: str = "", action: str = "failed"):
    return FailedRecipient(email, status, words, action)


# -----------------------------------------------------------------------------
# Reports by RFC 3464
# -----------------------------------------------------------------------------

POSTFIX = """\
Final-Recipient: rfc822; nobody@kunde.example
Original-Recipient: rfc822;Nobody@kunde.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.kunde.example
Diagnostic-Code: smtp; 550 5.1.1 <nobody@kunde.example>: Recipient address
    rejected: User unknown"""
EXIM = """\
Action: failed
Final-Recipient: rfc822;nobody@kunde.example
Status: 5.0.0
Remote-MTA: dns; mx.kunde.example
Diagnostic-Code: smtp; 550 No such user"""
SENDMAIL = """\
Final-Recipient: RFC822; nobody@kunde.example
Action: failed
Status: 5.1.1 (bad destination mailbox)
Last-Attempt-Date: Tue, 5 Mar 2024 12:30:45 +0300"""
OUTLOOK = """\
Final-Recipient: rfc822;nobody@kunde.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"""
GMAIL = """\
Final-Recipient: rfc822; nobody@kunde.example
Action: failed
Status: 4.4.1
Diagnostic-Code: smtp; The recipient server did not accept our requests to connect.
Last-Attempt-Date: Tue, 05 Mar 2024 01:30:45 -0800 (PST)"""
YANDEX = """\
Final-Recipient: rfc822; nobody@kunde.example
Original-Recipient: rfc822;nobody@kunde.example
Action: failed
Status: 4.4.1
Diagnostic-Code: X-Yandex; connect to kunde.example[192.0.2.7]:25:
    Connection timed out"""
DELAYED = """\
Final-Recipient: rfc822; slow@kunde.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to kunde.example: Connection refused
Will-Retry-Until: Sun, 10 Mar 2024 12:30:45 +0300"""
DELIVERED = """\
Final-Recipient: rfc822; good@kunde.example
Action: delivered
Status: 2.0.0"""
INTERNATIONAL = """\
Final-Recipient: utf-8; иван@почта.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 нет такого ящика"""


@pytest.mark.parametrize(
    ("group", "recipient"),
    [
        (POSTFIX, failed("Nobody@kunde.example", "5.1.1", "550 5.1.1 <nobody@kunde.example>: "
                         "Recipient address rejected: User unknown")),
        (EXIM, failed("nobody@kunde.example", "5.0.0", "550 No such user")),
        (SENDMAIL, failed("nobody@kunde.example", "5.1.1", "bad destination mailbox")),
        (OUTLOOK, failed("nobody@kunde.example", "5.1.10", "550 5.1.10 RESOLVER.ADR."
                         "RecipientNotFound; Recipient not found")),
        (GMAIL, failed("nobody@kunde.example", "4.4.1",
                       "The recipient server did not accept our requests to connect.")),
        (YANDEX, failed("nobody@kunde.example", "4.4.1",
                        "connect to kunde.example[192.0.2.7]:25: Connection timed out")),
        (DELAYED, failed("slow@kunde.example", "4.4.1",
                         "connect to kunde.example: Connection refused", "delayed")),
        (INTERNATIONAL, failed("иван@почта.example", "5.1.1", "550 нет такого ящика")),
        ("Final-Recipient: <a@b.example>", failed("a@b.example")),
        ("Final-Recipient: rfc822; a@b.example\nDiagnostic-Code: smtp; 550-5.7.1 No",
         failed("a@b.example", "5.7.1", "550-5.7.1 No")),
        ("Final-Recipient: rfc822; a@b.example\nAction: Failed (bounced)", failed("a@b.example")),
        ("Original-Recipient: rfc822; a@b.example\nFinal-Recipient: x400; /C=RU/\nAction: failed",
         failed("a@b.example")),
        ("Final-Recipient: rfc822; /var/spool/x\nAction: failed\nStatus: 5.0.0",
         failed("", "5.0.0")),
    ],
)  # fmt: skip
def test_reports(group, recipient):
    letter = dsn(group)
    assert letter.is_bounce
    assert letter.report.message_id == SENT
    assert letter.report.recipients == (recipient,)


def test_only_those_who_were_not_reached_are_named():
    report = dsn(DELIVERED, POSTFIX, DELAYED).report
    assert [item.email for item in report.recipients] == [
        "Nobody@kunde.example",
        "slow@kunde.example",
    ]
    assert [item.action for item in report.recipients] == ["failed", "delayed"]


def test_a_report_of_success_is_no_report_of_failure():
    letter = dsn(DELIVERED)
    assert not letter.is_bounce and letter.report is None


def test_each_recipient_is_named_once_and_failure_outweighs_delay():
    group = "Final-Recipient: rfc822; a@b.example\nAction: "
    report = dsn(group + "delayed", group + "failed", group + "delayed").report
    assert report.recipients == (failed("a@b.example"),)


def test_recipients_that_are_not_set_apart():
    report = dsn(f"{EXIM}\n{DELAYED}\n{DELIVERED}").report
    assert [item.email for item in report.recipients] == [
        "nobody@kunde.example",
        "slow@kunde.example",
    ]


def test_encoded_reports():
    body = EXIM.replace("No such user", "No=20such=\n user")
    letter = read(
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: quoted-printable",
        f"X: y\n\n{body}\n",
    )
    assert letter.report.recipients[0].words == "550 No such user"


# -----------------------------------------------------------------------------
# Which letter is meant
# -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global",
     "message/global-headers"],
)  # fmt: skip
def test_id_of_the_letter_sent_back(kind):
    assert dsn(EXIM, kind=kind, more="References: <other@x>\n").report.message_id == SENT


def test_folded_id():
    assert dsn(EXIM, original=f"Message-Id:\n {SENT}").report.message_id == SENT


@pytest.mark.parametrize(
    ("more", "group"),
    [
        ("", f"X-Original-Message-ID: {SENT}"),
        ("", f"Original-Message-ID: {SENT}"),
        (f"X-Original-Message-ID: {SENT}\n", "Arrival-Date: x"),
        (f"In-Reply-To: {SENT}\nReferences: <a@x> <b@x>\n", "Arrival-Date: x"),
        (f"References: <a@x> {SENT}\n", "Arrival-Date: x"),
    ],
)
def test_id_told_elsewhere(more, group):
    letter = dsn(f"{group}\n\n{EXIM}", original="To: nobody@kunde.example", more=more)
    assert letter.report.message_id == SENT


def test_unknown_id():
    report = dsn(EXIM, original="X: y").report
    assert report.message_id == "" and report.recipients


# -----------------------------------------------------------------------------
# Bounces in words
# -----------------------------------------------------------------------------

QMAIL = f"""\
Hi. This is the qmail-send program at mx.firma.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<nobody@kunde.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 unknown user
Giving up on 192.0.2.7.

<full@kunde.example>:
Sorry, the mailbox is full. (#5.2.2)

--- Below this line is a copy of the message.

Return-Path: <ivan@firma.example>
Message-ID: {SENT}
To: nobody@kunde.example

<not@a.example>:
text
"""
EXIM_TEXT = f"""\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  nobody@kunde.example
    host mx.kunde.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<nobody@kunde.example>:
    550 5.1.1 No such user
  second@kunde.example
    Unrouteable address

------ This is a copy of the message, including all the headers. ------

Return-path: <ivan@firma.example>
Message-Id: {SENT}
"""
SENDMAIL_TEXT = f"""\
   ----- The following addresses had permanent fatal errors -----
<nobody@kunde.example>
    (reason: 550 5.1.1 User unknown)

   ----- Transcript of session follows -----
... while talking to mx.kunde.example.:

   ----- Original message follows -----

Message-Id: {SENT}
"""
GMAIL_TEXT = f"""\
Delivery to the following recipient failed permanently:

     nobody@kunde.example

Technical details of permanent failure:
The error that the other server returned was: 550 5.1.1 No such user

----- Original message -----

Message-ID: {SENT}
"""
EXCHANGE_TEXT = f"""\
Delivery has failed to these recipients or groups:

nobody@kunde.example<mailto:nobody@kunde.example>
The e-mail address you entered couldn't be found.

Original message headers:

Received: from mx
Message-ID: {SENT}
"""
MAIL_RU = f"""\
Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.

К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:

**********************

nobody@kunde.example
SMTP error from remote mailer after RCPT TO: 550 5.1.1 нет такого ящика

**********************

Message-ID: {SENT}
"""
DRAGONFLY = f"""\
There was an error delivering your mail to <nobody@kunde.example>.

Message headers follow.

Received: from root
Message-Id: {SENT}
"""


@pytest.mark.parametrize(
    ("body", "recipients"),
    [
        (QMAIL, (
            failed("nobody@kunde.example", "5.1.1", "192.0.2.7 does not like recipient. Remote "
                   "host said: 550 5.1.1 unknown user Giving up on 192.0.2.7."),
            failed("full@kunde.example", "5.2.2", "Sorry, the mailbox is full. (#5.2.2)"),
        )),
        (EXIM_TEXT, (
            failed("nobody@kunde.example", "5.1.1", "host mx.kunde.example [192.0.2.7] SMTP error "
                   "from remote mail server after RCPT TO:<nobody@kunde.example>: 550 5.1.1 No "
                   "such user"),
            failed("second@kunde.example", "", "Unrouteable address"),
        )),
        (SENDMAIL_TEXT, (
            failed("nobody@kunde.example", "5.1.1", "(reason: 550 5.1.1 User unknown)"),
        )),
        (GMAIL_TEXT, (
            failed("nobody@kunde.example", "5.1.1", "Technical details of permanent failure: The "
                   "error that the other server returned was: 550 5.1.1 No such user"),
        )),
        (EXCHANGE_TEXT, (
            failed("nobody@kunde.example", "", "The e-mail address you entered couldn't be found."),
        )),
        (MAIL_RU, (
            failed("nobody@kunde.example", "5.1.1", "SMTP error from remote mailer after RCPT TO: "
                   "550 5.1.1 нет такого ящика"),
        )),
        (DRAGONFLY, (
            failed("nobody@kunde.example", "", "There was an error delivering your mail to "
                   "<nobody@kunde.example>."),
        )),
    ],
)  # fmt: skip
def test_old_bounces(body, recipients):
    letter = read("From: mailer-daemon@mx.firma.example\nSubject: failure notice", body)
    assert letter.report.message_id == SENT
    assert letter.report.recipients == recipients


def test_recipients_in_the_header():
    letter = read("X-Failed-Recipients: second@kunde.example, other@kunde.example", EXIM_TEXT)
    assert letter.report.recipients == (
        failed("second@kunde.example", "", "Unrouteable address"),
        failed("other@kunde.example"),
    )


def test_a_warning_of_delay_in_words():
    body = EXIM_TEXT.partition("This is a permanent")[0].replace("could not be", "has not been")
    letter = read(
        "From: Mail Delivery System <mailer-daemon@x.example>\n"
        "Subject: Warning: message 1rAbC-0001 delayed 24 hours",
        body + "\n\n  slow@kunde.example\n\nNo action is required on your part.\n",
    )
    assert letter.report.recipients[0].email == "slow@kunde.example"
    assert letter.report.recipients[0].action == "delayed"


def test_letters_of_people_hold_no_report():
    assert read("From: ivan@firma.example\nSubject: hello", QMAIL).report is None
    assert message.parse(b"").report is None


def test_an_html_bounce_is_read_by_its_text():
    letter = read(
        "From: postmaster@x.example\nSubject: Undeliverable: hello\nContent-Type: text/html",
        "<p>Delivery has failed:</p><p>nobody@kunde.example<br>No such user</p>",
    )
    assert letter.report.recipients == (failed("nobody@kunde.example", "", "No such user"),)


# -----------------------------------------------------------------------------
# Bounces by enemies
# -----------------------------------------------------------------------------

HEAD = "From: MAILER-DAEMON@x.example\nSubject: failure notice\n"


def _nested(levels: int) -> str:
    return "Content-Type: message/rfc822\n\n" * levels


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + "\n" + "".join(f"<a{n}@b.example>:\nno\n\n" for n in range(100_000)),
        HEAD + "Content-Type: message/delivery-status\n\n"
        + "".join(f"Final-Recipient: rfc822; a{n}@b.example\n\n" for n in range(100_000)),
        HEAD + "X-Failed-Recipients: " + ", ".join(f"a{n}@b.example" for n in range(100_000)),
        HEAD + "Content-Type: message/delivery-status\n\nFinal-Recipient: a@b.example\n"
        "Diagnostic-Code: smtp;" + "x" * 2_000_000,
        HEAD + "Content-Type: message/delivery-status\n\nFinal-Recipient: a@b.example\n"
        "Diagnostic-Code: smtp;" + "\n x" * 600_000,
        HEAD + "Content-Type: message/delivery-status\n\n" + "Action: failed\n" * 100_000,
        HEAD + "\n<a@b.example>:\n" + "x" * 2_000_000,
        HEAD + "\n<a@b.example>:\n" + "x\n" * 1_000_000,
        HEAD + "\n" + "<a@b.example " * 200_000,
        HEAD + "\n" + "<" * 2_000_000,
        HEAD + "\n" + "-" * 2_000_000,
        HEAD + "\n" + "--x\n" * 500_000,
        HEAD + "\n" + "a" * 2_000_000 + "@b",
        HEAD + "\n" + " " * 2_000_000,
        HEAD + "\n" + "Message-ID:\n" * 200_000,
        HEAD + "In-Reply-To: " + "<" * 1_000_000,
        HEAD + _nested(50_000),
        HEAD + "Content-Type: message/rfc822\n\nMessage-ID: <" + "y" * 2_000_000 + ">\n\n",
    ],
    ids=lambda raw: raw[len(HEAD) :][:40].strip() or "blank",
)  # fmt: skip
def test_nothing_takes_long_or_grows(raw):
    data = raw.encode()
    started = time.perf_counter()
    letter = message.parse(data)
    assert time.perf_counter() - started < PATIENCE
    assert not any("the reader failed" in defect for defect in letter.defects)
    assert len(letter.report.recipients) <= MAX_RECIPIENTS
    assert len(letter.report.message_id) <= 910
    for item in letter.report.recipients:
        assert len(item.email) <= 320 and len(item.words) <= LONGEST_WORDS
        assert "\n" not in item.words


def test_many_reports_within_one_letter():
    part = "--b\nContent-Type: message/delivery-status\n\n" + (EXIM + "\n\n") * 500
    letter = read(HEAD + "Content-Type: multipart/report; boundary=b", part * 20 + "--b--")
    assert letter.report.recipients[0].email == "nobody@kunde.example"


def test_real_bounces():
    """Nearly all of the real bounces name their recipients; checked where they are at hand."""
    letters = [message.parse(path.read_bytes()) for path in CORPUS.glob("sisimai/*.eml")]
    reports = [letter.report for letter in letters]
    reports = [report for report in reports if report]
    assert sum(bool(report.recipients) for report in reports) >= 0.9 * len(reports)
    assert sum(bool(report.message_id) for report in reports) >= 0.8 * len(reports)

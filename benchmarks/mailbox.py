"""The generated mailbox: letters as companies get them, the same in every run."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from random import Random
from typing import NamedTuple

from . import texts

OWNER = "sales@shop.example"
# As PDF files come: many small ones, few large ones.
PDF_BYTES = (8_000, 120_000)
CHARSETS = {"ru": ("utf-8", "utf-8", "utf-8", "koi8-r", "windows-1251"), "en": ("utf-8",)}
BEGINNING = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
STYLE = "font-family:Arial,'Helvetica Neue',sans-serif;font-size:14px;line-height:1.5;color:#222"


class Person(NamedTuple):
    """Somebody who writes to the mailbox."""

    name: str
    email: str
    language: str


def people(count: int = 300) -> list[Person]:
    """Return the correspondents, two thirds of them Russian, five in each company."""
    random = Random("people")
    found = []
    for number in range(count):
        language = "en" if number % 3 == 2 else "ru"
        place = random.randrange(10)
        surname = random.choice(texts.SURNAMES[language])
        local = f"{texts.LATIN_NAMES[language][place]}.{number}"
        found.append(
            Person(
                f"{texts.GIVEN_NAMES[language][place]} {surname}",
                f"{local}@company{number // 5}.example",
                language,
            )
        )
    return found


def letters(count: int) -> Iterator[bytes]:
    """Yield letters: every second one with HTML, every fifth with a PDF; about 27 KB each."""
    everybody = people()
    for number in range(count):
        yield _letter(number, Random(f"letter {number}"), everybody)


def small_letters(count: int) -> Iterator[bytes]:
    """Yield short plain letters, for measurements that never read them."""
    everybody = people()
    for number in range(count):
        sender = everybody[number % len(everybody)]
        yield (
            f"From: <{sender.email}>\nTo: <{OWNER}>\nSubject: Order {number}\n"
            f"Date: {format_datetime(BEGINNING + timedelta(minutes=number))}\n"
            f"Message-ID: <{number}@small.example>\n\nThe order {number} has been shipped.\n"
        ).encode()


def _letter(number: int, random: Random, everybody: list[Person]) -> bytes:
    sender = random.choice(everybody)
    domain = sender.email.partition("@")[2]
    sent = BEGINNING + timedelta(minutes=7 * number)
    letter = EmailMessage()
    _add_trace(letter, number, random, sender, sent)
    letter["From"] = f'"{sender.name}" <{sender.email}>'
    letter["To"] = f'"Отдел продаж" <{OWNER}>'
    if number % 4 == 0:
        letter["Cc"] = ", ".join(
            f'"{person.name}" <{person.email}>' for person in random.sample(everybody, 3)
        )
    subject = texts.subject(random, sender.language)
    if number % 3 == 0:
        parents = [f"<{number}.{back}@shop.example>" for back in range(random.randint(1, 6))]
        letter["References"] = " ".join(parents)
        letter["In-Reply-To"] = parents[-1]
        subject = f"Re: {subject}"
    letter["Subject"] = subject
    letter["Date"] = format_datetime(sent)
    letter["Message-ID"] = f"<{number}.{random.getrandbits(64):x}@{domain}>"
    letter["User-Agent"] = "Mozilla Thunderbird"
    letter["X-Mailer"] = "Microsoft Outlook 16.0"
    paragraphs = texts.paragraphs(random, sender.language, f"{sender.name}\n+7 495 000-00-00")
    text = "\n\n".join(paragraphs)
    if number % 3 == 0:
        text += "\n\n" + _quote(random, sender.language)
    charset = random.choice(CHARSETS[sender.language])
    if charset == "koi8-r":
        text = text.replace("№", "N").replace("—", "-")  # which it does not have
    letter.set_content(text + "\n", charset=charset)
    if number % 2 == 0:
        letter.add_alternative(html_body(paragraphs, random), subtype="html")
    if number % 5 == 0:
        name = f"Счёт {number}.pdf" if sender.language == "ru" else f"invoice-{number}.pdf"
        letter.add_attachment(_pdf(random), "application", "pdf", filename=name)
    for part in letter.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{random.getrandbits(96):x}")
    return letter.as_bytes()


def _add_trace(
    letter: EmailMessage, number: int, random: Random, sender: Person, sent: datetime
) -> None:
    """Add what servers on the way write into a letter."""
    domain = sender.email.partition("@")[2]
    letter["Return-Path"] = f"<{sender.email}>"
    letter["Delivered-To"] = OWNER
    for hop in range(3, 0, -1):
        letter["Received"] = (
            f"from mx{hop}.{domain} (mx{hop}.{domain} [192.0.2.{random.randint(1, 254)}]) by"
            f" relay{hop}.shop.example (Postfix) with ESMTPS id {random.getrandbits(40):X} for"
            f" <{OWNER}>; {format_datetime(sent + timedelta(seconds=hop))}"
        )
    letter["Authentication-Results"] = (
        f"relay.shop.example; dkim=pass header.d={domain} header.s=mail; spf=pass"
        f" smtp.mailfrom={sender.email}; dmarc=pass"
    )
    signature = base64.b64encode(random.randbytes(256)).decode()
    letter["DKIM-Signature"] = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=mail;"
        f" h=From:To:Subject:Date:Message-ID; bh={signature[:44]}; b="
        + " ".join(signature[start : start + 64] for start in range(44, len(signature), 64))
    )
    letter["X-Spam-Status"] = "No, score=-2.1 required=5.0 tests=BAYES_00,DKIM_VALID,SPF_PASS"
    if number % 10 == 7:
        letter["List-Unsubscribe"] = f"<https://{domain}/unsubscribe/{random.getrandbits(64):x}>"
        letter["List-Id"] = f"<news.{domain}>"


def _quote(random: Random, language: str) -> str:
    lines = "\n\n".join(texts.paragraphs(random, language, OWNER)).split("\n")
    return "\n".join(f"> {line}" for line in lines)


def html_body(paragraphs: list[str], random: Random) -> str:
    """Return an HTML body as mail programs write it: a table around styled paragraphs."""
    rows = "\n".join(
        f'<tr><td style="padding:0 24px 12px 24px;{STYLE}"><p class="MsoNormal"'
        f' style="margin:0;{STYLE}"><span lang="RU">'
        f"{escape(paragraph).replace(chr(10), '<br>')}</span></p></td></tr>"
        for paragraph in paragraphs
    )
    tracker = f"https://news.example/open/{random.getrandbits(96):x}.gif"
    return (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n'
        f"<style>p.MsoNormal {{{STYLE}}} a {{color:#0563c1}} td {{border:0}}</style></head>\n"
        '<body bgcolor="#f4f4f4"><table width="100%" cellpadding="0" cellspacing="0">\n'
        f"{rows}\n</table>\n"
        f'<p><a href="https://shop.example/?id={random.getrandbits(48):x}">shop.example</a>'
        f'<img src="{tracker}" width="1" height="1" alt=""></p></body></html>\n'
    )


def _pdf(random: Random) -> bytes:
    """Return a PDF file of one page whose content cannot be compressed, as in reality."""
    low, high = PDF_BYTES
    content = random.randbytes(random.randint(low, high) - 400)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
    ]
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 5\n0000000000 65535 f \n%btrailer\n<< /Size 5 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(data))
    )

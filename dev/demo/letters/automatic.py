"""What machines write: bounces, absences, receipts, scans, notices."""

from email import message_from_string
from email.message import Message
from email.mime.message import MIMEMessage

from . import build, calendars, papers
from .build import File
from .cast import ANNA, GIULIA, KATRIN, NURLANOVA, OFFICE, SALES, Person
from .post import Post

DAEMON = Person("Mail Delivery System", "mailer-daemon@sevline.example", known=False)
FOREIGN_DAEMON = Person("Mail Delivery Subsystem", "postmaster@mail-relay.example", 0, known=False)
PRINTER = Person("Kyocera 3 этаж", "scan@sevline.example", known=False)
EDO = Person("ЭДО «Обмен»", "notify@edo-obmen.example", known=False)


def add(post: Post) -> None:
    """Add the automatic letters to the post."""
    _bounces(post)
    _absences(post)
    _receipts(post)
    _notices(post)


def _delivery_status(recipient: str, action: str, status: str, words: str) -> Message:
    """Return a message/delivery-status part (RFC 3464 §2)."""
    return message_from_string(
        "Content-Type: message/delivery-status\nContent-Description: Delivery report\n\n"
        "Reporting-MTA: dns; mail.sevline.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {words}\n",
        policy=build.WIRE,
    )


def _original(sender: Person, to: str, subject: str, text: str) -> Message:
    inner = build.text_part(text)
    inner["From"] = build.address(sender)
    inner["To"] = to
    inner["Subject"] = build.encoded(subject, "utf-8", "Subject")
    inner["Message-ID"] = "<returned.1@sevline.example>"
    inner["MIME-Version"] = "1.0"
    return inner


def _bounces(post: Post) -> None:
    headers = [("Auto-Submitted", "auto-replied")]
    words = "550 5.1.1 <procurement@gulfcafes.example>: Recipient address rejected: User unknown"
    post.letter(
        "bounce",
        DAEMON,
        [ANNA],
        "Undelivered Mail Returned to Sender",
        days=6,
        at="13:31",
        headers=headers,
        envelope="",
        body=build.multipart(
            "report",
            [
                build.text_part(
                    "This is the mail system at host mail.sevline.example.\n\nI'm sorry to have to "
                    "inform "
                    "you that your message could not be delivered to one or more recipients. It's "
                    f"attached below.\n\n<procurement@gulfcafes.example>: host "
                    f"mx.gulfcafes.example\n"
                    f"    said: {words}\n",
                    cte="7bit",
                    charset="us-ascii",
                ),
                _delivery_status("procurement@gulfcafes.example", "failed", "5.1.1", words),
                MIMEMessage(
                    _original(
                        ANNA,
                        "procurement@gulfcafes.example",
                        "Ваш запрос / Your inquiry",
                        "Dear Sirs,\n\nthank you for your inquiry…\n",
                    )
                ),
            ],
            report_type="delivery-status",
        ),
    )
    post.letter(
        "bounce-full",
        FOREIGN_DAEMON,
        [SALES],
        "Недоставленное сообщение: Новый прайс-лист",
        days=3,
        at="04:10",
        headers=headers,
        envelope="",
        body=build.multipart(
            "report",
            [
                build.text_part(
                    "Не удалось доставить ваше письмо получателю "
                    "director@zerno-tochka.example:"
                    "\nпочтовый ящик переполнен. Попробуйте отправить письмо позже.\n"
                ),
                _delivery_status(
                    "director@zerno-tochka.example",
                    "failed",
                    "5.2.2",
                    "552 5.2.2 Mailbox size limit exceeded",
                ),
                MIMEMessage(
                    _original(
                        SALES,
                        "director@zerno-tochka.example",
                        "Новый прайс-лист",
                        "Добрый день! Прайс-лист во вложении.\n",
                    )
                ),
            ],
            report_type="delivery-status",
        ),
    )
    post.letter(
        "delayed",
        DAEMON,
        [SALES],
        "Delayed Mail (still being retried)",
        days=2,
        at="16:05",
        headers=headers,
        envelope="",
        body=build.multipart(
            "report",
            [
                build.text_part(
                    "Your message could not be delivered for more than 4 hours. It will be "
                    "retried until it is 5 days old. You do not need to send it again.\n",
                    cte="7bit",
                    charset="us-ascii",
                ),
                _delivery_status(
                    "liwei@lianhe-pack.example",
                    "delayed",
                    "4.4.1",
                    "connect to mx.lianhe-pack.example: Connection timed out",
                ),
            ],
            report_type="delivery-status",
        ),
    )


def _absences(post: Post) -> None:
    post.sent("anna-order-weiden", ANNA)
    post.letter(
        "absence-katrin",
        KATRIN,
        [ANNA],
        "Automatic reply: Order “Bodensee”, second part",
        """Thank you for your e-mail. I am out of the office until the 14th and will have limited
access to my mail. In urgent cases please turn to my colleague Jürgen Maß
(j.mass@weiden-porzellan.example).

Vielen Dank für Ihre Nachricht. Ich bin bis zum 14. nicht im Büro.

Katrin Vogel
""",
        days=1,
        at="09:31",
        answers="anna-order-weiden",
        headers=[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")],
    )
    post.sent("sales-to-alatau-2", SALES)
    post.letter(
        "absence-alatau",
        NURLANOVA,
        [SALES],
        "Автоответ: Размеры и вес мест",
        "Здравствуйте! Я в командировке в Урумчи до пятницы, отвечаю вечером по времени Алматы.\n"
        "По отгрузкам - Данияр, +7 701 555 01 34.\n",
        days=4,
        at="11:00",
        charset="koi8-r",
        cte="8bit",
        answers="sales-to-alatau-2",
        headers=[("Auto-Submitted", "auto-replied"), ("Precedence", "auto_reply")],
    )


def _receipts(post: Post) -> None:
    notice = Message(policy=build.WIRE)
    notice["Content-Type"] = "message/disposition-notification"
    notice.set_payload(
        "Reporting-UA: mail.bellini-macchine.example; Thunderbird\nFinal-Recipient: rfc822;"
        "giulia.ferri@bellini-macchine.example\nOriginal-Message-ID: "
        "<anna-to-bellini@sevline.example>\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n"
    )
    post.letter(
        "read-receipt",
        GIULIA,
        [ANNA],
        "Return receipt (displayed) - Advance payment PI-2218",
        days=8,
        at="09:02",
        body=build.multipart(
            "report",
            [
                build.text_part(
                    "This is a return receipt for the mail that you sent to "
                    "giulia.ferri@bellini-macchine.example.\n\nIt says that the letter was "
                    "displayed; whether it was read or understood it cannot tell.\n"
                ),
                notice,
            ],
            report_type="disposition-notification",
        ),
    )
    post.letter(
        "accepted",
        GIULIA,
        [ANNA],
        "Accepted: Video call about the hotel machines",
        days=2,
        at="15:33",
        body=calendars.acceptance(
            "call-levante@sevline.example",
            "Video call about the hotel machines",
            post.now,
            ANNA,
            GIULIA,
        ),
    )


def _notices(post: Post) -> None:
    scan = papers.pdf(
        "Накладная № 55718",
        [
            "Отправитель: Porzellanhaus Weiden GmbH",
            "Получатель: ООО «Северная линия»",
            "Паллет: 14. Вес: 3 870 кг.",
            "Принято с замечанием: <b>бой, 31 шт.</b>",
            "Кладовщик: Кузнецова О.",
        ],
        note="Скан с рукописной пометкой",
        colour="#444444",
    )
    post.letter(
        "scan",
        PRINTER,
        [OFFICE],
        "Скан с Kyocera 3 этаж",
        days=8,
        at="12:20",
        files=[File("SKM_C250i.pdf", scan, papers.PDF)],
        headers=[("X-Mailer", "KYOCERA MFP")],
    )
    post.letter(
        "edo",
        EDO,
        [OFFICE],
        "Поступил документ: УПД № 4471 от ООО «Балт-Логистика»",
        days=1,
        at="13:37",
        headers=[("Auto-Submitted", "auto-generated")],
        html=(
            "<html><body style='font-family:Tahoma'><p>Вам поступил документ, требующий "
            "подписи.</p>"
            "<table border=1 cellpadding=6 "
            "cellspacing=0><tr><td>Тип<td>УПД<tr><td>Номер<td>4471<tr>"
            "<td>Отправитель<td>ООО «Балт-Логистика»<tr><td>Сумма<td align=right>118 400,00</table>"
            "<p><a href='https://edo-obmen.example/in/4471'>Открыть документ</a></p><p><font "
            "size=1>"
            "Срок подписания: 5 рабочих дней.</font></body></html>"
        ),
    )

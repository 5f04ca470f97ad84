"""Newsletters and mailing lists: pictures from far away, trackers, digests."""

from . import layout, papers, pictures
from .build import File
from .cast import ANNA, OFFICE, SALES, Person
from .post import Post

ORIGIN = Person("Origin Weekly", "hello@origin-weekly.example", 0, known=False)
TEA_PAPER = Person("Чайная газета", "news@chaynaya-gazeta.example", known=False)
CUPS = Person("«Бумажный стакан»", "sale@bumstakan.example", known=False)
RAIL = Person("Билеты и дороги", "noreply@bilety-i-dorogi.example", known=False)
WEBINAR = Person("TradeDocs Academy", "academy@tradedocs.example", 0, known=False)
RATES = Person("Курсы валют", "rates@nevcredit.example", known=False)
LIST = Person("", "importers@lists.trade-forum.example", known=False)
LIST_WRITERS = (
    Person("Алексей Громов", "gromov@ural-import.example", 5, known=False),
    Person("Marta Kowalczyk", "m.kowalczyk@baltic-food.example", 1, known=False),
)


def add(post: Post) -> None:
    """Add newsletters and list letters to the post."""
    _origin(post)
    _tea_paper(post)
    _cups(post)
    _ticket(post)
    _webinar(post)
    _rates(post)
    _list(post)


def _unsubscribe(person: Person) -> list[tuple[str, str]]:
    domain = person.email.partition("@")[2]
    return [
        ("List-Unsubscribe", f"<https://{domain}/unsubscribe?u=40218>,\r\n <mailto:stop@{domain}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Precedence", "bulk"),
        ("Feedback-ID", f"40218:weekly:{domain}"),
    ]


def _origin(post: Post) -> None:
    base = "https://img.origin-weekly.example/2218"
    head = (
        f'<img src="{base}/header.jpg" width="600" height="180" alt="Origin Weekly" '
        'style="display:block;background:#3b1f0f;color:#fff;font-size:32px;text-align:center">'
    )
    post.letter(
        "origin-weekly",
        ORIGIN,
        [SALES],
        "☕ Frost that was not, and a lot nobody wanted",
        "Your mail program shows no HTML? Read this issue in the browser: "
        "https://origin-weekly.example/2218",
        days=4,
        at="06:00",
        cte="quoted-printable",
        headers=_unsubscribe(ORIGIN),
        html=layout.newsletter(
            head,
            [
                "<h2>The frost that was not</h2><p>For six days the market paid for a frost in "
                "Minas "
                "that "
                "the thermometers refused to show. By Thursday the premium was gone; those who had "
                "waited bought at last month's level.</p>"
                + layout.button(
                    "Read on", f"{base.replace('img.', '')}/frost?utm_source=mail&utm_campaign=2218"
                ),
                layout.side_by_side(
                    f"{base}/huila.jpg",
                    (
                        "<h2>A lot nobody wanted</h2><p>Forty bags from Huila, rejected twice for "
                        "“too "
                        "much "
                        "mango”. A roaster in Oslo took all of it. We tasted it. It is, indeed, "
                        "too much "
                        "mango, and we want more.</p>"
                    ),
                ),
                layout.side_by_side(
                    f"{base}/water.jpg",
                    (
                        "<h2>Ask the engineer: water</h2><p>“Why does the same espresso taste "
                        "flat in our "
                        "second shop?” Nine times of ten it is the filter, and the tenth time it "
                        "is the "
                        "filter, too.</p>"
                    ),
                ),
                "<p style='text-align:center'>Prices, freight and the calendar of auctions: "
                f'<a href="{base}/table">in the table</a>.</p>',
            ],
            f"You receive this because you subscribed in Milan. <a "
            f'href="{base}/stop">Unsubscribe</a>',
            "#f3ede6",
            "https://t.origin-weekly.example/open.gif?u=40218&amp;i=2218",
        ),
    )


def _tea_paper(post: Post) -> None:
    base = "https://img.chaynaya-gazeta.example/n118"
    head = (
        f'<table width="600" background="{base}/leaves.jpg" bgcolor="#1f5f3f" cellpadding="0">'
        '<tr><td style="padding:40px 32px;color:#fff;font:bold 30px Georgia,serif">Чайная '
        "газета"
        '<div style="font-size:14px;font-weight:normal">по вторникам, к '
        "чаю</div></td></tr></table>"
    )
    post.letter(
        "tea-paper",
        TEA_PAPER,
        [ANNA],
        "Чайная газета: почему подорожал Дарджилинг",
        days=7,
        at="08:00",
        headers=_unsubscribe(TEA_PAPER),
        html=layout.newsletter(
            head,
            [
                "<h2>Почему подорожал Дарджилинг</h2><p>Сбор упал до самого низкого уровня за "
                "пятьдесят "
                "лет: часть кустов сажали ещё при королеве Виктории, и менять их хозяева не "
                "спешат. "
                "Первый сбор этого года разобрали за восемь дней.</p>"
                + layout.button("Читать дальше", f"{base}/darjeeling", "#1f5f3f"),
                layout.side_by_side(
                    f"{base}/ivan-chai.jpg",
                    (
                        "<h2>Иван-чай едет за границу</h2><p>Экспорт вырос на треть. Покупают "
                        "Китай, "
                        "Эмираты "
                        "и, неожиданно, Португалия.</p>"
                    ),
                ),
                "<h2>Вопрос читателя</h2><p><i>«Сколько хранится зелёный чай в жестяной "
                "банке?»</i><br>"
                "Год, если банку не открывать. Если открывать — до первого визита "
                "родственников.</p>",
            ],
            f'Отписаться можно <a href="{base}/stop">здесь</a>.',
            "#edf3ee",
            "https://count.chaynaya-gazeta.example/p.png?id=7f21",
        ),
    )


def _cups(post: Post) -> None:
    goods = (
        ("Стакан 250 мл, двухслойный", "6,90 ₽", "#1b7f5c"),
        ("Стакан 350 мл, крафт", "5,40 ₽", "#a8743a"),
        ("Стакан 450 мл, праздничный", "7,80 ₽", "#b3202a"),
    )
    files = [
        File(
            "banner.png",
            pictures.banner(
                "Минус 15 % до пятницы", "Стаканы, крышки, манжеты", ("#173f5f", "#3caea3")
            ),
            "image/png",
            cid="banner@cups",
        )
    ]
    blocks = []
    for number, (name, price, colour) in enumerate(goods, 1):
        files.append(
            File(
                f"cup{number}.png",
                pictures.cup(colour, "«БС»", "#ffffff"),
                "image/png",
                cid=f"cup{number}@cups",
            )
        )
        blocks.append(
            layout.side_by_side(
                f"cid:cup{number}@cups",
                f"<h2>{name}</h2><p>от 10 000 шт.</p><p "
                f"style='font-size:22px'>"
                f"<b>{price}</b></p>"
                + layout.button("В корзину", f"https://bumstakan.example/{number}", "#173f5f"),
                120,
            )
        )
    post.letter(
        "cups-sale",
        CUPS,
        [SALES, OFFICE],
        "Минус 15 % на стаканы до пятницы",
        "Стаканы, крышки и манжеты: минус 15 % до пятницы. https://bumstakan.example",
        days=2,
        at="10:00",
        headers=_unsubscribe(CUPS),
        files=files,
        html=layout.newsletter(
            '<img src="cid:banner@cups" width="600" alt="Минус 15 % до пятницы" '
            'style="display:block">',
            blocks,
            "ООО «Бумажный стакан», Тверь. Не хотите писем — ответьте «стоп».",
            "#eaf3f2",
        ),
    )


def _ticket(post: Post) -> None:
    ticket = papers.pdf(
        "Электронный билет",
        [
            "Пассажир: <b>ОРЛОВА АННА СЕРГЕЕВНА</b>",
            "Поезд 768А «Сапсан»",
            "Санкт-Петербург (Московский вокзал) 07:00 — Москва 10:53",
            "Вагон 04, место 27 (у окна)",
            "Тариф: 4 318,00 руб.",
        ],
        note="Предъявите паспорт при посадке. Распечатывать билет не нужно.",
        colour="#333333",
    )
    head = (
        '<div style="background:#20262e;color:#fff;padding:22px 32px;font-size:20px">Билеты и '
        "дороги"
        "</div>"
    )
    post.letter(
        "ticket",
        RAIL,
        [ANNA],
        "Ваш билет: Санкт-Петербург — Москва, поезд 768А",
        days=6,
        at="21:54",
        headers=[("Auto-Submitted", "auto-generated")],
        html=layout.newsletter(
            head,
            [
                "<h2>Санкт-Петербург → Москва</h2>"
                + layout.table(
                    [
                        ("Отправление", "Прибытие", "Вагон", "Место"),
                        ("07:00", "10:53", "04", "27, у окна"),
                    ],
                    "#20262e",
                )
                + "<p>Билет во вложении. Посадка заканчивается за две минуты до "
                "отправления.</p>"
            ],
            "Заказ № 71 402 118. Вопросы: ответьте на это письмо.",
        ),
        files=[File("Билет_768А_Орлова.pdf", ticket, papers.PDF)],
    )


def _webinar(post: Post) -> None:
    head = (
        '<div style="background:linear-gradient(90deg,#0f2a4a,#2563eb);color:#fff;padding:34px '
        '32px;font-size:24px;font-weight:bold">Incoterms in practice</div>'
    )
    post.letter(
        "webinar",
        WEBINAR,
        [ANNA],
        "Free webinar: who pays when the container is late?",
        "Incoterms in practice, a free webinar of 45 minutes. Register: "
        "https://tradedocs.example/incoterms",
        days=3,
        at="14:30",
        headers=_unsubscribe(WEBINAR),
        html=layout.newsletter(
            head,
            [
                "<p>Demurrage, detention, storage: three words for one invoice. In 45 minutes we "
                "go "
                "through "
                "five real disputes and show which clause would have prevented "
                "each.</p><ul><li>FCA "
                "or FOB "
                "for containers? (Hint: it is not FOB.)</li><li>What “carriage paid” does not "
                "pay</li>"
                "<li>How to write the place of delivery so that a judge can find it</li></ul>"
                + layout.button("Keep me a seat", "https://tradedocs.example/incoterms", "#2563eb")
            ],
            "TradeDocs Academy, Tallinn.",
        ),
    )


def _rates(post: Post) -> None:
    for days, euro, dollar, yuan in (
        (1, "98,12", "91,40", "12,61"),
        (0, "98,47", "91,22", "12,58"),
    ):
        post.letter(
            f"rates-{days}",
            RATES,
            [OFFICE],
            f"Курсы на сегодня: € {euro}  $ {dollar}  ¥ {yuan}",
            days=days,
            at="08:15",
            headers=[("Precedence", "bulk"), ("Auto-Submitted", "auto-generated")],
            html=layout.mail(
                layout.table(
                    [
                        ("Валюта", "Покупка", "Продажа"),
                        ("Евро", euro, f"{euro[:-2]}94"),
                        ("Доллар США", dollar, f"{dollar[:-2]}88"),
                        ("Юань", yuan, f"{yuan[:-2]}79"),
                    ],
                    "#123a6b",
                )
                + "<p style='color:#888'>Курсы для платежей до 100 000 евро, действуют до "
                "16:00.</p>"
            ),
        )


def _list(post: Post) -> None:
    headers = [
        ("List-Id", "Importers' forum <importers.lists.trade-forum.example>"),
        ("List-Post", "<mailto:importers@lists.trade-forum.example>"),
        ("List-Unsubscribe", "<mailto:importers-leave@lists.trade-forum.example>"),
        ("Precedence", "list"),
        ("Sender", "importers-bounces@lists.trade-forum.example"),
    ]
    footer = (
        "_______________________________________________\nimporters mailing list\n"
        "https://lists.trade-forum.example/importers\n"
    )
    gromov, marta = LIST_WRITERS
    post.letter(
        "list-question",
        gromov,
        [LIST],
        "[importers] Скидка в инвойсе и таможенная стоимость",
        f"""Коллеги, добрый день.

Кто-нибудь успешно доказывал таможне скидку за раннюю оплату? Поставщик даёт 3 %, в договоре её нет,
инспектор считает стоимость без скидки. Сумма небольшая, но обидно.

Алексей Громов, Екатеринбург
{footer}""",
        days=6,
        at="08:44",
        bcc=[ANNA],
        headers=headers,
    )
    post.letter(
        "list-answer",
        marta,
        [LIST],
        "Re: [importers] Скидка в инвойсе и таможенная стоимость",
        f"""> Кто-нибудь успешно доказывал таможне скидку за раннюю оплату?

Yes, twice. You need three papers: the price list of the maker, a letter where he says that the
discount is open to every buyer who pays within N days, and the bank's proof that you did. With
these the office in Gdańsk said nothing, and friends in Vyborg tell the same.

Do it before the declaration, not after.

Marta
{footer}""",
        days=5,
        at="15:20",
        bcc=[ANNA],
        answers="list-question",
        headers=headers,
    )

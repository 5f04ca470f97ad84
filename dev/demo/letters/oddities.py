"""Letters that put a mail program to the test: old charsets, no labels, broken structure."""

from email.mime.message import MIMEMessage
from email.utils import format_datetime

from . import build, papers, pictures
from .build import File
from .cast import (
    ANNA,
    DILANI,
    GRIGORYAN,
    LYUDMILA,
    MININ,
    OFFICE,
    OLGA,
    SALES,
    Person,
)
from .post import Post

OLD_FACTORY = Person("Завод Эмаль", "sbyt@emal-zavod.example", known=False)
MUSEUM = Person("Музей самоваров", "samovar@muzey-tula.example", known=False)
LIBRARY = Person("Н. Тихомирова", "tihomirova@teabook.example", known=False)
CLUB = Person("Клуб рестораторов", "club@restoratory.example", known=False)
OUTLOOK_USER = Person("Ветрова Инна", "vetrova@sever-catering.example", known=False)


def add(post: Post) -> None:
    """Add the odd letters to the post."""
    _old_charsets(post)
    _unlabelled(post)
    _broken(post)
    _nested(post)


def _old_charsets(post: Post) -> None:
    post.letter(
        "cp866",
        OLD_FACTORY,
        [SALES],
        "Ответ на запрос: чайники эмалированные",
        """Исх. № 118

На Ваш запрос сообщаем:

 чайник 2,0 л белый  ......... 640 руб.
 чайник 3,0 л с рисунком ..... 790 руб.
 кружка 0,4 л ................ 145 руб.

Отгрузка со склада в г. Лысьва, кратно 6 шт. Самовывоз.

Отдел сбыта
""",
        days=9,
        at="07:10",
        charset="cp866",
        cte="base64",
        headers=[("X-Mailer", "DMail for DOS 2.9")],
    )
    post.letter(
        "koi8",
        LIBRARY,
        [ANNA],
        "Книга о чае: 40 экземпляров",
        """Здравствуйте, Анна!

Тираж пришёл из типографии. Откладываю для вас сорок экземпляров, как договаривались; на форзаце -
ваш логотип. Обложка получилась темнее, чем на макете, но мне так даже больше нравится.

Забрать можно в любой день, кроме среды: по средам у меня лекции.

Н. Тихомирова
""",
        days=5,
        at="12:09",
        charset="koi8-r",
        cte="base64",
        headers=[("User-Agent", "Mutt/1.5.20")],
    )


def _raw(
    post: Post,
    key: str,
    sender: Person,
    to: Person,
    days: int,
    at: str,
    head: str,
    body: str,
    charset: str,
) -> None:
    """Add a letter written by hand: its head and body in `charset`, without a word about it."""
    moment = post.moment(sender, days, at)
    identity, _references = post.identify(key, sender)
    lines = head.format(date=format_datetime(moment), id=identity).strip("\n").split("\n")
    text = "\r\n".join([*lines, "", *body.strip("\n").split("\n"), ""])
    post.add(key, sender.email, [to], moment, text.encode(charset))


def _unlabelled(post: Post) -> None:
    _raw(
        post,
        "bare-1251",
        MUSEUM,
        ANNA,
        10,
        "15:25",
        """
From: Музей самоваров <samovar@muzey-tula.example>
To: anna.orlova@sevline.example
Subject: Самовары для фотосъёмки
Date: {date}
Message-ID: {id}
""",
        """
Добрый день!

Для съёмки вашего каталога можем предоставить три самовара: «рюмка» 1890-х годов, «ваза» фабрики
Баташева и дорожный, на два литра. Условия простые: перевозка ваша, хранитель едет с самоварами,
воду в них не наливать.

Музей самоваров, Тула
""",
        "windows-1251",
    )
    _raw(
        post,
        "bare-utf8",
        CLUB,
        SALES,
        4,
        "17:00",
        """
From: Клуб рестораторов <club@restoratory.example>
To: sales@sevline.example
Subject: Встреча клуба: «Сколько стоит чашка кофе»
Date: {date}
Message-ID: {id}
""",
        """
Друзья!

В четверг считаем вслух, из чего складывается цена чашки кофе: зерно, аренда, зарплата, стакан и
пенка. Обещали быть владельцы пяти кофеен, и каждый принесёт настоящие цифры.

Вход свободный, начало в 19:00.
""",
        "utf-8",
    )
    _raw(
        post,
        "wrong-label",
        OUTLOOK_USER,
        OFFICE,
        11,
        "11:30",
        """
From: vetrova@sever-catering.example
To: office@sevline.example
Subject: =?us-ascii?Q?Zapros?=
Date: {date}
Message-ID: {id}
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii
Content-Transfer-Encoding: 8bit
""",
        """
Добрый день, подскажите, пожалуйста, работаете ли вы с кейтерингом? Нам нужны кофе и стаканы на
мероприятие на 400 человек, с доставкой в Гатчину в субботу утром. Оплата по счёту.

Инна Ветрова, "Север Кейтеринг"
""",
        "koi8-r",
    )


def _broken(post: Post) -> None:
    picture = build.file_part(File("чек.png", pictures.cup("#777777", "чек"), "image/png"))
    whole = picture.get_payload()
    _raw(
        post,
        "broken",
        GRIGORYAN,
        ANNA,
        2,
        "22:16",
        """
From: Армен Григорян <armen@grigoryan.example>
To: <anna.orlova@sevline.example
Cc: ;;, "Бухгалтерия <>
Subject: =?utf-8?B?0KfQtdC6INC30LAg0LTQvtGB0YLQsNCy0LrRgw==?= =?utf-8?B?broken
Date: вчера вечером
Message-ID: {id}
MIME-Version: 1.0
this line has no colon
Content-Type: multipart/mixed; boundary="=_one
""",
        f"""
--=_one
Content-Type: text/plain; charset="utf-8
Content-Transfer-Encoding: 8bit

Анна джан, вот чек за доставку. Телефон новый, пишет что хочет. Фото прикладываю, если дойдёт.
--=_one
Content-Type: image/png; name="check.png"
Content-Disposition: attachment; filename="check.png"
Content-Transfer-Encoding: base64

{whole[: len(whole) // 2]}
""",
        "utf-8",
    )
    _raw(
        post,
        "bare-nothing",
        MININ,
        SALES,
        6,
        "06:58",
        """
from: s.minin@baltlog.example
message-id: {id}
""",
        """
SKLU 088341-0 vyshel iz Shanghaya. Pishu s chuzhogo telefona, podrobnosti utrom. Minin
""",
        "us-ascii",
    )


def _nested(post: Post) -> None:
    inner = build.content(
        "Dear customer,\n\nplease note that from the 1st our bank account changes. The new details "
        "are in the\nattached file. Kindly pay all open invoices to the new account.\n\nAccounts\n",
        files=[
            File(
                "new bank details.pdf",
                papers.pdf(
                    "New bank details",
                    [
                        "Beneficiary: Ceylon Hil Teas",
                        "Bank: First Island Bank",
                        "Please do not telephone, our lines are under repair.",
                    ],
                ),
                papers.PDF,
            )
        ],
    )
    inner["From"] = "Ceylon Hill Teas <accounts@ceylonhil1.example>"
    inner["To"] = "buh@sevline.example"
    inner["Subject"] = "URGENT: change of bank details"
    inner["Date"] = format_datetime(post.moment(DILANI, 4, "11:40"))
    inner["Message-ID"] = "<urgent.88@ceylonhil1.example>"
    inner["MIME-Version"] = "1.0"
    forwarded = build.multipart(
        "mixed",
        [
            build.text_part(
                "Анна, это правда от них? Адрес какой-то странный: в конце не буква l, а единица. "
                "Я "
                "ничего не "
                "платила.\n\nЧайкина\n"
            ),
            MIMEMessage(inner),
        ],
    )
    post.letter(
        "forwarded",
        LYUDMILA,
        [ANNA],
        "Fwd: URGENT: change of bank details",
        days=3,
        at="14:22",
        cc=[OFFICE],
        body=forwarded,
    )
    price = papers.sheet(
        "Прайс",
        [
            ("Позиция", "Цена, руб."),
            ("Кейтеринг: кофе, чашка", 95.0),
            ("Кейтеринг: чай, чашка", 60.0),
        ],
        "884400",
    )
    winmail = papers.winmail("Прайс на обслуживание", [("Прайс кейтеринг.xlsx", price)])
    post.letter(
        "winmail",
        OUTLOOK_USER,
        [SALES],
        "Прайс на обслуживание мероприятий",
        "Как просили, высылаю наш прайс. Файл Excel.\n\nИнна Ветрова\n",
        days=7,
        at="10:50",
        charset="windows-1251",
        cte="8bit",
        files=[File("winmail.dat", winmail, "application/ms-tnef")],
        headers=[("X-MS-Has-Attach", "yes"), ("X-Mailer", "Microsoft Outlook 14.0")],
    )
    post.letter(
        "forward-inline",
        OLGA,
        [ANNA],
        "Fwd: вопрос по таре",
        """Аня, это к тебе?

-------- Пересылаемое сообщение --------
Тема: вопрос по таре
Дата: сегодня
От: Кооператив «Кедр» <kedr-coop@taiga-market.example>
Кому: sklad@sevline.example

Здравствуйте. Банки под мёд с вашей этикеткой готовы, 1 400 штук. Крышки золотые, как на образце, но
на полтона темнее. Забирать поддонами или россыпью?
""",
        days=0,
        at="09:40",
    )

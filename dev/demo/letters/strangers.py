"""Letters of people whom the address book does not know yet."""

from . import layout, papers
from .build import File
from .cast import OFFICE, SALES, Person
from .post import Post

NEW_CAFE = Person("Тимур Закиров", "timur.zakirov@pochta.example", known=False)
SERBIAN = Person("Jelena Petrović", "jelena@kafa-i-mleko.example", 1, known=False)
STUDENT = Person("Кристина Вельяминова", "kristina.v@studmail.example", known=False)
SITE = Person("Сайт «Северная линия»", "noreply@sevline.example", known=False)


def add(post: Post) -> None:
    """Add the strangers' letters to the post."""
    post.letter(
        "new-cafe",
        NEW_CAFE,
        [SALES],
        "Открываем кофейню в Уфе, с чего начать?",
        """Здравствуйте!

Нашёл вас через знакомых. Открываем с женой первую кофейню, 38 метров, у университета. Бюджет на
оборудование — 900 тысяч. Что посоветуете: новая одногруппная машина или двухгрупповая с пробегом?
И правда ли, что кофемолок надо сразу две?

Ещё вопрос: вы обучаете бариста? Нас пока двое, и оба умеем только пить.

Тимур Закиров, Уфа
""",
        days=5,
        at="23:38",
    )
    post.letter(
        "serbia-inquiry",
        SERBIAN,
        [SALES],
        "Distributor in Belgrade for your own tea blends?",
        """Dear Sirs,

we are a small roastery and tea shop in Belgrade (Kafa i mleko, since 2015). On the fair in Sofia
we tried your blend “White Nights” and could not forget it.

Do you already have a distributor in Serbia? If not, we would be glad to talk about it. If yes,
just tell us where to buy it, please!

Srdačan pozdrav,
Jelena Petrović
""",
        days=8,
        at="13:13",
        charset="utf-8",
        cte="quoted-printable",
    )
    resume = papers.pdf(
        "Вельяминова Кристина",
        [
            "Студентка 4-го курса, «Международная торговля»",
            "Английский — C1, итальянский — B1, китайский — начала недавно",
            "Практика: выставка «Продэкспо», помощник переводчика",
            "Программы: Excel (сводные таблицы), немного Python",
        ],
        colour="#555577",
    )
    post.letter(
        "student",
        STUDENT,
        [OFFICE],
        "Практика в отделе ВЭД",
        """Добрый день!

Учусь на четвёртом курсе и ищу место для преддипломной практики на три месяца. Мне интересна
закупка за границей: хотела бы увидеть, как это устроено на самом деле, а не в учебнике.

Оплата не обязательна. Резюме прилагаю.

С уважением,
Кристина Вельяминова
""",
        days=9,
        at="14:44",
        files=[File("Резюме_Вельяминова.pdf", resume, papers.PDF, style="raw")],
    )
    post.letter(
        "site-form",
        SITE,
        [SALES],
        "Заявка с сайта № 3391",
        days=1,
        at="19:05",
        headers=[
            ("Reply-To", "o.remizova@dom-chaya.example"),
            ("Auto-Submitted", "auto-generated"),
        ],
        html=layout.mail(
            "<h3>Новая заявка с сайта</h3>"
            + layout.table(
                [
                    ("Поле", "Значение"),
                    ("Имя", "Оксана Ремизова"),
                    ("Компания", "«Дом чая», Тверь"),
                    ("Телефон", "+7 482 555-01-36"),
                    ("Почта", "o.remizova@dom-chaya.example"),
                    ("Интересует", "чай на развес, банки, чайники"),
                    (
                        "Вопрос",
                        "Есть ли минимальный заказ и делаете ли вы купажи под нашим именем?",
                    ),
                ]
            )
            + "<p style='color:#888'>Ответьте на это письмо — ответ уйдёт посетителю.</p>"
        ),
    )

"""Letters of our own people, and invitations."""

from datetime import timedelta, timezone

from . import calendars, papers
from .build import File
from .cast import (
    ANNA,
    DMITRY,
    LYUDMILA,
    OFFICE,
    OLGA,
    SALES,
    SEVEROV,
    Person,
)
from .post import Post

MOSCOW = timezone(timedelta(hours=3))
EXPO = Person("Дирекция «КофеЭкспо»", "direction@coffee-expo.example", known=False)


def add(post: Post) -> None:
    """Add these letters to the post."""
    _colleagues(post)
    _invitations(post)


def _colleagues(post: Post) -> None:
    stock = papers.sheet(
        "Остатки",
        [
            ("Артикул", "Наименование", "Остаток", "В резерве", "В пути"),
            ("К-014", "Кофе Brazil Cerrado, кг", 1120, 340, 0),
            ("К-021", "Кофе Ethiopia Sidamo, кг", 80, 80, 600),
            ("Ч-003", "Чай OPA Ува, 250 г", 940, 200, 8000),
            ("С-250", "Стакан 250 мл зелёный", 6000, 0, 200000),
            ("М-002", "Кофемашина Levante 2 гр.", 1, 1, 6),
            ("П-024", "Тарелка 24 см «Боденское озеро»", 412, 330, 31),
        ],
        "444444",
    )
    post.letter(
        "stock",
        OLGA,
        [SALES],
        "Остатки на утро",
        """Коллеги, остатки во вложении.

Прошу не обещать Sidamo: осталось 80 кг, и все они уже чьи-то. И ещё: кто-то опять поставил
образцы посуды на стеллаж с чаем. Чай пахнет картоном. Я знаю, кто.

Ольга
""",
        days=1,
        at="08:58",
        cc=[ANNA],
        files=[File("Остатки на утро.xlsx", stock, papers.XLSX)],
    )
    post.letter(
        "director",
        SEVEROV,
        [SALES, ANNA, OFFICE],
        "Итоги квартала и одна просьба",
        """Коллеги!

Квартал закрыли лучше, чем думали: отгрузили на 18 % больше прошлогоднего, просрочка ниже 4 %.
Спасибо всем, а складу — отдельно: за три месяца ни одной пересортицы.

Просьба одна. Клиенты пишут на общий ящик, на личные и на мобильные, и потом мы ищем, кто что
обещал. С этого месяца вся переписка с клиентами — только через CRM. Хоть три слова, но там.

Н. Северов
""",
        days=8,
        at="18:02",
        cte="quoted-printable",
    )
    post.letter(
        "dmitry-question",
        DMITRY,
        [ANNA],
        "«Утренний поезд»: кто им обещал Yirgacheffe?",
        """Аня, Мария из «Утреннего поезда» пишет, что согласна на Yirgacheffe по цене Sidamo. Я
предлагал с доплатой. 40 кг × 90 рублей — не деньги, но решать тебе, клиент твой.

Д.
""",
        days=12,
        at="12:50",
    )
    post.letter(
        "accountant",
        LYUDMILA,
        [ANNA],
        "Авансовый отчёт за Милан!!!",
        """Анна Сергеевна!

Третий раз прошу авансовый отчёт по командировке в Милан. Чек из «остерии за собором» без перевода
не приму. И посадочные талоны, пожалуйста, ОБА.

Чайкина
""",
        days=2,
        at="15:15",
        charset="windows-1251",
        cte="8bit",
        headers=[("X-Priority", "1 (Highest)"), ("Importance", "High")],
    )


def _invitations(post: Post) -> None:
    meeting = post.now.astimezone(MOSCOW).replace(hour=11, minute=0, second=0, microsecond=0)
    post.letter(
        "planning",
        DMITRY,
        [ANNA],
        "Планёрка: подарочные наборы",
        days=1,
        at="17:40",
        cc=[SALES],
        body=calendars.invitation(
            "planerka-ny@sevline.example",
            "Планёрка: подарочные наборы",
            meeting,
            3,
            DMITRY,
            [ANNA],
            "Переговорная у окна",
            "Состав наборов, коробки, кто звонит отелям.",
        ),
    )
    post.letter(
        "expo",
        EXPO,
        [SALES],
        "Приглашение на «КофеЭкспо»: ваш бейдж и расписание",
        days=5,
        at="12:45",
        body=calendars.invitation(
            "badge-20418@coffee-expo.example",
            "«КофеЭкспо», день для профессионалов",
            meeting,
            17,
            EXPO,
            [SALES],
            "Экспофорум, павильон F",
            "Бейдж № 20418. Вход с 9:30.",
            papers.pdf(
                "Бейдж участника № 20418",
                [
                    "ООО «Северная линия»",
                    "Павильон F, вход с 9:30",
                    "Действителен все три дня выставки.",
                ],
                colour="#a03060",
            ),
        ),
    )

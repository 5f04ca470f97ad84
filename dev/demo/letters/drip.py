"""New letters that keep coming while the demo runs, each a little different."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from . import layout, papers
from .build import File
from .cast import (
    ANNA,
    ANNA_BOX,
    DILANI,
    DISPATCH,
    DROZDOV,
    EMRE,
    GIULIA,
    GRIGORYAN,
    KATRIN,
    KOVALEVA,
    LAPTEV,
    LI_WEI,
    LYUDMILA,
    MININ,
    NURLANOVA,
    NUWAN,
    OFFICE,
    OFFICE_BOX,
    OLGA,
    OMAR,
    PEOPLE,
    RAFAEL,
    RYBINA,
    SALES,
    SALES_BOX,
    SEVEROV,
    SOBOLEVA,
    ZUEVA,
    Person,
)
from .post import Letter, Post

VISITORS = (
    Person("Роман Щукин", "r.shchukin@kofe-na-uglu.example", known=False),
    Person("Ирина Майорова", "mayorova@teatr-bufet.example", known=False),
    Person("Tomáš Novák", "novak@kavarna-most.example", 1, known=False),
    Person("Зарина Ахметова", "zarina@chaikhana-ufa.example", 5, known=False),
)
COFFEE = ("Brazil Cerrado", "Ethiopia Sidamo", "Kenya AA", "Colombia Huila", "Guatemala Antigua")
TEA = ("OPA Ува", "BOP Димбула", "ганпаудер", "эрл грей", "иван-чай ферментированный")
WARES = ("стаканы 250 мл", "крышки 90 мм", "сироп «Фундук»", "сироп «Карамель»", "питчеры 0,6 л")
DAYS = ("понедельник", "вторник", "среду", "четверг", "пятницу")

# (sender, subject, text); the slots are filled by _slots().
_SALES = (
    (
        KOVALEVA,
        "Дозаказ {n}: {goods}",
        """Добрый день!

Просим добавить к ближайшей машине: {goods} — {qty} шт. (точка на улице {street}). Если на складе
меньше, везите что есть, остальное следующей.

Мария Ковалёва
""",
    ),
    (
        RYBINA,
        "Накладная {n} подписана",
        """Здравствуйте! Накладную {n} подписали, расхождений нет.
Скан пришлю вечером, оригинал отдала водителю.

Светлана Рыбина
""",
    ),
    (
        DROZDOV,
        "А {coffee} ещё есть?",
        """Привет! Осталось у вас {coffee}? Взял бы {kilos} кг прямо в
{day}. Если кончился, посоветуйте похожий, но не кислее.

Паша, «Зерно и точка»
""",
    ),
    (
        NURLANOVA,
        "Заявка № {n}, Алматы",
        """Добрый день!

Заявка № {n}: чай {tea} — {kilos} кг, {goods} — {qty} шт. Просим счёт в рублях и срок готовности.

Айгуль Нурланова
""",
    ),
    (
        OMAR,
        "Gulf Cafés: order {n}, {qty} tins",
        """Hello,

please prepare {qty} tins of herbal tea for the next flight and tell us weight and volume. The
payment for the last invoice went out this morning, reference GC-{n}.

Regards,
Omar Haddad
""",
    ),
    (
        LI_WEI,
        "Production photo / order GZ{n}",
        """Dear Dmitry,

order GZ{n}: printing is finished today, {qty} thousand cups. Packing tomorrow, cargo ready on
Friday. Please inform your forwarder.

Best regards, Li Wei
""",
    ),
    (
        RAFAEL,
        "Offer: {kilos} bags, fine cup",
        """Hello,

I can show you {kilos} bags of Mogiana NY 2, screen 16 up, at C + {small}. Firm until tomorrow noon
Santos. Sample {n} is ready to fly.

Abraço, Rafael
""",
    ),
    (
        MININ,
        "Контейнер SKLU {n}: новости",
        """Добрый день. SKLU {n} сняли с судна сегодня в {time}.
Подача на склад в {day}, номер машины сообщит диспетчер.

Минин
""",
    ),
    (
        OLGA,
        "Пришли {goods}",
        """Коллеги, пришли {goods}, {qty} шт. Поставила на стеллаж {small}-Б.
Резервы по старым заказам сделала.

Ольга
""",
    ),
)
_ANNA = (
    (
        GIULIA,
        "Levante, serial number {n}",
        """Dear Anna,

machine no. {n} has passed the test bench today: pressure 9.1 bar, no leaks. {small} more to go.

Best,
Giulia
""",
    ),
    (
        LAPTEV,
        "{coffee}: каппинг в {day}",
        """Анна, привет! Делаем каппинг в {day}, в {time}.
Пришлёшь {coffee} грамм двести? Обжарка {small}-дневная подойдёт.

Игорь
""",
    ),
    (
        SOBOLEVA,
        "Заявка {n} для зала завтраков",
        """Здравствуйте, Анна Сергеевна!

Прошу привезти в {day}: кофе {coffee} — {kilos} кг, {goods} — {qty} шт. Пропуск на машину заказан.

Е. В. Соболева
""",
    ),
    (
        GRIGORYAN,
        "ещё вопрос",
        """Анна джан а {goods} по старой цене есть? надо {qty} штук

Отправлено с телефона
""",
    ),
    (
        KATRIN,
        "Delivery note {n}",
        """Dear Ms Orlova,

delivery note {n} left Weiden today: {qty} plates, this time in honeycomb paper. The driver expects
to arrive in eight days.

Kind regards
Katrin Vogel
""",
    ),
    (
        EMRE,
        "Laboratory report for lot {n}",
        """Merhaba Anna,

lot {n}: aflatoxin 1.{small} ppb, moisture 4.8 %. The certificate follows by courier.

Emre
""",
    ),
    (
        ZUEVA,
        "Декларация {n}: выпуск",
        """Анна, по декларации {n} выпуск в {time}. Акт и счёт завтра.

Наталья
""",
    ),
    (
        LYUDMILA,
        "Счёт {n}: кому закрывать?",
        """Анна Сергеевна, по счёту {n} пришла
оплата {sum} руб., а отгрузки не вижу. Кому закрывать?

Чайкина
""",
    ),
)
_OFFICE = (
    (
        DISPATCH,
        "Машина {small} под выгрузку, {time}",
        """Склад: Обводный, ворота {small}
Водитель: по накладной {n}
Груз: {goods}, {kilos} мест
Прибытие: {time}

Сообщение создано автоматически, отвечать на него не нужно.
""",
    ),
    (
        DILANI,
        "Container {n}: originals by courier",
        """Dear Sirs,

the original documents of container {n} were handed to the courier at {time}. Please confirm when
they arrive.

Dilani Fernando
""",
    ),
    (
        NUWAN,
        "Crop news from Uva",
        """Dear friends, rain since Sunday, plucking stopped for
{small} days. Prices of OPA will move in the next auction, so if you need {kilos} kg more, now is
the moment.

Nuwan
""",
    ),
    (
        SEVEROV,
        "Встреча в {day} в {time}",
        """Коллеги, в {day} в {time} собираемся
в переговорной: квартал, склад, подарочные наборы. Двадцать минут, кофе мой.

Н. Северов
""",
    ),
    (
        MININ,
        "Счёт {n} за перевозку",
        """Добрый день. Счёт {n} за перевозку на {sum} руб.
во вложении, оплата в течение пяти дней.

Минин
""",
    ),
)
_RUSSIAN_ANSWERS = (
    "Добрый день!\n\nСпасибо, получили. Посмотрим и ответим завтра до обеда.",
    "Здравствуйте!\n\nДа, нас это устраивает. Пришлите, пожалуйста, счёт.",
    "Спасибо за быстрый ответ! Передам коллегам, вернусь к вам на этой неделе.",
)
_ENGLISH_ANSWERS = (
    "Hello,\n\nthank you, this is just what we need. I will come back to you tomorrow.",
    "Good day,\n\nagreed. Please send us the proforma, we will take care of the rest.",
    "Many thanks for the quick answer! I have passed it on to my colleagues.",
)
_THEMES = {
    SALES_BOX.address: (SALES, _SALES),
    ANNA_BOX.address: (ANNA, _ANNA),
    OFFICE_BOX.address: (OFFICE, _OFFICE),
}


def _slots(random: Random) -> dict[str, str]:
    """Return words and numbers for the slots of the texts."""
    return {
        "n": str(random.randrange(1200, 9900)),
        "qty": str(random.randrange(2, 40) * 25),
        "kilos": str(random.randrange(2, 30) * 10),
        "small": str(random.randrange(2, 9)),
        "sum": f"{random.randrange(18, 640)} {random.randrange(10)}50",
        "time": f"{random.randrange(9, 18)}:{random.choice(('00', '15', '30', '45'))}",
        "coffee": random.choice(COFFEE),
        "tea": random.choice(TEA),
        "goods": random.choice(WARES),
        "day": random.choice(DAYS),
        "street": random.choice(("Тверской", "Маросейке", "Покровке", "Большой Дмитровке")),
    }


def _visitor(random: Random) -> tuple[Person, str, str]:
    """Return a request from somebody whom the address book does not know."""
    person = random.choice(VISITORS)
    if person.hours == 1:
        return (
            person,
            "Question about {coffee}",
            (
                "Good day,\n\ndo you sell {coffee} in bags of {kilos} kg, and do you deliver "
                "to Prague? We would start\nwith one bag a month.\n\nTomáš Novák, Kavárna Most\n"
            ),
        )
    return (
        person,
        "Нужны {goods}, {qty} шт.",
        (
            "Здравствуйте!\n\nПодскажите цену на {goods}, нужно {qty} шт. к числу {small}-му. И "
            "сразу "
            "вопрос: можно ли\nзабрать самим со склада?\n\n" + person.name + "\n"
        ),
    )


def next_letter(number: int, now: datetime, mailbox: str) -> Letter:
    """Return the new letter `number` for the address `mailbox`, dated the aware moment `now`."""
    random = Random(f"{number} {mailbox}")
    to, themes = _THEMES[mailbox]
    sender, subject, text = themes[number % len(themes)]
    if to is SALES and number % 5 == 4:
        sender, subject, text = _visitor(random)
    slots = _slots(random)
    text = text.format(**slots)
    post = Post(now)
    post.letter(
        f"new-{number}-{now:%H%M%S}",
        sender,
        [to],
        subject.format(**slots),
        text,
        **_dress(random, sender, slots, text),
    )
    return post.letters[0]


def find_correspondent(email: str) -> Person | None:
    """Return who has an address in the address book, or None."""
    return next((person for person in PEOPLE if person.email == email.lower()), None)


def answer(
    person: Person, now: datetime, mailbox: str, subject: str, references: Sequence[str]
) -> Letter:
    """Return what a correspondent answers to the letter of ours that is the last of `references`.

    `mailbox` is the address that wrote to them, `now` the aware moment.
    """
    to, _themes = _THEMES[mailbox]
    is_russian = any("а" <= char <= "я" for char in person.name.lower())
    texts = _RUSSIAN_ANSWERS if is_russian else _ENGLISH_ANSWERS
    post = Post(now)
    post.letter(
        f"answer-{now:%H%M%S%f}",
        person,
        [to],
        subject if subject.lower().startswith("re:") else f"Re: {subject}",
        f"{Random(references[-1]).choice(texts)}\n\n{person.name}\n",
        headers=[("In-Reply-To", references[-1]), ("References", "\r\n\t".join(references))],
    )
    return post.letters[0]


def _dress(random: Random, sender: Person, slots: dict[str, str], text: str) -> dict:
    """Return how a new letter is dressed: plain, HTML, or with a file."""
    if sender is MININ:
        paper = papers.invoice(
            f"Счёт № {slots['n']}",
            ["ООО «Балт-Логистика»"],
            ["ООО «Северная линия»"],
            [
                ("Перевозка контейнера", 1, random.randrange(60, 180) * 1000.0),
                ("Хранение на терминале, сутки", random.randrange(1, 6), 3400.0),
            ],
            "руб.",
            russian=True,
            colour="#0b5d7a",
        )
        return {"files": [File(f"Счёт № {slots['n']}.pdf", paper, papers.PDF)]}
    dresses: tuple[Callable[[], dict], ...] = (
        dict,
        lambda: {"html": layout.mail(layout.paragraphs(text))},
        lambda: {"html": layout.outlook(text)},
        lambda: {"cte": "quoted-printable"},
    )
    return random.choice(dresses)()

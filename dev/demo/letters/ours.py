"""What our people write: letters that they have sent, a draft, templates and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import papers
from .build import File
from .cast import (
    ANNA,
    ANNA_BOX,
    KATRIN,
    KOVALEVA,
    NOBODY,
    NOBODY_AT_UTRO,
    NURLANOVA,
    OMAR,
    SALES_BOX,
    SOBOLEVA,
    Mailbox,
    Person,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A letter that one of our people has written.

    `days` and `at` are those of `Post.moment`. Where `key` is that of a letter in the threads of
    the others, it is this one.
    """

    key: str
    login: str
    mailbox: Mailbox
    to: Sequence[Person]
    subject: str
    text: str
    days: int = 0
    at: str = ""
    cc: Sequence[Person] = ()
    files: Sequence[File] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A text to begin letters with."""

    key: str
    login: str
    mailbox: Mailbox
    subject: str
    text: str


def sent() -> list[Written]:
    """Return the letters that were sent; the server refuses some of their recipients."""
    return [*_of_anna(), *_of_dmitry()]


def _of_anna() -> list[Written]:
    return [
        Written(
            "anna-to-hotel",
            "anna",
            ANNA_BOX,
            [SOBOLEVA],
            "Re: Запрос коммерческого предложения: посуда для завтраков",
            """Уважаемая Елена Викторовна!

Благодарю за запрос. Для зала завтраков советую серию «Bodensee»: гладкий край, до 2000 циклов в
посудомоечной машине, выпускается с 1998 года, так что докупить можно будет и через пять лет.

Образцы всех пяти предметов привезу сама. Подойдёт вторник или среда после 14:00?""",
            days=10,
            at="11:15",
        ),
        Written(
            "anna-to-gulf",
            "anna",
            ANNA_BOX,
            [OMAR],
            "Re: Inquiry: Russian herbal tea and honey for 9 cafés in Dubai",
            """Dear Mr Haddad,

thank you for your interest. I will look after you from now on. Would the 29th suit you for a
meeting and a tasting here in St. Petersburg?""",
            days=5,
            at="10:14",
        ),
        Written(
            "anna-to-nobody",
            "anna",
            ANNA_BOX,
            [NOBODY],
            "Кофе для вашего буфета",
            """Роман, добрый день!

Как договорились на выставке, высылаю условия: от 10 кг в месяц, доставка по городу бесплатно,
первая пачка на пробу — за наш счёт. Какую обжарку прислать?""",
            days=1,
            at="16:20",
        ),
    ]


def _of_dmitry() -> list[Written]:
    order = papers.invoice(
        "Счёт № 1231",
        ["ООО «Северная линия»"],
        ["Сеть кофеен «Утренний поезд»"],
        [("Кофе Sidamo, кг", 40, 1350.0), ("Стаканы 250 мл, шт.", 6000, 4.2)],
        "руб.",
        russian=True,
        colour="#27496d",
    )
    return [
        Written(
            "sales-to-utro",
            "dmitry",
            SALES_BOX,
            [KOVALEVA],
            "Re: Заказ на следующий месяц — 14 точек",
            """Мария, добрый день! Заказ приняли, спасибо.

1. Стаканы с новым рисунком будут на складе не раньше 18-го. Ждём или везём старые?
2. Sidamo осталось 80 кг. Можем заменить 40 кг на Yirgacheffe, он на 90 рублей дороже.""",
            days=12,
            at="15:30",
        ),
        Written(
            "sales-to-alatau",
            "dmitry",
            SALES_BOX,
            [NURLANOVA],
            "Re: Условия поставки в Алматы, договор N 17-К",
            """Айгуль, добрый день!

1. FCA согласны, цену пересчитали, стало дешевле на 11 %.
2. Рубли, пожалуйста: с тенге наша бухгалтерия не справится.
3. Хорошо. Готовность груза - 26-е число.""",
            days=8,
            at="12:40",
        ),
        Written(
            "sales-invoice-utro",
            "dmitry",
            SALES_BOX,
            [KOVALEVA],
            "Счёт № 1231, вторая машина",
            """Мария, здравствуйте!

Счёт на вторую машину во вложении. Копию отправляю новому сотруднику вашей бухгалтерии, адрес взял
из последней накладной.""",
            days=2,
            at="17:05",
            cc=[NOBODY_AT_UTRO],
            files=[File("Счёт № 1231.pdf", order, papers.PDF)],
        ),
    ]


DRAFTS = (
    Written(
        "anna-draft",
        "anna",
        ANNA_BOX,
        [KATRIN],
        "Order “Bodensee”, third part",
        """Dear Ms Vogel,

the hotel is happy with the plates and would like to add saucers. Could you reserve 250 pieces""",
    ),
)

TEMPLATES = (
    Template(
        "anna-template",
        "anna",
        ANNA_BOX,
        "Коммерческое предложение «Северной линии»",
        """Здравствуйте, {{ object.name }}!

Благодарим за интерес к «Северной линии». Цены действуют 14 дней, доставка по Санкт-Петербургу
бесплатно от 15 000 рублей, образцы привезём в удобное вам время.""",
    ),
    Template(
        "dmitry-template",
        "dmitry",
        SALES_BOX,
        "Your samples are on the way",
        """Dear {{ object.name }},

your samples left our warehouse today and should be with you within five working days. Please let me
know when they arrive, and which ones you liked.""",
    ),
)

# By the login of whose they are.
SIGNATURES = {
    "anna": f"<p>С уважением,<br>{ANNA.name}<br>{ANNA.function}, «Северная линия»<br>"
    "+7 812 555-01-20</p>",
    "dmitry": "<p>Kind regards,<br>Dmitry Belov<br>Severnaya Liniya, sales<br>"
    f'<a href="mailto:{SALES_BOX.address}">{SALES_BOX.address}</a></p>',
}

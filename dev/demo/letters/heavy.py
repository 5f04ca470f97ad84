"""Letters that are large: many recipients, many levels of quotes, many megapixels."""

from . import layout, pictures
from .build import File
from .cast import (
    ANNA,
    LI_WEI,
    OFFICE,
    OLGA,
    SALES,
    SEVEROV,
    Person,
)
from .post import Post

PHOTOGRAPHER = Person("Глеб Аксёнов", "gleb@aksenov-foto.example", known=False)


def add(post: Post) -> None:
    """Add these letters to the post."""
    _large(post)


def _large(post: Post) -> None:
    crowd = [
        Person(name, f"{login}@{domain}.example", known=False)
        for domain in (
            "utro-poezd",
            "zerno-tochka",
            "admiral-dvor",
            "chashka-24",
            "kofe-na-uglu",
            "samovar-spb",
        )
        for name, login in (
            ("", "info"),
            ("Директор", "director"),
            ("Бар-менеджер", "bar"),
            ("", "zakupki"),
            ("Accounts", "accounts"),
            ("Шеф-повар", "chef"),
            ("", "office"),
            ("Администратор", "admin"),
        )
    ]
    post.letter(
        "crowd",
        SEVEROV,
        [*crowd, SALES],
        "График работы склада в праздники",
        """Уважаемые партнёры!

Накануне праздников склад работает до 15:00, в сами праздники — выходной, на следующий день ездит
дежурная машина по Санкт-Петербургу. Заказы, которые нужны до праздников, просим присылать за десять
дней.

Н. Северов, «Северная линия»

P. S. Коллеги, прошу прощения, что все адреса видны: в следующий раз спрячу.
""",
        days=10,
        at="16:30",
        cc=[OFFICE],
    )
    quoted = ""
    for words in (
        "Sea freight is 2,150 now.",
        "And the week after?",
        "2,240, space is short.",
        "Please book one 40HQ.",
        "Booked, cut-off is Friday.",
        "Factory says Saturday.",
        "Then next vessel, +7 days.",
        "OK, next vessel.",
    ):
        older = [
            f">{line}" if line.startswith(">") else f"> {line}".rstrip()
            for line in quoted.split("\n")
            if quoted
        ]
        quoted = "\n".join([words, "", *older])
    post.letter(
        "deep-thread",
        LI_WEI,
        [SALES],
        "Re: Re: RE: Re: RE: Re: Freight 40HQ Guangzhou – St. Petersburg",
        f"Booking confirmed, see number: GZ7741820.\n\n{quoted}",
        days=5,
        at="10:10",
        answers="lianhe-artwork",
    )
    photos = [
        File(
            f"Каталог_{number:02}.jpg",
            pictures.photo_of_pallet(number, 1500, 1000, 94),
            "image/jpeg",
        )
        for number in range(11, 15)
    ]
    post.letter(
        "photos",
        PHOTOGRAPHER,
        [ANNA],
        "Съёмка склада: первые четыре кадра",
        days=1,
        at="23:52",
        files=photos,
        html=layout.mail(
            layout.paragraphs(
                "Анна, добрый вечер!\n\nПервые четыре кадра без обработки, чтобы вы выбрали свет. "
                "Третий "
                "люблю больше всех: видно, что склад настоящий.\n\nГлеб"
            )
        ),
    )
    post.letter(
        "only-file",
        OLGA,
        [SALES],
        "",
        days=0,
        at="10:05",
        files=[File("Фото ворот.jpg", pictures.photo_of_pallet(21), "image/jpeg")],
    )

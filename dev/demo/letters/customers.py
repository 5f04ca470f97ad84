"""Letters of the customers: orders, questions, complaints and thanks."""

from . import papers
from .build import File
from .cast import (
    ANNA,
    DROZDOV,
    GRIGORYAN,
    NURLANOVA,
    OMAR,
    SALES,
    SEVEROV,
    SOBOLEVA,
)
from .post import Post


def add(post: Post) -> None:
    """Add the customers' letters to the post."""
    _hotel(post)
    _small_customers(post)
    _kazakhstan(post)
    _emirates(post)


def _hotel(post: Post) -> None:
    post.letter(
        "hotel-request",
        SOBOLEVA,
        [ANNA],
        "Запрос коммерческого предложения: посуда для завтраков",
        """Уважаемая Анна Сергеевна!

Прошу Вас направить коммерческое предложение на фарфоровую посуду для зала завтраков (110 мест):

- тарелка мелкая 24 см ........... 330 шт.
- тарелка пирожковая 19 см ....... 330 шт.
- чашка кофейная 200 мл .......... 250 шт.
- блюдце 15 см ................... 250 шт.
- молочник 150 мл ................. 60 шт.

Обязательные условия: можно мыть в посудомоечной машине, гладкий край, возможность докупить те же
изделия в течение пяти лет. Образцы просим привезти до подписания договора.

С уважением,
Соболева Елена Викторовна,
начальник службы питания
гостиницы «Адмиралтейский двор»
""",
        days=11,
        at="09:30",
        charset="windows-1251",
        cte="8bit",
        headers=[("X-Mailer", "The Bat! (v4.0.38) Professional"), ("X-Priority", "3 (Normal)")],
    )
    post.sent("anna-to-hotel", ANNA, "hotel-request")
    post.letter(
        "hotel-samples",
        SOBOLEVA,
        [ANNA],
        "Re[2]: Запрос коммерческого предложения: посуда для завтраков",
        """Здравствуйте, Анна Сергеевна!

Образцы получили. Тарелки понравились всем, включая шеф-повара, что случается редко. Чашка
хороша, но ручка узковата: горничные, которые разносят завтраки в номера, просят такую, чтобы
помещались два пальца.

Нет ли в той же серии другой чашки? Если есть, готовы заказать всё сразу.

АО> Елена Викторовна, образцы серии «Боденское озеро» отправили вчера курьером,
АО> номер накладной сообщу отдельно. Возвращать их не нужно.

--
С уважением,
 Соболева Е. В.                        mailto:soboleva@admiral-dvor.example
""",
        days=6,
        at="16:10",
        charset="windows-1251",
        cte="8bit",
        answers="anna-to-hotel",
        headers=[("X-Mailer", "The Bat! (v4.0.38) Professional")],
    )
    post.letter(
        "hotel-thanks",
        SOBOLEVA,
        [ANNA],
        "Благодарность",
        """Уважаемая Анна Сергеевна!

От имени службы питания благодарю Вас и Вашего мастера Константина. Кофемашина вышла из строя в
субботу в 7 утра, за полчаса до завтрака группы из 60 человек; в 8:15 уже стояла подменная. Гости
ничего не заметили, а это для нас главное.

Копию этого письма направляю Вашему директору.

С уважением,
Е. В. Соболева
""",
        days=2,
        at="10:40",
        charset="windows-1251",
        cte="base64",
        cc=[SEVEROV],
    )


def _small_customers(post: Post) -> None:
    post.letter(
        "zerno-delay",
        DROZDOV,
        [SALES],
        "Отсрочка по счёту 1184",
        """Всем привет!

Ребят, честно: прошлый месяц вышел слабый, а тут ещё и вытяжку пришлось менять. Можно ли разбить
счёт 1184 на две части — половину сейчас, половину до 25-го? За два года мы ни разу не задержали,
проверьте.

Если нужно письмо на бланке — сделаю, хотя бланка у нас, кажется, нет. Нарисуем.

Паша Дроздов
«Зерно и точка», Казань
""",
        days=9,
        at="22:47",
    )
    post.sent("sales-to-zerno", SALES, "zerno-delay")
    post.letter(
        "zerno-delay-2",
        DROZDOV,
        [SALES],
        "Re: Отсрочка по счёту 1184",
        """Спасибо огромное! Половину только что отправил, платёжка во вложении. Бланк, кстати,
нарисовали, в следующий раз напишу красиво.
""",
        days=8,
        at="19:20",
        answers="sales-to-zerno",
        files=[
            File(
                "Платёжное поручение 88.pdf",
                papers.pdf(
                    "Платёжное поручение № 88",
                    [
                        "<b>Плательщик:</b> ИП Дроздов П. А.",
                        "<b>Получатель:</b> ООО «Северная линия»",
                        "<b>Сумма:</b> 64 250 руб. 00 коп.",
                        "<b>Назначение платежа:</b> частичная оплата "
                        "по счёту № 1184 за кофе и сиропы, в т. ч. НДС.",
                    ],
                    note="Исполнено банком.",
                ),
                papers.PDF,
            )
        ],
    )
    post.letter(
        "grigoryan-syrup",
        GRIGORYAN,
        [ANNA],
        "",
        """Анна джан сколько стоит сироп фундук если брать 10 коробок? и когда сможете в Сочи
Армен

Отправлено с телефона
""",
        days=3,
        at="08:02",
    )
    post.letter(
        "grigoryan-today",
        GRIGORYAN,
        [ANNA],
        "Re: Сироп «Фундук», 10 коробок — счёт",
        """Оплатил. Жду во вторник. Кофе с меня когда приедете :)

Отправлено с телефона

> Армен Самвелович, добрый день!
> Счёт на 10 коробок сиропа во вложении, доставка до Сочи — за наш счёт.
> Анна Орлова
""",
        days=0,
        at="08:31",
    )


def _kazakhstan(post: Post) -> None:
    post.letter(
        "alatau-terms",
        NURLANOVA,
        [SALES],
        "Условия поставки в Алматы, договор N 17-К",
        """Добрый день, уважаемые коллеги!

По договору N 17-К просим согласовать следующее:

1. Базис поставки: FCA Санкт-Петербург вместо DAP Алматы, машину найдём сами.
2. Валюта счёта: рубли или тенге по курсу на день оплаты, как вам удобнее.
3. Заявление о ввозе товаров и уплате косвенных налогов пришлём в течение 20 дней после отгрузки.

Первая партия: 600 кг чая, 400 кг кофе, 12 коробок сиропов. Когда груз может быть готов?

С уважением,
Айгуль Нурланова,
коммерческий директор ТОО "Алатау Трейд"
""",
        days=10,
        at="07:55",
        charset="koi8-r",
        cte="8bit",
        headers=[("X-Mailer", "Sylpheed 3.7.0 (GTK+ 2.24.32)")],
    )
    post.sent("sales-to-alatau", SALES, "alatau-terms")
    post.letter(
        "alatau-terms-2",
        NURLANOVA,
        [SALES],
        "Re: Условия поставки в Алматы, договор N 17-К",
        """Дмитрий, рахмет за быстрый ответ!

Готовность 26-го нас устраивает. Машина: тягач 318 AZB 02, водитель Серик Абдрахманов. Прошу
прислать размеры и вес мест, чтобы он знал, сколько ремней брать.

> 1. FCA согласны, цену пересчитали, стало дешевле на 11 %.
> 2. Рубли, пожалуйста: с тенге наша бухгалтерия не справится.
> 3. Хорошо. Готовность груза - 26-е число.

Айгуль
""",
        days=7,
        at="09:12",
        charset="koi8-r",
        cte="quoted-printable",
        answers="sales-to-alatau",
    )


def _emirates(post: Post) -> None:
    wanted = [
        ("Item", "Monthly need", "Remarks"),
        ("Siberian herbal tea, 100 g tin", 1200, "Arabic label"),
        ("Ivan-chai fermented, 50 g", 800, "halal certificate"),
        ("Buckwheat honey, 250 g jar", 600, "sample first"),
        ("Pine cone jam, 200 g jar", 400, "sample first"),
    ]
    post.letter(
        "gulf-inquiry",
        OMAR,
        [SALES],
        "Inquiry: Russian herbal tea and honey for 9 cafés in Dubai",
        """Dear Sir or Madam,

we run nine cafés in Dubai and Sharjah and would like to offer a small shelf of Russian products.
Our guests ask for herbal tea, honey and, surprisingly, pine cone jam.

Our monthly needs are in the attached sheet. Please quote CIP Dubai airport, with shelf life,
minimum order and the certificates you have. Labels in Arabic can be printed by us.

Who is the right person to talk to? I am in Moscow on the 28th and could come to St. Petersburg
by train.

Best regards,
Omar Haddad
Procurement Manager, Gulf Cafés FZE
""",
        days=6,
        at="12:00",
        files=[File("Gulf Cafes needs.xlsx", papers.sheet("Needs", wanted, "7A4B00"), papers.XLSX)],
    )
    post.sent("anna-to-gulf", ANNA, "gulf-inquiry")
    post.letter(
        "gulf-meeting",
        OMAR,
        [ANNA],
        "Re: Inquiry: Russian herbal tea and honey for 9 cafés in Dubai",
        """Dear Ms Orlova,

the 29th at 11:00 in your office is perfect, thank you. The morning Sapsan arrives at 10:35, so
please do not worry if I am five minutes late.

Could you prepare two tastings: the fermented ivan-chai and the mix with sea buckthorn? As for the
honey, I read that there is a limit on HMF for import to the Emirates (40 mg/kg, for hot countries
80 mg/kg). Do your producers have a laboratory report?

Omar

On the 5th at 10:14, Anna Orlova wrote:
> Dear Mr Haddad,
> thank you for your interest. I will look after you from now on. Would the 29th suit you for a
> meeting and a tasting here in St. Petersburg?
""",
        days=4,
        at="08:25",
        cc=[SALES],
        answers="anna-to-gulf",
    )

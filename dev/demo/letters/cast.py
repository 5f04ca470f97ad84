"""Who writes to whom in the demo: a small trading company, its partners, its mailboxes.

Every domain ends in the reserved ``.example`` (RFC 2606 §2), so that nothing can leave by mistake.
"""

from dataclasses import dataclass

DOMAIN = "sevline.example"


@dataclass(frozen=True, slots=True)
class Company:
    """A firm; `known` says whether the demo's address book holds it."""

    key: str
    name: str
    email: str
    country: str  # ISO 3166 code
    city: str
    phone: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """A writer of letters: `hours` is the offset of the writer's clock from UTC."""

    name: str
    email: str
    hours: int = 3
    company: str = ""
    function: str = ""
    phone: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One of the demo server's mailboxes."""

    address: str
    password: str
    description: str


SALES_BOX = Mailbox(f"sales@{DOMAIN}", "demo-sales", "Отдел продаж / Sales department")
ANNA_BOX = Mailbox(f"anna.orlova@{DOMAIN}", "demo-anna", "Анна Орлова / Anna Orlova")
OFFICE_BOX = Mailbox(f"office@{DOMAIN}", "demo-office", "Офис / Office")
MAILBOXES = (SALES_BOX, ANNA_BOX, OFFICE_BOX)

_COMPANIES = (
    Company(
        "bellini",
        "Bellini Macchine S.r.l.",
        "info@bellini-macchine.example",
        "IT",
        "Treviso",
        "+39 0422 555 0140",
    ),
    Company(
        "ceylon",
        "Ceylon Hill Teas (Pvt) Ltd",
        "info@ceylonhill.example",
        "LK",
        "Colombo",
        "+94 11 555 0123",
    ),
    Company(
        "weiden",
        "Porzellanhaus Weiden GmbH",
        "info@weiden-porzellan.example",
        "DE",
        "Weiden",
        "+49 961 555 01 20",
    ),
    Company(
        "findik",
        "Anadolu Fındık Gıda A.Ş.",
        "export@anadolufindik.example",
        "TR",
        "Giresun",
        "+90 454 555 01 10",
    ),
    Company(
        "lianhe",
        "Guangzhou Lianhe Packaging Co., Ltd.",
        "info@lianhe-pack.example",
        "CN",
        "Guangzhou",
        "+86 20 5550 1188",
    ),
    Company(
        "santos",
        "Santos Green Coffee Ltda.",
        "trade@santosgreen.example",
        "BR",
        "Santos",
        "+55 13 5550 1020",
    ),
    Company("gulf", "Gulf Cafés FZE", "info@gulfcafes.example", "AE", "Dubai", "+971 4 555 0166"),
    Company(
        "utro",
        "Сеть кофеен «Утренний поезд»",
        "info@utro-poezd.example",
        "RU",
        "Москва",
        "+7 495 555-01-44",
    ),
    Company(
        "admiral",
        "Гостиница «Адмиралтейский двор»",
        "hotel@admiral-dvor.example",
        "RU",
        "Санкт-Петербург",
        "+7 812 555-01-72",
    ),
    Company(
        "alatau",
        "ТОО «Алатау Трейд»",
        "office@alatau-trade.example",
        "KZ",
        "Алматы",
        "+7 727 555 01 31",
    ),
    Company(
        "zerno",
        "Кофейня «Зерно и точка»",
        "hello@zerno-tochka.example",
        "RU",
        "Казань",
        "+7 843 555-01-09",
    ),
    Company(
        "grigoryan",
        "ИП Григорян А. С.",
        "armen@grigoryan.example",
        "RU",
        "Сочи",
        "+7 862 555-01-18",
    ),
    Company(
        "baltlog",
        "ООО «Балт-Логистика»",
        "info@baltlog.example",
        "RU",
        "Санкт-Петербург",
        "+7 812 555-01-90",
    ),
    Company(
        "rubezh",
        "Таможенный брокер «Рубеж»",
        "info@rubezh-broker.example",
        "RU",
        "Выборг",
        "+7 813 555-01-55",
    ),
    Company(
        "nevbank",
        "Банк «Невский кредит»",
        "business@nevcredit.example",
        "RU",
        "Санкт-Петербург",
        "+7 812 555-01-01",
    ),
    Company(
        "kanal",
        "Бизнес-центр «Обводный»",
        "arenda@bc-obvodny.example",
        "RU",
        "Санкт-Петербург",
        "+7 812 555-01-63",
    ),
)
COMPANIES = {company.key: company for company in _COMPANIES}

# Our own people.
ANNA = Person("Анна Орлова", ANNA_BOX.address, 3, "own", "менеджер по продажам")
DMITRY = Person("Дмитрий Белов", f"d.belov@{DOMAIN}", 3, "own", "специалист отдела продаж")
OLGA = Person("Ольга Кузнецова", f"sklad@{DOMAIN}", 3, "own", "заведующая складом")
SEVEROV = Person("Николай Северов", f"severov@{DOMAIN}", 3, "own", "директор")
LYUDMILA = Person("Людмила Петровна Чайкина", f"buh@{DOMAIN}", 3, "own", "главный бухгалтер")
SALES = Person("Отдел продаж «Северная линия»", SALES_BOX.address, 3, "own")
OFFICE = Person("Северная линия — офис", OFFICE_BOX.address, 3, "own")

# Suppliers abroad.
GIULIA = Person(
    "Giulia Ferri",
    "giulia.ferri@bellini-macchine.example",
    1,
    "bellini",
    "Export Manager",
    "+39 0422 555 0142",
)
MARCO = Person(
    "Marco Bellini",
    "marco.bellini@bellini-macchine.example",
    1,
    "bellini",
    "Managing Director",
    "+39 0422 555 0141",
)
BELLINI_ACCOUNTS = Person(
    "Bellini Macchine – Amministrazione",
    "amministrazione@bellini-macchine.example",
    1,
    "bellini",
    known=False,
)
NUWAN = Person(
    "Nuwan Perera",
    "nuwan.perera@ceylonhill.example",
    5,
    "ceylon",
    "Sales Director",
    "+94 77 555 0124",
)
DILANI = Person(
    "Dilani Fernando",
    "shipping@ceylonhill.example",
    5,
    "ceylon",
    "Shipping Coordinator",
    "+94 11 555 0126",
)
KATRIN = Person(
    "Katrin Vogel",
    "k.vogel@weiden-porzellan.example",
    1,
    "weiden",
    "Key Account Management",
    "+49 961 555 01 24",
)
MASS = Person(
    "Jürgen Maß",
    "j.mass@weiden-porzellan.example",
    1,
    "weiden",
    "Vertrieb Osteuropa",
    "+49 961 555 01 27",
)
EMRE = Person(
    "Emre Yıldız",
    "emre.yildiz@anadolufindik.example",
    3,
    "findik",
    "Export Director",
    "+90 532 555 01 12",
)
LI_WEI = Person(
    "李伟 Li Wei", "liwei@lianhe-pack.example", 8, "lianhe", "Overseas Sales", "+86 138 5550 1190"
)
RAFAEL = Person(
    "Rafael Almeida", "rafael@santosgreen.example", -3, "santos", "Trader", "+55 13 5550 1024"
)
OMAR = Person(
    "Omar Haddad",
    "omar.haddad@gulfcafes.example",
    4,
    "gulf",
    "Procurement Manager",
    "+971 50 555 0168",
)

# Customers. Two buyers of one chain share the address of their department.
KOVALEVA = Person(
    "Мария Ковалёва",
    "zakupki@utro-poezd.example",
    3,
    "utro",
    "руководитель отдела закупок",
    "+7 495 555-01-46",
)
RYBINA = Person(
    "Светлана Рыбина",
    "zakupki@utro-poezd.example",
    3,
    "utro",
    "специалист по закупкам",
    "+7 495 555-01-47",
)
LAPTEV = Person(
    "Игорь Лаптев", "i.laptev@utro-poezd.example", 3, "utro", "шеф-бариста", "+7 916 555-01-48"
)
SOBOLEVA = Person(
    "Елена Викторовна Соболева",
    "soboleva@admiral-dvor.example",
    3,
    "admiral",
    "начальник службы питания",
    "+7 812 555-01-74",
)
NURLANOVA = Person(
    "Айгуль Нурланова",
    "a.nurlanova@alatau-trade.example",
    5,
    "alatau",
    "коммерческий директор",
    "+7 701 555 01 33",
)
DROZDOV = Person(
    "Павел Дроздов", "pavel@zerno-tochka.example", 3, "zerno", "владелец", "+7 917 555-01-10"
)
GRIGORYAN = Person(
    "Армен Григорян",
    "armen@grigoryan.example",
    3,
    "grigoryan",
    "индивидуальный предприниматель",
    "+7 918 555-01-18",
)

# Addresses that the demo's mail server refuses.
NOBODY = Person("Роман Щукин", "nobody@kofe-na-uglu.example", known=False)
NOBODY_AT_UTRO = Person("Бухгалтерия «Утреннего поезда»", "nobody@utro-poezd.example", known=False)

# Services.
MININ = Person(
    "Сергей Минин", "s.minin@baltlog.example", 3, "baltlog", "экспедитор", "+7 921 555-01-92"
)
DISPATCH = Person(
    "Диспетчерская Балт-Логистика", "dispatch@baltlog.example", 3, "baltlog", known=False
)
ZUEVA = Person(
    "Наталья Зуева",
    "zueva@rubezh-broker.example",
    3,
    "rubezh",
    "специалист по таможенному оформлению",
    "+7 921 555-01-57",
)
STEPANOV = Person(
    "Виктор Степанов", "v.stepanov@stepanov-pravo.example", 3, "", "юрист", "+7 921 555-01-80"
)
BANK = Person("Банк «Невский кредит»", "notify@nevcredit.example", 3, "nevbank", known=False)
LANDLORD = Person(
    "БЦ «Обводный», служба аренды", "arenda@bc-obvodny.example", 3, "kanal", known=False
)

PEOPLE = (
    GIULIA,
    MARCO,
    NUWAN,
    DILANI,
    KATRIN,
    MASS,
    EMRE,
    LI_WEI,
    RAFAEL,
    OMAR,
    KOVALEVA,
    RYBINA,
    LAPTEV,
    SOBOLEVA,
    NURLANOVA,
    DROZDOV,
    GRIGORYAN,
    MININ,
    ZUEVA,
    STEPANOV,
)

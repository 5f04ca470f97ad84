"""Business letters in Russian and in English, put together from sentences at random."""

from random import Random

GIVEN_NAMES = {
    "ru": ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Илья", "Кира", "Лев"),
    "en": ("Alice", "Brian", "Clara", "David", "Emma", "Frank", "Grace", "Henry", "Irene", "Jack"),
}
# Forms that serve for men and women alike.
SURNAMES = {
    "ru": (
        "Бондаренко",
        "Гречко",
        "Дурново",
        "Живаго",
        "Коваленко",
        "Лысенко",
        "Мельник",
        "Черных",
    ),
    "en": ("Archer", "Baker", "Carter", "Dawson", "Ellis", "Fletcher", "Granger", "Hughes"),
}
LATIN_NAMES = {
    "ru": ("anna", "boris", "vera", "gleb", "darya", "egor", "zhanna", "ilya", "kira", "lev"),
    "en": ("alice", "brian", "clara", "david", "emma", "frank", "grace", "henry", "irene", "jack"),
}
SUBJECTS = {
    "ru": (
        "Счёт № {n} на оплату",
        "Договор поставки № {n}: замечания юристов",
        "Коммерческое предложение от {d}",
        "Вопрос по заказу {n}",
        "Акт сверки за {d}",
        "Встреча {d}: повестка и участники",
        "Отгрузка по накладной {n} задерживается",
        "Доступ к личному кабинету, заявка {n}",
    ),
    "en": (
        "Invoice {n}",
        "Supply contract {n}: comments from legal",
        "Our offer of {d}",
        "Question about order {n}",
        "Meeting on {d}: agenda and participants",
        "Shipment {n} is delayed",
        "Account access, request {n}",
        "Minutes of the call on {d}",
    ),
}
GREETINGS = {
    "ru": ("Добрый день!", "Здравствуйте, коллеги!", "Уважаемые партнёры,", "Приветствую!"),
    "en": ("Hello,", "Dear colleagues,", "Good morning,", "Dear partners,"),
}
SENTENCES = {
    "ru": (
        "Высылаем счёт № {n} на сумму {m} руб., в том числе НДС 20 %.",
        "Просим подтвердить получение и сообщить предполагаемую дату оплаты.",
        "Отгрузка запланирована на {d}, склад работает с 9:00 до 18:00.",
        "По пункту {s} договора у наших юристов осталось несколько вопросов.",
        "Менеджер свяжется с вами в течение рабочего дня.",
        "Во вложении — подписанный экземпляр, оригинал отправим курьером.",
        "Если сроки изменятся, мы обязательно предупредим вас заранее.",
        "Напоминаем, что предложение действует до {d} включительно.",
        "Обратите внимание: реквизиты банка изменились, старые больше не действуют.",
        "Для ускорения обработки указывайте, пожалуйста, номер заявки {n} в теме письма.",
        "Мы проверили данные за {d}, расхождение составило {m} руб.",
        "Технические специалисты подтвердили совместимость с вашей версией системы.",
        "Предлагаю созвониться во второй половине дня и обсудить подробности.",
        "Количество мест — {s}, вес брутто — {m} кг, объём указан в накладной.",
        "Скидка {s} % распространяется на весь ассортимент, кроме новинок.",
        "Прошу согласовать смету и вернуть её с комментариями до конца недели.",
        "Спасибо за оперативный ответ, всё получили и передали в бухгалтерию.",
        "Гарантийный срок составляет {s} мес. со дня ввода оборудования в эксплуатацию.",
    ),
    "en": (
        "Please find invoice {n} for {m} EUR attached, payable within {s} days.",
        "Could you confirm that you have received it and tell us the date of payment?",
        "The goods leave our warehouse on {d}; the carrier will call you before delivery.",
        "Our lawyers still have a few questions about section {s} of the contract.",
        "A colleague of mine will get in touch with you during the day.",
        "The signed copy is attached, the original follows by courier.",
        "Should the dates change, we will let you know well in advance.",
        "May I remind you that the offer is valid until {d}.",
        "Please note that our bank details have changed; the old ones are no longer in use.",
        "To speed things up, quote the number {n} in the subject of your reply.",
        "We checked the figures of {d} and found a difference of {m} EUR.",
        "Our engineers confirmed that it works with the version that you run.",
        "I suggest a short call in the afternoon to go through the details.",
        "There are {s} parcels, {m} kg altogether; the volumes are in the delivery note.",
        "A discount of {s} % applies to everything except new products.",
        "Thank you for the quick reply, we passed everything on to accounting.",
    ),
}
CLOSINGS = {"ru": "С уважением,", "en": "Kind regards,"}


def fill(random: Random, sentence: str) -> str:
    """Put random numbers and a date into a sentence."""
    return sentence.format(
        n=random.randint(1000, 99999),
        m=f"{random.randint(1, 900)} {random.randint(0, 999):03}",
        s=random.randint(2, 36),
        d=f"{random.randint(1, 28):02}.{random.randint(1, 12):02}.2025",
    )


def subject(random: Random, language: str) -> str:
    """Return a subject."""
    return fill(random, random.choice(SUBJECTS[language]))


def paragraphs(random: Random, language: str, signature: str) -> list[str]:
    """Return a letter: greeting, some paragraphs, closing and signature."""
    body = [
        " ".join(
            fill(random, sentence)
            for sentence in random.choices(SENTENCES[language], k=random.randint(2, 5))
        )
        for _paragraph in range(random.randint(3, 9))
    ]
    greeting = random.choice(GREETINGS[language])
    return [greeting, *body, f"{CLOSINGS[language]}\n{signature}"]

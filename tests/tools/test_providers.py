import pytest
from iris_tools.providers import ProviderSettings, settings_for


@pytest.mark.parametrize(
    ("address", "incoming", "outgoing", "note"),
    [
        ("i@yandex.ru", "pop.yandex.ru", ("smtp.yandex.ru", 465, "ssl"), "app_password"),
        ("i@ya.ru", "pop.yandex.ru", ("smtp.yandex.ru", 465, "ssl"), "app_password"),
        ("i@bk.ru", "pop.mail.ru", ("smtp.mail.ru", 465, "ssl"), "app_password"),
        ("i@lenta.ru", "pop.rambler.ru", ("smtp.rambler.ru", 465, "ssl"), "enable_access"),
        ("i@GMail.com", "pop.gmail.com", ("smtp.gmail.com", 465, "ssl"), "app_password"),
        (
            "i@hotmail.com",
            "outlook.office365.com",
            ("smtp-mail.outlook.com", 587, "starttls"),
            "oauth_only",
        ),
        ("i@me.com", "", ("smtp.mail.me.com", 587, "starttls"), "no_pop3"),
    ],
)
def test_known(address, incoming, outgoing, note):
    settings = settings_for(address)
    assert settings == ProviderSettings(
        incoming, 995, "ssl", *outgoing, login=address, known=True, note=note
    )


def test_guess():
    assert settings_for(" ivan@example.org ") == ProviderSettings(
        "pop.example.org",
        110,
        "none",
        "smtp.example.org",
        25,
        "none",
        "ivan@example.org",
        False,
        "",
    )


def test_name_that_only_ends_like_a_provider_is_a_guess():
    assert not settings_for("i@notgmail.com").known
    assert not settings_for("i@mail.yandex.ru.example.org").known


def test_international_domain():
    settings = settings_for("иван@почта.рф")
    assert settings.incoming_host == "pop.xn--80a1acny.xn--p1ai"
    assert settings.login == "иван@почта.рф"


@pytest.mark.parametrize(
    "address",
    ["", "ivan", "ivan@", "@example.org", "ivan@localhost", "a@b c.org", "a@" + "ы" * 300],
)
def test_no_address(address):
    settings = settings_for(address)
    assert (settings.incoming_host, settings.outgoing_host, settings.known) == ("", "", False)
    assert (settings.incoming_port, settings.outgoing_port) == (110, 25)

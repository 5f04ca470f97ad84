"""Servers of well-known mail providers, by the domain of an address."""

from dataclasses import dataclass

from .network import HostNotFound, ascii_host


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """How to receive and send the mail of an address.

    :ivar incoming_host: POP3 server; empty where the provider has none
    :ivar incoming_encryption: "none", "starttls" or "ssl"; likewise `outgoing_encryption`
    :ivar login: what to log in with, on both servers
    :ivar known: False for a guess
    :ivar note: what the user has to know: "" or one of "app_password" (the provider wants a
        password made for this program), "enable_access" (POP3 has to be switched on in the
        provider's settings), "no_pop3", "oauth_only" (the provider accepts no passwords from
        programs)
    """

    incoming_host: str
    incoming_port: int
    incoming_encryption: str
    outgoing_host: str
    outgoing_port: int
    outgoing_encryption: str
    login: str
    known: bool
    note: str


# Domains; POP3 host; SMTP host, port, encryption; note. POP3 is under TLS on 995 everywhere.
_PROVIDERS = (
    (
        "yandex.ru yandex.com yandex.by yandex.kz yandex.uz yandex.ua yandex.com.tr ya.ru narod.ru",
        "pop.yandex.ru",
        ("smtp.yandex.ru", 465, "ssl"),
        "app_password",
    ),
    (
        "mail.ru inbox.ru list.ru bk.ru internet.ru xmail.ru",
        "pop.mail.ru",
        ("smtp.mail.ru", 465, "ssl"),
        "app_password",
    ),
    (
        "rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru",
        "pop.rambler.ru",
        ("smtp.rambler.ru", 465, "ssl"),
        "enable_access",
    ),
    ("gmail.com googlemail.com", "pop.gmail.com", ("smtp.gmail.com", 465, "ssl"), "app_password"),
    (
        "outlook.com hotmail.com live.com msn.com hotmail.co.uk hotmail.fr hotmail.de outlook.de",
        "outlook.office365.com",
        ("smtp-mail.outlook.com", 587, "starttls"),
        "oauth_only",
    ),
    ("icloud.com me.com mac.com", "", ("smtp.mail.me.com", 587, "starttls"), "no_pop3"),
    (
        "yahoo.com yahoo.de yahoo.fr yahoo.co.uk ymail.com rocketmail.com",
        "pop.mail.yahoo.com",
        ("smtp.mail.yahoo.com", 465, "ssl"),
        "app_password",
    ),
    ("aol.com", "pop.aol.com", ("smtp.aol.com", 465, "ssl"), "app_password"),
    (
        "gmx.net gmx.de gmx.at gmx.ch",
        "pop.gmx.net",
        ("mail.gmx.net", 587, "starttls"),
        "enable_access",
    ),
    ("gmx.com gmx.us gmx.co.uk", "pop.gmx.com", ("mail.gmx.com", 587, "starttls"), "enable_access"),
    ("web.de", "pop3.web.de", ("smtp.web.de", 587, "starttls"), "enable_access"),
    ("ukr.net", "pop3.ukr.net", ("smtp.ukr.net", 465, "ssl"), "app_password"),
    (
        "fastmail.com fastmail.fm",
        "pop.fastmail.com",
        ("smtp.fastmail.com", 465, "ssl"),
        "app_password",
    ),
)
_BY_DOMAIN = {domain: row for row in _PROVIDERS for domain in row[0].split()}


def settings_for(address: str) -> ProviderSettings:
    """Return the servers for an address: its provider's, else pop.<domain> and smtp.<domain>.

    By name only, nobody is asked. A guess has the default ports of the guide (B6, B10) and no
    encryption; of what is no address the hosts stay empty.

    :param address: an e-mail address without a name; its domain may be in any script
    """
    login = address.strip()
    domain = _domain(login)
    if domain not in _BY_DOMAIN:
        hosts = (f"pop.{domain}", f"smtp.{domain}") if domain else ("", "")
        return ProviderSettings(hosts[0], 110, "none", hosts[1], 25, "none", login, False, "")
    _domains, incoming_host, outgoing, note = _BY_DOMAIN[domain]
    return ProviderSettings(incoming_host, 995, "ssl", *outgoing, login, True, note)


def _domain(address: str) -> str:
    """Return the domain in ASCII, or "" if there is none to go by."""
    local_part, _at, domain = address.rpartition("@")
    try:
        domain = ascii_host(domain)
    except HostNotFound:
        return ""
    return domain if local_part and "." in domain else ""

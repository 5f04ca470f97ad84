"""Charsets that are named well, wrongly or not at all."""

import pytest
from iris_tools import charset, message

RUSSIAN = (
    "Здравствуйте, Иван Петрович!\r\nВысылаю счёт на оплату по договору от 3 марта. Прошу "
    "подтвердить получение.\r\nС уважением, Анна\r\n"
)
SHORT = [
    "Коммерческое предложение", "Привет", "Тест тест", "Письмо от Сергея", "СРОЧНО! ОПЛАТА",
    "Отчет за март.xls", "Прошу Вас перезвонить: 8-800-555-35-35, Ольга",
]  # fmt: skip
CYRILLIC = ["utf-8", "koi8-r", "cp1251", "cp866", "iso8859-5", "mac_cyrillic"]


def body(text: str, encoding: str, label: str | None) -> str:
    kind = "text/plain" + (f"; charset={label}" if label is not None else "")
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    return message.parse(head + text.encode(encoding)).text.replace("\n", "\r\n")


@pytest.mark.parametrize("label", [None, "us-ascii", "unknown-8bit", "x-no-such", '""'])
@pytest.mark.parametrize("encoding", CYRILLIC)
def test_russian_without_a_label(encoding, label):
    assert body(RUSSIAN, encoding, label) == RUSSIAN


@pytest.mark.parametrize("text", SHORT)
@pytest.mark.parametrize("encoding", ["utf-8", "koi8-r", "cp1251", "cp866", "iso8859-5"])
def test_a_few_words_of_russian(encoding, text):
    assert charset.decode(text.encode(encoding)) == text


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "koi8-r", "utf-8", "windows-1251"])
@pytest.mark.parametrize("encoding", ["utf-8", "koi8-r", "cp1251", "cp866"])
def test_russian_under_a_wrong_label(encoding, label):
    assert body(RUSSIAN, encoding, label) == RUSSIAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Größe und Maße der Straße, viele Grüße", "cp1252"),
        ("Réunion à l'école, ça va très bien", "cp1252"),
        ("Mañana año señor ¿Qué tal?", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
        ("お世話になっております。会議の件", "shift_jis"),
        ("お世話になっております。会議の件", "euc_jp"),
        ("お世話になっております", "iso2022_jp"),
        ("您好，请查看附件中的发票。谢谢", "gb18030"),
        ("您好，請查看附件中的發票。謝謝", "big5"),
        ("안녕하세요. 첨부 파일을 확인해 주세요", "euc_kr"),
    ],
)
def test_other_languages_without_a_label(text, encoding):
    assert charset.decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("windows-1251", "cp1251", "Счёт № 1"),
        ("cp-1251", "cp1251", "Счёт № 1"),
        ("WIN-1251", "cp1251", "Счёт № 1"),
        ("x-cp1251", "cp1251", "Счёт № 1"),
        ("'koi8-r'", "koi8-r", "Счёт"),
        ("KOI8R", "koi8-r", "Счёт"),
        ("x-mac-cyrillic", "mac_cyrillic", "Счёт на оплату по договору"),
        ("iso8859-5", "iso8859-5", "Счёт на оплату"),
        ("ISO_8859-5", "iso8859-5", "Счёт на оплату"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("gb2312", "gb18030", "镕基"),
        ("iso-8859-8-i", "iso8859-8", "שלום"),
        ("iso-8859-1", "cp1252", "“quotes” and €"),
        ("utf8", "utf-8", "Счёт"),
        ("utf-7", "utf-7", "Счёт"),
        ("utf-16", "utf-16", "Счёт"),
        ("utf-16le", "utf-16-le", "Счёт"),
        ("windows-874", "cp874", "เรื่อง"),
        ("shift_jis", "cp932", "①髙"),
    ],
)
def test_labels(label, encoding, text):
    assert charset.decode(text.encode(encoding), label) == text


@pytest.mark.parametrize(
    "label",
    ["base64", "rot13", "zlib", "hex", "punycode", "idna", "unicode_escape", "undefined",
     "../../etc/passwd", "a" * 10_000, "\x00", "utf-8\x00", "кои8", "mbcs"],
)  # fmt: skip
def test_labels_that_no_letter_may_use(label):
    assert charset.codec_for(label) is None
    assert charset.decode("Привет, мир".encode(), label) == "Привет, мир"


def test_a_byte_order_mark_is_cut():
    assert charset.decode(b"\xef\xbb\xbf" + "Счёт".encode()) == "Счёт"
    assert charset.decode("Счёт 1".encode("utf-16"), "iso-8859-1") == "Счёт 1"


def test_utf16_without_a_label():
    assert charset.decode("Hello, world".encode("utf-16-le")) == "Hello, world"
    assert charset.decode("Hello, world".encode("utf-16-be")) == "Hello, world"


def test_a_few_damaged_bytes_do_not_change_the_charset():
    data = RUSSIAN.encode()
    assert charset.decode(data[:-30] + b"\xff" + data[-30:], "utf-8").count("\ufffd") == 1
    assert charset.decode(data[:51], "utf-8").startswith("Здравствуйте, Иван")


def test_html_names_its_charset_itself():
    html = '<html><head><meta charset="koi8-r"></head><body>їжак</body></html>'
    raw = b"Content-Type: text/html\r\n\r\n" + html.replace("koi8-r", "koi8-u").encode("koi8-u")
    assert "їжак" in message.parse(raw).html


def test_nul_and_surrogates_become_replacement_characters():
    assert charset.decode(b"a\x00b") == "a\ufffdb"
    assert "\ud800" not in charset.decode(b"+2AA-", "utf-7")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 100])
@pytest.mark.parametrize("label", ["", "utf-8", "utf-16", "utf-7", "iso-2022-jp", "hz", "big5"])
def test_any_bytes_decode(label, size):
    for seed in range(0, 256, 5):
        data = bytes((seed * 7 + number * 31) % 256 for number in range(size))
        charset.decode(data, label).encode()

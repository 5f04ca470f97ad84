"""The demo's letters: all can be built and all are read without mojibake."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from iris_tools import message

DEMO = Path(__file__).resolve().parents[2] / "dev" / "demo"
NOW = datetime(2025, 11, 19, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(scope="module")
def collection():
    """The module letters.collection, imported as the mail server does."""
    sys.path.insert(0, str(DEMO))
    try:
        from letters import collection
    finally:
        sys.path.remove(str(DEMO))
    return collection


@pytest.fixture(scope="module")
def letters(collection):
    return {letter.key: letter for letter in collection.all_letters(NOW)}


@pytest.fixture(scope="module")
def parsed(letters):
    return {key: message.parse(letter.raw) for key, letter in letters.items()}


def test_there_are_enough_and_each_has_a_mailbox(letters):
    assert len(letters) >= 60
    assert all(letter.mailboxes for letter in letters.values())
    assert sum(len(letter.mailboxes) > 1 for letter in letters.values()) >= 5


def test_dates_lie_in_the_last_weeks_and_some_are_of_today(letters):
    dates = [letter.sent for letter in letters.values()]
    assert min(dates) > NOW - timedelta(days=31)
    assert max(dates) < NOW
    assert sum(NOW - date < timedelta(days=1) for date in dates) >= 4


def test_building_twice_gives_the_same_bytes(collection, letters):
    def without_spreadsheets(raw):
        return not any(word in raw for word in (b"spreadsheetml", b"ms-tnef"))

    again = {letter.key: letter for letter in collection.all_letters(NOW)}
    assert again.keys() == letters.keys()
    for key, letter in letters.items():
        if without_spreadsheets(letter.raw):  # openpyxl writes the time into the archive
            assert again[key].raw == letter.raw, key


def test_no_mojibake(parsed):
    for key, letter in parsed.items():
        for text in (letter.subject, letter.text, letter.html, *(a.name for a in letter.from_)):
            assert "\ufffd" not in text, key
            assert not any(pair in text for pair in ("Ð", "Ñ", "Ã", "РЎ", "Рґ")), key
        for attachment in letter.attachments:
            assert "=?" not in attachment.filename and "%" not in attachment.filename, key


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("alatau-terms", "рубли или тенге по курсу"),  # koi8-r
        ("hotel-request", "чашка кофейная 200 мл"),  # windows-1251
        ("cp866", "чайник 2,0 л белый"),
        ("bare-1251", "Самовары для фотосъёмки"),
        ("bare-utf8", "считаем вслух"),
        ("wrong-label", "с доставкой в Гатчину"),
        ("lianhe-artwork", "请确认"),  # gb18030
        ("findik-contract", "Fındık"),  # iso-8859-9
    ],
)
def test_charsets(parsed, key, words):
    letter = parsed[key]
    assert words in f"{letter.subject}\n{letter.text}"


def test_names_of_files(parsed):
    names = {a.filename for letter in parsed.values() for a in letter.attachments}
    assert {
        "Заказ Утренний поезд.xlsx",  # RFC 2231
        "Счёт на оплату № 2217.pdf",  # RFC 2047
        "Резюме_Вельяминова.pdf",  # bare UTF-8
        "Прайс кейтеринг.xlsx",  # in a winmail.dat
        "AF-24-07 sözleşme taslağı 2.docx",
    } <= names


def test_marks(parsed):
    assert parsed["bounce"].is_bounce and parsed["bounce-full"].is_bounce
    assert parsed["absence-katrin"].is_automatic and parsed["absence-alatau"].is_automatic
    assert parsed["list-question"].is_list and parsed["origin-weekly"].is_list
    assert parsed["broken"].defects


def test_threads_hang_together(parsed):
    first, last = parsed["bellini-offer"], parsed["bellini-slot"]
    assert last.references[0] == first.message_id
    assert len(last.references) == 4
    assert last.in_reply_to == last.references[-1]


def test_new_letters_differ(collection):
    from letters import cast, drip

    for mailbox in cast.MAILBOXES:
        new = [drip.next_letter(number, NOW, mailbox.address) for number in range(1, 41)]
        read = [message.parse(letter.raw) for letter in new]
        assert all(letter.mailboxes == (mailbox.address,) for letter in new)
        assert len({letter.message_id for letter in read}) == len(read)
        assert len({letter.text or letter.html for letter in read}) == len(read)
        assert not any("{" in letter.subject + letter.text for letter in read)


def test_what_we_wrote_stands_in_the_threads_of_the_others(collection, letters, parsed):
    from letters import cast, ours

    post = collection.post_letters(NOW)
    written = ours.sent()
    assert len({letter.key for letter in (*written, *ours.DRAFTS, *ours.TEMPLATES)}) == (
        len(written) + len(ours.DRAFTS) + len(ours.TEMPLATES)
    )
    answered = {letter.in_reply_to for letter in parsed.values()}
    answers = [post.thread(letter.key, cast.ANNA) for letter in written]
    assert sum(thread[-1] in answered for thread in answers) >= 4
    known = {letter.message_id for letter in parsed.values()}
    assert all(set(thread[:-1]) <= known for thread in answers)


def test_some_of_what_we_wrote_is_refused(collection):
    from letters import ours

    refused = [
        {person.email.startswith("nobody@") for person in (*letter.to, *letter.cc)}
        for letter in ours.sent()
    ]
    assert refused.count({True}) == refused.count({True, False}) == 1


def test_answers_are_in_the_language_of_who_writes(collection):
    from letters import cast, drip

    subjects = {}
    for person in (cast.GIULIA, cast.LI_WEI, cast.SOBOLEVA, cast.NURLANOVA):
        letter = drip.answer(person, NOW, cast.ANNA_BOX.address, "RE: x", ["<a@b>", "<c@d>"])
        read = message.parse(letter.raw)
        assert read.in_reply_to == "<c@d>" and read.references == ("<a@b>", "<c@d>")
        subjects[person] = (read.subject, any("а" <= char <= "я" for char in read.text))
    assert subjects == {
        cast.GIULIA: ("RE: x", False),
        cast.LI_WEI: ("RE: x", False),
        cast.SOBOLEVA: ("RE: x", True),
        cast.NURLANOVA: ("RE: x", True),
    }

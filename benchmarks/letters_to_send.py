"""The letters that are sent: a few paragraphs, and one file that cannot be compressed."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from . import mailbox, texts

FILE_BYTES = 100_000
# Letters before the clock starts: the first ones fill caches, and make the folders of Odoo's files.
WARM_UP = 50


class LetterToSend(NamedTuple):
    """What somebody writes; the same in every run."""

    to: str
    subject: str
    html: str
    file: bytes


def letters(count: int) -> Iterator[LetterToSend]:
    """Yield letters to one recipient each."""
    people = mailbox.people()
    for number in range(count):
        yield _letter(Random(f"sent {number}"), people)


def _letter(random: Random, people: list[mailbox.Person]) -> LetterToSend:
    person = random.choice(people)
    paragraphs = texts.paragraphs(random, person.language, mailbox.OWNER)
    return LetterToSend(
        f'"{person.name}" <{person.email}>',
        texts.subject(random, person.language),
        "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
        random.randbytes(FILE_BYTES),
    )

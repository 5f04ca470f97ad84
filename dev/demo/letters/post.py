"""The post: letters with dates, identities and threads, told apart by short keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.message import Message
from email.utils import format_datetime

from . import build
from .cast import MAILBOXES, Person

LOCAL = {mailbox.address for mailbox in MAILBOXES}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to deliver: `sender` is the envelope's, `mailboxes` who receives it."""

    key: str
    sender: str
    mailboxes: tuple[str, ...]
    sent: datetime
    raw: bytes


@dataclass
class Post:
    """Collects letters; `now` is the aware moment that all dates are counted back from."""

    now: datetime
    letters: list[Letter] = field(default_factory=list)
    _chains: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def moment(self, person: Person, days: int, at: str) -> datetime:
        """Return the time `at` ("10:42"), `days` working days ago, on the person's own clock.

        A time of today that has not come yet becomes some minutes ago, later times nearer to now.
        Without a time it is this very moment.
        """
        zone = timezone(timedelta(hours=person.hours))
        if not at:
            return self.now.astimezone(zone).replace(microsecond=0)
        hour, minute = map(int, at.split(":"))
        day = self.now.astimezone(zone).replace(hour=hour, minute=minute, second=17, microsecond=0)
        while days:
            day -= timedelta(days=1)
            days -= day.weekday() < 5
        latest = self.now - timedelta(minutes=2 + (24 * 60 - hour * 60 - minute) / 12)
        return min(day, latest.astimezone(zone))

    def identify(self, key: str, person: Person, answers: str = "") -> tuple[str, tuple[str, ...]]:
        """Return a letter's Message-ID and its References, and remember them for answers."""
        identity = f"<{key}.{self.now:%Y%m%d}@{person.email.rpartition('@')[2]}>"
        references = self._chains[answers] if answers else ()
        self._chains[key] = (*references, identity)
        return identity, references

    def sent(self, key: str, person: Person, answers: str = "") -> None:
        """Remember a letter that we sent: others answer it, no mailbox receives it."""
        self.identify(key, person, answers)

    def thread(self, key: str, person: Person) -> tuple[str, ...]:
        """Return the identity of a letter that we sent, after those of its thread before it."""
        if key not in self._chains:
            self.identify(key, person)
        return self._chains[key]

    def letter(
        self,
        key: str,
        sender: Person,
        to: Sequence[Person],
        subject: str,
        text: str = "",
        *,
        days: int = 0,
        at: str = "",
        cc: Sequence[Person] = (),
        bcc: Sequence[Person] = (),
        answers: str = "",
        body: Message | None = None,
        charset: str = "utf-8",
        headers: Sequence[tuple[str, str]] = (),
        envelope: str | None = None,
        **content,
    ) -> None:
        """Add a letter; `body` replaces the tree that `text` and `content` would make.

        The mailboxes are those of our addresses among the recipients. `answers` is the key of an
        earlier letter; `content` goes to `build.content`; `charset` also encodes the headers;
        `envelope` is the envelope's sender if it is not the writer.
        """
        moment = self.moment(sender, days, at)
        identity, references = self.identify(key, sender, answers)
        lines = [
            ("From", build.address(sender, charset)),
            ("To", ",\r\n\t".join(build.address(person, charset) for person in to)),
        ]
        if cc:
            lines.append(("Cc", ",\r\n\t".join(build.address(person, charset) for person in cc)))
        lines += [
            ("Subject", build.encoded(subject, charset, "Subject")),
            ("Date", format_datetime(moment)),
            ("Message-ID", identity),
        ]
        if references:
            lines += [("In-Reply-To", references[-1]), ("References", "\r\n\t".join(references))]
        lines += headers
        if body is None:
            text = text.strip("\n") + "\n" if text else ""
            body = build.content(text, charset=charset, **content)
        raw = build.letter_bytes(lines, body, key)
        sent_by = sender.email if envelope is None else envelope
        self.add(key, sent_by, [*to, *cc, *bcc], moment, raw)

    def add(
        self, key: str, envelope: str, recipients: Sequence[Person], moment: datetime, raw: bytes
    ) -> None:
        """Add a letter that is bytes already."""
        mailboxes = tuple(dict.fromkeys(p.email for p in recipients if p.email in LOCAL))
        self.letters.append(Letter(key, envelope, mailboxes, moment, raw))

"""Invitations and answers to them: text/calendar parts (RFC 5545, RFC 6047)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import Message

from . import build, layout, papers
from .cast import Person


def _event(
    uid: str, summary: str, start: datetime, organizer: Person, lines: Sequence[str], method: str
) -> str:
    stamp = "%Y%m%dT%H%M%SZ"
    begin = start.astimezone(UTC)
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "PRODID:-//Demo//Calendar//EN",
            "VERSION:2.0",
            f"METHOD:{method}",
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"DTSTAMP:{begin - timedelta(days=2):{stamp}}",
            f"DTSTART:{begin:{stamp}}",
            f"DTEND:{begin + timedelta(hours=1):{stamp}}",
            f"SUMMARY:{summary}",
            f"ORGANIZER;CN={organizer.name}:mailto:{organizer.email}",
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def invitation(
    uid: str,
    summary: str,
    today: datetime,
    days: int,
    organizer: Person,
    guests: Sequence[Person],
    place: str,
    agenda: str,
    badge: bytes = b"",
) -> Message:
    """Return an invitation for the time of `today`, `days` later: text, HTML, text/calendar.

    The calendar comes a second time as a file, as many calendars send it; `badge` is a PDF more.
    """
    start = today + timedelta(days=days)
    lines = [
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=TRUE;CN={guest.name}:mailto:{guest.email}"
        for guest in guests
    ]
    lines += [f"LOCATION:{place}", f"DESCRIPTION:{agenda}", "STATUS:CONFIRMED", "SEQUENCE:0"]
    event = _event(uid, summary, start, organizer, lines, "REQUEST")
    text = f"{summary}\n\nКогда: {start:%d.%m.%Y %H:%M}\nГде: {place}\n\n{agenda}\n"
    files = [build.File("invite.ics", event.encode(), "application/ics")]
    if badge:
        files.append(build.File("Бейдж.pdf", badge, papers.PDF))
    return build.content(
        text,
        layout.mail(layout.paragraphs(text)),
        files,
        calendar=build.text_part(event, "calendar", method="REQUEST"),
    )


def acceptance(
    uid: str, summary: str, start: datetime, organizer: Person, guest: Person
) -> Message:
    """Return the answer "accepted" of a guest."""
    event = _event(
        uid,
        summary,
        start,
        organizer,
        [f"ATTENDEE;PARTSTAT=ACCEPTED;CN={guest.name}:mailto:{guest.email}"],
        "REPLY",
    )
    return build.content(
        f"{guest.name} has accepted this invitation: {summary}\n",
        calendar=build.text_part(event, "calendar", method="REPLY"),
    )

"""Dates of header fields (RFC 5322 §3.3, with the obsolete and the wrong forms)."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_tz

_USUAL = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+"
    r"(\d{1,2}):(\d\d)(?::(\d\d))?\s+([+-])(\d\d)(\d\d)(?:\s|$)"
)
_ISO = re.compile(r"\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:Z|[+-]\d\d:?\d\d)?")
_MONTHS = {name: number for number, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # fmt: skip


def parse_date(text: str) -> datetime | None:
    """Read a date as senders write it.

    :param text: the value of a Date field, or what follows the last ';' of a Received field
    :return: a naive datetime in UTC, or None if the text is no date
    """
    text = text.strip()[:200]
    found = _USUAL.match(text)
    month = _MONTHS.get(found[2].lower()) if found else None
    try:
        if found and month:
            moment = datetime(
                int(found[3]), month, int(found[1]),
                int(found[4]), int(found[5]), min(int(found[6] or 0), 59),
            )  # fmt: skip
            shift = timedelta(hours=int(found[8]), minutes=int(found[9]))
            return moment - shift if found[7] == "+" else moment + shift
        return _parse_unusual(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None  # a thirtieth of February, year 99999: no date


def _parse_unusual(text: str) -> datetime | None:
    if _ISO.match(text):
        moment = datetime.fromisoformat(_ISO.match(text)[0].strip().replace("Z", "+00:00"))
        shift = moment.utcoffset()
        moment = moment.replace(tzinfo=None, microsecond=0)
        return moment - shift if shift else moment
    fields = parsedate_tz(text.replace("(", " ").replace(")", " "))
    if not fields or not 1 <= fields[0] <= 9999:
        return None
    year, month, day, hour, minute, second = fields[:6]
    moment = datetime(year, month, day, hour, minute, min(second, 59))
    return moment - timedelta(seconds=fields[9] or 0)

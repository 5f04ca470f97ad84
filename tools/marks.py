"""What a letter is besides a letter: an automatic answer, a bounce, a list's mail."""

import re

from . import mime
from .address import Address

_AUTO_SUBJECT = re.compile(
    r"(?:auto(?:matic)?[- ]?(?:reply|response|antwort)|out of (?:the )?office|"
    r"автоматический ответ|автоответ|abwesen|abwesend|réponse automatique|respuesta automática)",
    re.IGNORECASE,
)
_BOUNCER = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_]daemon|bounces?)(?:[-_+.][^@]*)?(?:@|$)", re.IGNORECASE
)
_POSTMASTER = re.compile(r"postmaster|mail\.delivery\.system", re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|returned mail|return(?:ed)? to sender|failure notice|mail could not be delivered|"
    r"(?:mail )?delivery (?:status|failure|failed|error|problem|report)|mail (?:delivery|system) |"
    r"не ?доставлен|недоставлен|сообщение не|ошибка доставки|отчет о недоставке",
    re.IGNORECASE,
)
_DELIVERED = re.compile(rb"^action[ \t]*:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)
_HARMLESS = frozenset((b"delivered", b"relayed", b"expanded"))
_AUTO_FIELDS = (b"x-autoreply", b"x-autorespond", b"x-autoresponder", b"x-mail-autoreply",
                b"x-auto-reply-from")  # fmt: skip
_LIST_FIELDS = (b"list-id", b"list-post", b"list-unsubscribe", b"list-help", b"list-subscribe",
                b"list-archive", b"mailing-list", b"x-mailman-version", b"x-mailing-list",
                b"x-list")  # fmt: skip
_LIST_PRECEDENCE = (b"list", b"bulk", b"junk")


def _value(fields: dict[bytes, list[bytes]], name: bytes) -> bytes:
    """Return the first value in lower case, without comment and parameters."""
    value = fields.get(name, (b"",))[0]
    return value.partition(b";")[0].partition(b"(")[0].strip().lower()


def is_automatic(fields: dict[bytes, list[bytes]], subject: str) -> bool:
    """Tell an answer or notice that no person wrote, so that nobody answers it (RFC 3834 §5)."""
    submitted = _value(fields, b"auto-submitted")
    if submitted:
        return submitted != b"no"
    if any(name in fields for name in _AUTO_FIELDS):
        return True
    if _value(fields, b"precedence") in (b"auto_reply", b"auto-reply"):
        return True
    return bool(_AUTO_SUBJECT.match(subject))


def is_bounce(
    fields: dict[bytes, list[bytes]],
    from_: tuple[Address, ...],
    subject: str,
    parts: list[mime.Part],
    raw: bytes,
) -> bool:
    """Tell a notice of failed delivery: by its report (RFC 3464), else by its sender."""
    top = parts[0]
    report = top.parameters.get("report-type", "").lower()
    if top.content_type == "multipart/report" and report not in ("", "delivery-status"):
        return False  # a receipt (RFC 8098) or a complaint (RFC 5965)
    for part in parts:
        if part.content_type in ("message/delivery-status", "message/global-delivery-status"):
            actions = _DELIVERED.findall(part.content(raw)[:100_000])
            return not actions or any(word.lower() not in _HARMLESS for word in actions)
    if report == "delivery-status" or b"x-failed-recipients" in fields:
        return True
    if from_ and _BOUNCER.match(from_[0].email or from_[0].name):
        return True
    null_path = fields.get(b"return-path", [b""])[0].strip() == b"<>"
    by_machine = null_path or not from_ or bool(_POSTMASTER.match(from_[0].email))
    return by_machine and bool(_BOUNCE_SUBJECT.match(subject))


def is_list(fields: dict[bytes, list[bytes]]) -> bool:
    """Tell mail of a mailing list or a bulk sender (RFC 2919, RFC 2369)."""
    if any(name in fields for name in _LIST_FIELDS):
        return True
    return _value(fields, b"precedence") in _LIST_PRECEDENCE

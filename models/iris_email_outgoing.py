from odoo import api, fields, models

from ..tools import address, html_editing
from ..tools.compose import File, Outgoing, compose, new_message_id
from .iris_email_recipient import get_key

# What is read of many letters at once.
FIELDS_TO_SEND = (
    *("account_id", "message_id", "in_reply_to", "references"),
    *("email_from", "email_to", "email_cc", "email_bcc", "reply_to"),
    *("subject", "body_text", "body_html"),
)

# The bytes of more letters are not in memory at once.
MOST_COLLECTED_BYTES = 4_000_000


class IrisEmail(models.Model):
    """From the letter to the bytes that are sent."""

    _inherit = "iris.email"

    def _read_recipients(self):
        """Read what is typed in To, Cc and Bcc.

        :return: by name of the field: the addresses, and the entries that are none
        :rtype: dict[str, tuple[tuple[address.Address, ...], tuple[str, ...]]]
        """
        self.ensure_one()
        return {
            name: address.read_typed(self[name] or "")
            for name in ("email_to", "email_cc", "email_bcc", "reply_to")
        }

    def _get_envelope(self):
        """Return the addresses to which the letter goes, each once (RFC 5321 §2.3.1).

        :rtype: list[str]
        """
        read = self._read_recipients()
        people = [
            person for name in ("email_to", "email_cc", "email_bcc") for person in read[name][0]
        ]
        return list({get_key(person.email): person.email for person in people}.values())

    def _make_sources(self):
        """Write the bytes that will be sent, once: later attempts send the same (superuser mode).

        The Message-ID is ours and stays, so that a letter that arrives twice can be recognised.
        """
        self.fetch(FIELDS_TO_SEND)
        files = self._get_files_to_send()
        now = fields.Datetime.now()
        sources, collected = [], 0
        for letter in self:
            message_id = letter.message_id or new_message_id(letter.account_id.address)
            raw = compose(letter._prepare_outgoing(message_id, now, files.get(letter.id, ())))
            letter.write({"message_id": message_id, "date": now, "size": len(raw)})
            sources.append(
                {
                    "res_model": self._name,
                    "res_id": letter.id,
                    "res_field": "source",
                    "name": "original.eml",
                    "mimetype": "message/rfc822",
                    "raw": raw,
                }
            )
            collected += len(raw)
            if collected > MOST_COLLECTED_BYTES:
                self._store_sources(sources)
                sources, collected = [], 0
        self._store_sources(sources)

    @api.model
    def _store_sources(self, sources):
        self.env["iris.email.storage"]._get_attachment_model().create(sources)

    def _get_sources(self):
        """Return the attachments with the bytes of these letters (superuser mode), by their ids.

        :rtype: dict[int, ir.attachment recordset]
        """
        files = self.env["ir.attachment"].sudo().with_context(bin_size=False)
        found = files.search(self._get_sources_domain(), order="id desc")
        return {source.res_id: source for source in found}

    def _get_sources_domain(self):
        return [
            ("res_model", "=", self._name),
            ("res_field", "=", "source"),
            ("res_id", "in", self.ids),
        ]

    def _drop_sources(self):
        """Forget the bytes: the letter will be written on, and is another one then."""
        self.env["ir.attachment"].sudo().search(self._get_sources_domain()).unlink()
        self.sudo().message_id = False

    def _prepare_outgoing(self, message_id, date, files):
        """Return the letter as ``tools.compose.Outgoing``; Bcc is not in it.

        :param datetime date: naive and in UTC
        :param files: ``ir.attachment`` records of the letter
        """
        self.ensure_one()
        read = self._read_recipients()
        sender = address.read_typed(self.email_from or "")[0]
        stored = self.body_html or ""
        has_pictures = any(file.iris_inline for file in files)
        shown = html_editing.content_ids(stored) if has_pictures else set()
        return Outgoing(
            from_=sender[0],
            to=read["email_to"][0],
            cc=read["email_cc"][0],
            reply_to=read["reply_to"][0],
            subject=self.subject or "",
            text=self.body_text or "",
            html=_as_page(stored) if stored else "",
            files=tuple(_read_files(files, shown)),
            date=date,
            message_id=message_id,
            in_reply_to=self.in_reply_to or "",
            references=tuple((self.references or "").split()),
        )

    def _get_files_to_send(self):
        """Return the files of letters (superuser mode), by their ids.

        :rtype: dict[int, ir.attachment recordset]
        """
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("res_field", "=", False),
        ]
        return self.env["ir.attachment"].sudo().search(domain, order="id").grouped("res_id")


def _read_files(files, shown):
    """Yield the files to send; pictures that the text no longer shows stay here.

    :param files: ``ir.attachment`` records of a letter
    :param shown: the Content-IDs that the text shows
    """
    seen = set()
    for file in files:
        content_id = file.iris_content_id or ""
        is_shown = file.iris_inline and content_id in shown - seen
        if file.iris_inline and not is_shown:
            continue
        seen.add(content_id)
        yield File(file.name, file.mimetype or "", read_alone(file), content_id if is_shown else "")


def read_alone(file):
    """Return the bytes of an ``ir.attachment`` and nothing more.

    Odoo would read the files of all records that were found together, and keep them.
    """
    raw = file.with_prefetch().raw or b""
    file.invalidate_recordset(["raw", "db_datas"], flush=False)
    return raw


def _as_page(fragment):
    """Return a whole page, as mail programs expect it."""
    return f'<html><head><meta charset="utf-8"></head><body>{fragment}</body></html>'

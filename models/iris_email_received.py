from odoo import api, models
from odoo.tools import SQL

from ..tools import html, message
from .iris_email import LONGEST_SUBJECT, get_correspondent

# Below what PostgreSQL can hold in an index entry. The original keeps all.
LONGEST_ID = 500
PREVIEW_LENGTH = 160


class IrisEmail(models.Model):
    """From the parsed message to the letter."""

    _inherit = "iris.email"

    @api.model
    def _prepare_received(self, parsed):
        """Return the values of an incoming letter.

        :param message.Message parsed: what ``tools.message.parse()`` read
        :rtype: dict
        """
        has_text = parsed.text.strip() or not parsed.html
        text = parsed.text if has_text else html.to_text(parsed.html)
        return {
            "type": "inbox",
            "subject": _shorten(parsed.subject, LONGEST_SUBJECT),
            "email_from": _shorten(message.format_addresses(parsed.from_), LONGEST_SUBJECT),
            "email_to": message.format_addresses(parsed.to),
            "email_cc": message.format_addresses(parsed.cc),
            "email_bcc": message.format_addresses(parsed.bcc),
            "reply_to": message.format_addresses(parsed.reply_to),
            "correspondent_email": get_correspondent(parsed.from_),
            "date": parsed.date,
            "body_text": text,
            "body_html": parsed.html or False,
            "preview": prepare_preview(text),
            "message_id": parsed.message_id[:LONGEST_ID] or False,
            "in_reply_to": parsed.in_reply_to[:LONGEST_ID] or False,
            "references": " ".join(parsed.references) or False,
            "fingerprint": parsed.fingerprint,
            "is_automatic": parsed.is_automatic,
            "is_bounce": parsed.is_bounce,
            "is_list": parsed.is_list,
            "defects": "\n".join(parsed.defects) or False,
            "has_attachments": any(not part.inline for part in parsed.attachments),
            "linked_by_hand": False,
        }

    def _prepare_attachments(self, parsed, raw):
        """Return the values of the letter's files and of its original.

        :param message.Message parsed: what ``tools.message.parse()`` read
        :param bytes raw: the letter as it came from the server
        :rtype: list[dict]
        """
        self.ensure_one()
        common = {"res_model": self._name, "res_id": self.id}
        files = [
            {
                **common,
                "name": part.filename,
                "raw": part.content,
                "mimetype": part.content_type,
                "iris_content_id": part.content_id or False,
                "iris_inline": part.inline,
            }
            for part in parsed.attachments
        ]
        original = {
            **common,
            "name": "original.eml",
            "res_field": "source",
            "raw": raw,
            "mimetype": "message/rfc822",
        }
        return [*files, original]

    def _link_parents(self, account):
        """Find the letters that these letters answer, of those that are in the same mailbox.

        Each mailbox that receives a letter looks for its parent; the first one that has it counts.
        One that was sent from here is answered, unless it was a machine that wrote.

        :param account: the ``iris.email.account`` that has received these letters just now
        """
        waiting = self.filtered(lambda letter: letter.in_reply_to and not letter.parent_id)
        if not waiting:
            return
        self.flush_model(
            ["message_id", "in_reply_to", "account_id", "in_several", "parent_id", "type"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH found AS (
                    SELECT DISTINCT ON (child.id)
                           child.id AS child_id, parent.id AS parent_id, parent.type
                      FROM iris_email AS child
                      JOIN iris_email AS parent ON parent.message_id = child.in_reply_to
                     WHERE child.id IN %(children)s
                       AND parent.id <> child.id
                       AND parent.type NOT IN ('draft', 'template')
                       AND %(is_here)s
                     ORDER BY child.id, parent.type <> 'sent', parent.id
                )
                UPDATE iris_email AS child
                   SET parent_id = found.parent_id
                  FROM found
                 WHERE child.id = found.child_id
             RETURNING child.id, found.parent_id, found.type
                """,
                children=tuple(waiting.ids),
                is_here=account._get_has_letter_sql("parent"),
            )
        )
        waiting.invalidate_recordset(["parent_id"], flush=False)
        by_people = waiting.filtered(lambda one: not (one.is_automatic or one.is_bounce))
        answered = {
            parent_id
            for child_id, parent_id, kind in rows
            if kind == "sent" and child_id in by_people._ids
        }
        self.browse(answered).filtered(lambda one: not one.is_answered).is_answered = True


def prepare_preview(text):
    """Return the first words of a text."""
    return _shorten(" ".join(text[: PREVIEW_LENGTH * 8].split()), PREVIEW_LENGTH)


def _shorten(text, length):
    return text if len(text) <= length else text[: length - 1] + "…"

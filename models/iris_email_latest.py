from odoo import api, models
from odoo.tools import SQL

from .iris_email_counts import LATEST_LETTERS

# More are a list, not a look at what is new.
MOST_SHOWN = 50
USUALLY_SHOWN = 5


class IrisEmail(models.Model):
    """What is new, for the menu bar."""

    _inherit = "iris.email"

    @api.model
    @api.readonly
    def get_latest(self, limit=USUALLY_SHOWN):
        """Return the newest unread incoming letters that the current user may read.

        They are looked for among the same letters as `get_mail_counts` counts.

        :param int limit: how many at most; never more than 50
        :return: of each ``id``, ``sender_name``, ``subject``, ``preview``, ``date`` and
            ``mailbox_name``
        :rtype: list[dict]
        """
        if type(limit) is not int:
            limit = USUALLY_SHOWN
        query = self._search([("type", "=", "inbox")], limit=LATEST_LETTERS, order=self._order)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM (%s) AS latest
                 WHERE NOT EXISTS (
                    SELECT FROM iris_email_read_rel WHERE user_id = %s AND email_id = id
                 )
                 ORDER BY date DESC, id DESC LIMIT %s
                """,
                query.select(
                    SQL.identifier(query.table, "id"), SQL.identifier(query.table, "date")
                ),
                self.env.uid,
                max(0, min(limit, MOST_SHOWN)),
            )
        )
        names = ("sender_name", "subject", "preview", "date", "mailbox_name")
        letters = self.browse(letter_id for (letter_id,) in rows)
        return [
            {**letter, "subject": letter["subject"] or "", "preview": letter["preview"] or ""}
            for letter in letters.web_read({name: {} for name in names})
        ]

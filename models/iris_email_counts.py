from odoo import api, models
from odoo.tools import SQL

# New letters are looked for among so many of the latest: nobody waits for what lies below them.
LATEST_LETTERS = 10_000


class IrisEmail(models.Model):
    """The numbers beside folders and mailboxes."""

    _inherit = "iris.email"

    @api.model
    @api.readonly
    def get_mail_counts(self):
        """Count what waits for the current user: letters that they may read, none of the trash.

        :return: ``unread`` (of the latest 10,000 incoming letters), ``mailboxes`` (the same by
            mail account: id → number), ``drafts`` and ``outbox`` (the user's own), and
            ``capped``: so many of the latest letters are unread that there may be more
        :rtype: dict
        """
        query = self._search(
            [("type", "=", "inbox")], limit=LATEST_LETTERS, order="date desc, id desc"
        )
        table = query.table
        rows = self.env.execute_query(
            SQL(
                """
                WITH unread AS MATERIALIZED (
                    SELECT id, account_id, in_several
                      FROM (%(latest)s) AS latest
                     WHERE NOT EXISTS (
                        SELECT FROM iris_email_read_rel WHERE user_id = %(uid)s AND email_id = id
                     )
                )
                SELECT NULL, count(*) FROM unread
                 UNION ALL
                SELECT account_id, count(*) FROM (
                    SELECT account_id FROM unread
                     UNION ALL
                    SELECT other.account_id FROM unread
                      JOIN iris_email_other_account_rel AS other ON email_id = id
                     WHERE in_several
                ) AS places GROUP BY account_id
                """,
                latest=query.select(
                    *(SQL.identifier(table, name) for name in ("id", "account_id", "in_several"))
                ),
                uid=self.env.uid,
            )
        )
        # Where else a letter came in, maybe as a blind copy, is for those who read it there.
        mine = set(self.env["iris.email.grants"]._get("read").incoming)
        unread = rows[0][1]
        return {
            "unread": unread,
            "mailboxes": {
                account_id: count for account_id, count in rows[1:] if account_id in mine
            },
            "drafts": self._count_mine("draft"),
            "outbox": self._count_mine("outbox"),
            "capped": unread == LATEST_LETTERS,
        }

    @api.model
    def _count_mine(self, letter_type):
        mine = [("type", "=", letter_type), ("responsible_id", "=", self.env.uid)]
        return self.search_count(mine, limit=LATEST_LETTERS)

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

        :return: ``unread`` (of the latest 10,000 incoming letters), ``places`` (the mailboxes that
            the user reads, by name: dicts of ``id``, ``name`` and ``unread``), ``drafts`` and
            ``outbox`` (the user's own), and ``capped``: so many of the latest letters are unread
            that there may be more
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
        unread_by_account = {
            account_id: count for account_id, count in rows[1:] if account_id in mine
        }
        return {
            "unread": unread,
            "places": self._get_places_of_user(unread_by_account),
            "drafts": self._count_mine("draft"),
            "outbox": self._count_mine("outbox"),
            "capped": unread == LATEST_LETTERS,
        }

    @api.model
    def _get_places_of_user(self, unread):
        """Return the active mailboxes of which the user reads what comes in or what goes out.

        :param dict unread: id of a mailbox → number of its unread letters
        :rtype: list[dict]
        """
        grants = self.env["iris.email.grants"]._get("read")
        accounts = self.env["iris.email.account"].search_fetch(
            [("id", "in", {*grants.incoming, *grants.outgoing}), ("active", "=", True)],
            ["display_name"],
        )
        places = [
            {"id": account.id, "name": account.display_name, "unread": unread.get(account.id, 0)}
            for account in accounts
        ]
        return sorted(places, key=lambda place: (sort_key(place["name"]), place["id"]))

    @api.model
    def _count_mine(self, letter_type):
        mine = [("type", "=", letter_type), ("responsible_id", "=", self.env.uid)]
        return self.search_count(mine, limit=LATEST_LETTERS)


def sort_key(name):
    """Return what sorts names as dictionaries do, also those with the Russian letter ё."""
    folded = name.casefold()
    return folded.replace("ё", "е"), folded

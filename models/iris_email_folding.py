from odoo import api, models
from odoo.tools import SQL

# Lists are folded under this key of the context.
FOLDED = "iris_email_conversations"

# So many letters are looked at first for each conversation that is wanted on a page, and for each
# that is counted.
AHEAD = 4
COUNTED_AHEAD = 2

# So many times more are looked at as long as that was not enough.
GROWTH = 4


class IrisEmail(models.Model):
    """Lists in which every conversation is one row: the newest letter of it that is found.

    In the usual order, the first letters that are looked at decide what stands on a page: so no
    more are looked at than it takes to find its conversations.
    """

    _inherit = "iris.email"

    @api.model
    @api.readonly
    def web_search_read(
        self, domain, specification, offset=0, limit=None, order=None, count_limit=None
    ):
        """Search and read a page; fold it if the context says so and the order is the usual one."""
        if not self.env.context.get(FOLDED) or (order or self._order).lower() != self._order:
            return super().web_search_read(domain, specification, offset, limit, order, count_limit)
        found = self._search_conversations(domain, offset, limit)
        length = offset + len(found) if found else 0
        is_full = limit and len(found) == limit and not (count_limit and count_limit <= length)
        if is_full or (limit and found and self.env.context.get("force_search_count")):
            length = self._count_conversations(domain, count_limit)
        return {"length": length, "records": found.web_read(specification)}

    @api.model
    def _search_conversations(self, domain, offset=0, limit=None):
        """Return the newest letter of each conversation of what a domain finds, newest first."""
        query = self._search(domain, order=self._order)
        if query.is_empty():
            return self.browse()
        branches = self._get_branches_for(domain)
        last = limit and offset + limit
        query.limit = last and last * AHEAD
        while True:
            rows = self._read_page(query, branches, "id", "conversation")
            newest = {}
            for letter_id, key in rows:
                newest.setdefault(key or letter_id, letter_id)
            if not last or len(newest) >= last or len(rows) < query.limit:
                return self.browse(list(newest.values())[offset:last])
            query.limit *= GROWTH

    @api.model
    def _count_conversations(self, domain, limit=None):
        """Count the conversations of what a domain finds, up to a limit."""
        size = limit and limit * COUNTED_AHEAD
        while True:
            query = self._search(domain, limit=size)
            key = SQL("COALESCE(iris_email.conversation, iris_email.id::text) AS key")
            [(count, letters)] = self.env.execute_query(
                SQL(
                    """SELECT count(*), COALESCE(sum(letters), 0) FROM (
                        SELECT count(*) AS letters FROM (%s) AS letter GROUP BY key
                    ) AS conversation""",
                    query.select(key),
                )
            )
            if not limit or count >= limit or letters < size:
                return min(count, limit or count)
            size *= GROWTH

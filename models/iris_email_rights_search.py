from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Each of so many mailboxes is looked through by itself. More have so many of all letters that
# these are looked through.
MOST_BRANCHES = 16

# Above that, a search is no page of a list.
LONGEST_PAGE = 1_000


class IrisEmail(models.Model):
    """Searches that take no longer the more letters others have.

    The record rule says which letters may be found, and stands in every query. What is added here
    only tells PostgreSQL where to look for them: in *branches*, conditions that have an index, of
    which none is true of letters that another is true of.
    """

    _inherit = "iris.email"

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False
    ):
        query = super()._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
        )
        if self.env.su or bypass_access or not limit or query.is_empty():
            return query
        branches = self._get_branches_for(domain)
        if not order or limit > LONGEST_PAGE:
            if branches:
                query._tables[self._table] = self._join_branches(branches)
            return query
        # Which letters make the page can be read from an index alone; then only they are read.
        if branches and order.lower() == self._order and not query._joins:
            page = [letter_id for (letter_id,) in self._read_page(query, branches, "id")]
        else:
            page = query.get_result_ids()
        return self.browse(page)._as_query()

    @api.model
    def _read_page(self, query, branches, *columns):
        """Read a page of letters in the usual order.

        Of each branch at most a page is read, along its index.

        :param Query query: what is wanted
        :param list[SQL] branches: see `_get_branches`; none: the query is asked as it is
        :param str columns: what to read of each letter
        :rtype: list[tuple]
        """
        columns = [SQL.identifier(self._table, name) for name in columns]
        if not branches or query._joins:
            return self.env.execute_query(query.select(*columns))
        last = query.limit and query.limit + (query.offset or 0)
        pages = [
            SQL(
                "(SELECT id, date, conversation FROM iris_email WHERE %s AND %s"
                " ORDER BY %s LIMIT %s)",
                query.where_clause,
                branch,
                query.order,
                last,
            )
            for branch in branches
        ]
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM (%s) AS iris_email ORDER BY %s LIMIT %s OFFSET %s",
                SQL(", ").join(columns),
                SQL(" UNION ALL ").join(pages),
                query.order,
                query.limit,
                query.offset or 0,
            )
        )

    @api.model
    def _join_branches(self, branches):
        """Return a table expression of the letters of all branches."""
        selects = [SQL("SELECT * FROM iris_email WHERE %s", branch) for branch in branches]
        return SQL("(%s)", SQL(" UNION ALL ").join(selects))

    @api.model
    def _is_found_by_words(self, domain):
        """Tell whether a search has words that few letters have: then these are looked at."""
        words = self.env["iris.email.full.text"]
        return any(
            condition.field_expr == "full_text" and words._is_rare(condition.value)
            for condition in Domain(domain).iter_conditions()
        )

    @api.model
    def _get_branches_for(self, domain):
        """Return the branches (see `_get_branches`) that help a search, if any do."""
        if self.env.su or self._is_found_by_words(domain):
            return []
        return self._get_branches()

    @api.model
    def _get_branches(self):
        """Return conditions that together are true of all letters that the user may read.

        They may be true of some more.

        :return: none if the user may read those of too many mailboxes
        :rtype: list[SQL]
        """
        grants = self.env["iris.email.grants"]._get("read")
        account_ids = tuple({*grants.incoming, *grants.outgoing})
        if grants.responsibles is None or len(account_ids) > MOST_BRANCHES:
            return []
        in_mailboxes = [SQL("account_id = %s", account_id) for account_id in account_ids]
        elsewhere = SQL("COALESCE(account_id, -1) NOT IN %s", account_ids or (0,))
        by_responsible = SQL("responsible_id IN %s", grants.responsibles or (0,))
        not_by_responsible = SQL(
            "COALESCE(responsible_id, -1) NOT IN %s", grants.responsibles or (0,)
        )
        # As arrays: in these branches nothing but the ids tells where the letters are.
        also_received = self._get_also_received_ids(grants.incoming)
        through_others = SQL("in_several AND id = ANY(ARRAY%s)", also_received)
        not_through_others = SQL("NOT (in_several AND id IN %s)", also_received)
        by_own_list = SQL("custom_access AND id = ANY(ARRAY%s)", self._get_own_list_ids("read"))
        return [
            *in_mailboxes,
            SQL("%s AND %s", by_responsible, elsewhere),
            SQL("%s AND %s AND %s", through_others, elsewhere, not_by_responsible),
            SQL(
                "%s AND %s AND %s AND %s",
                by_own_list,
                elsewhere,
                not_by_responsible,
                not_through_others,
            ),
        ]

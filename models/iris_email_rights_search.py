from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Of so many mailboxes each is looked through by itself, along the index.
MOST_BRANCHES = 16

# Whoever may read so few letters finds them sooner among their own than among all: the first
# number if it is decided by what the indexes hold which letters are wanted, else the second.
FEW_LETTERS = 1_000
FEW_LETTERS_TO_LOOK_AT = 20_000
FIELDS_OF_INDEXES = frozenset(
    {"id", "date", "type", "state", "is_trashed", "account_id", "mailbox_id", "responsible_id"}
)

# Above that, a search is no page of a list.
LONGEST_PAGE = 1_000


class IrisEmail(models.Model):
    """Searches that take no longer the more letters others have.

    The record rule says which letters may be found, and stands in every query. What is added here
    only tells PostgreSQL where to look for them.
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
        grants = self.env["iris.email.grants"]._get("read")
        account_ids = tuple({*grants.incoming, *grants.outgoing})
        is_page = order and limit <= LONGEST_PAGE
        if (not is_page and len(account_ids) <= MOST_BRANCHES) or self._has_few_letters(
            account_ids, grants.responsibles, _get_few(domain)
        ):
            query._tables[self._table] = self._get_branches(account_ids, grants)
        if is_page:
            # Which letters make the page can be read from an index alone; then only they are read.
            return self.browse(query.get_result_ids())._as_query()
        return query

    @api.model
    def _has_few_letters(self, account_ids, responsible_ids, few):
        """Tell whether these mailboxes and responsibles have fewer letters than that."""
        if responsible_ids is None:
            return False
        count = SQL(
            """SELECT count(*) FROM (
                (SELECT FROM iris_email WHERE account_id IN %(accounts)s LIMIT %(most)s)
                UNION ALL
                (SELECT FROM iris_email WHERE responsible_id IN %(responsibles)s LIMIT %(most)s)
            ) AS mine""",
            accounts=account_ids or (0,),
            responsibles=responsible_ids or (0,),
            most=few,
        )
        return self.env.execute_query(count)[0][0] < few

    @api.model
    def _get_branches(self, account_ids, grants):
        """Return a table expression of all letters that the user may read, and maybe some more.

        Each of its branches has an index, and none repeats letters of those before it.
        """
        if len(account_ids) <= MOST_BRANCHES:
            branches = [SQL("account_id = %s", account_id) for account_id in account_ids]
        else:
            branches = [SQL("account_id IN %s", account_ids)]
        elsewhere = SQL("COALESCE(account_id, -1) NOT IN %s", account_ids or (0,))
        if grants.responsibles is None:
            return SQL.identifier(self._table)
        by_responsible = SQL("responsible_id IN %s", grants.responsibles or (0,))
        not_by_responsible = SQL(
            "COALESCE(responsible_id, -1) NOT IN %s", grants.responsibles or (0,)
        )
        through_others = SQL(
            "in_several AND id IN %s", self._get_also_received_ids(grants.incoming)
        )
        by_own_list = SQL("custom_access AND id IN %s", self._get_own_list_ids("read"))
        branches += [
            SQL("%s AND %s", by_responsible, elsewhere),
            SQL("%s AND %s AND %s", through_others, elsewhere, not_by_responsible),
            SQL(
                "%s AND %s AND %s AND NOT (%s)",
                by_own_list,
                elsewhere,
                not_by_responsible,
                through_others,
            ),
        ]
        selects = [SQL("SELECT * FROM iris_email WHERE %s", branch) for branch in branches]
        return SQL("(%s)", SQL(" UNION ALL ").join(selects))


def _get_few(domain):
    """Return how many letters are few for a search."""
    names = {condition.field_expr for condition in Domain(domain).iter_conditions()}
    return FEW_LETTERS if names <= FIELDS_OF_INDEXES else FEW_LETTERS_TO_LOOK_AT

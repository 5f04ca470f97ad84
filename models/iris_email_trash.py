from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL


class IrisEmail(models.Model):
    """The trash: every mailbox has its own, so a letter in several may be in the trash of some.

    Deleting takes a letter out of the mailboxes on which the user holds *delete*: first into
    their trash, then for good. The letter is gone when no mailbox has it any more.
    """

    _inherit = "iris.email"

    trashed_account_ids = fields.Many2many(
        "iris.email.account",
        "iris_email_trash_rel",
        "email_id",
        "account_id",
        string="In the trash of",
        groups=fields.NO_ACCESS,
        copy=False,
    )
    in_trash = fields.Selection(
        [("partly", "Of some mailboxes"), ("all", "Of all mailboxes")],
        "In the trash",
        readonly=True,
        groups=fields.NO_ACCESS,  # other mailboxes may be those of a blind copy
        copy=False,
    )
    # Not Odoo's field "active": that would have to be the same for everybody.
    is_trashed = fields.Boolean(
        "Trash",
        compute="_compute_is_trashed",
        search="_search_is_trashed",
        help="In the trash of all your mailboxes that received the letter.",
    )

    _trash_date_idx = models.Index(
        """(date DESC, id DESC) INCLUDE
        (account_id, type, state, responsible_id, company_id, custom_access, in_several, in_trash,
        conversation)
        WHERE in_trash IS NOT NULL"""
    )
    _partly_in_trash_idx = models.Index("(id) WHERE in_trash = 'partly'")

    # -------------------------------------------------------------------------
    # What is in the trash for whom
    # -------------------------------------------------------------------------

    @api.depends("in_trash", "trashed_account_ids", "account_id", "other_account_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_trashed(self):
        for letter in self:
            in_trash = letter.sudo().in_trash
            if in_trash == "partly":
                mine = letter._get_places().filtered(letter._is_read_through)
                trashed = letter.sudo().trashed_account_ids
                letter.is_trashed = bool(mine & trashed) and not mine - trashed
            else:
                letter.is_trashed = in_trash == "all"

    def _search_is_trashed(self, operator, value):
        if operator != "in":
            return NotImplemented
        trashed_ids = SQL("(0)")
        if self.env.uid != SUPERUSER_ID:
            trashed_ids = self._get_ids_trashed_for_me()

        def to_sql(_model, alias, _query):
            return SQL(
                "(%(in_trash)s IS NULL OR %(in_trash)s = 'partly' AND %(id)s NOT IN %(trashed)s)",
                in_trash=SQL.identifier(alias, "in_trash", to_flush=self._fields["in_trash"]),
                id=SQL.identifier(alias, "id"),
                trashed=trashed_ids,
            )

        kept = Domain.custom(to_sql=to_sql, predicate=lambda letter: not letter.is_trashed)
        return Domain.OR(~kept if wanted else kept for wanted in value)

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, **options):
        """Leave the trash out unless it is asked for, as Odoo does with archived records."""
        domain = Domain(domain)
        if active_test and self.env.context.get("active_test", True):
            conditions = domain.iter_conditions()
            if not any(condition.field_expr == "is_trashed" for condition in conditions):
                domain &= Domain("is_trashed", "=", False)
        return super()._search(domain, offset, limit, order, active_test=active_test, **options)

    @api.model
    def _get_ids_trashed_for_me(self):
        """Return the letters, partly in the trash, that no mailbox of the user has outside of it.

        Only letters that came in can be in several mailboxes. The list is made once for a search:
        the letters in question are few.

        :return: a subquery for their ids
        :rtype: SQL
        """
        return SQL(
            """(
                SELECT letter.id
                  FROM iris_email AS letter
                 WHERE in_trash = 'partly'
                   AND EXISTS (
                    SELECT FROM iris_email_trash_rel
                     WHERE email_id = letter.id AND account_id IN %(mine)s
                   )
                   AND NOT EXISTS (
                    SELECT FROM (
                        SELECT letter.account_id
                         UNION ALL
                        SELECT account_id FROM iris_email_other_account_rel
                         WHERE email_id = letter.id
                        EXCEPT
                        SELECT account_id FROM iris_email_trash_rel WHERE email_id = letter.id
                    ) AS kept
                     WHERE account_id IN %(mine)s
                   )
            )""",
            mine=self.env["iris.email.grants"]._get("read").incoming or (0,),
        )

    # -------------------------------------------------------------------------
    # Into the trash, and out of it
    # -------------------------------------------------------------------------

    def action_trash(self):
        """Move the letters to the trash of the mailboxes on which the user holds *delete*.

        :raises AccessError: the user may not delete one of them
        """
        self._check_permission("delete")
        for accounts, letters in self._group_by_deletable().items():
            letters.trashed_account_ids = [Command.link(account_id) for account_id in accounts]
        self._update_in_trash(True)
        return True

    def action_restore(self):
        """Take the letters out of the trash of the mailboxes on which the user holds *delete*.

        :raises AccessError: the user may not delete one of them
        """
        self._check_permission("delete")
        for accounts, letters in self._group_by_deletable().items():
            letters.trashed_account_ids = [Command.unlink(account_id) for account_id in accounts]
        self._update_in_trash(False)
        return True

    def _get_places(self):
        """Return the mailboxes that have the letter in their trash or outside of it.

        What is not sent yet is in none: the account that it will be sent from may still change.
        """
        self.ensure_one()
        accounts = self._get_accounts()
        return accounts.browse() if self.sudo()._is_unsent() else accounts

    def _group_by_deletable(self):
        """Group the letters by the mailboxes out of which the user deletes them.

        Those are the mailboxes on which a row gives them *delete*. Who may delete a letter without
        such a row, as its responsible or by its own list, deletes it from all of its mailboxes.

        :return: ids of accounts → letters (superuser mode)
        :rtype: dict[tuple[int, ...], iris.email recordset]
        """
        grants = self.env["iris.email.grants"]._get("delete")

        def get_account_ids(letter):
            account_ids = letter._get_places().ids
            direction = letter._get_direction()
            mine = set(getattr(grants, direction)) if direction else set()
            return tuple(sorted(mine.intersection(account_ids) or account_ids))

        return self.sudo().grouped(get_account_ids)

    def _update_in_trash(self, without_accounts=None):
        """Note for the search whether all, some, or none of the mailboxes have it in the trash.

        :param without_accounts: whether letters of no mailbox are in the trash now; None: as before
        """
        by_state = {False: self.browse(), "partly": self.browse(), "all": self.browse()}
        for letter in self.sudo():
            accounts, trashed = letter._get_places(), letter.trashed_account_ids
            if accounts:
                state = bool(accounts & trashed) and ("partly" if accounts - trashed else "all")
            elif without_accounts is None:
                state = letter.in_trash
            else:
                state = without_accounts and "all"
            by_state[state] |= letter
        for state, letters in by_state.items():
            letters.sudo().in_trash = state

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..tools import message


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
        copy=False,
    )
    active = fields.Boolean(
        "Not in the trash",
        compute="_compute_active",
        search="_search_active",
        help="Off for letters in the trash of all your mailboxes that received them.",
    )

    _trash_date_idx = models.Index(
        """(date DESC, id DESC) INCLUDE
        (account_id, type, state, responsible_id, company_id, custom_access, in_several, in_trash)
        WHERE in_trash IS NOT NULL"""
    )
    _partly_in_trash_idx = models.Index("(id) WHERE in_trash = 'partly'")

    # -------------------------------------------------------------------------
    # What is in the trash for whom
    # -------------------------------------------------------------------------

    @api.depends("in_trash", "trashed_account_ids", "account_id", "other_account_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_active(self):
        for letter in self:
            if letter.in_trash == "partly":
                trashed = letter.sudo().trashed_account_ids
                mine = letter._get_accounts().filtered(letter._is_read_through)
                letter.active = not (mine & trashed) or bool(mine - trashed)
            else:
                letter.active = letter.in_trash != "all"

    def _search_active(self, operator, value):
        if operator != "in":
            return NotImplemented
        kept = Domain("in_trash", "=", False)
        partly = Domain("in_trash", "=", "partly")
        if self.env.uid == SUPERUSER_ID:
            active = kept | partly
        else:
            active = kept | (partly & ~self._get_trashed_for_me())
        return Domain.OR(active if wanted else ~active for wanted in value)

    @api.model
    def _get_trashed_for_me(self):
        """Return the domain of letters, partly in the trash, that the user has in the trash only.

        Only letters that came in can be in several mailboxes.
        """
        mine = self.env["iris.email.grants"]._get("read").incoming or (0,)
        # Looked up once for a whole search: the letters in question are few.
        trashed_ids = SQL(
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
            mine=mine,
        )
        return Domain("id", "in", trashed_ids)

    # -------------------------------------------------------------------------
    # Into the trash, and out of it
    # -------------------------------------------------------------------------

    def action_trash(self):
        """Move the letters to the trash of the mailboxes on which the user holds *delete*.

        :raises AccessError: the user may not delete one of them
        """
        self.check_access("unlink")
        for accounts, letters in self._group_by_deletable().items():
            letters.trashed_account_ids = [Command.link(account_id) for account_id in accounts]
        self._update_in_trash(True)
        return True

    def action_restore(self):
        """Take the letters out of the trash of the mailboxes on which the user holds *delete*.

        :raises AccessError: the user may not delete one of them
        """
        self.check_access("unlink")
        for accounts, letters in self._group_by_deletable().items():
            letters.trashed_account_ids = [Command.unlink(account_id) for account_id in accounts]
        self._update_in_trash(False)
        return True

    def _group_by_deletable(self):
        """Group the letters by the mailboxes out of which the user may delete them.

        Whoever may delete a letter by its own list or as its responsible may do so in all of its
        mailboxes.

        :return: ids of accounts → letters (superuser mode)
        :rtype: dict[tuple[int, ...], iris.email recordset]
        """
        grants = self.env["iris.email.grants"]._get("delete")
        everywhere = self.sudo()
        if not self.env.su:
            everywhere = everywhere.filtered(lambda letter: letter._is_deletable_everywhere(grants))

        def get_account_ids(letter):
            account_ids = letter._get_accounts().ids
            if letter not in everywhere:
                account_ids = set(account_ids) & set(grants.incoming)
            return tuple(sorted(account_ids))

        return self.sudo().grouped(get_account_ids)

    def _is_deletable_everywhere(self, grants):
        """Tell whether the right to delete is one on the letter, not on some of its mailboxes."""
        if self.custom_access or self.type != "inbox":
            return True
        if grants.responsibles is None:
            return bool(self.responsible_id)
        return self.responsible_id.id in grants.responsibles

    def _update_in_trash(self, without_accounts=None):
        """Note for the search whether all, some, or none of the mailboxes have it in the trash.

        :param without_accounts: whether letters of no mailbox are in the trash now; None: as before
        """
        by_state = {False: self.browse(), "partly": self.browse(), "all": self.browse()}
        for letter in self.sudo():
            accounts, trashed = letter._get_accounts(), letter.trashed_account_ids
            if accounts:
                state = bool(accounts & trashed) and ("partly" if accounts - trashed else "all")
            elif without_accounts is None:
                state = letter.in_trash
            else:
                state = without_accounts and "all"
            by_state[state] |= letter
        for state, letters in by_state.items():
            letters.sudo().in_trash = state

    # -------------------------------------------------------------------------
    # For good
    # -------------------------------------------------------------------------

    def action_delete_for_good(self):
        """Delete letters that are in the trash; see `unlink`."""
        self.unlink()
        return True

    def unlink(self):
        """Delete letters for good that are in the trash, with their files.

        A letter leaves the mailboxes on which the user holds *delete*. The ledger goes on to know
        it, so that it is not loaded again; if the account says so, the next check of mail deletes
        it from the server.

        :raises AccessError: the user may not delete one of the letters
        :raises UserError: one of them is not in the trash
        """
        if self.env.su:
            return super().unlink()
        self.check_access("unlink")
        gone = self.browse()
        for account_ids, letters in self._group_by_deletable().items():
            for letter in letters:
                accounts = letter._get_accounts()
                leaving = accounts.browse(account_ids) & letter.trashed_account_ids
                if not (leaving if accounts else letter.in_trash):
                    raise UserError(
                        self.env._(
                            "“%(letter)s” is not in the trash: move it there first.",
                            letter=letter.sudo(False).display_name,
                        )
                    )
                if accounts - leaving:
                    letter._leave(leaving)
                else:
                    gone |= letter
        return super(IrisEmail, gone.sudo()).unlink()

    def _leave(self, accounts):
        """Take a letter out of some of its mailboxes; others keep it.

        The original that is kept came through the first mailbox. If that goes, those who stay
        need what only their own readers could see before: nothing of the way of the first copy.
        """
        self.ensure_one()
        left = self._get_accounts() - accounts
        self.env["iris.email.receipt"].sudo().search(
            [("letter_id", "=", self.id), ("account_id", "in", accounts.ids)]
        ).letter_id = False
        if self.account_id in accounts:
            source = self._get_source_attachment()
            source.raw = message.without_trace(source.raw or b"")
            self.account_id = left[0]
        self.other_account_ids = left - self.account_id
        self.trashed_account_ids -= accounts
        self._update_in_trash()

from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

from ..tools import message


class IrisEmail(models.Model):
    """Deleting letters for good, out of the trash."""

    _inherit = "iris.email"

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
        self._check_permission("delete")
        gone = self.browse()
        staying = defaultdict(self.browse)
        for account_ids, letters in self._group_by_deletable().items():
            for letter in letters:
                accounts = letter._get_places()
                leaving = accounts.browse(account_ids) & letter.trashed_account_ids
                letter._check_in_trash(leaving)
                left = accounts - leaving
                if left:
                    staying[leaving, left] |= letter
                else:
                    gone |= letter
        for (leaving, left), letters in staying.items():
            letters.sudo()._leave(leaving, left)
        return super(IrisEmail, gone.sudo()).unlink()

    def _check_in_trash(self, accounts):
        """Refuse to delete for good what is not in the trash.

        :param accounts: those that have the letter in the trash, of those that it shall leave
        """
        self.ensure_one()
        if not accounts and (self._get_places() or not self.in_trash):
            raise UserError(
                self.env._(
                    "“%(letter)s” is not in the trash: move it there first.",
                    letter=self.sudo(False).display_name,
                )
            )

    def _leave(self, accounts, left):
        """Take letters out of some of their mailboxes; others keep them.

        :param accounts: the mailboxes to leave
        :param left: the mailboxes that keep them
        """
        self.env["iris.email.receipt"].sudo().search(
            [("letter_id", "in", self.ids), ("account_id", "in", accounts.ids)]
        ).letter_id = False
        orphaned = self.filtered(lambda letter: letter.account_id in accounts)
        orphaned._forget_traces()
        orphaned.account_id = left[0]
        for first, letters in self.grouped("account_id").items():
            letters.other_account_ids = left - first
        for trashed, letters in self.grouped("trashed_account_ids").items():
            letters.trashed_account_ids = trashed - accounts
        self._update_in_trash()
        self._let_somebody_decide()

    def _forget_traces(self):
        """Cut off how the copy came that is kept: its mailbox, the first one, has deleted it.

        Those who stay never saw it: only the first mailbox' own readers did.
        """
        for letter in self:
            source = letter._get_source_attachment()
            source.raw = message.without_trace(source.raw or b"")

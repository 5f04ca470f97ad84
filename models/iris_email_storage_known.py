from collections import defaultdict

from odoo import api, models
from odoo.fields import Command

# What is read of letters that are here already: to find the one that has come again, and to link
# it to others.
IDENTITY_FIELDS = ("fingerprint", "account_id", "other_account_ids", "custom_access", "in_trash")
THREAD_FIELDS = ("in_reply_to", "parent_id", "is_automatic", "is_bounce")


class IrisEmailStorage(models.AbstractModel):
    """Letters that are here already: under another UIDL, or through another mailbox."""

    _inherit = "iris.email.storage"

    @api.model
    def _without_renumbered(self, account, downloads, receipts, present):
        """Leave out letters that this mailbox has had under other UIDLs.

        That is so where the server has renumbered its letters: the ledger knows the letter, and
        the UIDL that it had is gone. The receipt gets the new one, also if the letter was deleted
        here. Two copies that are both in the mailbox are two letters.

        :param receipts: failed receipts of some of these letters, by UIDL
        :param present: the UIDLs that are on the server now, or None if that is not known
        :rtype: list[Download]
        """
        if present is None:
            return downloads
        known = self.env["iris.email.receipt"].search_fetch(
            [
                ("account_id", "=", account.id),
                ("fingerprint", "in", [download.fingerprint for download in downloads]),
            ],
            ["fingerprint", "uidl"],
            order="id",
        )
        gone = defaultdict(list)
        for receipt in known.filtered(lambda receipt: receipt.uidl not in present):
            gone[receipt.fingerprint].append(receipt)
        fresh = []
        for download in downloads:
            if gone[download.fingerprint] and download.uidl not in receipts:
                receipt = gone[download.fingerprint].pop(0)
                receipt.write({"uidl": download.uidl, "listed_size": download.listed_size})
            else:
                fresh.append(download)
        return fresh

    @api.model
    def _get_twins(self, account, downloads):
        """Find letters that another account has received already.

        Message-ID and content must agree; the fingerprint covers both.

        :rtype: dict[str, iris.email recordset]
        """
        letters = (
            self.env["iris.email"]
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("fingerprint", "in", [download.fingerprint for download in downloads]),
                    ("message_id", "!=", False),
                    ("type", "=", "inbox"),
                    ("is_partial", "=", False),
                ],
                [*IDENTITY_FIELDS, *THREAD_FIELDS],
                order="id",
            )
        )
        free = defaultdict(list)
        for letter in letters:
            if account not in letter.account_id | letter.other_account_ids:
                free[letter.fingerprint].append(letter)
        twins = {
            download.uidl: free[download.fingerprint].pop(0)
            for download in downloads
            if free[download.fingerprint]
        }
        shared = self.env["iris.email"].union(*twins.values())
        shared.write({"other_account_ids": [Command.link(account.id)]})
        shared.filtered("custom_access")._add_access_of(account)
        shared.filtered("in_trash")._update_in_trash()
        return twins

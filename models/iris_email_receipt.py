from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .iris_email_storage import Download

# How often a letter that the server does not hand over is asked for at every check; then it is
# asked for once in this time.
MOST_ATTEMPTS = 5
PAUSE_OF_REFUSED = timedelta(days=1)

# Begins what a UIDL becomes that means nothing any more. No UIDL has a space.
SET_ASIDE = "gone "


class IrisEmailReceipt(models.Model):
    """The ledger: what became of every letter that a mailbox ever showed (guide E1).

    A UIDL that stands here as stored is never loaded again, also when its letter was deleted.
    """

    _name = "iris.email.receipt"
    _inherit = ["iris.email.source.mixin"]
    _description = "Receipt of a letter"
    _order = "id desc"
    _rec_name = "uidl"

    account_id = fields.Many2one(
        "iris.email.account", "Mail account", required=True, readonly=True, ondelete="cascade"
    )
    uidl = fields.Char(
        "UIDL", required=True, readonly=True, help="How the server names the letter (RFC 1939 §7)."
    )
    state = fields.Selection(
        [
            ("stored", "Stored"),
            ("failed", "Failed"),
            ("oversize", "Partly loaded"),
            ("dismissed", "Dismissed"),
        ],
        required=True,
        readonly=True,
    )
    letter_id = fields.Many2one(
        "iris.email", readonly=True, ondelete="set null", index="btree_not_null"
    )
    reason = fields.Text(readonly=True)
    attempts = fields.Integer(readonly=True, default=1, aggregator=None)
    size = fields.Integer("Size (bytes)", readonly=True, aggregator=None)
    listed_size = fields.Integer(
        "Size on the server (bytes)",
        readonly=True,
        aggregator=None,
        help="As the server counts it. If it changes, the UIDL means another letter by now.",
    )
    fingerprint = fields.Char(
        readonly=True, help="Identifies the letter if the server changes its UIDL."
    )
    # Everybody gets it by _get_original(), which asks for the right to read the mailbox.
    source = fields.Binary("Original", attachment=True, readonly=True, groups=fields.NO_ACCESS)
    has_source = fields.Boolean(
        "Original kept", readonly=True, help="The letter was received but could not be stored."
    )
    can_download = fields.Boolean(compute="_compute_can_download")

    _account_uidl_uniq = models.UniqueIndex("(account_id, uidl)")
    _fingerprint_idx = models.Index("(account_id, fingerprint) WHERE fingerprint IS NOT NULL")
    _failed_idx = models.Index("(account_id, id) WHERE state = 'failed'")

    @api.depends("has_source", "account_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_download(self):
        """Whoever may read the mailbox may see what could not be stored of it, and nobody else."""
        account_ids = self.env["iris.email.account"]._get_permitted_ids("incoming", "read")
        for receipt in self:
            receipt.can_download = receipt.has_source and receipt.account_id.id in account_ids

    # -------------------------------------------------------------------------
    # What is known
    # -------------------------------------------------------------------------

    @api.model
    def _get_by_uidl(self, account, uidls):
        """Return the receipts of some letters.

        :rtype: dict[str, iris.email.receipt record]
        """
        receipts = self.search_fetch(
            [("account_id", "=", account.id), ("uidl", "in", uidls)], ["uidl", "state"]
        )
        return {receipt.uidl: receipt for receipt in receipts}

    @api.model
    def _compare(self, account, identities):
        """Compare the ledger with what the server shows.

        :param dict[int, str] identities: number → UIDL of every letter in the mailbox
        :return: the numbers of the letters to load, new ones first, then those that failed; and
            the receipts of letters that are not on the server any more, but for failed ones that
            are still to be asked for
        :rtype: tuple[list[int], iris.email.receipt recordset]
        """
        ours = Domain("account_id", "=", account.id) & Domain("uidl", "not =like", f"{SET_ASIDE}%")
        settled = Domain("state", "!=", "failed") | Domain("has_source", "=", True)
        rests = Domain("attempts", ">=", MOST_ATTEMPTS) & Domain(
            "write_date", ">", fields.Datetime.now() - PAUSE_OF_REFUSED
        )
        known, tried, resting = (
            dict(self.env.execute_query(self._search(ours & domain).select("uidl", "id")))
            for domain in (settled, ~settled, ~settled & rests)
        )
        present = set(identities.values())
        gone = self.browse(known[uidl] for uidl in known.keys() - present)
        pending = [
            number
            for number, uidl in identities.items()
            if uidl not in known and uidl not in resting
        ]
        if tried:
            pending.sort(key=lambda number: identities[number] in tried)
        return pending, gone

    @api.model
    def _get_to_delete(self, account, uidls):
        """Return the receipts of letters whose copies the account does not keep on the server.

        Only what is stored: never a letter that failed, also if it was dismissed.

        :param uidls: what is on the server
        :rtype: dict[str, iris.email.receipt record]
        """
        if account.keep_policy == "forever":
            return {}
        domain = Domain("account_id", "=", account.id) & Domain("uidl", "in", list(uidls))
        if account.keep_policy == "days":
            before = fields.Datetime.now() - timedelta(days=account.keep_days)
            domain &= Domain("letter_id", "!=", False) & Domain("create_date", "<", before)
            domain &= Domain("state", "=", "stored")
        else:
            domain &= Domain("letter_id", "=", False) & Domain(
                "state", "in", ["stored", "oversize"]
            )
        receipts = self.search_fetch(domain, ["uidl", "listed_size"])
        return {receipt.uidl: receipt for receipt in receipts}

    # -------------------------------------------------------------------------
    # UIDLs that mean nothing any more
    # -------------------------------------------------------------------------

    @api.model
    def _set_aside(self, accounts):
        """Forget what the UIDLs of these accounts meant: they are going to read other mailboxes.

        Letters that come again are recognised by their content.
        """
        self._rename(SQL("account_id = ANY(%s)", accounts.ids))

    def _set_aside_these(self):
        """Forget the UIDLs of these receipts: the server may give them to other letters.

        It may do so with those of letters that are gone (RFC 1939 §7). If the same letters come
        again, they are recognised by their content.
        """
        self._rename(SQL("id = ANY(%s)", self.ids))

    @api.model
    def _rename(self, condition):
        self.flush_model(["account_id", "uidl"])
        self.env.execute_query(
            SQL(
                """UPDATE iris_email_receipt SET uidl = left(%s || id || ' ' || uidl, 255)
                WHERE %s AND NOT starts_with(uidl, %s) RETURNING id""",
                SET_ASIDE,
                condition,
                SET_ASIDE,
            )
        )
        self.invalidate_model(["uidl"])

    # -------------------------------------------------------------------------
    # Failed letters
    # -------------------------------------------------------------------------

    @api.model
    def _record_failed(self, account, uidl, vals, source=None):
        """Note that a letter was not handed over or could not be stored.

        :param dict vals: what else is known of it
        :param bytes source: the letter, if it was handed over
        """
        receipt = self._get_by_uidl(account, [uidl]).get(uidl)
        if receipt:
            receipt.write({**vals, "attempts": receipt.attempts + 1})
        else:
            receipt = self.create(
                {**vals, "account_id": account.id, "uidl": uidl, "state": "failed"}
            )
        if source is not None:
            receipt._keep_source(source)

    def _keep_source(self, raw):
        """Keep the bytes of a letter that could not be stored."""
        self.ensure_one()
        self._get_source_attachment().unlink()
        self.env["ir.attachment"].sudo().create(
            {
                "name": f"letter-{self.id}.eml",
                "res_model": self._name,
                "res_id": self.id,
                "res_field": "source",
                "raw": raw,
                "mimetype": "message/rfc822",
            }
        )

    def _get_source(self):
        """Return the bytes that were kept."""
        return self._get_source_attachment().raw or b""

    def _get_original(self):
        """Return the bytes that were kept, if the current user may read the mailbox.

        :rtype: bytes
        :raises AccessError: the user may not
        """
        self.check_access("read")
        if not self.can_download:
            raise AccessError(
                self.env._(
                    "Only who may read the letters of %(address)s may download this one.",
                    address=self.account_id.address,
                )
            )
        return self._get_source()

    def action_download_source(self):
        """Download what was kept of a letter that could not be stored."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/iris_email/receipt/{self.id}/original",
            "target": "download",
        }

    def _get_download(self):
        """Return the letter that was kept as it came from the server."""
        raw = self._get_source()
        return Download(
            self.uidl,
            raw,
            self.size,
            is_partial=len(raw) < self.size,
            listed_size=self.listed_size,
        )

    def action_retry(self):
        """Try again to store these letters: from what was kept, else from the server.

        :return: a notification that tells how it went
        :raises AccessError: the user does not manage the accounts of all of them
        :raises UserError: none of them is a failed letter
        """
        # Only administrators, and of the account's company, however it is called.
        self.check_access("read")
        failed = self.sudo().filtered(lambda receipt: receipt.state in ("failed", "dismissed"))
        if not failed:
            raise UserError(self.env._("These letters are stored already: nothing to try again."))
        failed.state = "failed"
        errors = failed.env["iris.email.receiver"]._retry(failed)
        failed.invalidate_recordset()
        left = failed.filtered(lambda receipt: receipt.state == "failed")
        if left:
            message = self.env._(
                "%(stored)s stored, %(failed)s failed again. The reasons are in the list.",
                stored=len(failed) - len(left),
                failed=len(left),
            )
        else:
            message = self.env._("%(stored)s stored.", stored=len(failed))
        message = " ".join([message, *errors])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_dismiss(self):
        """Do not try these letters again, and do not show them among the failed ones.

        What the server has of them is never deleted, and what was kept of them stays here.

        :raises AccessError: the user does not manage the accounts of all of them
        :raises UserError: none of them is a failed letter
        """
        # Only administrators, and of the account's company, however it is called.
        self.check_access("read")
        failed = self.sudo().filtered(lambda receipt: receipt.state == "failed")
        if not failed:
            raise UserError(self.env._("None of these letters has failed: nothing to dismiss."))
        failed.state = "dismissed"

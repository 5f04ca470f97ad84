from odoo import fields, models
from odoo.exceptions import UserError


class IrisEmailReceipt(models.Model):
    """The ledger: what became of every letter that a mailbox ever showed (guide E1).

    A UIDL that stands here as stored is never loaded again, also when its letter was deleted.
    """

    _name = "iris.email.receipt"
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
        [("stored", "Stored"), ("failed", "Failed"), ("oversize", "Partly loaded")],
        required=True,
        readonly=True,
    )
    letter_id = fields.Many2one(
        "iris.email", readonly=True, ondelete="set null", index="btree_not_null"
    )
    reason = fields.Text(readonly=True)
    attempts = fields.Integer(readonly=True, default=1, aggregator=None)
    size = fields.Integer("Size (bytes)", readonly=True, aggregator=None)
    fingerprint = fields.Char(
        readonly=True, help="Identifies the letter if the server changes its UIDL."
    )
    source = fields.Binary("Original", attachment=True, readonly=True)
    has_source = fields.Boolean(
        "Original kept", readonly=True, help="The letter was received but could not be stored."
    )
    source_name = fields.Char(compute="_compute_source_name")

    _account_uidl_uniq = models.UniqueIndex("(account_id, uidl)")
    _fingerprint_idx = models.Index("(account_id, fingerprint) WHERE fingerprint IS NOT NULL")
    _failed_idx = models.Index("(account_id, id) WHERE state = 'failed'")

    def _compute_source_name(self):
        for receipt in self:
            receipt.source_name = f"letter-{receipt.id}.eml"

    def _keep_source(self, raw):
        """Keep the bytes of a letter that could not be stored."""
        self.ensure_one()
        self._get_source_attachment().unlink()
        self.env["ir.attachment"].sudo().create(
            {
                "name": self.source_name,
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

    def _get_source_attachment(self):
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()
            .with_context(bin_size=False)  # the web client asks for sizes instead of contents
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "source"),
                    ("res_id", "=", self.id),
                ]
            )
        )

    def action_retry(self):
        """Try again to store these letters: from what was kept, else from the server.

        :return: a notification that tells how it went
        :raises UserError: none of them is a failed letter
        """
        self.browse().check_access("read")  # only administrators, however it is called
        failed = self.sudo().filtered(lambda receipt: receipt.state == "failed")
        if not failed:
            raise UserError(self.env._("These letters are stored already: nothing to try again."))
        failed.env["iris.email.receiver"]._retry(failed)
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
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

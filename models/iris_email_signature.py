from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import is_html_empty


class IrisEmailSignature(models.Model):
    """With what a user's letters begin and end: a template and a signature for each account."""

    _name = "iris.email.signature"
    _description = "Signature and template"
    _order = "user_id, account_id, id"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.uid,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    account_id = fields.Many2one(
        "iris.email.account",
        "From",
        domain=[("can_send_from", "=", True)],
        ondelete="cascade",
        index="btree_not_null",
        help="The mailbox from which the letters are sent. Empty: all that have no row of their"
        " own.",
    )
    signature = fields.Html(help="Stands at the end of the letters, above what is quoted.")
    template_id = fields.Many2one(
        "iris.email",
        domain=[("type", "=", "template")],
        ondelete="set null",
        index="btree_not_null",
        help="New letters begin with it.",
    )

    # Without an account it is the row for all mailboxes, of which there is one, too.
    _user_account_uniq = models.UniqueIndex(
        "(user_id, COALESCE(account_id, 0))",
        "There is a signature for this mailbox already, or, where no mailbox is chosen, the one for"
        " all mailboxes: change that one.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals and not self.env.su:
            # The rules looked at whose it was: nobody puts words into the mouth of another.
            self.check_access("write")
        return result

    @api.depends("account_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.account_id.display_name or self.env._("All mailboxes")

    @api.model
    def _get_row(self, user, account):
        """Return the row that holds for the letters of a user from an account, maybe none."""
        rows = self.sudo().search(
            Domain("user_id", "=", user.id) & Domain("account_id", "in", [account.id, False]),
        )
        return (rows.filtered("account_id") or rows)[:1]

    @api.model
    def _get_for(self, user, account):
        """Return the signature (HTML, maybe empty) of a user's letters from an account.

        Who has none for letters signs as in Odoo's other messages.
        """
        row = self._get_row(user, account)
        signature = row.signature if row else user.sudo().signature
        return "" if is_html_empty(signature) else str(signature)

from odoo import api, fields, models
from odoo.fields import Domain


class IrisEmail(models.Model):
    """In which mailboxes a letter is: several may have received the same one.

    Each of its readers knows of those only that are shared with them: the others may have got a
    blind copy.
    """

    _inherit = "iris.email"

    other_account_ids = fields.Many2many(
        "iris.email.account",
        "iris_email_other_account_rel",
        "email_id",
        "account_id",
        string="Also received by",
        groups=fields.NO_ACCESS,
        help="Further mail accounts that received the same letter.",
        copy=False,
    )
    # Keeps the search for letters of a mailbox from looking up further accounts of all the others.
    in_several = fields.Boolean(
        "In several mailboxes",
        compute="_compute_in_several",
        store=True,
        groups=fields.NO_ACCESS,
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company",
        "Company of the mailbox",
        compute="_compute_company_id",
        store=True,
        help="Only who works in this company sees the letter.",
    )
    mailbox_id = fields.Many2one(
        "iris.email.account",
        compute="_compute_mailbox_id",
        search="_search_mailbox_id",
        help="Through which of your mail accounts you read the letter.",
    )

    @api.depends("account_id", "other_account_ids")
    @api.depends_context("uid")
    def _compute_mailbox_id(self):
        for letter in self:
            accounts = letter._get_accounts().filtered(letter._is_read_through)
            letter.mailbox_id = accounts[:1].sudo(False)

    def _search_mailbox_id(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        account_ids = set(value)
        if not self.env.su:
            # Through which other mailboxes a letter came is nobody's business.
            account_ids &= self.env["iris.email.grants"]._get_shared_ids()
        found = Domain("account_id", "in", account_ids)
        found |= self._get_also_received_domain(account_ids)
        return found if operator == "in" else ~found

    @api.depends("other_account_ids")
    def _compute_in_several(self):
        for letter in self:
            letter.in_several = bool(letter.other_account_ids)

    @api.depends("account_id.company_id", "other_account_ids.company_id")
    def _compute_company_id(self):
        for letter in self:
            companies = {one.company_id for one in letter._get_accounts()}
            letter.company_id = companies.pop() if len(companies) == 1 else False

    def _get_accounts(self):
        """Return the accounts that received the letter, the first one first, or that sends it."""
        self.ensure_one()
        return self.sudo().account_id | self.sudo().other_account_ids

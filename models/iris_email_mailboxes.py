from odoo import api, fields, models
from odoo.fields import Domain

from .iris_email_permissions import HANDED_OVER

# What names a mailbox in an export.
NAMES_OF_MAILBOX = frozenset(
    {"account_id", "account_id/display_name", "mailbox_id", "mailbox_id/display_name"}
)


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
        readonly=False,  # who creates many letters gives it
        copy=False,
        groups=fields.NO_ACCESS,
    )
    company_id = fields.Many2one(
        "res.company",
        "Company of the mailbox",
        compute="_compute_company_id",
        store=True,
        readonly=False,  # who creates many letters gives it
        copy=False,
        help="Only who works in this company sees the letter.",
    )
    mailbox_id = fields.Many2one(
        "iris.email.account",
        compute="_compute_mailbox_id",
        search="_search_mailbox_id",
        help="Through which of your mail accounts you read the letter.",
    )
    mailbox_name = fields.Char(
        "Name of the mailbox", compute="_compute_mailbox_name", exportable=False
    )

    @api.depends("type", "state", "account_id", "other_account_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_mailbox_id(self):
        for letter in self:
            accounts = letter._get_accounts().filtered(letter._is_read_through)
            letter.mailbox_id = accounts[:1].sudo(False)

    def _search_mailbox_id(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        account_ids = set(value)
        if self.env.su:
            found = Domain("account_id", "in", account_ids)
            found |= self._get_also_received_domain(account_ids)
        else:
            found = self._get_read_through_domain(account_ids)
        return found if operator == "in" else ~found

    @api.model
    def _get_read_through_domain(self, account_ids):
        """Return the domain of letters that the current user reads through one of these accounts.

        Through which other mailboxes a letter came is nobody's business, and who may only send from
        one knows nothing of what came in there. An unsent letter is in the mailbox that it is to
        be sent from, as far as any row names the user there.

        :param set[int] account_ids: any accounts, whatever the user's rights on them
        """
        grants = self.env["iris.email.grants"]
        read = grants._get("read")
        incoming = account_ids.intersection(read.incoming)
        outgoing = account_ids.intersection(read.outgoing)
        shared = account_ids & grants._get_shared_ids()
        # Most read what comes in and what goes out: then nothing but the account is compared.
        both = incoming & outgoing
        return (
            Domain("account_id", "in", both)
            | (Domain("account_id", "in", incoming - both) & Domain("type", "=", "inbox"))
            | (Domain("account_id", "in", outgoing - both) & HANDED_OVER)
            | (
                Domain("account_id", "in", shared - both)
                & Domain("type", "!=", "inbox")
                & ~HANDED_OVER
            )
            | self._get_also_received_domain(incoming)
        )

    @api.depends("mailbox_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_mailbox_name(self):
        for letter in self:
            letter.mailbox_name = letter.mailbox_id.display_name

    def export_data(self, fields_to_export):
        """Export of the mailbox, through which the user reads a letter, the name it has for them.

        Odoo reads linked records for an export: one mailbox that the user may not read would keep
        all letters from being exported.
        """
        return super().export_data(
            ["mailbox_name" if name in NAMES_OF_MAILBOX else name for name in fields_to_export]
        )

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

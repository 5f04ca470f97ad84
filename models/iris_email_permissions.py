from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

OUTGOING_TYPES = ("outbox", "sent")
PRIVATE_TYPES = ("draft", "template")

# What somebody with the right to edit may change of a letter that came in: its place in the
# CRM, never what was written in it.
EDITABLE_WHEN_RECEIVED = frozenset(
    {"contact_id", "company_partner_id", "linked_by_hand", "responsible_id", "is_important"}
)

# What its author may fill in of a draft or template.
WRITABLE_IN_DRAFT = EDITABLE_WHEN_RECEIVED | {
    "type",
    "account_id",
    "subject",
    "email_from",
    "email_to",
    "email_cc",
    "email_bcc",
    "reply_to",
    "date",
    "body_text",
    "body_html",
    "attachment_ids",
}


class IrisEmail(models.Model):
    """Who may do what with a letter: the record rules point here."""

    _inherit = "iris.email"

    can_read = fields.Boolean(compute="_compute_permissions", search="_search_can_read")
    can_edit = fields.Boolean(compute="_compute_permissions", search="_search_can_edit")
    can_delete = fields.Boolean(compute="_compute_permissions", search="_search_can_delete")

    @api.depends("subject", "type", "account_id", "other_account_ids", "responsible_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """Name letters to those only who may read them.

        The web client names linked records in superuser mode, whoever asks.
        """
        readable = self.sudo()
        if self.env.uid != SUPERUSER_ID:
            readable = readable.filtered_domain(self._get_permission_domain("read"))
        for letter in self:
            letter.display_name = (
                letter.sudo().subject or self.env._("(no subject)")
                if letter.sudo() in readable
                else "…"
            )

    def _is_read_through(self, account):
        """Tell whether an account is one by whose rights the current user reads the letter."""
        if self.env.uid == SUPERUSER_ID or self.sudo().type in PRIVATE_TYPES:
            return True
        direction = "incoming" if self.sudo().type == "inbox" else "outgoing"
        return account.id in account._get_permitted_ids(direction, "read")

    @api.model
    def _get_permission_domain(self, permission):
        """Return the letters on which the current user holds a permission.

        :param str permission: ``read``, ``edit`` or ``delete``
        :rtype: Domain
        """
        accounts = self.env["iris.email.account"]
        incoming = accounts._get_permitted_ids("incoming", permission)
        outgoing = accounts._get_permitted_ids("outgoing", permission)
        received = Domain("account_id", "in", incoming)
        if permission == "delete":
            # Deleting takes the letter from everybody, so it needs the right on every mailbox.
            received &= ~Domain("other_account_ids", "any!", [("id", "not in", incoming)])
        else:
            received |= Domain("other_account_ids", "any!", [("id", "in", incoming)])
        return (
            (Domain("type", "=", "inbox") & received)
            | (Domain("type", "in", OUTGOING_TYPES) & Domain("account_id", "in", outgoing))
            | (Domain("type", "in", PRIVATE_TYPES) & Domain("responsible_id", "=", self.env.uid))
        )

    @api.depends("type", "account_id", "other_account_ids", "responsible_id")
    @api.depends_context("uid")
    def _compute_permissions(self):
        for permission in ("read", "edit", "delete"):
            domain = self._get_permission_domain(permission)
            granted = self.sudo().filtered_domain(domain)
            for letter in self:
                letter[f"can_{permission}"] = letter.sudo() in granted

    def _search_can_read(self, operator, value):
        return self._search_permission("read", operator, value)

    def _search_can_edit(self, operator, value):
        return self._search_permission("edit", operator, value)

    def _search_can_delete(self, operator, value):
        return self._search_permission("delete", operator, value)

    def _search_permission(self, permission, operator, value):
        if operator != "in":
            return NotImplemented
        granted = self._get_permission_domain(permission)
        return Domain.OR(granted if wanted else ~granted for wanted in value)

    # -------------------------------------------------------------------------
    # What may be changed at all
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self = self._without_other_defaults()
            for vals in vals_list:
                self._check_draft_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_editable(vals)
        return super().write(vals)

    def _without_other_defaults(self):
        """Drop defaults of the context for fields that nobody may fill in."""
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_") or key[8:] in WRITABLE_IN_DRAFT
        }
        return self.with_context(context)  # pylint: disable=context-overridden

    def _check_draft_values(self, vals):
        """Let users write drafts and templates of their own, and nothing that looks received."""
        forbidden = vals.keys() - WRITABLE_IN_DRAFT
        if forbidden or vals.get("type", "draft") not in PRIVATE_TYPES:
            raise AccessError(
                self.env._(
                    "Only drafts and templates can be written. Incoming letters are loaded by"
                    " Check mail."
                )
            )
        account_id = vals.get("account_id")
        if account_id and account_id not in self.env["iris.email.account"]._get_shared_ids():
            raise AccessError(self.env._("That mailbox is not shared with you."))
        if vals.get("responsible_id", self.env.uid) != self.env.uid:
            raise AccessError(self.env._("A draft cannot be put among those of somebody else."))

    def _check_editable(self, vals):
        """Keep what came in, and to whom it came, out of reach of everybody."""
        letters = self.sudo()
        drafts = letters.filtered(lambda letter: letter.type in PRIVATE_TYPES)
        if drafts:
            self._check_draft_values(vals)
        forbidden = vals.keys() - EDITABLE_WHEN_RECEIVED
        if forbidden and letters != drafts:
            raise AccessError(
                self.env._(
                    "Of letters that were received or sent, only contact, company, responsible and"
                    " the star can be changed, not: %(fields)s.",
                    fields=", ".join(sorted(forbidden)),
                )
            )

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain


class IrisEmailAccount(models.Model):
    """Who is named by the rows of rights of an account (guide A4, C, D)."""

    _inherit = "iris.email.account"

    is_shared_with_me = fields.Boolean(
        compute="_compute_is_shared_with_me", search="_search_is_shared_with_me"
    )

    can_send_from = fields.Boolean(
        "I may send from it", compute="_compute_can_send_from", search="_search_can_send_from"
    )

    # -------------------------------------------------------------------------
    # The company
    # -------------------------------------------------------------------------

    def write(self, vals):
        if "company_id" not in vals:
            return super().write(vals)
        with self._noting_company():
            result = super().write(vals)
        if not self.env.su:
            # The rules looked at the company that it had: none is handed to one of others.
            self.check_access("write")
        return result

    @contextmanager
    def _noting_company(self):
        """Let the company be changed, by which the rows hold for others, and log the change."""
        companies = {account: account.company_id for account in self.sudo()}
        own_ids = self._get_ids_that_name_author()
        yield
        self.env.registry.clear_cache()
        self.env.invalidate_all()  # whatever was computed by the old company
        gained_ids = self._get_ids_that_name_author() - own_ids
        self.env["iris.email.rights.log"]._note(
            [
                {
                    "kind": "company",
                    "account_id": account.id,
                    "before": companies[account].mapped("name"),
                    "after": account.company_id.mapped("name"),
                    "is_own": account.id in gained_ids,
                }
                for account in companies
                if account.company_id != companies[account]
            ]
        )

    @api.model
    def _get_ids_that_name_author(self):
        """Return the ids of the accounts whose rows hold for the current user in any company."""
        user = self.env.user.sudo()
        return {
            account_id
            for direction in ("incoming", "outgoing")
            for account_id in self.env[f"iris.email.{direction}.right"]._get_account_ids(
                user, user.company_ids
            )
        }

    # -------------------------------------------------------------------------
    # Questions
    # -------------------------------------------------------------------------

    @api.depends("address")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_display_name(self):
        """Name accounts to those only who have to do with them.

        The web client names linked records in superuser mode, whoever asks.
        """
        shared = self._get_shared_ids()
        sees_all = self.env.uid == SUPERUSER_ID or self.env.user.has_group(
            "iris_email.group_manager"
        )
        for account in self:
            if sees_all or not account.id or account.id in shared:
                account.display_name = account.sudo().address
            else:
                account.display_name = self.env._("(another mailbox)")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_shared_with_me(self):
        shared = self._get_shared_ids()
        for account in self:
            account.is_shared_with_me = account._origin.id in shared

    def _search_is_shared_with_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        shared = Domain("id", "in", self._get_shared_ids())
        return Domain.OR(shared if wanted else ~shared for wanted in value)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_send_from(self):
        sender_ids = self._get_sender_ids()
        for account in self:
            account.can_send_from = account._origin.id in sender_ids

    def _search_can_send_from(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = Domain("id", "in", self._get_sender_ids())
        return Domain.OR(mine if wanted else ~mine for wanted in value)

    @api.model
    def _get_permitted_ids(self, direction, permission):
        """Return the ids of the accounts on which the current user holds a permission.

        :param str direction: ``incoming`` or ``outgoing``
        :param str permission: ``read``, ``edit``, ``delete`` or ``access``
        :rtype: tuple[int, ...]
        """
        return getattr(self.env["iris.email.grants"]._get(permission), direction)

    @api.model
    def _get_shared_ids(self):
        """Return the ids of the accounts on which a row of rights names the current user."""
        return self.env["iris.email.grants"]._get_shared_ids()

    @api.model
    def _get_sender_ids(self):
        """Return the ids of the accounts from which the current user may send (guide C7)."""
        return self.env["iris.email.grants"]._get_sender_ids()

    @api.model
    def _get_default_sender(self):
        """Return the account that fills From in the current user's letters (guide C8), if any.

        What is set for the user goes before what is set for one of their groups.
        """
        rights = self.env["iris.email.incoming.right"].sudo()
        domain = rights._get_holder_domain(self.env.user) & Domain("default_sender", "=", True)
        domain &= Domain("account_id", "in", list(self._get_sender_ids()))
        chosen = rights.search(domain & Domain("account_id.active", "=", True), order="user_id, id")
        return chosen[:1].account_id.sudo(False)

    def _get_readers(self):
        """Return the users who may read the incoming letters of the account.

        Rows of users who cannot open letters at all, like those of the portal, give them nothing;
        those of users of other companies neither.
        """
        self.ensure_one()
        company = self.sudo().company_id
        rights = self.sudo().incoming_right_ids.filtered("perm_read")
        return (rights.user_id | rights.group_id.all_user_ids).filtered(
            lambda user: (
                user.active and not user.share and (not company or company in user.company_ids)
            )
        )

from odoo import api, models
from odoo.exceptions import UserError

# Letters of these types are their responsible's: rights on the account do not open them.
KEPT_BY_RESPONSIBLE = ("draft", "template", "outbox")


class ResUsers(models.Model):
    """Users join groups that have rights on letters, and letters depend on users."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        groups = self.env["res.groups"]._get_groups_with_mail_rights()
        joined = groups._get_mail_members(users)
        if joined:
            # Whose letters somebody may read as those of the members of a group is cached.
            self.env.registry.clear_cache()
            groups._note_mail_members(set(), joined)
        return users

    def write(self, vals):
        if "group_ids" not in vals:
            return super().write(vals)
        groups = self.env["res.groups"]
        with groups._noting_mail_members(groups._get_groups_with_mail_rights(), self):
            return super().write(vals)

    def unlink(self):
        self.env["iris.email.rights.log"]._note_rows_of(self)
        result = super().unlink()
        # The database took rows of rights along, of which something may be cached.
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_responsible(self):
        letters = self.env["iris.email"].sudo().with_context(active_test=False)
        counts = letters._read_group(
            [("responsible_id", "in", self.ids), ("type", "in", KEPT_BY_RESPONSIBLE)],
            ["responsible_id"],
            ["__count"],
        )
        if counts:
            raise UserError(
                self.env._(
                    "Drafts, templates or unsent letters would be left to nobody: %(users)s."
                    " Archive the user instead of deleting, or make somebody else responsible"
                    " for these letters first.",
                    users=", ".join(f"{user.name} ({count})" for user, count in counts),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_access(self):
        count = self.env["res.groups"]._count_lists_left_alone(self)
        if count:
            raise UserError(
                self.env._(
                    "The access lists of %(count)s letters would be left without anybody who may"
                    " change them. Archive instead of deleting: %(users)s.",
                    count=count,
                    users=", ".join(self.mapped("name")),
                )
            )

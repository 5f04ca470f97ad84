from odoo import api, fields, models
from odoo.exceptions import ValidationError


class IrisEmailIncomingRight(models.Model):
    """Rights on the incoming letters of an account, and to send from it (guide C1-C8)."""

    _name = "iris.email.incoming.right"
    _inherit = ["iris.email.right.mixin"]
    _description = "Right on incoming letters"
    _log_kind = "incoming"

    may_send = fields.Boolean(
        "May send",
        help="Writes letters that go out from this mailbox.",
    )
    default_sender = fields.Boolean(
        "Default sender",
        help="This address fills From by default in this user's outgoing letters. Each user and"
        " each group has one at most; what is set for the user goes before what is set for a"
        " group.",
    )

    # -------------------------------------------------------------------------
    # Sensible rows
    # -------------------------------------------------------------------------

    @api.onchange("default_sender", "user_id", "group_id")
    def _onchange_default_sender(self):
        if not self.default_sender:
            return None
        self.may_send = True
        others = self._get_other_default_senders()
        if not others:
            return None
        return {
            "warning": {
                "type": "notification",
                "title": self.env._("Another default sender"),
                "message": self.env._(
                    "So far %(holder)s sends from %(address)s by default. That ends when you save.",
                    holder=self.display_name,
                    address=", ".join(others.account_id.mapped("address")),
                ),
            }
        }

    @api.onchange("may_send")
    def _onchange_may_send(self):
        if not self.may_send:
            self.default_sender = False

    @api.constrains("perm_read", "perm_edit", "perm_delete", "perm_access", "may_send")
    def _check_permissions(self):
        return super()._check_permissions()

    @api.constrains("may_send", "default_sender")
    def _check_default_sender(self):
        for right in self:
            if right.default_sender and not right.may_send:
                raise ValidationError(
                    self.env._(
                        "%(holder)s may not send from %(address)s, so it cannot be their default"
                        " sender: tick May send, too.",
                        holder=right.display_name,
                        address=right.account_id.address,
                    )
                )

    def _get_granted(self):
        granted = super()._get_granted()
        if self.may_send:
            granted.add("send")
        if self.default_sender:
            granted.add("default")
        return granted

    @api.model
    def _get_permission_field(self, permission):
        if permission == "send":
            return "may_send"
        return super()._get_permission_field(permission)

    # -------------------------------------------------------------------------
    # One default sender each
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rights = super().create(vals_list)
        rights.filtered("default_sender")._take_default_from_others()
        return rights

    def write(self, vals):
        result = super().write(vals)
        if vals.get("default_sender") or {"user_id", "group_id"} & vals.keys():
            self.filtered("default_sender")._take_default_from_others()
        return result

    def _take_default_from_others(self):
        """Let the last one that was set be the only default sender of its holder (guide C8)."""
        for right in self:
            right._get_other_default_senders().default_sender = False

    def _get_other_default_senders(self):
        self.ensure_one()
        if not self.user_id and not self.group_id:
            return self.browse()
        return self.search(
            [
                ("default_sender", "=", True),
                ("user_id", "=", self.user_id.id),
                ("group_id", "=", self.group_id.id),
                ("id", "!=", self._origin.id),
            ]
        )

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .iris_email_permission_mixin import PERMISSIONS


class IrisEmailAccess(models.Model):
    """One row of a letter's own access list, which then decides alone (guide C6, A4).

    Whoever may change the access of the letter may change its list. The first change copies the
    rows in force, so that it takes nothing from anybody but what it says.
    """

    _name = "iris.email.access"
    _inherit = ["iris.email.permission.mixin"]
    _description = "Access to one letter"
    _order = "email_id, id"

    email_id = fields.Many2one("iris.email", "Letter", required=True, ondelete="cascade")

    _email_idx = models.Index("(email_id)")
    _user_email_idx = models.Index("(user_id, email_id) WHERE user_id IS NOT NULL")
    _group_email_idx = models.Index("(group_id, email_id) WHERE group_id IS NOT NULL")

    user_id = fields.Many2one(index=False)
    group_id = fields.Many2one(index=False)

    @api.constrains("user_id", "group_id", "email_id")
    def _check_unique_holder(self):
        for holders in self.email_id.access_ids.grouped("email_id").values():
            names = [(row.user_id.id, row.group_id.id) for row in holders]
            for row, name in zip(holders, names, strict=True):
                if names.count(name) > 1:
                    raise ValidationError(
                        self.env._(
                            "%(holder)s stands in the access list already: change that row.",
                            holder=row.display_name,
                        )
                    )

    # -------------------------------------------------------------------------
    # Every change is one of the whole list
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # A letter may come from the context, or from a default of the user, as well.
            vals.setdefault("email_id", self.default_get(["email_id"]).get("email_id"))
        letter_ids = {vals["email_id"] for vals in vals_list if vals["email_id"]}
        with self.env["iris.email"].browse(letter_ids)._changing_access():
            return super().create(vals_list)

    def write(self, vals):
        letters = self.email_id | self.env["iris.email"].browse(vals.get("email_id", ()))
        with letters._changing_access():
            return super().write(vals)

    def unlink(self):
        with self.email_id._changing_access():
            return super().unlink()

    @api.model
    def _replace(self, lists):  # pylint: disable=missing-return
        """Give letters these access lists; check rights before.

        :param lists: ``iris.email`` record → its rows: holder (``res.users`` or ``res.groups``
            record) → names in ``PERMISSIONS``
        """
        gone, changed, new = self.browse(), defaultdict(self.browse), []
        for letter, rows in lists.items():
            missing = dict(rows)
            for row in letter.access_ids:
                granted = missing.pop(row.user_id or row.group_id, None)
                if not granted:
                    gone |= row
                elif granted != row._get_granted():
                    changed[frozenset(granted)] |= row
            new += [
                {
                    "email_id": letter.id,
                    "user_id": holder.id if holder._name == "res.users" else False,
                    "group_id": holder.id if holder._name == "res.groups" else False,
                    **_get_ticks(granted),
                }
                for holder, granted in missing.items()
            ]
        # The frame is the caller's: one for the whole list, not one for each of its rows.
        # pylint: disable=super-method-mismatch
        super(IrisEmailAccess, gone).unlink()
        for granted, rows in changed.items():
            super(IrisEmailAccess, rows).write(_get_ticks(granted))
        super().create(new)

    # The list as a whole is logged by the letter: the first change of it is no new right for
    # those whose rows it copies. Nothing of it is cached for longer than a request.

    def _after_change(self, before):
        self.env["iris.email"].invalidate_model()

    def _get_log_entries(self):
        return {}


def _get_ticks(granted):
    """Return the values of the fields in which permissions are ticked."""
    return {f"perm_{name}": name in granted for name in PERMISSIONS}

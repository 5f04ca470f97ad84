from odoo import api, fields, models
from odoo.fields import Domain


class IrisEmailDefaultAccess(models.Model):
    """What follows from who is responsible for a letter (guide D7, F8).

    Each row says for which responsibles it holds, and who may then do what.
    """

    _name = "iris.email.default.access"
    _inherit = ["iris.email.permission.mixin"]
    _description = "Default access by responsible"
    _order = "applies_to, id"

    applies_to = fields.Selection(
        [("anyone", "Anyone"), ("group", "Members of a group"), ("user", "One user")],
        "Responsible is",
        required=True,
        default="anyone",
    )
    responsible_user_id = fields.Many2one(
        "res.users", "Responsible user", ondelete="cascade", index="btree_not_null"
    )
    responsible_group_id = fields.Many2one(
        "res.groups", "Responsible group", ondelete="cascade", index="btree_not_null"
    )
    holder = fields.Selection(
        [("responsible", "The responsible"), ("group", "A group"), ("user", "A user")],
        "Who gets access",
        required=True,
        default="responsible",
    )

    _user_or_group = models.Constraint(
        """CHECK((user_id IS NOT NULL) = (holder = 'user')
             AND (group_id IS NOT NULL) = (holder = 'group'))""",
        "Choose the user or the group that gets access, as it says under “Who gets access”.",
    )
    _responsible = models.Constraint(
        """CHECK((responsible_user_id IS NOT NULL) = (applies_to = 'user')
             AND (responsible_group_id IS NOT NULL) = (applies_to = 'group'))""",
        "Choose the responsible user or group, as it says under “Responsible is”.",
    )

    _row_uniq = models.UniqueIndex(
        """(applies_to, holder, COALESCE(responsible_user_id, 0), COALESCE(responsible_group_id, 0),
        COALESCE(user_id, 0), COALESCE(group_id, 0))""",
        "There is such a row already: change that row.",
    )

    @api.depends("holder", "user_id", "group_id")
    def _compute_display_name(self):
        for row in self:
            name = row.user_id.name or row.group_id.display_name
            row.display_name = name or self.env._("The responsible")

    @api.onchange("applies_to")
    def _onchange_applies_to(self):
        if self.applies_to != "user":
            self.responsible_user_id = False
        if self.applies_to != "group":
            self.responsible_group_id = False

    @api.onchange("holder")
    def _onchange_holder(self):
        if self.holder != "user":
            self.user_id = False
        if self.holder != "group":
            self.group_id = False

    def _get_log_values(self):
        responsible = self.responsible_user_id.name or self.responsible_group_id.display_name
        return {"kind": "default", "what": responsible}

    # -------------------------------------------------------------------------
    # Questions
    # -------------------------------------------------------------------------

    @api.model
    def _get_responsible_ids(self, user, permission):
        """Return for whose letters a user holds a permission.

        :param user: one ``res.users`` record
        :return: ids of users, or None: whoever is responsible
        :rtype: tuple[int, ...] | None
        """
        allowed = Domain(f"perm_{permission}", "=", True)
        rows = self.sudo().search(
            allowed & (Domain("holder", "=", "responsible") | self._get_holder_domain(user))
        )
        responsible_ids = set()
        for row in rows:
            if row.holder == "responsible":
                if row._applies_to(user):
                    responsible_ids.add(user.id)
            elif row.applies_to == "anyone":
                return None
            elif row.applies_to == "user":
                responsible_ids.add(row.responsible_user_id.id)
            else:
                members = row.responsible_group_id.with_context(active_test=False).all_user_ids
                responsible_ids.update(members.ids)
        return tuple(sorted(responsible_ids))

    @api.model
    def _get_rows_by_responsible(self, responsibles):
        """Return the rows that hold for the letters of each of these responsibles.

        :param responsibles: ``res.users`` records
        :rtype: dict[res.users record, iris.email.default.access recordset]
        """
        rows = self.sudo().search([("perm_read", "=", True)])
        return {
            user: rows.filtered(lambda row, user=user: row._applies_to(user))
            for user in responsibles
        }

    def _applies_to(self, user):
        """Tell whether the row holds for letters for which a user is responsible."""
        self.ensure_one()
        if self.applies_to == "user":
            return self.responsible_user_id == user
        if self.applies_to == "group":
            return self.responsible_group_id.id in user.sudo()._get_group_ids()
        return True

    def _get_holder(self, responsible):
        """Return who gets access by this row: one ``res.users`` or ``res.groups`` record."""
        self.ensure_one()
        return responsible if self.holder == "responsible" else self.user_id or self.group_id

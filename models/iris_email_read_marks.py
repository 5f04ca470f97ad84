from odoo import api, fields, models
from odoo.fields import Domain
from odoo.models import parse_read_group_spec
from odoo.tools import SQL


class IrisEmail(models.Model):
    """The mark "new", which every user has for themself (guide E5)."""

    _inherit = "iris.email"

    read_user_ids = fields.Many2many(
        "res.users",
        "iris_email_read_rel",
        "email_id",
        "user_id",
        string="Read by",
        groups=fields.NO_ACCESS,
        copy=False,
    )
    is_unread = fields.Boolean(
        "Unread", compute="_compute_is_unread", search="_search_is_unread", help="New for you."
    )

    @api.depends_context("uid")
    def _compute_is_unread(self):
        read_ids = set()
        if self.ids:
            rows = self.env.execute_query(
                SQL(
                    "SELECT email_id FROM iris_email_read_rel"
                    " WHERE user_id = %s AND email_id IN %s",
                    self.env.uid,
                    tuple(self.ids),
                )
            )
            read_ids = {email_id for (email_id,) in rows}
        for letter in self:
            letter.is_unread = letter.type == "inbox" and letter._origin.id not in read_ids

    def _search_is_unread(self, operator, value):
        if operator != "in":
            return NotImplemented
        read = Domain.custom(
            to_sql=lambda _model, alias, _query: self._get_read_sql(alias),
            predicate=lambda letter: not letter.is_unread,
        )
        unread = Domain("type", "=", "inbox") & ~read
        return Domain.OR(unread if wanted else ~unread for wanted in value)

    def _get_read_sql(self, alias):
        """Return the condition that the current user has read a letter.

        It is looked up letter by letter: most of somebody's letters are read, and few are shown.

        :param str alias: of the table of letters
        """
        return SQL(
            "EXISTS (SELECT FROM iris_email_read_rel WHERE user_id = %s AND email_id = %s)",
            self.env.uid,
            SQL.identifier(alias, "id"),
        )

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Refuse groups by what nobody may read, like who has read a letter.

        Odoo checks the field that is grouped by, but not if it is a many2many.

        :raises AccessError: the field is not for the current user
        """
        name, _path, _granularity = parse_read_group_spec(groupby_spec)
        if name in self._fields:
            self._check_field_access(self._fields[name], "read")
        return super()._read_group_groupby(alias, groupby_spec, query)

    def mark_read(self):
        """Take the mark "new" off these letters, for the current user only (guide E5).

        :raises AccessError: the user may not read one of them
        """
        self.check_access("read")
        if self.ids:
            self.env.execute_query(
                SQL(
                    "INSERT INTO iris_email_read_rel (email_id, user_id)"
                    " SELECT unnest(%s), %s ON CONFLICT DO NOTHING RETURNING email_id",
                    list(self.ids),
                    self.env.uid,
                )
            )
            self._forget_read_marks()
        return True

    def mark_unread(self):
        """Make these letters new again, for the current user only.

        :raises AccessError: the user may not read one of them
        """
        self.check_access("read")
        if self.ids:
            self.env.execute_query(
                SQL(
                    "DELETE FROM iris_email_read_rel"
                    " WHERE user_id = %s AND email_id IN %s RETURNING email_id",
                    self.env.uid,
                    tuple(self.ids),
                )
            )
            self._forget_read_marks()
        return True

    def _forget_read_marks(self):
        self.invalidate_recordset(["is_unread", "read_user_ids"], flush=False)
        self.invalidate_model(["conversation_unread"], flush=False)

    def action_mark_read(self):
        """Mark the selected letters as read."""
        self.mark_read()

    def action_mark_unread(self):
        """Mark the selected letters as unread."""
        self.mark_unread()

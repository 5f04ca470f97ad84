from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .iris_email_rights_log import ROWS_OF_RIGHTS

# What decides who is a member.
MEMBER_FIELDS = frozenset({"user_ids"})
IMPLYING_FIELDS = frozenset({"implied_ids", "implied_by_ids"})

# By which fields rows of rights name a group.
GROUPS_OF_ROWS = ("group_id", "responsible_group_id")


class ResGroups(models.Model):
    """Who joins a group that has rights on letters gains these rights: that is logged, too."""

    _inherit = "res.groups"

    # -------------------------------------------------------------------------
    # Changes of members
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not any((MEMBER_FIELDS | IMPLYING_FIELDS) & vals.keys() for vals in vals_list):
            return super().create(vals_list)
        with self._noting_mail_members(self._get_groups_with_mail_rights()):
            return super().create(vals_list)

    def write(self, vals):
        if not (MEMBER_FIELDS | IMPLYING_FIELDS) & vals.keys():
            return super().write(vals)
        groups = self._get_groups_with_mail_rights()
        if not IMPLYING_FIELDS & vals.keys():
            groups &= self.sudo().all_implied_ids
        with self._noting_mail_members(groups):
            return super().write(vals)

    def unlink(self):
        self.env["iris.email.rights.log"]._note_rows_of(self)
        groups = self._get_groups_with_mail_rights() & self.sudo().all_implied_ids
        with self._noting_mail_members(groups - self):
            result = super().unlink()
        # The database took rows of rights along, of which something may be cached.
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last_access(self):
        count = self._count_lists_left_alone(self.env["res.users"])
        if count:
            raise UserError(
                self.env._(
                    "The access lists of %(count)s letters would be left without anybody who may"
                    " change them. Let the members of %(groups)s give these letters to others"
                    " first.",
                    count=count,
                    groups=", ".join(self.mapped("display_name")),
                )
            )

    # -------------------------------------------------------------------------
    # Questions
    # -------------------------------------------------------------------------

    @api.model
    def _get_groups_with_mail_rights(self):
        """Return the groups whose members have rights by being members, in superuser mode.

        They are those of the rows of rights, and the mail administrators.
        """
        columns = []
        for model in ROWS_OF_RIGHTS:
            rows = self.env[model]
            names = [name for name in GROUPS_OF_ROWS if name in rows._fields]
            rows.flush_model(names)
            columns += [(rows._table, name) for name in names]
        # One look into an index for each group, however many rows there are: where one group has
        # most of them, PostgreSQL would read them all for "= res_groups.id".
        named = SQL(" OR ").join(
            SQL(
                "(SELECT max(%(column)s) FROM %(table)s WHERE %(column)s <= res_groups.id)"
                " = res_groups.id",
                table=SQL.identifier(table),
                column=SQL.identifier(table, column),
            )
            for table, column in columns
        )
        rows = self.env.execute_query(SQL("SELECT id FROM res_groups WHERE %s", named))
        groups = self.sudo().browse(group_id for (group_id,) in rows)
        # While the addon is being installed, groups are written before this one exists.
        managers = self.env.ref("iris_email.group_manager", raise_if_not_found=False)
        return groups | managers.sudo() if managers else groups

    def _get_mail_members(self, users=None):
        """Return who belongs to these groups, also through groups that imply them.

        :param users: the only ones to look at; None: everybody, archived users included
        :rtype: set of pairs (user id, group id)
        """
        definitions = self._get_group_definitions()
        brings = {}
        for group_id in self.ids:
            for implying_id in (group_id, *definitions.get_subset_ids([group_id])):
                brings.setdefault(implying_id, []).append(group_id)
        if not brings:
            return set()
        rows = self.env.execute_query(
            SQL(
                "SELECT uid, gid FROM res_groups_users_rel WHERE gid = ANY(%s)%s",
                list(brings),
                SQL() if users is None else SQL(" AND uid = ANY(%s)", users.ids),
            )
        )
        return {(user_id, group_id) for user_id, by_id in rows for group_id in brings[by_id]}

    @contextmanager
    def _noting_mail_members(self, groups, users=None):
        """Log who joins or leaves groups while the block runs.

        :param groups: ``res.groups`` records in superuser mode
        :param users: the only ones for whom something can change; None: anybody
        """
        before = groups._get_mail_members(users)
        yield
        after = groups._get_mail_members(users)
        if before != after:
            # Odoo drops what it knows of members before some changes only, and not after.
            self.env["ir.model.access"].call_cache_clearing_methods()
            self._note_mail_members(before, after)

    @api.model
    def _note_mail_members(self, before, after):
        """Log the difference of two sets of pairs (user id, group id)."""
        changed = sorted(before ^ after)
        groups = self.sudo().browse({group_id for _user_id, group_id in changed})
        names = {group.id: group.display_name for group in groups}
        self.env["iris.email.rights.log"]._note(
            [
                {
                    "kind": "group",
                    "user_id": user_id,
                    "group_id": group_id,
                    "what": names[group_id],
                    "before": ("member",) if (user_id, group_id) in before else (),
                    "after": ("member",) if (user_id, group_id) in after else (),
                }
                for user_id, group_id in changed
            ]
        )

    def _count_lists_left_alone(self, users):
        """Count the letters whose own access lists nobody could change without these groups.

        Archived users do not count as holders of a right: they cannot use it.

        :param users: ``res.users`` records that go, too
        """
        self.env["iris.email.access"].flush_model()
        self.env["res.users"].flush_model(["active"])
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM res_groups WHERE id <> ALL(%(groups)s) AND EXISTS (
                    SELECT FROM res_groups_users_rel r JOIN res_users u ON u.id = r.uid
                    WHERE r.gid = res_groups.id AND u.active AND u.id <> ALL(%(users)s))""",
                groups=self.ids,
                users=users.ids,
            )
        )
        populated = [group_id for (group_id,) in rows]
        staying = {*populated, *self._get_group_definitions().get_superset_ids(populated)}
        staying.difference_update(self.ids)
        going = {*self.ids, *users.sudo().all_group_ids.ids} - staying
        rows = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT a.email_id) FROM iris_email_access a
                WHERE a.perm_access
                AND (a.user_id = ANY(%(users)s) OR a.group_id = ANY(%(going)s))
                AND NOT EXISTS (
                    SELECT FROM iris_email_access b LEFT JOIN res_users u ON u.id = b.user_id
                    WHERE b.email_id = a.email_id AND b.perm_access
                    AND (b.group_id = ANY(%(staying)s)
                         OR u.active AND u.id <> ALL(%(users)s)))""",
                users=users.ids,
                going=list(going),
                staying=list(staying),
            )
        )
        return rows[0][0]

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from .iris_email_permission_mixin import PERMISSIONS


class IrisEmail(models.Model):
    """Changing who has access to a letter: nobody gives away what they do not hold (guide C6).

    *Rows* are a dict: holder (one ``res.users`` or ``res.groups`` record) → set of names in
    ``PERMISSIONS``.
    """

    _inherit = "iris.email"

    # -------------------------------------------------------------------------
    # What users and other models call
    # -------------------------------------------------------------------------

    def action_change_access(self):
        """Open the dialog in which the access of these letters is changed.

        :raises AccessError: the user may not change the access of one of them
        """
        self._check_permission("access")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change access"),
            "res_model": "iris.email.change.access",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_letter_ids": self.ids},
        }

    def action_reset_access(self):
        """Throw the letters' own lists away: their accounts and responsible decide again.

        :raises AccessError: the user may not change the access of one of them, or somebody would
            get by it what the user does not hold
        :raises ValidationError: nobody could read one of them any more
        """
        with self._guarding_access():
            self.sudo()._drop_lists()
            for letter in self:
                if not letter._get_rows()[letter.id]:
                    raise ValidationError(
                        self.env._(
                            "Without its own list nobody could read “%(letter)s” any more: name a"
                            " responsible first.",
                            letter=letter.display_name,
                        )
                    )

    def _drop_lists(self):
        letters = self.filtered("custom_access")
        letters._replace_lists(dict.fromkeys(letters, {}))
        letters.custom_access = False

    def _set_access(self, rows):
        """Give the letters a list of their own.

        :param list[dict] rows: values of ``iris.email.access``, without the letter
        :raises AccessError: see `_guarding_access`
        :raises ValidationError: nobody could change the access any more
        """
        wanted = self._read_rows(rows)
        self._change_lists(lambda current: wanted)

    def _add_access(self, rows):
        """Add rows to the lists of the letters; who stands there already gets it in addition.

        :param list[dict] rows: values of ``iris.email.access``, without the letter
        :raises AccessError: see `_guarding_access`
        """
        more = self._read_rows(rows)
        self._change_lists(lambda current: _add_rows(current, more))

    def _remove_access(self, holders):
        """Take rows out of the lists of the letters.

        :param holders: records of ``res.users`` or ``res.groups``
        :raises AccessError: see `_guarding_access`
        :raises ValidationError: nobody could change the access any more
        """
        gone = set(holders)
        self._change_lists(
            lambda current: {
                holder: granted for holder, granted in current.items() if holder not in gone
            }
        )

    def _add_access_of(self, account):
        """Let those read letters with a list of their own whose mailbox has now received them."""
        if not self:
            return
        rights = account.sudo().incoming_right_ids
        # Nobody has decided this, whoever has pressed Check mail. Nor must it wait for anybody who
        # could decide: no letter is held up by its list.
        more = self._read_rows(
            [
                {
                    "user_id": right.user_id.id,
                    "group_id": right.group_id.id,
                    **{f"perm_{name}": right[f"perm_{name}"] for name in PERMISSIONS},
                }
                for right in rights.filtered("perm_read")
            ]
        )
        letters = self.with_user(SUPERUSER_ID)
        with letters._guarding_access() as current:
            letters._replace_lists(
                {letter: _add_rows(current[letter.id], more) for letter in letters}
            )

    def _let_somebody_decide(self):
        """Drop the lists of letters that nobody could work with by them any more."""
        letters = self.with_user(SUPERUSER_ID).filtered("custom_access")
        rows = letters._get_rows()
        lost = letters.filtered(lambda letter: not letter._is_decided(rows[letter.id]))
        if lost:
            with lost._guarding_access():
                lost._drop_lists()

    def _change_lists(self, change):
        with self._changing_access() as current:
            self._replace_lists({letter: change(current[letter.id]) for letter in self.sudo()})

    @api.model
    def _replace_lists(self, lists):
        self.env["iris.email.access"].sudo()._replace(lists)

    @api.model
    def _read_rows(self, rows):
        """Turn values of ``iris.email.access`` into rows."""
        found = {}
        for values in rows:
            if values.get("user_id"):
                holder = self.env["res.users"].browse(values["user_id"])
            else:
                holder = self.env["res.groups"].browse(values["group_id"])
            granted = {name for name in PERMISSIONS if values.get(f"perm_{name}")}
            found[holder.sudo()] = found.get(holder.sudo(), set()) | granted
        return found

    # -------------------------------------------------------------------------
    # The frame of every change
    # -------------------------------------------------------------------------

    @contextmanager
    def _changing_access(self):
        """Let the lists of the letters be changed; the first change copies the rows in force.

        :return: the rows that were in force, by id of the letter
        :raises AccessError: see `_guarding_access`
        :raises ValidationError: nobody could change the access any more
        """
        with self._guarding_access() as current:
            first = self.sudo().filtered(lambda letter: not letter.custom_access)
            first.custom_access = True
            self._touch()
            self._replace_lists({letter: current[letter.id] for letter in first})
            yield current
            self.invalidate_recordset(["access_ids"])
            for letter, rows in zip(self, self._get_rows().values(), strict=True):
                letter._check_somebody_decides(rows)

    def _touch(self):
        """Make two users who change the same list at once do so one after the other.

        Otherwise each could take away one of the last two who may change it.
        """
        if not self:
            return
        self.env.execute_query(
            SQL(
                "UPDATE iris_email SET write_date = write_date WHERE id IN %s RETURNING id",
                self._ids,
            )
        )

    @contextmanager
    def _guarding_access(self):
        """Let rights on the letters be changed, as far as the user may, and log the change.

        :return: the rows that are in force, by id of the letter
        :raises AccessError: the user may not change the access of one of the letters, or gives
            somebody what they do not hold
        """
        self._check_permission("access")
        held, before = self._get_held(), self._get_rows()
        yield before
        self.invalidate_recordset()
        after = self._get_rows()
        if not self.env.su:
            for letter in self:
                letter._check_gains(before[letter.id], after[letter.id], held[letter.id])
        self._log_access(before, after)

    def _get_held(self):
        """Return which permissions the current user holds on each letter.

        :rtype: dict[int, set[str]]
        """
        held = {letter.id: set() for letter in self}
        for permission in PERMISSIONS:
            domain = self._get_permission_domain(permission)
            for letter in self.sudo().filtered_domain(domain):
                held[letter.id].add(permission)
        return held

    def _check_gains(self, before, after, held):
        """Nobody gives away what they do not hold.

        :param before, after: rows
        :param set[str] held: what the current user held before
        """
        for holder, granted in after.items():
            gained = granted - before.get(holder, set()) - held
            if gained:
                raise AccessError(
                    self.env._(
                        "%(holder)s would get more than you may do yourself with “%(letter)s”:"
                        " %(permissions)s. Leave that to somebody who may.",
                        holder=holder.sudo().display_name,
                        letter=self.display_name,
                        permissions=self._name_permissions(gained),
                    )
                )

    def _check_somebody_decides(self, rows):
        """Somebody must be left who may change the access again.

        :param dict rows: the letter's list
        """
        if not self._is_decided(rows):
            raise ValidationError(
                self.env._(
                    "Nobody could change the access to “%(letter)s” any more: leave at least one"
                    " user or group with Change access.",
                    letter=self.display_name,
                )
            )

    def _is_decided(self, rows):
        """Tell whether there is somebody who may change the access, by these rows."""
        return any(
            self._can_work_with(user)
            for holder, granted in rows.items()
            if "access" in granted
            for user in (holder if holder._name == "res.users" else holder.all_user_ids)
        )

    def _can_work_with(self, user):
        """Tell whether somebody on the letter's list can do what it allows."""
        company = self.sudo().company_id
        is_colleague = user.active and not user.share
        return is_colleague and (not company or company in user.company_ids)

    def _log_access(self, before, after):
        entries = []
        for letter in self.sudo():
            old, new = before[letter.id], after[letter.id]
            entries += [
                {
                    "kind": "list",
                    "account_id": letter.account_id.id,
                    "letter_id": letter.id,
                    "what": False,
                    "user_id": holder.id if holder._name == "res.users" else False,
                    "group_id": holder.id if holder._name == "res.groups" else False,
                    "before": old.get(holder, ()),
                    "after": new.get(holder, ()),
                }
                for holder in {**old, **new}
            ]
        self.env["iris.email.rights.log"]._note(entries)

    # -------------------------------------------------------------------------
    # The responsible
    # -------------------------------------------------------------------------

    def _check_passing_on(self, responsible):
        """Default access follows the responsible: naming one is no way to give away more.

        :param responsible: the new one, or none
        :raises AccessError: somebody would get what the user does not hold
        """
        others = self.sudo().filtered(
            lambda letter: letter.responsible_id != responsible and not letter.custom_access
        )
        if not responsible:
            if any(letter._is_unsent() for letter in others):
                raise ValidationError(
                    self.env._(
                        "Nobody could see an unsent letter without a responsible: choose one."
                    )
                )
            return
        rows = self.env["iris.email.default.access"]._get_rows_by_responsible(responsible)
        held = self._get_held()
        for letter, current in zip(others, others._get_rows().values(), strict=True):
            mine = held[letter.id] if "access" in held[letter.id] else set()
            before = {
                holder: _get_effective(holder, current)
                for holder in {row._get_holder(responsible) for row in rows[responsible]}
            }
            after = {}
            for row in rows[responsible]:
                holder = row._get_holder(responsible)
                after.setdefault(holder, set()).update(row._get_granted())
            letter.with_env(self.env)._check_gains(before, after, mine)


def _add_rows(rows, more):
    """Return rows and more rows together."""
    return {holder: rows.get(holder, set()) | more.get(holder, set()) for holder in [*rows, *more]}


def _get_effective(holder, rows):
    """Return what a user or a group may do, by all rows that hold for them."""
    granted = set(rows.get(holder, ()))
    if holder._name == "res.users":
        for group in holder.all_group_ids:
            granted |= rows.get(group, set())
    return granted

from typing import NamedTuple

from odoo import api, fields, models

from .iris_email_permission_mixin import PERMISSIONS


class Reason(NamedTuple):
    """One row that is in force for a letter."""

    holder: models.BaseModel  # one record of res.users or res.groups
    granted: frozenset[str]  # names in PERMISSIONS
    source: models.BaseModel  # one account, row of default access, or row of the letter's own list


class IrisEmail(models.Model):
    """The rows by which a letter may be read, edited, deleted and passed on (guide C6, A4).

    They come from its accounts and from its responsible, until somebody changes the access of
    this one letter: from then on its own list decides alone. Below, *rows* are a dict: holder
    (one ``res.users`` or ``res.groups`` record) → set of names in ``PERMISSIONS``.
    """

    _inherit = "iris.email"

    access_ids = fields.One2many(
        "iris.email.access", "email_id", groups=fields.NO_ACCESS, copy=False
    )
    custom_access = fields.Boolean(
        "Shared by hand",
        readonly=True,
        copy=False,
        help="The letter has an access list of its own, which decides alone.",
    )
    access_overview = fields.Json(compute="_compute_access_overview")

    # -------------------------------------------------------------------------
    # Rows in force
    # -------------------------------------------------------------------------

    def _get_rows(self):
        """Return the rows that are in force for each letter; check rights before.

        :rtype: dict[int, dict]: id of the letter → rows
        """
        return {letter_id: _merge(reasons) for letter_id, reasons in self._get_reasons().items()}

    def _get_reasons(self):
        """Return what is in force for each letter, and where it comes from.

        :rtype: dict[int, list[Reason]]
        """
        letters = self.sudo()
        by_hand = letters.filtered("custom_access")
        others = letters - by_hand
        accounts = others.account_id | others.other_account_ids
        rights = {
            direction: self.env[f"iris.email.{direction}.right"]
            .sudo()
            .search([("account_id", "in", accounts.ids)])
            .grouped("account_id")
            for direction in ("incoming", "outgoing")
        }
        defaults = self.env["iris.email.default.access"]._get_rows_by_responsible(
            others.responsible_id
        )
        reasons = {
            letter.id: [_make_reason(row, row) for row in letter.access_ids] for letter in by_hand
        }
        for letter in others:
            of_direction = rights.get(letter._get_direction(), {})
            found = [
                _make_reason(row, account)
                for account in letter._get_accounts()
                for row in of_direction.get(account, ())
            ]
            found += [
                _make_reason(row, row, row._get_holder(letter.responsible_id))
                for row in defaults.get(letter.responsible_id, ())
            ]
            reasons[letter.id] = [reason for reason in found if reason.granted]
        return reasons

    @api.depends_context("uid", "allowed_company_ids", "lang")
    @api.depends("custom_access", "access_ids", "responsible_id", "account_id", "other_account_ids")
    def _compute_access_overview(self):
        grants = self.env["iris.email.grants"]._get("read")
        mine = {self.env.user, *self.env.user.all_group_ids}
        all_reasons = self._origin._get_reasons()
        for letter in self:
            entries = {}
            can_access = letter._origin.can_access  # not what a caller says that it would be
            for reason in all_reasons.get(letter._origin.id, ()):
                is_known = reason.source._name == "iris.email.default.access" or (
                    reason.source._name == "iris.email.account"
                    and reason.source.id in {*grants.incoming, *grants.outgoing}
                )
                # Who else gets a letter, maybe as a blind copy, is for those who decide about it.
                if can_access or is_known or reason.holder in mine:
                    letter._add_to_overview(entries, reason)
            letter.access_overview = list(entries.values())

    def _add_to_overview(self, entries, reason):
        holder = reason.holder
        entry = entries.setdefault(
            holder,
            {
                "name": holder.sudo().display_name,
                "kind": "user" if holder._name == "res.users" else "group",
                "id": holder.id,
                "reasons": [],
                **dict.fromkeys(PERMISSIONS, False),
            },
        )
        entry.update(dict.fromkeys(reason.granted, True))
        text = self._describe_source(reason.source.with_env(self.env))
        if text not in entry["reasons"]:
            entry["reasons"].append(text)

    def _describe_source(self, source):
        if source._name == "iris.email.account":
            return self.env._("Mailbox %(address)s", address=source.display_name)
        if source._name == "iris.email.default.access":
            if source.sudo().holder == "responsible":
                return self.env._("Responsible")
            return self.env._("Default access")
        return self.env._("Access list of this letter")


def _make_reason(row, source, holder=None):
    return Reason(
        holder or row.user_id or row.group_id,
        frozenset(row._get_granted() & set(PERMISSIONS)),
        source,
    )


def _merge(reasons):
    """Return the rows that reasons make together."""
    rows = {}
    for reason in reasons:
        rows.setdefault(reason.holder, set()).update(reason.granted)
    return rows

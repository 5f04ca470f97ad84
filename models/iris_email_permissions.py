from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .iris_email_permission_mixin import PERMISSIONS

# In these states nobody but the scheduled action decides what becomes of the letter.
BUSY_STATES = ("queued", "sending")

# Unsent letters belong to their responsible; the rights of an account begin with the queue.
PRIVATE_TYPES = ("draft", "template")

HANDED_OVER = Domain("type", "=", "sent") | (
    Domain("type", "=", "outbox") & Domain("state", "!=", False)
)

# What somebody can make of a letter that they write. It is sent by nothing but Send.
WRITTEN_TYPES = (*PRIVATE_TYPES, "outbox")

# What somebody with the right to edit may change of a letter that came in: its place in the
# CRM, never what was written in it.
EDITABLE_WHEN_RECEIVED = frozenset(
    {"contact_id", "company_partner_id", "linked_by_hand", "responsible_id", "is_important"}
)

# What its author may fill in of a draft or template.
WRITABLE_IN_DRAFT = EDITABLE_WHEN_RECEIVED | {
    "type",
    "account_id",
    "next_responsible_id",
    "subject",
    "email_to",
    "email_cc",
    "email_bcc",
    "reply_to",
    "body",
    "body_text",
    "attachment_ids",
}


class IrisEmail(models.Model):
    """Who may do what with a letter: the record rules point here (guide C, D, F8)."""

    _inherit = "iris.email"

    can_read = fields.Boolean(compute="_compute_permissions", search="_search_can_read")
    can_edit = fields.Boolean(compute="_compute_permissions", search="_search_can_edit")
    can_delete = fields.Boolean(compute="_compute_permissions", search="_search_can_delete")
    can_access = fields.Boolean(
        "Can change access", compute="_compute_permissions", search="_search_can_access"
    )
    can_send = fields.Boolean(compute="_compute_can_send")
    can_write = fields.Boolean("Can go on writing", compute="_compute_can_write")

    @api.depends("subject", "type", "account_id", "other_account_ids", "responsible_id")
    @api.depends_context("uid", "allowed_company_ids")
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

    def _is_unsent(self):
        """Tell whether the letter is still being written, or waits for somebody to send it."""
        self.ensure_one()
        return self.type in PRIVATE_TYPES or (self.type == "outbox" and not self.state)

    def _get_direction(self):
        """Return which rows of rights of its accounts hold for the letter.

        :return: ``incoming``, ``outgoing``, or None: none of them
        """
        if self.type == "inbox":
            return "incoming"
        return None if self._is_unsent() else "outgoing"

    def _is_read_through(self, account):
        """Tell whether an account is one by whose rights the current user reads the letter."""
        direction = self.sudo()._get_direction()
        if self.env.uid == SUPERUSER_ID or not direction:
            return True
        return account.id in account._get_permitted_ids(direction, "read")

    @api.model
    def _get_permission_domain(self, permission):
        """Return the letters on which the current user holds a permission.

        A letter with an access list of its own follows that list alone; all others follow the
        rows of rights of their accounts and, by their responsible, the default access.

        :param str permission: ``read``, ``edit``, ``delete`` or ``access``
        :rtype: Domain
        """
        grants = self.env["iris.email.grants"]._get(permission)
        # Most letters are decided by the first comparisons; only few are looked up in relations.
        received = Domain("account_id", "in", grants.incoming) | self._get_also_received_domain(
            grants.incoming
        )
        by_account = (Domain("type", "=", "inbox") & received) | (
            Domain("account_id", "in", grants.outgoing) & HANDED_OVER
        )
        if grants.responsibles is None:
            by_responsible = Domain("responsible_id", "!=", False)
        else:
            by_responsible = Domain("responsible_id", "in", grants.responsibles)
        return Domain("company_id", "in", [False, *self.env.companies.ids]) & (
            (Domain("custom_access", "=", False) & (by_account | by_responsible))
            | self._get_own_list_domain(permission)
        )

    # The two lookups below are written as lists of ids that PostgreSQL makes once for a search, and
    # looks at for few letters. A condition on the relation would be a lookup for each letter in
    # its eyes: so costly that it compiles such queries, which takes longer than they do.

    @api.model
    def _get_also_received_domain(self, account_ids):
        """Return the domain of letters that one of these accounts received as a further one."""
        return self._make_domain(
            "in_several",
            self._get_also_received_ids(account_ids),
            lambda letter: not set(account_ids).isdisjoint(letter.sudo().other_account_ids.ids),
        )

    @api.model
    def _get_also_received_ids(self, account_ids):
        """Return a subquery for the ids of what `_get_also_received_domain` means."""
        return SQL(
            "(SELECT email_id FROM iris_email_other_account_rel WHERE account_id IN %s)",
            tuple(account_ids) or (0,),
            to_flush=self._fields["other_account_ids"],
        )

    @api.model
    def _get_own_list_domain(self, permission):
        """Return the domain of letters whose own list gives the current user a permission."""
        user, group_ids = self.env.user, self.env.user._get_group_ids()
        return self._make_domain(
            "custom_access",
            self._get_own_list_ids(permission),
            lambda letter: any(
                row[f"perm_{permission}"] and (row.user_id == user or row.group_id.id in group_ids)
                for row in letter.sudo().access_ids
            ),
        )

    @api.model
    def _get_own_list_ids(self, permission):
        """Return a subquery for the ids of what `_get_own_list_domain` means."""
        column = f"perm_{permission}"
        fields_of_rows = self.env["iris.email.access"]._fields
        return SQL(
            """(SELECT email_id FROM iris_email_access
                WHERE %s AND (user_id = %s OR group_id IN %s))""",
            SQL.identifier(column),
            self.env.uid,
            self.env.user._get_group_ids(),
            to_flush=[fields_of_rows[name] for name in ("email_id", "user_id", "group_id", column)],
        )

    @api.model
    def _make_domain(self, flag, letter_ids, predicate):
        """Return the domain of the letters whose ids a subquery returns.

        :param str flag: the boolean field that is set on all of them, and on few others
        :param SQL letter_ids: the subquery
        :param predicate: tells the same of one letter
        """
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "(%s AND %s IN %s)",
                SQL.identifier(alias, flag, to_flush=self._fields[flag]),
                SQL.identifier(alias, "id"),
                letter_ids,
            ),
            predicate=lambda letter: letter.sudo()[flag] and predicate(letter),
        )

    @api.depends(
        "type",
        "state",
        "account_id",
        "other_account_ids",
        "responsible_id",
        "company_id",
        "custom_access",
        "access_ids",
    )
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_permissions(self):
        for permission in PERMISSIONS:
            domain = self._get_permission_domain(permission)
            granted = self.sudo().filtered_domain(domain)
            for letter in self:
                letter[f"can_{permission}"] = letter.sudo() in granted

    @api.depends("can_edit", "type", "state", "account_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_send(self):
        sender_ids = self.env["iris.email.account"]._get_sender_ids()
        for letter in self:
            letter.can_send = (
                letter.can_edit
                and letter.type in ("draft", "outbox")
                and letter.state not in BUSY_STATES
                and letter.account_id.id in sender_ids
            )

    @api.depends("can_edit", "type", "state", "is_trashed")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_can_write(self):
        for letter in self:
            letter.can_write = letter.can_edit and letter._is_unsent() and not letter.is_trashed

    def _check_permission(self, permission):
        """Check that the current user holds a permission on all of these letters.

        :param str permission: a name in ``PERMISSIONS``
        :raises AccessError: names the letters on which they do not, as far as they may read them
        """
        if self.env.su:
            return
        self.browse().check_access("read")
        held = self.sudo().filtered_domain(self._get_permission_domain(permission))
        forbidden = self - held.sudo(False)
        if forbidden:
            raise AccessError(
                self.env._(
                    "You do not hold the right “%(permission)s” on: %(letters)s. Ask somebody who"
                    " may change the access, or a mail administrator.",
                    permission=self._name_permissions([permission]),
                    letters=", ".join(forbidden[:5].mapped("display_name")),
                )
            )

    @api.model
    def _name_permissions(self, permissions):
        """Return the names of permissions in the user's language, as one text."""
        names = self.env["iris.email.access"].fields_get(
            [f"perm_{name}" for name in PERMISSIONS], ["string"]
        )
        return ", ".join(
            names[f"perm_{name}"]["string"] for name in PERMISSIONS if name in permissions
        )

    def _search_can_read(self, operator, value):
        return self._search_permission("read", operator, value)

    def _search_can_edit(self, operator, value):
        return self._search_permission("edit", operator, value)

    def _search_can_delete(self, operator, value):
        return self._search_permission("delete", operator, value)

    def _search_can_access(self, operator, value):
        return self._search_permission("access", operator, value)

    def _search_permission(self, permission, operator, value):
        if operator != "in":
            return NotImplemented
        granted = self._get_permission_domain(permission)
        return Domain.OR(granted if wanted else ~granted for wanted in value)

    # -------------------------------------------------------------------------
    # What may be changed at all
    # -------------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Leave out defaults of the context, or of a user, for what nobody may fill in."""
        if not self.env.su:
            fields = [name for name in fields if name in WRITABLE_IN_DRAFT]
        return super().default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            checked = sorted(WRITABLE_IN_DRAFT & self._fields.keys())
            defaults = self.default_get(checked)
            for vals in vals_list:
                self._check_draft_values({**defaults, **vals})
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_editable(vals)
        if self.env.su or "responsible_id" not in vals:
            return super().write(vals)
        # Default access follows the responsible, so naming one is a change of rights.
        self._check_passing_on(self.env["res.users"].browse(vals["responsible_id"]))
        before = self._get_rows()
        result = super().write(vals)
        self._log_access(before, self._get_rows())
        return result

    def _check_draft_values(self, vals):
        """Let users write drafts and templates of their own, and nothing that looks received."""
        forbidden = vals.keys() - WRITABLE_IN_DRAFT
        if forbidden or vals.get("type", "draft") not in WRITTEN_TYPES:
            raise AccessError(
                self.env._(
                    "Only drafts, letters to send and templates can be written, and of those not"
                    " everything. Incoming letters are loaded by Check mail."
                )
            )
        account_id = vals.get("account_id")
        if account_id and account_id not in self.env["iris.email.account"]._get_sender_ids():
            raise AccessError(self.env._("You may not send from that mailbox."))
        if vals.get("responsible_id", self.env.uid) != self.env.uid:
            raise AccessError(
                self.env._(
                    "A draft cannot be put among those of somebody else. Choose who becomes"
                    " responsible for it once it is sent."
                )
            )

    def _check_editable(self, vals):
        """Keep what came in, and to whom it came, out of reach of everybody."""
        letters = self.sudo()
        drafts = letters.filtered(lambda letter: letter._is_unsent())
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

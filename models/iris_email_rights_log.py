from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# What can be granted, in the order in which it is shown. The names are stored, the words shown.
PERMISSION_WORDS = {
    "read": _lt("read"),
    "edit": _lt("edit"),
    "delete": _lt("delete"),
    "access": _lt("change access"),
    "send": _lt("send"),
    "default": _lt("default sender"),
    "member": _lt("member"),
}

# The models whose rows grant something to a user or a group.
ROWS_OF_RIGHTS = (
    "iris.email.incoming.right",
    "iris.email.outgoing.right",
    "iris.email.default.access",
    "iris.email.access",
)

# The fields by which these rows name what they depend on.
KEYS_OF_ROWS = {
    "res.users": "user_id",
    "res.groups": "group_id",
    "iris.email.account": "account_id",
}


class IrisEmailRightsLog(models.Model):
    """The audit log of rights: who changed which right or access list, when, from what to what.

    Only `_note` adds to it, and nobody changes it. It names letters by their number alone:
    whoever reads the log may not read the letters.
    """

    _name = "iris.email.rights.log"
    _description = "Change of rights"
    _order = "create_date desc, id desc"
    _rec_name = "holder"

    create_date = fields.Datetime("When", readonly=True)
    author_id = fields.Many2one(
        "res.users", readonly=True, ondelete="set null", index="btree_not_null"
    )
    author_name = fields.Char(
        "Changed by", readonly=True, help="Stays here when the user is deleted."
    )
    kind = fields.Selection(
        [
            ("incoming", "Right on incoming letters"),
            ("outgoing", "Right on outgoing letters"),
            ("default", "Default access"),
            ("list", "Access to a letter"),
            ("group", "Member of a group"),
            ("company", "Company of a mailbox"),
        ],
        "Kind of right",
        required=True,
        readonly=True,
    )
    account_id = fields.Many2one(
        "iris.email.account",
        "Mail account",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    mailbox = fields.Char(readonly=True, help="Stays here when the mail account is deleted.")
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        help="Of the mail account. Administrators of other companies do not see the entry.",
    )
    # A number on purpose: a link would show administrators the subject, and vanish with the letter.
    letter_id = fields.Integer("Letter no.", readonly=True, aggregator=None)
    what = fields.Char(
        "Concerns",
        readonly=True,
        help="The responsible whose letters it is about, or the group somebody joined or left.",
    )
    what_text = fields.Char("About", compute="_compute_texts")
    holder = fields.Char("User or group", readonly=True)
    holder_text = fields.Char("Whose right", compute="_compute_texts")
    holder_user_id = fields.Many2one(
        "res.users", "User", readonly=True, ondelete="set null", index="btree_not_null"
    )
    holder_group_id = fields.Many2one(
        "res.groups", "Group", readonly=True, ondelete="set null", index="btree_not_null"
    )
    # Names in PERMISSION_WORDS with commas; of a mailbox's company the name it had then.
    before = fields.Char("Permissions before", readonly=True, help="Their names, with commas.")
    after = fields.Char("Permissions after", readonly=True, help="Their names, with commas.")
    before_text = fields.Char("Before", compute="_compute_texts")
    after_text = fields.Char("After", compute="_compute_texts")
    is_own = fields.Boolean(
        "Granted to themselves",
        readonly=True,
        help="Who changed the right gained by it: directly, or as a member of the group.",
    )

    _newest_idx = models.Index("(create_date DESC, id DESC)")
    _letter_idx = models.Index("(letter_id) WHERE letter_id <> 0")
    _own_idx = models.Index("(create_date DESC, id DESC) WHERE is_own")

    @api.depends("account_id.company_id")
    def _compute_company_id(self):
        for entry in self:
            # An account that is deleted leaves its company behind.
            entry.company_id = entry.account_id.company_id if entry.account_id else entry.company_id

    @api.depends("kind", "mailbox", "letter_id", "what", "holder", "before", "after")
    @api.depends_context("lang")
    def _compute_texts(self):
        for entry in self:
            responsible = entry.kind == "default" and self.env._("The responsible")
            entry.what_text = entry._describe()
            entry.holder_text = entry.holder or responsible
            entry.before_text = entry._in_words(entry.before)
            entry.after_text = entry._in_words(entry.after)

    def _describe(self):
        """Return in words on what the right is."""
        if self.kind == "default":
            return self.env._("Responsible: %(name)s", name=self.what or self.env._("anyone"))
        if self.kind == "list":
            number = self.env._("Letter no. %(number)s", number=self.letter_id)
            return ", ".join(filter(None, [number, self.mailbox]))
        return self.mailbox or self.what

    def _in_words(self, names):
        if self.kind == "company":
            return names or self.env._("all companies")
        return ", ".join(
            self.env._(PERMISSION_WORDS[name]) for name in (names or "").split(",") if name
        )

    # -------------------------------------------------------------------------
    # Nobody writes it by hand
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(
            self.env._("The log of rights writes itself: no entry can be added by hand.")
        )

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(
            self.env._("Nobody can change the log of rights, administrators neither.")
        )

    # When the addon is uninstalled the table goes as a whole, without this.
    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        raise AccessError(
            self.env._("Nobody can delete entries of the log of rights, administrators neither.")
        )

    # -------------------------------------------------------------------------
    # What others report
    # -------------------------------------------------------------------------

    @api.private
    @api.model
    def _note(self, entries):
        """Add changes of rights to the log, made by the current user now.

        Those that change nothing are left out.

        :param list[dict] entries: each with ``kind`` (a value of the field), ``before`` and
            ``after`` (iterables of names in `PERMISSION_WORDS`; empty: no row), and, as far as
            they apply, ``account_id``, ``letter_id``, ``user_id``, ``group_id`` (ids) and ``what``
            (text). The holder is the user, else the group; of kind ``group`` the group is the one
            that the user joined or left. Of kind ``company``, ``before`` and ``after`` hold the
            name of the company, if any, and ``is_own`` tells whether the author gains by it. Other
            keys are ignored.
        :return: the entries that were added
        :rtype: iris.email.rights.log recordset
        """
        changes = [entry for entry in entries if set(entry["before"]) != set(entry["after"])]
        if not changes:
            return self.browse()
        names = self._get_names(changes)
        author = self.env.user.sudo()
        common = {"author_id": author.id, "author_name": author.name}
        vals_list = [
            {**common, **self._get_values(change, names), "is_own": self._is_own(change, author)}
            for change in changes
        ]
        # Past the method above, which refuses everybody else.
        # pylint: disable-next=super-method-mismatch
        return super(IrisEmailRightsLog, self.sudo()).create(vals_list)

    @api.model
    def _get_names(self, changes):
        """Return what users, groups and accounts are called now.

        :rtype: dict[tuple, str]: key in ``changes`` and id → name
        """
        names = {}
        for key, model, field in (
            ("user_id", "res.users", "name"),
            ("group_id", "res.groups", "display_name"),
            ("account_id", "iris.email.account", "address"),
        ):
            ids = {change[key] for change in changes if change.get(key)}
            names.update({(key, row.id): row[field] for row in self.env[model].sudo().browse(ids)})
        return names

    @api.model
    def _get_values(self, change, names):
        holder = "user_id" if change.get("user_id") else "group_id"
        return {
            "kind": change["kind"],
            "account_id": change.get("account_id"),
            "mailbox": names.get(("account_id", change.get("account_id"))),
            "letter_id": change.get("letter_id"),
            "what": change.get("what"),
            "holder": names.get((holder, change.get(holder))),
            "holder_user_id": change.get("user_id"),
            "holder_group_id": change.get("group_id"),
            "before": self._join(change["kind"], change["before"]),
            "after": self._join(change["kind"], change["after"]),
        }

    @api.model
    def _join(self, kind, names):
        """Return names of permissions as they are stored: always in the same order."""
        if kind == "company":
            return "".join(names)  # one at most
        return ",".join(sorted(names, key=list(PERMISSION_WORDS).index))

    @api.model
    def _is_own(self, change, author):
        """Tell whether the author gains by a change."""
        if change["kind"] == "company":
            return author.id != SUPERUSER_ID and change["is_own"]
        if author.id == SUPERUSER_ID or set(change["after"]) <= set(change["before"]):
            return False
        if change.get("user_id"):
            return change["user_id"] == author.id
        return change.get("group_id") in author.all_group_ids._ids

    @api.model
    def _note_rows_of(self, holders):
        """Note that the rows of users, groups or accounts go with them, before these are deleted.

        The database deletes the rows without asking the models.

        :param holders: ``res.users``, ``res.groups`` or ``iris.email.account`` records
        """
        key = KEYS_OF_ROWS[holders._name]
        entries = []
        for model in ROWS_OF_RIGHTS:
            rows = self.env[model].sudo()
            names = {key, f"responsible_{key}"} & rows._fields.keys()
            found = rows.search(Domain.OR(Domain(name, "in", holders.ids) for name in names))
            if model == "iris.email.access":
                entries += [self._get_entry_of_list(row) for row in found]
            else:
                entries += found._get_log_entries().values()
        self._note([{**entry, "before": entry["granted"], "after": ()} for entry in entries])

    @api.model
    def _get_entry_of_list(self, row):
        """Return what is to be said of a row of a letter's own list: its model logs whole lists."""
        return {
            "kind": "list",
            "account_id": row.email_id.account_id.id,
            "letter_id": row.email_id.id,
            "user_id": row.user_id.id,
            "group_id": row.group_id.id,
            "granted": row._get_granted(),
        }

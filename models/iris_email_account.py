import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import providers

ENCRYPTIONS = [("none", "None"), ("starttls", "STARTTLS"), ("ssl", "SSL/TLS")]

# The usual port of each encryption. A port that is none of these was chosen by somebody.
INCOMING_PORTS = {"none": 110, "starttls": 110, "ssl": 995}
OUTGOING_PORTS = {"none": 25, "starttls": 587, "ssl": 465}

# One "@", no blanks or control characters, no two dots in a row in the domain (RFC 5321 §4.1.2).
ADDRESS_PATTERN = re.compile(
    r"[^\s@<>,;\"\x00-\x1f]{1,64}@[^\s@<>,;\"\x00-\x1f.]+(\.[^\s@<>,;\"\x00-\x1f.]+)*"
)

# What providers.settings_for() fills in, except the login, which is named after the direction.
PROVIDER_FIELDS = (
    "incoming_host",
    "incoming_port",
    "incoming_encryption",
    "outgoing_host",
    "outgoing_port",
    "outgoing_encryption",
)

BACK_OFF_FIRST = timedelta(minutes=5)
BACK_OFF_LONGEST = timedelta(hours=6)


class IrisEmailAccount(models.Model):
    """A mailbox: where its letters come from and how they are sent (guide B1-B12)."""

    _name = "iris.email.account"
    _description = "Mail account"
    _rec_name = "address"
    _rec_names_search = ["address", "description"]
    _order = "address, id"

    # ---------------------------------------------------------------- general
    address = fields.Char("Mailbox", required=True, help="The e-mail address of this mailbox.")
    description = fields.Char(help="Free text, for instance the name of the owner.")
    active = fields.Boolean(
        default=True,
        help="If it is off, letters of this mailbox are not loaded.",
    )
    # The address for which the settings were filled in last: tells typed values from ours.
    filled_for = fields.Char(store=False, groups="iris_email.group_manager")
    provider_note = fields.Char(compute="_compute_provider_note", groups="iris_email.group_manager")

    # -------------------------------------------------------------- receiving
    incoming_host = fields.Char(
        "Incoming server", groups="iris_email.group_manager", help="For instance pop.example.com"
    )
    incoming_login = fields.Char(
        groups="iris_email.group_manager", help="Usually the same as the address."
    )
    incoming_port = fields.Integer(
        default=INCOMING_PORTS["none"], groups="iris_email.group_manager", aggregator=None
    )
    incoming_encryption = fields.Selection(
        ENCRYPTIONS, required=True, default="none", groups="iris_email.group_manager"
    )
    incoming_fingerprint = fields.Char(
        "Trusted incoming certificate",
        groups="iris_email.group_manager",
        copy=False,
        help="SHA-256 fingerprint of the one certificate that is accepted from this server.",
    )
    keep_policy = fields.Selection(
        [
            ("forever", "Never delete them"),
            ("days", "Delete them after some days"),
            ("letter", "Delete them when the letter is deleted here"),
        ],
        string="Copies on the server",
        required=True,
        default="forever",
        groups="iris_email.group_manager",
        help="Only letters that are safely stored here are ever deleted from the server.",
    )
    keep_days = fields.Integer(default=30, groups="iris_email.group_manager", aggregator=None)
    max_size_mb = fields.Integer(
        "Load letters up to (MB)",
        default=25,
        groups="iris_email.group_manager",
        aggregator=None,
        help="Of a larger letter the header and the first lines are loaded, the rest on demand.",
    )

    # ---------------------------------------------------------------- sending
    outgoing_host = fields.Char(
        "Outgoing server", groups="iris_email.group_manager", help="For instance smtp.example.com"
    )
    outgoing_login = fields.Char(
        groups="iris_email.group_manager", help="Usually the same as the address."
    )
    outgoing_port = fields.Integer(
        default=OUTGOING_PORTS["none"],
        groups="iris_email.group_manager",
        aggregator=None,
        help="587 and 2525 are usual where 25 is closed.",
    )
    outgoing_encryption = fields.Selection(
        ENCRYPTIONS, required=True, default="none", groups="iris_email.group_manager"
    )
    outgoing_fingerprint = fields.Char(
        "Trusted outgoing certificate",
        groups="iris_email.group_manager",
        copy=False,
        help="SHA-256 fingerprint of the one certificate that is accepted from this server.",
    )

    # ----------------------------------------------------------------- rights
    incoming_right_ids = fields.One2many(
        "iris.email.incoming.right",
        "account_id",
        "Rights for incoming letters",
        groups="iris_email.group_manager",
        copy=True,
    )
    outgoing_right_ids = fields.One2many(
        "iris.email.outgoing.right",
        "account_id",
        "Rights for outgoing letters",
        groups="iris_email.group_manager",
        copy=True,
    )

    # ----------------------------------------------------------------- health
    last_check = fields.Datetime(
        "Last check", readonly=True, copy=False, groups="iris_email.group_manager"
    )
    last_error = fields.Text(
        "Last error", readonly=True, copy=False, groups="iris_email.group_manager"
    )
    error_count = fields.Integer(
        "Errors in a row",
        readonly=True,
        copy=False,
        groups="iris_email.group_manager",
        aggregator=None,
    )
    next_try = fields.Datetime(
        "Next try",
        readonly=True,
        copy=False,
        groups="iris_email.group_manager",
        help="After errors the scheduled check waits, longer each time. Check mail does not wait.",
    )
    failed_count = fields.Integer(
        "Failed letters", compute="_compute_failed_count", groups="iris_email.group_manager"
    )

    is_shared_with_me = fields.Boolean(
        compute="_compute_is_shared_with_me", search="_search_is_shared_with_me"
    )

    _incoming_port_range = models.Constraint(
        "CHECK(incoming_port BETWEEN 1 AND 65535)",
        "The port of the incoming server must be a number from 1 to 65535.",
    )
    _outgoing_port_range = models.Constraint(
        "CHECK(outgoing_port BETWEEN 1 AND 65535)",
        "The port of the outgoing server must be a number from 1 to 65535.",
    )
    _max_size_positive = models.Constraint(
        "CHECK(max_size_mb BETWEEN 1 AND 1024)",
        "The largest size of a letter to load must be from 1 to 1024 MB.",
    )
    _keep_days_positive = models.Constraint(
        "CHECK(keep_days > 0)",
        "Copies can be deleted from the server after one day at the earliest.",
    )

    # -------------------------------------------------------------------------
    # Compute and inverse
    # -------------------------------------------------------------------------

    @api.depends("address")
    def _compute_provider_note(self):
        for account in self:
            settings = providers.settings_for(account.address or "")
            account.provider_note = self._get_provider_sentence(settings.note)

    def _compute_failed_count(self):
        counts = dict(
            self.env["iris.email.receipt"]._read_group(
                [("account_id", "in", self.ids), ("state", "=", "failed")],
                ["account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.failed_count = counts.get(account, 0)

    @api.depends_context("uid")
    def _compute_is_shared_with_me(self):
        shared = self._get_shared_ids()
        for account in self:
            account.is_shared_with_me = account._origin.id in shared

    def _search_is_shared_with_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        shared = Domain("id", "in", self._get_shared_ids())
        return Domain.OR(shared if wanted else ~shared for wanted in value)

    @api.model
    def _get_provider_sentence(self, note):
        """Return what a provider wants of its users, in the user's language, or False."""
        return {
            "app_password": self.env._(
                "This provider wants a separate password for mail programs. Create one in the"
                " security settings of the mailbox, allow POP3 there, and enter it here."
            ),
            "enable_access": self.env._(
                "This provider lets mail programs in only after POP3 has been allowed in the"
                " settings of the mailbox."
            ),
            "no_pop3": self.env._(
                "This provider offers no POP3: letters can be sent from here but not received."
            ),
            "oauth_only": self.env._(
                "This provider may refuse passwords and demand its own sign-in (OAuth 2.0)."
            ),
        }.get(note, False)

    # -------------------------------------------------------------------------
    # Constrains and onchange
    # -------------------------------------------------------------------------

    @api.constrains("address")
    def _check_address(self):
        for account in self:
            if not ADDRESS_PATTERN.fullmatch(account.address):
                raise ValidationError(
                    self.env._(
                        "“%(address)s” is not an e-mail address. Write it like ivan@example.com.",
                        address=account.address,
                    )
                )

    @api.constrains("active", "incoming_host", "incoming_login")
    def _check_one_account_per_mailbox(self):
        for account in self.sudo().filtered("active"):
            if not account.incoming_host or not account.incoming_login:
                continue
            twins = self.sudo().search(
                [
                    ("id", "!=", account.id),
                    ("incoming_host", "=ilike", _escape_like(account.incoming_host)),
                    ("incoming_login", "=ilike", _escape_like(account.incoming_login)),
                ],
                limit=1,
            )
            if twins:
                raise ValidationError(
                    self.env._(
                        "The mail account %(twin)s already reads the mailbox of %(login)s on"
                        " %(host)s. Share that account by its rights instead, or make one of"
                        " the two inactive.",
                        twin=twins.address,
                        login=account.incoming_login,
                        host=account.incoming_host,
                    )
                )

    @api.onchange("address")
    def _onchange_address(self):
        """Fill the settings of the provider; what somebody typed is left alone (guide B5, B9)."""
        if not self.address or not ADDRESS_PATTERN.fullmatch(self.address.strip()):
            return
        self.address = self.address.strip()
        settings = providers.settings_for(self.address)
        before = providers.settings_for(self.filled_for) if self.filled_for else None
        for name in PROVIDER_FIELDS:
            self._fill(name, getattr(settings, name), before and getattr(before, name))
        for name in ("incoming_login", "outgoing_login"):
            self._fill(name, settings.login, before and before.login)
        self.filled_for = self.address

    def _fill(self, name, value, filled_before):
        """Set a field that still holds nothing, its default or what was filled in before."""
        default = self.default_get([name]).get(name)
        if not self[name] or self[name] in (default, filled_before):
            self[name] = value

    @api.onchange("incoming_encryption")
    def _onchange_incoming_encryption(self):
        if self.incoming_port in INCOMING_PORTS.values():
            self.incoming_port = INCOMING_PORTS[self.incoming_encryption]

    @api.onchange("outgoing_encryption")
    def _onchange_outgoing_encryption(self):
        if self.outgoing_port in OUTGOING_PORTS.values():
            self.outgoing_port = OUTGOING_PORTS[self.outgoing_encryption]

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._clean_values(vals)
        accounts = super().create(vals_list)
        self._toggle_cron()
        return accounts

    def copy_data(self, default=None):
        # Two active accounts for one mailbox are refused, so the copy waits for its own login.
        return super().copy_data({"active": False, **(default or {})})

    def write(self, vals):
        self._clean_values(vals)
        for direction in ("incoming", "outgoing"):
            # A certificate is trusted for one server, not for its successor.
            if f"{direction}_host" in vals:
                vals.setdefault(f"{direction}_fingerprint", False)
        if not {"last_check", "last_error"} & vals.keys():
            # Somebody mended the settings: the next scheduled check need not wait.
            vals.setdefault("next_try", False)
        result = super().write(vals)
        if {"active", "incoming_host"} & vals.keys():
            self._toggle_cron()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_letters(self):
        letters = self.env["iris.email"].sudo()
        for account in self:
            domain = Domain("account_id", "=", account.id) | Domain(
                "other_account_ids", "=", account.id
            )
            count = letters.search_count(domain, limit=1)
            kept = (
                self.env["iris.email.receipt"]
                .sudo()
                .search_count([("account_id", "=", account.id), ("has_source", "=", True)], limit=1)
            )
            if count or kept:
                raise UserError(
                    self.env._(
                        "The mail account %(address)s has letters and cannot be deleted: they"
                        " would be lost with it. Make it inactive instead.",
                        address=account.address,
                    )
                )

    def unlink(self):
        result = super().unlink()
        self._toggle_cron()
        return result

    @api.model
    def _clean_values(self, vals):
        """Strip blanks around what is typed or pasted into the card."""
        for name in (
            "address",
            "incoming_host",
            "incoming_login",
            "outgoing_host",
            "outgoing_login",
        ):
            if vals.get(name):
                vals[name] = vals[name].strip()

    @api.model
    def _toggle_cron(self):
        """Run the scheduled check only while there is an account to check."""
        cron = self.env.ref("iris_email.ir_cron_check_mail", raise_if_not_found=False)
        wanted = bool(self.sudo().search_count([("incoming_host", "!=", False)], limit=1))
        if cron and cron.sudo().active != wanted and cron.sudo().try_lock_for_update():
            # One that is running just now finds out by itself that there is nothing to do.
            cron.sudo().active = wanted

    # -------------------------------------------------------------------------
    # Rights
    # -------------------------------------------------------------------------

    @api.model
    def _get_permitted_ids(self, direction, permission):
        """Return the ids of the accounts on which the current user holds a permission.

        :param str direction: ``incoming`` or ``outgoing``
        :param str permission: ``read``, ``edit``, ``delete`` or ``access``
        :rtype: tuple[int, ...]
        """
        return self.env[f"iris.email.{direction}.right"]._get_account_ids(self.env.user, permission)

    @api.model
    def _get_shared_ids(self):
        """Return the ids of the accounts on which a row of rights names the current user."""
        return {
            account_id
            for direction in ("incoming", "outgoing")
            for account_id in self.env[f"iris.email.{direction}.right"]._get_account_ids(
                self.env.user
            )
        }

    # -------------------------------------------------------------------------
    # Actions
    # -------------------------------------------------------------------------

    def action_open_failed(self):
        """Show the failed letters of this account."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "iris_email.iris_email_receipt_action"
        )
        action["domain"] = [("account_id", "=", self.id)]
        return action


def _escape_like(text):
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

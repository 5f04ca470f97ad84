import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

ENCRYPTIONS = [("none", "None"), ("starttls", "STARTTLS"), ("ssl", "SSL/TLS")]

# The usual port of each encryption. A port that is none of these was chosen by somebody.
INCOMING_PORTS = {"none": 110, "starttls": 110, "ssl": 995}
OUTGOING_PORTS = {"none": 25, "starttls": 587, "ssl": 465}

# One "@", no blanks or control characters, no two dots in a row in the domain (RFC 5321 §4.1.2).
ADDRESS_PATTERN = re.compile(
    r"[^\s@<>,;\"\x00-\x1f]{1,64}@[^\s@<>,;\"\x00-\x1f.]+(\.[^\s@<>,;\"\x00-\x1f.]+)*"
)

# A name, or an address of IPv4 or IPv6 (without brackets).
HOST_PATTERN = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")

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
    company_id = fields.Many2one(
        "res.company",
        ondelete="restrict",  # without its company the mailbox would be open to all
        groups="iris_email.group_manager",
        help="Only who works in this company gets anything by the rights rows of this mailbox."
        " Empty: whatever company they work in.",
    )
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

    # -------------------------------------------------------------------------
    # Constrains
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

    @api.constrains("incoming_host", "outgoing_host")
    def _check_hosts(self):
        for account in self.sudo():
            for host in filter(None, (account.incoming_host, account.outgoing_host)):
                if not HOST_PATTERN.fullmatch(host):
                    raise ValidationError(
                        self.env._(
                            "“%(host)s” is not the name of a server. Write only the name, like"
                            " pop.example.com; the port has a field of its own.",
                            host=host,
                        )
                    )

    @api.constrains("active", "address", "incoming_host", "incoming_login")
    def _check_one_account_per_mailbox(self):
        for account in self.sudo().filtered(lambda one: one.active and one.incoming_host):
            login = account.incoming_login or account.address
            same_login = Domain("incoming_login", "=ilike", _escape_like(login)) | (
                Domain("incoming_login", "=", False)
                & Domain("address", "=ilike", _escape_like(login))
            )
            twins = self.sudo().search(
                Domain("id", "!=", account.id)
                & Domain("incoming_host", "=ilike", _escape_like(account.incoming_host))
                & same_login,
                limit=1,
            )
            if twins:
                raise ValidationError(
                    self.env._(
                        "The mail account %(twin)s already reads the mailbox of %(login)s on"
                        " %(host)s. Share that account by its rights instead, or make one of"
                        " the two inactive.",
                        twin=twins.address,
                        login=login,
                        host=account.incoming_host,
                    )
                )

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
        moved = {
            direction: self._filter_changed(f"{direction}_host", vals)
            for direction in ("incoming", "outgoing")
        }
        other_login = self._filter_changed("incoming_login", vals)
        if not {"last_check", "last_error", "last_send_error"} & vals.keys():
            # Somebody mended the settings: the next scheduled check need not wait.
            vals.setdefault("next_try", False)
        result = super().write(vals)
        for direction, accounts in moved.items():
            accounts._forget_server(direction, vals)
        elsewhere = moved["incoming"] | other_login
        if elsewhere:
            self.env["iris.email.receipt"]._set_aside(elsewhere)
        if {"active", "incoming_host"} & vals.keys():
            self._toggle_cron()
        return result

    def _filter_changed(self, name, vals):
        """Return the accounts on which a field had a value and gets another one."""
        if name not in vals:
            return self.browse()
        return self.filtered(lambda account: account.sudo()[name] not in (False, vals[name]))

    def _forget_server(self, direction, vals):
        """Keep from a new server what was meant for the old one: password and certificate."""
        forgotten = {
            name: False
            for name, typed in (
                (f"{direction}_fingerprint", f"{direction}_fingerprint"),
                (f"{direction}_secret", f"{direction}_password"),
            )
            if typed not in vals
        }
        if self and forgotten:
            self.sudo().write(forgotten)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_letters(self):
        letters = self.env["iris.email"].sudo().with_context(active_test=False)
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
        self.env["iris.email.rights.log"]._note_rows_of(self)
        result = super().unlink()
        # The database took rows of rights along, of which something may be cached.
        self.env.registry.clear_cache()
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

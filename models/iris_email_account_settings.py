from odoo import api, fields, models

from ..tools import providers
from .iris_email_account import ADDRESS_PATTERN, INCOMING_PORTS, OUTGOING_PORTS

# What providers.settings_for() fills in, except the login, which is named after the direction.
PROVIDER_FIELDS = (
    "incoming_host",
    "incoming_port",
    "incoming_encryption",
    "outgoing_host",
    "outgoing_port",
    "outgoing_encryption",
)


class IrisEmailAccount(models.Model):
    """Help in filling in the card: settings of known providers, usual ports (guide B4-B10)."""

    _inherit = "iris.email.account"

    # The address for which the settings were filled in last: tells typed values from ours.
    filled_for = fields.Char(store=False, groups="iris_email.group_manager")
    provider_note = fields.Char(compute="_compute_provider_note", groups="iris_email.group_manager")

    @api.depends("address")
    def _compute_provider_note(self):
        for account in self:
            settings = providers.settings_for(account.address or "")
            account.provider_note = self._get_provider_sentence(settings.note)

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

from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..tools import secret


class IrisEmailAccount(models.Model):
    """The passwords of a mail account: written by administrators, read by nobody."""

    _inherit = "iris.email.account"

    incoming_password = fields.Char(
        compute="_compute_passwords",
        inverse="_inverse_incoming_password",
        groups="iris_email.group_manager",
        copy=False,
        help="Stored encrypted, never shown again.",
    )
    incoming_secret = fields.Char(groups=fields.NO_ACCESS, copy=False)
    has_incoming_password = fields.Boolean(
        compute="_compute_has_passwords", groups="iris_email.group_manager"
    )
    outgoing_password = fields.Char(
        compute="_compute_passwords",
        inverse="_inverse_outgoing_password",
        groups="iris_email.group_manager",
        copy=False,
        help="Stored encrypted, never shown again.",
    )
    outgoing_secret = fields.Char(groups=fields.NO_ACCESS, copy=False)
    has_outgoing_password = fields.Boolean(
        compute="_compute_has_passwords", groups="iris_email.group_manager"
    )

    def _compute_passwords(self):
        # Write-only: what is stored never leaves, not even to administrators.
        self.incoming_password = False
        self.outgoing_password = False

    @api.depends("incoming_secret", "outgoing_secret")
    def _compute_has_passwords(self):
        for account in self:
            account.has_incoming_password = bool(account.sudo().incoming_secret)
            account.has_outgoing_password = bool(account.sudo().outgoing_secret)

    def _inverse_incoming_password(self):
        self._encrypt_password("incoming")

    def _inverse_outgoing_password(self):
        self._encrypt_password("outgoing")

    @api.model
    def _get_encryption_key(self):
        """Return the key of the passwords (str, 32 bytes in URL-safe base64).

        It is ``iris_email_key`` of the configuration file where that is set, and else a file
        that is made on first use in Odoo's data directory. It is never in the database, so a
        stolen backup of the database holds no readable password.
        """
        configured = config.get("iris_email_key")
        if configured:
            return configured
        return secret.load_or_create_key_file(Path(config["data_dir"]) / "iris_email.key")

    def _encrypt_password(self, direction):
        for account in self:
            password = account[f"{direction}_password"]
            token = self._encrypt(password) if password else False
            account.sudo()[f"{direction}_secret"] = token

    @api.model
    def _encrypt(self, password):
        try:
            return secret.encrypt(self._get_encryption_key(), password)
        except secret.SecretUnreadable as error:
            raise UserError(
                self.env._(
                    "Passwords cannot be stored: iris_email_key in the configuration file, or the"
                    " file iris_email.key in the data directory, holds no valid key. Whoever runs"
                    " the server can put the right one there, or remove it to have one made."
                )
            ) from error

    def _get_password(self, direction):
        """Return the password for ``incoming`` or ``outgoing`` in clear (str, maybe empty).

        :raises UserError: the key of the passwords was changed or lost
        """
        self.ensure_one()
        token = self.sudo()[f"{direction}_secret"]
        if not token:
            return ""
        try:
            return secret.decrypt(self._get_encryption_key(), token)
        except secret.SecretUnreadable as error:
            raise UserError(
                self.env._(
                    "The password of %(address)s cannot be read any more, because the key that"
                    " encrypts the passwords has changed or is lost. Enter the password again on"
                    " the card of the mail account, or restore the key.",
                    address=self.address,
                )
            ) from error

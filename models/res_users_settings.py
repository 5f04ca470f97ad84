from odoo import api, fields, models
from odoo.exceptions import ValidationError

DENSITIES = [("comfortable", "Comfortable"), ("compact", "Compact")]

# Whoever waits longer means "never".
MOST_READ_SECONDS = 3600


class ResUsersSettings(models.Model):
    """How everybody wants to see their mail: each user writes their own settings."""

    _inherit = "res.users.settings"

    iris_email_conversations = fields.Boolean("Fold conversations", default=True)
    iris_email_density = fields.Selection(
        DENSITIES, "Density of the list of letters", default="comfortable", required=True
    )
    iris_email_read_seconds = fields.Integer(
        "Seconds until a letter counts as read",
        help="0: as soon as it is opened. -1: never by itself.",
    )
    iris_email_desktop_notifications = fields.Boolean("Desktop notifications of new letters")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_mail_settings(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_mail_settings(vals)
        return super().write(vals)

    @api.model
    def _check_mail_settings(self, vals):
        """Refuse what the settings of mail cannot be, in words that the web client shows.

        :raises ValidationError: which setting it is, and what it may be
        """
        density = vals.get("iris_email_density", "comfortable")
        if density not in dict(DENSITIES):
            raise ValidationError(
                self.env._("The list of letters is either comfortable or compact, nothing else.")
            )
        seconds = vals.get("iris_email_read_seconds", 0)
        if type(seconds) is not int or not -1 <= seconds <= MOST_READ_SECONDS:
            raise ValidationError(
                self.env._(
                    "A letter counts as read after 0 to %(most)s seconds, or never by itself (-1).",
                    most=MOST_READ_SECONDS,
                )
            )

from odoo import fields, models


class IrisEmailTrustCertificate(models.TransientModel):
    """Asks whether exactly this certificate is to be trusted for a server."""

    _name = "iris.email.trust.certificate"
    _description = "Trust a certificate"

    account_id = fields.Many2one("iris.email.account", required=True, ondelete="cascade")
    direction = fields.Selection(
        [("incoming", "Incoming"), ("outgoing", "Outgoing")], required=True
    )
    host = fields.Char("Server", readonly=True)
    fingerprint = fields.Char("SHA-256 fingerprint", required=True, readonly=True)
    reason = fields.Char(readonly=True)

    def action_trust(self):
        """Pin the certificate and test the connection again."""
        self.ensure_one()
        account = self.account_id
        account[f"{self.direction}_fingerprint"] = self.fingerprint
        if self.direction == "incoming":
            return account.action_test_incoming()
        return account.action_test_outgoing()

from odoo import models


class IrisEmailSourceMixin(models.AbstractModel):
    """Records that keep a raw letter in an attachment of their field ``source``."""

    _name = "iris.email.source.mixin"
    _description = "Keeps the original of a letter"

    def _get_source_attachment(self):
        """Return the attachment that holds the original (maybe empty); check rights before.

        The first one counts: nobody can put another in its place by adding a later one.
        """
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()
            .with_context(bin_size=False)  # the web client asks for sizes instead of contents
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "source"),
                    ("res_id", "=", self._origin.id),
                ],
                order="id",
                limit=1,
            )
        )

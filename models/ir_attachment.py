from functools import partial

from odoo import fields, models
from odoo.exceptions import AccessError


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    iris_content_id = fields.Char(
        "Content-ID",
        help="The name by which the HTML of a letter refers to this picture (RFC 2392).",
    )
    iris_inline = fields.Boolean(
        "Shown in the letter", help="Shown within the text of the letter, not among its files."
    )

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and {"res_model", "res_id", "res_field"} & vals.keys():
            # The check before looked at where the file was, this one at where it is now.
            self.check_access("write")
        return result

    def _check_access(self, operation):
        """Keep the files of received and sent letters as they are, whoever may edit the letter."""
        result = super()._check_access(operation)
        if self.env.su or operation == "read":
            return result
        files = self.sudo().filtered(lambda file: file.res_model == "iris.email" and file.res_id)
        letters = self.env["iris.email"].sudo().browse(files.mapped("res_id")).exists()
        fixed = set(letters.filtered(lambda letter: not letter._is_unsent()).ids)
        frozen = files.filtered(lambda file: file.res_id in fixed).sudo(False)
        if not frozen:
            return result
        forbidden = frozen | result[0] if result else frozen
        return forbidden, partial(self._make_frozen_error, frozen)

    def _make_frozen_error(self, frozen):
        return AccessError(
            self.env._(
                "%(names)s: files of received and sent letters cannot be changed.",
                names=", ".join(frozen.sudo().mapped("name")),
            )
        )

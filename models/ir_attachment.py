from odoo import fields, models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    iris_content_id = fields.Char(
        "Content-ID",
        help="The name by which the HTML of a letter refers to this picture (RFC 2392).",
    )
    iris_inline = fields.Boolean(
        "Shown in the letter", help="Shown within the text of the letter, not among its files."
    )

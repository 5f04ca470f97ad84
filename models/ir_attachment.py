from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError

_MODELS_WITH_ORIGINALS = ("iris.email", "iris.email.receipt")


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    iris_content_id = fields.Char(
        "Content-ID",
        help="The name by which the HTML of a letter refers to this picture (RFC 2392).",
    )
    iris_inline = fields.Boolean(
        "Shown in the letter", help="Shown within the text of the letter, not among its files."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            # Before anything is stored: some of Odoo's routes go on after a refusal.
            self._check_new_files(vals_list)
        files = super().create(vals_list)
        if not self.env.su:
            files._get_unsent_letters()._note_files()
        return files

    def unlink(self):
        letters = self.browse() if self.env.su else self._get_unsent_letters()
        result = super().unlink()
        if letters:
            letters._note_files()
        return result

    def _get_unsent_letters(self):
        """Return the letters that are being written, and that these are files of."""
        files = self.sudo().filtered(lambda file: file.res_model == "iris.email")
        letters = self.env["iris.email"].browse(files.mapped("res_id")).exists()
        return letters.filtered(lambda letter: letter.sudo()._is_unsent())

    def _check_new_files(self, vals_list):
        context = self.env.context
        letter_ids = [
            vals.get("res_id", context.get("default_res_id"))
            for vals in vals_list
            if vals.get("res_model", context.get("default_res_model")) == "iris.email"
        ]
        if self._get_fixed_letters(filter(None, letter_ids)):
            raise AccessError(
                self.env._("Nothing can be added to the files of received and sent letters.")
            )

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and {"res_model", "res_id", "res_field"} & vals.keys():
            # The check before looked at where the file was, this one at where it is now.
            self.check_access("write")
        return result

    def _check_access(self, operation):
        """Keep the files of received and sent letters as they are, whoever may edit the letter.

        Their originals are for nobody, not even for those whom Odoo shows the files of all
        fields: ``iris.email._get_original()`` leaves out what is not for the reader.
        """
        result = super()._check_access(operation)
        if self.env.su:
            return result
        if operation == "read":
            frozen = self.filtered(lambda file: file.sudo()._is_original())
        else:
            files = self.sudo().filtered(lambda file: file.res_model == "iris.email")
            fixed_ids = set(self._get_fixed_letters(files.mapped("res_id")).ids)
            frozen = files.filtered(lambda file: file.res_id in fixed_ids).sudo(False)
        if not frozen:
            return result
        if result:
            return result[0] | frozen, result[1]
        return frozen, partial(self._make_frozen_error, frozen, operation)

    def _is_original(self):
        return self.res_field == "source" and self.res_model in _MODELS_WITH_ORIGINALS

    @api.model
    def _get_fixed_letters(self, letter_ids):
        """Return those of some letters whose files nobody may change."""
        letters = self.env["iris.email"].sudo().browse(letter_ids).exists()
        return letters.filtered(lambda letter: not letter._is_unsent())

    def _make_frozen_error(self, frozen, operation):
        if operation == "read":
            return AccessError(
                self.env._("Download the original of a letter from the card of the letter.")
            )
        return AccessError(
            self.env._(
                "%(names)s: files of received and sent letters cannot be changed.",
                names=", ".join(frozen.mapped("name")),
            )
        )

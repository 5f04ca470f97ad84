import base64
import uuid

from odoo import api, fields, models

from ..tools import html, html_editing
from .iris_email_received import prepare_preview


class IrisEmail(models.Model):
    """The text of a letter that is being written: between Odoo's HTML editor and the letter.

    What is stored is what will be sent, pictures as Content-IDs of its own files (RFC 2392). The
    editor gets them by their addresses here, and nothing that other servers would have to send.
    """

    _inherit = "iris.email"

    # Sanitised in both directions by tools.html_editing, in time that its size bounds.
    body = fields.Html(
        "Text",
        compute="_compute_body",
        inverse="_inverse_body",
        sanitize=False,
        help="The text of a letter that is not sent yet, for the editor.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        letters._forget_body({name for vals in vals_list for name in vals})
        return letters

    def copy_data(self, default=None):
        # The copy makes its own files of the pictures within the text.
        return [
            {"body": letter.body, **vals}
            for letter, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def write(self, vals):
        result = super().write(vals)
        self._forget_body(vals)
        return result

    def _forget_body(self, names):
        if "body" in names:
            # What somebody wrote is kept in memory as it was: from here on it is what was stored.
            self.invalidate_recordset(["body"], flush=False)

    @api.depends("type", "state", "body_html", "body_text")
    def _compute_body(self):
        for letter in self:
            letter.body = letter._is_unsent() and letter._get_editable_body()

    def _get_editable_body(self):
        stored = self.body_html or html_editing.text_as_html(self.body_text or "")
        if "cid:" not in stored:
            return html_editing.to_editor(stored, {})
        pictures = {file.iris_content_id: f"/web/image/{file.id}" for file in self._get_pictures()}
        return html_editing.to_editor(stored, pictures)

    def _inverse_body(self):
        for letter in self:
            stored = letter._take_body(letter.body or "")
            letter._plain_sudo().write(letter._prepare_body(stored))
        self._note_files()  # a picture that was uploaded is within the text now

    def _take_body(self, edited):
        """Turn what the editor gave into the form that will be sent.

        :param str edited: HTML, of anybody who may edit the letter
        :rtype: str
        """
        by_address = self._take_shown_files(edited)
        by_address.update(self._take_embedded_pictures(edited))
        return html_editing.from_editor(edited, by_address)

    @api.model
    def _prepare_body(self, stored):
        """Return the values of a text in the form that will be sent."""
        text = html.to_text(stored)
        return {"body_html": stored, "body_text": text, "preview": prepare_preview(text)}

    # -------------------------------------------------------------------------
    # Pictures within the text
    # -------------------------------------------------------------------------

    def _get_pictures(self):
        """Return the letter's files that its text may show (superuser mode)."""
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self._origin.id),
                    ("res_field", "=", False),
                    ("iris_content_id", "!=", False),
                ],
                order="id",
            )
        )

    def _take_shown_files(self, edited):
        """Make files of this letter of those that the text shows by their address here.

        :return: address → Content-ID; files that the user may not read are left out
        :rtype: dict[str, str]
        """
        ids = {
            address: html_editing.picture_id(address)
            for address in html_editing.local_pictures(edited)
        }
        shown = self.env["ir.attachment"].browse({one for one in ids.values() if one}).exists()
        readable = shown._filtered_access("read")
        content_ids = {}
        for file in readable.sudo().filtered(_is_picture):
            if file.res_model != self._name or file.res_id != self._origin.id:
                content_ids[file.id] = self._add_picture(file.name, file.raw, file.mimetype)
                continue
            if not file.iris_content_id or not file.iris_inline:
                file.write(
                    {
                        "iris_content_id": file.iris_content_id or _make_content_id(),
                        "iris_inline": True,
                    }
                )
            content_ids[file.id] = file.iris_content_id
        return {address: content_ids[one] for address, one in ids.items() if one in content_ids}

    def _take_embedded_pictures(self, edited):
        """Make files of the pictures that the text holds as data URLs (RFC 2397).

        :return: data URL → Content-ID
        :rtype: dict[str, str]
        """
        by_url = {}
        for url in html_editing.data_pictures(edited):
            kind, _comma, content = url.partition(",")
            mimetype = kind[len("data:") :].partition(";")[0].lower()
            try:
                raw = base64.b64decode(content)
            except ValueError:
                continue  # no picture: it is not shown in the editor either
            name = f"image.{mimetype.partition('/')[2]}"
            by_url[url] = self._add_picture(name, raw, mimetype)
        return by_url

    def _add_picture(self, name, raw, mimetype):
        """Add a picture to the files of the letter; return its Content-ID.

        While a letter is written it is saved again and again: a picture that it has is not added.
        """
        files = self._plain_sudo().env["iris.email.storage"]._get_attachment_model()
        checksum = files._compute_checksum(raw)
        for picture in self._get_pictures():
            if picture.checksum == checksum and picture.iris_inline:
                return picture.iris_content_id
        content_id = _make_content_id()
        files.create(
            {
                "res_model": self._name,
                "res_id": self._origin.id,
                "name": name,
                "raw": raw,
                "mimetype": mimetype,
                "iris_content_id": content_id,
                "iris_inline": True,
            }
        )
        return content_id


def _is_picture(file):
    return html.is_raster_image(f"data:{file.mimetype};base64,")


def _make_content_id():
    """Return a Content-ID that no other file has (RFC 2392)."""
    return f"{uuid.uuid4().hex}@iris"

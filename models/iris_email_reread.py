from odoo import api, models
from odoo.exceptions import UserError

from ..tools import message
from .iris_email_storage import no_letters_in_log

# What follows the charset; all else was read right, or is somebody's decision by now.
_READ_ANEW = (
    "subject",
    "email_from",
    "email_to",
    "email_cc",
    "email_bcc",
    "reply_to",
    "body_text",
    "body_html",
    "preview",
)


class IrisEmail(models.Model):
    """Letters that say a wrong charset, read anew as somebody says."""

    _inherit = "iris.email"

    @api.model
    @api.readonly
    def get_charsets(self):
        """Return the charsets that letters are read as.

        :return: pairs of a code for `reread_as`, and a name in the user's language
        :rtype: list[list[str]]
        """
        return [
            ["utf-8", self.env._("Unicode (UTF-8)")],
            ["windows-1251", self.env._("Cyrillic (Windows)")],
            ["koi8-r", self.env._("Cyrillic (KOI8-R)")],
            ["koi8-u", self.env._("Ukrainian (KOI8-U)")],
            ["ibm866", self.env._("Cyrillic (DOS)")],
            ["iso-8859-5", self.env._("Cyrillic (ISO)")],
            ["x-mac-cyrillic", self.env._("Cyrillic (Mac)")],
            ["windows-1252", self.env._("Western")],
            ["windows-1250", self.env._("Central European (Windows)")],
            ["iso-8859-2", self.env._("Central European (ISO)")],
            ["windows-1257", self.env._("Baltic")],
            ["windows-1253", self.env._("Greek")],
            ["windows-1254", self.env._("Turkish")],
            ["windows-1255", self.env._("Hebrew")],
            ["windows-1256", self.env._("Arabic")],
            ["windows-874", self.env._("Thai")],
            ["windows-1258", self.env._("Vietnamese")],
            ["gb18030", self.env._("Chinese, simplified (GB18030)")],
            ["big5", self.env._("Chinese, traditional (Big5)")],
            ["shift_jis", self.env._("Japanese (Shift JIS)")],
            ["iso-2022-jp", self.env._("Japanese (JIS)")],
            ["euc-jp", self.env._("Japanese (EUC)")],
            ["euc-kr", self.env._("Korean")],
        ]

    def reread_as(self, charset):
        """Read a received letter anew from its original, which stays as it is.

        :param charset: a code of `get_charsets`; False: as the letter says by itself
        :raises AccessError: the user may not edit the letter
        :raises UserError: it has no original, or there is no such charset
        """
        self.ensure_one()
        self._check_permission("edit")
        if charset and charset not in [code for code, _label in self.get_charsets()]:
            raise UserError(
                self.env._(
                    "There is no charset “%(charset)s”: choose one of the list.",
                    charset=str(charset)[:50],
                )
            )
        self._reread(charset or False)
        return True

    def _reread(self, charset):
        letter = self._plain_sudo()
        raw = letter.type == "inbox" and letter._get_source_attachment().raw
        if not raw:
            raise UserError(
                self.env._("Only a letter that came in can be read anew from its original.")
            )
        parsed = message.parse(raw, label=charset or "")
        read = letter._prepare_received(parsed)
        # Where it belongs was found by its sender's address, or by somebody: that stays.
        links = {
            "contact_id": letter.contact_id.id,
            "company_partner_id": letter.company_partner_id.id,
            "linked_by_hand": letter.linked_by_hand,
        }
        with no_letters_in_log():
            letter.write({**{name: read[name] for name in _READ_ANEW}, "charset": charset})
            letter.write(links)
            letter._rename_files(parsed)
            self.env.flush_all()

    def _rename_files(self, parsed):
        """Name the files anew; they are the same ones in the same order."""
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)],
            order="id",
        )
        if len(files) != len(parsed.attachments):
            return
        for file, part in zip(files, parsed.attachments, strict=True):
            if file.name != part.filename and file.file_size == len(part.content):
                file.name = part.filename

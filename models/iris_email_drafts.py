import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import clean_context

from ..tools import html_editing
from ..tools.message import Address, format_addresses
from .iris_email_received import prepare_preview

# What its author sees of a letter: a change in it makes the draft a later one.
WRITTEN_FIELDS = ("email_to", "email_cc", "email_bcc", "reply_to", "subject", "body_html")

# Drafts that nobody has touched are thrown away after so long.
BLANK_DRAFT_LIFE = timedelta(days=1)


class IrisEmail(models.Model):
    """Letters that are being written (guide F1-F9)."""

    _inherit = "iris.email"

    # What the letter was when it was begun: if it still is, nobody has written anything.
    blank_digest = fields.Char(groups=fields.NO_ACCESS, readonly=True, copy=False)

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        letters = super().create([{"date": now, **self._complete_text(vals)} for vals in vals_list])
        letters.filtered(lambda letter: letter._is_unsent())._note_sender()
        return letters

    def write(self, vals):
        vals = self._complete_text(vals)
        drafts = self.filtered(lambda letter: letter._is_unsent())
        signed = drafts.sudo().filtered(_has_signature) if "account_id" in vals else drafts.browse()
        blank = signed._filter_blank()
        if drafts and "date" not in vals and vals.keys() & {*WRITTEN_FIELDS, "account_id"}:
            # One that was written on later stands above the others.
            super(IrisEmail, drafts).write({**vals, "date": fields.Datetime.now()})
            super(IrisEmail, self - drafts).write(vals)
        else:
            super().write(vals)
        if {"account_id", "responsible_id", "type"} & vals.keys():
            self.filtered(lambda letter: letter._is_unsent())._note_sender()
        signed._apply_signature()
        blank._note_blank()
        return True

    @api.onchange("account_id")
    def _onchange_account_id(self):
        """Show the signature of the chosen mailbox at once: one's own, whatever a caller says."""
        author = self._origin.responsible_id or self.env.user
        if author == self.env.user and self.body and _has_signature(self):
            signature = self.env["iris.email.signature"]._get_for(
                self.env.user, self.account_id._origin
            )
            self.body = html_editing.with_signature(
                str(self.body), html_editing.to_editor(signature, {})
            )

    @api.model
    def _complete_text(self, vals):
        """Add what follows from a plain text to the values of a letter."""
        if "body_text" not in vals or "body_html" in vals:
            return vals
        text = vals["body_text"] or ""
        return {
            "body_html": False,
            **vals,
            "preview": vals.get("preview") or prepare_preview(text),
        }

    def _plain_sudo(self):
        """Return the letters in superuser mode, without what a caller's context would fill in."""
        context = {**clean_context(self.env.context), "bin_size": False}
        return self.with_env(self.env(su=True, context=context))

    def _note_sender(self):
        """Fill in From: it follows the account, so nobody can write in another name (guide F3)."""
        for letter in self.sudo():
            account = letter.account_id
            sender = account and format_addresses(
                [Address(*account._get_sender(letter.responsible_id))]
            )
            if letter.email_from != (sender or False):
                letter.email_from = sender

    # -------------------------------------------------------------------------
    # Beginning a letter
    # -------------------------------------------------------------------------

    @api.model
    def action_compose(self, values=None):
        """Begin a letter and open its card.

        :param dict values: of ``type`` ("draft", "outbox" or "template"), ``email_to``,
            ``subject``, ``contact_id`` and ``company_partner_id`` what is known
        :return: an action
        :rtype: dict
        :raises UserError: the user may send from no mailbox
        """
        known = ("type", "email_to", "subject", "contact_id", "company_partner_id")
        values = {name: (values or {})[name] for name in known if (values or {}).get(name)}
        letters = self.with_context(clean_context(self.env.context))
        letter = letters.create({"account_id": self._get_sender_account().id, **values})
        letter._begin_text("")
        return letter._open_card()

    @api.model
    def _get_sender_account(self, preferred=None):
        """Return the account from which the current user writes a new letter (guide C8).

        :param preferred: an ``iris.email.account`` to take if the user may send from it
        :raises UserError: they may send from none
        """
        accounts = self.env["iris.email.account"]
        active = accounts.sudo().search([("id", "in", accounts._get_sender_ids())])
        chosen = (
            (preferred and preferred.sudo() & active)
            or accounts._get_default_sender().sudo() & active
            or active[:1]
        )
        if not chosen:
            raise UserError(
                self.env._(
                    "You may not send from any mailbox yet. Ask a mail administrator for the right"
                    " to send from one."
                )
            )
        return chosen.sudo(False)

    def _begin_text(self, below):
        """Fill a new letter with template and signature, and note that nothing is written yet.

        :param str below: what stands below the signature, in the form that will be sent
        """
        self.ensure_one()
        letter = self._plain_sudo()
        letter.write(letter._prepare_body("<p><br></p>" + below))
        self._apply_signature()
        self._apply_default_template()
        letter._note_blank()

    def _note_blank(self):
        """Note that nobody has written anything yet (superuser mode)."""
        for letter_id, digest in self._get_digests().items():
            self.browse(letter_id).blank_digest = digest

    def _open_card(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letter"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    # -------------------------------------------------------------------------
    # Letters that nobody wrote
    # -------------------------------------------------------------------------

    def discard_blank(self):
        """Throw away letters that were begun, and in which nothing was written.

        :return: ids of those that are gone
        :rtype: list[int]
        :raises AccessError: the user may not delete one of them
        """
        unsent = self.exists().filtered(lambda letter: letter._is_unsent())
        blank = unsent.sudo()._filter_blank().sudo(False)
        blank._check_permission("delete")
        ids = blank.ids
        blank.sudo().unlink()
        return ids

    def _filter_blank(self):
        """Return those of the letters in which nothing was written since they were begun."""
        digests = self._get_digests()
        return self.filtered(
            lambda letter: letter.blank_digest and letter.blank_digest == digests[letter.id]
        )

    def _get_digests(self):
        """Return what changes with every change of a letter by its author, by the letters' ids."""
        files = self.env["ir.attachment"].search_fetch(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("res_field", "=", False)],
            ["res_id"],
            order="id",
        )
        files_by_letter = files.grouped("res_id")
        digests = {}
        for letter in self:
            written = [str(letter[name] or "") for name in WRITTEN_FIELDS]
            filed = [
                str(ids)
                for ids in (
                    letter.contact_id.ids,
                    letter.company_partner_id.ids,
                    files_by_letter.get(letter.id, files.browse()).ids,
                    letter.is_important,
                )
            ]
            digests[letter.id] = hashlib.sha256("\0".join([*written, *filed]).encode()).hexdigest()
        return digests

    @api.autovacuum
    def _gc_blank_drafts(self):
        """Throw away what was begun and left in a way that the web client could not notice."""
        old = self.sudo().search(
            Domain("type", "in", ("draft", "outbox"))
            & Domain("blank_digest", "!=", False)
            & Domain("write_date", "<", fields.Datetime.now() - BLANK_DRAFT_LIFE),
            order="id",
            limit=1000,
        )
        blank = old.filtered(lambda letter: letter._is_unsent())._filter_blank()
        (old - blank).blank_digest = False  # they are not looked at again
        blank.unlink()

    # -------------------------------------------------------------------------
    # Signature
    # -------------------------------------------------------------------------

    def _apply_signature(self):
        """Put the author's signature for the account into the text, or change it (superuser)."""
        for letter in self._plain_sudo().filtered(lambda one: one.type != "template"):
            author = letter.responsible_id
            signature = self.env["iris.email.signature"]._get_for(author, letter.account_id)
            # Pictures of a signature become files of the letter, as far as its author sees them.
            signature = letter.with_user(author)._take_body(signature)
            stored = letter.body_html or html_editing.text_as_html(letter.body_text or "")
            letter.write(letter._prepare_body(html_editing.with_signature(stored, signature)))


def _has_signature(letter):
    return "data-iris-signature" in (letter.body_html or "")

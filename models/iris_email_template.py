import re
import secrets
from html import escape, unescape

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.rendering_tools import parse_inline_template

from ..tools import html_editing

# Placeholders speak of the contact, or else of the company, to whom the letter goes.
PLACEHOLDER_MODEL = "res.partner"

# What anybody may use in a template of a letter, besides what Odoo allows in its own templates.
PLACEHOLDERS = (
    "object.commercial_company_name",
    "object.function",
    "object.email",
    "object.phone",
    "object.street",
    "object.city",
    "object.zip",
    "object.country_id.name",
    "object.ref",
)

_PLACEHOLDER = re.compile(r"\{\{.+?\}\}")


class IrisEmailTemplateRenderer(models.AbstractModel):
    """Odoo's rendering of inline templates, for texts that came through `_check_placeholders`.

    Whoever is no template editor of Odoo cannot bring code into a template, so everybody may use
    what is there, as with Odoo's own templates.
    """

    _name = "iris.email.template.renderer"
    _inherit = ["mail.render.mixin"]
    _description = "Rendering of templates of letters"
    _unrestricted_rendering = True

    @api.model
    def _get_allowed_expressions(self):
        """Return what is no code: what stands on a card, for everybody (guide F6).

        :rtype: tuple[str, ...]
        """
        allowed = self.env[PLACEHOLDER_MODEL].mail_allowed_qweb_expressions()
        return (*allowed, *PLACEHOLDERS)

    @api.model
    def _has_code(self, placeholders):
        """Tell whether one of these placeholders is an expression that not everybody may write."""
        allowed = self._get_allowed_expressions()
        return any(
            expression.strip() not in allowed
            for placeholder in placeholders
            for _text, expression, _default in parse_inline_template(placeholder)
            if expression
        )


class IrisEmail(models.Model):
    """Letters of the type Template, and letters that begin with one."""

    _inherit = "iris.email"

    template_id = fields.Many2one(
        "iris.email",
        domain=[("type", "=", "template")],
        ondelete="set null",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The template with which the letter was begun.",
    )
    # What came from templates, and only that, is filled: {"text": [placeholders], "subject": []}.
    open_placeholders = fields.Json(groups=fields.NO_ACCESS, readonly=True, copy=False)

    # -------------------------------------------------------------------------
    # Who may write code
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        letters._check_placeholders()
        return letters

    def write(self, vals):
        result = super().write(vals)
        if {"type", "subject", "body", "body_html", "body_text"} & vals.keys():
            self._check_placeholders()
        if vals.get("contact_id") or vals.get("company_partner_id"):
            # Somebody else's draft is filled when its author comes to it.
            mine = self.filtered(lambda letter: letter.responsible_id.id == self.env.uid)
            mine._fill_placeholders()
        return result

    def _check_placeholders(self):
        """Let only template editors of Odoo write placeholders that run code.

        Also where a part of the text comes in superuser mode: what counts is who acts.

        :raises AccessError: a template has code, and the user is none of them
        """
        templates = self.sudo().filtered(lambda letter: letter.type == "template")
        if not templates or self.env.uid == SUPERUSER_ID:
            return
        if self.env.user.has_group("mail.group_mail_template_editor"):
            return
        renderer = self.env["iris.email.template.renderer"]
        for template in templates:
            in_text = _find_in_html(template._get_template_html())
            if renderer._has_code([*_find(template.subject), *in_text]):
                raise self._make_code_error()

    def _get_template_html(self):
        """Return the text as it is put into letters."""
        return self.body_html or html_editing.text_as_html(self.body_text or "")

    def _make_code_error(self):
        allowed = self.env["iris.email.template.renderer"]._get_allowed_expressions()
        return AccessError(
            self.env._(
                "A template may have these placeholders: %(placeholders)s. Others run code, which"
                " only members of %(group)s may write.",
                placeholders=", ".join("{{ " + name + " }}" for name in allowed),
                group=self.env.ref("mail.group_mail_template_editor").sudo().full_name,
            )
        )

    # -------------------------------------------------------------------------
    # Using a template
    # -------------------------------------------------------------------------

    def action_apply_template(self, template_id):
        """Put a template into the letter, above what is written: text, files, and a subject.

        :param int template_id: a letter of the type Template that the user may read
        :raises AccessError: the user may not read it, or not edit this letter
        :raises UserError: it is no template, or this letter is sent already
        """
        self.ensure_one()
        self.check_access("write")
        template = self.browse(template_id)
        template.check_access("read")
        if template.type != "template" or not self._is_unsent():
            raise UserError(self.env._("Choose a template, and a letter that is not sent yet."))
        self._apply_template(template)

    def _apply_default_template(self):
        """Begin the letter with the author's template for its account, if there is one."""
        row = self.env["iris.email.signature"]._get_row(self.responsible_id, self.account_id)
        template = row.template_id.with_env(self.env)
        if not template or self.type == "template":
            return
        if template.sudo().type == "template" and template.has_access("read"):
            self._apply_template(template)

    def _apply_template(self, template):
        letter, source = self._plain_sudo(), template.sudo()
        above = source._get_template_html()
        subject = not letter.subject and source.subject
        source._copy_files_to(letter)
        known = letter.open_placeholders or {"text": [], "subject": []}
        letter.write(
            {
                "subject": letter.subject or source.subject,
                "email_cc": letter.email_cc or source.email_cc,
                "email_bcc": letter.email_bcc or source.email_bcc,
                "template_id": template.id,
                "open_placeholders": {
                    "text": [*known["text"], *_find_in_html(above)],
                    "subject": [*known["subject"], *_find(subject)],
                },
                **letter._prepare_body(above + (letter.body_html or "")),
            }
        )
        self._fill_placeholders()

    # -------------------------------------------------------------------------
    # Placeholders
    # -------------------------------------------------------------------------

    def _fill_placeholders(self):
        """Fill what came from templates, if contact or company is known and may be read."""
        for letter in self:
            open_ones = letter._get_open_placeholders()
            if not open_ones or not letter._is_unsent():
                continue
            # The link may have come by itself, in superuser mode: no code runs with that.
            partner = (letter.contact_id or letter.company_partner_id).sudo(False)
            if not partner._filtered_access("read"):
                continue
            rendered = self.sudo(False)._render_placeholders(open_ones, partner)
            letter._replace_placeholders(dict(zip(open_ones, rendered, strict=True)))

    def _replace_placeholders(self, values):
        letter = self.sudo()
        known = letter.open_placeholders
        vals = {}
        if known["subject"]:
            wanted = {name: values[name] for name in known["subject"] if name in values}
            vals["subject"] = _replace(letter.subject or "", wanted)
        # Below it begins what a stranger wrote, who may have written the same placeholder.
        own, quoted = html_editing.split_quote(letter.body_html or "")
        wanted = {name: values[name] for name in known["text"] if name in values}
        filled = _replace_in_html(own, wanted) + quoted
        letter.write({**vals, **letter._prepare_body(filled)})

    def _get_open_placeholders(self):
        """Return the placeholders from templates that still stand in the letter.

        :rtype: list[str]
        """
        letter = self.sudo()
        known = letter.open_placeholders
        if not known:
            return []
        own, _quoted = html_editing.split_quote(letter.body_html or "")
        here = [name for name in _find(letter.subject) if name in known["subject"]]
        here += [name for name in _find_in_html(own) if name in known["text"]]
        return list(dict.fromkeys(here))

    @api.model
    def _render_placeholders(self, placeholders, partner):
        """Return what placeholders mean for a partner, as far as the user may read it.

        They are rendered by Odoo as one text, and taken apart again at a mark that nobody can know.

        :rtype: list[str]
        """
        mark = secrets.token_hex(16)
        renderer = self.env["iris.email.template.renderer"]
        text = mark.join(placeholders)
        rendered = renderer._render_template(text, PLACEHOLDER_MODEL, partner.ids)
        return str(rendered[partner.id]).split(mark)


def _is_placeholder(text):
    """Tell whether Odoo takes the whole of a text for one placeholder, and nothing else."""
    parsed = parse_inline_template(text)
    return len(parsed) == 1 and not parsed[0][0] and bool(parsed[0][1])


def _find(text):
    """Return the placeholders in a plain text."""
    return [found for found in _PLACEHOLDER.findall(text or "") if _is_placeholder(found)]


def _find_in_html(stored):
    """Return the placeholders in HTML, without entities."""
    found = (unescape(one) for one in _PLACEHOLDER.findall(stored or ""))
    return [one for one in found if _is_placeholder(one)]


def _replace(text, values):
    """Replace placeholders in one pass, so that no value is taken for a placeholder."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), text)


def _replace_in_html(stored, values):
    """Replace placeholders in HTML; the values are plain text."""

    def get_value(found):
        value = values.get(unescape(found[0]))
        return found[0] if value is None else escape(value)

    return _PLACEHOLDER.sub(get_value, stored)

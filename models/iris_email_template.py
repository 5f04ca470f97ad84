import re
import secrets
from html import escape, unescape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import html_editing

# Placeholders speak of the contact, or else of the company, to whom the letter goes.
PLACEHOLDER_MODEL = "res.partner"

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
            self.filtered(
                lambda letter: letter.responsible_id.id == self.env.uid
            )._fill_placeholders()
        return result

    def _check_placeholders(self):
        """Let only template editors of Odoo write placeholders that run code.

        :raises AccessError: a template has code, and the user is none of them
        """
        templates = self.filtered(lambda letter: letter.type == "template")
        if (
            not templates
            or self.env.su
            or self.env.user.has_group("mail.group_mail_template_editor")
        ):
            return
        renderer = self.env["iris.email.template.renderer"]
        for template in templates.sudo():
            stored = template.body_html or ""
            texts = (
                template.subject,
                template.body_text,
                unescape(stored),
                " ".join(_find(stored)),
            )
            for text in texts:
                if renderer._has_unsafe_expression_template_inline_template(
                    text, PLACEHOLDER_MODEL
                ):
                    allowed = self.env[PLACEHOLDER_MODEL].mail_allowed_qweb_expressions()
                    raise AccessError(
                        self.env._(
                            "A template may have these placeholders: %(placeholders)s. Others run"
                            " code, which only members of %(group)s may write.",
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
        if self.type != "template" and template and template.has_access("read"):
            self._apply_template(template)

    def _apply_template(self, template):
        letter, source = self.sudo(), template.sudo()
        above = source.body_html or html_editing.text_as_html(source.body_text or "")
        source._copy_files_to(letter)
        letter.write(
            {
                "subject": letter.subject or source.subject,
                "email_cc": letter.email_cc or source.email_cc,
                "email_bcc": letter.email_bcc or source.email_bcc,
                "template_id": template.id,
                **letter._prepare_body(above + (letter.body_html or "")),
            }
        )
        self._fill_placeholders()

    def _fill_placeholders(self):
        """Fill the placeholders of the letter's template that stand in it, if the contact is known.

        Only what stands in the template is filled: a quoted letter of a stranger can have
        placeholders, too.
        """
        for letter in self.filtered(lambda letter: letter.template_id and letter._is_unsent()):
            partner = letter.contact_id or letter.company_partner_id
            placeholders = letter._get_open_placeholders()
            if not partner or not placeholders:
                continue
            # The link may have come by itself, in superuser mode: no code runs with that.
            rendered = self.sudo(False)._render_placeholders(placeholders, partner)
            values = dict(zip(placeholders, rendered, strict=True))
            written = letter.sudo()
            stored = _replace(written.body_html or "", values, escaped=True)
            written.write(
                {
                    "subject": _replace(written.subject or "", values),
                    **written._prepare_body(stored),
                }
            )

    def _get_open_placeholders(self):
        """Return the placeholders of the letter's template that still stand in the letter.

        :return: as they stand there, without entities of HTML
        :rtype: list[str]
        """
        letter, template = self.sudo(), self.sudo().template_id
        if not template:
            return []
        known = set(_find(template.subject)) | set(_find(template.body_html))
        here = [*_find(letter.subject), *_find(letter.body_html)]
        return [name for name in dict.fromkeys(here) if name in known]

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


def _find(text):
    """Return the placeholders in a text, without entities of HTML."""
    return [unescape(found) for found in _PLACEHOLDER.findall(text or "")]


def _replace(text, values, escaped=False):
    """Replace placeholders in one pass, so that no value is taken for a placeholder."""

    def get_value(found):
        name = unescape(found[0])
        if name not in values:
            return found[0]
        return escape(values[name], quote=False) if escaped else values[name]

    return _PLACEHOLDER.sub(get_value, text)

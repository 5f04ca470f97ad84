import unicodedata

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..tools import address, message
from ..tools.charset import Charsets

# Generous for people, and little enough for lists and indexes. The original keeps all.
LONGEST_SUBJECT = 2000
LONGEST_ADDRESS = 320
HEADER_LIMIT = 262144


class IrisEmail(models.Model):
    """A letter (guide F1-F9): received, written or sent."""

    _name = "iris.email"
    _inherit = ["iris.email.source.mixin"]
    _description = "Letter"
    _rec_name = "subject"
    _order = "date desc, id desc"

    # ----------------------------------------------------------- what it says
    type = fields.Selection(
        [
            ("inbox", "Inbox"),
            ("draft", "Draft"),
            ("outbox", "Outbox"),
            ("sent", "Sent"),
            ("template", "Template"),
        ],
        required=True,
        default="draft",
    )
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sending", "Being sent"),
            ("error", "Not sent"),
            ("uncertain", "Uncertain"),
        ],
        "Sending state",
        readonly=True,
        copy=False,
        help="How far the sending of a letter in the outbox is; empty until somebody sends it.",
    )
    subject = fields.Char()
    email_from = fields.Char("From", index="trigram", copy=False)
    email_to = fields.Text("To", prefetch=False)
    email_cc = fields.Text("Cc", prefetch=False)
    email_bcc = fields.Text("Bcc", prefetch=False)
    reply_to = fields.Text("Reply-To", prefetch=False)
    date = fields.Datetime(default=fields.Datetime.now, required=True, copy=False)
    body_text = fields.Text("Message", prefetch=False, copy=False)
    # As the sender wrote it: it must pass tools.html.sanitize() before anybody looks at it.
    body_html = fields.Text("HTML of the letter", prefetch=False, copy=False)
    preview = fields.Char(help="The first words of the text.", copy=False)
    sender_name = fields.Char("Sender", compute="_compute_display_people")
    recipient_names = fields.Char("Recipients", compute="_compute_display_people")

    # ------------------------------------------------------- where it belongs
    account_id = fields.Many2one(
        "iris.email.account",
        ondelete="restrict",
        default=lambda self: self.env["iris.email.account"]._get_default_sender(),
        help="The mail account that received the letter first, or sends it.",
    )
    correspondent_email = fields.Char(
        "Correspondent's address",
        compute="_compute_correspondent_email",
        store=True,
        readonly=False,  # who creates many letters gives it
        copy=False,
        help="The sender of an incoming letter, the first recipient of an outgoing one.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        domain=[("is_company", "=", False)],
        ondelete="set null",
        index="btree_not_null",
    )
    company_partner_id = fields.Many2one(
        "res.partner",
        "Company",
        domain=[("is_company", "=", True)],
        ondelete="set null",
        index="btree_not_null",
    )
    linked_by_hand = fields.Boolean(
        help="Somebody chose contact and company: the automatic link leaves them alone."
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        compute="_compute_candidate_ids",
        string="Possible contacts",
        help="Several cards have this address, so that somebody must choose.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.uid,
        ondelete="set null",
        help="The default access to the letter follows from who is responsible.",
    )

    # ------------------------------------------------------------------ marks
    is_important = fields.Boolean("Important")
    is_answered = fields.Boolean("Answered", readonly=True, copy=False)
    is_automatic = fields.Boolean("Sent automatically", readonly=True, copy=False)
    is_bounce = fields.Boolean("Delivery report", readonly=True, copy=False)
    is_list = fields.Boolean("Mailing list", readonly=True, copy=False)
    has_attachments = fields.Boolean("With files", readonly=True, copy=False)
    # -------------------------------------------------------------- the files
    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        "Files",
        domain=[
            ("res_model", "=", "iris.email"),
            ("res_field", "=", False),
            ("iris_inline", "=", False),
        ],
    )
    # Everybody gets the original by _get_original(), which leaves out what is not for them.
    source = fields.Binary(
        "Original", attachment=True, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    header_lines = fields.Text("Headers", compute="_compute_header_lines")
    is_partial = fields.Boolean(
        "Partly loaded", readonly=True, help="Too large: the rest is on the server.", copy=False
    )
    charset = fields.Char(
        "Read as",
        readonly=True,
        copy=False,
        help="The charset that somebody chose, because the letter says a wrong one or none.",
    )
    size = fields.Integer("Size (bytes)", readonly=True, aggregator=None, copy=False)
    defects = fields.Text(
        "Format problems",
        readonly=True,
        help="Where the original letter breaks the standards.",
        copy=False,
    )

    # ----------------------------------------------------------- threads, ids
    message_id = fields.Char("Message-ID", readonly=True, copy=False)
    in_reply_to = fields.Char("In-Reply-To", readonly=True, copy=False)
    references = fields.Text(readonly=True, prefetch=False, copy=False)
    # Users are told by "answered_id", which leaves out letters that they may not read.
    parent_id = fields.Many2one(
        "iris.email",
        "Answered letter",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups=fields.NO_ACCESS,
        copy=False,
    )
    fingerprint = fields.Char(readonly=True, copy=False)

    # They hold all that rights depend on, so that a search need not look at letters of others, and
    # the conversation, so that a page of conversations need not look at letters that it leaves out.
    _account_date_idx = models.Index(
        """(account_id, date DESC, id DESC) INCLUDE
        (type, state, responsible_id, company_id, custom_access, in_several, in_trash,
        conversation)"""
    )
    _responsible_date_idx = models.Index(
        """(responsible_id, date DESC, id DESC) INCLUDE
        (account_id, type, state, company_id, custom_access, in_several, in_trash, conversation)"""
    )
    _date_idx = models.Index(
        """(date DESC, id DESC) INCLUDE
        (account_id, type, state, responsible_id, company_id, custom_access, in_several,
        in_trash, conversation)"""
    )
    _id_idx = models.Index(
        """(id) INCLUDE
        (date, account_id, type, state, responsible_id, company_id, custom_access, in_several,
        in_trash, conversation)"""
    )
    _written_date_idx = models.Index(
        """(date DESC, id DESC) INCLUDE
        (account_id, type, state, responsible_id, company_id, custom_access, in_several, in_trash,
        conversation)
        WHERE type IN ('draft', 'template', 'outbox')"""
    )
    # In the form in which the ORM asks: PostgreSQL sees no other in it.
    _important_date_idx = models.Index(
        "(account_id, date DESC, id DESC) WHERE is_important IS TRUE"
    )
    _message_id_idx = models.Index("(message_id) WHERE message_id IS NOT NULL")
    _fingerprint_idx = models.Index("(fingerprint) WHERE fingerprint IS NOT NULL")
    _correspondent_email_idx = models.Index(
        "(correspondent_email) WHERE correspondent_email IS NOT NULL"
    )

    # -------------------------------------------------------------------------
    # Compute and search
    # -------------------------------------------------------------------------

    @api.depends("email_from", "email_to")
    def _compute_display_people(self):
        for letter in self:
            letter.sender_name = _get_names(letter.email_from)
            letter.recipient_names = _get_names(letter.email_to)

    @api.depends("type", "email_from", "email_to")
    def _compute_correspondent_email(self):
        for letter in self:
            people = letter.email_from if letter.type == "inbox" else letter.email_to
            letter.correspondent_email = get_correspondent(get_people(people)[:1])

    @api.depends("correspondent_email", "contact_id", "company_partner_id", "linked_by_hand")
    def _compute_candidate_ids(self):
        open_letters = self.filtered(
            lambda letter: (
                not (letter.contact_id or letter.company_partner_id) and not letter.linked_by_hand
            )
        )
        (self - open_letters).candidate_ids = False
        by_address = self.env["iris.email.linker"]._get_candidates(
            open_letters.mapped("correspondent_email"), self.env.user
        )
        for letter in open_letters:
            partners = by_address.get(letter.correspondent_email, self.env["res.partner"])
            letter.candidate_ids = partners.with_env(self.env)._filtered_access("read")

    @api.depends("source", "charset")
    def _compute_header_lines(self):
        for letter in self:
            raw = letter._get_original()[:HEADER_LIMIT] if letter._origin else b""
            letter.header_lines = "\n".join(
                f"{name}: {value}"
                for name, value in message.decoded_headers(raw, letter.charset or "")
            )

    # -------------------------------------------------------------------------
    # CRUD
    # -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            _note_correction(vals)
        letters = super().create(vals_list)
        written = letters.filtered(
            lambda letter: letter.type != "inbox" and not letter.linked_by_hand
        )
        if written:
            self.env["iris.email.linker"]._apply(written)
        return letters

    def write(self, vals):
        _note_correction(vals)
        result = super().write(vals)
        if {"email_to", "email_from"} & vals.keys():
            self.env["iris.email.linker"]._apply(
                self.filtered(lambda letter: not letter.linked_by_hand)
            )
        return result

    # -------------------------------------------------------------------------
    # Actions
    # -------------------------------------------------------------------------

    def action_toggle_important(self):
        """Set or take away the star."""
        for letter in self:
            letter.is_important = not letter.is_important

    def action_download_source(self):
        """Download the original letter, byte by byte as it came from the server."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/iris_email/letter/{self.id}/original",
            "target": "download",
        }

    def action_load_whole(self):
        """Load the rest of a letter of which only the header was loaded.

        :raises UserError: the server failed, or has the letter no more
        """
        self.ensure_one()
        self.check_access("read")
        self.env["iris.email.receiver"]._load_whole(self.sudo())
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_choose_contact(self):
        """Link the letter to the candidate that was pressed (``context['partner_id']``)."""
        self.ensure_one()
        partner = self.env["res.partner"].browse(self.env.context.get("partner_id", ()))
        if len(partner) != 1:
            raise UserError(self.env._("Choose the contact to link the letter to."))
        partner.check_access("read")
        company = partner if partner.is_company else partner.commercial_partner_id
        self.write(
            {
                "contact_id": False if partner.is_company else partner.id,
                "company_partner_id": company.id if company.is_company else False,
            }
        )

    # -------------------------------------------------------------------------
    # The original
    # -------------------------------------------------------------------------

    def _get_original(self):
        """Return the letter as it came, as far as the current user may see it.

        It is the copy of the mailbox that received it first. Whoever reads it through another
        mailbox gets it without the traces of its way, which name that one.

        :rtype: bytes
        :raises AccessError: the user may not read the letter
        """
        letter = self._origin  # not what a caller says that it would be
        raw = letter._get_source_attachment().raw or b""
        if letter.mailbox_id == letter.sudo().account_id:
            return raw
        return message.without_trace(raw)

    def _get_source_attachment(self):
        self.check_access("read")
        return super()._get_source_attachment()


def _note_correction(vals):
    """A contact or company that somebody set is not for the automatic link to change."""
    if {"contact_id", "company_partner_id"} & vals.keys():
        vals.setdefault("linked_by_hand", True)


def get_people(addresses):
    """Return the first people of an address list as ``tools.address.Address``."""
    return address.parse_addresses((addresses or "")[:LONGEST_SUBJECT].encode(), Charsets())


def _get_names(addresses, most=3):
    """Return the names (or addresses) of the first people of an address list."""
    people = get_people(addresses)
    names = ", ".join(get_name(person) for person in people[:most])
    return names + ", …" if len(people) > most else names


def get_name(person):
    # NFKC turns what only looks like an @ into one.
    if "@" in unicodedata.normalize("NFKC", person.name) and person.name != person.email:
        return f"{person.name} <{person.email}>"  # a name that looks like an address deceives
    return person.name or person.email


def get_correspondent(people):
    """Return the first address in the form in which partners have it, or False."""
    if not people:
        return False
    email = people[0].email
    return (email_normalize(email) or email.lower())[:LONGEST_ADDRESS] or False

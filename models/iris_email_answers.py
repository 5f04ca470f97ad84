import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_time

from ..tools import html_editing
from ..tools.address import format_addresses, read_typed

# As mail programs of several languages write it, also repeated and numbered.
_REPLY = re.compile(r"^\s*(?:(?:re|aw|sv|отв|на)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*:\s*)+", re.I)
_FORWARD = re.compile(r"^\s*(?:(?:fwd?|wg|пер|пересл)\s*(?:\[\d+\]|\(\d+\))?\s*:\s*)+", re.I)

# RFC 5322 §3.6.4 lets References grow without end; mail programs look at the latest ones.
MOST_REFERENCES = 30


class IrisEmail(models.Model):
    """Answering and passing on letters."""

    _inherit = "iris.email"

    answered_id = fields.Many2one(
        "iris.email",
        "Answer to",
        compute="_compute_answered_id",
        search="_search_answered_id",
        help="The letter that this one answers, if you may read it.",
    )
    answer_ids = fields.One2many(
        "iris.email", "parent_id", "Answers", readonly=True, groups=fields.NO_ACCESS
    )
    answer_count = fields.Integer("Number of answers", compute="_compute_answer_count")

    @api.depends("parent_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_answered_id(self):
        # That there is one tells of another mailbox, maybe of a blind copy.
        readable = self.sudo().parent_id.with_env(self.env)._filtered_access("read")
        for letter in self:
            letter.answered_id = letter.sudo().parent_id.with_env(self.env) & readable

    def _search_answered_id(self, operator, value):
        if operator == "any":
            return self._get_answers_domain(Domain(value))
        if operator != "in":
            return NotImplemented
        found = self._get_answers_domain(Domain("id", "in", set(value) - {False}))
        return found | ~self._get_answers_domain(Domain.TRUE) if False in value else found

    @api.model
    def _get_answers_domain(self, domain):
        """Return the domain of the answers to letters that the user may read.

        :param Domain domain: which of these, those in the trash as well
        """
        answered = self.with_context(active_test=False)._search(domain)
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "(%(parent)s IS NOT NULL AND %(parent)s IN %(answered)s)",
                parent=SQL.identifier(alias, "parent_id", to_flush=self._fields["parent_id"]),
                answered=answered.subselect(),
            ),
            predicate=lambda letter: letter.answered_id.filtered_domain(domain),
        )

    @api.depends("answer_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_answer_count(self):
        query = self._search(
            Domain("answered_id", "in", self._origin.ids)
            & Domain("type", "in", ("inbox", "sent"))
            & Domain("is_automatic", "=", False)
            & Domain("is_bounce", "=", False)
        )
        query.groupby = SQL.identifier(query.table, "parent_id")
        counts = dict(self.env.execute_query(query.select(query.groupby, SQL("count(*)"))))
        for letter in self:
            letter.answer_count = counts.get(letter._origin.id, 0)

    # -------------------------------------------------------------------------
    # Actions
    # -------------------------------------------------------------------------

    def action_reply(self):
        """Begin an answer to whoever wrote the letter, and open its card.

        :raises AccessError: the user may not read the letter
        :raises UserError: they may send from no mailbox, or the letter is none to answer
        """
        to, _cc = self._get_answer_recipients()
        return self._begin_answer(to, ())._open_card()

    def action_reply_all(self):
        """Begin an answer to all who have the letter, and open its card; see `action_reply`."""
        return self._begin_answer(*self._get_answer_recipients())._open_card()

    def action_forward(self):
        """Begin a letter that passes this one on, with its files, and open its card.

        :raises AccessError: the user may not read the letter
        :raises UserError: they may send from no mailbox, or the letter is loaded in part only
        """
        self._check_answerable()
        if self.is_partial:
            raise UserError(
                self.env._("This letter is loaded in part only: load the whole letter first.")
            )
        draft = self._begin_from_this({"subject": _prefix("Fwd: ", _FORWARD, self.subject)})
        self.sudo()._copy_files_to(draft)
        draft._begin_text(
            html_editing.forwarded(
                self._get_forward_heading(), self.body_html or "", self.body_text or ""
            )
        )
        return draft._open_card()

    def action_edit_as_new(self):
        """Begin a letter with the same text, recipients and files as this one, and open its card.

        :raises AccessError: the user may not read the letter
        :raises UserError: they may send from no mailbox
        """
        self.ensure_one()
        self.check_access("read")
        if self._get_direction() != "outgoing":
            raise UserError(self.env._("Only letters that were sent can be edited as new."))
        names = ("subject", "email_to", "email_cc", "email_bcc", "reply_to", "body_text")
        draft = self._begin_from_this({name: self[name] for name in names})
        self.sudo()._copy_files_to(draft)
        if self.body_html:
            draft.sudo().write(draft._prepare_body(self.body_html))
        return draft._open_card()

    def action_open_answers(self):
        """Show the answers to this letter: the only one, or a list."""
        self.ensure_one()
        answers = self.search([("answered_id", "=", self.id)])
        if len(answers) == 1:
            return answers._open_card()
        action = self.env["ir.actions.act_window"]._for_xml_id("iris_email.iris_email_action")
        return {
            **action,
            "name": self.env._("Answers"),
            "domain": [("answered_id", "=", self.id)],
            "context": {"iris_email_folder": "all"},
        }

    # -------------------------------------------------------------------------
    # To whom
    # -------------------------------------------------------------------------

    def _check_answerable(self):
        self.ensure_one()
        self.check_access("read")
        if self._is_unsent():
            raise UserError(self.env._("A letter that is not sent yet cannot be answered."))

    def _get_answer_recipients(self):
        """Return who gets an answer to all, and a copy of it (RFC 5322 §3.6.3).

        Own addresses are left out, unless nobody else is there.

        :return: two tuples of ``tools.address.Address``
        """
        self._check_answerable()
        to, cc = _read(self.email_to), _read(self.email_cc)
        if self.type == "inbox":
            authors = _read(self.reply_to) or _read(self.email_from)
            return self._split_recipients(authors, to, cc)
        return self._split_recipients(to, (), cc)

    def _split_recipients(self, authors, others, copies):
        own = self._get_own_addresses()
        seen = set()

        def take(people, is_left_out=lambda key: key in own):
            taken = []
            for person in people:
                key = person.email.lower()
                if "@" in key and key not in seen and not is_left_out(key):
                    seen.add(key)
                    taken.append(person)
            return taken

        first = take(authors) or take(authors, lambda key: False)
        return first, take([*others, *copies])

    def _get_own_addresses(self):
        """Return the addresses that are the user's own, in lower case."""
        accounts = self.env["iris.email.account"]
        mine = accounts.sudo().browse(accounts._get_sender_ids()) | self.mailbox_id.sudo()
        user = self.env.user
        return {address.lower() for address in (*mine.mapped("address"), user.email) if address}

    # -------------------------------------------------------------------------
    # The new letter
    # -------------------------------------------------------------------------

    def _begin_answer(self, to, cc):
        draft = self._begin_from_this(
            {
                "email_to": format_addresses(to),
                "email_cc": format_addresses(cc),
                "subject": _prefix("Re: ", _REPLY, self.subject),
                "in_reply_to": self.message_id,
                "references": self._get_references(),
                "parent_id": self.id,
            }
        )
        self.sudo()._copy_pictures_to(draft)
        draft._begin_text(
            html_editing.quote(
                self._get_reply_heading(), self.body_html or "", self.body_text or ""
            )
        )
        return draft

    def _begin_from_this(self, values):
        """Make a draft of the current user that goes on from this letter.

        It takes over contact and company, as far as the user may see them.

        :param dict values: what else is known of it; callers have checked it
        """
        contact = self.contact_id._filtered_access("read")
        company = self.company_partner_id._filtered_access("read")
        vals = {
            "type": "draft",
            "responsible_id": self.env.uid,
            "account_id": self._get_sender_account(self.mailbox_id).id,
            **values,
        }
        if contact or company:
            vals |= {"contact_id": contact.id, "company_partner_id": company.id}
        self.browse().check_access("create")
        return self._plain_sudo().create(vals).sudo(False)

    def _get_references(self):
        """Return References of an answer (RFC 5322 §3.6.4)."""
        known = (self.references or self.in_reply_to or "").split()
        ids = [*known, *filter(None, [self.message_id])]
        if len(ids) > MOST_REFERENCES:
            ids = [ids[0], *ids[1 - MOST_REFERENCES :]]
        return " ".join(dict.fromkeys(ids)) or False

    def _get_reply_heading(self):
        return "\n".join(
            [self.env._("You wrote:"), f"{self._get_date_in_words()}, {self.email_from or ''}"]
        )

    def _get_date_in_words(self):
        """Return the date of the letter in the user's language and time zone."""
        moment = fields.Datetime.context_timestamp(
            self.with_context(tz=self.env.user.tz), self.date
        )
        return self.env._(
            "%(date)s at %(time)s",
            date=format_date(self.env, moment.date(), date_format="long"),
            time=format_time(self.env, moment.timetz(), time_format="short"),
        )

    def _get_forward_heading(self):
        lines = [f"{name}: {value}" for name, value in self._get_heading()]
        return "\n".join([self.env._("Forwarded message:"), *lines])

    def _get_heading(self):
        """Return what stands above a letter that is passed on or printed.

        :return: pairs of name and value, in the user's language; what is empty is left out
        :rtype: list[tuple[str, str]]
        """
        lines = [
            (self.env._("From"), self.email_from),
            (self.env._("Date"), self._get_date_in_words()),
            (self.env._("Subject"), self.subject),
            (self.env._("To"), self.email_to),
            (self.env._("Cc"), self.email_cc),
        ]
        return [(name, value) for name, value in lines if value]

    # -------------------------------------------------------------------------
    # Files
    # -------------------------------------------------------------------------

    def _copy_files_to(self, draft):
        """Give a draft copies of the files, those within the text too (superuser mode)."""
        self._copy_attachments(draft, Domain("res_field", "=", False))

    def _copy_pictures_to(self, draft):
        """Give a draft copies of the pictures that the text shows (superuser mode)."""
        self._copy_attachments(
            draft, Domain("res_field", "=", False) & Domain("iris_inline", "=", True)
        )

    def _copy_attachments(self, draft, domain):
        files = draft._plain_sudo().env["iris.email.storage"]._get_attachment_model()
        domain &= Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id)
        for file in files.search(domain, order="id"):  # one at a time: they may be large
            file.copy({"res_id": draft.id})
            file.invalidate_recordset(["raw", "datas"])
        draft.sudo()._note_files()


def _read(addresses):
    return read_typed(addresses or "")[0]


def _prefix(prefix, pattern, subject):
    """Return a subject with a prefix, once."""
    return prefix + pattern.sub("", subject or "")

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.address import parse_addresses
from ..tools.charset import Charsets
from .iris_email import get_correspondent, get_name

# The web client asks for a letter and some neighbours.
MOST_LETTERS = 100

# Of one header field, and of one conversation: more is nobody's reading.
MOST_PEOPLE = 500
LONGEST_PEOPLE = 100_000
LONGEST_CONVERSATION = 100

_PEOPLE_FIELDS = ("email_from", "email_to", "email_cc", "email_bcc", "reply_to")
_MARKS = (
    "is_unread",
    "is_important",
    "is_answered",
    "is_automatic",
    "is_bounce",
    "is_list",
    "is_partial",
    "is_trashed",
    "is_undelivered",
)
_STORED = (
    "type",
    "state",
    "subject",
    "date",
    "preview",
    *_PEOPLE_FIELDS,
    "correspondent_email",
    "account_id",
    "contact_id",
    "company_partner_id",
    "responsible_id",
    "charset",
    "is_important",
    "is_answered",
    "is_automatic",
    "is_bounce",
    "is_list",
    "is_partial",
    "is_undelivered",
    "has_attachments",
    "send_at",
    "send_error",
    "send_attempts",
)
# Of the other letters of a conversation.
_SHOWN_OF_OTHERS = (
    "type",
    "email_from",
    "email_to",
    "date",
    "preview",
    "is_important",
    "has_attachments",
)


class IrisEmail(models.Model):
    """What the web client shows of letters beside their text, all at once."""

    _inherit = "iris.email"

    @api.readonly
    def get_reader(self):
        """Return what the reader of the web client shows of these letters.

        The number of queries does not depend on how many letters are asked for: the client asks
        for the neighbours of a letter beforehand.

        :return: a dictionary for each letter, in the order of these letters
        :rtype: list[dict]
        :raises AccessError: the user may not read one of them
        :raises UserError: these are more than 100
        """
        if len(self) > MOST_LETTERS:
            raise UserError(
                self.env._("Ask for %(most)s letters at most at a time.", most=MOST_LETTERS)
            )
        self.check_access("read")
        self.fetch(_STORED)
        people = {letter: letter._get_people_by_field() for letter in self}
        partners = self._match_people(people.values())
        with_html = self._filter_with_html()
        files = self._get_files_by_letter()
        trusting = self._filter_trusted()
        conversations = self._get_conversations()
        readable = self._get_linked_partners()
        return [
            {
                **letter._read_plainly(),
                **letter._read_links(readable),
                "people": _describe_people(people[letter], partners),
                "files": files[letter.id],
                "has_html": letter in with_html,
                "trusts_images": letter in trusting,
                "charset": letter.charset,
                "conversation": conversations[letter],
            }
            for letter in self
        ]

    def _read_plainly(self):
        to_string = fields.Datetime.to_string
        return {
            "id": self.id,
            "type": self.type,
            "state": self.state,
            "subject": self.subject or "",
            "date": to_string(self.date),
            "preview": self.preview or "",
            **{mark: self[mark] for mark in _MARKS},
            "undelivered_note": self.undelivered_note or "",
            "send_at": to_string(self.send_at),
            "send_error": self.send_error or "",
            "send_attempts": self.send_attempts,
            "may": {
                what: self[f"can_{what}"] for what in ("edit", "delete", "access", "send", "write")
            },
        }

    # -------------------------------------------------------------------------
    # To what it belongs
    # -------------------------------------------------------------------------

    def _get_linked_partners(self):
        """Return those contacts and companies of the letters that the user may read."""
        linked = self.contact_id | self.company_partner_id | self.candidate_ids
        return linked._filtered_access("read")

    def _read_links(self, readable):
        """Return what the letter belongs to, each with its name.

        :param readable: the partners that may be named
        """
        return {
            "mailbox": _describe(self.mailbox_id),
            "company": _describe(self.company_partner_id & readable),
            # The company stands beside it.
            "contact": _describe(
                (self.contact_id & readable).with_context(partner_display_name_hide_company=True)
            ),
            # Colleagues are named everywhere in Odoo, whatever the rules on their cards.
            "responsible": _describe(self.responsible_id.sudo()),
            "candidates": [_describe(partner) for partner in self.candidate_ids & readable],
        }

    # -------------------------------------------------------------------------
    # People
    # -------------------------------------------------------------------------

    def _get_people_by_field(self):
        """Return the people of each header field as ``tools.address.Address``."""
        return {
            name: parse_addresses((self[name] or "")[:LONGEST_PEOPLE].encode(), Charsets())[
                :MOST_PEOPLE
            ]
            for name in _PEOPLE_FIELDS
        }

    @api.model
    def _match_people(self, people_of_letters):
        """Find the cards of people, with one query for all of them.

        Of several with the same address a person comes before a company, and the oldest before
        the others.

        :param people_of_letters: what `_get_people_by_field` returned
        :return: normalised address → id of a partner that the user may read
        :rtype: dict[str, int]
        """
        addresses = {
            get_correspondent([person])
            for fields_of_letter in people_of_letters
            for people in fields_of_letter.values()
            for person in people
        }
        partners = self.env["res.partner"].search_fetch(
            Domain("email_normalized", "in", list(addresses - {False})),
            ["email_normalized", "is_company", "type"],
            order="id",
        )
        found = {}
        for partner in partners.sorted(lambda one: (one.is_company, one.type != "contact")):
            found.setdefault(partner.email_normalized, partner.id)
        return found

    # -------------------------------------------------------------------------
    # Text and files
    # -------------------------------------------------------------------------

    def _filter_with_html(self):
        """Return those letters that have HTML, without reading it."""
        letters = self.sudo().with_context(active_test=False)
        return letters.search([("id", "in", self.ids), ("body_html", "not in", [False, ""])])

    def _get_files_by_letter(self):
        """Return the files of the letters; who may read a letter may read its files.

        :rtype: dict[int, list[dict]]
        """
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(
                self._get_files_domain(),
                ["res_id", "name", "mimetype", "file_size"],
                order="id",
            )
        )
        by_letter = defaultdict(list)
        for file in files:
            by_letter[file.res_id].append(
                {
                    "id": file.id,
                    "name": file.name,
                    "mimetype": file.mimetype or "application/octet-stream",
                    "size": file.file_size,
                }
            )
        return by_letter

    def _get_files_domain(self):
        """Return the domain of the letters' files, without the pictures that their texts show."""
        return (
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", self.ids)
            & Domain("res_field", "=", False)
            & Domain("iris_inline", "=", False)
        )

    # -------------------------------------------------------------------------
    # The conversation
    # -------------------------------------------------------------------------

    def _get_conversations(self):
        """Return what is shown of the other letters of each letter's conversation.

        :rtype: dict[iris.email, list[dict]]
        """
        members = self._get_conversation_letters()
        everybody = self.browse({letter.id for letters in members.values() for letter in letters})
        described = {
            letter: {
                "id": letter.id,
                "type": letter.type,
                "sender_name": letter.sender_name,
                "date": fields.Datetime.to_string(letter.date),
                "preview": letter.preview or "",
                "is_unread": letter.is_unread,
                "is_important": letter.is_important,
                "has_attachments": letter.has_attachments,
            }
            for letter in everybody
        }
        return {letter: [described[one] for one in members[letter]] for letter in self}

    def _get_conversation_letters(self):
        """Return the letters of each letter's conversation, oldest first, itself among them.

        Only what the user may read and what is not in the trash; the newest ones of many.

        :rtype: dict[iris.email, iris.email recordset]
        """
        newest = self._get_newest_sql(LONGEST_CONVERSATION, "date")
        rows = self.env.execute_query(
            SQL("SELECT key, id FROM (%s) AS newest ORDER BY date, id", newest)
        )
        ids_by_key = defaultdict(list)
        for key, letter_id in rows:
            ids_by_key[key].append(letter_id)
        self.browse(letter_id for _key, letter_id in rows).fetch(_SHOWN_OF_OTHERS)
        members = {}
        for letter in self:
            key = letter.sudo().conversation or str(letter.id)
            newest = self.browse(ids_by_key[key])
            if letter not in newest:  # it is too old, or in the trash
                newest = newest[1 - LONGEST_CONVERSATION :] | letter
            members[letter] = newest.sorted(lambda one: (one.date, one.id))
        return members


def _describe(record):
    """Return the id and the name of a record, or False of none."""
    return {"id": record.id, "name": record.display_name or ""} if record else False


def _describe_people(people_by_field, partners):
    return {
        name: [
            {
                "name": get_name(person),
                "email": person.email,
                "partner_id": partners.get(get_correspondent([person]), False),
            }
            for person in people
        ]
        for name, people in people_by_field.items()
    }

from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain


class Link(NamedTuple):
    """What one address stands for: record ids, or False where it is open."""

    contact_id: int | bool = False
    company_partner_id: int | bool = False
    responsible_id: int | bool = False


class IrisEmailLinker(models.AbstractModel):
    """Finds the contact and the company behind an address (guide A2, F5, F6)."""

    _name = "iris.email.linker"
    _description = "Linking of letters to contacts and companies"

    @api.model
    def _match(self, addresses, users):
        """Return the link of each address, with one query for all of them.

        :param addresses: iterable of normalised addresses (lower case)
        :param users: the ``res.users`` who will read the letters: no card is named to them that
            belongs to a company (``res.company``) which is not theirs
        :rtype: dict[str, Link]
        """
        by_address = self._get_candidates(addresses, users)
        return {address: self._choose(partners) for address, partners in by_address.items()}

    @api.model
    def _get_candidates(self, addresses, users):
        """Return the partners that have one of the addresses.

        :param users: see `_match`
        :rtype: dict[str, res.partner recordset]
        """
        partners = (
            self.env["res.partner"]
            .sudo()
            .search_fetch(
                Domain("email_normalized", "in", list({one for one in addresses if one}))
                & Domain("company_id", "in", [False, *_get_common_companies(users).ids]),
                ["email_normalized", "is_company", "type", "commercial_partner_id", "user_id"],
                order="id",
            )
        )
        # Their employers, too, with one query for all.
        partners.commercial_partner_id.fetch(["is_company", "user_id"])
        by_address = defaultdict(partners.browse)
        for partner in partners:
            by_address[partner.email_normalized] |= partner
        return by_address

    @api.model
    def _choose(self, partners):
        """Decide between the partners of one address, or leave it open.

        A person is preferred over a company only where they belong together. Further addresses
        of a card (invoice, delivery) stand for the card itself.
        """
        cards = partners.browse(
            {
                (
                    partner
                    if partner.is_company or partner.type == "contact"
                    else partner.commercial_partner_id
                ).id
                for partner in partners
            }
        )
        persons = cards.filtered(lambda partner: not partner.is_company)
        companies = cards - persons
        if len(persons) > 1 or len(companies) > 1:
            return Link()
        company = companies
        if persons:
            employer = persons.commercial_partner_id.filtered("is_company")
            if companies and employer != companies:
                return Link()
            company = employer
        responsible = persons.user_id or company.user_id
        return Link(persons.id, company.id, responsible.id)

    @api.model
    def _link_new_partners(self, partners):
        """Link letters that waited for these partners; corrections by hand stay.

        :param partners: ``res.partner`` records that were made or got another address
        """
        addresses = {address for address in partners.sudo().mapped("email_normalized") if address}
        if not addresses:
            return
        letters = (
            self.env["iris.email"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("correspondent_email", "in", list(addresses)),
                    ("linked_by_hand", "=", False),
                    ("contact_id", "=", False),
                    ("company_partner_id", "=", False),
                ]
            )
        )
        self._apply(letters)

    @api.model
    def _apply(self, letters):
        """Link letters by their correspondent's address: one write for each address."""
        for readers, theirs in letters.grouped(self._get_readers).items():
            links = self._match(theirs.mapped("correspondent_email"), readers)
            for address, same in theirs.grouped("correspondent_email").items():
                link = links.get(address, Link())
                same.sudo().write(
                    {
                        "contact_id": link.contact_id,
                        "company_partner_id": link.company_partner_id,
                        "linked_by_hand": False,
                    }
                )

    @api.model
    def _get_readers(self, letter):
        if letter.type == "inbox":
            return letter.sudo().account_id._get_readers()
        return letter.sudo().responsible_id


def _get_common_companies(users):
    """Return the companies (``res.company``) that all these users may work in."""
    companies = users[:1].sudo().company_ids
    for user in users[1:].sudo():
        companies &= user.company_ids
    return companies

from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain

# As many letters as the tab shows at a time; the smart button leads to all of them.
TAB_LETTERS = 80


class ResPartner(models.Model):
    _inherit = "res.partner"

    iris_email_ids = fields.Many2many(
        "iris.email",
        string="Mail",
        compute="_compute_iris_email_ids",
        help="The latest letters of this contact; of a company, also those of its people.",
    )
    iris_email_count = fields.Integer("Letters", compute="_compute_iris_email_count")

    _iris_email_normalized_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

    def _get_iris_email_domain(self):
        """Return the domain of the letters of one partner (guide F5, F6)."""
        self.ensure_one()
        return Domain("contact_id", "child_of", self.id) | Domain(
            "company_partner_id", "child_of", self.id
        )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_iris_email_ids(self):
        letters = self.env["iris.email"]
        for partner in self:
            # A form shows one partner; lists never ask for this field.
            partner.iris_email_ids = (
                letters.search(partner._get_iris_email_domain(), limit=TAB_LETTERS)
                if partner.id and letters.has_access("read")
                else letters
            )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_iris_email_count(self):
        self.iris_email_count = 0
        if not self.ids or not self.env["iris.email"].has_access("read"):
            return
        family = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        counts = self.env["iris.email"]._read_group(
            Domain("contact_id", "in", family.ids) | Domain("company_partner_id", "in", family.ids),
            ["contact_id", "company_partner_id"],
            ["__count"],
        )
        parents = {partner.id: partner.parent_id.id for partner in family}
        totals = Counter()
        for contact, company, count in counts:
            for partner_id in _get_line(contact.id, parents) | _get_line(company.id, parents):
                totals[partner_id] += count
        for partner in self:
            partner.iris_email_count = totals[partner.id]

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["iris.email.linker"]._link_new_partners(partners)
        return partners

    def write(self, vals):
        result = super().write(vals)
        if "email" in vals or vals.get("active"):
            self.env["iris.email.linker"]._link_new_partners(self)
        return result

    def action_open_iris_emails(self):
        """Show all letters of this contact or company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("iris_email.iris_email_action")
        action["domain"] = list(self._get_iris_email_domain())
        action["context"] = {"iris_email_folder": "all"}
        return action


def _get_line(partner_id, parents):
    """Return a partner and those above it, as far as they are in ``parents`` (id → id)."""
    line = set()
    while partner_id in parents and partner_id not in line:
        line.add(partner_id)
        partner_id = parents[partner_id]
    return line

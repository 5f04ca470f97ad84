import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class IrisEmail(models.Model):
    """Who becomes responsible for a letter once it is sent (guide F8).

    Until then it stays with its author: the rights on an unsent letter follow the responsible, so
    naming another one at once would take it away from whoever is writing it.
    """

    _inherit = "iris.email"

    next_responsible_id = fields.Many2one(
        "res.users",
        "Responsible once sent",
        domain=[("share", "=", False)],
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Becomes responsible when the letter has been sent. Until then it stays with its"
        " author.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        letters._check_next_responsible()
        return letters

    def write(self, vals):
        result = super().write(vals)
        if "next_responsible_id" in vals:
            self._check_next_responsible()
        return result

    def _check_next_responsible(self):
        """Let nobody choose whom they could not name now: whoever sends it would do it for them.

        :raises AccessError: somebody would get what the user does not hold
        """
        if self.env.su:
            return
        for chosen, letters in self.grouped("next_responsible_id").items():
            if chosen:
                letters._check_passing_on(chosen)

    def _pass_on(self):
        """Make those responsible for sent letters whom their senders chose (superuser mode).

        They do so in their own name: by the rights that they have now, and logged. A letter that
        they may not pass on any more stays with them.
        """
        for letter in self.filtered("next_responsible_id"):
            chosen = letter.next_responsible_id
            letter.next_responsible_id = False
            sender = letter.sent_by_id
            if not sender.active and sender.id != SUPERUSER_ID:
                continue
            # The companies of the context are those of somebody else.
            theirs = letter.with_user(sender).with_context(allowed_company_ids=None)
            try:
                with self.env.cr.savepoint():
                    theirs.responsible_id = chosen
            except UserError as error:
                _logger.info("Letter %s is not passed on (%s)", letter.id, type(error).__name__)

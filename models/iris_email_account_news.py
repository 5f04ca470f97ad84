from odoo import models


class IrisEmailAccount(models.Model):
    """Says that letters have come, to those who may read them."""

    _inherit = "iris.email.account"

    def _announce(self, count):
        """Tell the readers of the mailbox how many letters came, as soon as that is committed.

        Nothing of the letters is told: whoever hears of them asks for them by their own rights.

        :param int count: 0: nothing is told
        """
        self.ensure_one()
        if count:
            news = {"account_id": self.id, "count": count}
            self._get_readers()._bus_send("iris_email/new_letters", news)

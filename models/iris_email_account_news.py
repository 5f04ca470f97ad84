from odoo import models
from odoo.tools import SQL


class IrisEmailAccount(models.Model):
    """Which letters have come, and who hears of it."""

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

    def _get_has_letter_sql(self, alias):
        """Return the condition that the mailbox has a letter, whichever received it first.

        :param str alias: of the table of letters
        """
        self.ensure_one()
        return SQL(
            """(%(account_of)s = %(account)s OR %(in_several)s AND EXISTS (
                SELECT FROM iris_email_other_account_rel
                 WHERE email_id = %(letter)s AND account_id = %(account)s
            ))""",
            account_of=SQL.identifier(alias, "account_id"),
            in_several=SQL.identifier(alias, "in_several"),
            letter=SQL.identifier(alias, "id"),
            account=self.id,
        )

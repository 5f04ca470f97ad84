from typing import NamedTuple

from odoo import api, models
from odoo.tools import ormcache


class Grants(NamedTuple):
    """On which letters somebody holds one permission, letters with an own access list aside.

    The lists are short, whatever the number of letters, so that rules made of them use indexes.
    """

    incoming: tuple[int, ...]  # accounts whose incoming letters
    outgoing: tuple[int, ...]  # accounts whose outgoing letters, once they are handed over
    responsibles: tuple[int, ...] | None  # users for whose letters; None: whoever is responsible


class IrisEmailGrants(models.AbstractModel):
    """What the rows of rights mean for the current user: looked up once, then cached.

    Each change of a row drops the cache in all processes.
    """

    _name = "iris.email.grants"
    _description = "Rights of the current user"

    @api.model
    def _get(self, permission):
        """Return the grants of one permission to the current user.

        :param str permission: ``read``, ``edit``, ``delete`` or ``access``
        :rtype: Grants
        """
        who = self._get_who()
        user_id, group_ids, _company_ids = who
        return Grants(
            self._get_cached_account_ids("incoming", *who, permission),
            self._get_cached_account_ids("outgoing", *who, permission),
            self._get_cached_responsible_ids(user_id, group_ids, permission),
        )

    @api.model
    def _get_sender_ids(self):
        """Return the ids of the accounts from which the current user may send (guide C7).

        :rtype: tuple[int, ...]
        """
        return self._get_cached_account_ids("incoming", *self._get_who(), "send")

    @api.model
    def _get_shared_ids(self):
        """Return the ids of the accounts on which a row of rights names the current user.

        :rtype: set[int]
        """
        who = self._get_who()
        return {
            *self._get_cached_account_ids("incoming", *who, None),
            *self._get_cached_account_ids("outgoing", *who, None),
        }

    @api.model
    def _get_who(self):
        """Return what the answers depend on: the user, their groups, the companies they work in."""
        user = self.env.user
        return user.id, user._get_group_ids(), self.env.companies._ids

    @api.model
    @ormcache("direction", "user_id", "group_ids", "company_ids", "permission")
    def _get_cached_account_ids(self, direction, user_id, group_ids, company_ids, permission):
        rights = self.env[f"iris.email.{direction}.right"]
        user = self.env["res.users"].browse(user_id)
        companies = self.env["res.company"].browse(company_ids)
        return rights._get_account_ids(user, companies, permission)

    @api.model
    @ormcache("user_id", "group_ids", "permission")
    def _get_cached_responsible_ids(self, user_id, group_ids, permission):
        user = self.env["res.users"].browse(user_id)
        return self.env["iris.email.default.access"]._get_responsible_ids(user, permission)

"""Odoo as a library: the process of one measurement, with one database."""

import logging
from contextlib import contextmanager

import odoo
from odoo.modules.registry import Registry
from odoo.service.model import execute_cr
from odoo.tools import config

from . import mailbox


class OdooSession:
    """A loaded Odoo.

    :param database: name of a database with the addon
    """

    def __init__(self, database: str):
        config.parse_config(["--database", database, "--no-http"])
        logging.getLogger().setLevel(logging.WARNING)
        self.registry = Registry(database)

    @contextmanager
    def environment(self):
        """Context manager of the superuser's environment; what it did is committed."""
        with self.registry.cursor() as cursor:
            yield odoo.api.Environment(cursor, odoo.api.SUPERUSER_ID, {})

    def call(self, user_id: int, model: str, method: str, *arguments):
        """Call a public method as the web client does: a transaction and an environment of its own.

        :return: what the method returns
        """
        self.registry.check_signaling()
        with self.registry.cursor() as cursor:
            return execute_cr(cursor, user_id, model, method, arguments, {})


def make_mailbox(session: OdooSession, *, host: str, port: int, login: str, password: str):
    """Make a user who may read one mailbox, and the cards of some of its correspondents.

    :return: ids of the user and of the mail account
    """
    with session.environment() as env:
        user = env["res.users"].create({"name": "Sales", "login": "bench", "email": mailbox.OWNER})
        account = env["iris.email.account"].create(
            {
                "address": mailbox.OWNER,
                "incoming_host": host,
                "incoming_port": port,
                "incoming_login": login,
                "incoming_password": password,
                "incoming_right_ids": [odoo.fields.Command.create({"user_id": user.id})],
            }
        )
        people = mailbox.people()
        companies = env["res.partner"].create(
            [
                {"name": f"Company {number}", "is_company": True}
                for number in range(len(people) // 5)
            ]
        )
        env["res.partner"].create(
            [
                {
                    "name": person.name,
                    "email": person.email,
                    "parent_id": companies[number // 5].id,
                }
                for number, person in enumerate(people)
                if number % 2
            ]
        )
        return user.id, account.id

"""Sets up the demo's users, contacts and mail accounts: feed it to ``odoo shell``.

The environment variable DEMO_PORTS_FILE names the mail server's ports file. A second run changes
what differs and adds what is missing. What the demo's visitors see is told in WELCOME.txt.
"""

import json
import os
import sys
from pathlib import Path

from odoo import Command
from odoo.modules.module import Manifest

sys.path.insert(0, str(Path(Manifest.for_addon("iris_email").path).resolve() / "dev" / "demo"))
from letters import cast  # noqa: E402 - odoo shell reads this file from its standard input
from own_letters import set_up_own_letters  # noqa: E402

HOST = "127.0.0.1"
ENGLISH, RUSSIAN = "en_US", "ru_RU"
# login and password, person, language, may create contacts
USERS = (
    ("anna", cast.ANNA, RUSSIAN, True),
    ("dmitry", cast.DMITRY, ENGLISH, True),
    ("olga", cast.OLGA, RUSSIAN, False),
)
# Whose customers and suppliers they are.
DMITRYS_COMPANIES = {"alatau", "zerno", "lianhe"}
ALL = ("read", "edit", "delete", "access")
# mailbox, login, what they may do, may send, sends from it by default
RIGHTS = (
    (cast.SALES_BOX, "anna", ALL, True, False),
    (cast.SALES_BOX, "dmitry", ("read", "edit"), True, True),
    (cast.ANNA_BOX, "anna", ALL, True, True),
    (cast.OFFICE_BOX, "admin", ALL, True, True),
)


def save(env, model, domain, values):
    """Return the record that `domain` finds, with `values` written; or a new one."""
    record = env[model].with_context(active_test=False).search(domain, limit=1)
    if record:
        record.write(values)
        return record
    return env[model].create(values)


def set_up_users(env):
    """Return the demo's users by login; the passwords are the logins."""
    for code in (ENGLISH, RUSSIAN):
        env["res.lang"]._activate_lang(code)
    users = {"admin": env.ref("base.user_admin")}
    users["admin"].write(
        {
            "lang": ENGLISH,
            "password": "admin",
            "group_ids": [Command.link(env.ref("iris_email.group_manager").id)],
        }
    )
    env.company.write({"name": "Северная линия", "email": cast.OFFICE_BOX.address})
    for login, person, language, creates_contacts in USERS:
        groups = env.ref("base.group_user")
        if creates_contacts:
            groups |= env.ref("base.group_partner_manager")
        values = {
            "login": login,
            "password": login,
            "name": person.name,
            "email": person.email,
            "lang": language,
            "tz": "Europe/Moscow",
            "group_ids": [Command.set(groups.ids)],
        }
        users[login] = save(env, "res.users", [("login", "=", login)], values)
        users[login].partner_id.function = person.function
    return users


def set_up_partners(env, users):
    """Create the companies and people of the demo's address book."""
    countries = {country.code: country.id for country in env["res.country"].search([])}
    companies = {}
    for company in filter(lambda company: company.known, cast.COMPANIES.values()):
        keeper = users["dmitry" if company.key in DMITRYS_COMPANIES else "anna"]
        companies[company.key] = save(
            env,
            "res.partner",
            [("email", "=", company.email), ("is_company", "=", True)],
            {
                "name": company.name,
                "is_company": True,
                "email": company.email,
                "phone": company.phone,
                "city": company.city,
                "country_id": countries[company.country],
                "user_id": keeper.id,
            },
        )
    for person in cast.PEOPLE:
        company = companies.get(person.company, env["res.partner"])
        save(
            env,
            "res.partner",
            [
                ("email", "=", person.email),
                ("name", "=", person.name),
                ("is_company", "=", False),
            ],
            {
                "name": person.name,
                "email": person.email,
                "parent_id": company.id,
                "function": person.function,
                "phone": person.phone,
                "user_id": (company.user_id or users["anna"]).id,
            },
        )


def set_up_accounts(env, users, ports):
    """Return the mail accounts, with who may do what with their letters."""
    accounts = {}
    for mailbox in cast.MAILBOXES:
        values = {"address": mailbox.address, "description": mailbox.description, "active": True}
        for direction, protocol in (("incoming", "pop3"), ("outgoing", "smtp")):
            values |= {
                f"{direction}_host": HOST,
                f"{direction}_port": ports[protocol],
                f"{direction}_login": mailbox.address,
                f"{direction}_password": mailbox.password,
                f"{direction}_encryption": "none",
            }
        accounts[mailbox] = save(
            env, "iris.email.account", [("address", "=", mailbox.address)], values
        )
    for mailbox, login, permitted, may_send, default_sender in RIGHTS:
        row = {"account_id": accounts[mailbox].id, "user_id": users[login].id}
        domain = [(name, "=", value) for name, value in row.items()]
        row |= {f"perm_{name}": name in permitted for name in ALL}
        save(env, "iris.email.outgoing.right", domain, row)
        row |= {"may_send": may_send, "default_sender": default_sender}
        save(env, "iris.email.incoming.right", domain, row)
    return accounts


def set_up(env):
    """Set everything up and commit."""
    ports = json.loads(Path(os.environ["DEMO_PORTS_FILE"]).read_text("utf-8"))
    env = env(context=dict(env.context, no_reset_password=True, lang=ENGLISH))
    users = set_up_users(env)
    set_up_partners(env, users)
    accounts = set_up_accounts(env, users, ports)
    set_up_own_letters(env, users, accounts)
    # The shell rolls back at its end; nothing else runs in this transaction.
    env.cr.commit()  # pylint: disable=invalid-commit


set_up(env)  # noqa: F821 - odoo shell provides it

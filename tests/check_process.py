# pylint: disable=invalid-commit,print-used
"""Checks and sends mail in processes that commit and can be killed, in a database of their own.

The file is also the program of the parent process. It loads Odoo once and forks a child for each
line on stdin, ``["function", argument, …]``. On stdout it answers with the child's process id, and
when the child has ended, with what the function returned, or null if the child was killed.
"""

import base64
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Small transactions, so that a kill meets many different moments.
BATCH_LETTERS = 10


class CheckProcess:
    """A copy of the test's database, and a process that works in it. A context manager.

    No cursor on the test's own database may be open when it starts.

    :ivar database: the name of the copy
    """

    def __enter__(self):
        from odoo import sql_db
        from odoo.tests.common import get_db_name
        from odoo.tools import config

        original = get_db_name()
        self.database = f"{original}_checks"
        sql_db.close_db(original)
        self._execute(f'DROP DATABASE IF EXISTS "{self.database}"')
        self._execute(f'CREATE DATABASE "{self.database}" TEMPLATE "{original}"')
        self._filestore = Path(config.filestore(original)).parent / self.database
        command = [
            *(sys.executable, "-P", __file__, self.database, str(config["config"] or "")),
            f"--data-dir={config['data_dir']}",
            f"--addons-path={','.join(config['addons_path'])}",
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._read()
        return self

    def __exit__(self, *_error):
        from odoo import sql_db

        self._process.communicate(timeout=30)  # closes its stdin
        sql_db.close_db(self.database)
        self._execute(f'DROP DATABASE "{self.database}"')
        shutil.rmtree(self._filestore, ignore_errors=True)

    def start(self, function, *arguments):
        """Let a child run a function of this module; return the child's process id."""
        self._process.stdin.write(json.dumps([function, *arguments]) + "\n")
        self._process.stdin.flush()
        return self._read()

    def finish(self):
        """Wait for the child; return what its function returned, or None if it was killed."""
        return self._read()

    def run(self, function, *arguments):
        """Let a child run a function of this module; return what it returned."""
        self.start(function, *arguments)
        return self.finish()

    def cursor(self):
        """Return a real cursor on the copy."""
        from odoo import sql_db

        return sql_db.db_connect(self.database).cursor()

    def _read(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("The process of the checks has ended.")
        return json.loads(line)

    @staticmethod
    def _execute(statement):
        from odoo import sql_db

        with sql_db.db_connect("postgres").cursor() as cr:
            cr._cnx.autocommit = True
            cr.execute(statement)


# ---- what the children do ----


def make_account(env, values):
    """Make an account; return its id."""
    return env["iris.email.account"].create(values).id


def check(env, account_id):
    """Check mail step by step; return the sums, and by how many MB the memory has grown."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    account = env["iris.email.account"].browse(account_id)
    sums = {"processed": 0, "new": 0, "busy": False, "error": False}
    while True:
        result = account.check_mail_step()
        for name in sums:
            sums[name] = sums[name] or result[name]
        if result["finished"]:
            after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            return {**sums, "grown_mb": (after - before) / 1024}


def check_side_by_side(env, account_ids):
    """Check mail of several accounts, or of one twice, at the same time; return all results."""

    def check_one(account_id):
        with env.registry.cursor() as cr:
            return check(env(cr=cr), account_id)

    with ThreadPoolExecutor(len(account_ids)) as pool:
        return list(pool.map(check_one, account_ids))


def load_whole(env, account_id):
    """Load the rest of all large letters; return by how many MB the memory has grown."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    letters = env["iris.email"].search([("account_id", "=", account_id), ("is_partial", "=", True)])
    for letter in letters:
        letter.action_load_whole()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"grown_mb": (after - before) / 1024}


def list_letters(env, account_id):
    """Return what is stored: digests of the original and of the files by name, of each letter."""
    letters = env["iris.email"].search([("account_id", "=", account_id)], order="id")
    return [
        [
            _digest(base64.b64decode(letter.source or b"")),
            {file.name: _digest(file.raw) for file in letter.attachment_ids},
        ]
        for letter in letters
    ]


def list_receipts(env, account_id):
    """Return UIDL and state of the account's ledger."""
    receipts = env["iris.email.receipt"].search([("account_id", "=", account_id)], order="id")
    return [[receipt.uidl, receipt.state] for receipt in receipts]


def queue_letters(env, values, count):
    """Make an account from which the administrator sends, and put letters into its queue.

    :param dict values: of the account
    :return: ids of the letters
    """
    from odoo.fields import Command

    admin = env.ref("base.user_admin")
    rights = [Command.create({"user_id": admin.id, "may_send": True})]
    account = env["iris.email.account"].create({**values, "incoming_right_ids": rights})
    letters = env["iris.email"].with_user(admin)
    letters = letters.create(
        [
            {
                "account_id": account.id,
                "email_to": "anna@example.com",
                "email_cc": "boris@example.com",
                "subject": f"Letter {number}",
                "body": f"<p>Text {number}</p>",
            }
            for number in range(count)
        ]
    )
    letters.send_letters()
    letters.release_letters()
    return letters.ids


def send(env):
    """Work the queue, as the scheduled action does."""
    env["iris.email.sender"]._cron_send()


def send_side_by_side(env, workers):
    """Work the queue in several threads at the same time."""

    def work(_number):
        with env.registry.cursor() as cr:
            send(env(cr=cr))

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))


def list_states(env, ids):
    """Return type, state and subject of letters."""
    return [[letter.type, letter.state, letter.subject] for letter in env["iris.email"].browse(ids)]


def _digest(content):
    return hashlib.sha256(content).hexdigest()


# ---- the parent process ----


def main(database, configuration, *options):
    import odoo
    from odoo import sql_db
    from odoo.modules.registry import Registry

    given = ["-c", configuration] if configuration else []
    odoo.tools.config.parse_config([*given, "-d", database, "--log-level=critical", *options])
    registry = Registry(database)
    from odoo.addons.iris_email.models import iris_email_receiver

    iris_email_receiver.BATCH_LETTERS = BATCH_LETTERS
    sql_db.close_all()
    _answer("ready")
    for line in sys.stdin:
        _run_child(registry, *json.loads(line))


def _run_child(registry, function, *arguments):
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        from odoo import SUPERUSER_ID
        from odoo.api import Environment

        with registry.cursor() as cr, os.fdopen(writable, "w") as result:
            env = Environment(cr, SUPERUSER_ID, {})
            value = globals()[function](env, *arguments)
            cr.commit()
            result.write(json.dumps(value))
        os._exit(0)
    os.close(writable)
    _answer(child)
    with os.fdopen(readable) as result:
        text = result.read()
    os.waitpid(child, 0)
    _answer(json.loads(text) if text else None)


def _answer(value):
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

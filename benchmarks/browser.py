"""What a reader waits for in Chromium: a mailbox of 100,000 letters, served by a running Odoo.

Beside it stands what Odoo's plain list and form need for the same letters.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from dev import console, node

from . import bulk_load, mailbox, million_letters, processes, texts
from .million_letters import BIG, CLOSED, SPARSE, TWO, WORDS
from .odoo_session import OdooSession

LOGIN = "two"
# Of a million letters: all are in the two mailboxes of one user.
SIZES = {BIG: 0, TWO[0]: 700_000, TWO[1]: 300_000, SPARSE: 0, CLOSED: 0}
HTML_BODIES = 2_000
STARTS_WITHIN_SECONDS = 120
_SCRIPT = Path(__file__).parent / "in_chromium" / "measure.cjs"

_GIVE_HTML = """
    UPDATE iris_email SET body_html = body
      FROM pool_html WHERE number = iris_email.id %% %(bodies)s AND iris_email.id %% 2 = 0
"""
# Odoo's own views of the same letters, without any of the addon's widgets.
_PLAIN_VIEWS = {
    "list": """
        <list default_order="date desc, id desc" limit="60">
            <field name="is_important" widget="boolean_favorite" nolabel="1"/>
            <field name="sender_name"/>
            <field name="subject"/>
            <field name="preview"/>
            <field name="date"/>
        </list>
    """,
    "form": """
        <form>
            <sheet>
                <h1><field name="subject" readonly="1"/></h1>
                <group>
                    <field name="email_from" readonly="1"/>
                    <field name="email_to" readonly="1"/>
                    <field name="date" readonly="1"/>
                    <field name="company_partner_id"/>
                    <field name="contact_id"/>
                    <field name="responsible_id"/>
                </group>
                <field name="body_text" readonly="1"/>
            </sheet>
        </form>
    """,
}


def measure(database: str, letters: int) -> dict:
    """Fill a database, serve it, and let Chromium read.

    :return: what ``measure.cjs`` prints; see there
    :raises RuntimeError: Odoo or Chromium did not do what was expected
    """
    console.speak_on_standard_error()
    session = OdooSession(database)
    million_letters.fill(session, letters, SIZES)
    with session.environment() as env:
        _fill_html(env.cr)
        user = env["res.users"].search([("login", "=", LOGIN)])
        user.write({"password": LOGIN, "lang": "en_US"})
        action = _make_plain_action(env)
    with _serve(database) as address:
        return _run_in_chromium(
            address=address,
            login=LOGIN,
            plainAction=action,
            word=WORDS["one_percent"][0],
            sender=mailbox.people(1)[0].name,
        )


def _fill_html(cursor) -> None:
    """Give every second letter the HTML of one of some bodies."""
    cursor.execute("CREATE TEMP TABLE pool_html (number int, body text) ON COMMIT DROP")
    random = Random("html")
    bodies = (
        mailbox.html_body(texts.paragraphs(random, "en" if number % 3 else "ru", "Me"), random)
        for number in range(HTML_BODIES)
    )
    bulk_load.copy_rows(cursor, "pool_html", enumerate(bodies))
    cursor.execute(_GIVE_HTML, {"bodies": HTML_BODIES})


def _make_plain_action(env) -> int:
    """Make an action of Odoo's plain list and form; return its id."""
    views = env["ir.ui.view"].create(
        [
            {"name": f"plain {kind}", "model": "iris.email", "arch": arch, "priority": 99}
            for kind, arch in _PLAIN_VIEWS.items()
        ]
    )
    action = env["ir.actions.act_window"].create(
        {
            "name": "Plain letters",
            "res_model": "iris.email",
            "view_mode": "list,form",
            "domain": "[('type', '=', 'inbox')]",
            "view_ids": [
                (0, 0, {"view_id": view.id, "view_mode": kind, "sequence": number})
                for number, (kind, view) in enumerate(zip(_PLAIN_VIEWS, views, strict=True))
            ],
        }
    )
    return action.id


@contextmanager
def _serve(database: str) -> Iterator[str]:
    """Context manager of the address of a running Odoo, threaded and without scheduled actions.

    :raises RuntimeError: it does not answer
    """
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        port = candidate.getsockname()[1]
    command = [sys.executable, "-P", "-m", "odoo", "-d", database, f"--db-filter=^{database}$"]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [*command, f"--http-port={port}", "--max-cron-threads=0", "--workers=0"],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/web/login", server)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with direct.open(url, timeout=STARTS_WITHIN_SECONDS):
                return
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"Odoo answers with {error}") from error
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("Odoo does not answer")


def _run_in_chromium(**options) -> dict:
    browser = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if not browser:
        raise RuntimeError("Chromium is not installed")
    modules = node.install("screenshots") / "node_modules"
    answer = subprocess.run(
        ["node", _SCRIPT, json.dumps({"browser": browser, **options})],
        stdout=subprocess.PIPE,
        check=True,
        env=node.environment() | {"NODE_PATH": os.fspath(modules)},
    )
    return json.loads(answer.stdout)


if __name__ == "__main__":
    processes.serve(measure)

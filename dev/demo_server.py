"""The demo: a mail server, Odoo with letters in it, and words on how to try it."""

import json
import os
import shutil
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import database, environment, paths, postgres, processes, stamps
from .console import DevError, say, step, tail

_FIRST_PORT = 8069
_PORTS_TRIED = 100
_MAIL_STARTS_WITHIN_SECONDS = 20
_ODOO_ANSWERS_WITHIN_SECONDS = 120
_MAIL_SERVER = paths.DEV_SOURCES / "mailserver" / "serve.py"
_SETUP_SCRIPT = paths.DEV_SOURCES / "demo" / "setup_demo.py"
_WELCOME = paths.DEV_SOURCES / "demo" / "WELCOME.txt"
_PORTS = paths.DEMO / "ports.json"
_ADDRESS = paths.DEMO / "url.txt"


def demo(_arguments: list[str]) -> int:
    """Bring the demo up; with DEMO_DETACH=1 return when it answers, otherwise serve until Ctrl-C.

    :raises DevError: a step failed
    """
    with environment.locked():
        environment.set_up()
        started = _bring_up()
    say(_welcome(started))
    if os.environ.get("DEMO_DETACH", "") not in ("", "0"):
        return 0
    return _wait_for_the_end()


def demo_stop(_arguments: list[str]) -> int:
    """End the demo's Odoo and mail server, and PostgreSQL if nobody else uses it."""
    stopped = [processes.stop("demo-odoo"), processes.stop("demo-mail")]
    postgres_stopped = database.stop_server_if_idle()
    say("The demo has stopped." if any(stopped) else "The demo was not running.")
    if any(stopped) and not postgres_stopped:
        say("PostgreSQL goes on, since it is in use; `make stop` ends it.")
    return 0


def address() -> str:
    """Where the running demo answers.

    :raises DevError: it does not run
    """
    if not processes.is_running("demo-odoo"):
        raise DevError("The demo does not run.", "make demo DEMO_DETACH=1")
    return _ADDRESS.read_text(encoding="utf-8")


def _bring_up() -> bool:
    """Start what does not run yet.

    :return: whether anything had to be started
    """
    template = database.template(demo=True)
    key = stamps.key_of([database.template_key(template) or "", *_sources()])
    name = f"{postgres.prefix()}_demo"
    fresh = not (stamps.is_done("demo", key) and database.exists(name))
    if not fresh and processes.is_running("demo-odoo") and processes.is_running("demo-mail"):
        return False
    for process in ("demo-odoo", "demo-mail"):
        processes.stop(process)
    if fresh:
        stamps.forget("demo")
        shutil.rmtree(paths.DEMO, ignore_errors=True)
        database.copy(template, name)
    ports = _start_mail_server()
    if not stamps.is_done("demo-ports", ports) or fresh:
        with step("Setting up the demo's users and mail accounts"):
            _run_setup(name)
        stamps.mark_done("demo-ports", ports)
    stamps.mark_done("demo", key)
    with step("Starting Odoo"):
        _start_odoo(name)
    return True


def _sources() -> list[str | Path]:
    parts: list[str | Path] = []
    for folder in (_MAIL_SERVER.parent, _SETUP_SCRIPT.parent):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".py", ".txt", ".eml"):
                parts += [str(path.relative_to(folder)), path]
    return parts


def _start_mail_server() -> str:
    _PORTS.unlink(missing_ok=True)
    process = processes.start(
        "demo-mail",
        [
            *(paths.VENV_PYTHON, _MAIL_SERVER),
            *("--state-dir", paths.DEMO / "mail"),
            *("--ports-file", _PORTS),
        ],
        env=environment.process_environment(),
        cwd=paths.ROOT,
    )
    log = paths.LOGS / "demo-mail.log"
    deadline = time.monotonic() + _MAIL_STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DevError(f"The demo's mail server ended.\n{tail(log)}", f"see {log}")
        try:
            text = _PORTS.read_text(encoding="utf-8")
            json.loads(text)
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.1)
        else:
            return text
    raise DevError(f"The demo's mail server does not get ready.\n{tail(log)}", f"see {log}")


def _run_setup(name: str) -> None:
    os.environ["DEMO_PORTS_FILE"] = str(_PORTS)
    database.odoo(
        *("shell", "-d", name, "--no-http"),
        log_name="demo-setup",
        stdin=_SETUP_SCRIPT.read_text(encoding="utf-8"),
    )


def _start_odoo(name: str) -> None:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    process = processes.start(
        "demo-odoo",
        [
            *(paths.VENV_PYTHON, "-P", "-m", "odoo", "-d", name, f"--db-filter=^{name}$"),
            f"--http-port={port}",
        ],
        env=environment.process_environment(),
        cwd=paths.ENVIRONMENT,
    )
    log = paths.LOGS / "demo-odoo.log"
    deadline = time.monotonic() + _ODOO_ANSWERS_WITHIN_SECONDS
    while not _answers(url):
        if process.poll() is not None:
            raise DevError(f"Odoo ended.\n{tail(log)}", f"see {log}")
        if time.monotonic() > deadline:
            raise DevError(f"Odoo does not answer on {url}.\n{tail(log)}", f"see {log}")
        time.sleep(0.2)
    _ADDRESS.write_text(url, encoding="utf-8")


def _free_port() -> int:
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS_TRIED):
        with socket.socket() as candidate:
            # As Odoo's server does; otherwise a port just left would count as taken.
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise DevError(
        f"The ports {_FIRST_PORT} to {_FIRST_PORT + _PORTS_TRIED - 1} are all taken.",
        "end something that listens there",
    )


def _answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/web/login", timeout=30) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        log = paths.LOGS / "demo-odoo.log"
        raise DevError(f"Odoo answers with {error}.\n{tail(log)}", f"see {log}") from error
    except OSError:
        return False


def _welcome(started: bool) -> str:
    head = "The demo runs" if started else "The demo was already running"
    detached = os.environ.get("DEMO_DETACH", "") not in ("", "0")
    stop = "make demo-stop" if detached or not started else "Ctrl-C"
    text = _WELCOME.read_text(encoding="utf-8").rstrip()
    return f"\n{head}: {address()}\n\n{text}\n\nTo stop it: {stop}\n"


def _wait_for_the_end() -> int:
    """Stay until Ctrl-C or until Odoo ends, then end what we started."""

    def interrupt(_number, _frame):
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        while processes.is_running("demo-odoo"):
            time.sleep(0.5)
        log = paths.LOGS / "demo-odoo.log"
        raise DevError(f"Odoo ended by itself.\n{tail(log)}", f"see {log}")
    except KeyboardInterrupt:
        say("Stopping …")
        return 0
    finally:
        demo_stop([])

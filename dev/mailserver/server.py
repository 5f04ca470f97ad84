"""The two servers and the dripper together, from the first letter to the last signal."""

import asyncio
import json
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pop3_server
import smtp_server
from dripper import Dripper
from letters.cast import MAILBOXES
from letters.collection import all_letters
from store import Store, write_json

HOST = "127.0.0.1"
_log = logging.getLogger("mailserver")


def seed(store: Store) -> None:
    """Put the demo's letters into the mailboxes, once; one cut short is done anew."""
    if "drips" in store.load_state():
        return
    store.empty()
    for letter in all_letters(datetime.now(UTC)):
        for address in letter.mailboxes:
            store.deliver(address, letter.raw, letter.sender, moment=letter.sent)
    store.save_state({"drips": 0})


def known_ports(ports_file: Path, remembered: Path) -> dict[str, int]:
    """Return the ports of the last run, or an empty dictionary if there was none."""
    for path in (ports_file, remembered):
        try:
            ports = json.loads(path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            continue
        return {name: ports[name] for name in ("pop3", "smtp") if isinstance(ports.get(name), int)}
    return {}


async def _listen(start: Callable[[int], Awaitable[asyncio.Server]], port: int) -> asyncio.Server:
    """Listen on `port`, or on any free one if it is 0 or taken."""
    try:
        return await start(port)
    except OSError:
        if not port:
            raise
        return await start(0)


def _port(server: asyncio.Server) -> int:
    return server.sockets[0].getsockname()[1]


async def run(state_dir: Path, ports_file: Path) -> None:
    """Serve until a signal ends it."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    store = Store(state_dir, tuple(mailbox.address for mailbox in MAILBOXES))
    seed(store)
    passwords = {mailbox.address: mailbox.password for mailbox in MAILBOXES}
    dripper = Dripper(store)
    remembered = state_dir / "ports.json"
    before = known_ports(ports_file, remembered)
    pop3 = await _listen(
        lambda port: pop3_server.serve(store, passwords, HOST, port, dripper.session_ended),
        before.get("pop3", 0),
    )
    smtp = await _listen(
        lambda port: smtp_server.serve(store, passwords, HOST, port, dripper.letter_sent),
        before.get("smtp", 0),
    )
    ports = {"pop3": _port(pop3), "smtp": _port(smtp)}
    write_json(remembered, ports)
    write_json(ports_file, ports)
    _log.info("POP3 on %(pop3)d, SMTP on %(smtp)d", ports)
    dripping = asyncio.create_task(dripper.run())
    stopping = asyncio.create_task(ended.wait())
    done, _pending = await asyncio.wait({dripping, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (dripping, stopping):
        task.cancel()
    for server in (pop3, smtp):
        server.close()
    for task in done:
        task.result()  # an error of the dripper ends the server, and is seen

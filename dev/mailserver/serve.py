"""The demo's mail server: POP3 and SMTP on loopback, three mailboxes, letters that keep coming.

``python dev/mailserver/serve.py --state-dir DIR --ports-file FILE`` stays in the foreground until
SIGTERM or SIGINT. It writes ``{"pop3": 40110, "smtp": 40025}`` into FILE when it listens; ports of
an earlier run are taken again where they are free, so that mail accounts stay valid.
"""

import argparse
import asyncio
import fcntl
import logging
import sys
from pathlib import Path


def main() -> int:
    """Run the server; return 1 if another one uses the same folder."""
    here = Path(__file__).resolve().parent
    sys.path[:0] = [str(here), str(here.parent / "demo")]
    import server

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--ports-file", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every step
    arguments.state_dir.mkdir(parents=True, exist_ok=True)
    arguments.ports_file.parent.mkdir(parents=True, exist_ok=True)
    with (arguments.state_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"A mail server is already running on {arguments.state_dir}.", file=sys.stderr)
            return 1
        asyncio.run(server.run(arguments.state_dir, arguments.ports_file))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The least that any program must do: Python's smtplib with letters that are ready."""

import smtplib
import time
from pathlib import Path

from . import mailbox, processes


def measure(host: str, port: int, folder: str) -> dict[str, float]:
    """Send the letters of a folder over one connection.

    :return: ``seconds``
    """
    letters = [path.read_bytes() for path in sorted(Path(folder).iterdir())]
    beginning = time.perf_counter()
    with smtplib.SMTP(host, port) as client:
        for letter in letters:
            client.sendmail(mailbox.OWNER, ["somebody@company0.example"], letter)
    return {"seconds": time.perf_counter() - beginning}


if __name__ == "__main__":
    processes.serve(measure)

"""Background processes of ours: remembered in a file, and ended only if they are still the same."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from . import paths

_PATIENCE_SECONDS = 20


def start(name: str, command: Sequence[str | Path], **options) -> subprocess.Popen:
    """Start a process in a session of its own, its output in .dev/log/<name>.log.

    :param options: passed on to `subprocess.Popen`
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with (paths.LOGS / f"{name}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
        )
    record = {"pid": process.pid, "started": _started(process.pid)}
    paths.DEMO.mkdir(parents=True, exist_ok=True)
    _file(name).write_text(json.dumps(record), encoding="utf-8")
    return process


def is_running(name: str) -> bool:
    """Whether the process that was started under this name lives."""
    return _pid(name) is not None


def stop(name: str) -> bool:
    """End the process (SIGTERM, after 20 s SIGKILL).

    :return: whether it was running
    """
    pid = _pid(name)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while _pid(name) is not None and time.monotonic() < deadline:
            time.sleep(0.1)
        if _pid(name) is not None:
            os.kill(pid, signal.SIGKILL)
    _file(name).unlink(missing_ok=True)
    return pid is not None


def _file(name: str) -> Path:
    return paths.DEMO / f"{name}.process.json"


def _pid(name: str) -> int | None:
    try:
        record = json.loads(_file(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    # The number alone may have gone to another process meanwhile.
    return record["pid"] if _started(record["pid"]) == record["started"] else None


def _started(pid: int) -> str | None:
    """When a process started, in clock ticks since boot; None if it does not live."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state == "Z" else fields[18]

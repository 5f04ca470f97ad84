"""Progress on the screen, logs in .dev/log, and errors that say what to do."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import paths

_HEARTBEAT_SECONDS = 5
_LOG_LINES_SHOWN = 15
_print_lock = threading.Lock()
_stream = sys.stdout


class DevError(Exception):
    """A step failed: `what` happened, and the `remedy` for whoever reads it."""

    def __init__(self, what: str, remedy: str = ""):
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self):
        return f"{self.what}\n  What to do: {self.remedy}" if self.remedy else self.what


def say(text: str = "") -> None:
    """Print whole lines at once, also from several threads."""
    with _print_lock:
        print(text, file=_stream, flush=True)


def speak_on_standard_error() -> None:
    """Leave standard output to results."""
    global _stream
    _stream = sys.stderr


@contextmanager
def step(title: str, status: Callable[[], str] = lambda: "") -> Iterator[None]:
    """Announce a step, give a sign of life while it runs, and tell how long it took.

    :param status: called for each sign of life; what it returns is shown ("37 of 120 MB")
    """
    say(f"» {title} …")
    started = time.monotonic()
    ended = threading.Event()

    def signs_of_life():
        while not ended.wait(_HEARTBEAT_SECONDS):
            detail = status()
            seconds = time.monotonic() - started
            say(f"  {title} … {seconds:.0f} s{', ' + detail if detail else ''}")

    watcher = threading.Thread(target=signs_of_life, daemon=True)
    watcher.start()
    try:
        yield
    except BaseException:
        say(f"✗ {title}: failed after {time.monotonic() - started:.1f} s")
        raise
    else:
        say(f"✓ {title} ({time.monotonic() - started:.1f} s)")
    finally:
        ended.set()
        watcher.join()


def run_logged(
    command: Sequence[str | Path],
    log_name: str,
    *,
    failure: str,
    remedy: str,
    **options,
) -> Path:
    """Run a command with its output in .dev/log/<log_name>.log.

    :param failure: what to say when the command does not succeed
    :param remedy: what the reader can do then
    :param options: passed on to `subprocess.run` (cwd, env, user, stdin, input, …)
    :return: the log's path
    :raises DevError: the command failed or does not exist; the message holds the log's end
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log_path = paths.LOGS / f"{log_name}.log"
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    with log_path.open("w", encoding="utf-8") as log:
        print("$", *command, file=log, flush=True)
        try:
            code = subprocess.run(
                command, stdout=log, stderr=subprocess.STDOUT, check=False, **options
            ).returncode
        except OSError as error:
            raise DevError(f"{failure}: {error}", remedy) from error
    if code:
        raise DevError(f"{failure} (exit code {code}).\n{tail(log_path)}", remedy)
    return log_path


def tail(log_path: Path, lines: int = _LOG_LINES_SHOWN) -> str:
    """The last lines of a log, indented, with its path."""
    text = log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(["  | " + line for line in text] + [f"  (whole log: {log_path})"])


def warn(text: str) -> None:
    """Print a warning to standard error."""
    with _print_lock:
        print(f"! {text}", file=sys.stderr, flush=True)

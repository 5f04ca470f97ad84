"""python3 -m dev COMMAND [ARGUMENTS]: what the Makefile calls; see README.md.

demo            bring up the demo (DEMO_DETACH=1: return when it answers)
demo-stop       end the demo
test            run all tests; arguments go to pytest
pytest          run pytest on some tests
bench           run the benchmarks: one JSON object a line
lint            run all checks, or those that are named
format          lay out the code as lint wants it
screenshots     take the pictures in docs/images from the running demo
translations    export the terms and merge them into i18n/ru.po
setup           set up .dev and nothing more
lock            pin the Python packages anew
stop            end the demo and the private PostgreSQL
clean           end them and remove .dev
start-postgres  start the private PostgreSQL (the launchers in .dev/bin do it)
"""

import importlib
import sys

if sys.version_info < (3, 11):  # noqa: UP036 (the very message for older ones)
    sys.exit("Python 3.11 or later is needed: make PYTHON=/path/to/python3.11 …")

from .console import DevError, say

# Imported one at a time, so that a command starts at once.
_COMMANDS = {
    "bench": "bench:bench",
    "clean": "cleaning:clean",
    "demo": "demo_server:demo",
    "demo-stop": "demo_server:demo_stop",
    "format": "lint:format_code",
    "lint": "lint:lint",
    "lock": "python_env:lock",
    "pytest": "testing:pytest",
    "screenshots": "screenshots:screenshots",
    "setup": "environment:setup",
    "start-postgres": "environment:start_postgres",
    "stop": "cleaning:stop",
    "test": "testing:test",
    "translations": "translations:translations",
}


def main(arguments: list[str]) -> int:
    """Run one command; a DevError becomes a message and exit code 1."""
    if not arguments or arguments[0] not in _COMMANDS:
        say(__doc__)
        return 2
    module, _colon, function = _COMMANDS[arguments[0]].partition(":")
    command = getattr(importlib.import_module(f".{module}", __package__), function)
    try:
        return command(arguments[1:])
    except DevError as error:
        say(f"✗ {error}")
        return 1
    except KeyboardInterrupt:
        say("✗ interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

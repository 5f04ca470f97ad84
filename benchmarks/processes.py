"""Each measurement runs in a process of its own, so that none finds another's memory or caches."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


def call(module: str, **options):
    """Run a measurement in a fresh process.

    :param module: name of a module in this folder that ends in a call of `serve`
    :param options: what its function takes
    :return: what the function returns
    :raises subprocess.CalledProcessError: it failed; standard error says how
    """
    answer = subprocess.run(
        [sys.executable, "-m", f"{__package__}.{module}", json.dumps(options)],
        stdout=subprocess.PIPE,
        check=True,
        cwd=_ROOT,
    )
    return json.loads(answer.stdout)


def serve(measure: Callable[..., dict]) -> None:
    """Do in the new process what `call` asked for."""
    print(json.dumps(measure(**json.loads(sys.argv[1]))))

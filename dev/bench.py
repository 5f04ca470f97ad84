"""`make bench`: the benchmarks on a fresh database, one JSON object a line on standard output."""

import os
import subprocess

from . import console, database, environment, paths, postgres, system_packages


def bench(arguments: list[str]) -> int:
    """Run the package benchmarks/ with IRIS_BENCH_DATABASE naming a fresh database with the addon.

    :param arguments: for `python -m benchmarks`
    :return: its exit code
    """
    console.speak_on_standard_error()
    name = f"{postgres.prefix()}_bench_{os.getpid()}"
    with environment.locked():
        system_packages.install_missing()
        started = environment.set_up()
        database.drop_leftovers(f"{postgres.prefix()}_bench_")
        database.copy(database.template(demo=False), name)
    database.set_durable(True)
    try:
        return subprocess.run(
            [paths.VENV_PYTHON, "-m", "benchmarks", *arguments],
            check=False,
            cwd=paths.ROOT,
            env=environment.process_environment() | {"IRIS_BENCH_DATABASE": name},
        ).returncode
    finally:
        database.set_durable(False)
        database.drop(name)
        if started:
            database.stop_server_if_idle()

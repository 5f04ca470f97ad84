"""`make bench`: measure, and print one JSON object a line: name, value, unit, and explanations.

Needs IRIS_BENCH_DATABASE, the name of a database with the addon; each measurement gets a copy.
"""

import argparse
import os
import sys

from . import suite


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "groups", nargs="*", help=f"what to measure (all): {', '.join(suite.GROUPS)}"
    )
    wanted = parser.parse_args().groups or list(suite.GROUPS)
    if unknown := set(wanted) - suite.GROUPS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    template = os.environ.get("IRIS_BENCH_DATABASE")
    if not template:
        parser.error("IRIS_BENCH_DATABASE is not set; call `make bench`")
    suite.run(template, wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())

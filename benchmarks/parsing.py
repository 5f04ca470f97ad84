"""Reading letters, without a server, a database or Odoo."""

import statistics
import time

from tools import message

from . import mailbox, processes

ROUNDS = 3


def measure(letters: int) -> dict[str, float]:
    """Parse a generated mailbox some times over.

    :param letters: how many it has
    :return: median ``seconds`` of a round
    """
    raw = list(mailbox.letters(letters))
    rounds = []
    for _round in range(ROUNDS):
        beginning = time.perf_counter()
        for letter in raw:
            message.parse(letter)
        rounds.append(time.perf_counter() - beginning)
    return {"seconds": statistics.median(rounds)}


if __name__ == "__main__":
    processes.serve(measure)

"""Makes new letters arrive, so that Check mail always finds something."""

import asyncio
import logging
from datetime import UTC, datetime
from random import Random

from letters.drip import next_letter
from store import Store

_log = logging.getLogger(__name__)
PAUSE_SECONDS = (20, 40)
AFTER_SESSION_SECONDS = 4
# By the clock no more than this; the rest is kept for those who check their mail.
CLOCK_LIMIT = 300
LIMIT = 500
# A mailbox that nobody reads does not fill up.
UNREAD_LIMIT = 12


class Dripper:
    """Delivers a letter now and then, and one soon after every POP3 session."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._state = store.load_state()
        self._random = Random()
        self._since_session = dict.fromkeys(store.addresses, 0)

    async def run(self) -> None:
        """Deliver by the clock until cancelled."""
        while True:
            await asyncio.sleep(self._random.uniform(*PAUSE_SECONDS))
            waiting = [
                address
                for address in self._store.addresses
                if self._since_session[address] < UNREAD_LIMIT
            ]
            if waiting and self._state["drips"] < CLOCK_LIMIT:
                self._deliver(self._random.choice(waiting))

    def session_ended(self, address: str) -> None:
        """Take note that the mailbox was read; see to it that the next reader finds a letter."""
        self._since_session[address] = 0
        asyncio.get_running_loop().call_later(AFTER_SESSION_SECONDS, self._refill, address)

    def _refill(self, address: str) -> None:
        if not self._since_session[address]:
            self._deliver(address)

    def _deliver(self, address: str) -> None:
        if self._state["drips"] >= LIMIT:
            return
        self._state["drips"] += 1
        self._store.save_state(self._state)
        letter = next_letter(self._state["drips"], datetime.now(UTC), address)
        self._store.deliver(address, letter.raw, letter.sender, moment=letter.sent)
        self._since_session[address] += 1
        _log.info("new letter %d for %s", self._state["drips"], address)

"""Makes new letters arrive, so that Check mail always finds something, and answers come."""

import asyncio
import logging
import re
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import default
from random import Random

from letters.cast import Person
from letters.drip import answer, find_correspondent, next_letter
from store import Store

_log = logging.getLogger(__name__)
PAUSE_SECONDS = (20, 40)
AFTER_SESSION_SECONDS = 4
ANSWER_SECONDS = 10
# By the clock no more than this; the rest is kept for those who check their mail.
CLOCK_LIMIT = 300
LIMIT = 500
# A mailbox that nobody reads does not fill up.
UNREAD_LIMIT = 12
# As Odoo makes them for a letter that somebody writes. Those of the set-up have their answers.
_NEW_IDENTITY = re.compile(r"<[0-9a-f]{32}@[^<>@\s]+>")


class Dripper:
    """Delivers a letter now and then, one soon after every POP3 session, and answers."""

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

    def letter_sent(self, sender: str, recipient: str, raw: bytes) -> None:
        """Take note that one of our people wrote; whoever the address book knows answers soon."""
        person = find_correspondent(recipient)
        headers = BytesHeaderParser(policy=default).parsebytes(raw)
        identity = str(headers["Message-ID"] or "").strip()
        if person and sender.lower() in self._store.addresses and _NEW_IDENTITY.fullmatch(identity):
            references = (*str(headers["References"] or "").split(), identity)
            subject = str(headers["Subject"] or "")
            asyncio.get_running_loop().call_later(
                ANSWER_SECONDS, self._answer, person, sender.lower(), subject, references
            )

    def _answer(self, person: Person, mailbox: str, subject: str, references: tuple) -> None:
        if self._count():
            letter = answer(person, datetime.now(UTC), mailbox, subject, references)
            self._store.deliver(mailbox, letter.raw, letter.sender, moment=letter.sent)
            _log.info("an answer for %s", mailbox)

    def _count(self) -> bool:
        """Count a letter that came by itself; tell whether there may be one more."""
        if self._state["drips"] >= LIMIT:
            return False
        self._state["drips"] += 1
        self._store.save_state(self._state)
        return True

    def _refill(self, address: str) -> None:
        if not self._since_session[address]:
            self._deliver(address)

    def _deliver(self, address: str) -> None:
        if not self._count():
            return
        letter = next_letter(self._state["drips"], datetime.now(UTC), address)
        self._store.deliver(address, letter.raw, letter.sender, moment=letter.sent)
        self._since_session[address] += 1
        _log.info("new letter %d for %s", self._state["drips"], address)

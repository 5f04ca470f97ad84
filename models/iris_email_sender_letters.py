# pylint: disable=invalid-commit
# A letter is marked and committed before the server hears of it and after it, whatever comes next.

import logging
import time
from functools import partial

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools import delivery, network
from .sending_session import MOST_COLLISIONS, get_place

_logger = logging.getLogger(__name__)

# So many letters in a row that the server does not answer: then it is not for the letters.
MOST_FAILURES = 1

# They say nothing of the next letter, unlike a server that is not there.
FAULTS_OF_A_LETTER = (network.CommandRefused, network.ConnectionLost, delivery.LetterTooLarge)


class IrisEmailSender(models.AbstractModel):
    """One letter after the other, over the connection of its account."""

    _inherit = "iris.email.sender"

    @api.model
    def _send_batch(self, connection, waiting, deadline):
        """Send letters over one connection.

        :param list[Ready] waiting: taken out as they are sent
        :return: whether the server took part; False: it cannot be reached, and all wait
        :rtype: bool
        """
        current, failures = self._turn(None, waiting), 0
        while current:
            try:
                client = connection.get(current.letter)
            except (UserError, network.MailServerError) as error:
                self._note_unreachable(current.letter, error)
                return False
            try:
                outcome, failures = self._attempt(client, current), 0
            except network.MailServerError as error:
                # It may be this letter on which the server chokes, so the next one has its try.
                failures += 1
                if failures > MOST_FAILURES:
                    self._note_unreachable(current.letter, error)
                    return False
                outcome = partial(self._note_failure, current.letter, error)
            if time.monotonic() > deadline:
                waiting.clear()
            current = self._turn(outcome, waiting)
        return True

    @api.model
    def _attempt(self, client, ready):
        """Hand one letter to the server.

        :return: a function without arguments that notes what came of it
        :raises network.MailServerError: maybe not for this letter the server does not take it
        """
        letter = ready.letter
        try:
            raw = ready.get_bytes()
        except FileNotFoundError as error:
            return partial(self._note_unwritten, letter, error)
        try:
            result = client.send(ready.sender, ready.waiting, raw)
        except delivery.DeliveryUncertain:
            return partial(self._note_uncertain, letter)
        except FAULTS_OF_A_LETTER as error:
            return partial(self._note_failure, letter, error)
        except network.MailServerError:
            raise
        except delivery.SenderUnfit:
            return partial(self._note_unfit_sender, letter)
        except Exception as error:
            _logger.error("Letter %s: sending was cut short: %s", letter.id, get_place(error))
            return partial(self._note_uncertain, letter)
        if not result.refused and len(ready.waiting) == len(ready.recipients):
            return partial(self._note_accepted, ready)
        recipients = ready.recipients.filtered(lambda one: one.email in ready.waiting)
        return partial(self._note_result, letter, recipients, result)

    @api.model
    def _turn(self, outcome, waiting):
        """Note what became of a letter, and mark the next one, in one transaction.

        :param outcome: notes the last one, or None
        :param list[Ready] waiting: those that are out of the queue by now are left out
        :return: the one that is marked as ``sending``, or None
        """
        for collision in range(MOST_COLLISIONS):
            upcoming = list(waiting)
            try:
                if outcome:
                    outcome()
                    self.env.flush_all()
                current = self._mark_next(upcoming)
                self.env.cr.commit()
                waiting[:] = upcoming
                return current
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                time.sleep(0.01 * collision)
        # Nobody knows what came of it: it is found by _find_stranded() and never sent again.
        raise UserError(self.env._("Other changes got in the way of sending letters."))

    @api.model
    def _mark_next(self, waiting):
        while waiting:
            ready = waiting.pop(0)
            if not self._may_still_send(ready):
                continue  # the next batch tells it why
            # Another Message-ID: it was taken back meanwhile, written on and sent again.
            marked = self.env.execute_query(
                SQL(
                    """
                    UPDATE iris_email SET state = 'sending', %s
                     WHERE id = (
                        SELECT id
                          FROM iris_email
                         WHERE id = %s AND message_id = %s
                           AND type = 'outbox' AND state = 'queued'
                           AND in_trash IS DISTINCT FROM 'all'
                           AND EXISTS (
                            SELECT FROM iris_email_account
                             WHERE id = iris_email.account_id AND active
                           )
                           FOR UPDATE SKIP LOCKED
                     )
                 RETURNING id
                    """,
                    self._get_log_access(),
                    ready.letter.id,
                    ready.message_id,
                )
            )
            if marked:
                return ready
        return None

    @api.model
    def _may_still_send(self, ready):
        """Ask once more for the right to send: looked up in the cache that changes of rows drop."""
        if not ready.who:
            return True
        grants = self.env["iris.email.grants"]
        return ready.account_id in grants._get_cached_account_ids("incoming", *ready.who, "send")

# pylint: disable=invalid-commit
# What came from the server is safe batch by batch, whatever happens to the next one.

import logging
import time
from dataclasses import dataclass, field
from itertools import chain

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools import network
from .iris_email_account import BACK_OFF_FIRST, BACK_OFF_LONGEST
from .iris_email_storage import Download

_logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024

# One transaction: few enough to keep memory and progress steady, many enough to be fast.
BATCH_LETTERS = 100
BATCH_BYTES = 8 * MEGABYTE
# On a slow line, what has come is committed this often.
BATCH_SECONDS = 2.0

# When a step is over, what is still in flight gets this time to come; the next step asks again.
OVERTIME_SECONDS = 2.0

# Those who may read the mailbox hear of new letters no more often.
NEWS_SECONDS = 5.0

# The first lines that are stored of a letter that is too large.
HEAD_LINES = 60

# How long a retry of letters that were never handed over may take.
RETRY_SECONDS = 20


@dataclass
class Progress:
    """How far a step came."""

    processed: int = 0
    new: int = 0
    untold: int = 0  # letters that arrived, of which the readers have not heard
    told: float = field(default_factory=time.monotonic)  # when they heard last
    remaining: int = 0
    received: int = 0  # what the server answered, also letters that are not stored yet
    refused: int = 0  # of these
    refusal: network.CommandRefused | None = None  # the last one
    identities: dict[int, str] = field(default_factory=dict)  # number → UIDL
    sizes: dict[int, int] = field(default_factory=dict)  # number → bytes, as the server counts


class IrisEmailReceiver(models.AbstractModel):
    """Brings letters from the server, step by step (guide E1).

    The ledger (``iris.email.receipt``) says which letters are known; what is new goes to
    ``iris.email.storage`` batch by batch.
    """

    _name = "iris.email.receiver"
    _description = "Receiving of letters"

    # -------------------------------------------------------------------------
    # One step
    # -------------------------------------------------------------------------

    @api.model
    def _check_step(self, account, seconds):
        """Load letters of one mailbox for some seconds and commit them.

        :param account: one ``iris.email.account``
        :param float seconds: no new letter is asked for after this time
        :return: see ``iris.email.account.check_mail_step``
        :rtype: dict
        """
        self, account = self.sudo(), account.sudo()
        deadline = time.monotonic() + seconds
        progress = Progress()
        if not account.active:
            sentence = self.env._(
                "%(address)s is not active, so its letters are not loaded. Make it active on the"
                " card of the mail account.",
                address=account.address,
            )
            return self._get_result(progress, error=sentence)
        self.env.cr.commit()  # the caller's work is not ours to roll back
        try:
            return self._take_step(account, deadline, progress)
        finally:
            self._announce(account, progress)

    @api.model
    def _take_step(self, account, deadline, progress):
        try:
            account.lock_for_update(allow_referencing=True)
            with account._connect_incoming() as client:
                self._receive(account, client, deadline, progress)
                if not progress.remaining:
                    self._apply_keep_policy(account, client, progress)
            self._record_success(account)
        except LockError:
            self.env.cr.rollback()
            return self._get_result(progress, busy=True)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            # Whatever it is, it costs this mailbox one check, and the others nothing.
            self.env.cr.rollback()
            sentence = self._record_error(account, error)
            return self._get_result(progress, error=sentence)
        return self._get_result(progress)

    @api.model
    def _get_result(self, progress, error=False, busy=False):
        return {
            "processed": progress.processed,
            "new": progress.new,
            "remaining": progress.remaining,
            "finished": bool(error or busy or not progress.remaining),
            "busy": busy,
            "error": error,
        }

    @api.model
    def _receive(self, account, client, deadline, progress):
        """Store what the ledger does not know yet, until the time is over."""
        progress.identities = identities = client.identities()
        pending, gone = self.env["iris.email.receipt"]._compare(account, identities)
        if gone:
            gone._set_aside_these()
            self.env.cr.commit()  # also if nothing else comes of this check
            account.lock_for_update(allow_referencing=True)
        progress.remaining = len(pending)
        if not pending:
            return
        progress.sizes = sizes = client.sizes()
        limit = account.max_size_mb * MEGABYTE
        slow = [number for number in pending if identities[number] == account.slow_uidl]
        rest = [number for number in pending if number not in slow]
        large = [number for number in rest if sizes.get(number, 0) > limit]
        whole = [number for number in rest if sizes.get(number, 0) <= limit]
        if slow:
            account.slow_uidl = False  # if its beginning does not come either, the others go first
        downloads = chain(
            self._download_heads(account, client, slow, sizes, progress),
            self._download(account, client, _until(deadline, whole), limit, progress),
            self._download_heads(account, client, _until(deadline, large), sizes, progress),
        )
        storage = self.env["iris.email.storage"]
        present = set(identities.values())
        for batch in _batches(downloads, deadline + OVERTIME_SECONDS):
            stored = storage._store_batch(account, batch, present)
            progress.new += stored.new
            progress.untold += stored.arrived
            progress.processed += len(batch)
            progress.remaining -= len(batch)
            if time.monotonic() - progress.told >= NEWS_SECONDS:
                self._announce(account, progress)
            account.lock_for_update(allow_referencing=True)
        if progress.refused > 1 and progress.refused == progress.received:
            self.env.cr.commit()
            raise progress.refusal  # it is not for the letters that none came

    @api.model
    def _announce(self, account, progress):
        """Tell of the letters that were committed since this was done last."""
        progress.told = time.monotonic()
        if progress.untold:
            self.env.cr.rollback()  # what is not committed by now has failed
            account._announce(progress.untold)
            self.env.cr.commit()
            progress.untold = 0

    @api.model
    def _download(self, account, client, numbers, limit, progress):
        """Yield whole letters; a letter that the server refuses costs only itself.

        One that takes too long is not asked for again: the next step loads its beginning.
        """
        try:
            for number, outcome in client.retrieve(numbers, max_bytes=2 * limit):
                progress.received += 1
                uidl, listed = progress.identities[number], progress.sizes.get(number, 0)
                if isinstance(outcome, network.CommandRefused):
                    self._accept_refusal(account, uidl, outcome, progress)
                else:
                    yield Download(uidl, outcome, len(outcome), listed_size=listed)
        except network.MessageTooSlow as error:
            account.slow_uidl = progress.identities[error.number]
            self.env.cr.commit()
            raise
        except network.MailServerError as error:
            self._suspect(account, error, progress)
            raise

    @api.model
    def _download_heads(self, account, client, numbers, sizes, progress):
        """Yield the header and the first lines of letters that are too large."""
        for number in numbers:
            uidl = progress.identities[number]
            try:
                head = client.top(number, HEAD_LINES)
            except network.CommandRefused as error:
                progress.received += 1
                self._accept_refusal(account, uidl, error, progress)
            except network.MailServerError as error:
                self._suspect(account, error, progress)
                raise
            else:
                progress.received += 1
                size = sizes.get(number, 0)
                yield Download(uidl, head, size, is_partial=True, listed_size=size)

    # -------------------------------------------------------------------------
    # Failed letters
    # -------------------------------------------------------------------------

    @api.model
    def _accept_refusal(self, account, uidl, error, progress):
        """Put a refusal down to the letter, unless the server gives nothing at all just now.

        :raises network.CommandRefused: it is not now, so the others are not asked for either
        """
        has_come = progress.received - 1 > progress.refused
        progress.refused += 1
        progress.refusal = error
        if error.is_temporary and not has_come and progress.remaining > 1:
            raise error
        # It may be this letter for which it is never now: then it counts.
        self._record_refusal(account, uidl, account._describe_error(error), progress)
        if error.is_temporary and has_come:
            self.env.cr.commit()
            raise error

    @api.model
    def _record_refusal(self, account, uidl, sentence, progress):
        """Note that the server did not hand over a letter; it is asked for again later."""
        self.env["iris.email.receipt"]._record_failed(account, uidl, {"reason": sentence})
        progress.processed += 1
        progress.remaining -= 1

    @api.model
    def _suspect(self, account, error, progress):
        """Let the others go first next time if a letter seems to break the connection.

        It is under suspicion if the connection broke at it before anything else came.
        """
        uidl = progress.identities.get(error.number)
        if uidl and not progress.received:
            self._record_refusal(account, uidl, account._describe_error(error), progress)
            self.env.cr.commit()

    @api.model
    def _retry(self, receipts):
        """Store failed letters again; those that were never handed over are asked for again.

        :param receipts: failed ``iris.email.receipt`` records
        :return: why nothing could be asked for again, in the user's words
        :rtype: list[str]
        """
        self, receipts = self.sudo(), receipts.sudo()
        errors = []
        for account, failed in receipts.grouped("account_id").items():
            kept = failed.filtered("has_source")
            if kept:
                downloads = [receipt._get_download() for receipt in kept]
                stored = self.env["iris.email.storage"]._store_one_by_one(account, downloads)
                account._announce(stored.arrived)
            (failed - kept).write({"attempts": 0})
            if failed - kept:
                result = self._check_step(account, RETRY_SECONDS)
                if result["busy"]:
                    errors.append(
                        self.env._(
                            "%(address)s is being checked just now. Try again in a minute.",
                            address=account.address,
                        )
                    )
                elif result["error"]:
                    errors.append(result["error"])
        return errors

    # -------------------------------------------------------------------------
    # After a step
    # -------------------------------------------------------------------------

    @api.model
    def _apply_keep_policy(self, account, client, progress):
        """Delete copies on the server if the account says so, and only what is committed here.

        A size that the server did not tell before is the sign of another letter under a known
        UIDL (RFC 1939 §7): the ledger forgets that UIDL, and the next check loads the letter.
        """
        identities, receipts = progress.identities, self.env["iris.email.receipt"]
        settled = receipts._get_to_delete(account, identities.values())
        numbers = [number for number, uidl in identities.items() if uidl in settled]
        if not numbers:
            return
        sizes = progress.sizes or client.sizes()
        same, other = [], []
        for number in numbers:
            receipt = settled[identities[number]]
            if sizes.get(number) == receipt.listed_size:
                same.append(number)
            else:
                other.append(receipt.id)
        receipts.browse(other)._set_aside_these()
        try:
            client.delete(same)
        except network.CommandRefused:
            # The others are marked all the same, and the server deletes them when we leave.
            _logger.info("Mail account %s: the server keeps some letters", account.id)

    @api.model
    def _record_error(self, account, error):
        """Note an error on the account and let the scheduled check wait, longer each time.

        :rtype: str
        """
        if isinstance(error, UserError):
            sentence = str(error)
        elif isinstance(error, network.MailServerError):
            sentence = account._describe_error(error)
        else:
            _logger.error("Checking mail account %s failed", account.id, exc_info=error)
            sentence = self.env._(
                "An unexpected error stopped the check (%(kind)s). Nothing is lost. The log of the"
                " Odoo server tells more.",
                kind=type(error).__name__,
            )
        if not account.try_lock_for_update(allow_referencing=True):
            return sentence  # somebody else checks it by now: what they meet counts
        pause = min(BACK_OFF_FIRST * 2 ** min(account.error_count, 10), BACK_OFF_LONGEST)
        now = fields.Datetime.now()
        account.write(
            {
                "last_check": now,
                "last_error": sentence,
                "error_count": account.error_count + 1,
                "next_try": now + pause,
            }
        )
        self.env.cr.commit()
        return sentence

    @api.model
    def _record_success(self, account):
        account.write(
            {
                "last_check": fields.Datetime.now(),
                "last_error": False,
                "error_count": 0,
                "next_try": False,
            }
        )
        self.env.cr.commit()


def _until(deadline, numbers):
    """Yield numbers until the time is over, but at least one: every step gets on."""
    for position, number in enumerate(numbers):
        if position and time.monotonic() > deadline:
            return
        yield number


def _batches(downloads, end):
    """Yield lists of downloads that make one transaction each.

    What came in whole before the connection broke is yielded, too, before the error goes on. A
    letter that is too slow is no error: it ends the step.

    :param float end: nothing more is taken after this time
    """
    batch, size, begun = [], 0, time.monotonic()
    try:
        for download in downloads:
            batch.append(download)
            size += len(download.raw)
            now = time.monotonic()
            if now > end:
                break
            if len(batch) >= BATCH_LETTERS or size >= BATCH_BYTES or now - begun > BATCH_SECONDS:
                yield batch
                batch, size, begun = [], 0, time.monotonic()
    except network.MessageTooSlow:
        _logger.info("A letter came too slowly: the next step loads only its beginning")
    except network.MailServerError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch

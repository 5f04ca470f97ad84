# pylint: disable=invalid-commit
# What came from the server is safe batch by batch, whatever happens to the next one.

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools import network
from .iris_email_account import BACK_OFF_FIRST, BACK_OFF_LONGEST
from .iris_email_storage import Download, no_letters_in_log

_logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024

# One transaction: few enough to keep memory and progress steady, many enough to be fast.
BATCH_LETTERS = 100
BATCH_BYTES = 8 * MEGABYTE
# On a slow line, what has come is committed this often.
BATCH_SECONDS = 2.0

# When a step is over, what is still in flight gets this time to come; the next step asks again.
OVERTIME_SECONDS = 2.0

# The first lines that are stored of a letter that is too large.
HEAD_LINES = 60

# How often a letter that the server does not hand over is asked for by itself.
MOST_ATTEMPTS = 5

# How long a retry of letters that were never handed over may take.
RETRY_SECONDS = 20


@dataclass
class Progress:
    """How far a step came."""

    processed: int = 0
    new: int = 0
    remaining: int = 0
    received: int = 0  # what the server answered, also letters that are not stored yet
    identities: dict[int, str] = field(default_factory=dict)  # number → UIDL


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
        pending = self._get_pending(account, identities)
        progress.remaining = len(pending)
        if not pending:
            return
        sizes = client.sizes()
        limit = account.max_size_mb * MEGABYTE
        slow = [number for number in pending if identities[number] == account.slow_uidl]
        rest = [number for number in pending if number not in slow]
        large = [number for number in rest if sizes.get(number, 0) > limit]
        whole = [number for number in rest if sizes.get(number, 0) <= limit]
        if slow:
            account.slow_uidl = False  # if its beginning does not come either, the others go first
        downloads = _chain(
            self._download_heads(account, client, slow, sizes, progress),
            self._download(account, client, _until(deadline, whole), limit, progress),
            self._download_heads(account, client, _until(deadline, large), sizes, progress),
        )
        storage = self.env["iris.email.storage"]
        present = set(identities.values())
        for batch in _batches(downloads, deadline + OVERTIME_SECONDS):
            progress.new += storage._store_batch(account, batch, present)
            progress.processed += len(batch)
            progress.remaining -= len(batch)
            account.lock_for_update(allow_referencing=True)

    @api.model
    def _get_pending(self, account, identities):
        """Return the numbers of the letters to load: new ones first, then those that failed.

        :param dict[int, str] identities: number → UIDL of every letter in the mailbox
        :rtype: list[int]
        """
        receipts = self.env["iris.email.receipt"]
        settled = Domain("state", "!=", "failed") | Domain("has_source", "=", True)
        known, tried = (
            {
                uidl
                for (uidl,) in self.env.execute_query(
                    receipts._search(Domain("account_id", "=", account.id) & domain).select("uidl")
                )
            }
            for domain in (settled | Domain("attempts", ">=", MOST_ATTEMPTS), ~settled)
        )
        pending = [number for number, uidl in identities.items() if uidl not in known]
        if tried:
            pending.sort(key=lambda number: identities[number] in tried)
        return pending

    @api.model
    def _download(self, account, client, numbers, limit, progress):
        """Yield whole letters; a letter that the server refuses costs only itself.

        One that takes too long is not asked for again: the next step loads its beginning.
        """
        try:
            for number, outcome in client.retrieve(numbers, max_bytes=2 * limit):
                progress.received += 1
                uidl = progress.identities[number]
                if isinstance(outcome, network.CommandRefused):
                    self._record_refusal(account, uidl, account._describe_error(outcome), progress)
                else:
                    yield Download(uidl, outcome, len(outcome))
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
                self._record_refusal(account, uidl, account._describe_error(error), progress)
            except network.MailServerError as error:
                self._suspect(account, error, progress)
                raise
            else:
                yield Download(uidl, head, sizes.get(number, 0), is_partial=True)
            progress.received += 1

    # -------------------------------------------------------------------------
    # Failed letters
    # -------------------------------------------------------------------------

    @api.model
    def _record_refusal(self, account, uidl, sentence, progress):
        """Note that the server did not hand over a letter; it is asked for again later."""
        self.env["iris.email.storage"]._record_failed(account, uidl, {"reason": sentence})
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
        """
        self, receipts = self.sudo(), receipts.sudo()
        for account, failed in receipts.grouped("account_id").items():
            kept = failed.filtered("has_source")
            downloads = [
                Download(receipt.uidl, raw, receipt.size, is_partial=len(raw) < receipt.size)
                for receipt, raw in ((receipt, receipt._get_source()) for receipt in kept)
            ]
            if downloads:
                self.env["iris.email.storage"]._store_one_by_one(account, downloads)
            (failed - kept).write({"attempts": 0})
            if failed - kept:
                self._check_step(account, RETRY_SECONDS)

    # -------------------------------------------------------------------------
    # Large letters
    # -------------------------------------------------------------------------

    @api.model
    def _load_whole(self, letter):
        """Load a letter of which only the header was stored.

        :param letter: one ``iris.email`` record
        :raises UserError: no server has the letter any more, or it failed
        """
        self, letter = self.sudo(), letter.sudo()
        receipt = self.env["iris.email.receipt"].search(
            [("letter_id", "=", letter.id), ("state", "=", "oversize")], limit=1
        )
        account = receipt.account_id
        try:
            raw = account._fetch_one(receipt.uidl) if account else None
        except network.MailServerError as error:
            raise UserError(account._describe_error(error)) from error
        if raw is None:
            raise UserError(
                self.env._(
                    "The letter “%(subject)s” is not on the server any more, so the rest of it"
                    " cannot be loaded.",
                    subject=letter.display_name,
                )
            )
        download = Download(receipt.uidl, raw, len(raw))
        values = letter._prepare_received(download.parsed)
        del values["linked_by_hand"]
        storage = self.env["iris.email.storage"]
        storage._remove_torn_files(download)
        files = storage._get_attachment_model()
        with no_letters_in_log():
            files.search(
                [
                    ("res_model", "=", letter._name),
                    ("res_id", "=", letter.id),
                    ("res_field", "in", (False, "source")),
                ]
            ).unlink()
            letter.write({**values, "is_partial": False, "size": len(raw)})
            files.create(letter._prepare_attachments(download.parsed, raw))
            receipt.write({"state": "stored", "size": len(raw)})
            self.env.flush_all()

    # -------------------------------------------------------------------------
    # After a step
    # -------------------------------------------------------------------------

    @api.model
    def _apply_keep_policy(self, account, client, progress):
        """Delete copies on the server if the account says so, and only what is committed here."""
        if account.keep_policy == "forever":
            return
        domain = Domain("account_id", "=", account.id)
        if account.keep_policy == "days":
            before = fields.Datetime.now() - timedelta(days=account.keep_days)
            domain &= Domain("letter_id", "!=", False) & Domain("create_date", "<", before)
            domain &= Domain("state", "=", "stored")
        else:
            domain &= Domain("letter_id", "=", False) & Domain("state", "!=", "failed")
        done = set(self.env["iris.email.receipt"].search(domain).mapped("uidl"))
        numbers = [number for number, uidl in progress.identities.items() if uidl in done]
        if not numbers:
            return
        try:
            client.delete(numbers)
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


def _chain(*generators):
    for generator in generators:
        yield from generator


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
        pass
    except network.MailServerError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch

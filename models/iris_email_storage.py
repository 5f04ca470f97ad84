# pylint: disable=invalid-commit
# What came from the server is safe batch by batch, whatever happens to the next one.

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL
from psycopg2.errors import LockNotAvailable

from ..tools import message
from .iris_email_linker import Link

_logger = logging.getLogger(__name__)

# A batch meets a concurrent change at most this often before that counts as an error.
MOST_COLLISIONS = 3

# How long a mailbox waits for others that store the same letters.
CLAIM_SECONDS = 30

# A full disk is no fault of the letters: they are loaded again when it is mended.
NO_FAULT_OF_A_LETTER = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, OSError)


@dataclass(frozen=True)
class Download:
    """One letter as it came from the server, before it is understood."""

    uidl: str
    raw: bytes
    size: int
    is_partial: bool = False
    listed_size: int = 0  # as the server counts it (LIST)

    @cached_property
    def parsed(self):
        """The letter as ``tools.message.Message``."""
        return message.parse(self.raw)

    @property
    def fingerprint(self):
        """What the same letter has again: under another UIDL, in another mailbox."""
        if self.is_partial:
            return f"{self.parsed.fingerprint}-{self.size}"
        return self.parsed.fingerprint


class Stored(NamedTuple):
    """How many letters were stored."""

    new: int = 0  # to the database
    arrived: int = 0  # in the mailbox, also those that another mailbox has


class IrisEmailStorage(models.AbstractModel):
    """Turns raw letters into records, and never loses one (guide E1).

    Letters, files and ledger rows of a batch are one transaction, so a kill at any moment loses
    nothing and doubles nothing. What cannot be stored becomes a failed receipt with its source.
    """

    _name = "iris.email.storage"
    _description = "Storing of letters"

    # -------------------------------------------------------------------------
    # Storing
    # -------------------------------------------------------------------------

    @api.model
    def _store_batch(self, account, downloads, present):
        """Store and commit letters in one transaction; one that fails costs only itself.

        :param account: the ``iris.email.account`` that received them
        :param list[Download] downloads: what came from the server
        :param set[str] present: the UIDLs that are on the server now
        :rtype: Stored
        :raises UserError: other changes got in the way again and again
        :raises LockError: somebody else checks the account by now, or stores the same letters
        :raises OSError: files cannot be written
        """
        with self._claim(account, downloads):
            for _collision in range(MOST_COLLISIONS):
                try:
                    stored = self._store(account, downloads, present)
                    self.env.cr.commit()
                    return stored
                except OSError:
                    raise
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    self.env.cr.rollback()
                    account.lock_for_update(allow_referencing=True)
                except Exception as error:
                    self.env.cr.rollback()
                    account.lock_for_update(allow_referencing=True)
                    _logger.warning(
                        "A batch of mail account %s could not be stored (%s), now letter by letter",
                        account.id,
                        type(error).__name__,
                    )
                    stored = self._store_one_by_one(account, downloads, present)
                    self.env.cr.commit()
                    return stored
        raise UserError(
            self.env._(
                "Other changes in the database got in the way of storing the letters of"
                " %(address)s. Nothing is lost: check mail again.",
                address=account.address,
            )
        )

    @contextmanager
    def _claim(self, account, downloads):
        """Keep other mailboxes from storing the same letters until these are committed.

        The locks belong to the session: a transaction sees only what was committed before it
        began, so it must begin when they are held.
        """
        keys = sorted(
            int(download.fingerprint[:15], 16)
            for download in downloads
            if download.parsed.message_id and not download.is_partial
        )
        try:
            self._lock_keys(keys)
            self.env.cr.commit()
            account.lock_for_update(allow_referencing=True)
            yield
        finally:
            self.env.cr.rollback()  # what is not committed by now has failed
            unlock = SQL("SELECT pg_advisory_unlock(key) FROM unnest(%s::bigint[]) AS key", keys)
            self.env.execute_query(unlock)

    @api.model
    def _lock_keys(self, keys):
        """Take locks of the session; always in the same order, so that no two wait for each other.

        :raises LockError: somebody holds one of them too long
        """
        wait = SQL("SELECT set_config('lock_timeout', %s, true)", f"{CLAIM_SECONDS}s")
        lock = SQL("SELECT pg_advisory_lock(key) FROM unnest(%s::bigint[]) AS key", keys)
        self.env.execute_query(wait)
        try:
            self.env.execute_query(lock)
        except LockNotAvailable as error:
            raise LockError("another mailbox is storing the same letters") from error

    @api.model
    def _store_one_by_one(self, account, downloads, present=None):
        """Store letters under savepoints; what fails is kept and shown to administrators.

        :rtype: Stored
        """
        stored = Stored()
        for download in downloads:
            self._remove_torn_files(download)
            try:
                with self.env.cr.savepoint():
                    one = self._store(account, [download], present)
            except NO_FAULT_OF_A_LETTER:
                raise
            except Exception as error:
                self._quarantine(account, download, error)
            else:
                stored = Stored(stored.new + one.new, stored.arrived + one.arrived)
        return stored

    @api.model
    def _store(self, account, downloads, present):
        """Store letters, their files and their ledger rows.

        :param list[Download] downloads: what came from the server
        :param present: the UIDLs that are on the server now, or None if that is not known
        :rtype: Stored
        """
        receipts = self.env["iris.email.receipt"]._get_by_uidl(
            account, [download.uidl for download in downloads]
        )
        downloads = [
            download
            for download in downloads
            if download.uidl not in receipts or receipts[download.uidl].state == "failed"
        ]
        with no_letters_in_log():
            fresh = self._without_renumbered(account, downloads, receipts, present)
            twins = self._get_twins(account, fresh)
            letters = self._create_letters(
                account, [download for download in fresh if download.uidl not in twins]
            )
            stored = {**twins, **letters}
            self._create_receipts(account, fresh, stored, receipts)
            self._link_to_letters(account, fresh, stored)
            self.env.flush_all()
        return Stored(len(letters), len(fresh))

    @api.model
    def _create_letters(self, account, downloads):
        """Create letters with files, and with links to contacts.

        :rtype: dict[str, iris.email recordset]
        """
        letters = self.env["iris.email"]
        values = [
            {
                **letters._prepare_received(download.parsed),
                "account_id": account.id,
                "company_id": account.company_id.id,
                "in_several": False,
                "size": download.size,
                "is_partial": download.is_partial,
                "fingerprint": download.fingerprint,
            }
            for download in downloads
        ]
        self._add_links(account, values)
        letters._add_conversations(account, values)
        letters = letters.create(values)
        self._get_attachment_model().create(
            [
                attachment
                for letter, download in zip(letters, downloads, strict=True)
                for attachment in letter._prepare_attachments(download.parsed, download.raw)
            ]
        )
        return dict(zip([download.uidl for download in downloads], letters, strict=True))

    @api.model
    def _get_attachment_model(self):
        """Files are kept byte by byte, and none may run as a page of this server."""
        return self.env["ir.attachment"].with_context(
            image_no_postprocess=True, attachments_mime_plainxml=True
        )

    @api.model
    def _remove_torn_files(self, download):
        """Make way for the files of a letter: Odoo refuses to write over files that differ.

        A crash or a full disk may have left them in part.
        """
        attachments = self.env["ir.attachment"]
        if attachments._storage() != "file":
            return
        for content in (download.raw, *(part.content for part in download.parsed.attachments)):
            checksum = attachments._compute_checksum(content)
            path = Path(attachments._full_path(f"{checksum[:2]}/{checksum}"))
            if path.is_file() and path.stat().st_size < len(content):
                path.unlink()

    @api.model
    def _add_links(self, account, values):
        """Add contact, company and responsible to the values of new letters (guide A2, F8).

        Access follows the responsible, and whoever edits contacts can make themself the
        salesperson of one: so only those become responsible who may read the mailbox anyway.
        """
        addresses = [vals["correspondent_email"] for vals in values]
        readers = account._get_readers()
        links = self.env["iris.email.linker"]._match(addresses, readers)
        only_reader = readers if len(readers) == 1 else readers.browse()
        for vals in values:
            link = links.get(vals["correspondent_email"], Link())
            vals["contact_id"] = link.contact_id
            vals["company_partner_id"] = link.company_partner_id
            is_reader = link.responsible_id in readers.ids
            vals["responsible_id"] = link.responsible_id if is_reader else only_reader.id

    @api.model
    def _link_to_letters(self, account, downloads, letters):
        """Link letters to those that they answer or report of, also such as were here already.

        What another mailbox has received first may belong to a letter that only this one has.
        """
        received = self.env["iris.email"].concat(*(letters[one.uidl] for one in downloads))
        received._link_parents(account)
        received._link_reports(account, [one.parsed.report for one in downloads])

    @api.model
    def _create_receipts(self, account, downloads, letters, receipts):
        values = []
        for download in downloads:
            vals = {
                "state": "oversize" if download.is_partial else "stored",
                "letter_id": letters[download.uidl].id,
                "size": download.size,
                "listed_size": download.listed_size,
                "fingerprint": download.fingerprint,
                "reason": False,
            }
            failed = receipts.get(download.uidl)
            if failed:
                failed.write({**vals, "source": False, "has_source": False})
            else:
                values.append({**vals, "account_id": account.id, "uidl": download.uidl})
        self.env["iris.email.receipt"].create(values)

    # -------------------------------------------------------------------------
    # Failed letters
    # -------------------------------------------------------------------------

    @api.model
    def _quarantine(self, account, download, error):
        """Keep a letter that could not be stored, with its source and the reason."""
        _logger.warning(
            "A letter of mail account %s could not be stored (%s)",
            account.id,
            type(error).__name__,
        )
        vals = {
            "reason": _get_reason(error),
            "size": download.size,
            "listed_size": download.listed_size,
        }
        try:
            with self.env.cr.savepoint():
                self.env["iris.email.receipt"]._record_failed(
                    account,
                    download.uidl,
                    {**vals, "has_source": True, "fingerprint": download.fingerprint},
                    source=download.raw,
                )
        except NO_FAULT_OF_A_LETTER:
            raise
        except Exception as error_of_file:
            # Then the server keeps it: it is asked for again at the next check.
            _logger.warning(
                "The source of that letter could not be kept (%s)", type(error_of_file).__name__
            )
            self.env["iris.email.receipt"]._record_failed(account, download.uidl, vals)


@contextmanager
def no_letters_in_log():
    """Keep letters out of the log: Odoo writes the values of a query that fails into it."""
    thread = threading.get_ident()

    def is_of_others(record):
        return record.thread != thread

    logger = logging.getLogger("odoo.sql_db")
    logger.addFilter(is_of_others)
    try:
        yield
    finally:
        logger.removeFilter(is_of_others)


def _get_reason(error):
    """Describe an error without the letter's content, which database errors quote."""
    diagnosis = getattr(error, "diag", None)
    return f"{type(error).__name__}: {diagnosis.message_primary if diagnosis else error}"

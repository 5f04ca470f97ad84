# pylint: disable=invalid-commit
# A letter is marked and committed before the server hears of it and after it, whatever comes next.

import logging
import time
from contextlib import ExitStack, contextmanager

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .sending_session import MOST_COLLISIONS, Connection, Ready, get_language, get_place, speak

_logger = logging.getLogger(__name__)

# So many letters are written before the first of them is sent; their bytes wait in files.
BATCH_LETTERS = 50

# After so long, another account has its turn; sooner, but not at once, if many wait for theirs.
ACCOUNT_SECONDS = 30.0
SHORTEST_TURN = 2.0

# Apart from other advisory locks of this database.
LOCK_CLASS = 0x1715


class IrisEmailSender(models.AbstractModel):
    """Works the queue: account by account, one connection for many letters (guide F10).

    Before a letter is handed to the server it becomes ``sending``, and that is committed; so is
    what came of it, together with the mark of the next one. A letter that is still ``sending``
    when nobody works on its account was cut short: it becomes ``uncertain``, and is never sent
    again by itself.
    """

    _name = "iris.email.sender"
    _description = "Sending of letters"

    # -------------------------------------------------------------------------
    # The scheduled action
    # -------------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what is due, account by account.

        One account never delays another for long: each has some seconds, then the next one. Those
        whose server failed come last: finding out that it still does may take as many seconds.
        """
        self._find_stranded()
        progress = self.env["ir.cron"]
        accounts = self._get_due_accounts()
        has_time = progress._commit_progress(remaining=len(accounts))
        while accounts and has_time:
            account, *accounts = accounts
            share = max(has_time / (len(accounts) + 1), SHORTEST_TURN)
            has_more = self._try_to_send_from(account, min(share, ACCOUNT_SECONDS))
            if has_more:
                accounts.append(account)
            has_time = progress._commit_progress(int(not has_more), remaining=len(accounts))
        self._trigger_next()

    @api.model
    def _try_to_send_from(self, account, seconds):
        """Send from one account as `_send_from`; whatever goes wrong there costs no other one."""
        try:
            return self._send_from(account, seconds)
        except Exception as error:
            self.env.cr.rollback()
            _logger.error("Mail account %s cannot send: %s", account.id, get_place(error))
            return False

    @api.model
    def _get_queue_domain(self):
        return Domain("type", "=", "outbox") & Domain("state", "=", "queued")

    @api.model
    def _get_due_domain(self):
        return self._get_queue_domain() & (
            Domain("send_at", "=", False) | Domain("send_at", "<=", fields.Datetime.now())
        )

    @api.model
    def _get_due_accounts(self):
        """Return the accounts that have something to send, as a list of records.

        Those that can send stand before those that show an error, then the one that waited longest.
        """
        groups = (
            self.env["iris.email"]
            .sudo()
            ._read_group(self._get_due_domain(), ["account_id"], order="send_at:min")
        )
        accounts = [account for (account,) in groups]
        return sorted(accounts, key=lambda account: bool(account.last_send_error))

    @api.model
    def _trigger_next(self):
        """Come back when the next letter is due: one that shall be sent later, or again."""
        upcoming = (
            self.env["iris.email"]
            .sudo()
            .search(
                self._get_queue_domain() & Domain("send_at", ">", fields.Datetime.now()),
                order="send_at",
                limit=1,
            )
        )
        if upcoming:
            self.env["iris.email"]._trigger_sending(upcoming.send_at)

    # -------------------------------------------------------------------------
    # One account
    # -------------------------------------------------------------------------

    @contextmanager
    def _claim(self, account):
        """Let nobody else send from an account meanwhile, nor judge its letters as cut short.

        The lock belongs to the session, so it ends with the process that holds it.

        :return: context manager of whether it is ours
        """
        key = SQL("%s, %s", LOCK_CLASS, account.id)
        ((is_ours,),) = self.env.execute_query(SQL("SELECT pg_try_advisory_lock(%s)", key))
        try:
            yield is_ours
        finally:
            if is_ours:
                self.env.cr.rollback()  # what is not committed by now has failed
                self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s)", key))

    @api.model
    def _find_stranded(self):
        """Mark letters as uncertain that were handed over by a process that lives no more."""
        letters = self.env["iris.email"].sudo().with_context(active_test=False)
        stranded = letters.search([("type", "=", "outbox"), ("state", "=", "sending")])
        for account in stranded.account_id:
            with self._claim(account) as is_ours:
                if is_ours:
                    self.env.cr.commit()  # what others have committed meanwhile counts
                    self._judge_stranded(account)

    @api.model
    def _judge_stranded(self, account):
        letters = self.env["iris.email"].sudo().with_context(active_test=False)
        stranded = letters.search(
            [
                ("account_id", "=", account.id),
                ("type", "=", "outbox"),
                ("state", "=", "sending"),
            ]
        )
        for letter in stranded:
            self._note_uncertain(letter)
        self.env.cr.commit()

    @api.model
    def _send_from(self, account, seconds):
        """Send what is due from one account.

        :param float seconds: no new letter is begun after this time
        :return: whether something is still due
        :rtype: bool
        """
        deadline = time.monotonic() + seconds
        with self._claim(account) as is_ours:
            if not is_ours:
                return False  # whoever has it sends all of them
            self.env.cr.commit()
            with ExitStack() as stack:
                connection = Connection(stack)
                while waiting := self._take_batch(account):
                    done = self._send_batch(connection, waiting, deadline)
                    if not done:
                        return False  # the server cannot be reached: they wait
                    if time.monotonic() > deadline:
                        return True
        return False

    @api.model
    def _search_due(self, account, limit=None):
        """Return letters of an account that are due, the one that waited longest first."""
        letters = self.env["iris.email"].sudo()
        due = self._get_due_domain() & Domain("account_id", "=", account.id)
        return letters.search(due, order="send_at, id", limit=limit)

    @api.model
    def _take_batch(self, account):
        """Return the next letters that are due, and store the bytes that will be sent.

        :rtype: list[Ready]
        """
        for _collision in range(MOST_COLLISIONS):
            try:
                batch = self._search_due(account, BATCH_LETTERS).try_lock_for_update()
                batch = self._make_sources(self._leave_out_forbidden(batch))
                ready = self._get_ready(batch)
                self.env.cr.commit()
                return ready
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
        return []

    @api.model
    def _get_ready(self, letters):
        """Read at once what sending takes: a commit empties Odoo's cache.

        :rtype: list[Ready]
        """
        sources = letters._get_sources()
        who = {user: self._get_who(user) for user in letters.sent_by_id}
        return [
            Ready(
                letter,
                letter.message_id,
                letter.parent_id,
                letter.account_id.id,
                who[letter.sent_by_id],
                letter.account_id.address,
                bool(letter.next_responsible_id),
                bool(letter.account_id.last_send_error),
                letter.recipient_ids,
                tuple(one.email for one in letter.recipient_ids if one.state == "waiting"),
                sources[letter.id],
                sources[letter.id].store_fname,
            )
            for letter in letters
        ]

    @api.model
    def _get_who(self, user):
        """Return what a user's right to send depends on, or None for the server itself."""
        if user.id == SUPERUSER_ID:
            return None
        return self.env["iris.email.grants"].with_user(user)._get_who()

    @api.model
    def _make_sources(self, letters):
        """Write the bytes of letters that have none yet; one that fails costs only itself.

        :return: the letters that can be sent
        """
        written = letters._get_sources()
        fresh = letters.filtered(lambda letter: letter.id not in written)
        try:
            with self.env.cr.savepoint():
                fresh._make_sources()
            return letters
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.warning(
                "Letters could not be written (%s), now one by one", type(error).__name__
            )
        for letter in fresh:
            try:
                with self.env.cr.savepoint():
                    letter._make_sources()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:
                self._note_unwritten(letter, error)
                letters -= letter
        return letters

    @api.model
    def _note_unwritten(self, letter, error):
        """Note that there are no bytes to send."""
        _logger.error("Letter %s could not be written: %s", letter.id, get_place(error))
        sentence = speak(letter).env._(
            "This letter could not be put into the form in which it is sent (%(kind)s)."
            " Nothing was sent. The log of the Odoo server tells more.",
            kind=type(error).__name__,
        )
        self._give_up(letter, sentence)

    @api.model
    def _leave_out_forbidden(self, letters):
        """Return the letters that may still be sent; the others are told why they are not.

        Between Send and now somebody may have lost the right, or the account been closed.
        """
        kept = letters.browse()
        for (user, account), theirs in letters.grouped(
            lambda letter: (letter.sent_by_id, letter.account_id)
        ).items():
            sentence = self._get_prohibition(user, account)
            if sentence:
                for letter in theirs:
                    self._give_up(letter, sentence)
            else:
                kept |= theirs
        return kept.sorted(lambda letter: (letter.send_at, letter.id))

    @api.model
    def _get_prohibition(self, user, account):
        """Return why a user's letters cannot go out from an account any more, or False."""
        say = self.with_context(lang=get_language(user)).env._
        if not account.active:
            return say(
                "%(account)s is not active any more, so nothing is sent from it.",
                account=account.address,
            )
        if user.id == SUPERUSER_ID:
            return False  # the server itself has sent it
        if not user:
            return say("Whoever has sent it is no user any more. Send it again in your name.")
        sender_ids = account.with_user(user)._get_sender_ids()
        if not user.active or account.id not in sender_ids:
            return say(
                "%(user)s may not send from %(account)s any more.",
                user=user.name,
                account=account.address,
            )
        return False

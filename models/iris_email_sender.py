# pylint: disable=invalid-commit
# A letter is marked and committed before the server hears of it and after it, whatever comes next.

import logging
import time
import traceback
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools import delivery, network
from .iris_email_outgoing import read_alone

_logger = logging.getLogger(__name__)

# So many letters are written before the first of them is sent; their bytes wait in files.
BATCH_LETTERS = 50

# After so long, another account has its turn.
ACCOUNT_SECONDS = 30.0

# A server that says "not now" is asked again after these pauses, the last one again and again.
PAUSES = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
# RFC 5321 §4.5.4.1: give up after four to five days at the earliest.
MOST_ATTEMPTS = 22

# Noting what became of a letter meets a concurrent change at most this often.
MOST_COLLISIONS = 10

# So many letters in a row that the server does not answer: then it is not for the letters.
MOST_FAILURES = 1

# They say nothing of the next letter, unlike a server that is not there.
FAULTS_OF_A_LETTER = (network.CommandRefused, network.ConnectionLost, delivery.LetterTooLarge)

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
        """Send what is due, the account that waited longest first.

        One account never delays another for long: each has some seconds, then the next one.
        """
        self._find_stranded()
        progress = self.env["ir.cron"]
        accounts = self._get_due_accounts()
        has_time = progress._commit_progress(remaining=len(accounts))
        while accounts and has_time:
            account, *accounts = accounts
            has_more = self._send_from(account, min(has_time, ACCOUNT_SECONDS))
            if has_more:
                accounts.append(account)
            has_time = progress._commit_progress(int(not has_more), remaining=len(accounts))
        self._trigger_next()

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
        """Return the accounts that have something to send, as a list of records."""
        groups = (
            self.env["iris.email"]
            .sudo()
            ._read_group(self._get_due_domain(), ["account_id"], order="send_at:min")
        )
        return [account for (account,) in groups]

    @api.model
    def _trigger_next(self):
        """Come back when the next letter is due: one that shall be sent later, or again."""
        upcoming = (
            self.env["iris.email"]
            .sudo()
            .search(
                self._get_queue_domain() & Domain("send_at", "!=", False), order="send_at", limit=1
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
                connection = _Connection(stack)
                while waiting := self._take_batch(account):
                    done = self._send_batch(connection, waiting, deadline)
                    if not done:
                        return False  # the server cannot be reached: they wait
                    if time.monotonic() > deadline:
                        return True
        return False

    @api.model
    def _take_batch(self, account):
        """Return the next letters that are due, and store the bytes that will be sent.

        :rtype: list[_Ready]
        """
        letters = self.env["iris.email"].sudo()
        for _collision in range(MOST_COLLISIONS):
            try:
                batch = letters.search(
                    self._get_due_domain() & Domain("account_id", "=", account.id),
                    order="send_at, id",
                    limit=BATCH_LETTERS,
                ).try_lock_for_update()
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

        :rtype: list[_Ready]
        """
        sources = letters._get_sources()
        return [
            _Ready(
                letter,
                letter.message_id,
                letter.parent_id,
                letter.account_id.address,
                bool(letter.account_id.last_send_error),
                letter.recipient_ids,
                tuple(one.email for one in letter.recipient_ids if one.state == "waiting"),
                sources[letter.id],
                sources[letter.id].store_fname,
            )
            for letter in letters
        ]

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
        _logger.error("Letter %s could not be written: %s", letter.id, _where(error))
        sentence = self.env._(
            "This letter could not be put into the form in which it is sent (%(kind)s)."
            " Nothing was sent. The log of the Odoo server tells more.",
            kind=type(error).__name__,
        )
        letter.write({"state": "error", "send_error": sentence})

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
        speak = self.with_context(lang=_get_language(user)).env._
        if not account.active:
            return speak(
                "%(account)s is not active any more, so nothing is sent from it.",
                account=account.address,
            )
        if user.id == SUPERUSER_ID:
            return False  # the server itself has sent it
        if not user:
            return speak("Whoever has sent it is no user any more. Send it again in your name.")
        sender_ids = account.with_user(user)._get_sender_ids()
        if not user.active or account.id not in sender_ids:
            return speak(
                "%(user)s may not send from %(account)s any more.",
                user=user.name,
                account=account.address,
            )
        return False

    # -------------------------------------------------------------------------
    # One letter after the other
    # -------------------------------------------------------------------------

    @api.model
    def _send_batch(self, connection, waiting, deadline):
        """Send letters over one connection.

        :param list[_Ready] waiting: taken out as they are sent
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
        except ValueError as error:  # before anything is sent: an address that none can have
            return partial(self._give_up, letter, str(error))
        except Exception as error:
            _logger.error("Letter %s: sending was cut short: %s", letter.id, _where(error))
            return partial(self._note_uncertain, letter)
        if not result.refused and len(ready.waiting) == len(ready.recipients):
            return partial(self._note_accepted, ready)
        recipients = ready.recipients.filtered(lambda one: one.email in ready.waiting)
        return partial(self._note_result, letter, recipients, result)

    @api.model
    def _turn(self, outcome, waiting):
        """Note what became of a letter, and mark the next one, in one transaction.

        :param outcome: notes the last one, or None
        :param list[_Ready] waiting: those that are out of the queue by now are left out
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
                           FOR UPDATE SKIP LOCKED
                     )
                 RETURNING sent_by_id, account_id
                    """,
                    self._get_log_access(),
                    ready.letter.id,
                    ready.message_id,
                )
            )
            for user_id, account_id in marked:
                user = self.env["res.users"].browse(user_id or ())
                account = self.env["iris.email.account"].sudo().browse(account_id)
                sentence = self._get_prohibition(user, account)
                if not sentence:
                    return ready
                self._give_up(ready.letter, sentence)
        return None

    @api.model
    def _get_log_access(self):
        return SQL("write_uid = %s, write_date = now() AT TIME ZONE 'UTC'", self.env.uid)

    # -------------------------------------------------------------------------
    # What came of it
    # -------------------------------------------------------------------------

    @api.model
    def _note_accepted(self, ready):
        """Note that all recipients were accepted at the first attempt, as `_note_result` does.

        That is what nearly always happens, so it is one query.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH accepted AS (
                    UPDATE iris_email_recipient SET state = 'accepted', words = NULL, %(log)s
                     WHERE email_id = %(id)s
                )
                UPDATE iris_email
                   SET type = 'sent', state = NULL, send_at = NULL, send_error = NULL,
                       date = %(now)s, %(log)s
                 WHERE id = %(id)s
                """,
                id=ready.letter.id,
                now=fields.Datetime.now(),
                log=self._get_log_access(),
            )
        )
        ready.parent.exists()._become_answered()
        if ready.has_failed_account:
            ready.letter.account_id._note_send_error(False)

    @api.model
    def _note_result(self, letter, recipients, result):
        """Note the server's answer for each recipient (``tools.delivery.Delivery``)."""
        refusals = {refusal.email: refusal for refusal in result.refused}
        accepted = recipients.filtered(lambda one: one.email not in refusals)
        accepted.write({"state": "accepted", "words": False})
        for recipient in recipients - accepted:
            refusal = refusals[recipient.email]
            recipient.write(
                {
                    "state": "waiting" if refusal.is_temporary else "refused",
                    "words": refusal.words,
                }
            )
        words = "\n".join(f"{refusal.email}: {refusal.words}" for refusal in result.refused)
        waiting = letter.recipient_ids.filtered(lambda one: one.state == "waiting")
        if waiting and accepted and all((one.words or "").startswith("452") for one in waiting):
            # RFC 5321 §4.5.3.1.10: it takes no more at a time, so the others have their turn now.
            letter.write({"state": "queued", "send_attempts": 0, "send_at": fields.Datetime.now()})
        elif waiting:
            self._postpone(letter, words, begun=bool(accepted))
        else:
            self._give_up(letter, words)
        letter.account_id._note_send_error(False)

    @api.model
    def _give_up(self, letter, words):
        """End the sending of a letter. One that somebody has is sent, and says who has it not."""
        recipients = letter.recipient_ids
        if recipients.filtered(lambda one: one.state == "accepted"):
            waiting = recipients.filtered(lambda one: one.state == "waiting")
            for recipient in waiting:
                recipient.write({"state": "refused", "words": recipient.words or words})
            letter._become_sent()
        else:
            letter.write({"state": "error", "send_error": words})

    @api.model
    def _postpone(self, letter, words, begun=False):
        """Let a letter wait for another attempt, longer each time, and give up in the end.

        :param bool begun: this attempt has reached somebody, so the count begins anew
        """
        attempts = 1 if begun else letter.send_attempts + 1
        if attempts >= MOST_ATTEMPTS:
            self._give_up(letter, words)
            return
        pause = PAUSES[min(attempts, len(PAUSES)) - 1]
        letter.write(
            {
                "state": "queued",
                "send_attempts": attempts,
                "send_error": words,
                "send_at": fields.Datetime.now() + pause,
            }
        )

    @api.model
    def _note_failure(self, letter, error):
        """Note that the server did not take a letter at all, for any recipient."""
        sentence = _speak(letter)._describe_send_error(error)
        if delivery.is_temporary(error):
            self._postpone(letter, sentence)
        else:
            self._give_up(letter, sentence)

    @api.model
    def _note_unreachable(self, current, error):
        """Note that the server cannot be reached: all letters that are due wait, or are told why.

        :param current: the letter that was marked, and not handed over
        """
        account = current.account_id
        _logger.info("Mail account %s cannot send just now (%s)", account.id, type(error).__name__)
        if isinstance(error, UserError):
            sentence, is_temporary = str(error), False
        else:
            sentence = _speak(current)._describe_send_error(error)
            is_temporary = delivery.is_temporary(error)

        def note():
            due = self._get_due_domain() & Domain("account_id", "=", account.id)
            letters = current | self.env["iris.email"].sudo().search(due).try_lock_for_update()
            for letter in letters:
                if is_temporary:
                    self._postpone(letter, sentence)
                else:
                    self._give_up(letter, sentence)
            account._note_send_error(sentence)

        self._turn(note, [])

    @api.model
    def _note_uncertain(self, letter):
        """Note that nobody knows whether a letter was sent: it is never sent again by itself."""
        env = _speak(letter).env
        sentence = env._(
            "The connection ended before the server confirmed the letter, so nobody knows whether"
            " it arrived. Ask a recipient before you send it again."
        )
        letter.write({"state": "uncertain", "send_error": sentence})


def _where(error):
    """Return kind and place of an error. Its words may quote the letter, so they stay out."""
    return "\n".join([type(error).__name__, *traceback.format_tb(error.__traceback__)])


def _speak(letter):
    """Return the account of a letter, which speaks the language of whoever sends it."""
    return letter.account_id.with_context(lang=_get_language(letter.sent_by_id))


def _get_language(user):
    """Return the code of a user's language, or None if it is not installed any more."""
    installed = {code for code, _name in user.env["res.lang"].get_installed()}
    return user.lang if user.lang in installed else None


@dataclass(frozen=True)
class _Ready:
    """A letter with all that is needed to send it.

    :ivar has_failed_account: whether its account shows an error
    :ivar recipients: all of them; ``waiting``: the addresses of those who shall get it now
    :ivar source: the ``ir.attachment`` with its bytes, and its place among Odoo's files
    """

    letter: models.Model
    message_id: str
    parent: models.Model
    sender: str
    has_failed_account: bool
    recipients: models.Model
    waiting: tuple[str, ...]
    source: models.Model
    store_fname: str | bool

    def get_bytes(self):
        """Return the bytes of the letter.

        :raises FileNotFoundError: Odoo has lost them
        """
        if self.store_fname:
            raw = self.source._file_read(self.store_fname)
        else:
            raw = read_alone(self.source)
        if not raw:
            raise FileNotFoundError(self.store_fname)
        return raw


class _Connection:
    """Opens the connection of an account when it is needed, once for all letters.

    :param stack: closes it in the end
    """

    def __init__(self, stack):
        self._stack = stack
        self._client = None

    def get(self, letter):
        """Return the client of a letter's account.

        :raises UserError, network.MailServerError: see ``iris.email.account._connect_outgoing``
        """
        if self._client is None:
            self._client = self._stack.enter_context(_speak(letter)._connect_outgoing())
        return self._client

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import delivery
from .sending_session import speak

_logger = logging.getLogger(__name__)

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


class IrisEmailSender(models.AbstractModel):
    """What came of a letter, noted on it and on its recipients."""

    _inherit = "iris.email.sender"

    @api.model
    def _get_log_access(self):
        return SQL("write_uid = %s, write_date = now() AT TIME ZONE 'UTC'", self.env.uid)

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
                     WHERE email_id = %(id)s AND state = 'waiting'
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
        if ready.is_passed_on:
            ready.letter.invalidate_recordset()
            ready.letter._pass_on()
        if ready.has_failed_account:
            ready.letter.account_id._note_send_error(False)

    @api.model
    def _note_result(self, letter, recipients, result):
        """Note the server's answer for each recipient (``tools.delivery.Delivery``)."""
        account = speak(letter)
        refusals = {refusal.email: refusal for refusal in result.refused}
        words = {email: account._describe_refusal(one) for email, one in refusals.items()}
        accepted = recipients.filtered(lambda one: one.email not in refusals)
        accepted.write({"state": "accepted", "words": False})
        for recipient in recipients - accepted:
            is_temporary = refusals[recipient.email].is_temporary
            recipient.write(
                {
                    "state": "waiting" if is_temporary else "refused",
                    "words": words[recipient.email],
                }
            )
        waiting = letter.recipient_ids.filtered(lambda one: one.state == "waiting")
        all_words = "\n".join(f"{email}: {said}" for email, said in words.items())
        # RFC 5321 §4.5.3.1.10: it takes no more at a time, so the others have their turn now.
        late = {email for email, one in refusals.items() if one.words.startswith("452")}
        if waiting and accepted and late.issuperset(waiting.mapped("email")):
            letter.write({"state": "queued", "send_attempts": 0, "send_at": fields.Datetime.now()})
        elif waiting:
            self._postpone(letter, all_words, begun=bool(accepted))
        else:
            self._give_up(letter, all_words)
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
        sentence = speak(letter)._describe_send_error(error)
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
            sentence = speak(current)._describe_send_error(error)
            is_temporary = delivery.is_temporary(error)

        def note():
            letters = current | self._search_due(account).try_lock_for_update()
            for letter in letters:
                if is_temporary:
                    self._postpone(letter, sentence)
                else:
                    self._give_up(letter, sentence)
            account._note_send_error(sentence)

        self._turn(note, [])

    @api.model
    def _note_unfit_sender(self, letter):
        """Note that no server can be told the address of the letter's account."""
        account = speak(letter)
        sentence = account.env._(
            "%(address)s is no address that a letter can be sent from: mail servers, or the"
            " sendmail program, would read it as something else. A mail administrator can correct"
            " it on the card of the mail account.",
            address=account.address,
        )
        self._give_up(letter, sentence)

    @api.model
    def _note_uncertain(self, letter):
        """Note that nobody knows whether a letter was sent: it is never sent again by itself."""
        env = speak(letter).env
        sentence = env._(
            "The connection ended before the server confirmed the letter, so nobody knows whether"
            " it arrived. Ask a recipient before you send it again."
        )
        letter.write({"state": "uncertain", "send_error": sentence})

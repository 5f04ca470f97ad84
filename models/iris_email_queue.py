from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..tools import html_editing
from .iris_email_permissions import BUSY_STATES

# Time to think better of it.
UNDO_SECONDS = 10


class IrisEmail(models.Model):
    """The way of a letter into the queue, and out of it again (guide F10).

    ``draft | outbox → queued → sending → sent``, or ``error`` (certainly not sent) or
    ``uncertain`` (maybe sent). What happens from *queued* on is done by ``iris.email.sender``.
    """

    _inherit = "iris.email"

    send_at = fields.Datetime(
        "Send at",
        readonly=True,
        copy=False,
        help="Not before this time: chosen by the user, or the next attempt after a failure.",
    )
    sent_by_id = fields.Many2one(
        "res.users",
        "Sent by",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who pressed Send. If they lose the right to, the letter is not sent.",
    )
    send_attempts = fields.Integer("Attempts", readonly=True, copy=False, aggregator=None)
    send_error = fields.Text(
        "Why it is not sent", readonly=True, copy=False, help="What the server said."
    )
    recipient_ids = fields.One2many(
        "iris.email.recipient", "email_id", "Delivery", readonly=True, copy=False
    )
    is_undelivered = fields.Boolean(
        "Not delivered to all",
        readonly=True,
        copy=False,
        help="The server refused a recipient, or a delivery report came back.",
    )
    undelivered_note = fields.Text(
        "Not delivered", compute="_compute_undelivered_note", help="To whom, and why."
    )

    _queue_idx = models.Index(
        "(account_id, send_at, id) WHERE type = 'outbox' AND state IN ('queued', 'sending')"
    )

    @api.depends("recipient_ids.state", "recipient_ids.words")
    def _compute_undelivered_note(self):
        for letter in self:
            failed = letter.sudo().recipient_ids.filtered(
                lambda recipient: recipient.state in ("refused", "returned")
            )
            letter.undelivered_note = "\n".join(
                f"{recipient.email}: {recipient.words}" if recipient.words else recipient.email
                for recipient in failed
            )

    # -------------------------------------------------------------------------
    # Send
    # -------------------------------------------------------------------------

    def send_letters(self, send_at=False):
        """Put letters into the queue; for some seconds that can be undone.

        Also for those that could not be sent before: *Retry*.

        :param send_at: not before this time (UTC, as ``YYYY-MM-DD HH:MM:SS``); as soon as possible
            by default
        :return: ``ids``, and for how many ``undo_seconds`` they wait
        :rtype: dict
        :raises AccessError: the user may not send one of them
        :raises UserError: something is missing in one of them; it is named
        """
        now = fields.Datetime.now()
        try:
            send_at = fields.Datetime.to_datetime(send_at)
        except ValueError as error:
            raise UserError(self.env._("“%(time)s” is no time.", time=send_at)) from error
        if send_at and send_at <= now:
            raise UserError(self.env._("Choose a time in the future to send the letter at."))
        self._check_may_send()
        self._fill_placeholders()
        self._check_complete()
        self._queue(send_at or now + timedelta(seconds=UNDO_SECONDS))
        return {"ids": self.ids, "undo_seconds": 0 if send_at else UNDO_SECONDS}

    def action_send(self):
        """Send the selected letters (guide F10).

        :return: a notification
        :rtype: dict
        """
        self.send_letters()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "In the queue: %(count)s. They are being sent.", count=len(self)
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def release_letters(self):
        """End the time for second thoughts: letters that wait for nothing else are sent now.

        :raises AccessError: the user may not read one of them
        """
        self.check_access("read")
        soon = fields.Datetime.now() + timedelta(seconds=UNDO_SECONDS)
        waiting = self.sudo().filtered(
            lambda letter: (
                letter.state == "queued"
                and letter.sent_by_id == self.env.user
                and not letter.send_attempts
                and letter.send_at <= soon
            )
        )
        waiting.send_at = fields.Datetime.now()
        if waiting:
            self._trigger_sending()
        return True

    def take_back(self):
        """Take letters out of the queue, and make drafts of them again: Undo.

        Also letters that could not be sent, so that they can be mended. One that some recipients
        have already is not tried again for the others, and counts as sent.

        :raises AccessError: the user may not send one of them, and has not sent it
        :raises UserError: one of them is on its way already
        """
        self._check_may_take_back()
        letters = self.sudo()
        locked = letters.try_lock_for_update()
        for letter in letters:
            if letter not in locked or letter.state not in ("queued", "error", "uncertain"):
                raise UserError(
                    self.env._(
                        "“%(letter)s” is on its way already, so it cannot be taken back.",
                        letter=letter.sudo(False).display_name,
                    )
                )
        begun = letters.filtered(lambda letter: "accepted" in letter.recipient_ids.mapped("state"))
        begun.recipient_ids.filtered(lambda one: one.state == "waiting").state = "refused"
        begun._become_sent()
        letters -= begun
        letters._drop_sources()
        letters.write(
            {
                "type": "draft",
                "state": False,
                "send_at": False,
                "send_error": False,
                "send_attempts": 0,
                "is_undelivered": False,
                "recipient_ids": [Command.clear()],
                # What is not sent is in no mailbox: in the trash, or not.
                "trashed_account_ids": [Command.clear()],
            }
        )
        return True

    def action_take_back(self):
        """Make drafts of letters that wait, or could not be sent; see `take_back`."""
        self.take_back()

    def action_mark_sent(self):
        """Settle that letters of which it was uncertain have been sent.

        :raises AccessError: the user may not send one of them
        """
        self._check_may_take_back()
        uncertain = self.sudo().filtered(lambda letter: letter.state == "uncertain")
        uncertain.recipient_ids.filtered(lambda one: one.state == "waiting").state = "accepted"
        uncertain._become_sent()

    # -------------------------------------------------------------------------
    # Conditions
    # -------------------------------------------------------------------------

    def _check_may_send(self):
        """Check that the current user may send these letters.

        :raises AccessError: names a letter, and what is missing
        :raises UserError: the letter is none that can be sent
        """
        self.check_access("read")
        self._check_permission("edit")
        if self.env.su:
            return
        sender_ids = self.env["iris.email.account"]._get_sender_ids()
        for letter in self:
            name = letter.display_name
            if letter.type not in ("draft", "outbox"):
                raise UserError(
                    self.env._("“%(letter)s” is no letter that waits to be sent.", letter=name)
                )
            if letter.state in BUSY_STATES:
                raise UserError(self.env._("“%(letter)s” is in the queue already.", letter=name))
            account = letter.sudo().account_id
            if account and account.id not in sender_ids:
                raise letter._make_sending_error()

    def _check_may_take_back(self):
        """Check that the current user may stop these letters: their own, or as one who may send.

        :raises AccessError: names a letter, and what is missing
        """
        self.check_access("read")
        self._check_permission("edit")
        if self.env.su:
            return
        sender_ids = self.env["iris.email.account"]._get_sender_ids()
        for letter in self.sudo():
            is_own = self.env.user in letter.sent_by_id | letter.responsible_id
            if not is_own and letter.account_id.id not in sender_ids:
                raise letter.sudo(False)._make_sending_error()

    def _make_sending_error(self):
        return AccessError(
            self.env._(
                "You may not send “%(letter)s” from %(account)s. Choose another mailbox in From, or"
                " ask a mail administrator for the right to send.",
                letter=self.display_name,
                account=self.sudo().account_id.sudo(False).display_name,
            )
        )

    def _check_complete(self):
        """Check that nothing is missing in letters that are to be sent.

        :raises UserError: names the letter, and what to do
        """
        for letter in self:
            if sentence := letter._get_obstacle():
                name = letter.display_name
                raise UserError(
                    self.env._("“%(letter)s”: %(sentence)s", letter=name, sentence=sentence)
                )

    def _get_obstacle(self):
        """Return what keeps the letter from being sent, in the user's language, or False."""
        account = self.sudo().account_id
        if self.is_trashed:
            return self.env._("it is in the trash. Restore it first.")
        if not account:
            return self.env._("choose in From the mailbox to send it from.")
        if not account.active:
            return self.env._(
                "%(account)s is not active, so nothing is sent from it. Choose another mailbox.",
                account=account.address,
            )
        read = self._read_recipients()
        wrong = [entry for _people, entries in read.values() for entry in entries]
        if wrong:
            return self.env._(
                "no e-mail address: %(entries)s. Write addresses like ivan@example.com, with commas"
                " between them.",
                entries=", ".join(f"“{entry}”" for entry in wrong),
            )
        if not self._get_envelope():
            return self.env._("it has no recipient. Enter an address in To.")
        if links := self.sudo().attachment_ids.filtered(lambda file: file.type == "url"):
            return self.env._(
                "%(files)s: a link cannot be sent as a file. Put it into the text instead.",
                files=", ".join(links.mapped("name")),
            )
        if placeholders := self._get_open_placeholders():
            return self.env._(
                "choose the contact that fills %(placeholders)s, or replace that by hand.",
                placeholders=", ".join(placeholders),
            )
        return False

    # -------------------------------------------------------------------------
    # In the queue
    # -------------------------------------------------------------------------

    def _queue(self, send_at):
        """Put letters into the queue, with the recipients that have not got them yet."""
        recipients = self.env["iris.email.recipient"]
        written = self.sudo()._get_sources()
        # Once its bytes are made, From says what stands in them.
        self.filtered(lambda letter: letter.id not in written)._note_sender()
        for letter in self._plain_sudo():
            stored = letter.recipient_ids
            letter.write(
                {
                    "type": "outbox",
                    "state": "queued",
                    "send_at": send_at,
                    "sent_by_id": self.env.uid,
                    "send_attempts": 0,
                    "send_error": False,
                    "blank_digest": False,
                    "is_undelivered": False,
                    "recipient_ids": []
                    if stored
                    else [
                        Command.create(one) for one in recipients._prepare(letter._get_envelope())
                    ],
                }
            )
            stored.filtered(lambda one: one.state == "refused").write(
                {"state": "waiting", "words": False}
            )
        self.sudo()._note_files()
        self._trigger_sending(send_at)

    @api.model
    def _trigger_sending(self, at=None):
        """Let the queue be worked, at once or at some time (UTC)."""
        cron = self.env.ref("iris_email.ir_cron_send").sudo()
        waiting = [("cron_id", "=", cron.id), ("call_at", "=", at)]
        if not at or not self.env["ir.cron.trigger"].sudo().search_count(waiting, limit=1):
            cron._trigger(at)

    def _become_sent(self):
        """Note that letters were sent, and that they answer others (superuser mode)."""
        self.write(
            {
                "type": "sent",
                "state": False,
                "send_at": False,
                "send_error": False,
                "date": fields.Datetime.now(),
            }
        )
        for letter in self:
            failed = letter.recipient_ids.filtered(lambda one: one.state == "refused")
            if failed:
                letter.is_undelivered = True
        self.parent_id._become_answered()
        self._pass_on()

    def _become_answered(self):
        """Note that letters were answered (superuser mode)."""
        self.filtered(lambda letter: not letter.is_answered).is_answered = True

    def _note_files(self):
        """Note whether letters have files besides those within their text."""
        counts = (
            self.env["ir.attachment"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("res_field", "=", False),
                    ("iris_inline", "=", False),
                ],
                ["res_id"],
            )
        )
        with_files = {res_id for (res_id,) in counts}
        for letter in self.sudo():
            if letter.has_attachments != (letter.id in with_files):
                letter.has_attachments = letter.id in with_files

    # -------------------------------------------------------------------------
    # Second thoughts
    # -------------------------------------------------------------------------

    def get_send_doubts(self):
        """Return what the author may have forgotten, for a question before sending.

        :return: names: ``subject``, ``text``
        :rtype: list[str]
        """
        doubts = []
        for letter in self:
            written = html_editing.without_signature_and_quote(letter.body_html or "")
            if not (letter.subject or "").strip():
                doubts.append("subject")
            if html_editing.is_blank(written) and not letter.has_attachments:
                doubts.append("text")
        return list(dict.fromkeys(doubts))

import logging
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# Seconds of one step: short for a button that shows progress, longer where nobody waits.
STEP_SECONDS = 3.0
CRON_STEP_SECONDS = 20.0

# The longest that somebody waits for the rest of one letter, and the most that fits into memory.
WHOLE_SECONDS = 90.0
WHOLE_BYTES = 150 * 1024 * 1024

# Seconds that the server action works before it leaves the rest to the scheduled action.
ACTION_SECONDS = 30.0


class IrisEmailAccount(models.Model):
    """Check mail: who may, and the three ways to call it (guide A6, E2)."""

    _inherit = "iris.email.account"

    letters_wait = fields.Boolean(
        "Letters wait",
        readonly=True,
        copy=False,
        groups="iris_email.group_manager",
        help="The last check ended before all new letters were loaded.",
    )
    slow_uidl = fields.Char(
        "UIDL of a slow letter",
        readonly=True,
        copy=False,
        groups="iris_email.group_manager",
        help="This letter took too long: the next check loads only its beginning.",
    )

    # -------------------------------------------------------------------------
    # The button in the web client
    # -------------------------------------------------------------------------

    @api.model
    def check_mail_start(self):
        """Return the mailboxes that the current user may check.

        :return: ``[{"id": int, "address": str}, …]``, the one that waited longest first
        :rtype: list[dict]
        :raises UserError: there is none
        """
        return [{"id": account.id, "address": account.address} for account in self._get_checkable()]

    def check_mail_step(self):
        """Load letters of one mailbox for some seconds, commit them and tell how far it is.

        :return: ``processed`` letters of this step, ``new`` ones among them, ``remaining`` ones,
            whether it is ``finished``, whether somebody else checks it just now (``busy``), and
            the ``error`` in the user's words or False
        :rtype: dict
        :raises AccessError: the user holds no right to read incoming letters of the account
        """
        self.ensure_one()
        self._check_may_check()
        return self._check_mail_step(STEP_SECONDS)

    @api.private
    def _check_mail_step(self, seconds):
        account = self.sudo()
        result = account.env["iris.email.receiver"]._check_step(account, seconds)
        if not result["busy"]:
            account._note_letters_wait(not result["finished"])
        return result

    def _note_letters_wait(self, waits):
        # who checks it by now will note it themself
        if self.letters_wait != waits and self.try_lock_for_update(allow_referencing=True):
            self.letters_wait = waits
            self.env.cr.commit()  # pylint: disable=invalid-commit

    # -------------------------------------------------------------------------
    # The server action
    # -------------------------------------------------------------------------

    def action_check_mail(self):
        """Check these mailboxes, or all that the user may read, and tell the result.

        :return: a notification
        :rtype: dict
        """
        if self:
            self._check_may_check()
            accounts = self
        else:
            accounts = self._get_checkable()
        deadline = time.monotonic() + ACTION_SECONDS
        new, waiting, errors = 0, 0, []
        for account in accounts.sudo():
            while True:
                result = account._check_mail_step(
                    max(0.0, min(STEP_SECONDS, deadline - time.monotonic()))
                )
                new += result["new"]
                if result["error"]:
                    errors.append(f"{account.address}: {result['error']}")
                if result["finished"]:
                    break
                if time.monotonic() > deadline:
                    waiting += result["remaining"]
                    break
        if waiting:
            self.env.ref("iris_email.ir_cron_check_mail").sudo()._trigger()
        return self._notify_result(new, waiting, errors)

    @api.model
    def _notify_result(self, new, waiting, errors):
        sentences = [
            self.env._("New letters: %(count)s.", count=new)
            if new
            else self.env._("No new letters.")
        ]
        if waiting:
            sentences.append(
                self.env._("%(count)s more are being loaded in the background.", count=waiting)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if errors else "success",
                "sticky": bool(errors),
                "message": " ".join([*sentences, *errors]),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -------------------------------------------------------------------------
    # The scheduled action
    # -------------------------------------------------------------------------

    @api.model
    def _cron_check_mail(self):
        """Check all active mailboxes in turn, so that none makes the others wait.

        A round may take several runs of the scheduled action: those after the first leave out what
        the round is through with, or it would never end.
        """
        now = fields.Datetime.now()
        domain = Domain("incoming_host", "!=", False) & (
            Domain("next_try", "=", False) | Domain("next_try", "<=", now)
        )
        if began := self._get_begin_of_round():
            domain &= (
                Domain("last_check", "=", False)
                | Domain("last_check", "<", began)
                | Domain("letters_wait", "=", True)
            )
        due = self.sudo().search(domain, order="last_check ASC NULLS FIRST, id")
        progress = self.env["ir.cron"]
        waiting = list(due)
        has_time = progress._commit_progress(remaining=len(waiting))
        while waiting and has_time:
            account = waiting.pop(0)
            try:
                result = account._check_mail_step(CRON_STEP_SECONDS)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                # Somebody changed the account meanwhile: it has its turn in the next run.
                self.env.cr.rollback()
                _logger.info("Mail account %s was changed during its check", account.id)
                result = {"finished": True, "processed": 0}
            if not result["finished"]:
                waiting.append(account)
            done = result["finished"] or bool(result["processed"])
            has_time = progress._commit_progress(int(done), remaining=len(waiting))

    @api.model
    def _get_begin_of_round(self):
        """Return when the first run of this round began, or None if this is the first.

        Odoo keeps what every run of a scheduled action had left; a round ends with nothing left.

        :rtype: datetime.datetime | None
        """
        runs = self.env["ir.cron.progress"].sudo()
        current = runs.browse(self.env.context.get("ir_cron_progress_id"))
        if not current:
            return None
        earlier = Domain("cron_id", "=", current.cron_id.id) & Domain("id", "<", current.id)
        ended = runs.search(earlier & Domain("remaining", "=", 0), order="id DESC", limit=1)
        first = runs.search(earlier & Domain("id", ">", ended.id or 0), order="id", limit=1)
        # last_check knows only seconds
        return first.create_date.replace(microsecond=0) if first else None

    # -------------------------------------------------------------------------
    # Who may
    # -------------------------------------------------------------------------

    @api.model
    def _get_checkable(self):
        """Return the active mailboxes whose incoming letters the current user may read.

        :raises UserError: there is none
        """
        permitted = self._get_permitted_ids("incoming", "read")
        accounts = self.search([("id", "in", permitted)])
        accounts = (
            accounts.sudo()
            .filtered("incoming_host")
            .sorted(lambda account: account.last_check or fields.Datetime.to_datetime("1970-01-01"))
        )
        if not accounts:
            raise UserError(
                self.env._(
                    "No mailbox is shared with you yet, so there is no mail to check. Ask a mail"
                    " administrator for the right to read one."
                )
            )
        return accounts.sudo(False)

    def _check_may_check(self):
        """:raises AccessError: the user may neither read nor manage these mailboxes"""
        if self.env.su:
            return
        permitted = self._get_permitted_ids("incoming", "read")
        if not self.has_access("read") or not (
            self.env.user.has_group("iris_email.group_manager") or set(self.ids) <= set(permitted)
        ):
            raise AccessError(
                self.env._(
                    "You may not check this mailbox. Ask a mail administrator for the right to"
                    " read its incoming letters."
                )
            )

    def _fetch_one(self, uidl):
        """Return one letter from the server, or None if it is gone.

        The account's limit of size is left aside; WHOLE_BYTES and WHOLE_SECONDS are not.

        :param str uidl: how the ledger knows the letter
        :rtype: bytes | None
        :raises network.MailServerError: whatever the server or the network did
        """
        self.ensure_one()
        with self._connect_incoming() as client:
            for number, identity in client.identities().items():
                if identity == uidl:
                    _number, outcome = next(
                        iter(
                            client.retrieve(
                                [number], max_bytes=WHOLE_BYTES, max_seconds=WHOLE_SECONDS
                            )
                        )
                    )
                    if isinstance(outcome, Exception):
                        raise outcome
                    return outcome
        return None

from collections import defaultdict

from odoo import models

from .iris_email_recipient import get_key


class IrisEmail(models.Model):
    """Delivery reports that come in tell of letters that were sent (RFC 3464)."""

    _inherit = "iris.email"

    def _link_reports(self, account, reports):
        """Note on the letters in question what delivery reports say of them.

        Only letters of the mailbox that got the report: nobody else can have had it from there.

        :param account: the ``iris.email.account`` that has received these letters just now
        :param reports: for each of these letters a ``tools.report.Report``, or None
        """
        by_id = defaultdict(list)
        for letter, report in zip(self, reports, strict=True):
            if report and report.message_id:
                by_id[report.message_id].append((letter, report))
        if not by_id:
            return
        sent_letters = self.search(
            [
                ("message_id", "in", list(by_id)),
                ("account_id", "=", account.id),
                ("type", "in", ("sent", "outbox")),
                ("is_trashed", "in", (True, False)),
            ]
        )
        for sent in sent_letters:
            for letter, report in by_id[sent.message_id]:
                if not letter.parent_id:
                    letter.parent_id = sent
                sent._note_report(report)

    def _note_report(self, report):
        """Note which recipients a letter did not reach, or not yet."""
        self.ensure_one()
        by_email = {get_key(one.email): one for one in self.recipient_ids}
        for failed in report.recipients:
            recipient = by_email.get(get_key(failed.email))
            if not recipient and len(self.recipient_ids) == 1:
                recipient = self.recipient_ids  # it may have been passed on to another address
            if not recipient or recipient.state != "accepted":
                continue  # anybody can write a report: it stops nothing that is on its way
            words = " ".join(filter(None, [failed.status, failed.words]))
            if failed.action == "failed":
                recipient.write({"state": "returned", "words": words})
                self.is_undelivered = True
            else:
                recipient.words = words

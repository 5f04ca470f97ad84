import hashlib

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .iris_email_received import LONGEST_ID

# Some bytes of a digest are the same length for every Message-ID, and no two have the same.
KEY_LENGTH = 24

# Of more letters of a conversation nobody wants to know the number.
MOST_COUNTED = 1_000

# So many letters at most change their conversation when the letter comes that they answer: that
# may be forged.
MOST_MOVED = 50


class IrisEmail(models.Model):
    """Which letters belong together (RFC 5322 §3.6.4).

    The key of a conversation is made of the Message-ID of its first letter, whether that one is
    here or not. It tells nothing but that, and to nobody: who may read some of the letters learns
    of these alone that they belong together.
    """

    _inherit = "iris.email"

    conversation = fields.Char(
        compute="_compute_conversation",
        store=True,
        readonly=False,  # who creates many letters gives it
        copy=False,
        groups=fields.NO_ACCESS,
        help="The same for all letters of a conversation. Without it, a letter stands for itself.",
    )
    conversation_size = fields.Integer(
        "Letters of the conversation",
        compute="_compute_conversation_counts",
        help="How many of them you may read, without those in the trash; 1,000 at most.",
    )
    conversation_unread = fields.Integer(
        "Unread letters of the conversation",
        compute="_compute_conversation_counts",
        help="How many of them are new for you.",
    )

    _conversation_idx = models.Index(
        """(conversation, date, id) INCLUDE
        (account_id, type, state, responsible_id, company_id, custom_access, in_several, in_trash)
        WHERE conversation IS NOT NULL"""
    )

    # -------------------------------------------------------------------------
    # Compute
    # -------------------------------------------------------------------------

    @api.depends("message_id", "in_reply_to", "references", "parent_id")
    def _compute_conversation(self):
        for letter in self:
            letter.conversation = letter.parent_id.conversation or make_key(
                _get_first_id(letter.references, letter.in_reply_to, letter.message_id)
            )

    @api.depends("conversation")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_conversation_counts(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT key, count(*), count(*) FILTER (WHERE type = 'inbox' AND NOT %s)
                FROM (%s) AS letter GROUP BY key""",
                self._get_read_sql("letter"),
                self._origin._get_newest_sql(MOST_COUNTED, "type"),
            )
        )
        counts = {own_key: (size, unread) for own_key, size, unread in rows}
        for letter in self:
            own_key = letter._origin.sudo().conversation or str(letter._origin.id)
            size, unread = counts.get(own_key, (0, 0))
            letter.conversation_size, letter.conversation_unread = size, unread

    # -------------------------------------------------------------------------
    # Questions
    # -------------------------------------------------------------------------

    @api.readonly
    def get_conversation_ids(self, domain):
        """Return the letters of the conversations of these letters, newest first.

        :param list domain: which of them; those in the trash only if it asks for them
        :rtype: list[int]
        :raises AccessError: the user may not read one of these letters
        """
        self.check_access("read")
        if not self:
            return []
        return self.search(Domain(domain) & self._get_conversation_domain()).ids

    def _get_conversation_domain(self):
        """Return the domain of the letters of the conversations of these letters, with them."""
        keys = set(self.sudo().mapped("conversation")) - {False}
        alone = set(self.sudo().filtered(lambda letter: not letter.conversation).ids)
        field = self._fields["conversation"]

        def to_sql(_model, alias, _query):
            column = SQL.identifier(alias, "conversation", to_flush=field)
            in_keys = SQL("%s = ANY(%s)", column, list(keys))
            in_ids = SQL("%s = ANY(%s)", SQL.identifier(alias, "id"), list(alone))
            return SQL("(%s OR %s)", in_keys, in_ids) if alone else in_keys

        return Domain.custom(
            to_sql=to_sql,
            predicate=lambda letter: letter.sudo().conversation in keys or letter.id in alone,
        )

    def _get_newest_sql(self, most, *columns):
        """Return a query for the newest letters of the conversations of these letters.

        They are those that the user may read and that are not in the trash. Each conversation is
        read along its index: however long it is, no more of it is looked at.

        :param int most: how many of each conversation
        :param str columns: what to read beside ``key`` (the conversation, or the id as a text of
            a letter that stands for itself) and ``id``
        """
        letters = self.with_context(active_test=True)
        field = self._fields["conversation"]
        of_key = Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s = own.key", SQL.identifier(alias, "conversation", to_flush=field)
            )
        )
        together = letters._search(of_key)
        together.order, together.limit = "date DESC, id DESC", most
        alone = self.sudo().filtered(lambda letter: not letter.conversation).ids
        by_itself = letters._search([("id", "in", alone)])
        names = [
            SQL.identifier(self._table, name, to_flush=self._fields[name])
            for name in ("id", *columns)
        ]
        return SQL(
            """SELECT own.key, newest.* FROM unnest(%s::varchar[]) AS own (key)
            CROSS JOIN LATERAL (%s) AS newest UNION ALL %s""",
            list(set(self.sudo().mapped("conversation")) - {False}),
            together.select(*names),
            by_itself.select(SQL("id::text"), *names),
        )

    # -------------------------------------------------------------------------
    # Letters that come in
    # -------------------------------------------------------------------------

    @api.model
    def _add_conversations(self, account, values):
        """Add their conversations to the values of new letters of a mailbox.

        An answer belongs to the conversation of the letter that it answers, if that one is here,
        and else to the one that begins with the first of its References. When the former comes
        later, the answers follow it.

        :param account: the ``iris.email.account`` that received them
        :param list[dict] values: see `_prepare_received`
        """
        by_id = {vals["message_id"]: vals for vals in reversed(values) if vals["message_id"]}
        known = self._get_known_conversations(account, {*by_id, *map(_get_answered_id, values)})
        for vals in values:
            _set_conversation(vals, by_id, known)
        # Of two letters with the same Message-ID the first one counts: the other may be forged.
        first = {
            make_key(message_id): vals
            for message_id, vals in by_id.items()
            if message_id not in known and vals["conversation"] != make_key(message_id)
        }
        moved = {key: vals["conversation"] for key, vals in first.items()}
        for vals in values:
            vals["conversation"] = _follow(vals["conversation"], moved)
        self._move_to_conversations(
            account, [(key, _follow(key, moved), vals["date"]) for key, vals in first.items()]
        )

    @api.model
    def _get_known_conversations(self, account, message_ids):
        """Return the conversations of letters that a mailbox has, by their Message-IDs."""
        self.flush_model(["message_id", "conversation", "account_id", "in_several"])
        rows = self.env.execute_query(
            SQL(
                """SELECT message_id, conversation FROM iris_email
                WHERE message_id = ANY(%s) AND conversation IS NOT NULL AND %s
                ORDER BY id DESC""",
                list(message_ids - {False}),
                account._get_has_letter_sql("iris_email"),
            )
        )
        return dict(rows)

    @api.model
    def _move_to_conversations(self, account, moved):
        """Let letters of a mailbox follow the letter that they answer, which comes only now.

        Those that another mailbox received first stay: there they may have answers that stay, too.
        Anybody can send a letter with any Message-ID, so that it joins what has nothing to do with
        each other. Therefore few letters follow, and none if some are older than that one.

        :param list[tuple] moved: the key that they have, the key that they get, and the date of
            the letter that they answer
        """
        if not moved:
            return
        self.flush_model(["date"])
        keys, new_keys, dates = zip(*moved, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                WITH orphan AS (
                    SELECT found.id, key, answered_date,
                           min(found.date) OVER same_key AS first_date,
                           count(*) OVER same_key AS letters
                      FROM unnest(%(keys)s, %(new_keys)s, %(dates)s) AS moved
                           (old_key, key, answered_date)
                     CROSS JOIN LATERAL (
                        SELECT id, date FROM iris_email
                         WHERE conversation = old_key AND account_id = %(account)s
                         LIMIT %(most)s + 1
                     ) AS found
                    WINDOW same_key AS (PARTITION BY old_key)
                )
                UPDATE iris_email SET conversation = key
                  FROM orphan
                 WHERE iris_email.id = orphan.id
                   AND letters <= %(most)s AND first_date >= answered_date
             RETURNING iris_email.id
                """,
                keys=list(keys),
                new_keys=list(new_keys),
                dates=list(dates),
                account=account.id,
                most=MOST_MOVED,
            )
        )
        letters = self.browse(letter_id for (letter_id,) in rows)
        letters.invalidate_recordset(
            ["conversation", "conversation_size", "conversation_unread"], flush=False
        )


def make_key(message_id):
    """Return the key of the conversation that begins with a letter, False if it has no id.

    :param str message_id: with its angle brackets, as it stands in the header
    """
    if not message_id:
        return False
    digest = hashlib.sha256(message_id[:LONGEST_ID].encode(errors="replace"))
    return digest.hexdigest()[:KEY_LENGTH]


def _get_first_id(references, in_reply_to, message_id):
    return next(iter((references or "").split(None, 1)), in_reply_to or message_id)


def _get_answered_id(vals):
    """Return the Message-ID of the letter that one answers, False if it answers none."""
    if vals["in_reply_to"] or not vals["references"]:
        return vals["in_reply_to"]
    return vals["references"].rsplit(None, 1)[-1][:LONGEST_ID]


def _set_conversation(vals, by_id, known):
    """Set the conversation of a new letter, and of those before it in the same batch.

    :param dict by_id: the values of letters of the batch, by their Message-IDs
    :param dict known: the conversations of older letters, by their Message-IDs
    """
    chain = {}
    while "conversation" not in vals:
        chain[id(vals)] = vals
        answered_id = _get_answered_id(vals)
        answered = by_id.get(answered_id)
        if answered_id in known:
            key = known[answered_id]
            break
        if answered is None or id(answered) in chain:  # forged letters answer each other in a ring
            ids = (vals[name] for name in ("references", "in_reply_to", "message_id"))
            key = make_key(_get_first_id(*ids))
            break
        vals = answered
    else:
        key = vals["conversation"]
    for one in chain.values():
        one["conversation"] = key


def _follow(key, moved):
    """Return where a conversation has moved to, over as many moves as there are."""
    seen = set()
    while key in moved and key not in seen:
        seen.add(key)
        key = moved[key]
    return key

import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL
from psycopg2 import DataError, OperationalError
from psycopg2.errors import QueryCanceled

from .search_term import parse_term

_logger = logging.getLogger(__name__)

TEXT_FIELDS = frozenset(
    {"subject", "email_from", "email_to", "email_cc", "email_bcc", "body_text", "body_html"}
)

# How many characters are indexed: of a header field, of the text, of HTML in place of a text.
# PostgreSQL's limit for the words of one letter is 1 MB.
LONGEST_FIELD = 10_000
LONGEST_TEXT = 100_000
LONGEST_HTML = 200_000

# Up to this many letters it is cheaper to fetch what the index names than to look at the letters
# of the list one after the other.
FEW_LETTERS = 50_000

BATCH = 500
LARGE_BATCH = 20_000
# More letters than the search should read one by one are indexed where they are stored.
MOST_PENDING = 5_000


class IrisEmailFullText(models.Model):
    """The words of letters, for the search: one row a letter, with the letter's id.

    Finding words in a letter costs a quarter of a millisecond, too much for the check of mail. So
    a new or changed letter only gets a row without words; the scheduled action fills it in, in
    another process, and until then the search reads the letter itself.

    A letter has its words as they are, which serve beginnings of words and phrases, and their
    stems: PostgreSQL's configuration ``russian`` takes the stems of ASCII words as English.
    """

    _name = "iris.email.full.text"
    _description = "Words of letters"
    _auto = False
    _log_access = False

    # -------------------------------------------------------------------------
    # The table
    # -------------------------------------------------------------------------

    @api.model
    def _set_up(self):
        """Make the table and index the letters that there are; see to letters that have no row."""
        exists = self.env.execute_query(SQL("SELECT to_regclass(%s)", self._table))[0][0]
        if exists:
            self._queue_missing()
        else:
            self._create_table()
            self._index_all()

    def _create_table(self):
        # Words that do not fit beside the id are stored apart, uncompressed: they are read often.
        self.env.execute_query(
            SQL(
                """
                CREATE TABLE iris_email_full_text (
                    id integer PRIMARY KEY REFERENCES iris_email ON DELETE CASCADE,
                    vector tsvector
                );
                COMMENT ON TABLE iris_email_full_text IS 'Words of letters';
                ALTER TABLE iris_email_full_text ALTER vector SET STORAGE EXTERNAL;
                ALTER TABLE iris_email_full_text SET (toast_tuple_target = 128);
                CREATE INDEX iris_email_full_text_pending_idx
                    ON iris_email_full_text (id) WHERE vector IS NULL;
                SELECT 1
                """
            )
        )

    @api.model
    def _index_all(self):
        """Index all letters that are not yet indexed, a whole database as well.

        The index is made after its content, which takes a third of the time.

        :return: how many letters were indexed
        :rtype: int
        """
        self.env["iris.email"].flush_model(TEXT_FIELDS)
        self._queue_missing()
        self.env.cr.execute("DROP INDEX IF EXISTS iris_email_full_text_vector_idx")
        total = 0
        while done := self._index_pending(LARGE_BATCH):
            total += done
            _logger.info("%s letters indexed for the search", total)
        self.env.cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
        self.env.cr.execute(
            "CREATE INDEX iris_email_full_text_vector_idx ON iris_email_full_text"
            " USING gin (vector)"
        )
        self.env.cr.execute("RESET maintenance_work_mem")
        self.env.cr.execute("ANALYZE iris_email_full_text")
        return total

    def _queue_missing(self):
        self.env.cr.execute(
            "INSERT INTO iris_email_full_text (id)"
            " SELECT id FROM iris_email EXCEPT SELECT id FROM iris_email_full_text"
        )

    # -------------------------------------------------------------------------
    # Indexing
    # -------------------------------------------------------------------------

    @api.model
    def _queue(self, letters):
        """Note that letters are new or have changed.

        :param letters: ``iris.email`` records that are in the database
        """
        if not letters:
            return
        [[pending]] = self.env.execute_query(
            SQL(
                """
                WITH queued AS (
                    INSERT INTO iris_email_full_text (id) SELECT unnest(%s)
                        ON CONFLICT (id) DO UPDATE SET vector = NULL
                )
                SELECT count(*) FROM (
                    SELECT FROM iris_email_full_text WHERE vector IS NULL LIMIT %s
                ) AS pending
                """,
                letters.ids,
                MOST_PENDING,
            )
        )
        if pending == MOST_PENDING:  # the scheduled action does not run, or not fast enough
            letters.flush_model(TEXT_FIELDS)
            self._index_pending(max(2 * len(letters), BATCH))
        cron = self.env.ref("iris_email.ir_cron_index_letters", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_index(self):
        """Index what is new, batch after batch."""
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self._count_pending())
        indexed = 0
        while done := self._index_pending(BATCH):
            indexed += done
            if not progress(done, remaining=self._count_pending()):
                break
        if indexed:
            # Otherwise every search would read what is not yet sorted into the index.
            self.env.cr.execute("SELECT gin_clean_pending_list('iris_email_full_text_vector_idx')")

    def _count_pending(self):
        self.env.cr.execute("SELECT count(*) FROM iris_email_full_text WHERE vector IS NULL")
        return self.env.cr.fetchone()[0]

    @api.model
    def _index_pending(self, limit):
        """Index letters that wait for it, the newest first.

        :param int limit: at most so many
        :return: how many were indexed
        :rtype: int
        """
        waiting = self.env.execute_query(
            SQL(
                "SELECT id FROM iris_email_full_text WHERE vector IS NULL ORDER BY id DESC"
                " LIMIT %s FOR UPDATE SKIP LOCKED",
                limit,
            )
        )
        ids = [letter_id for (letter_id,) in waiting]
        if ids and not self._try_index(ids):
            for letter_id in ids:
                if not self._try_index([letter_id]):
                    _logger.warning("The words of letter %s cannot be indexed", letter_id)
                    empty = SQL(
                        "UPDATE iris_email_full_text SET vector = '' WHERE id = %s", letter_id
                    )
                    self.env.cr.execute(empty)
        return len(ids)

    def _try_index(self, ids):
        """Index letters; tell whether PostgreSQL could hold the words of all of them."""
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        """
                        UPDATE iris_email_full_text AS found
                           SET vector = to_tsvector('pg_catalog.simple', words)
                                     || strip(to_tsvector('pg_catalog.russian', words))
                          FROM (SELECT letter.id, %s AS words
                                  FROM iris_email AS letter
                                 WHERE letter.id = ANY(%s)
                                OFFSET 0) AS letters
                         WHERE found.id = letters.id
                        """,
                        _words_sql(),
                        ids,
                    ),
                    log_exceptions=False,
                )
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, QueryCanceled):
            raise
        except (DataError, OperationalError):
            return False
        return True

    # -------------------------------------------------------------------------
    # Searching
    # -------------------------------------------------------------------------

    @api.model
    def _read_term(self, term):
        """Translate a search term into PostgreSQL's language.

        :param str term: whatever somebody typed
        :return: the query, and the regular expressions that find the same in a letter itself; None
            if there is no word in it
        :rtype: tuple[str, list[str]] | None
        """
        groups = parse_term(term)
        if not groups:
            return None
        parts = [group.to_sql() for group in groups]
        stems = [
            SQL("tsvector_to_array(to_tsvector('pg_catalog.russian', %s))", group.stemmed or "")
            for group in groups
        ]
        [[_jit, query, *found]] = self.env.execute_query(
            # Compiling takes longer than any of these searches, dear as the planner takes them.
            SQL(
                "SELECT set_config('jit', 'off', true), (%s)::text, %s",
                SQL(" && ").join(parts),
                SQL(", ").join(stems),
            )
        )
        if not query:
            return None
        expressions = [group.to_expression(stem) for group, stem in zip(groups, found, strict=True)]
        return query, expressions

    @api.model
    def _is_rare(self, term):
        """Tell whether a search term is one of which all hits are fetched from the index.

        :param term: whatever somebody typed; several at once are not
        """
        words = self._read_term(term) if isinstance(term, str) else None
        return bool(words) and self._estimate(words[0]) <= FEW_LETTERS

    @api.model
    def _get_pending_matches(self, expressions):
        """Find letters that are not yet indexed.

        :param list[str] expressions: regular expressions that must all match
        :rtype: list[int]
        """
        self.env["iris.email"].flush_model(TEXT_FIELDS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM (SELECT letter.id, %s AS words
                          FROM iris_email AS letter
                          JOIN iris_email_full_text AS found ON found.id = letter.id
                         WHERE found.vector IS NULL
                        OFFSET 0) AS pending
                 WHERE %s
                """,
                _text_sql(),
                SQL(" AND ").join(SQL("words ~* %s", one) for one in expressions),
            )
        )
        return [letter_id for (letter_id,) in rows]

    @api.model
    def _estimate(self, query):
        """Estimate how many letters a query finds, as PostgreSQL's planner does.

        :rtype: int
        """
        # A word and its stem are in the same letters: half of the sum is nearer to the truth.
        share = 1 if " | " not in query else 2
        explain = SQL(
            "EXPLAIN (FORMAT JSON) SELECT FROM iris_email_full_text WHERE vector @@ %s::tsquery",
            query,
        )
        return self.env.execute_query(explain)[0][0][0]["Plan"]["Plan Rows"] // share


def _text_sql():
    """Return what is searched of ``letter``. HTML stands in only where there is no text."""
    fields_sql = SQL(", ").join(
        SQL("left(%s, %s)", SQL.identifier("letter", name), LONGEST_FIELD)
        for name in ("subject", "email_from", "email_to", "email_cc", "email_bcc")
    )
    return SQL(
        "concat_ws(' ', %s, left(COALESCE(NULLIF(letter.body_text, ''),"
        " regexp_replace(left(letter.body_html, %s), '<[^<>]*>', ' ', 'g')), %s))",
        fields_sql,
        LONGEST_HTML,
        LONGEST_TEXT,
    )


def _words_sql():
    """Return the text of ``letter`` without the signs that make PostgreSQL take several words for
    one: an address, a path, a number with its sign.
    """
    return SQL(
        "replace(replace(regexp_replace(%s, '[-+./@_:;&<>=?~#%%]+', ' ', 'g'),"
        " 'ё', 'е'), 'Ё', 'Е')",
        _text_sql(),
    )

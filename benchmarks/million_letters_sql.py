"""The SQL of million_letters.py."""

POOLS = (
    "SELECT setseed(0.25)",
    "CREATE TEMP TABLE pool_paragraph (language text, number int, body text) ON COMMIT DROP",
    "CREATE TEMP TABLE pool_subject (language text, number int, subject text) ON COMMIT DROP",
    """CREATE TEMP TABLE pool_person
       (number int, name text, email text, language text, company int) ON COMMIT DROP""",
)

# The words of a letter are those of its parts. Finding them in 100,000 parts and putting them
# together takes a fraction of the time that finding them in a million letters does.
_PART_FUNCTIONS = r"""
    CREATE FUNCTION pg_temp.get_text(part text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT replace(replace(regexp_replace(part, '[-+./@_:;&<>=?~#%%]+', ' ', 'g'),
                               'ё', 'е'), 'Ё', 'Е')
    $$;
    CREATE FUNCTION pg_temp.get_words(part text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT to_tsvector('pg_catalog.simple', pg_temp.get_text(part))
    $$;
    CREATE FUNCTION pg_temp.get_stems(part text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT strip(to_tsvector('pg_catalog.russian', pg_temp.get_text(part)))
    $$;
"""


def _make_parts(name: str, key: str, text: str, source: str) -> str:
    """Return the statement that makes the table of the words of one kind of parts."""
    return f"""
        CREATE TEMP TABLE {name} ON COMMIT DROP AS
        SELECT {key}, pg_temp.get_words({text}) AS words, pg_temp.get_stems({text}) AS stems
          FROM {source};
        ANALYZE {name};
    """


_PARTS = "".join(
    (
        _PART_FUNCTIONS,
        _make_parts("part_paragraph", "language, number", "body", "pool_paragraph"),
        _make_parts("part_subject", "language, number", "subject", "pool_subject"),
        _make_parts("part_person", "language, number", "name || ' ' || email", "pool_person"),
        _make_parts("part_name", "number", "name", "pool_person"),
        _make_parts("part_account", "id", "address", "iris_email_account"),
        _make_parts(
            "part_extra",
            "words_number",
            "extra",
            "(SELECT DISTINCT words_number, extra FROM plan) AS extras",
        ),
    )
)

# Tables to fill without indexes and foreign keys, and to vacuum.
TABLES = (
    "iris_email",
    "iris_email_full_text",
    "iris_email_other_account_rel",
    "iris_email_trash_rel",
    "iris_email_read_rel",
    "iris_email_access",
    "ir_attachment",
)

# What is known of each letter, by chance, in the order in which letters came.
_PLAN = """
    CREATE TEMP TABLE plan ON COMMIT DROP AS
    WITH chance AS (
        SELECT number, number::bigint * 7368787 %% %(letters)s AS position,
               random() AS of_type, random() AS of_state, random() AS of_access,
               random() AS of_trash, random() AS of_responsible, random() AS of_files,
               random() < 0.08 AS through_two, random() < 0.2 AS is_answer,
               floor(random() ^ 2 * %(correspondents)s)::int AS person,
               floor(random() * %(subjects)s)::int AS subject,
               floor(random() * %(paragraphs)s)::int AS first,
               floor(random() * %(paragraphs)s)::int AS second,
               floor(random() * %(paragraphs)s)::int AS third,
               random() * interval '6 hours' AS late, random() < 0.0001 AS is_rare,
               random() < 0.01 AS is_one_percent, random() < 0.3 AS is_thirty_percent
          FROM generate_series(1, %(letters)s) AS number
    ), placed AS (
        SELECT *,
               CASE WHEN of_type < 0.88 THEN 'inbox' WHEN of_type < 0.98 THEN 'sent'
                    WHEN of_type < 0.993 THEN 'draft' WHEN of_type < 0.997 THEN 'outbox'
                    ELSE 'template' END AS type,
               (%(accounts)s::int[])[width_bucket(position, %(borders)s::bigint[])] AS account_id,
               (%(accounts)s::int[])[width_bucket(position * 31 %% %(letters)s,
                                                  %(borders)s::bigint[])] AS second_account_id
          FROM chance
    )
    SELECT number AS id, type, account_id, person, subject, first, second, third,
           timestamp '2022-12-01' + late + interval '1095 days' * (number / %(letters)s::float)
               / CASE account_id WHEN %(closed_account)s THEN 3 ELSE 1 END AS date,
           CASE WHEN type <> 'outbox' OR of_state > 0.75 THEN NULL
                WHEN of_state > 0.6 THEN 'error' ELSE 'queued' END AS state,
           CASE WHEN through_two AND type = 'inbox'
                     AND second_account_id NOT IN (account_id, %(closed_account)s)
                THEN second_account_id END AS other_account_id,
           CASE WHEN of_responsible < 0.003 THEN %(two)s
                WHEN of_responsible < 0.15 AND type IN ('inbox', 'sent') THEN NULL
                ELSE (%(users)s::int[])[1 + floor(((of_responsible - 0.003) / 0.997) ^ 2
                                                  * array_length(%(users)s::int[], 1))]
           END AS responsible_id,
           of_access < 0.01 AS custom_access, of_trash, of_files, is_answer,
           CASE WHEN is_answer AND number > 1000 THEN number - 1 - person %% 999 END AS parent_id,
           is_rare::int + is_one_percent::int * 2 + is_thirty_percent::int * 4 AS words_number,
           concat_ws(' ', CASE WHEN is_rare THEN %(word_rare)s END,
                     CASE WHEN is_one_percent THEN %(word_one_percent)s END,
                     CASE WHEN is_thirty_percent THEN %(word_thirty_percent)s END) AS extra
      FROM placed
     ORDER BY number
"""

# With which letter the conversation of each begins.
_THREADS = """
    CREATE TEMP TABLE thread ON COMMIT DROP AS
    WITH RECURSIVE thread (id, first_id) AS (
        SELECT id, id FROM plan WHERE parent_id IS NULL
         UNION ALL
        SELECT plan.id, first_id FROM thread JOIN plan ON parent_id = thread.id
    )
    TABLE thread
"""

_PARTNERS = """
    INSERT INTO res_partner
           (id, name, complete_name, email, email_normalized, is_company, active, type, parent_id,
            commercial_partner_id)
    SELECT %(first_partner)s + company, 'Company ' || company, 'Company ' || company, NULL, NULL,
           true, true, 'contact', NULL::int, %(first_partner)s + company
      FROM pool_person WHERE number < %(people)s GROUP BY company
     UNION ALL
    SELECT %(first_person)s + number, name, 'Company ' || company || ', ' || name, email, email,
           false, true, 'contact', %(first_partner)s + company, %(first_partner)s + company
      FROM pool_person WHERE number < %(people)s
"""

_LETTERS = """
    INSERT INTO iris_email
           (id, type, state, account_id, in_several, custom_access, in_trash, responsible_id,
            contact_id, company_partner_id, linked_by_hand, correspondent_email, email_from,
            email_to, email_cc, email_bcc, reply_to, subject, body_text, preview, date, message_id,
            in_reply_to, parent_id, conversation, fingerprint, size, is_important, is_answered,
            is_automatic, is_bounce, is_list, has_attachments, is_partial, create_uid, write_uid,
            create_date, write_date)
    SELECT plan.id, type, state, account_id, other_account_id IS NOT NULL, custom_access,
           CASE WHEN of_trash >= 0.02 THEN NULL
                WHEN of_trash < 0.01 AND other_account_id IS NOT NULL THEN 'partly'
                ELSE 'all' END,
           responsible_id,
           CASE WHEN person < %(people)s THEN %(first_person)s + person END,
           CASE WHEN person < %(people)s THEN %(first_partner)s + company END,
           false, pool_person.email,
           CASE type WHEN 'inbox' THEN named ELSE address END,
           CASE type WHEN 'inbox' THEN address ELSE named END,
           '', '', '', pool_subject.subject, letter, left(replace(letter, E'\\n', ' '), 160), date,
           '<' || plan.id || '@large.example>', NULL,
           parent_id, left(encode(sha256(format('<%%s@large.example>', first_id)::bytea), 'hex'),
                           24),
           CASE type WHEN 'inbox' THEN md5(plan.id::text) END, length(letter) * 3,
           of_files > 0.98, is_answer, false, false, false, of_files < 0.18, false, 1, 1, date, date
      FROM plan
      JOIN thread USING (id)
      JOIN pool_person ON pool_person.number = person
      JOIN pool_subject
        ON pool_subject.number = plan.subject AND pool_subject.language = pool_person.language
      JOIN pool_paragraph AS one
        ON one.number = first AND one.language = pool_person.language
      JOIN pool_paragraph AS two
        ON two.number = second AND two.language = pool_person.language
      JOIN pool_paragraph AS three
        ON three.number = third AND three.language = pool_person.language
      JOIN iris_email_account ON iris_email_account.id = account_id,
           LATERAL (SELECT format('%%s <%%s>', name, pool_person.email) AS named,
                           concat_ws(E'\\n\\n', one.body, two.body, three.body, extra, name)
                           AS letter) AS people
     ORDER BY plan.id
"""

_FULL_TEXT = """
    INSERT INTO iris_email_full_text (id, vector)
    SELECT plan.id,
           subjects.words || CASE type WHEN 'inbox' THEN people.words || addresses.words
                                       ELSE addresses.words || people.words END
               || (one.words || two.words || three.words || extras.words || names.words)
               || ((one.stems || two.stems || three.stems)
                   || (subjects.stems || people.stems || addresses.stems || extras.stems))
      FROM plan
      JOIN part_person AS people ON people.number = person
      JOIN part_name AS names ON names.number = person
      JOIN part_account AS addresses ON addresses.id = account_id
      JOIN part_extra AS extras USING (words_number)
      JOIN part_subject AS subjects
        ON subjects.number = plan.subject AND subjects.language = people.language
      JOIN part_paragraph AS one ON one.number = first AND one.language = people.language
      JOIN part_paragraph AS two ON two.number = second AND two.language = people.language
      JOIN part_paragraph AS three ON three.number = third AND three.language = people.language
     ORDER BY plan.id
"""

_OTHER_ACCOUNTS = """
    INSERT INTO iris_email_other_account_rel (email_id, account_id)
    SELECT id, other_account_id FROM plan WHERE other_account_id IS NOT NULL
"""

# Half of the letters of two mailboxes that somebody threw away are still in the second.
_TRASH = """
    INSERT INTO iris_email_trash_rel (email_id, account_id)
    SELECT id, account_id FROM plan WHERE of_trash < 0.02
     UNION ALL
    SELECT id, other_account_id FROM plan
     WHERE of_trash >= 0.01 AND of_trash < 0.02 AND other_account_id IS NOT NULL
"""

# A list of one's own: the responsible, and somebody with whom the letter was shared.
_ACCESS = """
    INSERT INTO iris_email_access
           (email_id, user_id, perm_read, perm_edit, perm_delete, perm_access)
    SELECT id, holder, true, full_access, full_access, full_access
      FROM plan,
           LATERAL (VALUES
               (COALESCE(responsible_id, %(manager)s), true),
               (CASE id %% 20 WHEN 0 THEN %(two)s WHEN 1 THEN %(sparse)s
                    ELSE (%(users)s::int[])[1 + id %% array_length(%(users)s::int[], 1)] END,
                false)
           ) AS rows (holder, full_access)
     WHERE custom_access AND (full_access OR holder IS DISTINCT FROM responsible_id)
"""

# People have read what came to them, save a few letters, most of them of the last days.
_READ_MARKS = """
    INSERT INTO iris_email_read_rel (email_id, user_id)
    SELECT id, %(all)s FROM plan
     WHERE type IN ('inbox', 'sent')
       AND random() > CASE WHEN id > 0.995 * %(letters)s THEN 0.1 ELSE 0.0005 END
     UNION ALL
    SELECT id, %(two)s FROM plan
     WHERE (account_id = ANY(%(two_accounts)s) OR other_account_id = ANY(%(two_accounts)s)
            OR responsible_id = %(two)s)
       AND type IN ('inbox', 'sent') AND random() > 0.005
     UNION ALL
    SELECT id, %(old)s FROM plan
     WHERE (account_id = %(closed_account)s OR other_account_id = %(closed_account)s)
       AND type IN ('inbox', 'sent')
     UNION ALL
    SELECT id, responsible_id FROM plan
     WHERE responsible_id <> %(two)s AND type IN ('inbox', 'sent') AND random() > 0.01
"""

# The original of each letter that came in, and files.
_FILES = """
    INSERT INTO ir_attachment
           (name, res_model, res_id, res_field, type, mimetype, file_size, store_fname, checksum,
            public, iris_inline, create_uid, write_uid, create_date, write_date)
    SELECT 'original.eml', 'iris.email', id, 'source', 'binary', 'message/rfc822', 30000,
           %(original)s, right(%(original)s, 40), false, NULL::boolean, 1, 1, date, date
      FROM plan WHERE type = 'inbox'
     UNION ALL
    SELECT 'Invoice ' || id || '.pdf', 'iris.email', id, NULL, 'binary', 'application/pdf',
           50000 + id %% 90000, %(original)s, right(%(original)s, 40), false, false, 1, 1, date,
           date
      FROM plan, generate_series(0, CASE WHEN of_files < 0.04 THEN 1 ELSE 0 END)
     WHERE of_files < 0.18
"""

_SEQUENCES = """
    SELECT setval('iris_email_id_seq', %(letters)s),
           setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))
"""

STEPS = {
    "plan": _PLAN,
    "analyze": "ANALYZE plan",
    "threads": _THREADS,
    "analyze_threads": "ANALYZE thread",
    "partners": _PARTNERS,
    "letters": _LETTERS,
    "words": _PARTS,
    "full_text": _FULL_TEXT,
    "other_accounts": _OTHER_ACCOUNTS,
    "trash": _TRASH,
    "access": _ACCESS,
    "read_marks": _READ_MARKS,
    "files": _FILES,
    "sequences": _SEQUENCES,
}

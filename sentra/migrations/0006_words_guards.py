from django.contrib.postgres.operations import CreateExtension
from django.db import migrations

NAMES = {
    "sentra_sentra": "name",
    "sentra_ikm": "name || ' ' || owner_name",
    "sentra_product": "name",
    "reference_region": "name",
}
EVENTS = ("INSERT", "UPDATE")
WORDS = """
    INSERT INTO sentra_word (word)
    SELECT DISTINCT part FROM %s, regexp_split_to_table(upper(%s), '[^[:alpha:]]+') AS part
    WHERE length(part) BETWEEN 3 AND 40 AND NOT EXISTS (SELECT FROM sentra_word WHERE word = part)"""
TEACH = "".join(
    f"""
CREATE FUNCTION {table}_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{WORDS % ("written", names)};
    RETURN NULL;
END $$;"""
    + "".join(
        f"""
CREATE TRIGGER {table}_words_{event} AFTER {event} ON {table} REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_words();"""
        for event in EVENTS
    )
    + WORDS % (table, names)
    + ";"
    for table, names in NAMES.items()
)
UNTEACH = "".join(
    f"DROP TRIGGER {table}_words_{event} ON {table};" for table in NAMES for event in EVENTS
) + "".join(f"DROP FUNCTION {table}_words();" for table in NAMES)

# Two letters exchanged, as in ABDAI for ABADI, are one error; such words may have too little in common for %, whose
# threshold narrows what is measured letter by letter.
LIKE = """
CREATE FUNCTION sentra_words_like(words text[]) RETURNS TABLE (typed text, word text, errors integer)
    LANGUAGE sql STABLE SET pg_trgm.similarity_threshold = 0.25 AS $$
    SELECT typed, word, min(errors) FROM (
        SELECT typed, word, levenshtein(word, typed) AS errors
        FROM unnest(words) AS typed JOIN sentra_word ON word % typed
        WHERE levenshtein_less_equal(word, typed, 2) <= 2
        UNION ALL
        SELECT typed, word, 1
        FROM unnest(words) AS typed
        CROSS JOIN generate_series(1, length(typed) - 1) AS at
        CROSS JOIN LATERAL (
            SELECT word FROM sentra_word
            WHERE word = overlay(typed PLACING reverse(substr(typed, at, 2)) FROM at FOR 2) AND word <> typed LIMIT 1
        ) AS exchanged
    ) AS found GROUP BY typed, word
$$;
"""


class Migration(migrations.Migration):
    """A word comes into the register with the name in which it stands. Whoever writes the same word at the same time
    does so too: a unique index would let the second wait for the first, and two imports for each other.
    """

    dependencies = [("sentra", "0005_words"), ("reference", "0001_initial")]
    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(TEACH, UNTEACH),
        migrations.RunSQL(LIKE, "DROP FUNCTION sentra_words_like(text[]);"),
        migrations.RunSQL(
            "CREATE INDEX reference_region_search ON reference_region USING gin (upper(name::text) gin_trgm_ops);",
            "DROP INDEX reference_region_search;",
        ),
    ]

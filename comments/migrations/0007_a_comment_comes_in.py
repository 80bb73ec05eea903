from django.db import migrations

# Stores a comment that waits: its row, what was found in it, and the keys by which later ones find it where it has no
# wave. One call is a transaction, and each statement in it sees what those committed whom the one before waited for.
#
# Returns whether the comment is stored. It is not where it may be like another, for that is for Python to judge
# (`is_compared` says that it did); nothing is written then. Where a limit or what is answered stands against it the call
# fails, so that nothing is counted; the code says which.
#
# Locks: what is answered, the keys in ascending order, the counts.
CREATE = """
CREATE FUNCTION comments_take(
    comment jsonb, findings jsonb, keys bigint[], alike_since timestamptz, is_compared boolean,
    rate_keys text[], rate_limits int[], rate_window interval
) RETURNS boolean LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    new comments_comment := jsonb_populate_record(NULL::comments_comment, comment);
    taken int;
BEGIN
    IF new.parent_id IS NOT NULL THEN
        PERFORM FROM comments_comment AS answered
        WHERE answered.id = new.parent_id AND answered.article_id = new.article_id
            AND answered.is_shown AND NOT answered.is_placeholder
        FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'what is answered is gone' USING ERRCODE = 'NS002';
        END IF;
    END IF;
    IF NOT is_compared THEN
        PERFORM pg_advisory_xact_lock(sought) FROM unnest(keys) AS sought;
        PERFORM FROM comments_likenesskey AS found
        WHERE found.key = ANY (keys) AND (found.in_wave OR found.created_at > alike_since) LIMIT 1;
        IF FOUND THEN
            RETURN false;
        END IF;
    END IF;
    INSERT INTO newsroom_rate AS rate (key, began_at, count)
    SELECT wanted.key, now(), 1 FROM unnest(rate_keys) WITH ORDINALITY AS wanted (key, place) ORDER BY wanted.place
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN rate.began_at <= now() - rate_window THEN 1 ELSE rate.count + 1 END,
        began_at = CASE WHEN rate.began_at <= now() - rate_window THEN now() ELSE rate.began_at END
    WHERE rate.began_at <= now() - rate_window
        OR rate.count < rate_limits[array_position(rate_keys, excluded.key)];
    GET DIAGNOSTICS taken = ROW_COUNT;
    IF taken < cardinality(rate_keys) THEN
        RAISE EXCEPTION 'a limit is reached' USING ERRCODE = 'NS001';
    END IF;
    INSERT INTO comments_comment SELECT new.*;
    INSERT INTO comments_finding (comment_id, rule, weight, facts, evidence)
    SELECT new.id, noticed.* FROM jsonb_to_recordset(findings)
        AS noticed (rule text, weight smallint, facts jsonb, evidence jsonb);
    IF new.wave_id IS NULL THEN
        INSERT INTO comments_likenesskey (key, comment_id, in_wave, created_at)
        SELECT sought, new.id, false, new.created_at FROM unnest(keys) AS sought;
    END IF;
    RETURN true;
END
$$;
"""
DROP = """
DROP FUNCTION comments_take(jsonb, jsonb, bigint[], timestamptz, boolean, text[], int[], interval);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0006_likeness_keys_keep_their_pages"),
        ("newsroom", "0002_rate"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]

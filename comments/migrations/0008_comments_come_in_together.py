from django.db import migrations

# Stores the comments that came to a process at the same moment, all of which wait: their rows, what was found in them,
# and the keys by which later ones find those that are in no wave. One call is a transaction, and each statement in it
# sees what those committed whom the one before waited for.
#
# Returns those that it did not store. Where earlier comments share a key with one, these are returned, for it is for
# Python to judge whether they are alike; once it did, it names them as `compared`. Without such rows it is returned
# where it answers what is gone or held by another at this moment. Nothing of these is written or counted.
#
# Where a limit stands against one of those that are left, the call fails, so that nothing is written of any.
#
# A comment that brings a wave along joins it. How many are in the wave is told here, where nobody else joins it
# meanwhile. `is_compared` says that all this was done in the same transaction.
#
# Locks: what is answered, the keys in ascending order, waves, counts; those of a kind in one order.
#
# `comments_take` stays for processes of the version before.
CREATE = """
CREATE FUNCTION comments_take_all(
    comments jsonb, findings jsonb, key_of bigint[], keys bigint[], compared_of bigint[], compared bigint[],
    answered bigint[], joined bigint[], rate_of bigint[], rate_keys text[], rate_limits int[], rate_places int[],
    rate_window interval, moment timestamptz, alike_since timestamptz, is_compared boolean
) RETURNS TABLE (
    left_out bigint, candidate bigint, wave bigint, likeness bytea, network text, status text,
    newest_at timestamptz, since timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    held bigint[];
    gone bigint[] := '{}';
    alike bigint[] := '{}';
    waves bigint[];
    members bigint[];
    taken int;
    wanted int;
BEGIN
    IF cardinality(answered) > 0 THEN
        held := ARRAY(
            SELECT id FROM comments_comment WHERE id = ANY (answered) AND is_shown AND NOT is_placeholder
            ORDER BY id FOR SHARE SKIP LOCKED
        );
        gone := ARRAY(
            SELECT new.id FROM jsonb_to_recordset(comments) AS new (id bigint, parent_id bigint, article_id bigint)
            WHERE new.parent_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM comments_comment AS parent
                WHERE parent.id = new.parent_id AND parent.id = ANY (held) AND parent.article_id = new.article_id
            )
        );
        RETURN QUERY SELECT without.id, NULL::bigint, NULL::bigint, NULL::bytea, NULL, NULL,
            NULL::timestamptz, NULL::timestamptz FROM unnest(gone) AS without (id);
    END IF;
    IF NOT is_compared THEN
        PERFORM pg_advisory_xact_lock(sought) FROM unnest(keys) AS sought;
        alike := ARRAY(
            SELECT sought.of FROM unnest(key_of, keys) AS sought (of, key) CROSS JOIN LATERAL (
                SELECT k.comment_id FROM comments_likenesskey AS k
                WHERE k.key = sought.key AND (k.in_wave OR k.created_at > alike_since)
                ORDER BY k.in_wave DESC, k.created_at DESC LIMIT 10
            ) AS found
            WHERE NOT EXISTS (
                SELECT FROM unnest(compared_of, compared) AS known (of, id)
                WHERE known.of = sought.of AND known.id = found.comment_id OFFSET 0
            )
        );
        IF cardinality(alike) > 0 THEN
            RETURN QUERY SELECT shared.of, c.id, c.wave_id, c.likeness, c.sender_fingerprint::text, c.status::text,
                COALESCE(w.newest_at, c.created_at), COALESCE(w.created_at, c.created_at)
            FROM (
                SELECT DISTINCT sought.of, found.comment_id
                FROM unnest(key_of, keys) AS sought (of, key) CROSS JOIN LATERAL (
                    SELECT k.comment_id FROM comments_likenesskey AS k
                    WHERE k.key = sought.key AND (k.in_wave OR k.created_at > alike_since)
                    ORDER BY k.in_wave DESC, k.created_at DESC LIMIT 10
                ) AS found
                WHERE sought.of = ANY (alike)
            ) AS shared
            JOIN comments_comment AS c ON c.id = shared.comment_id
            LEFT JOIN comments_wave AS w ON w.id = c.wave_id
            ORDER BY c.id;
        END IF;
    END IF;
    gone := gone || alike;
    joined := ARRAY(
        SELECT DISTINCT new.wave_id FROM jsonb_to_recordset(comments) AS new (id bigint, wave_id bigint)
        WHERE new.wave_id = ANY (joined) AND NOT new.id = ANY (gone)
    );
    IF cardinality(joined) > 0 AND NOT is_compared THEN
        PERFORM FROM comments_wave WHERE id = ANY (joined) ORDER BY id FOR NO KEY UPDATE;
        UPDATE comments_wave SET newest_at = moment WHERE id = ANY (joined);
        SELECT array_agg(grown.wave_id), array_agg(grown.members) INTO waves, members FROM (
            SELECT c.wave_id, count(*) AS members FROM comments_comment AS c
            WHERE c.wave_id = ANY (joined) GROUP BY c.wave_id
        ) AS grown;
    END IF;
    INSERT INTO newsroom_rate AS rate (key, began_at, count)
    SELECT each.key, now(), count(*) FROM unnest(rate_of, rate_keys, rate_limits, rate_places) AS each (of, key, most, place)
    WHERE NOT each.of = ANY (gone)
    GROUP BY each.key HAVING count(*) <= greatest(min(each.most), 1) ORDER BY min(each.place), each.key
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN rate.began_at <= now() - rate_window THEN 0 ELSE rate.count END + excluded.count,
        began_at = CASE WHEN rate.began_at <= now() - rate_window THEN now() ELSE rate.began_at END
    WHERE rate.began_at <= now() - rate_window
        OR rate.count + excluded.count <= rate_limits[array_position(rate_keys, excluded.key)];
    GET DIAGNOSTICS taken = ROW_COUNT;
    SELECT count(DISTINCT each.key) INTO wanted
    FROM unnest(rate_of, rate_keys) AS each (of, key) WHERE NOT each.of = ANY (gone);
    IF taken < wanted THEN
        RAISE EXCEPTION 'a limit is reached' USING ERRCODE = 'NS001';
    END IF;
    WITH new AS (
        INSERT INTO comments_comment
        SELECT given.* FROM jsonb_populate_recordset(NULL::comments_comment, comments) AS given
        WHERE NOT given.id = ANY (gone)
        RETURNING id, wave_id, created_at
    )
    INSERT INTO comments_likenesskey (key, comment_id, in_wave, created_at)
    SELECT sought.key, new.id, false, new.created_at
    FROM unnest(key_of, keys) AS sought (of, key) JOIN new ON new.id = sought.of WHERE new.wave_id IS NULL;
    IF jsonb_array_length(findings) > 0 THEN
        INSERT INTO comments_finding (comment_id, rule, weight, facts, evidence)
        SELECT noticed.comment_id, noticed.rule, noticed.weight,
            CASE WHEN noticed.wave IS NULL THEN noticed.facts ELSE noticed.facts || jsonb_build_object(
                'alike', COALESCE(members[array_position(waves, noticed.wave)], 0) + noticed.before
            ) END, noticed.evidence
        FROM (
            SELECT each.*, count(each.wave) OVER (PARTITION BY each.wave ORDER BY each.place) - 1 AS before
            FROM ROWS FROM (jsonb_to_recordset(findings) AS (
                comment_id bigint, rule text, weight smallint, facts jsonb, evidence jsonb, wave bigint
            )) WITH ORDINALITY AS each (comment_id, rule, weight, facts, evidence, wave, place)
            WHERE NOT each.comment_id = ANY (gone)
        ) AS noticed ORDER BY noticed.place;
    END IF;
END
$$;
"""
DROP = """
DROP FUNCTION comments_take_all(
    jsonb, jsonb, bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], text[], int[], int[],
    interval, timestamptz, timestamptz, boolean
);
"""


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_a_comment_comes_in")]

    operations = [migrations.RunSQL(CREATE, DROP)]

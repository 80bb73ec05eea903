from django.db import migrations

# Which entries have a key, key by key, by the index alone. The planner knows neither that to look at the keys of a row
# takes them out of another table, nor how many rows have one: in a table of a few thousand it would read them all, for
# each key anew, at twenty times the price.
CREATE = """
CREATE FUNCTION articles_holders(
    keys integer[], others integer[], most integer[], since timestamptz, until timestamptz
) RETURNS TABLE (place integer, number bigint) LANGUAGE plpgsql STABLE ROWS 5000 SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY
    SELECT asked.place::integer, holder.article_id
    FROM unnest(keys, most) WITH ORDINALITY AS asked (key, most, place) CROSS JOIN LATERAL (
        SELECT entry.article_id FROM articles_searchentry AS entry
        WHERE entry.keys @> (asked.key || others) AND entry.published_at >= since AND entry.published_at < until
        LIMIT asked.most
    ) AS holder;
END
$$;
"""
DROP = "DROP FUNCTION articles_holders(integer[], integer[], integer[], timestamptz, timestamptz)"


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_authors_in_alphabet")]

    operations = [migrations.RunSQL(CREATE, DROP)]

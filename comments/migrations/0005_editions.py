from django.db import migrations

# Which edition of a matter is in force is told by the set of its rows: each change takes away those that it can take
# without waiting and adds one, so that no two sets are alike, in whatever order changes are committed, and nobody waits.
CREATE = """
CREATE TABLE comments_edition (matter text NOT NULL, edition uuid NOT NULL, PRIMARY KEY (matter, edition));

CREATE FUNCTION comments_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM comments_edition WHERE (matter, edition) IN (
        SELECT matter, edition FROM comments_edition WHERE matter = TG_ARGV[0] FOR UPDATE SKIP LOCKED
    );
    INSERT INTO comments_edition VALUES (TG_ARGV[0], gen_random_uuid());
    RETURN NULL;
END
$$;
CREATE TRIGGER words_have_editions AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON comments_watchedword
    FOR EACH STATEMENT EXECUTE FUNCTION comments_new_edition('words');
CREATE TRIGGER names_of_authors_have_editions AFTER INSERT OR UPDATE OF name, slug OR DELETE OR TRUNCATE
    ON articles_author FOR EACH STATEMENT EXECUTE FUNCTION comments_new_edition('names');
-- Not at each time that somebody signs in, which is noted in the same row.
CREATE TRIGGER names_of_staff_have_editions
    AFTER INSERT OR UPDATE OF first_name, last_name, username, is_staff, is_active OR DELETE OR TRUNCATE
    ON auth_user FOR EACH STATEMENT EXECUTE FUNCTION comments_new_edition('names');

INSERT INTO comments_edition VALUES ('words', gen_random_uuid()), ('names', gen_random_uuid());
"""
DROP = """
DROP TRIGGER words_have_editions ON comments_watchedword;
DROP TRIGGER names_of_authors_have_editions ON articles_author;
DROP TRIGGER names_of_staff_have_editions ON auth_user;
DROP FUNCTION comments_new_edition();
DROP TABLE comments_edition;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0004_languages"),
        ("articles", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]

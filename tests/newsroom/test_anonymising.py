"""What developers get of a site: its pages, and of people nothing that is not public."""

import subprocess

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from articles.models import Article
from comments.models import Comment
from newsroom import anonymising, backups, postgres_cluster
from newsroom.management.commands.restore_check import open_pages
from newsroom.staff import second_factor
from tests import canaries, factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_of_every_column_it_is_said_whether_it_may_be_let_out():
    with psycopg.connect(make_conninfo(**backups.database_of_the_site())) as wire:
        assert anonymising.unnamed(wire) == []
        wire.execute("ALTER TABLE comments_comment ADD COLUMN shoe_size int")
        assert anonymising.unnamed(wire) == ["comments_comment.shoe_size"]
        with pytest.raises(anonymising.Unnamed):
            anonymising.anonymise(wire)
        wire.rollback()


def test_who_owns_the_tables_need_not_own_the_server(tmp_path):
    factories.approved(factories.published(), author_name="اسم", email=canaries.address(1))
    backups._dump(tmp_path / "site.dump")
    with backups.scratch_database() as database, psycopg.connect(make_conninfo(**database)) as wire:
        with (tmp_path / "site.dump").open("rb") as dump:
            backups._restore_dump(dump, database)
        triggers = wire.execute(anonymising._TRIGGERS).fetchall()
        wire.execute("CREATE ROLE owner_of_tables")
        for (table,) in wire.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall():
            wire.execute(f"ALTER TABLE {table} OWNER TO owner_of_tables")
        wire.execute("SET ROLE owner_of_tables")

        anonymising.anonymise(wire)

        assert wire.execute("SELECT count(*) FROM comments_comment WHERE author_name = 'اسم'").fetchone() == (
            0,
        )
        assert (len(triggers) > 3, wire.execute(anonymising._TRIGGERS).fetchall()) == (True, triggers)
        wire.execute("RESET ROLE")
        wire.execute("DROP OWNED BY owner_of_tables CASCADE")
        wire.execute("DROP ROLE owner_of_tables")


def test_pages_are_as_they_were_and_people_are_gone(tmp_path, capsys):
    article = factories.published(headline="شركة OpenAI تطلق Mixtral-8x7B")
    draft = factories.draft(headline="سرّ Kanari7x", body="<p>متن Kanari7x</p>")
    shown = factories.approved(
        article, email=canaries.address(1), author_name="اسم Kanari7x", body="رأي منشور"
    )
    held = factories.sent(
        article, email=canaries.address(2), body="رأي Kanari7x محجوز", website="https://kanari7x.example/"
    )
    user = factories.staff(factories.EDITORS, "kanari7x")
    user.email, user.last_name = canaries.address(3), "Kanari7x"
    user.save()
    second_factor.new_codes(user)
    fingerprints = [comment.email_fingerprint for comment in (shown, held)]
    before = (Comment.objects.count(), Article.objects.count(), User.objects.count())

    call_command("anonymise", str(tmp_path / "site.dump"))

    assert "site.dump: " in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["site.dump"]
    with psycopg.connect(make_conninfo(**backups.database_of_the_site())) as wire:
        server = wire.info.server_version // 10_000
    told = subprocess.run(
        [postgres_cluster.program("pg_restore", server), "-f", "-", str(tmp_path / "site.dump")],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert canaries.Search(4)(told) == set()
    assert all(fingerprint and fingerprint not in told for fingerprint in fingerprints)
    assert all(word in told for word in (article.headline, "رأي منشور", "A comment that was not published."))
    # The site itself is as it was.
    draft.refresh_from_db()
    assert draft.headline == "سرّ Kanari7x"
    assert held.email_fingerprint == Comment.objects.get(pk=held.pk).email_fingerprint
    with backups.scratch_database() as database:
        with (tmp_path / "site.dump").open("rb") as dump:
            backups._restore_dump(dump, database)
        assert open_pages(database["dbname"]) == 2
        with psycopg.connect(make_conninfo(**database)) as wire:
            counts = [
                wire.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("comments_comment", "articles_article", "auth_user")
            ]
    assert tuple(counts) == before
    connection.close()

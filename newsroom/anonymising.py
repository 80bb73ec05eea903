"""A site for developers: what readers see of it is as it was, and of people there is nothing that is not public.

Each table and column is named here as what it becomes. Whatever is not named is not let out: `unnamed` tells.
"""

from collections.abc import Mapping

import psycopg
from psycopg import sql

# Whose rows go: what only the site itself needs, what people wrote to each other, and what tells one from another.
EMPTIED = (
    "announcements_announcement", "api_token", "api_use", "articles_desknote", "articles_draft",
    "articles_pageedition", "articles_presence", "articles_previewlink", "articles_reading", "articles_revision",
    "articles_savedview", "articles_wording", "comments_confirmation", "comments_finding", "comments_lesson",
    "comments_likenesskey", "comments_mute", "comments_note", "comments_queuesubscription", "comments_report",
    "comments_revision", "comments_sanction", "comments_triagestate", "comments_useful", "deliveries_delivery",
    "deliveries_host", "django_admin_log", "django_session", "exports_export", "federation_actor", "federation_follow",
    "federation_post", "federation_receivedactivity", "federation_remoteactor", "federation_server",
    "mail_accountlanguage", "mail_cancellation", "mail_outgoingmail", "newsletter_issue", "newsletter_newsletter",
    "newsletter_subscription", "newsroom_page", "newsroom_purge", "newsroom_rate", "sharecards_sharecard",
    "staff_authenticator", "staff_passkey", "staff_recoverycode", "webhooks_endpoint", "wordpress_importedcomment",
    "wordpress_importeditem", "wordpress_oldaddress",
)  # fmt: skip

_IS_READ = "(status = 'published' AND published_at <= now() AND (withdraw_at IS NULL OR withdraw_at > now()))"


def _unread(column: str, instead: str) -> str:
    """What readers see stays; something else stands for what they do not."""
    return f"CASE WHEN {_IS_READ} THEN {column} ELSE {instead} END"


# What a column becomes, as an expression over its row.
CHANGED: Mapping[str, Mapping[str, str]] = {
    "auth_user": {
        "username": "'person' || id",
        "first_name": "''",
        "last_name": "''",
        "email": "''",
        "password": "'!'",
        "last_login": "NULL",
    },
    "articles_article": {
        "slug": _unread("slug", "'draft-' || id"),
        "kicker": _unread("kicker", "''"),
        "headline": _unread("headline", "'Draft ' || id"),
        "summary": _unread("summary", "''"),
        "body": _unread("body", "'<p>A text that was not published.</p>'"),
        "body_html": _unread("body_html", "'<p>A text that was not published.</p>'"),
        "outline": _unread("outline", "'[]'::jsonb"),
        "source_name": _unread("source_name", "''"),
        "source_url": _unread("source_url", "''"),
        "search_key": _unread("search_key", "''"),
        "search_text": _unread("search_text", "''"),
        "working_copy_id": "NULL",
    },
    "articles_clockmove": {"failure": "''"},
    "articles_sitepage": {
        "title": "CASE WHEN is_published THEN title ELSE 'Page ' || id END",
        "slug": "CASE WHEN is_published THEN slug ELSE 'page-' || id END",
        "body": "CASE WHEN is_published THEN body ELSE '' END",
        "body_html": "CASE WHEN is_published THEN body_html ELSE '' END",
    },
    # Headlines that were never shown stand here, too.
    "articles_transition": {"headline": "''", "note": "''"},
    "comments_comment": {
        "author_name": "'Reader ' || id",
        "author_direction": "'ltr'",
        "email_encrypted": "''",
        "email_fingerprint": "''",
        "website": "''",
        "body": "CASE WHEN is_shown THEN body ELSE 'A comment that was not published.' END",
        "direction": "CASE WHEN is_shown THEN direction ELSE 'ltr' END",
        "wants_replies": "false",
        "sanction_id": "NULL",
        "sender_network": "''",
        "sender_fingerprint": "''",
        "wording_fingerprint": "''",
        "submission_fingerprint": "encode(sha256(convert_to('submission' || id, 'UTF8')), 'hex')",
        "receipt": "left(encode(sha256(convert_to('receipt' || id || random(), 'UTF8')), 'hex'), 43)",
        "search_key": "''",
    },
    "comments_decision": {"note": "''"},
    "comments_watchedword": {"reason": "''"},
}

# What is let out as it is: public, or of nobody.
KEPT: Mapping[str, str] = {
    "articles_arrangement": "id version picks banner banner_link banner_ends_at at by_id opinion_section_id",
    "articles_article": "id related language translated_from machine_translated status published_at withdraw_at"
    " modified_at created_at version created_by_id reviewer_id translation_of_id translation_reviewer_id hero_id"
    " section_id series_id words",
    "articles_article_tags": "id article_id tag_id",
    "articles_author": "id slug name sort_key role biography user_id",
    "articles_byline": "id position article_id author_id",
    "articles_clockmove": "id kind at attempts next_at article_id by_id",
    "articles_correction": "id kind note at edited_at article_id by_id",
    "articles_dayofreadings": "id day times article_id",
    "articles_distinction": "id at article_id by_id other_id",
    "articles_figure": "id is_unpublished article_id image_id",
    "articles_formerfile": "digest image_id",
    "articles_hourofreadings": "id hour times article_id",
    "articles_image": "id digest width height title alt decorative caption credit rights focal_x focal_y state due_at"
    " attempts failure share_x share_y fallback_bytes created_at search_key uploaded_by_id",
    "articles_mostread": "id articles period",
    "articles_searchentry": "article_id published_at keys text is_counted is_stale",
    "articles_searchgram": "gram articles",
    "articles_searchkey": "key articles",
    "articles_searchword": "word spelling articles key neighbors",
    "articles_section": "id slug name sort_key description position color",
    "articles_sectioneditor": "id section_id user_id",
    "articles_series": "id slug name sort_key description order",
    "articles_sitepage": "id language purpose position is_published version modified_at",
    "articles_tag": "id slug name sort_key",
    "articles_transition": "id move is_denied from_state to_state published_at withdraw_at previous_hour at"
    " article_id assignee_id by_id",
    "auth_group": "id name",
    "auth_group_permissions": "id group_id permission_id",
    "auth_permission": "id name content_type_id codename",
    "auth_user": "id is_superuser is_staff is_active date_joined",
    "auth_user_groups": "id user_id group_id",
    "auth_user_user_permissions": "id user_id permission_id",
    "comments_comment": "id root_id path depth is_proven status is_shown is_placeholder is_shadowed version created_at"
    " edited_at claimed_until triage likeness open_reports useful picked_at script article_id claimed_by_id parent_id"
    " staff_id wave_id language",
    "comments_decision": "id from_status to_status cause act version_seen was_shadowed at by_id comment_id undoes_id"
    " reason",
    "comments_edition": "matter edition",
    "comments_policy": "id mode closes_after_days is_night_on night_from night_until approvals_for_trust edit_minutes"
    " network_limit writer_limit article_limit",
    "comments_rejectionreason": "code label letter position is_active",
    "comments_thread": "article_id mode closes_after_days night",
    "comments_watchedword": "id term kind level is_active",
    "comments_wave": "id created_at newest_at",
    "django_content_type": "id app_label model",
    "django_migrations": "id app name applied",
}

_COLUMNS = """
SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
_TRIGGERS = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND t.tgenabled = 'O'
"""
# Entries of the search hold the words of articles that wait for their hour.
_UNREAD_ENTRIES = sql.SQL(
    "DELETE FROM articles_searchentry WHERE article_id NOT IN (SELECT id FROM articles_article WHERE {})"
).format(sql.SQL(_IS_READ))


class Unnamed(Exception):
    """A column of which it is not known whether it may be let out."""


def unnamed(wire: psycopg.Connection) -> list[str]:
    """The columns, as table.column, that are named neither as emptied nor as changed nor as kept."""
    return sorted(
        f"{table}.{column}"
        for table, column in wire.execute(_COLUMNS).fetchall()
        if table not in EMPTIED
        and column not in CHANGED.get(table, {})
        and column not in KEPT.get(table, "").split()
    )


def anonymise(wire: psycopg.Connection) -> None:
    """Change a copy of the site in place, by whoever owns its tables. Raises Unnamed before anything is changed."""
    if found := unnamed(wire):
        raise Unnamed(", ".join(found))
    # Some forbid what is done here. Foreign keys wait for the end, and are whole again by then.
    triggers = wire.execute(_TRIGGERS).fetchall()
    _turn("DISABLE", triggers, wire)
    wire.execute(_UNREAD_ENTRIES)
    for table, columns in CHANGED.items():
        changes = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.SQL(expression))
            for column, expression in columns.items()
        )
        wire.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), changes))
    for table in EMPTIED:
        wire.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    wire.commit()
    _turn("ENABLE", triggers, wire)
    wire.commit()


def _turn(verb: str, triggers: list[tuple[str, str]], wire: psycopg.Connection) -> None:
    for table, trigger in triggers:
        wire.execute(
            sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                sql.Identifier(table), sql.SQL(verb), sql.Identifier(trigger)
            )
        )

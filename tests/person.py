"""A person of whom the site holds something in every table that can, made by the verbs that make it on the site."""

import json

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import MessageEncoder
from django.contrib.sessions.backends.db import SessionStore

from comments import authoring, learning, moderation, notifications, privacy, responses, sanctions
from comments.models import Comment, Effect, Status, WatchedWord
from comments.submission import Sender, submit
from newsroom import encryption
from newsroom.newsletter import subscribing
from tests import factories

ADDRESS = "Zorlu.Qandil@Canary.example"
NAME = "زرلو قنديل"
TEXT = "نصّ محفوظ عن المترو"
SITE = "https://zorlu-qandil.example"
REASON = f"{NAME} يشتم غيره"


def moderator(username=None):
    """A moderator who may see addresses."""
    user = factories.staff(factories.MODERATORS, username)
    user.user_permissions.add(Permission.objects.get(codename="view_email"))
    return user


def sent(article=None, **fields) -> Comment:
    """A comment of the person."""
    fields = {"author_name": NAME, "email": ADDRESS, "body": TEXT, "website": SITE} | fields
    return factories.sent(article or factories.published(), **fields)


def impose(comment: Comment, by):
    """Sanction the person, as the writer of a comment of theirs, with a reason that names them."""
    return sanctions.impose(sanctions.writer_of(comment), effect=Effect.HOLD, reason=REASON, by=by)


def with_everything(by) -> Comment:
    """A comment of the person, with all that others and the person can leave beside it.

    Besides it there is one that was answered, from a browser that had proven the address, and one under a sanction.
    """
    word = WatchedWord.objects.create(term="قنديل", reason="اسم مستعار")
    comment = sent(body=f"{TEXT} {ADDRESS}")
    authoring.edit(comment, TEXT, Sender("203.0.113.9", "Firefox"))
    # What it found stays when the word is taken off the list.
    word.delete()
    notifications.send_confirmation(comment)
    comment.refresh_from_db()
    moderation.approve([comment], by=by)
    responses.mark_useful(comment, address="198.51.100.4", user_agent="Firefox")
    responses.report(comment, "abuse", f"هذا {NAME}", address="198.51.100.4")
    comment.refresh_from_db()
    moderation.pick(comment, version=comment.version, by=by)
    asked = proven(comment.article, body=f"{TEXT} ثانٍ", wants_replies=True)
    factories.approved(comment.article, parent=asked)
    notifications.mute(comment, everywhere=True)
    privacy.disclose_email(comment, to=by)
    moderation.add_note(comment, f"هذا {NAME} نفسه، {ADDRESS}", by=by)
    comment.refresh_from_db()
    moderation.decide(
        {comment.pk: comment.version}, Status.REJECTED, by=by, reason="other", note=f"كتب {NAME}"
    )
    learning.learn_new()
    subscribing.ask(ADDRESS, language="ar", sender="")
    impose(comment, by)
    sent(comment.article, body=f"{TEXT} مرة أخرى")
    session = SessionStore()
    told = Message(messages.SUCCESS, f"اعتُمد تعليق {NAME}")
    session["_messages"] = json.dumps([told], cls=MessageEncoder)
    session.save()
    comment.refresh_from_db()
    return comment


def proven(article, **fields) -> Comment:
    """An approved comment of the person, from a browser that had proven the address."""
    new = factories.new_comment(**{"author_name": NAME, "email": ADDRESS, "body": TEXT} | fields)
    comment = submit(
        article, new, Sender("203.0.113.9", "Firefox", proven=encryption.email_fingerprint(new.email))
    )
    moderation.approve([comment], by=None)
    comment.refresh_from_db()
    return comment

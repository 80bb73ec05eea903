"""What is mailed, to whom and when. No mail holds a word that a reader wrote: what is taken down must not stay in
mailboxes, and nobody shall write to strangers through us.

Nothing but answers goes to readers unasked; a letter goes where a moderator wishes, a link where its owner asks.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models.article import TEXTS_OF_ARTICLE
from articles.seo import absolute
from comments import trust
from comments.models import MODERATE, Comment, Frequency, Mute, QueueSubscription, RejectionReason
from newsroom import encryption
from newsroom.mail import languages, outbox
from newsroom.text import bidi
from newsroom.web import rate_limit

# In which a decision can be taken back before anybody was told of it.
GRACE = timedelta(minutes=1)
# Between two mails to a moderator who wants them at once.
PAUSE = timedelta(minutes=10)
# A school or an office has one; whoever types the addresses of others has it, too.
LINKS_OF_NETWORK = 10
_SALT = "comments.notifications.unsubscribe"


def tell_answered(numbers: Iterable[int]) -> None:
    """Mail those whose comments are answered by these, which have just come to be shown; each answer once for good.

    Told is who asked for it and proved the address, for else a stranger's could be typed. One query if nobody is.
    """
    muted = Mute.objects.filter(
        Q(root=None) | Q(root=OuterRef("root_id")), email_fingerprint=OuterRef("parent__email_fingerprint")
    )
    answers = (
        Comment.objects.shown()
        .filter(
            ~Exists(muted),
            pk__in=list(numbers),
            parent__is_shown=True,
            parent__is_proven=True,
            parent__wants_replies=True,
        )
        .exclude(email_fingerprint=F("parent__email_fingerprint"))
        .select_related("article", "parent")
        .defer(*TEXTS_OF_ARTICLE)
    )
    for answer in answers:
        if answer.article.is_public and (to := _address(answer.parent)):
            _tell(answer, to)


def _tell(answer: Comment, to: str) -> None:
    with translation.override(answer.parent.language):
        unsubscribe = absolute(reverse("comments:unsubscribe", args=[unsubscribe_token(answer.parent)]))
        _mail(
            "reply",
            key=f"reply:{answer.pk}",
            to=to,
            subject=_("An answer to your comment: %(headline)s") % {"headline": _isolated(answer.article)},
            context={
                "article": answer.article,
                "url": absolute(answer.get_absolute_url()),
                "unsubscribe": unsubscribe,
            },
            headers={
                "List-Unsubscribe": f"<{unsubscribe}>",
                # RFC 8058: mail programs post to that address at a press of their own button.
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def take_back(*, hidden: Iterable[int] = (), restored: Iterable[int] = ()) -> None:
    """Cancel what has not gone out yet of answers that are hidden again and of letters about rejections undone."""
    keys = [f"reply:{pk}" for pk in hidden] + [f"letter:{pk}" for pk in restored]
    if keys:
        outbox.cancel(keys)


def send_letters(comments: Iterable[Comment], reason: RejectionReason) -> list[Comment]:
    """Mail the writers of rejected comments why, as `send_letter` does; return those comments of which none goes out.

    One query, and those of each mail.
    """
    rejected = list(comments)
    rows = Comment.objects.select_related("article").defer(
        "body", "search_key", "likeness", *TEXTS_OF_ARTICLE
    )
    written = rows.in_bulk([comment.pk for comment in rejected])
    return [comment for comment in rejected if not send_letter(written[comment.pk], reason)]


@transaction.atomic
def send_letter(comment: Comment, reason: RejectionReason) -> bool:
    """Mail the writer of a rejected comment why, once; return whether it is on its way.

    Not without a letter for this reason; and an address that may be a stranger's gets one mail a day from us.
    """
    if not (reason.letter and (to := _address(comment)) and _may_write_to(comment)):
        return False
    with translation.override(comment.language):
        _mail(
            "letter",
            key=f"letter:{comment.pk}",
            to=to,
            subject=_("Your comment was not published: %(headline)s")
            % {"headline": _isolated(comment.article)},
            context={
                "article": comment.article,
                "reason": reason,
                "url": absolute(comment.receipt_url),
            },
        )
    return True


@transaction.atomic
def send_confirmation(comment: Comment) -> bool:
    """Mail a link that confirms the address of a comment, unless its mailbox was written to today.

    Return False where more than LINKS_OF_NETWORK were asked for behind the network within an hour. What comes of it
    does not matter to that count, or it would tell which addresses are known and had a mail.
    """
    asked = f"confirmation:network:{comment.sender_fingerprint}"
    if not rate_limit.take(asked, limit=LINKS_OF_NETWORK, window=timedelta(hours=1)):
        return False
    if (
        (to := _address(comment))
        and _may_write_to(comment)
        and _is_first_today(to)
        and (token := trust.new_link(comment.email_fingerprint))
    ):
        with translation.override(comment.language):
            _mail(
                "confirmation",
                key=f"confirmation:{comment.pk}:{timezone.localdate()}",
                to=to,
                subject=_("Confirm your address"),
                context={"url": absolute(reverse("comments:confirm", args=[token]))},
                after=timedelta(0),
            )
    return True


def write_to_moderators() -> None:
    """Mail the moderators whose time has come how many comments wait. To be called every minute."""
    wanted = QueueSubscription.objects.exclude(frequency=Frequency.NEVER)
    for subscription in wanted.select_related("user").filter(user__is_active=True).exclude(user__email=""):
        if subscription.user.has_perm(MODERATE):
            _write_to(subscription)


@transaction.atomic
def _write_to(subscription: QueueSubscription) -> None:
    now = timezone.now()
    waiting = Comment.objects.held()
    is_digest = subscription.frequency == Frequency.DAILY
    if is_digest:
        hour = timezone.localtime(now).replace(hour=subscription.hour, minute=0, second=0, microsecond=0)
        is_due = subscription.told_at < hour <= now
    else:
        is_new = Q(created_at__gt=subscription.told_at)
        is_due = subscription.told_at <= now - PAUSE and waiting.filter(is_new).exists()
    if not is_due:
        return
    QueueSubscription.objects.filter(pk=subscription.pk).update(told_at=now)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("created_at"))
    if not found["count"]:
        return
    with translation.override(languages.language_of(subscription.user)):
        sentence = ngettext(
            "%(count)d comment waits for a decision", "%(count)d comments wait for a decision", found["count"]
        )
        _mail(
            "queue",
            key=f"queue:{subscription.pk}:{now:%Y%m%d%H%M%S}",
            to=subscription.user.email,
            subject=sentence % {"count": found["count"]},
            context={
                "sentence": sentence % {"count": found["count"]},
                "oldest": found["oldest"],
                "url": absolute(reverse("admin:comments_comment_changelist")),
                "preferences": absolute(reverse("admin:comments_queuesubscription_changelist")),
            },
            after=timedelta(0),
        )


def unsubscribe_token(comment: Comment) -> str:
    """What names the comment in the link of a mail about its answers: signed, for good, without the address."""
    return signing.Signer(salt=_SALT).sign(comment.pk)


def subscriber(token: str) -> Comment | None:
    """The comment that a token names; None for a forged one, or if the comment is gone."""
    try:
        number = signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Comment.objects.filter(pk=number).only("email_fingerprint", "root_id").first()


def mute(comment: Comment, *, everywhere: bool) -> None:
    """Mail the writer of a comment of no more answers, in its thread or everywhere."""
    root = None if everywhere else comment.root_id
    Mute.objects.bulk_create(
        [Mute(email_fingerprint=comment.email_fingerprint, root_id=root)], ignore_conflicts=True
    )


def unmute(comment: Comment) -> None:
    """Mail the writer of a comment of its answers again."""
    of_thread = Q(root=None) | Q(root=comment.root_id)
    Mute.objects.filter(of_thread, email_fingerprint=comment.email_fingerprint).delete()


def _may_write_to(comment: Comment) -> bool:
    """Whether its address is proven, or was not written to for a day: it may be a stranger's."""
    return comment.is_proven or not outbox.wrote_to(comment.email_fingerprint, within=timedelta(days=1))


def _is_first_today(to: str) -> bool:
    """Count a link to a mailbox, however its address is spelled; whether it is the first of the day."""
    # By the day, as `trust.new_link` gives them: with a window alone this count would end by the database's clock and
    # the other by the site's. Around midnight, two spellings can get a mail each.
    mailbox = f"confirmation:mailbox:{encryption.mailbox_fingerprint(to)}:{timezone.localdate()}"
    return rate_limit.take(mailbox, limit=1, window=timedelta(days=1))


def _address(comment: Comment) -> str:
    """The address of a comment's writer; "" where it was erased, or its key is gone."""
    try:
        return encryption.decrypt(comment.email_encrypted)
    except encryption.Unreadable:
        return ""


def _mail(
    template: str,
    *,
    key: str,
    to: str,
    subject: str,
    context: dict[str, Any],
    headers: dict[str, str] | None = None,
    after: timedelta = GRACE,
) -> None:
    outbox.enqueue(
        key=key,
        to=to,
        subject=subject,
        text=render_to_string(f"mail/{template}.txt", context),
        html=render_to_string(f"mail/{template}.html", context | {"subject": subject}),
        headers=headers,
        after=after,
    )


def _isolated(article: Any) -> str:
    return bidi.isolate_plain(article.headline, article.direction)

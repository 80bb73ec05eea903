"""What happens to a comment that a reader sends."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import privacy, rules, screening
from comments.models import PATH_DIGITS, PATH_LEVELS, Comment, Finding, Thread, WatchedWord
from newsroom.text import arabic, bidi

# The same submission within this time is the same comment: a second click, or a page sent anew.
REPEAT_WINDOW = timedelta(minutes=10)
FLOOD_WINDOW = timedelta(minutes=10)
# A newsroom's public is behind shared addresses (schools, mobile networks), so this stops programs, not people.
FLOOD_LIMIT = 30
DUPLICATE_WINDOW = timedelta(hours=24)


class SubmissionError(ValueError):
    """The comment cannot be taken; the message is for its writer."""


class TooManyComments(SubmissionError):
    pass


@dataclass(frozen=True)
class NewComment:
    """A comment as its form handed it over: clean and valid. `honeypot` is what only a program fills in."""

    author_name: str
    email: str
    website: str
    body: str
    honeypot: str = ""
    parent: Comment | None = None


@dataclass(frozen=True)
class Sender:
    """Where a comment came from; neither value is stored, only what `privacy` makes of them."""

    address: str
    user_agent: str = ""


def takes_comments(article: Article) -> bool:
    """Whether readers may comment now. One query."""
    return not Thread.objects.filter(article=article, is_open=False).exists()


def submit(article: Article, new: NewComment, sender: Sender) -> Comment:
    """Screen and store a comment, pending, and return it; the same submission again returns the first one's row.

    Raises SubmissionError when the article takes no comments or the parent cannot be answered, TooManyComments when
    the sender's network sent FLOOD_LIMIT in the last ten minutes.
    """
    once = _submission_fingerprint(article, new, sender)
    if (earlier := _sent_just_now(once)) is not None:
        return earlier
    network = privacy.sender_fingerprint(sender.address)
    _check_allowed(article, new, network)
    findings = screening.screen(_screening_draft(new), _history(article, new, network), rules.RULES)
    try:
        with transaction.atomic():
            comment = _insert(article, new, network, once)
            Finding.objects.bulk_create(
                Finding(
                    comment=comment,
                    rule=finding.rule,
                    weight=finding.weight,
                    sentence=finding.sentence,
                    evidence=[
                        {"field": span.field, "start": span.start, "end": span.end}
                        for span in finding.evidence
                    ],
                )
                for finding in findings
            )
    except IntegrityError:
        # The unique key spoke: the same submission, sent at the same moment, was stored by another process.
        earlier = _sent_just_now(once)
        if earlier is None:
            raise
        return earlier
    return comment


def _sent_just_now(once: str) -> Comment | None:
    earlier = Comment.objects.filter(submission_fingerprint=once).first()
    if earlier is not None and earlier.created_at < timezone.now() - REPEAT_WINDOW:
        # Later it is a comment of its own, so the earlier one gives up the key.
        Comment.objects.filter(pk=earlier.pk).update(submission_fingerprint=f"past:{earlier.pk}")
        return None
    return earlier


def _submission_fingerprint(article: Article, new: NewComment, sender: Sender) -> str:
    """Derived from the content, for a random key in a shared page would be shared by all its readers.

    The sender takes part in it, and it counts for REPEAT_WINDOW only: otherwise whoever knows a published comment and
    guesses its writer's address would be led to that writer's private page, and so be told that the guess was right.
    """
    return privacy.fingerprint(
        "submission",
        str(article.pk),
        str(new.parent.pk if new.parent else ""),
        new.author_name,
        new.email.casefold(),
        new.website,
        new.body,
        sender.address,
        sender.user_agent,
    )


def _check_allowed(article: Article, new: NewComment, network: str) -> None:
    if not takes_comments(article):
        raise SubmissionError(_("Comments on this article are closed."))
    if new.parent is not None and (
        new.parent.article_id != article.pk or new.parent.status != Comment.Status.APPROVED
    ):
        raise SubmissionError(_("The comment you are answering is no longer there."))
    if _recent_from(network).count() >= FLOOD_LIMIT:
        raise TooManyComments(
            _("Many comments came from your network just now. Please try again in a few minutes.")
        )


def _recent_from(network: str):
    return Comment.objects.filter(sender_fingerprint=network, created_at__gte=timezone.now() - FLOOD_WINDOW)


def _screening_draft(new: NewComment) -> screening.Draft:
    return screening.Draft(
        author_name=new.author_name,
        website=new.website,
        body=new.body,
        honeypot=new.honeypot,
    )


def _history(article: Article, new: NewComment, network: str) -> screening.History:
    wording = rules.wording_fingerprint(new.body)
    # Compared by fingerprints: folding the recent texts anew, made to be slow, would hold up every later comment.
    repeated = Comment.objects.filter(
        Q(article=article) | Q(sender_fingerprint=network),
        wording_fingerprint=wording,
        created_at__gte=timezone.now() - DUPLICATE_WINDOW,
    ).exists()
    return screening.History(
        recent_wordings=frozenset({wording} if repeated else ()),
        sender_count=_recent_from(network).count(),
        watched=tuple(
            screening.WatchedTerm(term, reason)
            for term, reason in WatchedWord.objects.filter(is_active=True).values_list("term", "reason")
        ),
    )


def _insert(article: Article, new: NewComment, network: str, once: str) -> Comment:
    # The path holds the row's own number, so the number is drawn before the row is written.
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Comment._meta.db_table])
        (number,) = cursor.fetchone()
    parent = new.parent
    above = parent.path[: PATH_DIGITS * (PATH_LEVELS - 1)] if parent else ""
    return Comment.objects.create(
        id=number,
        article=article,
        parent=parent,
        root_id=parent.root_id if parent else number,
        path=f"{above}{number:0{PATH_DIGITS}x}",
        depth=parent.depth + 1 if parent else 0,
        author_name=new.author_name,
        author_direction=bidi.direction(new.author_name),
        email_encrypted=privacy.encrypt(new.email),
        email_fingerprint=privacy.email_fingerprint(new.email),
        website=new.website,
        body=new.body,
        direction=bidi.direction(new.body),
        sender_fingerprint=network,
        wording_fingerprint=rules.wording_fingerprint(new.body),
        submission_fingerprint=once,
        search_key=arabic.normalize(f"{new.author_name} {new.body}"),
    )

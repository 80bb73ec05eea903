"""What the desk tells a moderator: what became of decisions, who was first, who has a comment, how many wait."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from comments import claims, queue
from comments.models import Comment, Decision, Status
from comments.templatetags.desk import passed
from newsroom.text.account_names import name_of
from newsroom.text.bidi import isolate_plain

# What is told of a decision that leaves a comment its status, and of one taken back.
STANDS, REPORTED, SHADOWED = "stands", "reported", "shadowed"
TOLD_OF_ONE = {
    Status.APPROVED: gettext_lazy("Approved: the comment by %(writer)s."),
    Status.REJECTED: gettext_lazy("Rejected: the comment by %(writer)s."),
    Status.SPAM: gettext_lazy("Marked as spam: the comment by %(writer)s."),
    Status.PENDING: gettext_lazy("Back in the queue: the comment by %(writer)s."),
    STANDS: gettext_lazy("It stays: the comment by %(writer)s."),
    REPORTED: gettext_lazy("Its reports are open again: the comment by %(writer)s."),
    SHADOWED: gettext_lazy("Held in silence again: the comment by %(writer)s."),
}
TOLD_OF_MANY = {
    Status.APPROVED: ngettext_lazy("%(count)d comment approved.", "%(count)d comments approved.", "count"),
    Status.REJECTED: ngettext_lazy("%(count)d comment rejected.", "%(count)d comments rejected.", "count"),
    Status.SPAM: ngettext_lazy(
        "%(count)d comment marked as spam.", "%(count)d comments marked as spam.", "count"
    ),
    Status.PENDING: ngettext_lazy(
        "%(count)d comment is back in the queue.", "%(count)d comments are back in the queue.", "count"
    ),
    STANDS: ngettext_lazy("%(count)d comment stays.", "%(count)d comments stay.", "count"),
    REPORTED: ngettext_lazy(
        "The reports of %(count)d comment are open again.",
        "The reports of %(count)d comments are open again.",
        "count",
    ),
    SHADOWED: ngettext_lazy(
        "%(count)d comment is held in silence again.",
        "%(count)d comments are held in silence again.",
        "count",
    ),
}


def summary(waiting: queue.Waiting) -> str:
    """How many wait, and since when."""
    if waiting.oldest is None:
        return _("No comment waits.")
    return _("%(comments_wait)s; the oldest arrived %(ago)s.") % {
        "comments_wait": how_many_wait(waiting),
        "ago": passed(waiting.oldest),
    }


def how_many_wait(waiting: queue.Waiting) -> str:
    if waiting.held > queue.COUNTED_MAX:
        count = number_format(queue.COUNTED_MAX, force_grouping=True)
        return _("More than %(count)s comments wait") % {"count": count}
    return ngettext("%(count)d comment waits", "%(count)d comments wait", waiting.held) % {
        "count": waiting.held
    }


def of_decided(comments: list[Comment]) -> list[str]:
    """What happened in a sentence for each way it went: of the comment where it is one, else of how many."""
    if len(comments) == 1:
        (comment,) = comments
        return [TOLD_OF_ONE[_became(comment)] % {"writer": isolate_plain(comment.author_name)}]
    counts = Counter(map(_became, comments))
    return [told % {"count": counts[became]} for became, told in TOLD_OF_MANY.items() if counts[became]]


def _became(comment: Comment) -> str:
    """What a decision made of a comment, as `Outcome` has it."""
    if comment.decision.lets_stand:
        return REPORTED if comment.decision.undoes else STANDS
    return SHADOWED if comment.is_shadowed else comment.status


def of_unlike(comments: list[Comment]) -> str:
    """That members of an approved wave wait on."""
    sentence = ngettext(
        "%(count)d comment of the wave waits on, for it is not quite what the card shows. Look at it by itself.",
        "%(count)d comments of the wave wait on, for they are not quite what the card shows. Look at them one by one.",
        len(comments),
    )
    return sentence % {"count": len(comments)}


def of_unwritten(comments: list[Comment]) -> str:
    """That no letter goes to some of those it was wished for."""
    sentence = ngettext(
        "No letter goes to %(count)d writer: the address is unconfirmed and had a mail today, or is gone.",
        "No letter goes to %(count)d writers: the addresses are unconfirmed and had a mail today, or are gone.",
        len(comments),
    )
    return sentence % {"count": len(comments)}


def newest_decisions(comments: Iterable[Comment]) -> Mapping[int, Decision]:
    """The last decision of each comment. One query."""
    decisions = Decision.objects.filter(comment__in=comments).select_related("by", "reason")
    return {row.comment_id: row for row in decisions.order_by("comment_id", "-pk").distinct("comment_id")}


def of_conflict(comment: Comment, decision: Decision | None, reader: Any) -> str:
    """That somebody else decided first: who, when, and what; or that its writer changed it since."""
    values = {
        "writer": isolate_plain(comment.author_name),
        "status": comment.get_status_display(),
        "ago": passed(decision.at) if decision else "",
    }
    if comment.edited_at and (decision is None or decision.at < comment.edited_at):
        return (
            _("The comment by %(writer)s was changed by its writer. Read the new text, then decide.") % values
        )
    is_undo = decision is not None and decision.undoes_id is not None
    if decision is None or decision.by is None:
        return _("The comment by %(writer)s is “%(status)s” by now.") % values
    if decision.lets_stand and not is_undo:
        if decision.by == reader:
            return _("You let the comment by %(writer)s stand already, %(ago)s.") % values
        values["who"] = isolate_plain(name_of(decision.by))
        return _("%(who)s let the comment by %(writer)s stand before you, %(ago)s.") % values
    if decision.by == reader and is_undo:
        sentence = _("You took a decision back, %(ago)s: the comment by %(writer)s is “%(status)s”.")
    elif decision.by == reader:
        sentence = _("You decided already, %(ago)s: the comment by %(writer)s is “%(status)s”.")
    else:
        values["who"] = isolate_plain(name_of(decision.by))
        if is_undo:
            sentence = _("%(who)s took a decision back, %(ago)s: the comment by %(writer)s is “%(status)s”.")
        else:
            sentence = _("%(who)s decided before you, %(ago)s: the comment by %(writer)s is “%(status)s”.")
    return sentence % values


def of_held(comment: Comment, holder: claims.Holder) -> str:
    """That a comment was left alone because somebody has it."""
    return _("%(who)s has the comment by %(writer)s before them, %(ago)s. Nothing was decided on it.") % {
        "who": isolate_plain(holder.name),
        "writer": isolate_plain(comment.author_name),
        "ago": passed(holder.since),
    }

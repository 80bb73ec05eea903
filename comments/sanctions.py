"""The verbs of sanctions, and the look-up of those that a new comment comes under."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import DateTimeField, F, Q, TextField
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import privacy, screening
from comments.models import NAME_MAX_LENGTH, Comment, Effect, Sanction, Status, Target
from newsroom.prepared_statements import Parameter, Prepared, fetch_all
from newsroom.text import arabic, links
from newsroom.text.skeleton import ZWNJ, join_single_letters, read_words
from newsroom.web.client_address import network_at

IMPOSE = "comments.add_sanction"
LIFT = "comments.change_sanction"
# A pattern of fewer letters would meet half the readers.
PATTERN_LETTERS = 3

# The strongest of those that a comment comes under prevails.
_STRENGTH = [Effect.HOLD, Effect.SHADOW, Effect.BLOCK]


class SanctionError(ValueError):
    """The sanction makes no sense; the message is for the moderator."""


@dataclass(frozen=True)
class Whom:
    """Whom a sanction concerns: `value` is what comments are compared with, `label` what the desk shows of it."""

    target: Target
    value: str
    label: str


def writer_of(comment: Comment) -> Whom:
    """Whoever writes under the same address, which nobody gets to see by this."""
    label = _("the writer of comment %(number)d") % {"number": comment.pk}
    return Whom(Target.EMAIL, comment.email_fingerprint, label)


def network_of(comment: Comment) -> Whom:
    """The network that it came from; raises SanctionError when that is forgotten by now."""
    if not comment.sender_network:
        raise SanctionError(_("The network of this comment is no longer known."))
    return Whom(Target.NETWORK, comment.sender_fingerprint, comment.sender_network)


def network_named(text: str) -> Whom:
    """The /24, or /48 of IPv6, around an address or network; raises SanctionError when it is wider or none."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise SanctionError(_("Write a network such as 203.0.113.0/24 or 2001:db8:5::/48.")) from error
    if network.prefixlen < (24 if network.version == 4 else 48):
        raise SanctionError(_("This network is too wide: /24 at most, or /48 of IPv6."))
    address = str(network.network_address)
    return Whom(Target.NETWORK, privacy.sender_fingerprint(address), network_at(address))


def name_like(pattern: str) -> Whom:
    """Names that fit `pattern`, in any spelling; raises SanctionError when nearly all would."""
    value = "*".join(_normalized_part(part) for part in re.split(r"\*+", pattern.strip()))
    if sum(map(str.isalnum, value)) < PATTERN_LETTERS:
        raise SanctionError(_("Write at least three letters of the name beside the stars."))
    return Whom(Target.NAME, value, pattern.strip()[: 2 * NAME_MAX_LENGTH])


def domain_named(text: str) -> Whom:
    """A host and all below it; raises SanctionError when `text` names none."""
    host = links.host(text.strip())
    domains = links.domains(host)
    if not domains or not all(domains[0].split(".")):
        raise SanctionError(_("Write a domain such as example.com."))
    return Whom(Target.DOMAIN, domains[0], host)


@transaction.atomic
def impose(whom: Whom, *, effect: str, reason: str, by: Any, days: int | None = None) -> Sanction:
    """Put a sanction into force, for `days` or for good.

    It concerns comments to come, and none that are there. Raises SanctionError without a reason, and where the same
    is in force already.
    """
    if not by.has_perm(IMPOSE):
        raise PermissionDenied
    if not reason.strip():
        raise SanctionError(_("Write the reason: other moderators will read it."))
    same = Sanction.objects.in_force().filter(target=whom.target, value=whom.value, effect=effect)
    if same.exists():
        raise SanctionError(_("The same sanction is in force already."))
    now = timezone.now()
    sanction = Sanction.objects.create(
        target=whom.target,
        value=whom.value,
        label=whom.label,
        effect=effect,
        reason=reason,
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    # Not the reason, which may be about a person: it stands in the sanction, and goes with it.
    LogEntry.objects.log_actions(
        by.pk, [sanction], ADDITION, change_message=_("Imposed."), single_object=True
    )
    return sanction


@transaction.atomic
def lift(numbers: list[int], *, by: Any) -> list[Sanction]:
    """End sanctions now and return those that were in force. What they kept out of the queue comes back to it."""
    if not by.has_perm(LIFT):
        raise PermissionDenied
    found = list(Sanction.objects.in_force().select_for_update().filter(pk__in=numbers).order_by("pk"))
    for sanction in found:
        sanction.lifted_at = timezone.now()
        sanction.lifted_by = by
    Sanction.objects.bulk_update(found, ["lifted_at", "lifted_by"])
    if found:
        LogEntry.objects.log_actions(by.pk, found, CHANGE, change_message=_("Lifted."))
        release()
    return found


@transaction.atomic
def release() -> int:
    """Bring back into the queue what no sanction in force keeps out of it; return how many comments. Two queries."""
    kept_out = Comment.objects.filter(is_shadowed=True, status=Status.PENDING)
    freed = kept_out.exclude(sanction__isnull=False, sanction__in=Sanction.objects.in_force())
    # Locked in the order of their numbers, as decisions lock them.
    numbers = list(freed.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return Comment.objects.filter(pk__in=numbers).update(is_shadowed=False)


def against(
    *, email_fingerprint: str, network_fingerprint: str, author_name: str, website: str, body: str
) -> list[Sanction]:
    """The sanctions in force that such a comment comes under, the strongest first. One query."""
    values = {
        "now": timezone.now(),
        "writer": email_fingerprint,
        "network": network_fingerprint,
        "domains": domains_in(author_name, website, body),
    }
    return met([list(row) for row in fetch_all(CONCERNED.sql, values)], author_name)


def _concerned():
    domains = Parameter("domains", ArrayField(TextField()))
    return (
        Sanction.objects.in_force(at=Parameter("now", DateTimeField()))
        .filter(
            Q(target=Target.EMAIL, value=Parameter("writer", TextField()))
            | Q(target=Target.NETWORK, value=Parameter("network", TextField()))
            | Q(target=Target.DOMAIN, value__any_of=domains)
            | Q(target=Target.NAME)
        )
        .values_list(*_COMPARED)
    )


_COMPARED = ["id", "target", "value", "effect"]
# Those that may concern a comment, in rows that `met` understands: of names all, for patterns find no index.
CONCERNED = Prepared(_concerned)


def met(rows: Iterable[Sequence[Any]], author_name: str) -> list[Sanction]:
    """The sanctions among these rows of CONCERNED that a comment comes under, the strongest first. No query.

    What is not compared is deferred.
    """
    found = [Sanction.from_db(None, _COMPARED, row) for row in rows]
    if any(sanction.target == Target.NAME for sanction in found):
        spellings = (arabic.normalize(author_name), _skeleton(author_name))
        found = [
            sanction
            for sanction in found
            if sanction.target != Target.NAME or _is_named(sanction.value, *spellings)
        ]
    return sorted(found, key=lambda sanction: _STRENGTH.index(Effect(sanction.effect)), reverse=True)


def count_refusal(sanction: Sanction) -> None:
    """Count a comment that a sanction refused. One query."""
    Sanction.objects.filter(pk=sanction.pk).update(refused=F("refused") + 1)


def as_order(sanction: Sanction) -> screening.Order:
    """The sanction as the rules see it."""
    return screening.Order(
        target=Target(sanction.target).value,
        domain=sanction.value if sanction.target == Target.DOMAIN else "",
    )


def hosts_in(comment: Comment) -> list[str]:
    """The hosts that a comment links to, that of its website first."""
    found = links.split_links(f"{comment.author_name}\n{comment.body}")[1]
    return list(dict.fromkeys(filter(None, [links.host(comment.website), *sorted(found)])))


def domains_in(author_name: str, website: str, body: str) -> list[str]:
    """The domains that a comment links to, with those above them."""
    hosts = {links.host(website), *links.split_links(f"{author_name}\n{body}")[1]}
    return sorted({domain for host in hosts for domain in links.domains(host)})


def _normalized_part(part: str) -> str:
    """Normalize what stands between two stars; a space beside a star parts words and stays."""
    key = arabic.normalize(part)
    if not key:
        return ""
    return f"{' ' * part[0].isspace()}{key}{' ' * part[-1].isspace()}"


def _is_named(pattern: str, normalized: str, skeleton: str) -> bool:
    return _fits(pattern, normalized) or _fits("*".join(map(_skeleton_part, pattern.split("*"))), skeleton)


def _skeleton(text: str) -> str:
    """Return the words of `text` as a reader sees them, which look-alike letters do not change."""
    return " ".join(word.text.replace(ZWNJ, "") for word in join_single_letters(read_words(text)))


def _skeleton_part(part: str) -> str:
    key = _skeleton(part)
    return f"{' ' * part[:1].isspace()}{key}{' ' * part[-1:].isspace()}" if key else ""


def _fits(pattern: str, text: str) -> bool:
    """Tell whether all of `text` fits `pattern`, in which «*» is anything; in one pass, however many stars."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == first
    if not text.startswith(first):
        return False
    at = len(first)
    for part in rest[:-1]:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(text) - len(rest[-1]) >= at and text.endswith(rest[-1])

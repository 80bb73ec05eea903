"""Encrypting everything anew with the newest of EMAIL_KEYS, so that older ones can be retired.

Site and worker may run meanwhile: rows are locked for the moment of their update, and only what was read is replaced.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models, transaction

from newsroom import encryption

# Every column that holds encrypted text, or "" where there is nothing to encrypt.
ENCRYPTED = (
    ("comments.Comment", "email_encrypted"),
    ("newsletter.Subscription", "email_encrypted"),
    ("mail.OutgoingMail", "recipient_encrypted"),
    ("mail.OutgoingMail", "content_encrypted"),
    ("deliveries.Delivery", "content_encrypted"),
    ("webhooks.Endpoint", "url_encrypted"),
    ("webhooks.Endpoint", "secret_encrypted"),
    ("webhooks.Endpoint", "former_secret_encrypted"),
    ("staff.Authenticator", "secret_encrypted"),
    ("federation.Actor", "private_key_encrypted"),
)

BATCH = 200
# What a process that knows the newest key not yet wrote during one pass is found by the next.
PASSES = 3


@dataclass
class Rotation:
    """What became of one column.

    `needed` counts the rows that need the key of an age (0 the newest) at the end; `unreadable` are the numbers of the
    rows that no key decrypts, and `renewed` counts those that were encrypted anew.
    """

    label: str
    renewed: int = 0
    needed: Counter[int] = field(default_factory=Counter)
    unreadable: list[int] = field(default_factory=list)


def rotate() -> list[Rotation]:
    """Encrypt every row anew that is not under the newest key. What was done before an interruption stays done."""
    return [_rotate(apps.get_model(label), column) for label, column in ENCRYPTED]


def _rotate(model: type[models.Model], column: str) -> Rotation:
    rotation = Rotation(f"{model._meta.label}.{column}")
    for _pass in range(PASSES):
        # The last pass finds what there is, for it changes nothing.
        rotation.needed.clear()
        rotation.unreadable.clear()
        stale = 0
        last = 0
        while rows := _rows(model, column, after=last):
            last = rows[-1][0]
            old = _stale(rows, rotation)
            stale += len(old)
            rotation.renewed += _renew(model, column, old)
        if not stale:
            break
    return rotation


def _rows(model: type[models.Model], column: str, *, after: int) -> list[tuple[int, str]]:
    rows = model._default_manager.filter(pk__gt=after).exclude(**{column: ""}).order_by("pk")
    return list(rows.values_list("pk", column)[:BATCH])


def _stale(rows: list[tuple[int, str]], rotation: Rotation) -> dict[int, str]:
    """Return the rows that need an older key; count all by the key that they need."""
    stale = {}
    for pk, token in rows:
        try:
            age = encryption.age_of_key(token)
        except encryption.Unreadable:
            rotation.unreadable.append(pk)
            continue
        rotation.needed[age] += 1
        if age:
            stale[pk] = token
    return stale


def _renew(model: type[models.Model], column: str, stale: dict[int, str]) -> int:
    """Replace those tokens that are still what was read; return how many."""
    if not stale:
        return 0
    renewed = {pk: encryption.renewed(token) for pk, token in stale.items()}
    rows = model._default_manager.filter(pk__in=stale)
    with transaction.atomic():
        # In the order of their numbers, as decisions lock them, so that neither waits for the other for good.
        held = rows.select_for_update(no_key=True).order_by("pk").only(column)
        unchanged = [row for row in held if getattr(row, column) == stale[row.pk]]
        for row in unchanged:
            setattr(row, column, renewed[row.pk])
        model._default_manager.bulk_update(unchanged, [column])
    return len(unchanged)

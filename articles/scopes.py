"""Who edits in which sections: an editor in all of them, unless a chief editor limited the account to some."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from articles.models import Editor, Section, SectionEditor
from articles.workflow import PUBLISH

OVERSEE = "articles.oversee_sections"


def sections_of(user: Any) -> frozenset[int] | None:
    """The numbers of the sections to which `user` is limited; None for all.

    One query at most in the life of `user`, which is a request, as Django keeps the rights of an account.
    """
    if not hasattr(user, "_limited_to"):
        # Who no longer publishes has the own articles, wherever they stand.
        is_limited = user.has_perm(PUBLISH) and not user.has_perm(OVERSEE)
        rows = SectionEditor.objects.filter(user=user.pk) if is_limited else ()
        user._limited_to = frozenset(row.section_id for row in rows) or None
    return user._limited_to


def covers(user: Any, section_id: int | None) -> bool:
    """Whether `user`, being an editor, may work in the section; None is that of an article which has none yet."""
    limited_to = sections_of(user)
    return limited_to is None or section_id is None or section_id in limited_to


def staff():
    """Accounts that can sign in to the desk, or could once, by name."""
    return User.objects.filter(is_staff=True).order_by("first_name", "last_name", "username")


def editors():
    """Accounts that may publish and can sign in to the desk, by name."""
    return _with_right(PUBLISH).filter(is_staff=True).order_by("first_name", "last_name", "username")


def _with_right(permission: str):
    return User.objects.with_perm(permission, backend="django.contrib.auth.backends.ModelBackend")


def reviewers(section: Section | None = None):
    """Editors who may review an article of `section`, or any at all, by name."""
    found = editors()
    if section is not None:
        limited = SectionEditor.objects.values("user")
        found = found.filter(
            ~Q(pk__in=limited)
            | Q(pk__in=limited.filter(section=section))
            | Q(pk__in=_with_right(OVERSEE).values("pk"))
        )
    return found


@transaction.atomic
def limit(editor: Editor, sections: Iterable[Section], *, by: Any) -> None:
    """Limit an editor to `sections`; to none is to limit them no more. `by` is an account, or None for the site itself.

    Raises PermissionDenied for who may not oversee sections.
    """
    if by is not None and not by.has_perm(OVERSEE):
        raise PermissionDenied
    wanted = {section.pk for section in sections}
    # Two who do so at once follow one another.
    Editor.objects.select_for_update().get(pk=editor.pk)
    rows = SectionEditor.objects.filter(user=editor)
    rows.exclude(section__in=wanted).delete()
    SectionEditor.objects.bulk_create(
        [SectionEditor(user=editor, section_id=number) for number in wanted], ignore_conflicts=True
    )

"""The verbs of saved views: save, rename, delete, choose the one that opens first, share.

Each raises PermissionDenied where the account may not: only its owner changes a view, and only who may publish shares.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from articles.models import SavedView
from articles.workflow import PUBLISH

SEE = "articles.view_article"
# Of one account; tabs are to be glanced over.
MOST = 30


class ViewRefused(ValueError):
    """A view that is not kept so; the message is for its owner."""


@transaction.atomic
def save(user: Any, name: str, query: str) -> SavedView:
    """Keep what a list is asked under a name, in place of what the account kept under it before."""
    if not user.has_perm(SEE):
        raise PermissionDenied
    name = _clean(name)
    if len(query) > SavedView._meta.get_field("query").max_length:
        raise ViewRefused(_("This view asks too much to be kept."))
    own = SavedView.objects.filter(user=user)
    if not own.filter(name=name).exists() and own.count() >= MOST:
        raise ViewRefused(_("You have as many views as can be kept. Delete one of them."))
    view, _created = SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return view


def rename(view: SavedView, name: str, *, by: Any) -> SavedView:
    _guard(view, by)
    view.name = _clean(name)
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError as error:
        raise ViewRefused(_("You have a view of this name.")) from error
    return view


def delete(view: SavedView, *, by: Any) -> None:
    _guard(view, by)
    view.delete()


@transaction.atomic
def open_first(view: SavedView, *, by: Any, first: bool = True) -> SavedView:
    """Let the list of its owner open with a view, instead of any other; or with none."""
    _guard(view, by)
    # Two such requests at once follow one another.
    list(SavedView.objects.select_for_update().filter(user=by).order_by("pk"))
    SavedView.objects.filter(user=by, is_default=True).update(is_default=False)
    view.is_default = first
    view.save(update_fields=["is_default"])
    return view


def share(view: SavedView, *, by: Any, shared: bool = True) -> SavedView:
    """Offer a view to everybody who sees the list; what each finds in it is what he may see."""
    _guard(view, by)
    if shared and not by.has_perm(PUBLISH):
        raise PermissionDenied
    view.is_shared = shared
    view.save(update_fields=["is_shared"])
    return view


def _guard(view: SavedView, by: Any) -> None:
    if view.user_id != by.pk or not by.has_perm(SEE):
        raise PermissionDenied


def _clean(name: str) -> str:
    """A name as it is kept. Raises ViewRefused for one that is empty or too long."""
    field = SavedView._meta.get_field("name")
    name = field.to_python(name)
    if not name:
        raise ViewRefused(_("A view needs a name."))
    if len(name) > field.max_length:
        raise ViewRefused(_("The name of a view has at most 60 characters."))
    return name

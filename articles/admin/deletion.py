"""Deleting on the desk: what goes along and what stands against it are counted, not listed row by row."""

from django.contrib import messages
from django.db import transaction
from django.db.models import CASCADE, DO_NOTHING, SET_DEFAULT, SET_NULL, Func, IntegerField, Subquery
from django.db.models.deletion import ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from newsroom.web.isolation import isolate

_HARMLESS = {SET_NULL, SET_DEFAULT, DO_NOTHING}


class CountedDeletion:
    """For the admin of rows that thousands of others may refer to. One query.

    Django would collect all of them with what refers to them in turn, and name each on the page. What refers to those
    that go along, and may not go itself, is met when the deletion is done, and told.
    """

    def get_deleted_objects(self, objs, request: HttpRequest):
        counts = self._referring(objs)
        going, staying = {self.opts.verbose_name_plural: len(objs)}, []
        needed = set() if self.has_delete_permission(request) else {self.opts.verbose_name}
        for relation, count in counts:
            options = relation.related_model._meta
            if relation.on_delete is not CASCADE:
                staying.append(f"{capfirst(options.verbose_name_plural)}: {count}")
            elif relation.related_model in self.admin_site._registry:
                going[options.verbose_name_plural] = going.get(options.verbose_name_plural, 0) + count
                if not self.admin_site.get_model_admin(relation.related_model).has_delete_permission(request):
                    needed.add(options.verbose_name)
        return [isolate(obj) for obj in objs], going, needed, staying

    def _referring(self, objs) -> list[tuple]:
        """Each relation by which rows refer to these, with how many, where there are any and they matter."""
        numbers = [obj.pk for obj in objs]
        relations = [
            relation
            for relation in self.model._meta.get_fields(include_hidden=True)
            if relation.auto_created
            and not relation.concrete
            and (relation.one_to_one or relation.one_to_many)
            if relation.on_delete not in _HARMLESS
        ]
        counts = [
            Subquery(
                relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": numbers})
                .order_by()
                .annotate(count=Func("pk", function="count", output_field=IntegerField()))
                .values("count")
            )
            for relation in relations
        ]
        found = self.model._base_manager.filter(pk__in=numbers).order_by().values_list(*counts).first()
        return [(relation, count) for relation, count in zip(relations, found or (), strict=False) if count]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, RestrictedError) as error:
            self._say_what_keeps_it(request, error)
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(name, args=[object_id]))

    def response_action(self, request: HttpRequest, queryset) -> HttpResponse | None:
        if request.POST.get("action") != "delete_selected":
            return super().response_action(request, queryset)
        try:
            # Django writes into the history that it deleted them, and then tries.
            with transaction.atomic():
                return super().response_action(request, queryset)
        except (ProtectedError, RestrictedError) as error:
            self._say_what_keeps_it(request, error)
            return HttpResponseRedirect(request.get_full_path())

    def _say_what_keeps_it(self, request: HttpRequest, error: ProtectedError | RestrictedError) -> None:
        rows = getattr(error, "protected_objects", None) or error.restricted_objects
        names = {str(capfirst(row._meta.verbose_name_plural)) for row in rows}
        told = _("Nothing was deleted, for these must be kept: %(names)s.")
        messages.error(request, told % {"names": _(", ").join(sorted(names))})

"""Series in the admin: their names, and the order of their parts."""

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from js_asset import Script

from articles import series
from articles.models import Article, Series
from articles.workflow import PUBLISH
from newsroom.web.numbers import row_number

from .addresses import form_of
from .names import NAME, NamedAdmin

PLACE = "place-"
# As many fields as a form may have, and some to spare.
MOST_PARTS = 300


class SeriesAdmin(NamedAdmin):
    change_form_template = "admin/articles/series/change_form.html"
    list_display = [NAME, "parts", "address"]
    fields = ["name", "description", "slug"]
    # What is counted for each row makes the model's own order be forgotten.
    ordering = ["sort_key"]

    class Media:
        css = {"all": ["css/series.css"]}
        js = [Script("js/series_parts.js", defer=True)]

    @admin.display(description=_("parts"), ordering="part_count")
    def parts(self, row):
        return row.part_count

    def get_queryset(self, request: HttpRequest):
        told = Q(articles__in=Article.objects.told_to(request.user))
        return super().get_queryset(request).annotate(part_count=Count("articles", filter=told))

    def view_on_site(self, row):
        # Of one without a part that readers see there is no page.
        return row.get_absolute_url() if row.articles.published().exists() else None

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            told = Article.objects.told_to(request.user).filter(series=obj).in_series()
            shown = told.only(
                "headline", "slug", "language", "status", "published_at", "withdraw_at", "created_by"
            )
            context["parts"] = parts = list(shown[:MOST_PARTS])
            for part in parts:
                # Of colleagues' articles a reporter reads what readers do.
                is_mine = request.user.has_perm(PUBLISH) or part.created_by_id == request.user.pk
                part.link = form_of(part.pk) if is_mine else part.get_absolute_url()
            context["more_parts"] = max(0, obj.part_count - MOST_PARTS) if len(parts) == MOST_PARTS else 0
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj, form, change):
        if change:
            # What this form does not say of it stays as it is by now.
            obj.order = Series.objects.select_for_update().get(pk=obj.pk).order
        super().save_model(request, obj, form, change)
        places = {
            row_number(name.removeprefix(PLACE)): typed
            for name, typed in request.POST.items()
            if name.startswith(PLACE)
        }
        places.pop(None, None)
        shown = [row_number(number) for number in request.POST.get("parts-shown", "").split(",")]
        order = sorted(places, key=lambda number: _place(places[number]))
        if order == shown or not places:
            return
        try:
            series.arrange(obj, order, by=request.user, expected=shown)
        except series.ArrangedMeanwhile as error:
            self.message_user(request, error, messages.ERROR)


def _place(typed: str) -> int:
    """The typed number; what is none comes last."""
    return row_number(typed.strip()) or 2**31

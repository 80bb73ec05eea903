"""Saved views on the desk: tabs above the list of articles, the page where they are kept in order."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles import saved_views
from articles.models import SavedView
from articles.workflow import PUBLISH

from .finding import ALL

LIST = "admin:articles_article_changelist"
VIEWS = "admin:articles_article_views"


class ArticleViews:
    """Adds to the admin of articles the views that accounts save of its list."""

    def get_urls(self):
        def admit(view, guard=require_POST):
            return self.admin_site.admin_view(guard(view))

        return [
            path("views/", admit(self.views, require_safe), name="articles_article_views"),
            path("views/save/", admit(self.save_view), name="articles_article_save_view"),
            path("views/<row:view>/", admit(self.change_view_of_list), name="articles_article_change_view"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        views = list(SavedView.objects.offered_to(request.user))
        if request.method == "GET" and not request.GET:
            first = [view for view in views if view.is_default and view.user_id == request.user.pk]
            if first:
                return HttpResponseRedirect(f"{reverse(LIST)}?{first[0].query}")
        asked = self._query(request)
        context = {"views": views, "asked_query": asked}
        return super().changelist_view(request, context | (extra_context or {}))

    def _query(self, request: HttpRequest) -> str:
        """What the list is asked, and in which order, as a view keeps it."""
        query = QueryDict(mutable=True)
        query.update(self.finding_form(request).kept())
        if order := request.GET.get(ORDER_VAR):
            query[ORDER_VAR] = order
        return query.urlencode() or ALL

    def views(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        offered = list(SavedView.objects.offered_to(request.user))
        context = self.admin_site.each_context(request) | {
            "title": _("Saved views"),
            "opts": self.opts,
            "own": [view for view in offered if view.user_id == request.user.pk],
            "others": [view for view in offered if view.user_id != request.user.pk],
            "may_share": request.user.has_perm(PUBLISH),
        }
        return TemplateResponse(request, "admin/articles/article/views.html", context)

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the list as the address of the form asks it, and go on with it."""
        query = self._query(request)
        try:
            view = saved_views.save(request.user, request.POST.get("name", ""), query)
        except saved_views.ViewRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return HttpResponseRedirect(f"{reverse(LIST)}?{query}")

    def change_view_of_list(self, request: HttpRequest, view: int) -> HttpResponse:
        """Do to one view what the pressed button says."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        # Of those of others that are not shared nobody is told that they exist.
        found = get_object_or_404(SavedView.objects.offered_to(request.user), pk=view)
        try:
            told = self._do(request, found)
        except saved_views.ViewRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, told)
        return HttpResponseRedirect(reverse(VIEWS))

    def _do(self, request: HttpRequest, view: SavedView) -> str:
        by: Any = request.user
        match request.POST.get("do"):
            case "rename":
                saved_views.rename(view, request.POST.get("name", ""), by=by)
                return _("The view has a new name.")
            case "delete":
                saved_views.delete(view, by=by)
                return _("The view is deleted.")
            case "first" | "not-first" as chosen:
                saved_views.open_first(view, by=by, first=chosen == "first")
                if chosen == "first":
                    return _("The list opens with this view from now on.")
                return _("The list opens with all articles from now on.")
            case "share" | "not-share" as chosen:
                saved_views.share(view, by=by, shared=chosen == "share")
                return _("Colleagues see the view.") if view.is_shared else _("Only you see the view.")
        raise saved_views.ViewRefused(_("Press one of the buttons."))

"""What guards the forms on pages that are the same for every reader, and so hold no token."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from newsroom.web.security import is_from_this_site


def from_this_site(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view whose POSTs must come from a page of ours, and whose answers nobody keeps."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.method == "POST" and not is_from_this_site(request):
            return render(request, "403.html", {"foreign_form": True}, status=403)
        return view(request, *args, **kwargs)

    return guarded

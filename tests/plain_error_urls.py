"""The addresses of the site, with errors told in a word.

Their pages are tested elsewhere, and most of the time of what is denied by the thousand would go into making them.
"""

from django.http import HttpResponse

from newsroom import urls

urlpatterns = urls.urlpatterns
handler400 = urls.handler400


def handler403(request, exception=None):
    return HttpResponse("Denied", status=403, content_type="text/plain")


def handler404(request, exception=None):
    return HttpResponse("Not found", status=404, content_type="text/plain")

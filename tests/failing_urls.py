"""The addresses of the site, and some below /fails/ at which it fails, so that its error pages can be opened."""

from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.urls import path

from newsroom import urls

handler400, handler500 = urls.handler400, urls.handler500

FAILURES = {400: SuspiciousOperation, 403: PermissionDenied, 413: RequestDataTooBig, 500: RuntimeError}


def _fail(request, status):
    raise FAILURES[status]


urlpatterns = [
    *urls.urlpatterns,
    *i18n_patterns(path("fails/<int:status>/", _fail), prefix_default_language=False),
]

"""What a kept page is measured against: a function that returns its bytes, and a Django view that does.

PAGE names a file with the bytes as they are sent, PAGE_HEAD one with the lines of the head as JSON.
"""

import json
import os
from pathlib import Path

BODY = Path(os.environ["PAGE"]).read_bytes()
HEAD = [(field, value) for field, value in json.loads(Path(os.environ["PAGE_HEAD"]).read_text())]


def function(environ, start_response):
    start_response("200 OK", HEAD)
    return [BODY]


def view(request):
    from django.http import HttpResponse

    return HttpResponse(BODY, headers=dict(HEAD))


if os.environ.get("WITH_DJANGO"):
    import django
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.urls import re_path

    settings.configure(
        SECRET_KEY="x",  # noqa: S106 - nothing is signed
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=[],
        USE_I18N=False,
    )
    django.setup()
    urlpatterns = [re_path("", view)]
    with_django = WSGIHandler()

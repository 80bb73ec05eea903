"""Whether this process can do its work, for supervisors and load balancers."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from newsroom.web import page_names


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not; and how many pages this process had ready. Never kept."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = True
    except DatabaseError:
        database = False
    told: dict[str, object] = {"database": database}
    if (pages := page_names.counts(request)) is not None:
        told["pages"] = pages
    response = JsonResponse(told, status=200 if database else 503)
    response["Cache-Control"] = "no-store"
    return response

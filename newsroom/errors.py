"""What people see when a request fails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom import resubmission


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A staff form whose token is too old: it comes back to be sent again, or stands in the page one step back."""
    if resubmission.may_be_shown_again(request):
        return resubmission.ask_again(request)
    return render(request, "403.html", {"token_expired": True}, status=403)

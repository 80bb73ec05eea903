"""What people see when a request fails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A staff form whose token is too old: what was typed is in the page that is one step back."""
    return render(request, "403.html", {"token_expired": True}, status=403)

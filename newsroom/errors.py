"""What people see, and what is written down, when a request fails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.debug import SafeExceptionReporterFilter


class ReportFilter(SafeExceptionReporterFilter):
    """Error reports name no value that a visitor sent and no local variable: either may be an address."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request is not None else {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame) -> list[tuple[str, str]]:
        return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]

    def is_active(self, request: HttpRequest | None) -> bool:
        return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A staff form whose token is too old: what was typed is in the page that is one step back."""
    return render(request, "403.html", {"token_expired": True}, status=403)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "newsroom.staff"
    label = "staff"
    verbose_name = _("Staff")

    def ready(self):
        from newsroom.staff import sessions  # noqa: F401

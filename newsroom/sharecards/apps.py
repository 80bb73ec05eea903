from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShareCardsConfig(AppConfig):
    name = "newsroom.sharecards"
    label = "sharecards"
    verbose_name = _("Share cards")

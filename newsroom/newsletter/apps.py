from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    name = "newsroom.newsletter"
    label = "newsletter"
    verbose_name = _("Newsletter")

    def ready(self):
        from newsroom import personal_data
        from newsroom.newsletter import subscribing

        personal_data.HOLDERS.append(
            personal_data.Holder("newsletter", subscribing.count, subscribing.export, subscribing.erase)
        )

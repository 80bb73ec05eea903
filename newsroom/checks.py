"""Checks of the settings, each with a number and a cure."""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from newsroom import site_state
from newsroom.mail import sending
from newsroom.sharecards import typesetting

LOCAL = {"localhost", "127.0.0.1", "::1"}


@checks.register(checks.Tags.security)
def check_site_url(app_configs, **kwargs):
    site = urlsplit(settings.SITE_URL)
    if site.scheme not in {"http", "https"} or not site.hostname or site.path:
        return [
            checks.Error(
                f"SITE_URL is no address of a site: {settings.SITE_URL!r}.",
                hint="Write the scheme and the host, such as https://news.example, without a path.",
                id="newsroom.E001",
            )
        ]
    return []


@checks.register(checks.Tags.security, deploy=True)
def check_https(app_configs, **kwargs):
    site = urlsplit(settings.SITE_URL)
    if site.scheme == "http" and site.hostname not in LOCAL:
        return [
            checks.Warning(
                "The site is served without HTTPS, so staff passwords and readers' addresses travel in the open.",
                hint="Put a web server with a certificate in front and set SITE_URL=https://…",
                id="newsroom.W001",
            )
        ]
    return []


@checks.register(checks.Tags.security, deploy=True)
def check_fingerprint_key(app_configs, **kwargs):
    if os.environ.get("EMAIL_KEYS") and not os.environ.get("FINGERPRINT_KEY"):
        return [
            checks.Warning(
                "EMAIL_KEYS come from the environment, but the key of the fingerprints lies in a file.",
                hint=(
                    "Set FINGERPRINT_KEY to what VAR_DIR/fingerprint-key holds. Without that file another key would"
                    " be taken once EMAIL_KEYS rotate, and no address or network would be recognized any more."
                ),
                id="newsroom.W003",
            )
        ]
    return []


@checks.register(checks.Tags.compatibility, deploy=True)
def check_mail(app_configs, **kwargs):
    if not sending.is_configured():
        return [
            checks.Warning(
                "No mail server is named, so mails wait in the outbox.",
                hint="Set EMAIL_URL=smtp+tls://user:password@mail.example:587 and DEFAULT_FROM_EMAIL.",
                id="newsroom.W002",
            )
        ]
    return []


@checks.register(checks.Tags.compatibility, deploy=True)
def check_shaping(app_configs, **kwargs):
    if not typesetting.can_shape():
        return [
            checks.Warning(
                "Pillow finds no FriBidi, so no share cards with headlines are made.",
                hint="Install it: libfribidi0 on Debian.",
                id="newsroom.W005",
            )
        ]
    return []


@checks.register(checks.Tags.database)
def check_durability(app_configs, databases=None, **kwargs):
    """Asked where the database is looked at: by `migrate`, and by `check --database default`."""
    if databases and (names := site_state.switched_off()):
        return [
            checks.Warning(
                "The database may lose in a power cut what it has acknowledged:"
                f" {', '.join(names)} must be on.",
                hint="Set it in postgresql.conf, or by ALTER DATABASE … SET synchronous_commit = on, and reload.",
                id="newsroom.W004",
            )
        ]
    return []

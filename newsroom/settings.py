"""Settings: values come from the environment, defaults are safe; SITE_URL decides what follows from HTTPS."""

import re
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from newsroom import embedded_postgres, secret_file
from newsroom.text import domain_names
from newsroom.web import object_place

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
TRUE, FALSE = env.BOOLEAN_TRUE_STRINGS, ("false", "off", "n", "no", "0", "")


def _number(name: str, default: int) -> int:
    try:
        return env.int(name, default=default)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, it is {env(name)!r}.") from None


def _switch(name: str, *, default: bool = False) -> bool:
    # Read by the library, any slip of the pen would mean no.
    if env(name, default="1" if default else "").lower() not in (*TRUE, *FALSE):
        raise ImproperlyConfigured(f"{name} must be 1 or 0, it is {env(name)!r}.")
    return env.bool(name, default=default)


def _choice(name: str, *offered: str) -> str:
    """One of `offered`, of which the first is the default."""
    chosen = env(name, default="") or offered[0]
    if chosen not in offered:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(offered)}; it is {chosen!r}.")
    return chosen


def _place(name: str) -> object_place.Place | None:
    """A bucket by its address. What is wrong with that is said without the secret in it."""
    address = env(name, default="")
    try:
        return object_place.read(address) if address else None
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must look like {object_place.EXAMPLE}: {error}.") from None


class _Address(str):
    """One that may hold a password, which no page of an error shows."""

    def __repr__(self) -> str:
        return "'…'"


def _page_store() -> str:
    """Where processes share pages: "" for nowhere, "database", or the address of a server."""
    chosen = env("PAGE_STORE", default="")
    if chosen in {"", "database"}:
        return chosen
    if not _is_address_of_redis(chosen):
        # It may hold a password.
        raise ImproperlyConfigured(
            "PAGE_STORE must be empty, database, or look like redis://user:password@host:6379/0,"
            " rediss://host/0 or unix:///path/of/socket?db=0."
        )
    if find_spec("redis") is None:
        raise ImproperlyConfigured("PAGE_STORE names a server for which the package redis is missing.")
    return _Address(chosen)


def _is_address_of_redis(address: str) -> bool:
    try:
        found = urlsplit(address)
        # Read, it raises the error.
        _port = found.port
    except ValueError:
        return False
    if found.scheme == "unix":
        return len(found.path) > 1
    number = found.path.strip("/")
    is_number = not number or number.isascii() and number.isdecimal()
    return found.scheme in {"redis", "rediss"} and bool(found.hostname) and is_number


def _as_browsers_send_it(address: str) -> str:
    """The address with a host in other letters than ASCII as the network knows it, so that it is the one asked for."""
    site = urlsplit(address)
    name, colon, port = site.netloc.partition(":")
    try:
        return site._replace(netloc=f"{domain_names.to_ascii(name)}{colon}{port}").geturl()
    except UnicodeError:
        raise ImproperlyConfigured(f"SITE_URL holds no name of a host: {address!r}.") from None


VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()

DEBUG = _switch("DEBUG")
HOST = env("HOST", default="127.0.0.1")
PORT = _number("PORT", 8000)
_host = f"[{HOST}]" if ":" in HOST else HOST
# The address readers use. Absolute links, secure cookies and HSTS all follow from it, never from a request.
SITE_URL = _as_browsers_send_it((env("SITE_URL", default="") or f"http://{_host}:{PORT}").rstrip("/"))
_site = urlsplit(SITE_URL)
HTTPS = _site.scheme == "https"

SECRET_KEY = env("SECRET_KEY", default="") or secret_file.read_or_create(VAR_DIR / "secret-key")
# Keys that encrypt readers' e-mail addresses, newest first; the first encrypts, all decrypt.
EMAIL_KEYS_FILE = VAR_DIR / "email-key"
EMAIL_KEYS = env.list("EMAIL_KEYS", default=[]) or secret_file.read_or_create(EMAIL_KEYS_FILE).split()
# Under this key addresses and networks are recognized, so it never changes. It begins as the oldest of those above,
# which it was before it had a name of its own, and stays when that one is retired.
FINGERPRINT_KEY = env("FINGERPRINT_KEY", default="") or secret_file.read_or_create(
    VAR_DIR / "fingerprint-key", EMAIL_KEYS[-1]
)

ALLOWED_HOSTS = list(dict.fromkeys([_site.hostname or "", *env.list("ALLOWED_HOSTS", default=[])]))
if not HTTPS:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "newsroom.apps.NewsroomConfig",
    "newsroom.apps.NewsroomAdminConfig",
    "newsroom.mail.apps.MailConfig",
    "newsroom.announcements.apps.AnnouncementsConfig",
    "newsroom.deliveries.apps.DeliveriesConfig",
    "newsroom.staff.apps.StaffConfig",
    "newsroom.api.apps.ApiConfig",
    "articles.apps.ArticlesConfig",
    "comments.apps.CommentsConfig",
    "newsroom.federation.apps.FederationConfig",
    "newsroom.webhooks.apps.WebhooksConfig",
    "newsroom.wordpress.apps.WordPressConfig",
    "newsroom.exports.apps.ExportsConfig",
    "newsroom.newsletter.apps.NewsletterConfig",
    "newsroom.sharecards.apps.ShareCardsConfig",
    "django_prose_editor",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # For its widgets: FORM_RENDERER looks for templates in the installed apps, so that ours come first.
    "django.forms",
]

MIDDLEWARE = [
    "newsroom.web.request_ids.request_ids",
    "newsroom.web.measures.measured",
    "django.middleware.security.SecurityMiddleware",
    "newsroom.web.security.security_headers",
    "newsroom.web.security.ContentSecurityPolicy",
    "newsroom.web.security.refuse_null",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "newsroom.wordpress.old_addresses.old_addresses",
    "newsroom.web.canonical_host.canonical_host",
    "newsroom.web.whole_files.RoomForWhatIsSent",
    "newsroom.web.prefetching.prefetching",
    "newsroom.web.interface_language.interface_language",
    "newsroom.federation.negotiation.to_documents",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsroom.web.numerals.numerals",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "newsroom.web.template_loader.Loader",
                    [
                        "newsroom.web.template_loader.SourceLoader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def _address(name: str) -> str:
    """A database by its address."""
    url: str = env(name, default="")
    try:
        is_read = not url or bool(env.db_url_config(url))
    except ValueError:
        # By what is not percent-encoded; the error shows a part of the password.
        is_read = False
    if not is_read or url and urlsplit(url).scheme not in {"postgres", "postgresql", "psql", "pgsql"}:
        raise ImproperlyConfigured(
            f"{name} must look like postgres://user:password@host:5432/name, percent-encoded."
        ) from None
    return _Address(url)


# Where nothing comes, it is asked after five seconds whether anybody is there; what is sent is to arrive within ten.
_LINES = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}


def _database(url: str, *, connect_seconds: int) -> dict[str, Any]:
    found: dict[str, Any] = env.db_url_config(url)
    options = found.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", connect_seconds)
    # For the statements of `newsroom.prepared_statements` alone: whatever Django makes is never prepared. To plan them
    # anew for the values of each time would take four times the work of carrying them out.
    options.setdefault("prepare_threshold", 0)
    # Django would set the zone by a statement of its own, to which a server that stands still gives no answer.
    options.setdefault("options", "-c plan_cache_mode=force_generic_plan -c TimeZone=UTC")
    # A machine that is gone sends nothing, and its answer would be waited for a quarter of an hour.
    for name, value in _LINES.items():
        options.setdefault(name, value)
    return found | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


# Where several servers are named, a:5432,b:5432/name?target_session_attrs=read-write, whichever of them takes writes.
DATABASE_URL = _address("DATABASE_URL")
DATABASES = {
    "default": _database(
        DATABASE_URL or embedded_postgres.database_url(VAR_DIR / "postgres"), connect_seconds=5
    )
}
# A standby that PostgreSQL streams to: pages for everybody are made by it as long as it is current. It is given up
# sooner, for the primary can be asked.
DATABASE_REPLICA_URL = _address("DATABASE_REPLICA_URL")
REPLICA = _database(DATABASE_REPLICA_URL, connect_seconds=2) if DATABASE_REPLICA_URL else None
# So long a statement of a request may take, and half as long wait for a lock (`newsroom.wsgi`). Commands and the worker
# take their time.
STATEMENT_SECONDS = _number("STATEMENT_SECONDS", 10)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _mail_server(url: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = env.email_url_config(url)
    except (ImproperlyConfigured, ValueError):
        # The error shows a part of the password.
        found = {}
    if not found or (urlsplit(url).scheme.startswith("smtp") and not found["EMAIL_HOST"]):
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp+tls://user:password@host:587, percent-encoded."
        )
    return found


# Where mails go out: smtp://user:password@host:587, with smtp+tls or smtp+ssl for encryption. Without it they wait.
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(_mail_server(EMAIL_URL))
# To connect, in seconds; what the answer to a mail may take is for `newsroom.mail.sending` to say.
EMAIL_TIMEOUT = _number("EMAIL_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = (
    env("DEFAULT_FROM_EMAIL", default="") or f"نشرة <noreply@{_site.hostname or 'localhost'}>"
)


def _networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(map(ip_network, env.list(name, default=[])))
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must be networks such as 10.1.0.0/16, divided by commas; it is {env(name)!r}."
        ) from None


# Networks of the newsroom's own that requests may be sent to, also without encryption. All others must be public.
OUTGOING_NETWORKS = _networks("OUTGOING_NETWORKS")
# From which hour of the newsroom's clock the newsletter of a day goes out.
NEWSLETTER_HOUR = _number("NEWSLETTER_HOUR", 7)
if NEWSLETTER_HOUR > 23:
    raise ImproperlyConfigured(f"NEWSLETTER_HOUR is an hour from 0 to 23, it is {NEWSLETTER_HOUR}.")

# Whether the newspaper and its sections can be followed from Mastodon and the like; the desk says which, and as what.
FEDERATION = _switch("FEDERATION")

# A hub that is told of changed feeds and tells who follows them (WebSub); without it nobody is.
WEBSUB_HUB = env("WEBSUB_HUB", default="")
if WEBSUB_HUB and urlsplit(WEBSUB_HUB).scheme not in {"http", "https"}:
    raise ImproperlyConfigured(f"WEBSUB_HUB must begin with https://, it is {WEBSUB_HUB!r}.")
# With a key, which then stands at /<key>.txt, search engines are told of changed pages (IndexNow), at this address.
INDEXNOW_KEY = env("INDEXNOW_KEY", default="")
if INDEXNOW_KEY and not re.fullmatch(r"[A-Za-z0-9-]{8,128}", INDEXNOW_KEY):
    raise ImproperlyConfigured("INDEXNOW_KEY must be 8 to 128 letters a-z, digits and dashes.")
INDEXNOW_URL = env("INDEXNOW_URL", default="") or "https://api.indexnow.org/indexnow"

# What stands at fixed addresses for machines; lines are divided by \n. Whatever is empty is not there.
ADS_TXT = env.str("ADS_TXT", default="", multiline=True)
HUMANS_TXT = env.str("HUMANS_TXT", default="", multiline=True)
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])
if strange := [
    contact for contact in SECURITY_CONTACT if urlsplit(contact).scheme not in {"https", "mailto", "tel"}
]:
    raise ImproperlyConfigured(f"SECURITY_CONTACT must begin with mailto: or https://, it is {strange[0]!r}.")

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "newsroom.staff.passwords.LongPassword",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Whether whoever publishes, moderates or administers must have a second factor; others may.
SECOND_FACTOR = _switch("SECOND_FACTOR", default=HTTPS)
# For links by which a password is chosen, in seconds.
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]
# How the edition writes: digits of pages (`newsroom.web.numerals`), names of months, and the Hijri date beside.
NUMERALS = _choice("NUMERALS", "western", "arabic-indic")
MONTH_NAMES = _choice("MONTH_NAMES", "gulf", "levant", "maghreb", "morocco", "both")
HIJRI_DATES = _switch("HIJRI_DATES")
# The first has precedence: it holds the names of months alone.
LOCALE_PATHS = [BASE_DIR / "locale" / "months" / MONTH_NAMES, BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["newsroom.formats"]
TIME_ZONE = env("TIME_ZONE", default="") or "Asia/Riyadh"
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE must be a name such as Asia/Riyadh, it is {TIME_ZONE!r}.")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Where uploads and their renditions lie: a bucket, such as s3://KEY:SECRET@s3.example/bucket/folder?region=eu-central-1,
# or s3+http:// without TLS; without it MEDIA_ROOT. What is kept of it here shows no secret where settings are printed.
MEDIA_STORE = _place("MEDIA_STORE")
STORAGES = {
    "default": {"BACKEND": "newsroom.web.object_store.ObjectStore", "OPTIONS": {"place": MEDIA_STORE}}
    if MEDIA_STORE
    else {"BACKEND": "newsroom.web.whole_files.WholeFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsroom.web.joined_files.JoinedFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

BACKUP_DIR = Path(env("BACKUP_DIR", default="") or VAR_DIR / "backups").resolve()
# Public keys of age, for whose owners backups are encrypted.
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
# Whoever names it reads /metrics; without it nobody does.
METRICS_TOKEN = env("METRICS_TOKEN", default="")

# Whether browsers keep the articles that were opened last; switched off, they remove what they kept.
OFFLINE_READING = _switch("OFFLINE_READING", default=True)

# Pages of readers that each process keeps: how many bytes of them, after how many seconds one is made anew, how long
# they are shown while the database is away, and how long a cache in front may keep them unasked, which is then to be
# purged by Surrogate-Key; and where processes share them. Templates that change call for no kept pages.
PAGE_CACHE_BYTES = 0 if DEBUG else 1_000_000 * _number("PAGE_CACHE_MB", 64)
PAGE_FRESH_SECONDS = _number("PAGE_FRESH_SECONDS", 60)
PAGE_STALE_SECONDS = _number("PAGE_STALE_SECONDS", 24 * 3600)
PAGE_CDN_SECONDS = _number("PAGE_CDN_SECONDS", 0)
PAGE_STORE = _page_store()

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "newsroom.staff.sessions"
# How long somebody stays signed in: without doing anything, and at all.
SESSION_IDLE_MINUTES = _number("SESSION_IDLE_MINUTES", 12 * 60)
SESSION_DAYS = _number("SESSION_DAYS", 14)
SESSION_COOKIE_AGE = SESSION_DAYS * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "newsroom.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _switch("BEHIND_PROXY") else None
# How many proxies of ours stand in front: the sender's address is read that many hops from the end.
PROXY_HOPS = _number("PROXY_HOPS", 1 if SECURE_PROXY_SSL_HEADER else 0)
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {request_id} {message}", "style": "{"},
        "json": {"()": "newsroom.web.request_log.JsonLines"},
    },
    "filters": {
        "refusals": {"()": "newsroom.web.request_log.RefusalsInOneLine"},
        "tokens": {"()": "newsroom.web.request_log.WithoutTokens"},
        "request": {"()": "newsroom.web.request_log.WithRequest"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": _choice("LOG_FORMAT", "line", "json"),
            "filters": ["refusals", "tokens", "request"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's own handlers would mail request bodies to ADMINS; its loggers speak through the root instead.
    "loggers": {"django": {"handlers": [], "propagate": True, "level": "INFO"}},
}

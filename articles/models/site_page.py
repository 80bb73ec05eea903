"""Pages of the newspaper itself: who makes it, how to reach it, what it holds itself to. And every text they had."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .addresses import Addressed
from .article import LANGUAGES, RTL_LANGUAGES
from .fields import LineField


class Purpose(models.TextChoices):
    """What a page is for, where machines know a word for it; see `articles.seo`."""

    ABOUT = "about", _("Who we are")
    CONTACT = "contact", _("How to reach us")
    PRIVACY = "privacy", _("Privacy")
    TERMS = "terms", _("Terms of use")
    PRINCIPLES = "principles", _("Editorial principles")
    ETHICS = "ethics", _("Ethics")
    CORRECTIONS = "corrections", _("How we correct")
    VERIFICATION = "verification", _("How we verify")
    FEEDBACK = "feedback", _("How readers take part")
    SOURCES = "sources", _("Unnamed sources")
    DIVERSITY = "diversity", _("Diversity")
    OWNERSHIP = "ownership", _("Owners and funding")
    MASTHEAD = "masthead", _("The staff")


class SitePageQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)

    def in_order(self):
        return self.order_by("position", "pk")


class SitePage(Addressed):
    """`body` is what the editor holds, sanitized; `body_html` is printed of it by `articles.site_pages`."""

    title = LineField(_("title"), max_length=120)
    body = models.TextField(_("body"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    language = models.CharField(_("language"), max_length=3, choices=LANGUAGES, default="ar")
    purpose = models.CharField(
        _("purpose"),
        max_length=12,
        choices=Purpose.choices,
        blank=True,
        help_text=_("Tells search engines which page this is. Leave it empty for any other page."),
    )
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=100,
        help_text=_("Pages stand at the foot of the site in the order of this number, smallest first."),
    )
    is_published = models.BooleanField(
        _("published"),
        default=False,
        help_text=_("Before it is published, its address answers that there is no such page."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    modified_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)

    objects = SitePageQuerySet.as_manager()

    url_name = "articles:page"

    class Meta:
        verbose_name = _("page of the site")
        verbose_name_plural = _("pages of the site")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "language"],
                condition=~Q(purpose=""),
                name="a_purpose_has_one_page_in_a_language",
                violation_error_message=_("Another page in this language has that purpose already."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        return self.title

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RTL_LANGUAGES else "ltr"


class PageEdition(models.Model):
    """What a page said as of one save; added by each and never changed, so that no text is lost to another."""

    page = models.ForeignKey(SitePage, on_delete=models.CASCADE, related_name="editions")
    version = models.PositiveIntegerField()
    title = LineField(max_length=120)
    body = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version"]
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["page", "version"], name="a_version_of_a_page_is_kept_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

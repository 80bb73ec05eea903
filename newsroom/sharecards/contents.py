"""What stands on the card of an article, by what readers see of it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import BigIntegerField
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles import images, sharing
from articles.models import Article
from newsroom.prepared_statements import Parameter, Prepared
from newsroom.sharecards.drawing import Card
from newsroom.sharecards.models import ShareCard
from newsroom.text.numerals import arabic_indic
from newsroom.web.numerals import are_arabic_indic

_CARD = Prepared(lambda: ShareCard.objects.filter(pk=Parameter("number", BigIntegerField())).order_by())


def card_of(article: Article) -> Card:
    """No query on an article with its section and picture."""
    languages = dict(settings.LANGUAGES)
    spoken = article.language if article.language in languages else settings.LANGUAGE_CODE
    with translation.override(spoken):
        date = date_format(timezone.localtime(article.published_at), "DATE_FORMAT")
        site = _("Nashra")
        if are_arabic_indic():
            date = arabic_indic(date)
    # In the language of the edition, whoever's page is being made.
    with translation.override(settings.LANGUAGE_CODE):
        address = urlsplit(sharing.short_link(article))
    return Card(
        headline=article.headline,
        direction=article.direction,
        language=article.language,
        section=article.section.name,
        color=article.section.color,
        site=site,
        date=date,
        link=f"{address.netloc}{address.path}".rstrip("/"),
        picture=article.hero.digest if article.hero else "",
        focal_point=article.hero.focal_point if article.hero else (50, 50),
    )


def address_of(article: Article) -> str:
    """Where the card of an article loaded with `for_page` lies, "" while there is none of what it says. One query."""
    card = _CARD.first(number=article.pk)
    if card is None or card.digest != card_of(article).digest:
        return ""
    return default_storage.url(images.master_name(card.digest))

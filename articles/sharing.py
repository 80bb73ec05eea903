"""Where readers pass an article on: plain addresses of the services, which learn nothing before a reader goes there."""

from urllib.parse import quote

from django.urls import reverse
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _

from articles.models import Article
from articles.seo import absolute
from newsroom.text.bidi import isolate_plain

# By the service's own documentation of its share links; {text} says what, {url} where, both percent-encoded.
_SERVICES = {
    "whatsapp": "https://wa.me/?text={text}%20{url}",
    "x": "https://x.com/intent/post?text={text}&url={url}",
    "telegram": "https://t.me/share/url?url={url}&text={text}",
    "facebook": "https://www.facebook.com/sharer/sharer.php?u={url}",
}


def short_link(article: Article) -> str:
    """The full address of an article by a short code, which leads on to the one with its slug."""
    return absolute(reverse("articles:code", args=[article.pk]))


def links(article: Article) -> list[tuple[str, str]]:
    """Each service by its name, and where it takes the headline, isolated from whatever is written around it. An
    IRI, of which browsers make the URI: a headline takes a third of the bytes."""
    names = {"whatsapp": _("WhatsApp"), "x": _("X"), "telegram": _("Telegram"), "facebook": _("Facebook")}
    told = {
        "text": uri_to_iri(quote(isolate_plain(article.headline, article.direction), safe="")),
        # RFC 3986 lets a query hold these as they are.
        "url": quote(short_link(article), safe=":/"),
    }
    return [(names[service], address.format(**told)) for service, address in _SERVICES.items()]

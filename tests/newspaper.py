"""A newspaper with a page of every kind, as readers see it, for what holds of all of them.

Tests that open its error pages are marked `urls("tests.failing_urls")`.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from articles import archive, front_page, previews, readings, search_index
from articles.models import Article, SitePage
from articles.slots import Pick
from comments import notifications, trust
from comments.models import Comment
from newsroom import encryption
from newsroom.newsletter import links
from newsroom.newsletter.models import Subscription
from newsroom.web import interface_language
from tests import factories, failing_urls

# Pages that are there in one language: the service worker keeps one, and staff choose for the desk.
OF_ONE_LANGUAGE = {"offline", "sign-in"}
# Pages that answer something else than 200.
FAILING = {"gone", "not found", *(f"failure {status}" for status in failing_urls.FAILURES)}

BODY = """
<p>قال «إيلون ماسك» إن لغة C++ أسرع<small class="footnote">بحسب OpenAI وحدها.</small>، وعلّق: <q>هذا صحيح</q>.</p>
<p>اتصل على +963 11 555-1234 أو <em>اكتب</em> إلينا.</p>
<h2>عنوان داخلي عن OpenAI</h2>
<blockquote><p>إِيَّاكُمُ وَالظَّنَّ ﷺ</p></blockquote>
<ul><li>أوّل</li><li>GPT-4</li></ul><ol><li>واحد</li><li>اثنان</li></ol>
<table><tbody><tr><th>الشركة</th><th>السعر</th></tr><tr><td>Mistral AI</td><td>$0.70</td></tr></tbody></table>
<pre>print("hello")</pre>
<p>وقالت الصحيفة <a href="https://example.org/a">على موقعها</a>: <bdi dir="ltr" lang="en">The quick brown fox</bdi>.</p>
<h2>رأي آخر</h2>
<figure class="pull-quote"><blockquote><p>لا عودة إلى الوراء</p></blockquote>
<figcaption>سام ألتمان</figcaption></figure>
<aside class="fact-box"><h3>OpenAI في سطور</h3><p>تأسست عام 2015.</p></aside>
<figure class="embed"><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">عرض النموذج</a></figure>
<h2>ما بعد ذلك</h2>
<p>خاتمة.</p>
"""


def build() -> dict[str, str]:
    """A site whose headlines begin with Latin names, and the address of one page of each kind by its name."""
    tag, series = factories.tag(), factories.series()
    author = factories.author("OpenAI Watch عربي")
    article = factories.published(
        headline="OpenAI تطلق نموذجًا جديدًا", kicker="GPT-4 اليوم", body=BODY, tags=[tag], authors=[author],
        hero=factories.image(caption="مقر OpenAI في الليل"),
    )  # fmt: skip
    others = [factories.published(tags=[tag], hero=factories.image()) for _ in range(4)]
    Article.objects.filter(pk__in=[article.pk, others[0].pk]).update(series=series)
    front_page.arrange(
        front_page.Choice(
            picks=(Pick("lead", article.pk),), banner="عاجل عن OpenAI", banner_link="/",
            banner_ends_at=timezone.now() + timedelta(hours=1),
        ),
        by=None,
    )  # fmt: skip
    gone = factories.published()
    factories.correction(gone, "retraction", withdraw=True)
    factories.correction(article)
    factories.correction(article, "retraction", "An earlier version named «OpenAI» by mistake.")
    link = previews.share(factories.draft(headline="للمعاينة"), by=None, lifetime=timedelta(days=1))
    root = factories.approved(article, body="أحسنت @user99، لكن C++ أسرع من GPT-4!", author_name="user99")
    factories.approved(article, parent=root, body="This is great!", website="https://example.org/")
    Comment.objects.update(picked_at=timezone.now(), useful=3, edited_at=timezone.now())
    held = factories.sent(article)
    reader = Subscription.objects.create(
        email_encrypted=encryption.encrypt("reader@example.org"), email_fingerprint="reader", language="ar",
        state="confirmed",
    )  # fmt: skip
    languages = {
        language: factories.published(
            language=language, headline=headline, summary=headline, body=f"<p>{headline}</p>" * 3
        )
        for language, headline in [
            ("en", "OpenAI and محمد sign a deal"),
            ("fa", "هوش مصنوعی OpenAI در ایران"),
        ]
    }
    _rank([article, *others])
    while search_index.refresh():
        pass
    today = timezone.localdate()
    return {
        "front": "/",
        "section": article.section.get_absolute_url(),
        "tag": tag.get_absolute_url(),
        "author": author.get_absolute_url(),
        "authors": reverse("articles:authors"),
        "series": series.get_absolute_url(),
        "article": article.get_absolute_url(),
        **{f"article in {code}": found.get_absolute_url() for code, found in languages.items()},
        "page of the site": SitePage.objects.get(purpose="privacy").get_absolute_url(),
        "archive": archive.Period().get_absolute_url(),
        "year": archive.Period(today.year).get_absolute_url(),
        "month": archive.Period(today.year, today.month).get_absolute_url(),
        "day": archive.Period(today.year, today.month, today.day).get_absolute_url(),
        "search": "/search/?q=OpenAI",
        "search for another spelling": "/search/?q=OpenA",
        "search without results": "/search/?q=zzzzzz",
        "search before words": "/search/",
        "saved": reverse("articles:saved"),
        "corrections": reverse("articles:corrections"),
        "feeds": reverse("articles:feeds"),
        "interface for programs": reverse("api_docs"),
        "thread": reverse("comments:thread", args=[root.pk]),
        "reply": reverse("comments:reply", args=[root.pk]),
        "receipt": held.receipt_url,
        "report": reverse("comments:report", args=[root.pk]),
        "reported": reverse("comments:reported", args=[root.pk]),
        "confirmation": reverse("comments:confirm", args=[trust.new_link(held.email_fingerprint)]),
        "unsubscription": reverse("comments:unsubscribe", args=[notifications.unsubscribe_token(held)]),
        "newsletter": reverse("newsletter:page"),
        "newsletter asked for": reverse("newsletter:asked"),
        "newsletter confirmed": _path(links.confirmation(reader)),
        "newsletter chosen": _path(links.preferences(reader)),
        "newsletter ended": _path(links.unsubscription(reader)),
        "preview": reverse("articles:preview", args=[previews.token(link)]),
        "offline": reverse("offline"),
        "gone": gone.get_absolute_url(),
        "not found": "/article/999999/",
        **{f"failure {status}": f"/fails/{status}/" for status in failing_urls.FAILURES},
        "sign-in": "/admin/login/",
    }


def _path(address: str) -> str:
    return urlsplit(address).path


def in_other_languages(pages: dict[str, str]) -> dict[str, str]:
    """The same pages with their chrome in each other language of the interface, such as "front, en"."""
    return {
        f"{name}, {language}": interface_language.in_language(address, language)
        for language, _name in settings.LANGUAGES
        if language != settings.LANGUAGE_CODE
        for name, address in pages.items()
        if name not in OF_ONE_LANGUAGE
    }


def _rank(articles: list[Article]) -> None:
    """Let them be the articles read most."""
    readings.forget_networks()
    for article in articles:
        readings.note(article.pk, network="10.0.0.0/24")
    readings.count_new()
    readings.rank()
    readings.forget_networks()

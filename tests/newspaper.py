"""A newspaper with a page of every kind, as readers see it, for what holds of all of them."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from articles import front_page, previews
from articles.models import Article
from articles.slots import Pick
from comments.models import Comment
from tests import factories

BODY = """
<p>قال «إيلون ماسك» إن لغة C++ أسرع، وعلّق: <q>هذا صحيح</q>. اتصل على +963 11 555-1234 أو <em>اكتب</em> إلينا.</p>
<h2>عنوان داخلي عن OpenAI</h2>
<blockquote><p>إِيَّاكُمُ وَالظَّنَّ ﷺ</p></blockquote>
<ul><li>أوّل</li><li>GPT-4</li></ul><ol><li>واحد</li><li>اثنان</li></ol>
<table><tbody><tr><th>الشركة</th><th>السعر</th></tr><tr><td>Mistral AI</td><td>$0.70</td></tr></tbody></table>
<pre>print("hello")</pre>
<p>وقالت الصحيفة <a href="https://example.org/a">على موقعها</a>: <bdi dir="ltr" lang="en">The quick brown fox</bdi>.</p>
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
    languages = {
        language: factories.published(language=language, headline=headline, body=f"<p>{headline}</p>" * 3)
        for language, headline in [
            ("en", "OpenAI and محمد sign a deal"),
            ("fa", "هوش مصنوعی OpenAI در ایران"),
        ]
    }
    return {
        "front": "/",
        "section": article.section.get_absolute_url(),
        "tag": tag.get_absolute_url(),
        "empty tag": factories.tag("بلا مقالات").get_absolute_url(),
        "author": author.get_absolute_url(),
        "series": series.get_absolute_url(),
        "article": article.get_absolute_url(),
        **{f"article in {code}": found.get_absolute_url() for code, found in languages.items()},
        "search": "/search/?q=OpenAI",
        "search without results": "/search/?q=zzzzzz",
        "search before words": "/search/",
        "corrections": "/corrections/",
        "feeds": "/feeds/",
        "thread": reverse("comments:thread", args=[root.pk]),
        "receipt": held.receipt_url,
        "report": reverse("comments:report", args=[root.pk]),
        "reported": reverse("comments:reported", args=[root.pk]),
        "preview": reverse("articles:preview", args=[previews.token(link)]),
        "gone": gone.get_absolute_url(),
        "not found": "/article/999999/",
        "sign-in": "/admin/login/",
    }

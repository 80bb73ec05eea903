"""A newspaper with something of everything that an export takes along, and secrets that it must not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import publishing, reviewing
from articles.models import SitePage
from comments import moderation, sanctions
from comments.models import Comment, Status, WatchedWord
from tests import canaries, factories

DRAFT, HELD = "مسوّدة-كتومة", "رأي-محجوز"


class Newspaper:
    def __init__(self):
        self.editor = factories.staff(factories.EDITORS, "editor")
        newsroom = factories.superuser()
        self.picture = factories.image("مقر OpenAI & Mistral", caption="مقرّ <OpenAI>")
        self.article = factories.published(
            headline="شركة R&D تطلق <b> و]]> جديدًا",
            kicker="عن C++",
            authors=[factories.author(), factories.author("سامي K.")],
            tags=[factories.tag(), factories.tag("لغة C++")],
            series=factories.series(),
            hero=self.picture,
            source_name="موقع C++",
            body="<h2>عنوان</h2>\n<p>نصّ [gallery]\nعن <em>R&amp;D</em>.</p>\n<pre>سطر\nآخر</pre>"
            f'<figure><img src="{self.picture.src}" alt="صورة"></figure>',
        )
        self.other = factories.published(
            at=timezone.now() - timedelta(days=400, seconds=1), related=[self.article.pk]
        )
        self.draft = factories.draft(by=self.editor, headline=DRAFT)
        publishing.move(factories.draft(by=self.editor, headline=f"{DRAFT} 2"), "submit", by=self.editor)
        self.scheduled = factories.published(at=timezone.now() + timedelta(days=9), headline=f"{DRAFT} 3")
        self.withdrawn = factories.published(headline=f"{DRAFT} 4")
        publishing.move(self.withdrawn, "archive", by=None)
        factories.correction(self.article)
        reviewing.add_note(self.draft, "ملاحظة", by=newsroom)
        self._discuss()
        WatchedWord.objects.create(term="احتيال", reason="إعلان")
        sanctions.impose(sanctions.domain_named("spam.example"), effect="block", reason="إعلان", by=newsroom)

    def _discuss(self):
        self.root = factories.approved(
            self.article,
            body="أوّل <b>رأي</b> & [caption]\n\nسطر",
            email=canaries.address(1),
            author_name="هدى & سامي",
        )
        self.answer = factories.approved(
            self.article, parent=self.root, website="https://example.org/?a=1&b=2", email=canaries.address(2)
        )
        factories.approved(self.article, parent=self.answer, email=canaries.address(3))
        factories.sent(self.article, body=HELD, email=canaries.address(4))
        refused = factories.sent(self.article, body=f"{HELD} 2", email=canaries.address(5))
        moderation.decide({refused.pk: refused.version}, Status.REJECTED, by=None, reason="advertising")
        factories.approved(self.other, email=canaries.address(6))
        Comment.objects.filter(pk=self.root.pk).update(picked_at=timezone.now(), useful=3)


@pytest.fixture
def newspaper(db):
    SitePage.objects.exclude(purpose="about").delete()
    return Newspaper()

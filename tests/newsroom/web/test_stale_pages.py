"""After whatever anybody does, what is kept is what would be made anew: no verb leaves an old page behind."""

from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import corrections, front_page, images, library, publishing, revising, series, site_pages
from articles.models import Article, Image, Section, SitePage, Tag
from articles.renditions import make_due
from articles.slots import Pick
from comments import authoring, erasure, moderation, responses
from comments import importing as old_comments
from comments.models import Comment, Decision, Policy
from comments.submission import Sender, answer, submit
from newsroom.web import purges
from tests import factories
from tests.article_form import change as form_of
from tests.article_form import payload
from tests.kept_pages import ask, hear, is_shared, wait_until
from tests.public_site import sitemap_of_the_month

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Newspaper:
    """A small one, in which everything refers to something else."""

    def __post_init__(self):
        self.by = factories.superuser()
        self.sections = [factories.section("تقنية"), factories.section("اقتصاد")]
        self.tags = [factories.tag("OpenAI"), factories.tag("Mistral")]
        self.authors = [factories.author("ليلى حدّاد"), factories.author("OpenAI Watch")]
        self.series = factories.series()
        self.image, self.hero = factories.image(), factories.image()
        body = f'<p>نص عن C++.</p><figure><img src="{self.image.src}" alt="صورة"></figure>'
        self.article = factories.published(
            section=self.sections[0], tags=self.tags[:1], authors=self.authors[:1], series=self.series,
            hero=self.hero, body=body,
        )  # fmt: skip
        self.part = factories.published(section=self.sections[0], series=self.series)
        self.other = factories.published(
            section=self.sections[1], tags=self.tags[1:], authors=self.authors[1:]
        )
        self.english = factories.published(
            section=self.sections[1],
            language="en",
            headline="OpenAI signs a deal",
            translation_of=self.article,
        )
        self.gone = factories.published(section=self.sections[1])
        publishing.move(self.gone, "archive", by=None)
        self.page = SitePage.objects.get(purpose="privacy")
        self.root = factories.approved(self.article, body="أحسنت يا @user99", email="root@example.org")
        self.reply = factories.approved(self.article, parent=self.root, email="reply@example.org")
        self.alone = factories.approved(self.article, email="alone@example.org")
        self.held = factories.sent(self.article)
        factories.correction(self.article)

    def addresses(self):
        stories = [self.article, self.part, self.other, self.english, self.gone]
        rows = [*stories, *self.sections, *self.tags, *self.authors, self.series, self.page]
        thread = reverse("comments:thread", args=[self.root.pk])
        return [
            "/", "/en/", "/authors/", f"/archive/{timezone.localtime():%Y/%m/%d}/", "/corrections/", "/saved/",
            "/feed/", "/corrections/feed/", f"/feed/section/{self.sections[1].pk}/",
            f"/feed/author/{self.authors[0].pk}/", "/sitemap.xml", "/sitemap-news.xml",
            sitemap_of_the_month(), thread, f"/article/{self.article.pk}/",
            f"{self.article.get_absolute_url()}?sort=newest", f"/en{self.article.get_absolute_url()}",
            *(row.get_absolute_url() for row in rows),
        ]  # fmt: skip

    def stored(self, article):
        return Article.objects.get(pk=article.pk)

    def decide(self, comment, to, **options):
        comment.refresh_from_db()
        moderation.decide({comment.pk: comment.version}, to, by=self.by, **options)


def revise(site, article, **fields):
    """Publish these changes, by a working copy as writers do."""
    stored = site.stored(article)
    authors = [byline.author for byline in stored.bylines.select_related("author")]
    authors, tags = fields.pop("authors", authors), fields.pop("tags", list(stored.tags.all()))
    for name, value in fields.items():
        setattr(stored, name, value)
    revising.save(stored, by=site.by, authors=authors, tags=tags)
    publishing.move(site.stored(article), "publish_changes", by=site.by)


def arrange(site, **changes):
    front_page.arrange(replace(front_page.stored(), **changes), by=site.by)


def rename(row, name):
    stored = type(row).objects.get(pk=row.pk)
    stored.name = name
    publishing.save_named(stored)


def write_by_desk(site, address, form):
    client = Client()
    client.force_login(site.by)
    assert client.post(address, form).status_code == 302


def set_policy(site, **fields):
    form = {
        name: getattr(Policy.objects.get(), name)
        for name in ("mode", "closes_after_days", "approvals_for_trust", "edit_minutes", "night_from", "night_until",
                     "network_limit", "writer_limit", "article_limit")
    }  # fmt: skip
    write_by_desk(site, reverse("admin:comments_policy_change", args=[1]), form | fields)


def set_thread(site):
    form = payload(site.stored(site.other)) | {
        "thread-TOTAL_FORMS": 1, "thread-INITIAL_FORMS": 0, "thread-0-article": site.other.pk,
        "thread-0-mode": "closed", "thread-0-night": "", "thread-0-closes_after_days": "",
    }  # fmt: skip
    write_by_desk(site, form_of(site.other), form)


def describe(site, image, **fields):
    stored = Image.objects.get(pk=image.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    library.save(stored, by=site.by)


def replace_file(site, image):
    library.save(Image.objects.get(pk=image.pk), images.accept(factories.picture((640, 360))), by=site.by)


def delete_comment(site, comment):
    for _ in erasure.erase(comment, delete=True):
        pass


def anonymize(site, email):
    for _ in erasure.erase(email):
        pass


def pick_comment(site, picked):
    moderation.pick(
        site.alone, version=Comment.objects.get(pk=site.alone.pk).version, by=site.by, picked=picked
    )


def trust_everybody(site):
    set_policy(site, mode="findings")
    return submit(site.other, factories.new_comment(), Sender("198.51.100.7", "Firefox"))


# In this order. Each changes something that readers see.
def take_in_an_article(site):
    factories.taken_in(section=site.sections[0], authors=(site.authors[0],), tags=(site.tags[0],))


def take_in_a_comment(site):
    old = old_comments.OldComment(
        article=site.article.pk, parent=None, author_name="قارئ", email="old@example.org", body="من الأرشيف",
        created_at=timezone.now() - timedelta(days=9), status=Comment.Status.APPROVED,
    )  # fmt: skip
    old_comments.take_in([old])


VERBS = {
    "publish": lambda site: factories.published(section=site.sections[0], tags=site.tags[:1]),
    "publish with an earlier date": lambda site: factories.published(
        section=site.sections[0], at=timezone.now() - timedelta(days=2)
    ),
    "publish changes": lambda site: revise(site, site.article, headline="عنوان آخر عن OpenAI", summary="ملخّص آخر."),
    "publish a minor change": lambda site: (
        setattr(site, "fresh", site.stored(site.part)),
        setattr(site.fresh, "kicker", "بعد التعديل"),
        revising.save(site.fresh, by=site.by, authors=site.authors[:1], tags=[]),
        publishing.move(site.stored(site.part), "publish_changes", by=site.by, is_minor=True),
    ),
    "change without a working copy": lambda site: (
        setattr(site, "fresh", site.stored(site.other)),
        setattr(site.fresh, "body", "<p>نص آخر عن Mistral.</p>"),
        publishing.save(site.fresh, by=site.by),
    ),
    "move to another section": lambda site: revise(site, site.part, section=site.sections[1]),
    "move back": lambda site: revise(site, site.part, section=site.sections[0]),
    "other tags": lambda site: revise(site, site.article, tags=site.tags[1:]),
    "other authors": lambda site: revise(site, site.other, authors=site.authors[:1]),
    "other main image": lambda site: revise(site, site.other, hero=site.hero),
    "other translation": lambda site: revise(site, site.english, translation_of=site.other),
    "into a series": lambda site: revise(site, site.other, series=site.series),
    "picked as related": lambda site: revise(site, site.article, related=[site.english.pk, site.other.pk]),
    "archive": lambda site: publishing.move(site.stored(site.english), "archive", by=site.by),
    "publish again": lambda site: (
        publishing.move(site.stored(site.english), "restore", by=site.by),
        publishing.move(site.stored(site.english), "publish", by=site.by),
    ),
    "correct": lambda site: corrections.add(site.article, "correction", "ورد خطأ والصحيح Mistral.", by=site.by),
    "reword a correction": lambda site: corrections.reword(
        site.article.corrections.first(), "clarification", "توضيح عن Mistral.", by=site.by
    ),
    "retract": lambda site: corrections.add(site.gone, "retraction", "سُحب الخبر.", by=site.by),
    "retract and withdraw": lambda site: corrections.add(
        site.english, "retraction", "سُحب الخبر أيضًا.", by=site.by, withdraw=True
    ),
    "arrange a series": lambda site: series.arrange(site.series, [site.other.pk, site.part.pk], by=site.by),
    "arrange the front page": lambda site: arrange(site, picks=(Pick("lead", site.part.pk),)),
    "breaking news": lambda site: arrange(
        site, banner="عاجل عن OpenAI", banner_link="/", banner_ends_at=timezone.now() + timedelta(hours=1)
    ),
    "other breaking news": lambda site: arrange(site, banner="عاجل آخر عن OpenAI"),
    "no more breaking news": lambda site: arrange(site, banner="", banner_link="", banner_ends_at=None),
    "rename a section": lambda site: rename(site.sections[0], "تقنيات"),
    "rename a tag": lambda site: rename(site.tags[1], "Mistral AI"),
    "rename an author": lambda site: rename(site.authors[0], "ليلى الحدّاد"),
    "rename a series": lambda site: rename(site.series, "ذكاء اصطناعي"),
    "a new section": lambda site: publishing.save_named(Section(name="رياضة")),
    "delete a section": lambda site: publishing.delete_named(Section.objects.filter(name="رياضة")),
    "delete a tag": lambda site: publishing.delete_named(Tag.objects.filter(pk=site.tags[1].pk)),
    "write a page": lambda site: (
        setattr(site, "fresh", SitePage.objects.get(pk=site.page.pk)),
        setattr(site.fresh, "title", "الخصوصية في Nashra"),
        site_pages.save(site.fresh, by=site.by),
    ),
    "delete a page": lambda site: write_by_desk(
        site, reverse("admin:articles_sitepage_delete", args=[site.page.pk]), {"post": "yes"}
    ),
    "credit a picture": lambda site: describe(site, site.hero, credit="Reuters", alt="مبنى Mistral", caption="ليلًا"),
    "make renditions": lambda site: make_due(),
    "put another file in a picture's place": lambda site: replace_file(site, site.image),
    "put another file in a main image's place": lambda site: replace_file(site, site.hero),
    "make renditions of them": lambda site: make_due(),
    "approve a comment": lambda site: site.decide(site.held, "approved"),
    "reject a comment": lambda site: site.decide(site.held, "rejected", reason="off_topic"),
    "take a decision back": lambda site: moderation.undo(
        [Decision.objects.filter(comment=site.held).latest("pk").pk], by=site.by
    ),
    "reject one with answers": lambda site: site.decide(site.root, "spam"),
    "approve one with answers": lambda site: site.decide(site.root, "approved"),
    "pick a comment": lambda site: pick_comment(site, True),
    "pick it no more": lambda site: pick_comment(site, False),
    "find a comment useful": lambda site: responses.mark_useful(
        Comment.objects.get(pk=site.alone.pk), address="203.0.113.9", user_agent="Firefox"
    ),
    "answer a comment": lambda site: answer(Comment.objects.get(pk=site.alone.pk), "شكرًا لك.", by=site.by),
    "other rules for comments": lambda site: set_policy(site, closes_after_days=30),
    "night": lambda site: set_policy(site, is_night_on="on", night_from="00:00", night_until="23:59:59"),
    "a comment that appears at once": trust_everybody,
    "change a comment": lambda site: authoring.edit(
        Comment.objects.get(pk=site.alone.pk), "تعليق هادئ آخر على OpenAI", Sender("198.51.100.8", "Firefox")
    ),
    "withdraw a comment": lambda site: authoring.withdraw(Comment.objects.get(pk=site.alone.pk)),
    "anonymize a reader": lambda site: anonymize(site, "reply@example.org"),
    "erase a reader": lambda site: delete_comment(site, "root@example.org"),
    "close the comments on an article": set_thread,
    "delete an article": lambda site: write_by_desk(
        site, reverse("admin:articles_article_delete", args=[site.part.pk]), {"post": "yes"}
    ),
    "take in old articles": take_in_an_article,
    "take in old comments": take_in_a_comment,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["database"])
def test_no_verb_leaves_an_old_page(caches):
    cache, _other = caches
    site = Newspaper()
    hear(cache)
    django = WSGIHandler()
    addresses = site.addresses()
    before = {address: seen(ask(cache, address)) for address in addresses}
    old, idle = {}, []
    for name, verb in VERBS.items():
        verb(site)
        hear(cache)
        changed = []
        for address in addresses:
            answer = ask(cache, address)
            shown, made = seen(answer), None
            # From memory, or by who shares pages.
            if answer.told.startswith("hit"):
                made = seen(ask(django, address))
                if made != shown:
                    old.setdefault(name, []).append(address)
                    if page := cache.pages.get(key_of(address)):
                        purges.purge(*page.names)
                    shown = made
            if shown != before[address]:
                changed.append(address)
            before[address] = shown
        # What is shared is written in the order in which it was made.
        for address in reversed([address for address in addresses if is_stored(cache, address)]):
            wait_until(lambda address=address: is_shared(cache, address))
        if not changed:
            idle.append(name)

    assert old == {}
    # A verb that changes nothing would prove nothing.
    assert idle == []


def key_of(address):
    found = urlsplit(address)
    return unquote(found.path).encode().decode("iso-8859-1"), found.query


def is_stored(cache, address):
    return cache.pages.get(key_of(address)) is not None


def seen(answer):
    return answer.status, answer.headers.get("Location"), answer.body


@pytest.fixture
def site(cache):
    site = Newspaper()
    hear(cache)
    for address in site.addresses():
        ask(cache, address)
    return site


def purged_by(cache, site, verb):
    """The addresses of which a verb drops the pages."""
    addresses = [address for address in site.addresses() if is_stored(cache, address)]
    verb(site)
    hear(cache)
    return {address for address in addresses if not is_stored(cache, address)}


def test_a_comment_leaves_the_pages_that_do_not_show_its_article(cache, site):
    purged = purged_by(cache, site, VERBS["approve a comment"])

    left = {row.get_absolute_url() for row in (site.other, site.sections[1], site.tags[1], site.authors[1])}
    assert not purged & left


def test_what_is_found_useful_leaves_the_lists(cache, site):
    purged = purged_by(cache, site, VERBS["find a comment useful"])

    own = site.article.get_absolute_url()
    thread = reverse("comments:thread", args=[site.root.pk])
    assert purged == {own, f"/en{own}", f"{own}?sort=newest", f"/article/{site.article.pk}/", thread}


def test_a_story_leaves_the_pages_of_other_sections(cache, site):
    purged = purged_by(cache, site, VERBS["publish"])

    left = {row.get_absolute_url() for row in (site.other, site.english, site.page)}
    assert not purged & left

"""The article, and what of it a reader may see."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import (
    Case,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    When,
)
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles.workflow import MOVES, State, Status
from newsroom.prepared_statements import RowVersion, row_of
from newsroom.text import arabic, bidi, reading_time
from newsroom.text.outline import Part

from .addresses import Addressed, loaded
from .author import Author, Byline
from .fields import EARLIEST, LATEST, BlockField, LineField, check_moment
from .image import Image
from .series import Series
from .taxonomy import Section, Tag

RTL_LANGUAGES = {"ar", "fa", "ur", "he", "ckb"}
LANGUAGES = [
    ("ar", "العربية"),
    ("en", "English"),
    ("fr", "Français"),
    ("tr", "Türkçe"),
    ("fa", "فارسی"),
    ("ur", "اردو"),
    ("ckb", "کوردی"),
    ("he", "עברית"),
]
# How a link to an article in that language is called; each in its own, for those who read it.
READ_IN = {
    "ar": "اقرأ بالعربية",
    "en": "Read in English",
    "fr": "Lire en français",
    "tr": "Türkçe oku",
    "fa": "به فارسی بخوانید",
    "ur": "اردو میں پڑھیں",
    "ckb": "بە کوردی بیخوێنەوە",
    "he": "לקריאה בעברית",
}
BY_DATE = ["-published_at", "-pk"]
# A text with fewer headings is looked through without a list of them.
LISTED_PARTS = 3
# What the desk looks articles up by, and no page shows.
KEYS = ["search_key", "search_text"]
# What no list of articles needs, nor a row that belongs to one; there by `article`.
TEXTS = ["body", "body_html", "outline", *KEYS]
TEXTS_OF_ARTICLE = [f"article__{name}" for name in TEXTS]


_COLUMNS_OF_CARD = [
    "slug", "kicker", "headline", "summary", "language", "published_at", "series",
    "section__slug", "section__name", "section__color",
    "hero__digest", "hero__width", "hero__height", "hero__alt", "hero__decorative", "hero__focal_x",
    "hero__focal_y", "hero__state",
]  # fmt: skip
# What pages show of those who sign an article, of what says the same in another language, and of its tags; in the
# order of their columns.
_COLUMNS_OF_AUTHOR = ["id", "slug", "name"]
_COLUMNS_OF_OTHER = ["id", "slug", "language"]
_COLUMNS_OF_TAG = ["id", "slug", "name", "sort_key"]

# Headlines that hold all the words of another one; of fewer words there are more, and nobody means them.
MOST_CALLED = 200


# Words with fewer letters than a trigram find no index: they are looked for among so many of the newest.
TRIGRAM, NEWEST_SEARCHED = 3, 2_000


def _told(columns: dict[str, str]) -> Cast:
    """A row in the row of another, as JSON that is read by who needs it."""
    return Cast(JSONObject(**columns), TextField())


def _versions() -> tuple[Expression, ...]:
    """Those of an article, its section, and who signs it in their order."""
    signed = Byline.objects.filter(article=OuterRef("pk"))
    return (
        RowVersion("pk"),
        RowVersion("section__name"),
        ArraySubquery(signed.values(row=RowVersion("author__name"))),
    )


def updated_at(modified_at: datetime, published_at: datetime | None) -> datetime:
    """When readers got the present text: with its last change, or with the publication that came after it."""
    return max(modified_at, published_at or modified_at)


class ArticleQuerySet(models.QuerySet):
    def headed(self, words: Sequence[str]):
        """Those whose kicker, headline and summary hold all these words, normalized, each anywhere."""
        found = self
        if all(len(word) < TRIGRAM for word in words):
            found = self.filter(pk__in=self.order_by("-pk").values("pk")[:NEWEST_SEARCHED])
        for word in words:
            found = found.filter(search_key__contains=word)
        return found

    def called(self, headline: str) -> list:
        """The articles with these words as their headline, in any spelling. One query."""
        wanted = arabic.normalize(bidi.clean_line(headline))
        found = self.headed([wanted])[:MOST_CALLED] if wanted else ()
        return [article for article in found if arabic.normalize(article.headline) == wanted]

    def published(self, at: datetime | Expression | None = None):
        """What a reader may see, decided by the clock at each query; every public surface begins here.

        `at` (aware) asks what they would see at that hour, if nobody did anything until then; for a statement that is
        prepared it is a parameter.
        """
        at = at or timezone.now()
        return self.filter(
            Q(withdraw_at__isnull=True) | Q(withdraw_at__gt=at),
            status=Status.PUBLISHED,
            published_at__lte=at,
        )

    def gone(self, at: datetime | Expression | None = None):
        """What readers could see once and cannot now (`at`, as for `published`). What is published with an earlier date
        was seen from then on."""
        at = at or timezone.now()
        moves = self._moves
        seen = Q(to_state=State.PUBLISHED) | Q(from_state__in=[State.PUBLISHED, State.WITHDRAWN])
        # By the clock alone an article appears and disappears without a move.
        appeared = Q(status=Status.PUBLISHED, published_at__lte=at)
        # Row by row: to exclude all numbers of the published ones would read every article.
        shown = Article.objects.published(at).filter(pk=OuterRef("pk"))
        return self.filter(appeared | Exists(moves.filter(seen))).exclude(Exists(shown))

    @property
    def _moves(self):
        # They point here, so they cannot be imported above.
        return self.model.transitions.rel.related_model.objects.filter(article=OuterRef("pk"))

    def scheduled(self):
        return self.filter(status=Status.PUBLISHED, published_at__gt=timezone.now())

    def waiting_for(self, user):
        """What `user` is to review."""
        return self.filter(status=Status.IN_REVIEW, reviewer=user)

    def with_return(self):
        """With the reason, as `returned_because`, for which an editor gave a draft back to its writer; else None."""
        last = self._moves.filter(move__in=MOVES).order_by("-pk")
        is_returned = Q(status=Status.DRAFT, last_move="return")
        return self.alias(last_move=Subquery(last.values("move")[:1])).annotate(
            returned_because=Case(When(is_returned, then=Subquery(last.values("note")[:1])))
        )

    def returned(self):
        """Drafts that an editor gave back to their writers."""
        return self.filter(status=Status.DRAFT).with_return().filter(returned_because__isnull=False)

    def by_date(self):
        return self.order_by(*BY_DATE)

    def in_series(self):
        """In the order of their series, of which there is one."""
        place = Func("series__order", "pk", function="array_position", output_field=IntegerField())
        return self.order_by(place.asc(nulls_last=True), "published_at", "pk")

    def _with_authors(self):
        """With who signs it, in their order, in the row itself."""
        signed = Byline.objects.filter(article=OuterRef("pk"))
        columns = {name: f"author__{name}" for name in _COLUMNS_OF_AUTHOR}
        return self.annotate(kept_authors=ArraySubquery(signed.values(row=_told(columns))))

    def _with_tags(self):
        tags = Tag.objects.filter(articles=OuterRef("pk"))
        columns = {name: name for name in _COLUMNS_OF_TAG}
        return self.annotate(kept_tags=ArraySubquery(tags.values(row=_told(columns))))

    def for_list(self):
        """With all that a card shows, and without the bodies. One query."""
        return self.select_related("section", "hero").only(*_COLUMNS_OF_CARD)._with_authors()

    def for_results(self):
        """With all that a result of a search shows, and the body for its best passage. One query."""
        shown = ("slug", "headline", "summary", "body", "language", "published_at")
        return self.select_related("section").only(*shown, "section__name", "section__color")._with_authors()

    def for_feed(self):
        """With all that an entry of a feed says. One query."""
        return self.select_related("section", "hero").defer("body", *KEYS)._with_authors()._with_tags()

    def versions_for_results(self):
        """Number, and then the versions of all rows that `for_results` reads of an article. One query."""
        return self.values_list("pk", *_versions())

    def versions_for_feed(self):
        """Number, both moments, and then the versions of all rows that `for_feed` reads of an article: the same as long
        as nothing of its entry has changed. One query."""
        # In no order: they stand in that of their names, and to sort them takes a fifth of the statement's time.
        tags = Tag.objects.filter(articles=OuterRef("pk")).order_by()
        return self.values_list(
            "pk",
            "published_at",
            "modified_at",
            *_versions(),
            RowVersion("hero__digest"),
            ArraySubquery(tags.values(row=RowVersion("name"))),
        )

    def for_page(self, at: datetime | Expression | None = None):
        """With all that an article's page shows, its notes, the numbers of the parts of its series and what says the
        same in other languages in the row itself. One query. `at` is that of `published`, for the others."""
        notes = self.model.corrections.rel.related_model.objects.filter(article=OuterRef("pk"))
        columns = {name: name for name in ("id", "kind", "note", "at", "edited_at")}
        parts = self.model._default_manager.published(at).filter(series=OuterRef("series")).in_series()
        others = self.model._default_manager.published(at).saying_the_same_as(
            OuterRef("pk"), OuterRef("translation_of")
        )
        other_columns = {name: name for name in _COLUMNS_OF_OTHER}
        return (
            self.select_related("section", "series", "hero", "translation_reviewer")
            .defer("body", "search_text")
            ._with_authors()
            ._with_tags()
            .annotate(
                kept_notes=ArraySubquery(notes.values(row=JSONObject(**columns))),
                kept_parts=ArraySubquery(parts.values("pk")),
                kept_translations=ArraySubquery(others.values(row=JSONObject(**other_columns))),
            )
        )

    def saying_the_same_as(self, number, original):
        """The original of article `number`, its other translations and its own; `original` may be NULL."""
        return (
            self.filter(Q(pk=original) | Q(translation_of=original) | Q(translation_of=number))
            .exclude(pk=number)
            .order_by("pk")
        )

    def editable_by(self, user):
        """The articles that `user` sees on the desk: all of them for who may publish, else their own."""
        return self if user.has_perm("articles.publish_article") else self.filter(created_by=user)

    def told_to(self, user):
        """Those of which `user` may know that there are: what they see on the desk, and what readers see."""
        return self.editable_by(user) | self.published()


class Article(Addressed):
    Status = Status
    # Who signs it and its tags, where they were brought along, as JSON.
    kept_authors: list[str] | None = None
    kept_tags: list[str] | None = None
    # The columns of its corrections, where `for_page` brought them along.
    kept_notes: list[dict] | None = None
    # The numbers of what readers see of its series, likewise.
    kept_parts: list[int] | None = None
    # Columns of what says the same in other languages and readers see, likewise.
    kept_translations: list[dict] | None = None

    kicker = LineField(
        _("kicker"), max_length=80, blank=True, help_text=_("A word or two above the headline.")
    )
    headline = LineField(_("headline"), max_length=250)
    summary = BlockField(
        _("summary"), max_length=600, blank=True, help_text=_("One or two sentences under the headline.")
    )
    body = models.TextField(_("body"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    # Of the body: its parts, as `newsroom.text.outline` lists them, and how many words it has.
    outline = models.JSONField(editable=False, default=list)
    words = models.PositiveIntegerField(editable=False, default=0)

    section = models.ForeignKey(
        Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="articles"
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="articles")
    authors = models.ManyToManyField(
        Author, verbose_name=_("authors"), through=Byline, related_name="articles"
    )
    hero = models.ForeignKey(
        Image,
        verbose_name=_("main image"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
    )

    series = models.ForeignKey(
        Series,
        verbose_name=_("series"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
    )
    # Numbers of articles, in their order. No table: what is written in an article is kept and compared as one value,
    # and of a number that readers do not see nothing is shown.
    related = ArrayField(
        models.BigIntegerField(), verbose_name=_("related stories"), default=list, blank=True
    )

    language = models.CharField(_("language"), max_length=3, choices=LANGUAGES, default="ar")
    source_name = LineField(_("source"), max_length=160, blank=True)
    source_url = LineField(_("link to the source"), max_length=500, blank=True)
    translated_from = models.CharField(_("translated from"), max_length=3, choices=LANGUAGES, blank=True)
    translation_of = models.ForeignKey(
        "self",
        verbose_name=_("translation of"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="translations",
        help_text=_(
            "The article of this site that this one says in another language. Each links to the other."
        ),
    )
    machine_translated = models.BooleanField(_("machine translated"), default=False)
    translation_reviewer = models.ForeignKey(
        Author,
        verbose_name=_("translation reviewed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reviewed_translations",
    )

    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    published_at = models.DateTimeField(_("hour of publication"), null=True, blank=True, editable=False)
    withdraw_at = models.DateTimeField(
        _("withdraw on"),
        null=True,
        blank=True,
        help_text=_("Readers no longer see the article from then on."),
        validators=[check_moment],
    )
    modified_at = models.DateTimeField(_("modified"), default=timezone.now, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    # What the desk writes on while readers see the row itself; None where the two are the same.
    working_copy = models.ForeignKey(
        "articles.Revision", on_delete=models.RESTRICT, null=True, editable=False, related_name="+"
    )
    # Kicker, headline and summary folded, by which stories are compared; and all that is searched, see `publishing`.
    search_key = models.TextField(editable=False, blank=True)
    search_text = models.TextField(editable=False, blank=True)

    objects = ArticleQuerySet.as_manager()

    url_name = "articles:detail"

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-pk"]
        permissions = [("publish_article", _("Can publish articles and edit those of others"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(published_at__isnull=False),
                name="a_published_article_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(withdraw_at__isnull=True)
                | Q(published_at__isnull=True)
                | Q(withdraw_at__gt=F("published_at")),
                name="an_article_is_withdrawn_after_publication",
                violation_error_message=_("The withdrawal must come after the publication."),
            ),
            models.CheckConstraint(
                condition=(Q(published_at__isnull=True) | Q(published_at__range=(EARLIEST, LATEST)))
                & (Q(withdraw_at__isnull=True) | Q(withdraw_at__range=(EARLIEST, LATEST))),
                name="an_article_has_its_hours_in_these_centuries",
            ),
            models.CheckConstraint(
                condition=Q(translation_of__isnull=True) | ~Q(translation_of=F("id")),
                name="an_article_translates_another",
                violation_error_message=_("An article is no translation of itself."),
            ),
        ]
        indexes = [
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="published_by_date",
                condition=Q(status=Status.PUBLISHED),
            ),
            models.Index(
                F("section"),
                F("published_at").desc(),
                F("id").desc(),
                name="published_by_section",
                condition=Q(status=Status.PUBLISHED),
                # All that tells whether readers see it: to count a section, or to go deep into it, reads no row.
                include=["withdraw_at"],
            ),
            models.Index(fields=["status", "published_at"], name="by_status"),
            models.Index(F("modified_at").desc(), F("id").desc(), name="by_change"),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="searched_text"),
            # A fifth of the other's size: who looks for a headline does not read all that have the word in their body.
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="searched_key"),
            models.Index(
                fields=["withdraw_at"],
                name="withdrawn_by_date",
                condition=Q(status=Status.PUBLISHED, withdraw_at__isnull=False),
            ),
            models.Index(
                fields=["working_copy"], name="unpublished_changes", condition=Q(working_copy__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    @cached_property
    def _prefetched_objects_cache(self) -> dict[str, list]:
        # Where Django looks for relations that were prefetched. Made of what the row brought along when it is first
        # asked for: where the piece that shows it is kept, it is not.
        relations: dict[str, list] = {}
        if self.kept_authors is not None:
            authors = loaded(Author, _COLUMNS_OF_AUTHOR, map(json.loads, self.kept_authors))
            relations["bylines"] = [self._byline(author) for author in authors]
        if self.kept_tags is not None:
            relations["tags"] = loaded(Tag, _COLUMNS_OF_TAG, map(json.loads, self.kept_tags))
        return relations

    def _byline(self, author: Author) -> Byline:
        byline = row_of(Byline, ("article_id", "author_id"), (self.pk, author.pk))
        byline._state.fields_cache.update(article=self, author=author)
        return byline

    @cached_property
    def notes(self) -> list:
        """Its corrections, newest first. One query, none after `for_page`."""
        if self.kept_notes is None:
            return list(self.corrections.all())
        made = self._meta.model.corrections.rel.related_model
        moments = ("at", "edited_at")
        return [
            made(
                **row | {name: row[name] and datetime.fromisoformat(row[name]) for name in moments},
                article=self,
            )
            for row in self.kept_notes
        ]

    @cached_property
    def in_other_languages(self) -> list:
        """What readers may see of the same story in other languages, one of each. One query, none after `for_page`."""
        rows = self.kept_translations
        if rows is None:
            found = Article.objects.published().saying_the_same_as(self.pk, self.translation_of_id or 0)
            rows = list(found.values(*_COLUMNS_OF_OTHER))
        by_language = {row.language: row for row in reversed(loaded(Article, _COLUMNS_OF_OTHER, rows))}
        by_language.pop(self.language, None)
        return [by_language[language] for language in sorted(by_language)]

    @property
    def read_in(self) -> str:
        return READ_IN[self.language]

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RTL_LANGUAGES else "ltr"

    @property
    def reading_minutes(self) -> int:
        return reading_time.minutes(self.words, self.language)

    @property
    def table_of_contents(self) -> list[Part]:
        """The parts of a long text, with those below them; none where a reader sees all of it at a glance."""
        headings = sum(1 + len(part["parts"]) for part in self.outline)
        return self.outline if headings >= LISTED_PARTS else []

    @property
    def is_public(self) -> bool:
        """The same rule as `ArticleQuerySet.published`, for a row at hand."""
        now = timezone.now()
        return (
            self.status == Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= now
            and (self.withdraw_at is None or self.withdraw_at > now)
        )

    @property
    def is_withdrawn_too_soon(self) -> bool:
        """Whether readers would never see it; the database refuses that."""
        return None not in (self.withdraw_at, self.published_at) and self.withdraw_at <= self.published_at

    @property
    def is_scheduled(self) -> bool:
        return (
            self.status == Status.PUBLISHED
            and self.published_at is not None
            and self.published_at > timezone.now()
        )

    @property
    def state(self) -> State:
        if self.is_scheduled:
            return State.SCHEDULED
        if self.status == Status.PUBLISHED and not self.is_public:
            return State.WITHDRAWN
        return State(self.status)

    @property
    def updated_at(self):
        """When readers got the present text: with its last change, or with the publication that came after it."""
        return updated_at(self.modified_at, self.published_at)

    @property
    def was_modified(self) -> bool:
        """Whether readers should be told: a change more than a minute after publication."""
        return self.published_at is not None and (self.modified_at - self.published_at).total_seconds() > 60

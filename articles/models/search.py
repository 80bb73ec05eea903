"""What readers' search finds articles by, and how often it was seen; see `articles.search`."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

# Longer ones are addresses and the like; nobody is told of them.
LONGEST_WORD = 40


class SearchEntry(models.Model):
    """An article in the index of readers' search. Whether they see it is decided by the article itself.

    Each of `keys` is a term and how much of the article it is, in one number; `text` is its words folded, those of the
    headline as often as they count. See `articles.ranking`.
    """

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    published_at = models.DateTimeField()
    keys = ArrayField(models.IntegerField())
    text = models.TextField()
    # Whether its words are among those that readers' search knows.
    is_counted = models.BooleanField(default=False)
    # Whether a name in it was changed since; the worker writes it anew.
    is_stale = models.BooleanField(default=False)

    class Meta:
        default_permissions = []
        indexes = [
            # What waits to be put in its place would be read in every search.
            GinIndex(fields=["keys"], name="searched_keys", fastupdate=False),
            models.Index(fields=["article"], name="not_counted_yet", condition=Q(is_counted=False)),
            models.Index(fields=["article"], name="stale_entries", condition=Q(is_stale=True)),
        ]

    def __str__(self) -> str:
        return str(self.article_id)


class SearchKey(models.Model):
    """In how many entries a key is."""

    key = models.IntegerField(primary_key=True)
    articles = models.IntegerField()

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return str(self.key)


class SearchWord(models.Model):
    """A word of what was published, folded, as it is spelled, and in how many articles it is.

    `key` is the lowest of the keys by which its articles are found. `neighbors` are numbers of the word and of what is
    left of it without one of its letters: two words at one slip from another share one.
    """

    word = models.CharField(max_length=LONGEST_WORD, primary_key=True, db_collation="C")
    spelling = models.CharField(max_length=LONGEST_WORD)
    articles = models.IntegerField()
    key = models.IntegerField()
    neighbors = ArrayField(models.IntegerField())

    class Meta:
        default_permissions = []
        indexes = [
            GinIndex(fields=["neighbors"], name="words_by_neighbors"),
        ]

    def __str__(self) -> str:
        return self.spelling


class SearchGram(models.Model):
    """In how many articles a piece of three or four letters is."""

    gram = models.CharField(max_length=4, primary_key=True, db_collation="C")
    articles = models.IntegerField()

    class Meta:
        default_permissions = []

    def __str__(self) -> str:
        return self.gram

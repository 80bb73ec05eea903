"""Who can be followed, who follows, and what of the newspaper was told to them."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Section
from newsroom.text.handles import HANDLE

# Of addresses of other servers; a longer one is refused.
ADDRESS_MAX_LENGTH = 1_000
HOST_MAX_LENGTH = 260


class ActorQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at__isnull=True)

    def of_site(self):
        """The one of the newspaper itself, if it is open; None. One query."""
        return self.open().filter(section__isnull=True).first()


class Actor(models.Model):
    """Who can be followed: the newspaper, or one of its sections. Its number is in its address, for good.

    One that was closed stays, for its address and its name may never be somebody else's.
    """

    section = models.ForeignKey(
        Section, verbose_name=_("section"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    handle = models.CharField(_("name in the fediverse"), max_length=30, unique=True)
    takes_followers = models.BooleanField(_("takes new followers"), default=True)
    public_key = models.TextField(editable=False)
    private_key_encrypted = models.TextField(editable=False)
    # Of its profile as it was last told to its followers.
    profile_digest = models.CharField(max_length=64, blank=True, editable=False)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = ActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("account in the fediverse")
        verbose_name_plural = _("accounts in the fediverse")
        ordering = ["pk"]
        default_permissions = []
        permissions = [("manage_federation", _("Can manage what others follow in the fediverse"))]
        constraints = [
            models.UniqueConstraint(
                fields=["section"], condition=Q(closed_at__isnull=True), name="a_section_has_one_open_actor"
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(section__isnull=True, closed_at__isnull=True),
                name="the_site_has_one_open_actor",
            ),
            models.CheckConstraint(
                condition=Q(handle__regex=f"^{HANDLE.pattern}$"), name="a_handle_is_in_ascii"
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        """What is typed to find it: @news@nashra.example."""
        return f"@{self.handle}@{urlsplit(settings.SITE_URL).netloc}"


class Server(models.Model):
    """Another server, by its host, with the port where that is not the usual one."""

    host = models.CharField(_("server"), max_length=HOST_MAX_LENGTH, primary_key=True)
    blocked_at = models.DateTimeField(_("blocked"), null=True, editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    # Since when nothing that was sent there arrived.
    failing_since = models.DateTimeField(_("not reached since"), null=True, editable=False)

    class Meta:
        verbose_name = _("server")
        verbose_name_plural = _("servers")
        ordering = ["host"]
        default_permissions = []
        indexes = [
            models.Index(
                fields=["failing_since"], name="servers_failing", condition=Q(failing_since__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.host


class RemoteActor(models.Model):
    """Somebody on another server who follows, as that server tells: where to write to, and the key."""

    uri = models.CharField(max_length=ADDRESS_MAX_LENGTH, unique=True)
    server = models.ForeignKey(Server, on_delete=models.CASCADE, related_name="actors")
    inbox = models.CharField(max_length=ADDRESS_MAX_LENGTH)
    shared_inbox = models.CharField(max_length=ADDRESS_MAX_LENGTH, blank=True)
    key_id = models.CharField(max_length=ADDRESS_MAX_LENGTH)
    public_key = models.TextField()
    fetched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        default_permissions = []

    def __str__(self) -> str:
        return self.uri


class Follow(models.Model):
    """That somebody follows an actor of ours. `activity_id` is what asked for it."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="follows")
    follower = models.ForeignKey(RemoteActor, on_delete=models.CASCADE, related_name="follows")
    activity_id = models.CharField(max_length=ADDRESS_MAX_LENGTH)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["actor", "follower"], name="somebody_follows_an_actor_once")
        ]

    def __str__(self) -> str:
        return self.activity_id


class ReceivedActivity(models.Model):
    """That an activity came, by the SHA-256 of its id, for as long as its signature could count again."""

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("activity received")
        verbose_name_plural = _("activities received")
        default_permissions = []

    def __str__(self) -> str:
        return self.digest


class PostQuerySet(models.QuerySet):
    def generation_of(self, number: int) -> int:
        """Which post of an article is, or would be, the live one: of what was taken away, the next. One query."""
        last = self.filter(number=number).order_by("-generation").first()
        return 1 if last is None else last.next_generation


class Post(models.Model):
    """That an article was told to followers, and as what.

    `number` is that of the article, which may be deleted by now. One that comes back after it was withdrawn is another
    post with the next `generation`: servers remember what was taken away, and take it no more.
    """

    number = models.BigIntegerField()
    generation = models.PositiveSmallIntegerField(default=1)
    # Of what was told last; an article that changes where followers do not see it is not told anew.
    digest = models.CharField(max_length=64)
    # The actor of the section that passed it on, where there was one.
    shared_by = models.ForeignKey(Actor, on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        default_permissions = []
        constraints = [
            models.UniqueConstraint(fields=["number", "generation"], name="a_generation_comes_once"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(ended_at__isnull=True), name="an_article_has_one_live_post"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.generation}"

    @property
    def next_generation(self) -> int:
        """That of the live post, for the last one of an article."""
        return self.generation + (self.ended_at is not None)

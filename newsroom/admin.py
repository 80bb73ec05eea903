"""What stands on the desk: registrations, and whatever joins two apps."""

from django.contrib import admin
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from articles.admin import ArticleAdmin, AuthorAdmin, ImageAdmin, SectionAdmin, TagAdmin
from articles.models import Article, Author, Image, Section, Tag
from comments.admin import CommentAdmin, WatchedWordAdmin
from comments.models import Comment, Thread, WatchedWord


class ThreadFormSet(BaseInlineFormSet):
    @classmethod
    def get_default_prefix(cls) -> str:
        # Made of the relation's name, of which an article has none.
        return "thread"


class ThreadInline(admin.StackedInline):
    """Whether the article takes comments, on its own form."""

    model = Thread
    formset = ThreadFormSet
    template = "admin/comments/thread/inline.html"
    verbose_name_plural = _("Comments")
    can_delete = False
    max_num = 1


class ArticleWithComments(ArticleAdmin):
    inlines = [*ArticleAdmin.inlines, ThreadInline]


admin.site.register(Article, ArticleWithComments)
admin.site.register(Section, SectionAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(Author, AuthorAdmin)
admin.site.register(Image, ImageAdmin)
admin.site.register(Comment, CommentAdmin)
admin.site.register(WatchedWord, WatchedWordAdmin)

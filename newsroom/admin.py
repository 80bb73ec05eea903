"""What stands on the desk: registrations, and whatever joins two apps."""

from django.contrib import admin

from articles.admin import ArticleAdmin, AuthorAdmin, ImageAdmin, SectionAdmin, TagAdmin
from articles.models import Article, Author, Image, Section, Tag
from comments.admin import CommentAdmin, WatchedWordAdmin
from comments.models import Comment, WatchedWord

admin.site.register(Article, ArticleAdmin)
admin.site.register(Section, SectionAdmin)
admin.site.register(Tag, TagAdmin)
admin.site.register(Author, AuthorAdmin)
admin.site.register(Image, ImageAdmin)
admin.site.register(Comment, CommentAdmin)
admin.site.register(WatchedWord, WatchedWordAdmin)

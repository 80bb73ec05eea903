"""How templates of the desk call accounts."""

from django import template

from articles.admin import accounts, sentences

register = template.Library()
register.filter("name_of", accounts.name_of)
register.simple_tag(sentences.who_writes)

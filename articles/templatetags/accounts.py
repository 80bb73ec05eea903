"""How templates of the desk call accounts, and what these did."""

from django import template

from articles.admin import sentences
from newsroom.text import account_names

register = template.Library()
register.filter("name_of", account_names.name_of)
register.simple_tag(sentences.who_writes)
register.simple_tag(sentences.what_was_done)
register.simple_tag(sentences.hours_of)

"""An include that is rendered once for the same values."""

from typing import cast

from django import template
from django.conf import settings
from django.template import Context, TemplateSyntaxError
from django.template.base import Parser, Token
from django.template.loader_tags import IncludeNode, do_include
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from newsroom.web.fragments import UnknownValueError, fragments, key_of

register = template.Library()


class KeptNode(IncludeNode):
    """What an `include` with `only` renders, kept under what it takes.

    Nothing else may change it but the language: a template that asks for the hour, or for rows, is not included so.
    """

    def render(self, context: Context) -> SafeString:
        if settings.DEBUG:
            # Templates change without a restart there.
            return super().render(context)
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        template_name = self.template.resolve(context)
        try:
            key = (template_name, get_language(), timezone.get_current_timezone_name(), key_of(values))
        except UnknownValueError:
            return super().render(context)
        piece = fragments.get(key)
        if piece is None:
            piece = super().render(context)
            fragments.put(key, piece)
        # Safe: it was rendered by a template.
        return mark_safe(piece)


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    include = cast(IncludeNode, do_include(parser, token))
    if not include.isolated_context:
        raise TemplateSyntaxError("What is kept takes nothing but what it is given: end the tag with “only”.")
    return KeptNode(include.template, extra_context=include.extra_context, isolated_context=True)

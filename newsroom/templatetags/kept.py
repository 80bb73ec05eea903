"""Includes and parts of templates that are rendered once for the same values."""

from collections.abc import Callable
from typing import Any, cast

from django import template
from django.conf import settings
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader_tags import BlockNode, IncludeNode, do_include
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from newsroom.web import foresight
from newsroom.web.fragments import Fragments, UnknownValueError, addresses, fragments, key_of, results

register = template.Library()


def _kept(
    name: str, values: dict[str, Any], render: Callable[[], SafeString], room: Fragments = fragments
) -> SafeString:
    """What `render` makes of these values, rendered once for a language and a zone."""
    if settings.DEBUG:
        # Templates change without a restart there.
        return render()
    try:
        key = (name, get_language(), settings.TIME_ZONE, key_of(values))
    except UnknownValueError:
        return render()
    # Safe: it was rendered by a template.
    return mark_safe(room.kept(key, render))


class KeptNode(IncludeNode):
    """What an `include` with `only` renders, kept under what it takes.

    Nothing else may change it but the language: a template that asks for the hour, or for rows, is not included so.
    """

    room = fragments

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        return _kept(
            self.template.resolve(context), values, lambda: super(KeptNode, self).render(context), self.room
        )


class KeptResultNode(KeptNode):
    room = results


class KeptOfAddressNode(KeptNode):
    room = addresses

    def render(self, context: Context) -> SafeString:
        # The address of a private page is the key to it, and that of a search says what somebody looks for.
        if foresight.is_page_made():
            return super().render(context)
        return IncludeNode.render(self, context)


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    return _parsed(KeptNode, parser, token)


@register.tag
def kept_result(parser: Parser, token: Token) -> KeptNode:
    """The same for what was found for somebody's words."""
    return _parsed(KeptResultNode, parser, token)


@register.tag
def kept_of_address(parser: Parser, token: Token) -> KeptNode:
    """The same for what is told of the address that was asked for, on pages that are the same for everybody."""
    return _parsed(KeptOfAddressNode, parser, token)


def _parsed(kind: type[KeptNode], parser: Parser, token: Token) -> KeptNode:
    include = cast(IncludeNode, do_include(parser, token))
    if not include.isolated_context:
        raise TemplateSyntaxError("What is kept takes nothing but what it is given: end the tag with “only”.")
    return kind(include.template, extra_context=include.extra_context, isolated_context=True)


class KeepingNode(Node):
    """A part of a template that sees nothing but the values named, and is kept as `kept` keeps a template."""

    def __init__(self, name: str, nodelist: NodeList, values: dict[str, FilterExpression]) -> None:
        self.name = name
        self.nodelist = nodelist
        self.values = values

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        return _kept(self.name, values, lambda: self.nodelist.render(context.new(values)))


@register.tag
def keeping(parser: Parser, token: Token) -> KeepingNode:
    """`{% keeping article=article %}…{% endkeeping %}`"""
    bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise TemplateSyntaxError("What is kept names each of the values that it takes: name=value.")
    nodelist = parser.parse(("endkeeping",))
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(BlockNode):
        raise TemplateSyntaxError("No block can stand in what is kept: its values are not those of the page.")
    return KeepingNode(f"{parser.origin.template_name}:{token.lineno}", nodelist, values)

"""Share cards on the pages of articles."""

from django import template

from newsroom.sharecards import contents

register = template.Library()

register.simple_tag(contents.address_of, name="share_card")

"""What the mails of `comments.notifications` tell, for the outbox."""

from django.urls import reverse
from django.utils.translation import gettext as _

from comments.moderation import PERMISSION
from newsroom.mail.admin import TELLERS, Told


def _about_comment(sentence: str, rest: str) -> Told:
    number = rest.partition(":")[0]
    address = reverse("admin:comments_comment_change", args=[number])
    return Told(sentence % {"number": number}, address, PERMISSION)


TELLERS |= {
    "reply": lambda rest: _about_comment(_("That comment %(number)s answers theirs"), rest),
    "letter": lambda rest: _about_comment(_("Why comment %(number)s was rejected"), rest),
    "confirmation": lambda rest: _about_comment(
        _("A link that confirms the address of comment %(number)s"), rest
    ),
    "queue": lambda rest: Told(_("How many comments wait")),
}

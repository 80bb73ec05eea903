"""The moderators' desk as their browsers ask for it."""

import re

from django.contrib.messages import get_messages

QUEUE = "/admin/comments/comment/"
JSON = {"Accept": "application/json"}
EMAIL = "sindbad.reader@example.org"


def decide(client, comments, to, headers=None, **fields):
    numbers = [f"{comment.pk}:{comment.version}" for comment in comments]
    return client.post(f"{QUEUE}decide/", {"comment": numbers, "to": to} | fields, headers=headers)


def shown(page):
    return [int(number) for number in re.findall(r'data-comment="(\d+)"', page.content.decode())]


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]

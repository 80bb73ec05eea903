"""The charset of what is sent: pages are in UTF-8, and so is all that their forms send."""

import codecs

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

_UTF8 = codecs.lookup("utf-8").name


class Utf8Request(WSGIRequest):
    """Django's, which believes no other charset.

    It would read addresses and forms by any codec of Python that is named in Content-Type, and fail before the first
    middleware by those that read no text, such as `hex`; by others a NUL would come past `security.refuse_null`.
    """

    @property
    def encoding(self) -> str | None:
        return super().encoding

    @encoding.setter
    def encoding(self, name: str) -> None:
        if codecs.lookup(name).name == _UTF8:
            WSGIRequest.encoding.fset(self, name)


class Handler(WSGIHandler):
    request_class = Utf8Request

"""Who may pass a door with a token: by a header alone, so that no browser can be made to act for anybody."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from newsroom.api import tokens
from newsroom.api.models import Token
from newsroom.api.problems import Problem

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Nashra"'}


class Bearer(HttpBearer):
    """Lets pass whose token has a scope, and whose account may do that."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        token = super().__call__(request)
        if token is None:
            raise Problem("no-token", headers=CHALLENGE)
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = tokens.find(token)
        if found is None:
            return None
        if seconds := tokens.seconds_to_wait(found, is_writing=request.method != "GET"):
            raise Problem("too-many", headers={"Retry-After": str(seconds)})
        if obstacle := tokens.obstacle(found, self.scope):
            raise Problem("not-allowed", obstacle)
        tokens.note_use(found)
        return found

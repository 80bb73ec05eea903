"""Somebody on another server, as a process of its own: apkit, which is not of our making, on 127.0.0.1: PORT FOLDER.

It tells of its actor, and keeps each activity that comes to its inbox as a file, with what apsig says of the signature.
At /follow and /unfollow it does what whoever has typed @name@host into it would have done.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import apmodel
from aiohttp import web
from apkit.client.asyncio.client import ActivityPubClient
from apkit.client.models import Resource, WebfingerResult
from apkit.config import AppConfig
from apkit.helper.inbox import InboxVerifier
from apkit.types import ActorKey
from apmodel.extra.security import CryptographicKey
from apmodel.vocab import Person
from apmodel.vocab.activity import Follow, Undo
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PORT, FOLDER = int(sys.argv[1]), Path(sys.argv[2])
SITE = f"http://127.0.0.1:{PORT}"
ME = f"{SITE}/users/sara"
KEY = rsa.generate_private_key(65537, 2048)
SIGNED = {"signatures": [ActorKey(f"{ME}#main-key", KEY)], "sign_with": ["draft-cavage"]}
verifier = InboxVerifier(AppConfig())
asked = {}


async def me(_request):
    pem = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    person = Person(
        id=ME,
        preferred_username="sara",
        inbox=f"{ME}/inbox",
        public_key=CryptographicKey(id=f"{ME}#main-key", owner=ME, public_key_pem=pem.decode()),
    )
    return web.json_response(apmodel.to_dict(person), content_type="application/activity+json")


async def inbox(request):
    body = await request.read()
    headers = {name.lower(): value for name, value in request.headers.items()}
    is_verified = await verifier.verify(body, request.url, request.method, headers)
    activity = json.loads(body)
    kept = {"type": activity["type"], "is_verified": is_verified, "activity": activity}
    draft = FOLDER / f"{time.monotonic_ns()}.draft"
    draft.write_text(json.dumps(kept))
    draft.rename(draft.with_suffix(".json"))
    return web.Response(status=202 if is_verified else 401)


async def follow(request):
    """Look the account up by its name, read its profile, and ask to follow it."""
    name, host = request.query["name"], request.query["host"]
    async with ActivityPubClient() as client:
        wanted = Resource(username=name, host=host)
        # As the client's own look-up does, which speaks https alone.
        async with client.get(f"http://{host}/.well-known/webfinger?resource={wanted}") as response:
            found = WebfingerResult.from_dict(await response.json())
        assert found.subject == wanted
        actor = await client.actor.fetch(found.get("application/activity+json").href)
        asked["activity"] = Follow(id=f"{ME}/follows/1", actor=ME, object=actor.id)
        asked["inbox"] = actor.endpoints.shared_inbox
        status = await _send(client, asked["activity"])
    return web.json_response({"type": actor.type, "name": actor.name, "status": status})


async def unfollow(_request):
    async with ActivityPubClient() as client:
        status = await _send(client, Undo(id=f"{ME}/undos/1", actor=ME, object=asked["activity"]))
    return web.json_response({"status": status})


async def _send(client, activity):
    headers = {"Content-Type": "application/activity+json"}
    async with client.post(
        asked["inbox"], json=apmodel.to_dict(activity), headers=headers, **SIGNED
    ) as response:
        return response.status


async def main():
    app = web.Application()
    app.add_routes(
        [
            web.get("/users/sara", me),
            web.post("/users/sara/inbox", inbox),
            web.get("/follow", follow),
            web.get("/unfollow", unfollow),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", PORT).start()
    await asyncio.Event().wait()


asyncio.run(main())

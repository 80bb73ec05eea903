"""Another server of the fediverse, in a thread of the test: actors with keys of their own, and an inbox that keeps what
comes. What it sends is signed by apsig, not by the code under test."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from apsig.draft import Signer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from newsroom import jobs
from newsroom.announcements import telling
from newsroom.deliveries import sending
from newsroom.deliveries.models import Delivery, State
from newsroom.federation import actors, addresses

# To make one takes a tenth of a second.
KEYS = [rsa.generate_private_key(65537, 2048) for _number in range(3)]
ACTIVITY = "application/activity+json"


def pem(key):
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        found = self.server.documents.get(self.path)
        status = found if isinstance(found, int) else 200 if found else 404
        body = json.dumps(found).encode() if isinstance(found, dict) else b""
        self._answer(status, body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.inbox_status == 202:
            self.server.received.append((self.path, dict(self.headers), json.loads(body)))
        self._answer(self.server.inbox_status, b"")

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", self.server.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_arguments):
        pass


class RemoteServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answering)
        self.documents, self.asked, self.received = {}, [], []
        self.inbox_status, self.kind = 202, ACTIVITY

    @property
    def host(self):
        return f"127.0.0.1:{self.server_port}"

    def at(self, path):
        return f"http://{self.host}{path}"

    def add_actor(self, name="sara", key=KEYS[0], **changes):
        """Somebody of this server, who is told of by it."""
        uri = self.at(f"/users/{name}")
        self.documents[f"/users/{name}"] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": uri,
            "type": "Person",
            "preferredUsername": name,
            "inbox": f"{uri}/inbox",
            "endpoints": {"sharedInbox": self.at("/inbox")},
            "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": pem(key)},
            **changes,
        }
        return uri

    def types(self):
        return [activity["type"] for _path, _headers, activity in self.received]


@contextmanager
def remote_server():
    server = RemoteServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def following(uri, actor, number=1):
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{uri}/follows/{number}",
        "type": "Follow",
        "actor": uri,
        "object": addresses.actor(actor),
    }


def undoing(activity, number=1):
    return {
        "id": f"{activity['actor']}/undos/{number}",
        "type": "Undo",
        "actor": activity["actor"],
        "object": activity,
    }


def post(client, activity, *, key=KEYS[0], key_id=None, path="/fediverse/inbox/", sent=None, **headers):
    """Send an activity to an inbox, signed; `sent` in its place, where that is not what was signed."""
    body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
    key_id = key_id or f"{activity['actor']}#main-key"
    lowered = {name.lower(): value for name, value in headers.items()}
    signed = Signer(lowered, key, "POST", f"{settings.SITE_URL}{path}", key_id, body).sign()
    signed.pop("Authorization")
    return client.post(path, sent or body, content_type=ACTIVITY, headers=signed)


def deliver():
    """What the worker does: what was announced is told, and what is due goes out."""
    telling.tell_due(jobs.LISTENERS)
    sending.send_due(jobs.SIGNERS)


def waiting():
    """What is to go out, as the activities that it tells of."""
    rows = Delivery.objects.filter(state=State.WAITING, kind="fediverse").order_by("pk")
    return [json.loads(row.read().body) for row in rows]


def site_actor(handle="news"):
    return actors.open_one(None, handle)

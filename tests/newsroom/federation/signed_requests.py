"""Requests as another server of the fediverse signs them, made here without the code that checks them."""

from base64 import b64encode
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from newsroom.federation.signatures import Request

KEY = rsa.generate_private_key(65537, 2048)
KEY_ID = "https://mastodon.example/users/sara#main-key"
URL = "https://nashra.example/fediverse/inbox"


def signed_by_rfc9421(
    body, *, at, covered=("@method", "@target-uri", "content-digest"), expires=None, url=URL
):
    """A POST signed as Mastodon does by RFC 9421."""
    path, _mark, query = url.removeprefix("https://nashra.example").partition("?")
    digest = f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"
    known = {
        "@method": "POST",
        "@target-uri": url,
        "@authority": "nashra.example",
        "@path": path,
        "@query": f"?{query}",
        "content-digest": digest,
    }
    names = " ".join(f'"{name}"' for name in covered)
    parameters = f'({names});created={int(at.timestamp())};keyid="{KEY_ID}"'
    if expires is not None:
        parameters += f";expires={int(expires.timestamp())}"
    lines = [f'"{name}": {known[name]}' for name in covered] + [f'"@signature-params": {parameters}']
    signature = KEY.sign("\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())
    headers = {
        "host": "nashra.example",
        "content-digest": digest,
        "signature-input": f"sig1={parameters}",
        "signature": f"sig1=:{b64encode(signature).decode()}:",
    }
    return Request("POST", url, headers, body)

"""Signatures of HTTP requests, as servers of the fediverse make them and check those of others. Pure.

Two schemes are in use: draft-cavage-http-signatures-12, which all servers know and we sign by, and RFC 9421 with the
digest of RFC 9530, which newer ones send. `read` tells who a request says signed it, `check` whether enough of it is
signed, and in time, and `verify` whether the key has signed it.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256, sha512
from hmac import compare_digest
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

# How old a signature may be, as Mastodon has it, and how far another clock may be ahead of ours.
OLDEST = timedelta(hours=12)
MOST_AHEAD = timedelta(hours=1)
# Below these a key is not trusted, and beyond them it would cost much to be asked.
LEAST_BITS, MOST_BITS = 2048, 8192
# As it is written. A reader of keys passes over what stands around one.
LONGEST_KEY = 4_000
# Longer than any that is meant.
LONGEST_HEADER = 8_000
# A request holds one signature, two where a server is changing from one scheme to another.
MOST_SIGNATURES = 4

Scheme = Literal["cavage", "rfc9421"]
PublicKey = RSAPublicKey | Ed25519PublicKey


class SignatureError(ValueError):
    """Why a request counts as not signed, in a few words for the log; what was sent is not in them."""


@dataclass(frozen=True)
class Request:
    """A request: `url` in full, as its sender names it, and the names of `headers` in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Claim:
    """What a request says of its signature: which key has signed `base`, that is, what of it."""

    scheme: Scheme
    key_id: str
    # "" leaves it to the key.
    algorithm: str
    covered: frozenset[str]
    base: bytes
    signature: bytes
    created: datetime | None = None
    expires: datetime | None = None


def read(request: Request) -> Claim:
    """What the request says of its signature, by RFC 9421 where it has both. Raises SignatureError."""
    for name in ("signature", "signature-input"):
        if len(request.headers.get(name, "")) > LONGEST_HEADER:
            raise SignatureError("the signature is too long")
    if "signature-input" in request.headers:
        return _read_rfc9421(request)
    if "signature" in request.headers:
        return _read_cavage(request)
    raise SignatureError("there is no signature")


def check(claim: Claim, request: Request, now: datetime) -> None:
    """Raise SignatureError unless what matters of the request is signed, its body is the one meant, and it is recent.

    That is the method, the whole address, the body where there is one, and the hour (aware).
    """
    covered = claim.covered
    if claim.scheme == "cavage":
        if not covered >= {"(request-target)", "host"}:
            raise SignatureError("the address is not signed")
        digest, matches = "digest", _matches_digest
    else:
        query = set() if not urlsplit(request.url).query else {"@query"}
        if "@method" not in covered or not (
            "@target-uri" in covered or covered >= {"@authority", "@path"} | query
        ):
            raise SignatureError("the address is not signed")
        digest, matches = "content-digest", _matches_content_digest
    if request.body or request.method == "POST":
        if digest not in covered:
            raise SignatureError("the body is not signed")
        if not matches(request.headers.get(digest, ""), request.body):
            raise SignatureError("the body is another")
    signed_at = _signed_at(claim, request)
    if signed_at > now + MOST_AHEAD:
        raise SignatureError("it was signed in the future")
    if signed_at < now - OLDEST or claim.expires is not None and claim.expires <= now:
        raise SignatureError("it was signed too long ago")


def verify(claim: Claim, key: PublicKey) -> bool:
    """Whether this key has signed what the claim says."""
    wanted = claim.algorithm or ("ed25519" if isinstance(key, Ed25519PublicKey) else "rsa-v1_5-sha256")
    algorithm = _ALGORITHMS.get(wanted)
    if algorithm is None or not isinstance(key, algorithm.key):
        return False
    try:
        algorithm.verify(key, claim.signature, claim.base)
    except InvalidSignature:
        return False
    return True


def sign(
    *, method: str, url: str, key_id: str, key: RSAPrivateKey, at: datetime, body: bytes | None = None
) -> dict[str, str]:
    """The headers by which a request is signed, by the draft: Host, Date and Signature, with a body its Digest."""
    address = urlsplit(url)
    signed = {"host": address.netloc, "date": format_datetime(at.astimezone(UTC), usegmt=True)}
    if body is not None:
        signed["digest"] = f"SHA-256={_base64(sha256(body).digest())}"
    base = _cavage_base(["(request-target)", *signed], Request(method, url, signed))
    signature = key.sign(base, padding.PKCS1v15(), hashes.SHA256())
    names = " ".join(["(request-target)", *signed])
    headers = {name.title(): value for name, value in signed.items()}
    headers["Signature"] = (
        f'keyId="{key_id}",algorithm="rsa-sha256",headers="{names}",signature="{_base64(signature)}"'
    )
    return headers


def public_key(pem: str) -> PublicKey:
    """The key that another server tells. Raises SignatureError for what is none, or none to be trusted."""
    if len(pem) > LONGEST_KEY or "\0" in pem:
        raise SignatureError("the key cannot be read")
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureError("the key cannot be read") from None
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey) or not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise SignatureError("the key is of another kind or size")
    return key


class _Algorithm(NamedTuple):
    key: type
    verify: Callable[..., None]


def _verify_rsa(key: RSAPublicKey, signature: bytes, base: bytes) -> None:
    key.verify(signature, base, padding.PKCS1v15(), hashes.SHA256())


def _verify_pss(key: RSAPublicKey, signature: bytes, base: bytes) -> None:
    salted = padding.PSS(padding.MGF1(hashes.SHA512()), salt_length=64)
    key.verify(signature, base, salted, hashes.SHA512())


def _verify_ed25519(key: Ed25519PublicKey, signature: bytes, base: bytes) -> None:
    # Called on the key: the method of its abstract class refuses nothing.
    key.verify(signature, base)


# By their names in RFC 9421, 6.2.2. Who signs by the draft and names «hs2019» leaves it to the key.
_ALGORITHMS = {
    "rsa-v1_5-sha256": _Algorithm(RSAPublicKey, _verify_rsa),
    "rsa-pss-sha512": _Algorithm(RSAPublicKey, _verify_pss),
    "ed25519": _Algorithm(Ed25519PublicKey, _verify_ed25519),
}


def _signed_at(claim: Claim, request: Request) -> datetime:
    if claim.created is not None:
        return claim.created
    if claim.scheme == "cavage" and "date" in claim.covered:
        try:
            written = parsedate_to_datetime(request.headers.get("date", ""))
        except (ValueError, TypeError, OverflowError):
            raise SignatureError("the date cannot be read") from None
        return written if written.tzinfo else written.replace(tzinfo=UTC)
    raise SignatureError("the hour is not signed")


# draft-cavage-http-signatures-12

_CAVAGE_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([0-9]+(?:\.[0-9]+)?))\s*(?:,|$)')
_CAVAGE_ALGORITHMS = {"": "", "hs2019": "", "rsa-sha256": "rsa-v1_5-sha256", "ed25519": "ed25519"}


def _read_cavage(request: Request) -> Claim:
    told = _cavage_parameters(request.headers["signature"])
    named = told.get("algorithm", "").lower()
    if named not in _CAVAGE_ALGORITHMS:
        raise SignatureError("the algorithm is not known")
    covered = told.get("headers", "date").lower().split()
    if named == "rsa-sha256" and {"(created)", "(expires)"} & set(covered):
        # 2.3, 3: where the algorithm is named, these are an error.
        raise SignatureError("the hour cannot be signed so")
    return Claim(
        scheme="cavage",
        key_id=told["keyId"],
        algorithm=_CAVAGE_ALGORITHMS[named],
        covered=frozenset(covered),
        base=_cavage_base(covered, request, told),
        signature=_from_base64(told["signature"]),
        created=_moment(told.get("created")) if "(created)" in covered else None,
        expires=_moment(told.get("expires")) if "(expires)" in covered else None,
    )


def _cavage_parameters(header: str) -> dict[str, str]:
    told: dict[str, str] = {}
    at = 0
    while at < len(header):
        found = _CAVAGE_PARAMETER.match(header, at)
        if found is None or found[1] in told:
            raise SignatureError("the signature cannot be read")
        told[found[1]] = found[2] if found[2] is not None else found[3]
        at = found.end()
    if not told.get("keyId") or "signature" not in told:
        raise SignatureError("the signature cannot be read")
    return told


def _cavage_base(covered: list[str], request: Request, told: Mapping[str, str] | None = None) -> bytes:
    lines = []
    for name in covered:
        if name == "(request-target)":
            address = urlsplit(request.url)
            query = f"?{address.query}" if address.query else ""
            value = f"{request.method.lower()} {address.path or '/'}{query}"
        elif name in {"(created)", "(expires)"}:
            value = (told or {}).get(name.strip("()"), "")
        else:
            value = request.headers.get(name, "").strip()
            if name not in request.headers:
                raise SignatureError("what is signed is not there")
        lines.append(f"{name}: {value}")
    return "\n".join(lines).encode()


def _matches_digest(header: str, body: bytes) -> bool:
    """Whether Digest (RFC 3230) names the SHA-256 of the body."""
    for part in header.split(","):
        algorithm, _equals, value = part.strip().partition("=")
        if algorithm.lower() == "sha-256":
            return compare_digest(value.encode(), _base64(sha256(body).digest()).encode())
    return False


# RFC 9421, with values as RFC 8941 writes them

_STRING = r'"(?:[ !#-\[\]-~]|\\["\\])*"'
_KEY = r"[a-z*][a-z0-9_.*-]*"
_VALUE = rf"(?:{_STRING}|-?[0-9]{{1,15}}(?:\.[0-9]{{1,3}})?|:[A-Za-z0-9+/=]*:|\?[01]|[A-Za-z*][\w!#$%&'*+.^`|~:/-]*)"
_PARAMETERS = rf"(?:; *{_KEY}(?:={_VALUE})?)*"
_LIST = rf"\( *(?:{_STRING}{_PARAMETERS}(?: +{_STRING}{_PARAMETERS})*)? *\)"
_MEMBER = re.compile(rf"[ \t]*({_KEY})=({_LIST}|:[A-Za-z0-9+/=]*:)({_PARAMETERS})[ \t]*(?:,|$)", re.ASCII)
_PARAMETER = re.compile(rf"; *({_KEY})(?:=({_VALUE}))?", re.ASCII)
_ITEM = re.compile(rf"({_STRING})({_PARAMETERS})", re.ASCII)


def _read_rfc9421(request: Request) -> Claim:
    inputs = dict(_members(request.headers["signature-input"]))
    signatures = dict(_members(request.headers.get("signature", "")))
    for label, (listed, written) in inputs.items():
        signature, _parameters = signatures.get(label, ("", ""))
        if listed.startswith("(") and signature.startswith(":"):
            return _rfc9421_claim(request, listed, written, signature)
    raise SignatureError("there is no signature")


def _rfc9421_claim(request: Request, listed: str, written: str, signature: str) -> Claim:
    items = _ITEM.findall(listed)
    if any(parameters for _name, parameters in items):
        # Of other messages, or of parts of a field: no server signs such.
        raise SignatureError("what is signed is not known")
    covered = [_unquoted(name) for name, _parameters in items]
    if len(set(covered)) < len(covered):
        raise SignatureError("the signature cannot be read")
    told = dict(_PARAMETER.findall(written))
    key_id, algorithm = _unquoted(told.get("keyid", "")), _unquoted(told.get("alg", ""))
    if not key_id:
        raise SignatureError("the signature cannot be read")
    # As it is to be written (2.3): sent with other spaces, it is signed without.
    names = " ".join(f'"{name}"' for name in covered)
    parameters = "".join(f";{name}={value}" if value else f";{name}" for name, value in told.items())
    lines = [f'"{name}": {_component(name, request)}' for name in covered]
    lines.append(f'"@signature-params": ({names}){parameters}')
    return Claim(
        scheme="rfc9421",
        key_id=key_id,
        algorithm=algorithm,
        covered=frozenset(covered),
        base="\n".join(lines).encode(),
        signature=_from_base64(signature.strip(":")),
        created=_moment(told["created"]) if "created" in told else None,
        expires=_moment(told["expires"]) if "expires" in told else None,
    )


def _members(header: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The members of a dictionary of lists or bytes: label, value and parameters, as they are written."""
    at = count = 0
    while at < len(header):
        found = _MEMBER.match(header, at)
        count += 1
        if found is None or count > MOST_SIGNATURES:
            raise SignatureError("the signature cannot be read")
        yield found[1], (found[2], found[3])
        at = found.end()


def _component(name: str, request: Request) -> str:
    """What stands for a part of the request in the base (2.1, 2.2)."""
    address = urlsplit(request.url)
    match name:
        case "@method":
            return request.method
        case "@target-uri":
            return request.url
        case "@scheme":
            return address.scheme
        case "@authority":
            return _authority(address.scheme, address.netloc)
        case "@path":
            return address.path or "/"
        case "@query":
            return f"?{address.query}"
        case "@request-target":
            return f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
    if name not in request.headers or name.startswith("@"):
        raise SignatureError("what is signed is not there")
    return " ".join(line.strip() for line in request.headers[name].splitlines())


def _authority(scheme: str, netloc: str) -> str:
    netloc = netloc.lower()
    return netloc.removesuffix({"https": ":443", "http": ":80"}.get(scheme, ":"))


def _matches_content_digest(header: str, body: bytes) -> bool:
    """Whether Content-Digest (RFC 9530) names digests of the body, of which at least one is known and all are right."""
    known = {"sha-256": sha256, "sha-512": sha512}
    try:
        told = {name: value for name, (value, _parameters) in _members(header) if name in known}
        return bool(told) and all(
            compare_digest(_from_base64(value.strip(":")), known[name](body).digest())
            for name, value in told.items()
        )
    except SignatureError:
        return False


def _unquoted(written: str) -> str:
    return re.sub(r"\\(.)", r"\1", written[1:-1]) if written.startswith('"') else written


def _moment(written: str | None) -> datetime:
    try:
        return datetime.fromtimestamp(float(written or ""), UTC)
    except (ValueError, OverflowError, OSError):
        raise SignatureError("the hour cannot be read") from None


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode()


def _from_base64(written: str) -> bytes:
    try:
        return b64decode(written, validate=True)
    except ValueError:
        raise SignatureError("the signature cannot be read") from None

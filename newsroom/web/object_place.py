"""Where media lie in an object store that speaks S3, as operators write it: one address, in which a key and its secret
stand. Nothing that is raised or printed here holds the secret, nor the address."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

SCHEMES = {"s3": "https", "s3+http": "http"}
EXAMPLE = "s3://KEY:SECRET@s3.example/bucket/folder?region=eu-central-1"
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Place:
    """A folder (`prefix`, may be empty) of a bucket at an endpoint, and who may read and write there."""

    endpoint: str
    bucket: str
    prefix: str
    region: str
    key: str = field(repr=False)
    secret: str = field(repr=False)


def read(address: str) -> Place:
    """The place that an address names, such as EXAMPLE; `s3+http` is without TLS. Key, secret, bucket and folder are
    percent-encoded. Raises ValueError that says what is missing or strange."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        # Brackets or a port that is none; what Python says of them may quote the secret.
        raise ValueError("its host cannot be read, is the secret percent-encoded?") from None
    if parts.scheme not in SCHEMES:
        raise ValueError("it must begin with s3:// or s3+http://")
    if not parts.hostname:
        raise ValueError("it names no host")
    if not parts.username or not parts.password:
        raise ValueError("it names no key, or no secret")
    if parts.fragment:
        raise ValueError("it holds a #, is the secret percent-encoded?")
    bucket, _slash, prefix = parts.path.strip("/").partition("/")
    if not bucket:
        raise ValueError("it names no bucket")
    if any(step in {"", ".", ".."} for step in prefix.split("/")) and prefix:
        raise ValueError("its folder holds an empty step, or dots")
    asked = parse_qs(parts.query, keep_blank_values=True)
    if asked.keys() - {"region"}:
        raise ValueError("behind the ? it may name a region, and nothing else")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Place(
        endpoint=f"{SCHEMES[parts.scheme]}://{host}{f':{port}' if port else ''}",
        bucket=unquote(bucket),
        prefix=unquote(prefix),
        region=asked.get("region", [""])[-1] or DEFAULT_REGION,
        key=unquote(parts.username),
        secret=unquote(parts.password),
    )

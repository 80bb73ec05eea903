"""Wait until the site answers 200 at each of some paths: by itself on a port, or through nginx.

Usage: answers.py [--tls] [--host NAME] [--seconds 120] PORT PATH...; without a name it is that of SITE_URL.
Run by the scripts beside it, with whatever Python a release has.
"""

import argparse
import http.client
import os
import ssl
import sys
import time
from http import HTTPStatus
from urllib.parse import urlsplit

LONGEST_ANSWER = 10
PAUSE = 0.5


def ask(port: int, path: str, host: str, *, tls: bool) -> str:
    """What is wrong with the answer, an empty string where nothing is."""
    if tls:
        # Who answers is this machine; whether browsers trust the certificate is another matter.
        anybody = ssl.create_default_context()
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        wire = http.client.HTTPSConnection("127.0.0.1", port, timeout=LONGEST_ANSWER, context=anybody)
    else:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST_ANSWER)
    try:
        # As nginx would: by plain HTTP the site sends everybody to its own address.
        wire.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = wire.getresponse()
        said = answer.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"{path}: {error}"
    finally:
        wire.close()
    if answer.status == HTTPStatus.OK:
        return ""
    return f"{path}: {answer.status} {said if path.startswith('/healthz') else ''}".rstrip()


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--tls", action="store_true")
    told.add_argument("--host", default=urlsplit(os.environ.get("SITE_URL", "")).netloc or "localhost")
    told.add_argument("--seconds", type=float, default=120)
    told.add_argument("port", type=int)
    told.add_argument("paths", nargs="+")
    wanted = told.parse_args()
    deadline = time.monotonic() + wanted.seconds
    for path in wanted.paths:
        while wrong := ask(wanted.port, path, wanted.host, tls=wanted.tls):
            if time.monotonic() > deadline:
                sys.exit(wrong)
            time.sleep(PAUSE)


if __name__ == "__main__":
    main()

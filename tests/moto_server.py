"""A server of moto that knows one key and its secret, and one bucket: PORT KEY SECRET BUCKET."""

import json
import sys

from moto import settings
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.server import main

REGION = "us-east-1"
NAME = "newsroom"


def serve(port: str, key: str, secret: str, bucket: str) -> None:
    people = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
    people.create_user(REGION, user_name=NAME, tags=[])
    # It draws both by itself, and takes a secret of nobody's choice but its own.
    access_key = people.create_access_key(user_name=NAME)
    access_key.access_key_id, access_key.secret_access_key = key, secret
    may = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    people.put_user_policy(NAME, NAME, json.dumps({"Version": "2012-10-17", "Statement": [may]}))
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(bucket, REGION)
    # From the first request on it compares signatures.
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    main(["-H", "127.0.0.1", "-p", port])


if __name__ == "__main__":
    serve(*sys.argv[1:])

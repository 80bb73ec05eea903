"""Signatures against the vectors of draft-cavage-http-signatures-12 (Appendix C) and RFC 9421 (4.3 and Appendix B)."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from apsig.draft import Verifier
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from newsroom.federation import signatures
from newsroom.federation.signatures import Request, SignatureError
from tests.newsroom.federation.signed_requests import KEY, KEY_ID, URL, signed_by_rfc9421
from tests.patience import ends

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
BODY = b'{"hello": "world"}'

# draft-cavage-http-signatures-12, Appendix C
CAVAGE_KEY = """-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----"""
CAVAGE_HEADERS = {
    "host": "example.com",
    "date": "Sun, 05 Jan 2014 21:31:40 GMT",
    "content-type": "application/json",
    "digest": "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
    "content-length": "18",
}
CAVAGE_VECTORS = {
    "C.1 default": (
        'keyId="Test",algorithm="rsa-sha256",signature="SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz'
        "6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8"
        'FD0k/5OxEPXe5WozsbM="'
    ),
    "C.2 basic": (
        'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date",signature="qdx+H7PHHDZgy4y/'
        "Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv"
        '/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="'
    ),
    "C.3 all headers": (
        'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date content-type digest '
        'content-length",signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs8rgOp+63LEM3v+MFHB32N'
        "fpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZFukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="
        '"'
    ),
}

# RFC 9421, B.1.1, B.1.2, B.1.4
RSA_KEY = """-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAhAKYdtoeoy8zcAcR874L8cnZxKzAGwd7v36APp7Pv6Q2jdsPBRrw
WEBnez6d0UDKDwGbc6nxfEXAy5mbhgajzrw3MOEt8uA5txSKobBpKDeBLOsdJKFq
MGmXCQvEG7YemcxDTRPxAleIAgYYRjTSd/QBwVW9OwNFhekro3RtlinV0a75jfZg
kne/YiktSvLG34lw2zqXBDTC5NHROUqGTlML4PlNZS5Ri2U4aCNx2rUPRcKIlE0P
uKxI4T+HIaFpv8+rdV6eUgOrB2xeI1dSFFn/nnv5OoZJEIB+VmuKn3DCUcCZSFlQ
PSXSfBDiUGhwOw76WuSSsf1D4b/vLoJ10wIDAQAB
-----END RSA PUBLIC KEY-----"""
PSS_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2
+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+
oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq
gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W
Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4
aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI
2wIDAQAB
-----END PUBLIC KEY-----"""
ED25519_KEY = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----"""
RFC_HEADERS = {
    "host": "example.com",
    "date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "content-type": "application/json",
    "content-digest": (
        "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
    ),
    "content-length": "18",
}
# What the request of B.2 has after the proxy of 4.3.
PROXIED = {
    "date": "Tue, 20 Apr 2021 02:07:56 GMT",
    "host": "origin.host.internal.example",
    "forwarded": "for=192.0.2.123;host=example.com;proto=https",
}
# Of those that leave the algorithm to what is known of the key, it is given here.
RFC_VECTORS = {
    "4.3 rsa-v1_5-sha256": (
        RSA_KEY,
        "",
        "https://origin.host.internal.example",
        PROXIED,
        (
            'proxy_sig=("@method" "@authority" "@path" "content-digest" "content-type" "content-length" "forwarded");'
            'created=1618884480;keyid="test-key-rsa";alg="rsa-v1_5-sha256";expires=1618884540'
        ),
        (
            "proxy_sig=:S6ZzPXSdAMOPjN/6KXfXWNO/f7V6cHm7BXYUh3YD/fRad4BCaRZxP+JH+8XY1I6+8Cy+CM5g92iHgxtRPz+MjniOaYmd"
            "kDcnL9cCpXJleXsOckpURl49GwiyUpZ10KHgOEe11sx3G2gxI8S0jnxQB+Pu68U9vVcasqOWAEObtNKKZd8tSFu7LB5YAv0RAGhB8tm"
            "pv7sFnIm9y+7X5kXQfi8NMaZaA8i2ZHwpBdg7a6CMfwnnrtflzvZdXAsD3LH2TwevU+/PBPv0B6NMNk93wUs/vfJvye+YuI87HU38lZ"
            "HowtznbLVdp770I6VHR6WfgS9ddzirrswsE1w5o0LV/g==:"
        ),
    ),
    "B.2.1 minimal": (
        PSS_KEY,
        "rsa-pss-sha512",
        "https://example.com",
        {},
        'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
        (
            "sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx"
            "7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGe"
            "zXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9"
            "mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:"
        ),
    ),
    "B.2.3 full coverage": (
        PSS_KEY,
        "rsa-pss-sha512",
        "https://example.com",
        {},
        (
            'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" '
            '"content-length");created=1618884473;keyid="test-key-rsa-pss"'
        ),
        (
            "sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2v"
            "oTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQ"
            "oLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zb"
            "hl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:"
        ),
    ),
    "B.2.6 ed25519": (
        ED25519_KEY,
        "",
        "https://example.com",
        {},
        (
            'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;'
            'keyid="test-key-ed25519"'
        ),
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    ),
}


def _posted(**headers):
    return Request("POST", URL, {"host": "nashra.example", **headers}, BODY)


def _signed(at=NOW, body=BODY):
    made = signatures.sign(method="POST", url=URL, key_id=KEY_ID, key=KEY, at=at, body=body)
    return Request("POST", URL, {name.lower(): value for name, value in made.items()}, BODY)


def _problem(request, now=NOW):
    try:
        claim = signatures.read(request)
        signatures.check(claim, request, now)
    except SignatureError as error:
        return str(error)
    return "" if signatures.verify(claim, KEY.public_key()) else "the key has not signed it"


@pytest.mark.parametrize("header", CAVAGE_VECTORS.values(), ids=CAVAGE_VECTORS)
def test_the_vectors_of_the_draft_are_verified(header):
    request = Request(
        "POST", "http://example.com/foo?param=value&pet=dog", {**CAVAGE_HEADERS, "signature": header}
    )
    key = load_pem_public_key(CAVAGE_KEY.encode())

    assert signatures.read(request).key_id == "Test"
    assert signatures.verify(signatures.read(request), key)
    another = replace(request, headers={**request.headers, "date": "Sun, 05 Jan 2014 21:31:41 GMT"})
    assert not signatures.verify(signatures.read(another), key)


@pytest.mark.parametrize("vector", RFC_VECTORS.values(), ids=RFC_VECTORS)
def test_the_vectors_of_the_rfc_are_verified(vector):
    pem, algorithm, site, headers, told, signature = vector
    headers = {**RFC_HEADERS, **headers, "signature-input": told, "signature": signature}
    request = Request("POST", f"{site}/foo?param=Value&Pet=dog", headers, BODY)
    key = load_pem_public_key(pem.encode())

    claim = signatures.read(request)
    claim = replace(claim, algorithm=claim.algorithm or algorithm)

    assert signatures.verify(claim, key)
    assert not signatures.verify(replace(claim, base=claim.base + b" "), key)


def test_what_we_sign_is_verified_by_another_implementation():
    made = signatures.sign(method="POST", url=URL, key_id=KEY_ID, key=KEY, at=datetime.now(UTC), body=BODY)

    assert Verifier(KEY.public_key(), "POST", URL, made, BODY).verify(raise_on_fail=True) == KEY_ID


def test_what_we_sign_is_in_order():
    assert _problem(_signed()) == ""


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        (NOW - timedelta(hours=11, minutes=59), ""),
        (NOW - timedelta(hours=12, minutes=1), "it was signed too long ago"),
        (NOW + timedelta(minutes=59), ""),
        (NOW + timedelta(minutes=61), "it was signed in the future"),
    ],
    ids=["nearly old", "old", "nearly ahead", "ahead"],
)
def test_a_signature_counts_for_twelve_hours(at, problem):
    assert _problem(_signed(at)) == problem
    assert _problem(signed_by_rfc9421(BODY, at=at), NOW) == problem


def test_another_body_than_the_one_signed_is_refused():
    assert _problem(replace(_signed(), body=b"{}")) == "the body is another"
    assert _problem(replace(signed_by_rfc9421(BODY, at=NOW), body=b"{}")) == "the body is another"


def test_another_digest_than_the_one_signed_is_refused():
    request = _signed()
    digest = _signed(body=b"{}").headers["digest"]

    other = replace(request, body=b"{}", headers={**request.headers, "digest": digest})

    assert _problem(other) == "the key has not signed it"


def test_another_address_than_the_one_signed_is_refused():
    assert _problem(replace(_signed(), url=f"{URL}?more")) == "the key has not signed it"
    assert _problem(replace(_signed(), method="GET", body=b"")) == "the key has not signed it"
    request = signed_by_rfc9421(BODY, at=NOW)
    assert _problem(replace(request, url=URL.replace("nashra", "other"))) == "the key has not signed it"


@pytest.mark.parametrize(
    ("covered", "problem"),
    [
        (["host", "date", "digest"], "the address is not signed"),
        (["(request-target)", "date", "digest"], "the address is not signed"),
        (["(request-target)", "host", "date"], "the body is not signed"),
        (["(request-target)", "host", "digest"], "the hour is not signed"),
        (["(request-target)", "host", "digest", "x-none"], "what is signed is not there"),
    ],
    ids=["no target", "no host", "no digest", "no date", "absent"],
)
def test_what_matters_of_a_request_must_be_signed(covered, problem):
    request = _signed()
    told = request.headers["signature"].replace("(request-target) host date digest", " ".join(covered))

    assert _problem(replace(request, headers={**request.headers, "signature": told})) == problem


@pytest.mark.parametrize(
    ("covered", "problem"),
    [
        (["@target-uri", "content-digest"], "the address is not signed"),
        (["@method", "@path", "content-digest"], "the address is not signed"),
        (["@method", "@target-uri"], "the body is not signed"),
        (["@method", "@authority", "@path", "content-digest"], ""),
    ],
    ids=["no method", "no host", "no digest", "in parts"],
)
def test_what_matters_must_be_signed_by_the_rfc_too(covered, problem):
    assert _problem(signed_by_rfc9421(BODY, at=NOW, covered=covered)) == problem


def test_a_query_must_be_signed_with_the_path():
    parts = ["@method", "@authority", "@path", "content-digest"]

    request = signed_by_rfc9421(BODY, at=NOW, covered=parts, url=f"{URL}?a=1")
    whole = signed_by_rfc9421(BODY, at=NOW, covered=[*parts, "@query"], url=f"{URL}?a=1")

    assert _problem(request) == "the address is not signed"
    assert _problem(whole) == ""


def test_a_signature_ends_when_it_says():
    request = signed_by_rfc9421(BODY, at=NOW, expires=NOW + timedelta(minutes=5))

    assert _problem(request, NOW + timedelta(minutes=4)) == ""
    assert _problem(request, NOW + timedelta(minutes=5)) == "it was signed too long ago"


def test_a_moment_may_stand_in_the_signature_of_the_draft():
    # 2.1.4 of the draft: with hs2019 alone.
    told = 'keyId="k",algorithm="{}",created={},headers="(request-target) (created) host digest",signature=""'
    digest = _signed().headers["digest"]
    created = int(NOW.timestamp())

    claim = signatures.read(_posted(digest=digest, signature=told.format("hs2019", created)))

    assert claim.created == NOW
    assert f"(created): {created}" in claim.base.decode()
    with pytest.raises(SignatureError):
        signatures.read(_posted(digest=digest, signature=told.format("rsa-sha256", created)))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"signature": ""},
        {"signature": "keyId=Test"},
        {"signature": 'keyId="a",keyId="b",signature=""'},
        {"signature": 'keyId="a",signature="%%"', "date": "x"},
        {"signature": 'keyId="a",algorithm="hmac-sha256",signature=""', "date": "x"},
        {"signature": 'keyId="' + "a" * 9_000 + '",signature=""', "date": "x"},
        {"signature-input": 'a=("@method");keyid="k"'},
        {"signature-input": 'a=("@method";req);keyid="k"', "signature": "a=:YQ==:"},
        {"signature-input": 'a=("@method" "@method");keyid="k"', "signature": "a=:YQ==:"},
        {"signature-input": 'a=("@status");keyid="k"', "signature": "a=:YQ==:"},
        {"signature-input": 'a=("@method")', "signature": "a=:YQ==:"},
        {"signature-input": 'a=("@method");keyid="k";created=' + "9" * 15, "signature": "a=:YQ==:"},
        {"signature-input": 'a=("@method");keyid="k"', "signature": "a=:Y:"},
        {"signature-input": "(((" * 2_000, "signature": "a=:YQ==:"},
        {"signature-input": ", ".join(f'a{n}=();keyid="k"' for n in range(9)), "signature": "a=:YQ==:"},
    ],
)
def test_what_cannot_be_read_is_refused(headers):
    with pytest.raises(SignatureError):
        signatures.read(_posted(**headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"signature": "a=1," * 2_000 + "!"},
        {"signature": 'a="' * 2_600},
        {"signature-input": "a=(" + '"b" ' * 1_900 + "!", "signature": "a=:YQ==:"},
        {"signature-input": 'a=("b"' + ";c=d" * 1_900 + "!", "signature": "a=:YQ==:"},
        {"signature-input": 'a=("' + '\\"' * 3_900, "signature": "a=:YQ==:"},
        {"signature-input": "a=()" + ";a=1" * 1_900 + "!", "signature": "a=:YQ==:"},
    ],
)
def test_to_read_it_takes_linear_time(headers):
    with ends(), pytest.raises(SignatureError):
        signatures.read(_posted(**headers))


def test_spaces_are_written_anew():
    request = signed_by_rfc9421(BODY, at=NOW)
    told = request.headers["signature-input"].replace('("', '(  "').replace('" "', '"   "').replace(";", "; ")

    assert _problem(replace(request, headers={**request.headers, "signature-input": told})) == ""


def test_a_key_of_another_kind_has_signed_nothing():
    claim = signatures.read(_signed())

    assert not signatures.verify(claim, ed25519.Ed25519PrivateKey.generate().public_key())
    assert not signatures.verify(replace(claim, algorithm="hmac-sha256"), KEY.public_key())


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        CAVAGE_KEY,
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    ],
    ids=["none", "broken", "short", "curve"],
)
def test_a_key_that_is_not_to_be_trusted_is_refused(pem):
    with pytest.raises(SignatureError):
        signatures.public_key(pem)


@pytest.mark.parametrize("pem", [RSA_KEY, ED25519_KEY], ids=["rsa", "ed25519"])
def test_keys_that_servers_have_are_read(pem):
    assert isinstance(signatures.public_key(pem), rsa.RSAPublicKey | ed25519.Ed25519PublicKey)


def test_all_digests_that_are_told_must_be_right():
    request = signed_by_rfc9421(BODY, at=NOW)
    right = request.headers["content-digest"]
    wrong = f"{right}, sha-512=:{b64encode(b'0' * 64).decode()}:"

    assert signatures._matches_content_digest(right, BODY)
    assert signatures._matches_content_digest(f"unixsum=:AA==:, {right}", BODY)
    assert not signatures._matches_content_digest(wrong, BODY)
    assert not signatures._matches_content_digest("unixsum=:AA==:", BODY)

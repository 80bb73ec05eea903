"""Requests to other sites: where they go, and how long they wait for what answers."""

import socket
import ssl
from ipaddress import ip_address, ip_network

import pytest

from newsroom.web import outgoing
from newsroom.web.outgoing import Away, Refused, Request, TooLong
from tests import receivers

NOT_PUBLIC = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1",
    "2002:7f00:1::", "2002:808:808::1", "2001:0:7f00:1::", "2001:10::1",
]  # fmt: skip


@pytest.fixture
def names(monkeypatch):
    """What names lead to, in place of the resolver: a list for each call after the other, the last of them for good."""
    known = {}
    asked = []
    resolve = socket.getaddrinfo

    def look_up(host, port, *options, **named):
        if host[0].isdigit():
            return resolve(host, port, *options, **named)
        asked.append(host)
        found = known.get(host)
        if found is None:
            raise socket.gaierror
        addresses = found.pop(0) if len(found) > 1 else found[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    known["asked"] = asked
    return known


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_are_not_everybodys(address):
    assert not outgoing.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450::5"])
def test_addresses_that_are(address):
    assert outgoing.is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_nothing_is_sent_to_a_name_that_leads_there(names, address):
    names["inside.example"] = [["8.8.8.8", address]]

    with pytest.raises(Refused) as error:
        outgoing.send(Request("POST", "https://inside.example/"))

    assert error.value.reason == "private"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:7f00:1]/", "https://2130706433/", "https://0x7f.1/",
        "https://127.1/", "https://0177.0.0.1/", "https://localhost/", "https://①②⑦.⓪.⓪.①/", "https://127.0.0.1./",
    ],
)  # fmt: skip
def test_this_machine_is_reached_under_none_of_its_names(url):
    with pytest.raises((Refused, Away)):
        outgoing.send(Request("GET", url))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/", "address"), ("file:///etc/passwd", "address"), ("//example.org/", "address"),
        ("https:///path", "address"), ("https://a:b@example.org/", "address"),
        ("https://example.org:99999/", "address"),
        ("https://exa mple.org/", "address"), ("https://example.org/\r\nX: y", "address"), ("https://[::1/", "address"),
        ("https://example.org:25/", "port"), ("https://example.org:22/", "port"), ("", "address"),
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page(url, reason):
    with pytest.raises(Refused) as error:
        outgoing.target(url)

    assert error.value.reason == reason


def test_without_encryption_nothing_leaves(names):
    names["news.example"] = [["8.8.8.8"]]

    with pytest.raises(Refused) as error:
        outgoing.send(Request("GET", "http://news.example/"))

    assert error.value.reason == "plain"


def test_a_name_is_looked_up_once_and_the_connection_made_to_what_was_looked_at(names, settings, receiver):
    settings.OUTGOING_NETWORKS = (ip_network("127.0.0.1/32"),)
    # As a name does that changes behind the back of who looked.
    names["moving.example"] = [["127.0.0.1"], ["127.0.0.2"]]

    answer = outgoing.send(Request("GET", f"http://moving.example:{receiver.server_port}/204/"))

    assert answer.status == 204
    assert names["asked"] == ["moving.example"]
    assert receiver.received[0].headers["Host"] == f"moving.example:{receiver.server_port}"


def test_a_request_as_it_arrives(receiver, settings):
    request = Request(
        "POST", f"{receiver.url}/مسار?س=١#f", {"Content-Type": "application/json"}, "نصّ".encode()
    )

    answer = outgoing.send(request)

    (received,) = receiver.received
    assert answer.is_success
    assert (received.method, received.body) == ("POST", "نصّ".encode())
    assert received.path == "/%D9%85%D8%B3%D8%A7%D8%B1?%D8%B3=%D9%A1"
    assert received.headers == {
        "User-Agent": f"Nashra (+{settings.SITE_URL}/)", "Accept-Encoding": "identity", "Connection": "close",
        "Content-Type": "application/json", "Content-Length": "6", "Host": f"127.0.0.1:{receiver.server_port}",
    }  # fmt: skip


def test_no_redirect_is_followed_no_proxy_asked_and_no_cookie_kept(receiver, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")

    assert outgoing.send(Request("GET", f"{receiver.url}/302/")).status == 302

    assert [received.path for received in receiver.received] == ["/302/"]


def test_of_an_answer_no_more_is_read_than_was_asked_for(receiver):
    receiver.body = b"x" * 100

    assert outgoing.send(Request("GET", f"{receiver.url}/200/")).body == b""
    assert outgoing.send(Request("GET", f"{receiver.url}/200/"), most_bytes=100).body == b"x" * 100
    with pytest.raises(TooLong):
        outgoing.send(Request("GET", f"{receiver.url}/200/"), most_bytes=99)
    with pytest.raises(TooLong):
        outgoing.send(Request("GET", f"{receiver.url}/endless/"), most_bytes=99)


@pytest.mark.parametrize(
    ("path", "reason"), [("/slow/", "slow"), ("/away/", "closed"), ("/nonsense/", "protocol")]
)
def test_why_there_was_no_answer(receiver, path, reason):
    with pytest.raises(Away) as error:
        outgoing.send(Request("GET", receiver.url + path), seconds=0.5)

    assert error.value.reason == reason


def test_a_name_that_is_not_found_and_a_site_that_does_not_listen(names, settings):
    settings.OUTGOING_NETWORKS = receivers.THIS_MACHINE
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    reasons = []
    for url in ("https://nowhere.example/", f"http://127.0.0.1:{port}/"):
        with pytest.raises(Away) as error:
            outgoing.send(Request("GET", url))
        reasons.append(error.value.reason)

    assert reasons == ["name", "refused"]


def test_the_deadline_ends_what_comes_before_the_first_letter(settings):
    settings.OUTGOING_NETWORKS = receivers.THIS_MACHINE
    with socket.create_server(("127.0.0.1", 0)) as silent, outgoing._Deadline(0.2) as deadline:
        wanted = outgoing.target(f"https://127.0.0.1:{silent.getsockname()[1]}/")
        connection = outgoing._Connection(wanted, ["127.0.0.1"], deadline, seconds=5)

        with pytest.raises(OSError) as error:  # noqa: PT011 - of the system
            connection.connect()

        connection.close()
    # Its own time would have been longer.
    assert not isinstance(error.value, TimeoutError)


def test_certificates_are_checked_for_the_name(receiver):
    # It speaks no TLS at all; that ours asks for it, with names checked, is what can be told without a certificate.
    context = outgoing._tls()

    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    with pytest.raises(Away) as error:
        outgoing.send(Request("GET", f"https://127.0.0.1:{receiver.server_port}/"))
    assert error.value.reason in {"tls", "closed"}

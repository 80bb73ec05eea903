"""Whose address a request is said to come from."""

import pytest
from django.test import RequestFactory

from newsroom.web.client_address import client_address


@pytest.mark.parametrize(
    ("seen", "address"),
    [
        pytest.param("203.0.113.7", "203.0.113.7", id="IPv4"),
        pytest.param("2001:DB8::7", "2001:db8::7", id="IPv6"),
        pytest.param("::ffff:203.0.113.7", "203.0.113.7", id="IPv4 seen by a listener on IPv6"),
        pytest.param("", "", id="a socket of this machine"),
    ],
)
def test_without_proxies_it_is_the_peer(seen, address):
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=seen)) == address


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        pytest.param("203.0.113.7", "203.0.113.7", id="told by the proxy"),
        pytest.param("198.51.100.1, 203.0.113.7", "203.0.113.7", id="the sender's own words before it"),
        pytest.param("203.0.113.7:5555", "203.0.113.7", id="with its port"),
        pytest.param("[2001:DB8::7]:443", "2001:db8::7", id="IPv6 with its port"),
        pytest.param("[2001:DB8::7]", "2001:db8::7", id="IPv6 in brackets"),
        pytest.param("203.0.113.7, nonsense", "", id="no address"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_behind_one_proxy_it_is_the_last_address_told(settings, forwarded, address):
    settings.PROXY_HOPS = 1
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": forwarded})

    assert client_address(request) == address

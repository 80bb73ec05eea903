"""nginx in front of the site, as `deploy/nginx.conf` has it: what it keeps, for how long, and what it never keeps."""

import gzip
import http.client
import re
import shutil
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.db import connection
from django.utils.encoding import iri_to_uri

from articles import publishing
from articles.models import Article
from tests import factories, nginx_front
from tests.faults.test_serve import Site, var_dir  # noqa: F401
from tests.ports import free_port

# The site hears of a change within a second, nginx keeps a page for one and shows it for another while it fetches anew.
SEEN_WITHIN = 3
KEPT = {"Cache-Control": "max-age=0, s-maxage=60", "Vary": "Accept-Encoding"}


@pytest.fixture(autouse=True, scope="module")
def nginx():
    nginx_front.require()


def ask(port, path="/", method="GET", **headers):
    """Status, headers and text of an answer."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        wire.request(
            method,
            iri_to_uri(path),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        answer = wire.getresponse()
        body = answer.read()
        if answer.getheader("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return answer.status, answer.headers, body.decode()
    finally:
        wire.close()


def told(headers):
    """What nginx says of an answer, which comes after what the site says."""
    return headers.get_all("Cache-Status")[-1].removeprefix("nashra-nginx; ")


class Answers(BaseHTTPRequestHandler):
    """A site that says what a test has it say: its answers are numbered."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(dict(self.headers))
        body = f"{len(self.server.asked)} {self.headers.get('Accept-Encoding', '')}".encode()
        time.sleep(self.server.seconds)
        self.send_response(self.server.status)
        for name, value in {**self.server.says, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_said):
        pass


@pytest.fixture
def stand_in():
    """In place of the site, to say what the site would not."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.asked, server.says, server.seconds, server.status = [], KEPT, 0, 200
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def front(stand_in, tmp_path):
    """nginx in front of that: its port."""
    port = free_port()
    with nginx_front.running(tmp_path, port, stand_in.server_port, tmp_path):
        stand_in.asked.clear()
        yield port


# What is kept


def test_what_the_site_lets_be_kept_is_kept(stand_in, front):
    answers = [ask(front) for _ in range(3)]

    assert [told(headers) for _status, headers, _text in answers] == ["fwd=uri-miss", "hit", "hit"]
    assert {text for _status, _headers, text in answers} == {"1 "}


def test_each_coding_has_one_copy_whatever_browsers_say_besides(stand_in, front):
    accepted = [
        ("br", "gzip, deflate, br, zstd"), ("br", "br;q=0.5, gzip"), ("br", "br"),
        ("gzip", "gzip"), ("gzip", "deflate, gzip;q=1.0"), ("gzip", "gzip, br;q=0"),
        ("", "identity"), ("", "gzip;q=0"), ("", "x-gzippo"),
    ]  # fmt: skip
    for coding, sent in accepted:
        assert ask(front, Accept_Encoding=sent)[2].partition(" ")[2] == coding, sent

    assert len(stand_in.asked) == 3


def test_no_address_is_that_of_another_coding(stand_in, front):
    assert ask(front, "/?sort=newestbr")[2] == "1 "

    assert ask(front, "/?sort=newest", Accept_Encoding="br")[2] == "2 br"


@pytest.mark.parametrize(
    "says",
    [
        {**KEPT, "Set-Cookie": "writer=proven; Path=/comments/"},
        {**KEPT, "Vary": "Accept-Encoding, Cookie"},
        {**KEPT, "Vary": "*"},
        {"Cache-Control": "private, max-age=60"},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "no-cache"},
        {},
    ],
    ids=["cookie", "vary", "any", "private", "no-store", "no-cache", "nothing said"],
)
def test_what_is_for_one_reader_is_never_kept(stand_in, front, says):
    stand_in.says = says

    assert [ask(front)[2] for _ in range(2)] == ["1 ", "2 "]


@pytest.mark.parametrize(
    "sent",
    [{"Cookie": "session=secret"}, {"Cookie": "a=b; __Host-session=secret"}, {"Authorization": "Basic eA=="}],
    ids=["session", "session by HTTPS", "authorization"],
)
def test_staff_neither_see_kept_pages_nor_leave_theirs(stand_in, front, sent):
    # Before and after there is a kept page.
    answers = [ask(front, **sent)[2], ask(front)[2], ask(front, **sent)[2], ask(front)[2]]

    assert answers == ["1 ", "2 ", "3 ", "2 "]


def test_other_cookies_make_no_difference(stand_in, front):
    assert [ask(front)[2], ask(front, Cookie="theme=dark; obsession=1")[2]] == ["1 ", "1 "]


@pytest.mark.parametrize("path", ["/admin/", "/admin/x/", "/healthz"])
def test_the_desk_is_never_kept_whatever_is_said(stand_in, front, path):
    assert [ask(front, path)[2] for _ in range(2)] == ["1 ", "2 "]


def test_of_many_who_ask_at_once_one_is_passed_on(stand_in, front):
    stand_in.seconds = 0.3
    with ThreadPoolExecutor(50) as readers:
        texts = set(readers.map(lambda _number: ask(front)[2], range(50)))

    assert texts == {"1 "}


def test_who_asks_is_told_to_the_site(stand_in, front):
    ask(front, X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="https", Host=f"127.0.0.1:{front}")

    sent = stand_in.asked[0]
    # The last hop is the one that is believed.
    assert sent["X-Forwarded-For"] == "203.0.113.7, 127.0.0.1"
    assert (sent["X-Forwarded-Proto"], sent["Host"]) == ("http", f"127.0.0.1:{front}")


def test_an_old_page_is_shown_while_the_site_fails(stand_in, front):
    stand_in.says = KEPT | {"Cache-Control": "max-age=0, s-maxage=1"}
    ask(front)
    time.sleep(2.1)
    stand_in.status = 500

    status, headers, text = ask(front)

    assert (status, told(headers), text) == (200, "hit; detail=stale", "1 ")


# What is refused


@pytest.fixture
def limited(stand_in, tmp_path):
    """nginx in front of that, with its limits: its port."""
    port = free_port()
    with nginx_front.running(tmp_path, port, stand_in.server_port, tmp_path, limited=True):
        yield port


def send(port, path, body=b"text=x"):
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        wire.request("POST", path, body)
        return wire.getresponse().status
    finally:
        wire.close()


@pytest.mark.parametrize(
    ("path", "fits"),
    [("/comments/article/1/", False), ("/admin/articles/image/add/", True)],
    ids=["reader", "desk"],
)
def test_only_the_desk_takes_large_forms(limited, path, fits):
    assert send(limited, path, b"x" * 200_000) == 200
    assert send(limited, path, b"x" * 300_000) == (200 if fits else 413)


def test_the_desk_takes_no_more_than_a_picture(limited):
    # Refused for what its head says, before any of it is sent.
    wire = http.client.HTTPConnection("127.0.0.1", limited, timeout=30)
    wire.putrequest("POST", "/admin/")
    wire.putheader("Content-Length", str(31 * 2**20))
    wire.endheaders()

    assert wire.getresponse().status == 413
    wire.close()


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/comments/article/1/", "POST"),
        ("/en/comments/article/1/", "POST"),
        ("/admin/", "POST"),
        ("/search/?q=x", "GET"),
        ("/search/?q=x", "HEAD"),
        ("/en/search/?q=x", "HEAD"),
        ("/healthz?", "GET"),
        ("/healthz/live?", "HEAD"),
    ],
)
def test_who_sends_or_searches_without_end_is_held_up(stand_in, limited, path, method):
    stand_in.says = {}
    with ThreadPoolExecutor(8) as machine:
        if method == "POST":
            told = list(machine.map(lambda _number: send(limited, path), range(150)))
        else:
            told = list(machine.map(lambda number: ask(limited, f"{path}{number}", method)[0], range(150)))

    assert set(told) == {200, 429}
    # A second's worth more for each that it took.
    assert told.count(200) >= 61


@pytest.mark.parametrize("path", ["/readings/7/", "/en/readings/7/"])
def test_that_a_page_was_read_may_be_told_by_all_behind_an_address(limited, path):
    with ThreadPoolExecutor(8) as readers:
        assert set(readers.map(lambda _number: send(limited, path), range(150))) == {200}


def test_readers_behind_one_address_are_served(limited):
    with ThreadPoolExecutor(8) as readers:
        assert set(readers.map(lambda _number: ask(limited)[0], range(200))) == {200}


@pytest.mark.parametrize("path", ["/media/images/ab/abc.jpg?{}", "/static/x.{}.css"], ids=["media", "static"])
def test_who_asks_without_end_for_what_is_not_on_the_disk_is_held_up(limited, path):
    told = []

    def go_on(number):
        if 429 not in told:
            told.append(ask(limited, path.format(number))[0])

    with ThreadPoolExecutor(8) as machine:
        list(machine.map(go_on, range(3000)))

    assert set(told) == {200, 429}
    assert told.count(200) >= 300


# The certificate


@pytest.fixture
def encrypted(stand_in, tmp_path):
    """nginx with a certificate: its port, and that of plain HTTP."""
    port, plain_port = free_port(), free_port()
    (tmp_path / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
    (tmp_path / "acme" / ".well-known" / "acme-challenge" / "token").write_text("proof")
    with nginx_front.running(tmp_path, port, stand_in.server_port, tmp_path, plain_port=plain_port):
        yield port, plain_port


def trusting(tmp_path):
    return ssl.create_default_context(cafile=tmp_path / "certificate.pem")


def test_pages_come_encrypted_and_the_site_is_told(stand_in, encrypted, tmp_path):
    wire = http.client.HTTPSConnection("127.0.0.1", encrypted[0], context=trusting(tmp_path), timeout=30)
    wire.request("GET", "/")

    assert wire.getresponse().status == 200
    assert stand_in.asked[-1]["X-Forwarded-Proto"] == "https"
    wire.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(
    ("version", "is_spoken"),
    [(ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)],
)
def test_old_encryption_is_not_spoken(encrypted, tmp_path, version, is_spoken):
    context = trusting(tmp_path)
    # Else our own side would refuse.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", encrypted[0]), timeout=30) as wire:
        if is_spoken:
            with context.wrap_socket(wire, server_hostname="127.0.0.1") as secured:
                assert secured.version() == version.name.replace("_", ".")
        else:
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(wire, server_hostname="127.0.0.1")


def test_by_plain_http_there_is_only_the_way_to_the_site_and_the_proof_of_the_host(encrypted):
    status, headers, _text = ask(encrypted[1], "/search/?q=x")

    assert (status, headers["Location"]) == (301, "https://127.0.0.1/search/?q=x")
    assert ask(encrypted[1], "/.well-known/acme-challenge/token")[::2] == (200, "proof")
    assert ask(encrypted[1], "/.well-known/acme-challenge/other")[0] == 404


# With the site


@pytest.fixture
def site(var_dir, tmp_path, transactional_db):  # noqa: F811
    """The site over the database of the test, behind nginx, whose port it is given as `front`."""
    front = free_port()
    address, _, options = settings.DATABASE_URL.partition("?")
    site = Site(
        var_dir,
        "--no-demo",
        "--no-worker",
        DATABASE_URL=f"{address.rpartition('/')[0]}/{connection.settings_dict['NAME']}?{options}",
        SECRET_KEY=settings.SECRET_KEY,
        SITE_URL=f"http://127.0.0.1:{front}",
        BEHIND_PROXY="1",
        PAGE_CDN_SECONDS="1",
    )
    try:
        site.start()
        with nginx_front.running(tmp_path, front, site.port, var_dir):
            site.front = front
            yield site
    finally:
        site.process.kill()
        site.process.wait()


def is_kept(site, path):
    return told(ask(site.front, path)[1]).startswith("hit")


def test_a_change_is_seen_through_nginx_within_its_lifetime(site):
    article = factories.published(headline="العنوان 0")
    path = article.get_absolute_url()
    site.wait_for(lambda: is_kept(site, path))
    took = []
    for number in range(1, 6):
        article = Article.objects.get(pk=article.pk)
        article.headline = f"العنوان {number}."
        publishing.save(article)
        changed_at = time.monotonic()
        site.wait_for(lambda article=article: article.headline in ask(site.front, path)[2])
        took.append(time.monotonic() - changed_at)
        # And stays.
        assert all(article.headline in ask(site.front, path)[2] for _ in range(20))

    assert max(took) < SEEN_WITHIN


def test_a_page_that_nobody_asked_for_meanwhile_is_not_shown_as_it_was(site):
    article = factories.published(headline="العنوان 0")
    path = article.get_absolute_url()
    site.wait_for(lambda: is_kept(site, path))
    article.headline = "العنوان 1."
    publishing.save(article)
    time.sleep(SEEN_WITHIN)

    assert article.headline in ask(site.front, path)[2]


def test_pages_are_shown_while_the_site_is_away(site):
    path = factories.published(headline="العنوان").get_absolute_url()
    site.wait_for(lambda: is_kept(site, path))
    site.process.terminate()
    site.process.wait(timeout=30)
    time.sleep(2.1)

    status, headers, text = ask(site.front, path)

    assert (status, told(headers)) == (200, "hit; detail=stale")
    assert "العنوان" in text


def test_files_come_from_nginx(site):
    style = re.search(r"/static/[^\"]+\.[0-9a-f]{12}\.css", ask(site.front, "/saved/")[2])[0]

    status, headers, text = ask(site.front, style, Accept_Encoding="gzip")
    theirs = ask(site.port, style, Accept_Encoding="gzip", Host=f"127.0.0.1:{site.front}")

    assert (status, headers["Server"].partition("/")[0]) == (200, "nginx")
    assert text == theirs[2]
    for field in ("Cache-Control", "Content-Encoding", "Vary", "X-Content-Type-Options", "Content-Type"):
        assert headers[field] == theirs[1][field].replace('"', ""), field
    assert ask(site.front, style.replace(".css", ".none"))[0] == 404


def test_pictures_of_a_store_are_kept_for_everybody(stand_in, front):
    stand_in.says = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    picture = "/media/images/ab/abc-320.webp"

    answers = [
        ask(front, picture, **asks)
        for asks in ({}, {"Accept_Encoding": "br"}, {"Cookie": "session=abc"}, {"Authorization": "Bearer x"})
    ]
    answers.append(ask(front, f"{picture}?new"))
    part = ask(front, picture, Range="bytes=0-0")
    stand_in.status = 503
    stand_in.says = {"Cache-Control": "no-store", "Retry-After": "5"}
    away = [
        ask(front, path)[0]
        for path in (picture, "/media/images/ab/other.webp", "/media/images/ab/other.webp")
    ]

    assert [told(headers) for _status, headers, _text in answers] == ["fwd=uri-miss", *["hit"] * 4]
    assert (part[0], part[2]) == (206, "1")
    assert away == [200, 503, 503]
    # Nothing is kept of what is not there.
    assert len(stand_in.asked) == 3


def test_a_picture_that_was_deleted_is_not_shown_for_longer_than_it_is_kept(stand_in, tmp_path, monkeypatch):
    shipped = tmp_path / "shipped.conf"
    # A day, in earnest.
    shipped.write_text(
        nginx_front.SHIPPED.read_text().replace("proxy_cache_valid 200 1d;", "proxy_cache_valid 200 1s;")
    )
    monkeypatch.setattr(nginx_front, "SHIPPED", shipped)
    stand_in.says = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        "ETag": 'W/"a"',
    }
    port, picture = free_port(), "/media/images/ab/abc-320.webp"
    with nginx_front.running(tmp_path, port, stand_in.server_port, tmp_path):
        there = [ask(port, picture)[0] for _time in range(2)]
        asked = len(stand_in.asked)
        stand_in.status, stand_in.says = 404, {"Cache-Control": "no-store"}
        time.sleep(2.1)
        gone = [ask(port, picture)[0] for _time in range(2)]

    assert (there, gone) == ([200, 200], [404, 404])
    assert asked == 1
    # It is told what nginx had, so that it need not be sent again.
    assert stand_in.asked[1]["If-None-Match"] == 'W/"a"'


def test_pictures_come_from_nginx(site):
    folder = site.var_dir / "media"
    (folder / "images" / "ab").mkdir(parents=True)
    stem = f"images/ab/{'ab' * 16}-320"
    try:
        for name in (f"{stem}.webp", f"{stem}.html"):
            (folder / name).write_text("x")

        status, headers, _text = ask(site.front, f"/media/{stem}.webp")
        theirs = ask(site.port, f"/media/{stem}.webp", Host=f"127.0.0.1:{site.front}")[1]

        assert (status, "Cache-Status" in headers) == (200, False)
        for field in (
            "Cache-Control", "Content-Type", "Cross-Origin-Resource-Policy", "X-Content-Type-Options",
        ):  # fmt: skip
            assert headers[field] == theirs[field], field
        assert ask(site.front, f"/media/{stem}.html")[0] == 404
    finally:
        shutil.rmtree(folder)

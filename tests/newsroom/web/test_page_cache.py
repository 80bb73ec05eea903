"""Pages answered without Django: what is kept, for whom, and in which form."""

import gzip
import json
from urllib.parse import urlsplit

import brotli
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from tests import factories
from tests.kept_pages import HEADLINE, ask, hear, lasting, path_of, says

pytestmark = pytest.mark.django_db(transaction=True)

HOST = urlsplit(settings.SITE_URL).netloc


# Hits and misses


def test_a_page_is_made_once_and_answered_from_memory_from_then_on(cache, address):
    first, second = ask(cache, address), ask(cache, address)

    assert (first.told, second.told) == ("fwd=uri-miss; stored", "hit")
    assert (first.status, first.body) == (second.status, second.body)


def test_a_kept_page_costs_no_query(cache, address, django_assert_num_queries):
    ask(cache, address)

    with django_assert_num_queries(0):
        ask(cache, address)


def test_a_kept_answer_has_all_headers_of_djangos(cache, address):
    ask(cache, address)
    kept = ask(cache, address).headers
    made = ask(WSGIHandler(), address).headers

    ours = {"ETag": kept["ETag"], "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    assert lasting(kept) == lasting(made) | ours


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/en/",
        "/corrections/",
        "/archive/",
        "/authors/",
        "/saved/",
        "/feed/",
        "/feed/atom/",
        "/sitemap.xml",
    ],
)
def test_pages_for_everybody_are_kept(cache, article, path):
    ask(cache, path)

    assert ask(cache, path).told == "hit"


@pytest.mark.parametrize(
    "path",
    ["/search/?q=Neom", "/search/suggestions/?q=Neom", "/healthz", "/admin/login/", "/comments/mine/nobody/"],
)
def test_what_is_not_for_everybody_is_not_kept(cache, article, path):
    assert [ask(cache, path).told for _ in range(2)] == ["", ""]


def test_what_is_not_there_is_not_kept(cache):
    answers = [ask(cache, "/article/999999/") for _ in range(2)]

    assert [(answer.status, answer.told) for answer in answers] == [(404, "fwd=uri-miss")] * 2


def test_a_form_that_is_sent_goes_to_django(cache, address):
    ask(cache, address)

    assert (ask(cache, address, "POST").status, ask(cache, address, "POST").told) == (403, "")


# Forms of an answer


@pytest.mark.parametrize(
    ("accepted", "coding", "unpacked"),
    [
        ("", None, bytes),
        ("identity", None, bytes),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("br; q=0.000, gzip; q=0", None, bytes),
        ("*", "br", brotli.decompress),
        ("GZIP", "gzip", gzip.decompress),
    ],
)
def test_a_page_is_there_in_the_codings_that_browsers_take(cache, address, accepted, coding, unpacked):
    plain = ask(cache, address)
    answer = ask(cache, address, HTTP_ACCEPT_ENCODING=accepted)

    assert answer.headers.get("Content-Encoding") == coding
    assert unpacked(answer.body) == plain.body
    assert int(answer.headers["Content-Length"]) == len(answer.body)


def test_each_coding_has_a_tag_of_its_own(cache, address):
    tags = {ask(cache, address, HTTP_ACCEPT_ENCODING=coding).headers["ETag"] for coding in ("", "gzip", "br")}

    assert len(tags) == 3


@pytest.mark.parametrize("change", ["{}", "W/{}", '"other", {}', "*"], ids=["own", "weak", "several", "any"])
def test_who_has_the_page_is_not_sent_it_again(cache, address, change):
    tag = ask(cache, address, HTTP_ACCEPT_ENCODING="br").headers["ETag"]
    answer = ask(cache, address, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=change.format(tag))

    assert (answer.status, answer.body) == (304, b"")
    assert set(answer.headers) == {"Age", "Cache-Control", "Cache-Status", "ETag", "Vary"}


def test_who_has_another_page_is_sent_this_one(cache, address):
    answer = ask(cache, address, HTTP_IF_NONE_MATCH='"other"')

    assert (answer.status, says(answer)) == (200, [HEADLINE])


def test_the_moment_of_a_change_is_told_once_no_other_page_can_have_the_same(cache, address, monkeypatch):
    assert "Last-Modified" not in ask(cache, address).headers
    cache.pages.get((path_of(address), "")).modified_at -= 2

    moment = ask(cache, address).headers["Last-Modified"]

    assert ask(cache, address, HTTP_IF_MODIFIED_SINCE=moment).status == 304
    assert ask(cache, address, HTTP_IF_MODIFIED_SINCE="Thu, 01 Jan 2099 00:00:00 GMT").status == 200


def test_a_tag_is_asked_before_the_moment(cache, address):
    ask(cache, address)
    cache.pages.get((path_of(address), "")).modified_at -= 2
    moment = ask(cache, address).headers["Last-Modified"]

    answer = ask(cache, address, HTTP_IF_MODIFIED_SINCE=moment, HTTP_IF_NONE_MATCH='"other"')

    assert answer.status == 200


def test_head_tells_the_same_without_the_page(cache, address):
    ask(cache, address)
    page, head = ask(cache, address), ask(cache, address, "HEAD")

    assert (head.body, head.headers) == (b"", page.headers)


def test_a_page_that_is_made_anew_as_it_was_keeps_its_moment(cache, address, monkeypatch):
    ask(cache, address)
    before = cache.pages.get((path_of(address), ""))
    before.modified_at -= 100
    before.made_at -= 1_000

    ask(cache, address)
    after = cache.pages.get((path_of(address), ""))

    assert after is not before
    assert (after.tag, after.modified_at) == (before.tag, before.modified_at)


def test_a_cache_in_front_is_told_the_names_and_for_how_long(cache, article, address, monkeypatch):
    monkeypatch.setattr(cache, "shared", 300)

    headers = ask(cache, address).headers

    told = "max-age=0, s-maxage=300, stale-while-revalidate=1, stale-if-error=3600"
    assert headers["Cache-Control"] == told
    assert headers["Surrogate-Key"].split() == sorted(
        [f"article:{article.pk}", f"thread:{article.pk}", f"section:{article.section_id}", "site"]
    )


# Queries


@pytest.mark.parametrize(
    "query",
    [
        "utm_source=mail",
        "fbclid=x",
        "gclid=x&utm_campaign=y",
        "sort=newest&utm_medium=z",
        "utm_a=1&sort=newest",
    ],
)
def test_parameters_that_track_readers_lead_to_the_same_page(cache, address, query):
    own = "?sort=newest" if "sort" in query else ""
    plain = ask(cache, address + own)

    answer = ask(cache, f"{address}?{query}")

    assert (answer.told, answer.body) == ("hit", plain.body)


def test_the_order_of_parameters_makes_no_other_page(cache, address):
    ask(cache, f"{address}?sort=newest&comments=1")

    assert ask(cache, f"{address}?comments=1&sort=newest").told == "hit"


def test_of_a_parameter_that_comes_twice_the_last_counts(cache):
    for _ in range(21):
        factories.published()
    address = factories.section().get_absolute_url()
    hear(cache)

    asked = ask(cache, f"{address}?page=1&page=2")

    assert asked.body == ask(WSGIHandler(), f"{address}?page=2").body
    # So that nobody has one page kept under many names.
    assert ask(cache, f"{address}?page=x&page=2").told == "hit"


@pytest.mark.parametrize(
    ("asked", "form"),
    [
        ("?sort=anything", ""),
        ("?sort=", ""),
        ("?sort=oldest", ""),
        ("?comments=x&before=-1", ""),
        ("?comments=007&sort=newest", "?comments=7&sort=newest"),
    ],
)
def test_of_values_that_say_the_same_one_is_kept(cache, address, asked, form):
    plain = ask(cache, address + form)

    answer = ask(cache, address + asked)

    assert (plain.told, answer.told, answer.body) == ("fwd=uri-miss; stored", "hit", plain.body)
    assert len(cache.pages) == 1


@pytest.mark.parametrize("asked", ["?page=1", "?page=01", "?page=", "?page=%D9%A1", "?page=+1"])
def test_the_first_page_of_a_list_is_kept_once(cache, asked):
    factories.published()
    address = factories.section().get_absolute_url()
    hear(cache)
    plain = ask(cache, address)

    answer = ask(cache, address + asked)

    assert (answer.told, answer.body, len(cache.pages)) == ("hit", plain.body, 1)
    assert ask(WSGIHandler(), address + asked).status == 200


@pytest.mark.parametrize("asked", ["?page=x", "?page=9999", "?page=1.5"])
def test_the_number_of_no_page_keeps_nothing(cache, asked):
    factories.published()
    address = factories.section().get_absolute_url()
    hear(cache)

    assert [(ask(cache, address + asked).status, len(cache.pages)) for _ in range(2)] == [(404, 0)] * 2


def test_an_address_that_is_sent_on_keeps_the_value_as_it_came(cache, article):
    plain, asked = [ask(cache, f"/article/{article.pk}/{query}") for query in ("", "?sort=anything")]

    assert (plain.status, asked.status) == (301, 301)
    assert asked.headers["Location"] == plain.headers["Location"] + "?sort=anything"


def test_a_parameter_that_no_view_reads_keeps_nothing(cache, address):
    ask(cache, address)

    answers = [ask(cache, f"{address}?unknown=<script>") for _ in range(2)]

    assert [answer.told for answer in answers] == ["", ""]


def test_what_is_encoded_in_a_path_is_no_query(cache, address):
    answer = ask(cache, f"{address}%3Fsort=newest")

    assert answer.status == 404
    assert ask(cache, f"{address}?sort=newest").told == "fwd=uri-miss; stored"


def test_an_address_with_tracking_is_sent_on_with_it(cache, article):
    plain = [ask(cache, f"/article/{article.pk}/") for _ in range(2)][1]
    tracked = ask(cache, f"/article/{article.pk}/?utm_source=mail")

    assert (plain.status, plain.told) == (301, "hit")
    assert tracked.headers["Location"] == plain.headers["Location"] + "?utm_source=mail"


# Who asks


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": f"{HOST}.evil.example"},
        {"HTTP_HOST": "localhost:8000"},
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
        {"HTTP_COOKIE": f"a=b; {settings.SESSION_COOKIE_NAME}=abc"},
        {"wsgi.url_scheme": "https"},
    ],
    ids=["other host", "host in front", "other name", "authorization", "signed in", "scheme"],
)
def test_who_is_not_anybody_enters_django_and_leaves_nothing(cache, address, headers):
    answer = ask(cache, address, **headers)

    assert (answer.told, len(cache.pages)) == ("", 0)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_PREFIX": "/evil"},
        {"HTTP_X_ORIGINAL_URL": "/admin/"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"},
        {"HTTP_ACCEPT_LANGUAGE": "en"},
        {"HTTP_USER_AGENT": "<script>"},
        {"HTTP_REFERER": "https://evil.example/"},
        {"HTTP_COOKIE": "proven=x; desk-language=en; messages=evil; csrftoken=evil"},
        {"HTTP_RANGE": "bytes=0-9"},
        {"HTTP_ACCEPT": "application/json"},
        {"HTTP_IF_NONE_MATCH": "*"},
        {"SCRIPT_NAME": "/evil"},
        {"SERVER_NAME": "evil.example", "SERVER_PORT": "1"},
        {"QUERY_STRING": "utm_source=<script>alert(1)</script>"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_nothing_that_somebody_sends_comes_into_what_others_get(cache, address, headers):
    clean = ask(WSGIHandler(), address).body
    ask(cache, address, **headers)

    answer = ask(cache, address)

    assert (answer.told, answer.body) == ("hit", clean)


@pytest.mark.parametrize("end", ["x.css", "x.js", "%2e%2e/", "%00.css", ";x.css", "%0d%0aX-Evil:1"])
def test_an_address_with_an_end_of_somebodys_own_is_not_kept(cache, address, end):
    ask(cache, f"{address}{end}")

    assert len(cache.pages) == 0


def test_an_account_is_never_kept(cache, address):
    staff = factories.superuser()
    client = Client()
    client.force_login(staff)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    answers = [ask(cache, address, HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}={session}") for _ in range(2)]

    assert [answer.told for answer in answers] == ["", ""]
    assert len(cache.pages) == 0


def test_behind_a_proxy_the_scheme_is_the_one_that_it_tells(cache, address, settings, monkeypatch):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    monkeypatch.setattr(cache, "scheme", "https")
    secure = {"HTTP_X_FORWARDED_PROTO": "https"}

    ask(cache, address, **secure)
    answers = (
        ask(cache, address, **secure),
        ask(cache, address),
        ask(cache, address, HTTP_X_FORWARDED_PROTO="http"),
    )

    assert [answer.told for answer in answers] == ["hit", "", ""]


# What operators are told


def told_by(application):
    return json.loads(ask(application, "/healthz").body)


def test_the_hit_rate_is_told_without_a_session(cache, address):
    before = told_by(cache)["pages"]
    for _ in range(3):
        ask(cache, address)

    after = told_by(cache)["pages"]

    page = cache.pages.get((path_of(address), ""))
    assert {name: after[name] - before[name] for name in after} == {
        "ready": 2,
        "taken": 0,
        "made": 1,
        # This question itself.
        "passed": 1,
        "replicated": 0,
        "kept": 1,
        "bytes": page.size,
    }


def test_where_nothing_is_kept_there_is_nothing_to_tell(cache):
    assert "pages" not in told_by(WSGIHandler())


def test_nobody_tells_it_by_a_header(cache):
    answer = ask(WSGIHandler(), "/healthz", **{"HTTP_NASHRA_COUNTS": "evil", "HTTP_NASHRA.COUNTS": "evil"})

    assert "pages" not in json.loads(answer.body)

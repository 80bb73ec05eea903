"""The word list on the desk: tried out, taken out, taken in."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from comments import word_csv
from comments.models import WatchedWord
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TRY = reverse("admin:comments_watchedword_try")
IMPORT = reverse("admin:comments_watchedword_import")
EXPORT = reverse("admin:comments_watchedword_export")


@pytest.fixture(autouse=True)
def moderator(client):
    user = factories.staff(factories.MODERATORS)
    client.force_login(user)
    return user


def _import(client, text, encoding="utf-8", **fields):
    content = text.encode(encoding) if isinstance(text, str) else text
    return client.post(IMPORT, {"file": SimpleUploadedFile("words.csv", content)} | fields)


def _words():
    return list(
        WatchedWord.objects.order_by("pk").values_list("term", "kind", "level", "reason", "is_active")
    )


def test_each_kind_and_level_is_explained_on_the_form(client):
    page = client.get(reverse("admin:comments_watchedword_add")).content.decode()

    assert page.count("<dt>") == 6
    assert "«كلب» تجد «كلبهم»" in page


def test_a_text_shows_what_it_would_trigger_in_its_own_spelling(client):
    WatchedWord.objects.create(term="احتيال", reason="إعلان")

    response = client.post(TRY, {"text": "هذا احـتيال من http://a.example/x و http://b.example/y!!!!"})

    page = response.content.decode()
    assert [finding.rule for finding in response.context["findings"]] == [
        "many_links",
        "watched_words",
        "stretching",
    ]
    assert ">احـتيال</mark>" in page
    assert "ينتظر تعليق فيه هذا قرار مشرف" in page


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        ("watch", "لا شيء هنا يحتجز تعليقًا"),
        ("hold", "ينتظر تعليق فيه هذا قرار مشرف"),
        ("reject", "يُرفض تعليق فيه هذا على الفور"),
    ],
)
def test_what_follows_is_told(client, level, sentence):
    WatchedWord.objects.create(term="احتيال", reason="إعلان", level=level)

    assert sentence in client.post(TRY, {"text": "هذا احتيال"}).content.decode()


def test_a_new_word_shows_the_approved_comments_that_it_would_have_held(client):
    article = factories.published()
    factories.approved(article, body="كَـلـبه أليف")
    factories.approved(article, body="قطة أليفة")
    factories.sent(article, body="كلبهم ينبح")

    response = client.post(TRY, {"term": "كلب", "kind": "stem"})

    page = response.content.decode()
    assert response.context["found_count"] == 1
    assert ">كَـلـبه</mark> أليف" in page
    assert "كانت «كلب» ستحتجز تعليقًا واحدًا معتمدًا." in page
    assert f"{reverse('admin:comments_watchedword_add')}?term=%D9%83%D9%84%D8%A8&amp;kind=stem" in page
    assert WatchedWord.objects.count() == 0


@pytest.mark.slow
def test_twenty_are_listed_and_all_are_counted(client):
    article = factories.published()
    for _ in range(22):
        factories.approved(article, body="كلب أليف")

    response = client.post(TRY, {"term": "كلب", "kind": "exact"})

    assert (response.context["found_count"], len(response.context["found"])) == (22, 20)


def test_what_stands_in_one_field_stays_while_the_other_is_tried(client):
    page = client.post(TRY, {"text": "نصّ جُرّب قبل", "term": "كلب", "kind": "stem"}).text

    [fields] = [form.fields for form in html.fromstring(page).forms if "term" in form.fields]
    assert (fields["text"].strip(), fields["term"], fields["kind"]) == ("نصّ جُرّب قبل", "كلب", "stem")


def test_the_page_says_what_is_missing_when_nothing_is_tried(client):
    response = client.post(TRY, {"text": "", "term": "", "kind": "stem"})

    assert response.context["form"].errors == {"text": ["اكتب هنا نصًّا، أو كلمة في الأسفل."]}


@pytest.mark.parametrize(
    "payload", [{"term": "!!", "kind": "stem"}, {"term": "كلب", "kind": "x"}, {"text": " "}]
)
def test_what_cannot_be_tried_is_told(client, payload):
    assert client.post(TRY, payload).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    "payload", [{"text": "هذا كلب"}, {"term": "كلب", "kind": "stem"}], ids=["text", "word"]
)
def test_a_trial_takes_the_same_queries_for_any_number(client, django_assert_num_queries, payload, count):
    article = factories.published()
    for _ in range(count):
        factories.approved(article, body="كلب أليف")
    client.post(TRY, payload)

    with django_assert_num_queries(6):
        client.post(TRY, payload)


def test_the_forms_of_a_word_lead_to_the_trial(client):
    word = WatchedWord.objects.create(term="احتيال", reason="إعلان")

    for page in (
        reverse("admin:comments_watchedword_add"),
        reverse("admin:comments_watchedword_change", args=[word.pk]),
    ):
        assert f'formaction="{TRY}"' in client.get(page).content.decode()


ADD = reverse("admin:comments_watchedword_add")


@pytest.mark.parametrize("term", ["قمار", "قِمَار", "قـــمار"])
def test_a_word_is_not_listed_twice_however_it_is_spelled(client, term):
    WatchedWord.objects.create(term="قِمار", reason="إعلان")

    response = client.post(ADD, {"term": term, "kind": "stem", "level": "hold", "reason": "إعلان"})

    assert [term for term, *_ in _words()] == ["قِمار"]
    assert "في القائمة من قبل" in response.text


def test_the_spelling_of_a_listed_word_can_be_changed(client):
    word = WatchedWord.objects.create(term="قِمار", reason="إعلان")
    fields = {"term": "قمار", "kind": "phrase", "level": "hold", "reason": "إعلان", "is_active": "on"}

    client.post(reverse("admin:comments_watchedword_change", args=[word.pk]), fields)

    assert _words() == [("قمار", "phrase", "hold", "إعلان", True)]


def test_the_trial_knows_a_listed_word_in_another_spelling(client):
    word = WatchedWord.objects.create(term="قِمار", reason="إعلان")

    response = client.post(TRY, {"term": "قمار", "kind": "stem"})

    assert response.context["tried"]["listed"] == word


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(
            "term,kind,level,reason,is_active\nكلب,stem,reject,شتيمة,0\nقمار,,,,\n", "utf-8", id="all columns"
        ),
        pytest.param(
            "term,kind,level,reason,is_active\nكلب,stem,reject,شتيمة,0\nقمار,,,,\n", "utf-8-sig", id="BOM"
        ),
        pytest.param("كلب;stem;reject;شتيمة;لا\r\nقمار\r\n\r\n", "utf-8", id="semicolons, no names"),
        pytest.param(
            "is_active\treason\tterm\tlevel\tkind\n0\tشتيمة\tكلب\tارفض فورًا\tstem\n\t\tقمار\n",
            "utf-8",
            id="tabs, another order",
        ),
    ],
)
def test_words_are_imported(client, text, encoding):
    reject = dict(WatchedWord._meta.get_field("level").choices)["reject"]

    response = _import(client, text.replace("ارفض فورًا", str(reject)), encoding)

    assert response.status_code == 302
    assert _words() == [("كلب", "stem", "reject", "شتيمة", False), ("قمار", "phrase", "hold", "", True)]


def test_a_word_that_is_there_takes_what_the_file_says(client):
    WatchedWord.objects.create(term="كلب", reason="قديم", kind="exact")

    _import(client, "كلب,stem,watch,جديد,1")

    assert _words() == [("كلب", "stem", "watch", "جديد", True)]


def test_a_word_that_is_there_in_another_spelling_keeps_it(client):
    WatchedWord.objects.create(term="قِمار", reason="قديم", kind="exact")

    _import(client, "قمار,stem,watch,جديد,1")

    assert _words() == [("قِمار", "stem", "watch", "جديد", True)]


def test_a_word_stands_in_a_file_once_however_it_is_spelled(client):
    response = _import(client, "قِمار\nقـمار\n")

    assert (response.status_code, _words()) == (422, [])
    assert "السطر 2:" in response.text


BAD = "term,kind,level,reason,is_active\nكلب,xx\nقطة\n!!!\nقطة\nفأر,,,,maybe\n" + "ك" * 101 + "\n"


def test_with_a_mistake_nothing_is_imported_and_each_line_is_told(client):
    response = _import(client, BAD)

    page = response.content.decode()
    assert (response.status_code, _words()) == (422, [])
    assert [line for line in range(1, 9) if f"السطر {line}:" in page] == [2, 4, 5, 6, 7]


def test_the_good_lines_are_imported_when_that_is_wished(client):
    response = _import(client, BAD, skip="on")

    assert response.status_code == 302
    assert [term for term, *_ in _words()] == ["قطة"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("كلب".encode("cp1256"), id="another encoding"),
        pytest.param(b"\xff\xfek\0", id="UTF-16"),
        pytest.param("", id="empty"),
        pytest.param("term,kind\n", id="names alone"),
        pytest.param("x" * 2_000_001, id="too large"),
        pytest.param('"' + "x" * 200_000, id="a quote without end"),
        pytest.param("\n".join(f"w{number}" for number in range(20_001)), id="too many"),
    ],
)
def test_a_file_that_is_no_list_is_refused(client, content):
    response = _import(client, content)

    assert (response.status_code, _words()) == (422, [])
    assert "errorlist" in response.content.decode()


def test_an_import_is_logged(client, moderator):
    _import(client, "كلب\nقطة\n")

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr) == (moderator, "استُوردت كلمتان")


def test_the_export_can_be_imported_again(client):
    rows = [
        ("كلب", "stem", "reject", 'شتيمة، أو "غيرها"', True),
        ("=1+1", "exact", "hold", "@SUM(A1)", False),
        ("'-x", "phrase", "watch", "سطر", True),
    ]
    for term, kind, level, reason, is_active in rows:
        WatchedWord.objects.create(term=term, kind=kind, level=level, reason=reason, is_active=is_active)
    exported = client.get(EXPORT).content
    WatchedWord.objects.all().delete()

    _import(client, exported)

    assert sorted(_words()) == sorted(rows)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "＝"])
def test_no_cell_of_the_export_is_a_formula(client, first):
    WatchedWord.objects.create(term=f"{first}cmd|x", reason=f"{first}1+1")

    text = client.get(EXPORT).content.decode("utf-8-sig")

    (row,) = list(csv.reader(io.StringIO(text)))[1:]
    assert row == [f"'{first}cmd|x", "phrase", "hold", f"'{first}1+1", "1"]


def test_who_may_only_look_imports_nothing(client):
    user = factories.staff(factories.REPORTERS)
    client.force_login(user)

    assert [client.get(url).status_code for url in (TRY, IMPORT, EXPORT)] == [403] * 3


def test_reading_words_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        word_csv.read("كلب\nقطة,stem".encode())


def test_watched_words_are_the_moderators_own(client):
    assert client.get(reverse("admin:comments_watchedword_changelist")).status_code == 200


WORD = {"kind": "phrase", "level": "hold", "reason": "إعلانات", "is_active": "on"}


@pytest.mark.parametrize("term", ["!!!", "؟؟", "— …"])
def test_a_watched_word_without_letters_is_refused(client, term):
    page = client.post(ADD, WORD | {"term": term})

    assert list(page.context["adminform"].form.errors) == ["term"]
    assert WatchedWord.objects.count() == 0


@pytest.mark.parametrize("term", ["C++", "مراهنة", "٧٧٧"])
def test_a_watched_word_with_letters_or_digits_is_kept(client, term):
    client.post(ADD, WORD | {"term": term})

    assert WatchedWord.objects.get().term == term


@pytest.mark.parametrize("typed", ["مراهنه", "مُراهـنة", "احتيال GAMES"])
def test_watched_words_are_searched_in_any_spelling(client, typed):
    found = WatchedWord.objects.create(term="مراهنة", reason="احتيال games")
    WatchedWord.objects.create(term="Casino", reason="إعلانات")

    page = client.get(reverse("admin:comments_watchedword_changelist"), {"q": typed})

    assert list(page.context["cl"].queryset) == [found]

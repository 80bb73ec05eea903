"""What readers find by what they type, in whatever spelling."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from articles import publishing, ranking, search, search_index
from articles.models import Article
from newsroom.text import search_query, search_words
from tests import factories

pytestmark = pytest.mark.django_db


def published(headline, body="", **fields):
    """An article without a word but these."""
    fields = {"headline": headline, "summary": "", "body": f"<p>{body or headline}</p>"} | fields
    return factories.published(**fields)


def found(typed, **filters):
    page = search.page(search_query.clean(typed), search.Filters(**filters))
    return [result.article.headline for result in page.results]


def count_words():
    while search_index.refresh():
        pass


OTHER = "أمطار غزيرة على الساحل"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("احمد", "فوز أحمد بالجائزة"),
        ("أحمد", "فوز احمد بالجائزة"),
        ("القران", "مسابقة حفظ القرآن"),
        ("القرآن", "مسابقة حفظ القران"),
        ("مصطفي", "رحيل مصطفى"),
        ("مصطفى", "رحيل مصطفي"),
        ("الحكومة", "البرلمان والحكومة في جلسة"),
        ("والحكومة", "الحكومة في جلسة"),
        ("المسئولون", "المسؤولون يجتمعون"),
        ("المسؤولون", "المسئولون يجتمعون"),
        ("المسوولون", "المسئولون يجتمعون"),
        ("المسيولون", "المسؤولون يجتمعون"),
        ("شركاتنا", "شركة تعلن أرباحها"),
        ("شركة", "شركاتنا تعلن أرباحها"),
        ("GPT4", "نموذج GPT-4 الجديد"),
        ("GPT-4", "نموذج GPT4 الجديد"),
        ("٢٠٢٤", "حصاد 2024"),
        ("2024", "حصاد ٢٠٢٤"),
        ("۲۰۲۴", "حصاد 2024"),
        ("اصطناعي", "الذكاء الاصطناعي يترجم"),
        ("الاصطناعي", "ذكاء اصطناعي يترجم"),
        ("Gemini", "مقارنة بين Claude وGemini"),
        ("ﻣﺤﻤﺪ", "مُحَمَّدٌ يغادر"),
        ("محـــمد", "مُحَمَّدٌ يغادر"),
        ("میخواهم", "می\u200cخواهم بدانم"),
        ("كتاب", "کتاب من"),
        ("للرئيس", "الرئيس يصل"),
    ],
)
def test_a_word_is_found_in_another_spelling(typed, written):
    published(OTHER)
    published(written)
    count_words()

    assert found(typed) == [written]


@pytest.mark.parametrize("typed", ["المسئولون", "المسؤولون", "المسوولون", "المسيولون"])
def test_hamza_on_another_letter_is_no_slip(typed):
    published("المسؤولون يجتمعون")
    published("المسئولون يسافرون")
    count_words()

    page = search.page(typed)

    assert (page.count, page.meant) == (2, "")


def test_what_readers_do_not_see_yet_is_not_counted_among_results():
    published("ميناء جديد", at=timezone.now() + timedelta(hours=1))
    withdrawn = published("ميناء قديم", withdraw_at=timezone.now() + timedelta(hours=1))
    Article.objects.filter(pk=withdrawn.pk).update(
        published_at=timezone.now() - timedelta(days=2), withdraw_at=timezone.now() - timedelta(days=1)
    )

    assert search.page("ميناء").count == 0


def test_an_article_is_found_before_its_words_are_counted():
    published(OTHER)
    published("فوز أحمد بالجائزة")

    assert found("احمد") == ["فوز أحمد بالجائزة"]


def test_a_slip_is_forgiven_and_told():
    published("مايكروسوفت تفتح مركز بيانات")
    published(OTHER)
    count_words()

    page = search.page("ميكروسوفت")

    assert [result.article.headline for result in page.results] == ["مايكروسوفت تفتح مركز بيانات"]
    assert page.meant == "مايكروسوفت"


def test_the_rest_of_what_was_typed_stays_beside_what_was_meant():
    published("القاهرة تستضيف معرض الكتاب")
    count_words()

    assert search.page("معرض في القاهره، الكتاف").meant == "معرض في القاهره، الكتاب"


def test_nothing_else_was_meant_by_a_known_word():
    published("القاهرة تستضيف معرض الكتاب")
    published("الكتان يعود")
    count_words()

    assert search.page("الكتاب").meant == ""


def test_a_word_that_came_with_a_later_change_is_no_slip():
    published("مطارات كثيرة")
    article = published("ميناء الساحل")
    count_words()
    article.headline = "مطاراث الساحل"
    publishing.save(article)

    page = search.page("مطاراث")

    assert ([result.article for result in page.results], page.meant) == ([article], "")


def test_a_word_of_what_is_scheduled_is_as_unknown_as_any():
    published("مطارات كثيرة")
    published("مطاراث الساحل", at=timezone.now() + timedelta(hours=1))
    count_words()

    assert search.page("مطاراث").meant == "مطارات"


def test_a_word_of_what_was_taken_back_is_neither_meant_nor_suggested():
    article = published("مايكروسوفت تفتح مركز بيانات")
    count_words()
    publishing.move(article, "withdraw", by=None)

    assert search.page("ميكروسوفت").meant == ""
    assert search.suggest("مايكرو") == []


def test_words_in_quotation_marks_stand_together():
    published("افتتاح ميناء الساحل الجديد")
    published("الساحل يطلب ميناء")

    assert found("«ميناء الساحل»") == ["افتتاح ميناء الساحل الجديد"]


def test_words_that_stand_together_nowhere_are_found_apart_and_that_is_told():
    published("الساحل يطلب ميناء")

    page = search.page('"ميناء الساحل"')

    assert [result.article.headline for result in page.results] == ["الساحل يطلب ميناء"]
    assert page.lacks_phrase


@pytest.mark.parametrize("typed", ["طاقة -نفط", "طاقة -النفط", "طاقة بدون:النفط"])
def test_an_excluded_word_is_in_no_result(typed):
    published("طاقة من النفط")
    published("طاقة من الشمس")

    assert found(typed) == ["طاقة من الشمس"]


def test_a_section_is_searched_alone():
    economy = factories.section("اقتصاد")
    published("ميناء جديد", section=economy)
    published("ميناء قديم", section=factories.section("رياضة"))

    assert found("ميناء", section=economy) == ["ميناء جديد"]


def test_an_author_is_searched_alone():
    layla = factories.author("ليلى حدّاد")
    published("ميناء جديد", authors=[layla, factories.author("سلمى الغانم")])
    published("ميناء قديم", authors=[factories.author("سلمى الغانم")])

    assert found("ميناء", author=layla) == ["ميناء جديد"]


def test_days_are_those_of_the_newsrooms_clock():
    midnight = datetime(2026, 3, 2, tzinfo=ZoneInfo(settings.TIME_ZONE))
    for moment, headline in [
        (-1, "ميناء أوّل"),
        (0, "ميناء ثانٍ"),
        (24 * 3600 - 1, "ميناء ثالث"),
        (24 * 3600, "ميناء رابع"),
    ]:
        published(headline, at=midnight + timedelta(seconds=moment))

    assert set(found("ميناء", since=date(2026, 3, 2), until=date(2026, 3, 2))) == {"ميناء ثانٍ", "ميناء ثالث"}


def test_a_word_of_the_headline_counts_more_than_one_of_the_text():
    published(OTHER, "وصلت السفن إلى ميناء المدينة")
    published("ميناء المدينة", "وصلت السفن إلى الساحل بعد أمطار")

    assert found("ميناء") == ["ميناء المدينة", OTHER]


def test_an_article_is_found_by_its_author_and_its_tag():
    published(OTHER, authors=[factories.author("سلمى الغانم")], tags=[factories.tag("كابلات")])
    published("ميناء جديد")

    assert (found("الغانم"), found("كابلات")) == ([OTHER], [OTHER])


def test_a_changed_name_is_found_once_the_worker_came_by():
    author = factories.author("سلمى الغانم")
    published(OTHER, authors=[author])
    author.name = "سلمى الكردي"
    publishing.save_named(author)

    count_words()

    assert (found("الكردي"), found("الغانم")) == ([OTHER], [])


def test_what_was_searched_is_marked_in_the_headline_and_in_the_best_passage():
    published("مُحَمَّدٌ في الميناء", "كلام لا يعني. " * 40 + "قال محـمد إنّ الميناءَ مفتوح.")

    (result,) = search.page("محمد ميناء").results

    assert result.headline.pieces == (("مُحَمَّدٌ", True), (" في ", False), ("الميناء", True))
    assert [piece for piece, is_marked in result.passage.pieces if is_marked] == ["محـمد", "الميناءَ"]
    assert result.passage.is_cut_before


def test_a_phrase_is_marked_where_it_stands_together():
    body = "بلغ الزوار المرسى صباحًا. " + "كلام كثير بلا معنى. " * 30 + "ثم التقوا في وسط المَرسى القديم مساء."
    published("رحلة", body=body)
    count_words()

    (result,) = search.page('"وسط المرسى"').results

    assert [piece for piece, is_marked in result.passage.pieces if is_marked] == ["وسط", "المَرسى"]


def test_what_is_not_ordered_by_pieces_comes_behind_what_is():
    for number in range(60):
        published(f"ميناء رقم {number}", body="ميناء " * (number % 7 + 1))
    count_words()

    places = search.rank(search_query.parse("ميناء رقم")).places

    assert len({place.number for place in places}) == 60
    assert places == sorted(places, reverse=True)
    assert all(place.score > 0 for place in places)


def test_pages_follow_each_other_without_a_gap_and_without_a_double():
    headlines = {published(f"ميناء رقم {number} " + "بعيد " * (number % 4)).headline for number in range(25)}

    pages, after = [], None
    while True:
        page = search.page("ميناء", after=after)
        pages.append([result.article.headline for result in page.results])
        if page.following is None:
            break
        after = search.Place.read(str(page.following))

    assert [len(headlines) for headlines in pages] == [10, 10, 5]
    assert {headline for page in pages for headline in page} == headlines


def test_what_is_typed_goes_on_as_words_of_the_newspaper_and_as_headlines():
    article = published("القاهرة تستضيف معرض الكتاب")
    published("القاهرة تستعد")
    count_words()

    assert search.suggest("معرض في القاهر") == [
        search.Suggestion("معرض في القاهرة"),
        search.Suggestion(article.headline, article),
        search.Suggestion("القاهرة تستعد", Article.objects.get(headline="القاهرة تستعد")),
    ]


@pytest.mark.parametrize("count", [1, 12])
def test_a_search_takes_as_many_queries_whatever_it_finds(count, django_assert_num_queries):
    for number in range(count):
        published(f"ميناء رقم {number}", authors=[factories.author(f"كاتب {number}")])
    count_words()

    # Twice more: what stands in the texts is counted, and articles that are shown are read, once.
    with django_assert_num_queries(6):
        search.page("ميناء")
    with django_assert_num_queries(4):
        search.page("ميناء")
    with django_assert_num_queries(5):
        search.suggest("مين")


def test_texts_are_read_once_for_all_words(django_assert_num_queries):
    published("ميناء رقم 1")
    count_words()
    search.page("ميناء")

    with django_assert_num_queries(4):
        search.page("رقم")


def test_what_was_counted_in_a_text_is_counted_anew_when_it_changes():
    article = published("ميناء قديم", body="ميناء قديم على الساحل")
    published("قطار سريع", body="ميناء")
    count_words()
    before = search.rank(search_query.parse("ميناء قديم"))
    article.body = "<p>" + "جبال بعيدة " * 40 + "</p>"
    article.headline = "قديم"
    publishing.save(article)

    after = search.rank(search_query.parse("ميناء قديم"))

    search.KEPT_COUNTS.clear()
    search.KEPT_TEXTS.clear()
    assert before.places != after.places
    assert after == search.rank(search_query.parse("ميناء قديم"))


def test_what_goes_while_it_is_searched_is_not_among_the_results(monkeypatch):
    article, other = published("ميناء قديم"), published("ميناء جديد")
    texts_of = search._texts

    def meanwhile(found):
        publishing.move(other, "withdraw", by=None)
        return texts_of(found)

    monkeypatch.setattr(search, "_texts", meanwhile)

    assert found("ميناء") == [article.headline]


def test_entries_are_found_by_the_index_however_few_there_are():
    """Where the planner would read the table, keys lie in another one: of each row, for each key anew."""
    for number in range(30):
        published(f"ميناء رقم {number}")
    count_words()
    keys = sorted(ranking.keys_of_term(search_words.terms("ميناء")[-1]))
    holders = "SELECT count(*) FROM articles_holders(%s, '{}', %s, '-infinity', 'infinity')"
    scans = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'articles_searchentry'"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_searchentry")
        cursor.execute(scans)
        before = cursor.fetchone()

        cursor.execute(holders, [keys, [100] * len(keys)])
        assert cursor.fetchone()[0] >= 30

        cursor.execute(scans)
        assert cursor.fetchone() == before


def test_nothing_is_asked_for_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert search.page("-" * 33).results == []
        assert search.suggest("") == []


def suggested(typed):
    return [suggestion.text for suggestion in search.suggest(typed) if suggestion.article is None]


def test_the_former_name_of_a_writer_is_told_to_nobody():
    author = factories.author("سلمى الغانم")
    for number in range(51):
        published(f"ميناء رقم {number}", authors=[author])
    count_words()
    author.name = "سلمى الكردي"
    publishing.save_named(author)
    count_words()

    assert suggested("الغان") == []
    assert search.page("الغاانم").meant == ""


def test_a_word_that_was_taken_back_is_not_told_by_another_of_its_stem():
    accused = [published("اتهام حسني بالفساد"), published("اتهام الزهراني بالفساد")]
    published("حسن يفوز بالجائزة")
    published("القبيلة الزهرانية")
    count_words()
    for article in accused:
        publishing.move(article, "archive", by=None)

    assert suggested("حسن") == ["حسن"]
    assert search.page("الزهرراني").meant != "الزهراني"

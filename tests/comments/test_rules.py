import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments import rules
from comments.screening import Draft, Evidence, Finding, History, Order, WatchedTerm, WordList, screen
from newsroom.text.skeleton import fold_letters
from newsroom.text.term_index import TermKind
from tests.patience import ends

DRAFT = Draft(
    author_name="ليلى",
    website="https://example.com/",
    body="شكرًا على المقال، لكن هل جُرّب Mistral على العربية؟",
    honeypot="",
)
HISTORY = History(
    sender_count=2,
    watched=WordList([WatchedTerm("قمار", "إعلان")]),
)


def found(rule, history=HISTORY, **fields):
    return rule(dataclasses.replace(DRAFT, **fields), history)


def shown(finding, **fields):
    """The words that the evidence of `finding` points to."""
    draft = dataclasses.replace(DRAFT, **fields)
    return [getattr(draft, place.field)[place.start : place.end] for place in finding.evidence]


def test_rules_are_named_for_good():
    assert [rule.name for rule in rules.RULES] == [
        "honeypot",
        "unidentified",
        "sanctioned",
        "impersonation",
        "empty",
        "too_long",
        "many_links",
        "watched_words",
        "duplicate",
        "flood",
        "foreign_script",
        "shouting",
        "stretching",
    ]


ORDER = Order("network")
# Inserted values stand between them.
ISOLATES = {ord(mark): None for mark in "\u2066\u2067\u2068\u2069"}


def test_a_sanction_is_found_and_holds():
    assert found(rules.sanctioned, History(orders=(ORDER,))) == Finding(
        "sanctioned",
        80,
        {"count": 1, "targets": ["network"]},
    )


def test_an_ordinary_comment_has_no_findings():
    assert screen(DRAFT, HISTORY, rules.RULES) == []


def test_a_comment_shows_all_its_reasons_at_once():
    draft = dataclasses.replace(
        DRAFT, honeypot="x", body="قـمار رااااائع على http://a.example و http://b.example"
    )

    findings = screen(draft, dataclasses.replace(HISTORY, sender_count=3), rules.RULES)

    assert [finding.rule for finding in findings] == [
        "honeypot",
        "many_links",
        "watched_words",
        "flood",
        "stretching",
    ]


def test_honeypot():
    assert found(rules.honeypot, honeypot="https://spam.example") == Finding("honeypot", 100)


@pytest.mark.parametrize(
    "body",
    ["", " \n\u00a0", "\u200f\u200b\u2066", "\u064b\u0651", "\u0640\u0640", "\u3164\u2800", "\ud83d", "\x00"],
    ids=["nothing", "white space", "invisible", "marks", "tatweel", "fillers", "lone surrogate", "control"],
)
def test_empty(body):
    assert found(rules.empty, body=body) == Finding("empty", 90)


@pytest.mark.parametrize("body", ["لا", "😀", "؟", "3", "\U0001fae8"])
def test_whatever_can_be_seen_is_not_empty(body):
    assert found(rules.empty, body=body) is None


@pytest.mark.parametrize("letters", [3001, 3100])
def test_too_long(letters):
    assert found(rules.too_long, body="ع" * letters) == Finding(
        "too_long", 30, {"letters": letters, "limit": 3000}, (Evidence("body", 3000, letters),)
    )


def test_the_longest_body_is_not_too_long():
    assert found(rules.too_long, body="ع" * 3000) is None


@pytest.mark.parametrize(
    ("count", "weight", "sentence"),
    [
        (2, 60, "في التعليق رابطان."),
        (3, 80, "في التعليق 3 روابط."),
        (10, 80, "في التعليق 10 روابط."),
        (11, 80, "في التعليق 11 رابطًا."),
        (100, 80, "في التعليق 100 رابط."),
        (101, 80, "في التعليق 101 رابط."),
        (103, 80, "في التعليق 103 روابط."),
    ],
)
def test_many_links_counts_in_arabic(count, weight, sentence):
    finding = found(rules.many_links, body="https://example.com/a " * count)

    assert (finding.weight, finding.sentence) == (weight, sentence)


def test_many_links_shows_the_links():
    body = "زوروا https://example.com/عروض، و«www.example.org» أو example.net/bonus؟"

    assert shown(found(rules.many_links, body=body), body=body) == [
        "https://example.com/عروض",
        "www.example.org",
        "example.net/bonus",
    ]


@pytest.mark.parametrize("body", ["", "لا روابط", "المصدر: https://example.com/مقال.", "بنسبة 12.5 و3.7"])
def test_one_link_is_no_matter(body):
    assert found(rules.many_links, body=body) is None


def test_watched_word_in_the_body():
    body = "مكافحة القَمـار واجب"

    assert found(rules.watched_words, body=body) == Finding(
        "watched_words",
        60,
        {"terms": [["قمار", "إعلان"]]},
        (Evidence("body", 7, 15),),
    )


@pytest.mark.parametrize(
    ("field", "text", "place"),
    [
        pytest.param("author_name", "ملك ق م ا ر", "ق م ا ر", id="name"),
        pytest.param("website", "https://قمار.example/", "قمار", id="website"),
        pytest.param(
            "website",
            "https://example.com/%D9%82%D9%85%D8%A7%D8%B1",
            "https://example.com/%D9%82%D9%85%D8%A7%D8%B1",
            id="percent-encoded website",
        ),
    ],
)
def test_watched_word_in_other_fields(field, text, place):
    finding = found(rules.watched_words, **{field: text})

    assert [evidence.field for evidence in finding.evidence] == [field]
    assert shown(finding, **{field: text}) == [place]


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (["كلب", "لص"], "وردت كلمتان من قائمة الكلمات المراقَبة: «كلب»، «لص»."),
        (["كلب", "لص", "نذل"], "وردت 3 كلمات من قائمة الكلمات المراقَبة: «كلب»، «لص»، «نذل»."),
        (
            ["كلب", "لص", "نذل", "وغد", "جبان", "تافه"],
            "وردت 6 كلمات من قائمة الكلمات المراقَبة: «كلب»، «لص»، «نذل»، «وغد»، «جبان»، وغيرها.",
        ),
    ],
)
def test_watched_words_are_counted_and_named(terms, sentence):
    history = History(watched=WordList(WatchedTerm(term, "") for term in terms))

    assert (
        found(rules.watched_words, history, body=" ثم ".join(terms)).sentence.translate(ISOLATES) == sentence
    )


def test_a_word_that_contains_a_watched_one_is_no_matter():
    assert found(rules.watched_words, body="الأقمار الصناعية ومقماره") is None


def test_a_watched_stem_is_found_with_endings():
    body = "لا تقل كلب بل كلبهم"

    finding = found(
        rules.watched_words, History(watched=WordList([WatchedTerm("كلب", "", TermKind.STEM)])), body=body
    )

    assert shown(finding, body=body) == ["كلب", "كلبهم"]


@pytest.mark.parametrize(
    "earlier",
    [
        "شكرًا على المقال، لكن هل جُرّب Mistral على العربية؟",
        "شكرا علي المقال لكن هل جرب MISTRAL علي العربيه",
        "شُكـرًا  على المقال.. لكن هل جُرّب Mistral\nعلى العربية؟! 👍",
    ],
    ids=["equal", "folded", "dressed"],
)
def test_the_same_wording_however_it_is_dressed(earlier):
    assert rules.wording(earlier) == rules.wording(DRAFT.body)


def test_duplicate():
    assert found(rules.duplicate, History(is_repeated=True)) == Finding(
        "duplicate",
        70,
        {},
        (Evidence("body", 0, len(DRAFT.body)),),
    )


def test_short_words_of_thanks_weigh_little():
    assert found(rules.duplicate, History(is_repeated=True), body="شكرًا!").weight == 20


@pytest.mark.parametrize(
    ("body", "earlier"),
    [("كتبت اليوم", "كتبت أمس"), ("😀", "😡")],
    ids=["another text", "another emoji"],
)
def test_another_wording(body, earlier):
    assert rules.wording(body) != rules.wording(earlier)


def test_no_duplicate():
    assert found(rules.duplicate, History(is_repeated=False)) is None
    assert found(rules.duplicate, History(is_repeated=True), body=" ") is None


@pytest.mark.parametrize("count", [3, 100])
def test_flood(count):
    assert found(rules.flood, History(sender_count=count)) == Finding("flood", 50, {"comments": count})


def test_two_comments_are_no_flood():
    assert found(rules.flood, History(sender_count=2)) is None


@pytest.mark.parametrize(
    ("body", "script"),
    [
        pytest.param("привет, ليلى", " وأكثرها من الكتابة السيريلية.", id="Cyrillic"),
        pytest.param("你好", " وأكثرها من الكتابة الصينية.", id="Chinese"),
        pytest.param("안녕하세요", " وأكثرها من الكتابة الكورية.", id="Korean"),
        pytest.param("ᏣᎳᎩ", "", id="a script without an Arabic name here"),
    ],
)
def test_foreign_script(body, script):
    finding = found(rules.foreign_script, body=body)

    assert (finding.weight, finding.sentence) == (
        50,
        f"معظم حروف التعليق من خارج الكتابتين العربية واللاتينية.{script}",
    )


def test_foreign_script_shows_the_foreign_words():
    body = "مرحبا привет как дела"

    assert shown(found(rules.foreign_script, body=body), body=body) == ["привет", "как", "дела"]


@pytest.mark.parametrize(
    ("body", "words", "amount"),
    [
        ("free c\u0430sino", ["c\u0430sino"], "كلمة واحدة"),
        ("c\u0430sino و p\u043eker", ["c\u0430sino", "p\u043eker"], "كلمتين"),
        ("c\u0430sino p\u043eker \u0392et", ["c\u0430sino", "p\u043eker", "\u0392et"], "3 كلمات"),
    ],
)
def test_lookalikes_within_a_word(body, words, amount):
    finding = found(rules.foreign_script, body=body)

    assert (finding.weight, finding.sentence) == (
        80,
        f"خُلطت حروف لاتينية بحروف تشبهها من كتابة أخرى في {amount}.",
    )
    assert shown(finding, body=body) == words


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("This is a whole comment in English.", id="English"),
        pytest.param("Thé à la menthe, Straße, łódź", id="Latin with marks"),
        pytest.param("کتاب پرویز ڤيديو ﷺ", id="Persian and presentation forms"),
        pytest.param("وGemini ولـOpenAI", id="Arabic prefix on Latin"),
        pytest.param("المؤلف Достоевский كاتب كبير", id="a foreign name"),
        pytest.param(r"¯\_(ツ)_/¯", id="shrug"),
        pytest.param("مستوى TNFα وNFκB بمقدار 5 μm", id="units"),
        pytest.param("😀 12 !", id="no letters"),
        pytest.param("", id="empty"),
    ],
)
def test_familiar_scripts(body):
    assert found(rules.foreign_script, body=body) is None


def test_shouting():
    body = "خبر THIS IS REALLY VERY BAD News"

    finding = found(rules.shouting, body=body)

    assert (finding.weight, finding.sentence) == (20, "الأحرف الكبيرة 86% من الأحرف اللاتينية في التعليق.")
    assert shown(finding, body=body) == ["THIS", "IS", "REALLY", "VERY", "BAD"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("GPT وMMLU وNASA وUNESCO", id="a few acronyms"),
        pytest.param("A" * 20 + "b" * 10, id="less than the share"),
        pytest.param("A" * 19, id="less than the number"),
        pytest.param("ПРИВЕТ КАК ДЕЛА ДРУЗЬЯ МОИ", id="not Latin"),
        pytest.param("", id="empty"),
    ],
)
def test_no_shouting(body):
    assert found(rules.shouting, body=body) is None


@pytest.mark.parametrize(
    ("body", "places", "what"),
    [
        pytest.param("راااائع جدا", ["راااائع"], "حروف مكرّرة للمطّ", id="Arabic"),
        pytest.param("soooo good", ["soooo"], "حروف مكرّرة للمطّ", id="Latin"),
        pytest.param("SooOo good", ["SooOo"], "حروف مكرّرة للمطّ", id="both cases"),
        pytest.param("كـــــلام", ["كـــــلام"], "حروف مكرّرة للمطّ", id="tatweel"),
        pytest.param("هاااااا", ["هاااااا"], "حروف مكرّرة للمطّ", id="stretched laughter"),
        pytest.param("لماذا؟!؟!", ["؟!؟!"], "علامات تعجّب أو استفهام مكرّرة", id="marks"),
        pytest.param(
            "لاااا!!!!",
            ["لاااا", "!!!!"],
            "حروف مكرّرة للمطّ وعلامات تعجّب أو استفهام مكرّرة",
            id="letters and marks",
        ),
    ],
)
def test_stretching(body, places, what):
    finding = found(rules.stretching, body=body)

    assert (finding.weight, finding.sentence) == (10, f"في التعليق {what}.")
    assert shown(finding, body=body) == places


@pytest.mark.parametrize(
    "body",
    [
        "ههههههههه",
        "هههههاي",
        "وهههههه",
        "خخخخخ",
        "hahahaha",
        "HHHHHH",
        "رااائع!!!",
        "10000000",
        "...............",
        "哈哈哈哈",
    ],
)
def test_laughter_and_emphasis_are_no_stretching(body):
    assert found(rules.stretching, body=body) is None


NEWSROOM = History(newsroom_names=frozenset({fold_letters("سناء الحلبي")}))


@pytest.mark.parametrize(
    "name",
    [
        *("سناء الحلبي", "سـنـاء  الحلبيّ", "الكاتبة سناء الحلبي", "سناء الحلبي (محررة)", "د.سناء الحلبي"),
        *(
            "هيئة التحرير",
            "هيئة تحرير نشرة",
            "من هيئة التحرير",
            "نائب رئيس التحرير",
            "رئيس تحرير",
            "إدارة الموقع",
        ),
        *(
            "الإدارة",
            "إدارة نشرة",
            "فريق نشرة",
            "موقع نشرة",
            "نشرة",
            "ن ش ر ة",
            "Nashra Team",
            "Admin",
            "a.d.m.i.n",
        ),
        *("أدمن", "ادمن", "الأدمن علي", "المشرف", "مشرف", "المحرر", "محرّر الصفحة", "site_admin"),
        *(
            "admin•ali",
            "Admin~Sara",
            "admin💎sara",
            "Admin@Nashra",
            "ad\u200dmin ali",
            "Site Editor",
            "editor",
        ),
        *(
            "مراسل نشرة",
            "وإدارة الموقع",
            "علي والمشرف",
            "سارة محرّرة ومشرفة",
            "مُشـــرِف التعليقات",
            "الإدارة•سارة",
        ),
    ],
)
def test_impersonation(name):
    finding = found(rules.impersonation, NEWSROOM, author_name=name)

    assert (finding.weight, shown(finding, author_name=name)) == (50, [name])


@pytest.mark.parametrize(
    "name",
    [
        "سناء",
        "الحلبي",
        "سناء محمد الحلبي",
        "نشرة الأخبار اليومية",
        "Adminton",
        "تحرير",
        "ميدان التحرير",
        "مدير",
        "علي محرم",
        *("برويز مشرف", "مشرف الشهري", "طالب إدارة أعمال", "محرر الأسرى", "مراسل صحفي", "نور إدارة"),
        *("Video Editor", "Editor Sara", "Moderator X"),
    ],
)
def test_no_impersonation(name):
    assert found(rules.impersonation, NEWSROOM, author_name=name) is None


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_evidence_is_bounded(rule):
    body = "https://a.example قمار c\u0430sino ааа SHOUTING راااائع!!!! " * 500

    finding = rule(dataclasses.replace(DRAFT, body=body), HISTORY)

    assert finding is None or len(finding.evidence) <= 3 * rules.MAX_PLACES


awkward_text = st.text(
    st.one_of(st.characters(), st.sampled_from("قمار http://.%D9<&;>!؟\u0640\u0651\u0430aA\u200c\ufdfa")),
    max_size=60,
)


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
@given(text=awkward_text, earlier=awkward_text)
def test_rules_take_any_text_and_point_into_it(rule, text, earlier):
    draft = Draft(author_name=text, website=text, body=text, honeypot=text)

    finding = rule(
        draft, History(True, 5, WordList([WatchedTerm("قمار", earlier), WatchedTerm(earlier, "")]))
    )

    assert finding is None or 1 <= finding.weight <= 100
    assert finding is None or all(0 <= place.start <= place.end <= len(text) for place in finding.evidence)


@pytest.mark.slow
@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize(
    "unit",
    [
        "ك",
        "ق م ",
        "ق.م.",
        "<a",
        "&a",
        "a1",
        "A ",
        "ه",
        "هx",
        "!",
        "http://",
        "www.",
        "a.",
        "a.b/",
        "a-",
        "\u0430",
        "%D9",
    ],
)
def test_rules_take_linear_time(rule, unit):
    text = (unit * 100_000)[:100_000]
    draft = Draft(author_name=text, website=text, body=text, honeypot="")

    with ends():
        rule(draft, History(True, 0, HISTORY.watched))

"""What has an order of its own is seen in it wherever it stands, and nothing around it moves: as UAX #9 has it.

The paragraphs name what that is with `{…}`; the order comes from python-bidi, never from the code of the site.
"""

from unicodedata import combining

import pytest

from tests import factories
from tests.mixed_paragraphs import ARABIC, ENGLISH, order, paragraphs, typed
from tests.visual_order import SEEN

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 200
# Each on one line: how a paragraph is broken into lines is not asked here.
ONE_LINE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("main * { white-space: nowrap !important }");
    document.adoptedStyleSheets.push(sheet);
}"""
HOSTILE = [
    "{OpenAI} تطلق نموذجا",
    "شراكة مع {Mistral AI}.",
    "شركة {Apple (AAPL)} ارتفعت",
    "المتعدد ({MMLU}).",
    "لغة {C++} أسرع",
    "{user99} 3 تعليقات",
    "رقم {+963 11 555-1234}: هنا",
    "الأهلي 3-2 الزمالك",
    "حرارة {-5} درجات",
    "بنسبة 12.5% زاد",
    "بنسبة ١٢٫٥٪ زاد",
    "#وسم_جديد {#AI2024}",
    "راسلنا على {info@example.com}؟",
    "زر {https://example.com/a/b}، ثم",
    "“{لو شات}“، وهو",
    "{@user} أحسنت!",
    "من 10-20 في 26/02/2024",
    "{Visual C++ 2019} جديد",
    "{print()} دالة",
    "لغات {C#}، و{F#}.",
    "منصة {.NET} ولـ{.NET} و{.NET}",
    "({C++}) و«{C#}»",
    "اتصل {+1 (202) 555-0143}.",
    "على {(02) 2299 1111} الآن",
    "نمو {+3.2%} و{−12°C}",
    "بين {-3} و{-5} درجات",
    "للكبار {18+} فقط",
    "سعره {$50} فقط",
    "مجلد {/etc/hosts} ثم {~/bin}",
    "خيار {--help} هنا",
    "في حديث أمس بـ {OpenAI}. {Le Chat} هي",
    "لقاح كوفيد-19 أو-5",
    "قاذفات ب-52 ومقاتلات ف-16",
    "في 01-02-2024 وفي 2024-02-26",
    "نماذج {OpenAI’s ChatGPT} و مايكروسوفت",
    "صدرت أمس النماذج {Claude-2}، و{Gemini-Ultra}، و{ChatGPT-4}",
    "على {Mixtral-8x7B}، وهو",
    "و{Yahoo!} أيضًا",
    "شكرا لـ{@OpenAI} و{@GoogleAI}.",
    "\u202eمقلوب {C++} هنا",
    "\u202d{OpenAI} كتب",
    "علي\u2066 ثم {C#} هنا",
    "سهم {$TSLA} يرتفع",
    "شركة {AT&T} وقسم <{script}> ثم {R&D} كما قيل",
    "النتيجة (3-2) ثم [4-1]",
]  # fmt: skip
# As they are seen on a page, and as a browser alone would show them: names keep their signs, scores follow the text.
LITERAL = [
    ("OpenAI تطلق نموذجا", "اجذومن قلطت OpenAI", "اجذومن قلطت OpenAI"),
    ("شراكة مع Mistral AI.", ".Mistral AI عم ةكارش", ".Mistral AI عم ةكارش"),
    ("شركة Apple (AAPL) ارتفعت", "تعفترا Apple (AAPL) ةكرش", "تعفترا Apple (AAPL) ةكرش"),
    ("المتعدد (MMLU).", ".)MMLU( ددعتملا", ".)MMLU( ددعتملا"),
    ("لغة C++ أسرع", "عرسأ C++ ةغل", "عرسأ ++C ةغل"),
    ("وسم #AI2024 هنا", "انه #AI2024 مسو", "انه AI2024# مسو"),
    ("رقم +963 11 555-1234 هنا", "انه +963 11 555-1234 مقر", "انه 1234-555 11 963+ مقر"),
    ("حرارة -5 درجات", "تاجرد -5 ةرارح", "تاجرد 5- ةرارح"),
    ("كتب user99 3 مرات", "تارم 3 user99 بتك", "تارم user99 3 بتك"),
    ("موقع https://example.com/أ/ب هنا", "انه https://example.com/ب/أ عقوم", "انه ب/أ/https://example.com عقوم"),
    ("الأهلي 3-2 الزمالك", "كلامزلا 2-3 يلهألا", "كلامزلا 2-3 يلهألا"),
    ("من 10-20 في 26/02/2024", "26/02/2024 يف 20-10 نم", "26/02/2024 يف 20-10 نم"),
    ("بنسبة 12.5% زاد", "داز %12.5 ةبسنب", "داز %12.5 ةبسنب"),
]  # fmt: skip
UNWRAP = (
    "() => document.querySelectorAll('.story__body bdi').forEach((bdi) => bdi.replaceWith(...bdi.childNodes))"
)
_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _body(marked):
    return "".join(f"<p>{_escaped(typed(paragraph))}</p>" for paragraph in marked)


def _seen(page, address, selector):
    page.goto(address)
    page.evaluate(ONE_LINE)
    return [_bare(text) for text in page.evaluate(SEEN, selector)]


def _expected(marked, language=ARABIC):
    return [_bare(order(paragraph.translate(_CONTROLS), language)) for paragraph in marked]


def _bare(text):
    """Without marks, which stand over their letters, and with plain spaces."""
    return "".join(char for char in text.replace("\u00a0", " ") if not combining(char)).strip()


@pytest.mark.parametrize(
    ("language", "code"), [pytest.param(ARABIC, "ar", id="Arabic"), pytest.param(ENGLISH, "en", id="English")]
)
def test_generated_paragraphs_in_the_body_of_an_article(page, language, code):
    marked = paragraphs(COUNT, seed=2026, language=language)
    article = factories.published(language=code, body=_body(marked))

    seen = _seen(page, article.get_absolute_url(), ".story__body p")

    assert len(seen) == COUNT
    assert seen == _expected(marked, language)


def test_what_a_browser_would_show_otherwise_is_isolated_and_nothing_else(page):
    article = factories.published(body=_body([text for text, _seen, _alone in LITERAL]))
    seen = _seen(page, article.get_absolute_url(), ".story__body p")
    page.evaluate(UNWRAP)

    alone = [_bare(text) for text in page.evaluate(SEEN, ".story__body p")]

    assert list(zip(seen, alone, strict=True)) == [(seen, alone) for _text, seen, alone in LITERAL]


def test_hostile_texts_in_the_body_of_an_article(page):
    article = factories.published(body=_body(HOSTILE))

    assert _seen(page, article.get_absolute_url(), ".story__body p") == _expected(HOSTILE)


def test_hostile_tags(page):
    tags = [factories.tag(typed(marked)) for marked in HOSTILE]
    article = factories.published(tags=tags)

    seen = _seen(page, article.get_absolute_url(), ".story__tags li")

    assert set(seen) ^ set(_expected(HOSTILE)) == set()


def test_hostile_headlines_and_names(page, monkeypatch):
    monkeypatch.setattr("articles.views.PAGE_SIZE", len(HOSTILE))
    tag = factories.tag()
    for text in HOSTILE:
        name = typed(text)
        factories.published(
            headline=name, kicker=name, summary=name, tags=[tag], authors=[factories.author(name)]
        )

    headlines = _seen(page, tag.get_absolute_url(), "main .card__headline")

    newest_first = _expected(HOSTILE)[::-1]
    assert headlines == newest_first
    for part in ("kicker", "card__summary", "card__authors"):
        assert [_bare(text) for text in page.evaluate(SEEN, f"main .tiles .{part}")] == newest_first


def test_hostile_texts_on_the_desk(page_of, monkeypatch):
    monkeypatch.setattr("comments.queue.PAGE_SIZE", len(HOSTILE))
    article = factories.published()
    for text in HOSTILE:
        factories.draft(headline=typed(text))
        factories.sent(article, body=typed(text), author_name=typed(text))
    page = page_of(factories.superuser())

    headlines = _seen(
        page, "/admin/articles/article/?state=draft", "#result_list .field-title bdi:not(bdi bdi)"
    )
    bodies = _seen(page, "/admin/comments/comment/", ".comment-text")
    names = page.evaluate(SEEN, ".card h2")

    assert headlines == _expected(HOSTILE)[::-1]
    assert bodies == _expected(HOSTILE)
    assert [_bare(name) for name in names] == _expected(HOSTILE)


def test_hostile_comments_and_their_names(page):
    article = factories.published()
    for text in HOSTILE:
        factories.approved(article, body=typed(text), author_name=typed(text))

    address = article.get_absolute_url() + "?order=oldest"

    assert _seen(page, address, ".comment__body p") == _expected(HOSTILE)
    assert _seen(page, address, ".comment__name") == _expected(HOSTILE)

"""What readers write, as the browser shows it: which way it runs, what becomes a link, and what is sent to deceive."""

from pathlib import Path
from unicodedata import combining

import pytest
from django.db import connection

from comments.models import Comment
from tests import factories
from tests.article_form import change
from tests.visual_order import SEEN

pytestmark = pytest.mark.django_db(transaction=True)

# What is written, how it is seen from left to right, and which way the browser alone would have it run: by the first
# letter.
RUNS = [
    ("This is great!", "This is great!", "ltr"),
    ("أحسنت يا OpenAI!", "!OpenAI اي تنسحأ", "rtl"),
    ("OpenAI تستحق هذا.", ".اذه قحتست OpenAI", "ltr"),
    ("@user أحسنت!", "!تنسحأ @user", "ltr"),
    ("https://example.org/a شكرًا.", ".اركش https://example.org/a", "ltr"),
    ("info@example.org شكرًا.", ".اركش info@example.org", "ltr"),
    ("محمد Salah is the best!", "دمحم Salah is the best!", "rtl"),
    ("123 !!!", "!!! 123", "ltr"),
    ("!?", "?!", "ltr"),
    ("5-0 :)", "): 5-0", "ltr"),
]
LABELLED = Path(__file__).with_name("comment_directions.txt")
# What is written, and the text and the address of each link in it.
LINKS = [
    ("انظر https://example.com/مقال/جديد، ثم عد", [("https://example.com/مقال/جديد", "https://example.com/مقال/جديد")]),
    ("انظر https://example.com/a؛ ثم", [("https://example.com/a", "https://example.com/a")]),
    ("أرأيت https://example.com/a؟", [("https://example.com/a", "https://example.com/a")]),
    ("في «https://example.com/a» كل شيء", [("https://example.com/a", "https://example.com/a")]),
    ("في “https://example.com/a” كل شيء", [("https://example.com/a", "https://example.com/a")]),
    ("وهكذا https://example.com/a…", [("https://example.com/a", "https://example.com/a")]),
    ("(https://example.com/a_(b))", [("https://example.com/a_(b)", "https://example.com/a_(b)")]),
    ("راسلنا على info@example.com؟", [("info@example.com", "mailto:info@example.com")]),
    ("زر www.example.com/?b=2&c.", [("www.example.com/?b=2&c", "https://www.example.com/?b=2&c")]),
    ("على https://example.com\u200f، نعم", [("https://example.com", "https://example.com")]),
    ("https://exa\u200fmple.com مخادع", []),
    ("javascript:alert(1) و//example.com", []),
    ("من OpenAI.com و12.5", []),
]  # fmt: skip
# What is typed, and what is left of it.
DECEIVING = {
    "\u202enimda": "nimda",
    "\u202dعلي كتب": "علي كتب",
    "علي\u2066": "علي",
    "\u2067علي\u2069 عمر": "علي عمر",
    "عل\u200bي\u2060 عم\u00adر\ufeff": "علي عمر",
    "ســـبـــام": "سـبـام",
    "\u0627\u0653خر": "آخر",
    "می\u200cخواهم": "می\u200cخواهم",
    "a\u200cb ع\u200c": "ab ع",
    "ﻣﺤﻤﺪ": "ﻣﺤﻤﺪ",
    "مُحَمَّدٌ": "مُحَمَّدٌ",
    "ع\u0651\u0651\u064e\u064e\u0652\u0650\u0653\u0655": "ع\u064e\u0650\u0651",
    "👨\u200d👩\u200d👧 رائع": "👨\u200d👩\u200d👧 رائع",
    "کتاب گلنار": "کتاب گلنار",
    "\U000e0041\U000e0042علي": "علي",
    "علي\u3164\uffa0": "علي",
    "عل\u0000ي": "علي",
    "عل\ud83dي": "عل\ufffdي",
    "C++ علي": "C++ علي",
}
NO_WEBSITE = "هذا ليس عنوان موقع صحيحًا. يُكتب هكذا: https://example.com أو اترك الحقل فارغًا."
# A field, what is typed into it, and what the form says.
REFUSED = [
    ("website", "https://example.org/\u202egpj.exe", NO_WEBSITE),
    ("website", "https://exam\u200bple.org/", NO_WEBSITE),
    ("email", "ليلى@", "هذا ليس بريدًا إلكترونيًّا صحيحًا. يُكتب هكذا: name@example.com"),
]
SEND = """async ([form, typed]) => {
    const fields = new FormData(document.querySelector(form));
    fields.set("author_name", typed);
    // One address is allowed few comments at once.
    fields.set("email", `${crypto.randomUUID()}@example.org`);
    fields.set("body", `نصّ ${typed} نصّ`);
    const {action} = document.querySelector(form);
    const response = await fetch(action, {method: "POST", body: new URLSearchParams(fields)});
    const receipt = new DOMParser().parseFromString(await response.text(), "text/html");
    return ["dd", ".receipt__text p"].map((part) => receipt.querySelector(part)?.textContent);
}"""
ALONE = """all => all.map((body) => {
    Object.assign(body, {dir: "auto", textContent: body.textContent});
    return getComputedStyle(body).direction;
})"""
FORM = "form[data-article]"


@pytest.fixture
def article():
    return factories.published()


def _without_marks(text):
    return "".join(char for char in text if not combining(char))


def test_a_comment_runs_as_most_of_what_its_writer_said(page, article):
    for text, _seen, _alone in RUNS:
        factories.approved(article, body=text)

    page.goto(article.get_absolute_url())

    shown = page.evaluate(SEEN, ".comment__body p")
    assert [_without_marks(text) for text in shown] == [seen for _text, seen, _alone in RUNS]
    alone = page.locator(".comment__body").evaluate_all(ALONE)
    assert alone == [alone for _text, _seen, alone in RUNS]


def test_comments_run_as_a_person_who_reads_them_says(page, article, monkeypatch):
    told = [line.split(" ", 1) for line in LABELLED.read_text().splitlines() if not line.startswith("#")]
    monkeypatch.setattr("comments.threads.COMMENTS_PER_PAGE", len(told))
    for _direction, text in told:
        factories.approved(article, body=text)

    page.goto(article.get_absolute_url())

    shown = page.locator(".comment__body").evaluate_all(
        "all => all.map((body) => getComputedStyle(body).direction)"
    )
    alone = page.locator(".comment__body").evaluate_all(ALONE)
    missed, missed_alone = (
        [text for (direction, text), run in zip(told, runs, strict=True) if run != direction]
        for runs in (shown, alone)
    )
    assert len(told) == 200
    assert len(missed) <= 2, missed
    # By the first letter alone more than half would stand wrong.
    assert len(missed_alone) > 100


def test_addresses_in_a_comment_become_links_that_end_where_they_end(page, article):
    for text, _links in LINKS:
        factories.approved(article, body=text)

    page.goto(article.get_absolute_url())

    bodies = page.locator(".comment__body p")
    assert bodies.all_text_contents() == [text for text, _links in LINKS]
    links = bodies.evaluate_all(
        "all => all.map((body) => [...body.querySelectorAll('a')].map((a) => [a.textContent, a.getAttribute('href')]))"
    )
    assert links == [[[*link] for link in links] for _text, links in LINKS]


def test_what_is_typed_to_deceive_is_kept_as_it_is_seen(page, article):
    page.goto(article.get_absolute_url())

    kept = {typed: page.evaluate(SEND, [FORM, typed]) for typed in DECEIVING}

    assert kept == {typed: [left, f"نصّ {left} نصّ"] for typed, left in DECEIVING.items()}


def test_a_name_that_shows_another_is_shown_as_it_is_written(page, article):
    factories.approved(article)
    # Older than the rules of its fields.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE comments_comment SET author_name = %s, author_direction = 'ltr', body = %s",
            ["\u202enimda", "\u202dعلي\u2066 كتب"],
        )

    page.goto(article.get_absolute_url())

    assert page.evaluate(SEEN, ".comment__name, .comment__body p") == ["nimda", "بتك يلع"]


def test_an_address_that_hides_something_is_refused_in_words_and_all_that_was_typed_stays(page, article):
    filled = {"author_name": "ليلى", "email": "leila@example.org", "website": "", "body": "نصّ عن C++."}
    page.goto(article.get_absolute_url())

    shown = []
    for field, typed, _said in REFUSED:
        for name, value in (filled | {field: typed}).items():
            page.fill(f"{FORM} [name={name}]", value)
        with page.expect_response("**/comments/article/**"):
            page.click(f"{FORM} [type=submit]")
        page.wait_for_selector("[data-error-summary]")
        kept = {name: page.input_value(f"{FORM} [name={name}]") for name in filled}
        shown.append((kept == filled | {field: typed}, page.locator(".field__error").all_inner_texts()))
        page.evaluate("document.querySelector('[data-error-summary]').remove()")

    assert shown == [(True, [said]) for _field, _typed, said in REFUSED]
    assert not Comment.objects.exists()


def test_addresses_in_arabic_letters_and_with_copied_marks_are_taken(page, article):
    page.goto(article.get_absolute_url())
    page.fill(f"{FORM} [name=author_name]", "سارة")
    page.fill(f"{FORM} [name=email]", "سارة@مثال.com")
    page.fill(f"{FORM} [name=website]", "\u200eexample.org/مدونة\u200f")
    page.fill(f"{FORM} [name=body]", "نصّ")

    page.click(f"{FORM} [type=submit]")

    page.wait_for_selector("[data-receipt]")
    assert Comment.objects.get().website == "https://example.org/مدونة"


def test_the_desk_refuses_a_source_whose_address_hides_something(page_of, article):
    typed = "https://example.org/\u202egpj.exe"
    page = page_of(factories.staff(factories.EDITORS))
    page.goto(change(article))
    page.wait_for_selector(".prose-menubar button")
    page.eval_on_selector_all("details", "all => all.forEach((one) => one.open = true)")
    page.fill("[name=source_url]", typed)

    page.click(".submit-row [name=_continue]")

    page.wait_for_selector("#invalid-fields")
    said = page.locator("#invalid-fields li").all_inner_texts()
    assert said == ["رابط المصدر: اكتب عنوان ويب كاملًا يبدأ بـ \u2066https://\u2069."]
    assert page.input_value("[name=source_url]") == typed

import random
import subprocess
import sys
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.likeness import (
    LINK_KEYS,
    LONG_SHINGLES,
    TEXT_KEYS,
    TEXT_RESEMBLANCE,
    Candidate,
    Judgement,
    Sketch,
    judge,
    resemblance,
)
from tests.comment_waves import CANDIDATES_PER_KEY, HEADLINE, Desk, genuine, sketch, spam

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LONG = "هذا الكاتب يقبض من الخارج ليشوه صورة بلدنا وعلى الصحيفة أن تعتذر للشعب كله"
OTHER = "زرت المستشفى الجديد أمس فوجدت نصفه مغلقا والطبيب الوحيد في إجازة منذ أسبوعين"
DAY = timedelta(days=1)


def _judged(new, earlier, ago=timedelta(minutes=1)):
    """Judge a comment after others, numbered from 0; each is (body, website, network)."""
    return judge(sketch(*new), [Candidate(number, sketch(*one), ago) for number, one in enumerate(earlier)])


@pytest.fixture(scope="module", params=[1, 2])
def morning(request):
    """A desk after 5,000 spam comments and 900 honest ones in one day; the numbers of either."""
    source = random.Random(request.param)
    comments = [(True, comment) for comment in spam(request.param, 5_000)]
    comments += [(False, comment) for comment in genuine(request.param)]
    source.shuffle(comments)
    desk, numbers = Desk(), {True: [], False: []}
    for second, (is_spam, comment) in zip(
        sorted(source.sample(range(86_400), len(comments))), comments, strict=True
    ):
        stored = sketch(*comment, quotable=(HEADLINE,)).to_bytes()
        received = Sketch.from_bytes(stored, network=comment[2])
        numbers[is_spam].append(desk.receive(received, timedelta(seconds=second)))
    return desk, numbers[True], numbers[False]


@pytest.mark.slow
def test_five_thousand_spam_comments_take_a_few_cards(morning):
    desk, spam_numbers, _ = morning

    assert desk.cards(spam_numbers) <= 20


@pytest.mark.slow
def test_no_honest_comment_is_swept_with_them(morning):
    desk, _, honest_numbers = morning

    assert len(honest_numbers) == 900
    assert desk.swept(honest_numbers) == []


@pytest.mark.slow
def test_a_comment_is_compared_with_a_few_however_long_the_wave(morning):
    desk, _, _ = morning

    assert max(len(wave.members) for wave in desk.waves) > 800
    assert desk.most_looked_at <= CANDIDATES_PER_KEY * (TEXT_KEYS + LINK_KEYS)


def test_honest_comments_are_of_more_than_500_texts():
    assert len({body for body, _, _ in genuine(1)}) > 500


def test_third_of_a_kind_pulls_the_first_two_in():
    desk = Desk()

    for number, greeting in enumerate(("", "يا شباب ", "اسمعوا مني ")):
        desk.receive(sketch(greeting + LONG, "", f"network {number}"), timedelta(hours=number))

    assert [wave.members for wave in desk.waves] == [{0, 1, 2}]


def test_two_of_a_kind_are_no_wave():
    assert _judged((LONG, "", "a"), [(LONG, "", "b"), (OTHER, "", "c")]) == Judgement(None, ())


def test_a_wave_takes_in_comments_that_had_none():
    straggler = Candidate(7, sketch(f"{LONG} يا ناس", "", "b"), DAY)
    founder = Candidate(1, sketch(LONG, "", "a"), DAY, wave=3)

    assert judge(sketch(LONG, "", "c"), [straggler, founder]) == Judgement(3, (7,))


def test_the_nearest_of_several_waves_is_joined():
    far = Candidate(1, sketch(f"{LONG} وهذا كلام آخر كليا", "", "a"), DAY, wave=9)
    near = Candidate(2, sketch(f"{LONG} يا ناس", "", "b"), DAY, wave=3)

    assert judge(sketch(LONG, "", "c"), [far, near]) == Judgement(3, ())


def test_the_same_network_alone_tells_nothing():
    bodies = (
        OTHER,
        "ابني تخرّج مهندسا ولا يزال بلا وظيفة والوزارة صامتة",
        "المدرب يصرّ على لاعبين تجاوزوا الثلاثين",
    )

    assert _judged((LONG, "", "a"), [(body, "", "a") for body in bodies * 3]) == Judgement(None, ())


@pytest.mark.parametrize(
    "dressed",
    [
        pytest.param(LONG.replace("ا", "اَ").replace("ل", "لّ"), id="tashkeel"),
        pytest.param(LONG.replace("ي", "يـــ"), id="tatweel"),
        pytest.param(LONG.replace("ي", "ييييي"), id="stretched letters"),
        pytest.param(LONG.replace("ك", "ک").replace("ي", "ی").replace("ه", "ہ"), id="look-alikes"),
        pytest.param(LONG.replace("ب", "\ufe91").replace("ل", "\ufedf"), id="presentation forms"),
        pytest.param(LONG.replace("ن", "ن\u200b").replace("ر", "\u202eر"), id="invisible characters"),
        pytest.param(LONG.replace(" ", "..."), id="dots for spaces"),
        pytest.param(" ".join(LONG), id="letters apart"),
        pytest.param(LONG.replace(" ", " 🔥 12 "), id="emoji and digits"),
        pytest.param(f"@someone {LONG} someone@example.com @آخر", id="mentions and addresses"),
        pytest.param(f"«{LONG}»!!؟", id="punctuation"),
    ],
)
def test_dress_changes_no_shingle(dressed):
    assert sketch(dressed, "", "a") == sketch(LONG, "", "a")


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param(LONG.replace("يقبض من الخارج", "من الخارج يقبض"), id="words swapped"),
        pytest.param(f"أيها الأعزاء صباح الورد {LONG} ولا تسكتوا", id="something before and after"),
        pytest.param(LONG.replace("بلدنا", "وطننا").replace("الصحيفة", "الجريدة"), id="synonyms"),
        pytest.param(LONG.replace("ح", "7").replace("ع", "3"), id="digits for letters"),
    ],
)
def test_variants_are_alike(variant):
    likeness = resemblance(sketch(variant, "", "a"), sketch(LONG, "", "b"))

    assert TEXT_RESEMBLANCE <= likeness < 1


@pytest.mark.parametrize(
    "body",
    [
        "شكرًا",
        "أحسنت",
        "👏👏👏",
        "الصبر مفتاح الفرج",
        HEADLINE,
        f"«{HEADLINE}» عجيب",
        "قال تعالى ﴿ومن يتّق الله يجعل له مخرجًا ويرزقه من حيث لا يحتسب﴾",
        "رحمه الله وأسكنه فسيح جنّاته وألهم أهله وذويه الصبر والسلوان، إنا لله وإنا إليه راجعون",
    ],
)
def test_what_many_readers_say_is_no_wave(body):
    new, *earlier = (sketch(body, "", f"network {number}", quotable=(HEADLINE,)) for number in range(50))
    candidates = [Candidate(number, one, timedelta(0)) for number, one in enumerate(earlier)]

    assert not set(new.keys) & {key for one in earlier for key in one.keys}
    assert judge(new, candidates) == Judgement(None, ())


def test_readers_who_quote_the_same_comment_are_not_alike():
    replies = (f"«{LONG}» من أين لك هذا", f"تقول «{LONG}» وأنا أعرفه شخصيا", f"{LONG}؟ عيب")
    new, *earlier = (
        sketch(body, "", f"network {at}", quotable=(HEADLINE, LONG)) for at, body in enumerate(replies)
    )

    assert judge(new, [Candidate(at, one, DAY) for at, one in enumerate(earlier)]) == Judgement(None, ())


def test_a_greeting_in_set_words_makes_texts_no_more_alike():
    greeting = "السلام عليكم ورحمة الله وبركاته بسم الله الرحمن الرحيم"

    likeness = resemblance(sketch(f"{greeting} {LONG}", "", "a"), sketch(f"{greeting} {OTHER}", "", "b"))

    assert likeness < 0.1


@pytest.mark.parametrize(
    ("count", "network", "ago", "swept"),
    [
        pytest.param(4, "a", timedelta(minutes=10), 4, id="five of one network in ten minutes"),
        pytest.param(3, "a", timedelta(minutes=10), 0, id="four of them"),
        pytest.param(4, "a", timedelta(minutes=11), 0, id="over a longer time"),
        pytest.param(4, "b", timedelta(minutes=1), 0, id="of another network"),
    ],
)
@pytest.mark.parametrize("body", ["شكرًا لكم", "👍👍", "إنا لله وإنا إليه راجعون"])
def test_short_ones_are_a_wave_in_a_burst(body, count, network, ago, swept):
    assert len(_judged((body, "", "a"), [(body, "", network)] * count, ago).others) == swept


ALIKE_IN_PART = (
    "متجرنا يقدم ساعات أصلية بأسعار مناسبة لكل بيت في المدينة",
    "متجرنا يقدم ساعات أصلية ومفاجآت كثيرة تنتظر زبائن الأسبوع",
    "متجرنا يقدم ساعات أصلية لمن يبحث عن الجودة وسط التقليد",
)


@pytest.mark.parametrize(
    ("links", "swept"),
    [
        pytest.param(
            ("https://saat.shop/a1", "http://www.saat.shop/b?2", "go.saat.shop/c"), 2, id="one host"
        ),
        pytest.param(
            ("https://saat.shop/a1", "https://other.shop/a1", "https://third.shop/a1"), 0, id="three"
        ),
        pytest.param(("https://a.com.sa", "https://b.com.sa", "https://c.com.sa"), 0, id="one country"),
        pytest.param(("https://youtu.be/a", "https://youtu.be/b", "https://youtu.be/c"), 0, id="a platform"),
        pytest.param(("https://nashra.example/1",) * 3, 0, id="our own"),
        pytest.param(("", "", ""), 0, id="none"),
    ],
)
def test_a_shared_host_makes_up_for_likeness(links, swept):
    new, *earlier = (
        sketch(f"{text} {link}", "", f"network {at}", ignored_hosts=["www.nashra.example"])
        for at, (text, link) in enumerate(zip(ALIKE_IN_PART, links, strict=True))
    )

    assert len(judge(new, [Candidate(at, one, DAY) for at, one in enumerate(earlier)]).others) == swept


@pytest.mark.parametrize(("count", "swept"), [(3, 0), (4, 4)])
def test_short_texts_with_a_shared_host_are_a_wave_when_many(count, swept):
    new, *earlier = ((f"المصدر https://khabar.example/{at}", "", f"network {at}") for at in range(count + 1))

    assert len(_judged(new, earlier, DAY).others) == swept


def test_a_regular_who_has_a_site_may_repeat_himself():
    new, *earlier = ((body, "https://blog.example/", "a") for body in ALIKE_IN_PART * 2)

    assert _judged(new, earlier[1:2] + earlier[3:4], DAY) == Judgement(None, ())


def test_the_writers_site_counts_as_a_link():
    new, *earlier = ((text, "https://saat.shop/", f"network {at}") for at, text in enumerate(ALIKE_IN_PART))

    assert _judged(new, earlier, DAY) == Judgement(None, (0, 1))


@pytest.mark.parametrize(
    ("website", "link", "ago", "others"),
    [
        pytest.param("", "https://saat.shop/x", timedelta(minutes=5), (0, 1), id="one network, one host"),
        pytest.param("", "https://saat.shop/x", DAY, (), id="over a longer time"),
        pytest.param("https://saat.shop/", "", timedelta(minutes=5), (), id="a regular who has a site"),
    ],
)
def test_a_shared_host_of_one_network_needs_no_likeness(website, link, ago, others):
    bodies = (LONG, OTHER, "المنتخب لعب بلا خطة")
    new, *earlier = ((f"{body} {link}", website, "a") for body in bodies)

    assert _judged(new, earlier, ago) == Judgement(None, others)


@pytest.mark.parametrize(
    ("body", "website"),
    [
        ("", ""),
        ("👍", ""),
        (LONG, ""),
        (f"{LONG} https://saat.shop", "https://blog.example/"),
        (HEADLINE * 40, ""),
    ],
)
def test_a_sketch_survives_storage(body, website):
    kept = sketch(body, website, "a")

    assert Sketch.from_bytes(kept.to_bytes(), network="a") == kept


@pytest.mark.slow
def test_who_does_not_know_the_key_cannot_choose_what_a_comment_is_known_by():
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    words = ["".join(word) for word in product(letters, repeat=4)][::40]
    random.Random(1).shuffle(words)
    guess = b"guess"

    def smallest(sample):
        return sorted(sample, key=lambda word: sketch(word, "", "", key=guess).shingles[0])[:TEXT_KEYS]

    dressed = [f"{LONG} {' '.join(smallest(sample))}" for sample in (words[:6_000], words[6_000:12_000])]
    one, other = (set(sketch(text, "", "", key=guess).keys) for text in dressed)
    assert one.isdisjoint(other)

    one, other = (set(sketch(text, "", "").keys) for text in dressed)
    assert one & other


@pytest.mark.slow
def test_keys_are_the_same_in_every_process():
    program = (
        f"from tests.comment_waves import sketch; print(sketch({LONG!r}, 'https://saat.shop', 'a').keys)"
    )

    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=BASE_DIR,
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert printed == {f"{sketch(LONG, 'https://saat.shop', 'a').keys}\n"}


def test_long_texts_are_compared_by_a_part_that_stands_for_the_whole():
    source = random.Random(1)
    words = ["".join(source.choices("ابتثجحخدرسصطعفقكلمنهوي", k=6)) for _ in range(600)]
    # 500 words each, 400 of them shared: two thirds of all shingles.
    one, other = sketch(" ".join(words[:500]), "", "a"), sketch(" ".join(words[100:]), "", "b")

    assert one.size > 2_000
    assert resemblance(one, other) == pytest.approx(2 / 3, abs=0.1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("\ufdfa" * 5_000, id="ligatures of eighteen letters"),
        pytest.param("".join(map(chr, range(0x4E00, 0x4E00 + 5_000))), id="never the same letter"),
        pytest.param("\u0301\u0316" * 2_500, id="marks alone"),
        pytest.param("http://" * 700, id="schemes alone"),
        pytest.param("a." * 2_500, id="dots"),
        pytest.param("@" * 5_000, id="at signs"),
        pytest.param("<" * 5_000, id="angle brackets"),
        pytest.param(" ".join(f"https://h{at}.example/" for at in range(240)), id="hosts"),
    ],
)
def test_a_hostile_text_takes_no_more_room(body):
    made = sketch(body, "", "a")

    assert len(made.to_bytes()) <= 2_100
    assert len(made.keys) <= TEXT_KEYS + LINK_KEYS


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_is_like_itself(body, website):
    made = sketch(body, website, "a")

    assert all(-(2**63) <= key < 2**63 for key in made.keys)
    assert resemblance(made, made) == (1 if made.shingles else 0)
    assert judge(made, [Candidate(1, made, DAY)]) == Judgement(None, ())


def test_templates_are_long_enough_to_be_told_by_their_text():
    assert min(sketch(*comment).size for comment in spam(1, 600)) >= LONG_SHINGLES

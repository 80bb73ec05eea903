"""Lines of a share card as Chromium shows the same words, cut at the same places: in which order the characters stand,
and where the ink of each is."""

import io
from base64 import b64encode
from html import escape
from unicodedata import combining

import pytest
from PIL import Image as Picture
from PIL import ImageChops, ImageDraw

from newsroom.sharecards.typesetting import BOLD, FONT, Setting
from newsroom.text import bidi
from tests.visual_order import SEEN

SIZE = 60
HEADLINES = [
    "OpenAI’s ChatGPT يتفوق على Mixtral-8x7B في اختبارات C++ العربية",
    "شركة Apple (AAPL) ارتفعت بنسبة 12.5% بعد إعلان iPhone 15 Pro",
    "الأهلي 3-2 الزمالك في نهائي «كأس السوبر» على ملعب Wembley",
    "ميزانية أعوام 2024-2025 و2026-2027 ترتفع إلى 1,234.5 مليار",
    "ميزانية تمتد طوال أعوام 2024-2025 كما قالت The New York Times أمس",
    "صدرت أمس النماذج Claude-2، وGemini-Ultra، وChatGPT-4",
    "منصة .NET ولغتا C# وF# في تقرير (Stack Overflow) الجديد",
    "حرارة -5 درجات في دمشق و+12 في بيروت يوم 26/02/2024",
    "الاتصال على +963 11 555-1234 أو عبر info@example.com فقط",
    "وسم #AI2024 يتصدر منصة X بعد مؤتمر @OpenAI في São Paulo",
    "بنسبة ١٢٫٥٪ زاد استخدام GPT-4o mini في المدارس العربية",
    "جامعة Al-Quds تمنح Yahoo! وAT&T جائزة (R&D) للعام 2023",
    "قراءة في كتاب «A Brief History of Time» لستيفن هوكينغ",
    "مُحَمَّد صلاح (Mo Salah) يسجل هدفين في مرمى Man United",
    "من 10-20 في المئة: هل ترفع HTTP/2 سرعة مواقع Node.js؟",
    "كوفيد-19: لقاح Pfizer-BioNTech أفضل بـ30% من Sinovac",
    "سهم $TSLA يهبط 7% وTesla ترد: «نموذج Model Y قادم»",
    "دليل USB-C وWi-Fi 6E وBluetooth 5.3 لمن يشتري هاتفًا",
    "رؤية 2030: «نيوم» تتعاقد مع Siemens & Bosch (ألمانيا)",
    "[تحديث] تعطل WhatsApp وInstagram — وMeta: «نعمل على الحل»",
]  # fmt: skip


@pytest.fixture(scope="module")
def sheet(browser):
    """A page that shows each headline in the lines that a card has, in the font of the card."""
    setting = Setting("rtl", "ar", SIZE, BOLD)
    lines = [setting.lines(headline, 1072) for headline in HEADLINES]
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    shown = "".join(
        f"<h1>{_held_together(headline, set_)}</h1>" for headline, set_ in zip(HEADLINES, lines, strict=True)
    )
    page.set_content(
        f"""<!doctype html><html lang="ar" dir="rtl"><style>
        @font-face {{ font-family: Card; font-weight: 400 900;
            src: url(data:font/woff2;base64,{b64encode(FONT.read_bytes()).decode()}) }}
        body {{ margin: 0; background: #fff; color: #000 }}
        h1 {{ font: {BOLD} {SIZE}px/100px Card; margin: 0 20px; width: 1px; direction: rtl }}
        span {{ white-space: nowrap }}
        </style>{shown}"""
    )
    page.evaluate("document.fonts.ready")
    yield page, lines
    page.close()


def _held_together(headline, lines):
    """Each line in an element that is not broken; spaces between them are all that is left to break at. An element of
    that kind is nothing to the bidirectional algorithm."""
    isolated = bidi.isolate_runs(headline, "rtl")
    held, at = [], 0
    for length in [sum(len(run.text) for run in line.runs) for line in lines]:
        begin, left = at, length
        while left or (at < len(isolated) and isolated[at] == "\u2069"):
            left -= isolated[at] not in "\u2066\u2067\u2069"
            at += 1
        held.append(f"<span>{escape(isolated[begin:at])}</span>")
        # The space at which the line ends.
        at += 1
    return " ".join(held)


def _order(line):
    return "".join(run.text if run.direction == "ltr" else run.text[::-1] for run in line.runs)


def _bare(text):
    return "".join(char for char in text if char not in " \u2066\u2067\u2069" and not combining(char))


def test_characters_stand_in_the_order_of_the_browser(sheet):
    page, lines = sheet

    seen = page.evaluate(SEEN, "h1")

    assert sum(map(len, lines)) > 1.5 * len(HEADLINES)
    assert [_bare(text) for text in seen] == [_bare("".join(map(_order, found))) for found in lines]


def test_their_ink_lies_where_that_of_the_browser_does(sheet):
    page, lines = sheet
    setting = Setting("rtl", "ar", SIZE, BOLD)

    shots = [span.screenshot() for span in page.query_selector_all("span")]
    alike = []
    for shot, line in zip(shots, [line for found in lines for line in found], strict=True):
        theirs = Picture.open(io.BytesIO(shot)).convert("L")
        # Pillow has whole pixels between letters, a browser parts of them: a line is half a percent shorter.
        assert abs(theirs.width - line.width) < 0.015 * theirs.width
        ours = _drawn(setting, line, theirs.height).resize(theirs.size)
        alike.append(max(_likeness(theirs, ImageChops.offset(ours, 0, lower)) for lower in range(-3, 4)))

    # With two runs of each line exchanged some are at 0.3 to 0.6.
    assert min(alike) > 0.75


def _drawn(setting, line, height):
    ascent, descent = setting.font.getmetrics()
    ours = Picture.new("L", (round(line.width), height), "white")
    setting.draw(ImageDraw.Draw(ours), line, 0, (height - ascent - descent) / 2 + ascent, "black")
    return ours


def _likeness(one, other):
    """How much of the ink of both is in one place, of all that there is of the one with more."""
    inks = [ImageChops.invert(picture) for picture in (one, other)]
    weights = [sum(value * count for value, count in enumerate(ink.histogram())) for ink in inks]
    shared = ImageChops.darker(*inks)
    return sum(value * count for value, count in enumerate(shared.histogram())) / max(weights)

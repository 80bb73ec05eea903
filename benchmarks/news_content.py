"""Arabic news for measurements, the same bytes on every machine: JSON lines of sections, articles and comments.

    python benchmarks/news_content.py --articles 1000 --comments 20 --hot 500 --pending 10000 --out news.jsonl

The lines are what `manage.py load_content` reads. Texts are drawn from the demo's seed article and names of its trade,
so that Latin names stand in Arabic sentences everywhere. The first article is the seed article itself, the newest one,
and has `--hot` comments, every other one `--comments`; a third of them answer another, three levels deep at most. All
approved comments come first, those that wait after them.

Other systems are measured with the same lines: nothing here may change without them.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, TypeVar

SEED = Path(__file__).resolve().parent.parent / "newsroom" / "demo" / "seed-article.txt"
TITLE, *PARAGRAPHS = [line for line in SEED.read_text("utf-8").split("\n") if line.strip()][:8]
LINKED = (
    "أعلن شراكة جديدة", "بدء التشغيل الفرنسية", "OpenAI’s ChatGPT", "ميسترال كبير", "لوحة المتصدرين",
    "التحليل الاصطناعي", "استثمرت 13 مليار دولار", "لفتت العلاقة انتباه المنظمين",
)  # fmt: skip
SENTENCES = [f"{sentence.strip(' .')}." for paragraph in PARAGRAPHS for sentence in paragraph.split(". ")]
NAMES = (
    "OpenAI", "ChatGPT", "GPT-4", "Mistral AI", "Mixtral-8x7B", "Le Chat", "Mistral Large", "Mistral Small",
    "Claude-2", "Gemini-Ultra", "Microsoft Azure", "Sam Altman", "MMLU", "le Chat Enterprise",
    "ChatGPT Enterprise", "Satya Nadella", "Elon Musk", "C++20", "Wi-Fi 7", "HTTP/3", "GitHub", "PyTorch",
)  # fmt: skip
TITLES = (
    "انتقل إلى {a}، {b} لديها شركة ناشئة جديدة محببة",
    "{a} تعلن شراكة جديدة مع {b} يوم الاثنين",
    "نماذج {a} الجديدة تتفوق في الأداء على {b}",
    "لماذا أغلقت {a} نماذجها قبل أن تتعاون مع {b}؟",
    "{a} تطلق واجهة دردشة مبنية على أعلى نماذج {b}",
    "استثمار {a} في {b} بمثابة تحوط ضد المنافسين",
    "مجتمع الذكاء الاصطناعي مفتوح المصدر بين {a} و{b}",
    "العلاقة بين {a} و{b} تلفت انتباه المنظمين",
)
HEADINGS = (
    "ما الذي تغير مع {a}",
    "نماذج ميسترال الجديدة و{a}",
    "الذكاء الاصطناعي للشركات الأوروبية",
    "المصدر المفتوح أم الملكية الخاصة؟",
    "انتقادات من مجتمع المصادر المفتوحة",
    "{a} في مواجهة {b}",
)
SECTIONS = {
    "الذكاء-الاصطناعي": "الذكاء الاصطناعي",
    "شركات-ناشئة": "شركات ناشئة",
    "تكنولوجيا": "تكنولوجيا",
    "أعمال": "أعمال",
    "سحابة": "خدمات سحابية",
    "آراء": "آراء",
}
AUTHORS = ("ليلى حسن", "عمر الخطيب", "سارة منصور", "يوسف إبراهيم", "نور العلي", "Karim Haddad")
TAGS = (
    "مايكروسوفت", "ميسترال", "OpenAI", "ChatGPT", "نماذج اللغة", "مفتوح المصدر", "Azure", "استثمار", "تنظيم",
    "Mixtral-8x7B", "دردشة", "أوروبا",
)  # fmt: skip
FIRST_NAMES = (
    "أحمد", "محمد", "فاطمة", "عائشة", "خالد", "مريم", "يوسف", "هدى", "سلمى", "طارق", "رنا", "بلال", "Omar",
    "Nadia", "Sami",
)  # fmt: skip
LAST_NAMES = (
    "الحسيني", "العمري", "منصور", "خليل", "السيد", "حداد", "الشريف", "إسماعيل", "بن علي", "K.", "Haddad", "٢٠٢٤",
)  # fmt: skip
REMARKS = (
    "شكرًا على المقال.",
    "تحليل ممتاز، بارك الله فيكم!",
    "لا أتفق مع ما ورد عن {a}.",
    "هل جربتم {a} بعد؟ أظن أن {b} أفضل.",
    "سؤال: متى تتوفر نماذج {a} بالعربية؟",
    "أين المصدر؟ لم أجد شيئًا عن {a} في موقع {b}.",
    "“{a}” ليس بديلًا عن {b}.",
)
NEWEST = datetime(2024, 2, 27, 9, 0, tzinfo=UTC)
DEEPEST = 2

Item = dict[str, Any]
T = TypeVar("T")


class Chance:
    """Draws by `random()` alone, whose numbers are the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed).random  # noqa: S311 - the same bytes every time

    def below(self, limit: int) -> int:
        return int(self.draw() * limit)

    def one(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def filled(self, text: str) -> str:
        """The text with two different names for {a} and {b}."""
        first = self.below(len(NAMES))
        second = (first + 1 + self.below(len(NAMES) - 1)) % len(NAMES)
        return text.replace("{a}", NAMES[first]).replace("{b}", NAMES[second])


def items(articles: int, comments: int, hot: int, pending: int, seed: int = 2024) -> Iterator[Item]:
    """All lines as objects. Memory grows by the addresses of the articles alone."""
    chance = Chance(seed)
    for slug, name in SECTIONS.items():
        yield {"type": "section", "slug": slug, "name": name}
    dated: list[tuple[str, datetime]] = []
    for number in range(articles):
        at = NEWEST - timedelta(minutes=number * 500 + (chance.below(240) if number else 0))
        item = _article(chance, number) if number else _seed_article()
        dated.append((item["slug"], at))
        yield item | {"published_at": _written(at)}
    serial = 0
    for number, (slug, at) in enumerate(dated):
        depths: list[int] = []
        for place in range(comments if number else hot):
            parent = None
            if place and chance.draw() < 0.3:
                parent = chance.below(place)
                if depths[parent] >= DEEPEST:
                    parent = None
            depths.append(0 if parent is None else depths[parent] + 1)
            at += timedelta(seconds=60 + chance.below(600))
            serial += 1
            yield _comment(chance, slug, parent, at, serial, "approved")
    for place in range(pending):
        slug, _at = chance.one(dated)
        serial += 1
        at = NEWEST + timedelta(days=20, seconds=30 * place)
        yield _comment(chance, slug, None, at, serial, "pending")


def line(item: Item) -> str:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n"


def _seed_article() -> Item:
    blocks, count = [], 0
    for place, paragraph in enumerate(PARAGRAPHS):
        text = escape(paragraph, quote=False)
        for phrase in LINKED:
            if phrase in text and f">{phrase}" not in text:
                count += 1
                text = text.replace(phrase, f'<a href="https://example.com/seed/{count}">{phrase}</a>', 1)
        if place == 3:
            blocks.append("<h2>استثمار مايكروسوفت في ميسترال</h2>")
        blocks.append(f"<p>{text}</p>")
    return {
        "type": "article",
        "slug": _slug(TITLE),
        "title": TITLE,
        "summary": SENTENCES[0],
        "body_html": "\n".join(blocks),
        "section": next(iter(SECTIONS)),
        "tags": list(TAGS[:4]),
        "author": AUTHORS[0],
    }


def _article(chance: Chance, number: int) -> Item:
    title, body = chance.filled(chance.one(TITLES)), _body(chance, number)
    summary = chance.one(SENTENCES)
    section, first = chance.one(list(SECTIONS)), chance.below(len(TAGS))
    tags = [TAGS[(first + 5 * place) % len(TAGS)] for place in range(2 + chance.below(3))]
    return {
        "type": "article",
        "slug": f"{_slug(title)}-{number + 1}",
        "title": title,
        "summary": summary,
        "body_html": body,
        "section": section,
        "tags": tags,
        "author": chance.one(AUTHORS),
    }


def _body(chance: Chance, number: int) -> str:
    """Paragraphs, headings, lists and quotes of 5 to 7 kilobytes."""
    wanted = 5100 + chance.below(2300)
    blocks = [_paragraph(chance, number)]
    place = 0
    while len("\n".join(blocks).encode()) < wanted:
        if place % 4 == 0:
            blocks.append(f"<h2>{_heading(chance)}</h2>")
        elif place % 4 != 2:
            blocks.append(_paragraph(chance, number))
        elif place % 8 == 2:
            blocks.append(f"<blockquote><p>{escape(chance.one(SENTENCES), quote=False)}</p></blockquote>")
        else:
            entries = "\n".join(f"<li>{_heading(chance)}</li>" for _entry in range(4))
            blocks.append(f"<ul>\n{entries}\n</ul>")
        place += 1
    return "\n".join(blocks)


def _heading(chance: Chance) -> str:
    return escape(chance.filled(chance.one(HEADINGS)), quote=False)


def _paragraph(chance: Chance, number: int) -> str:
    sentences = []
    for _sentence in range(2):
        sentences.append(escape(chance.one(SENTENCES), quote=False))
        if chance.draw() < 0.3:
            address = f"https://example.com/source/{number * 7 + chance.below(7)}"
            linked = f'<a href="{address}">{escape(chance.one(NAMES), quote=False)}</a>'
            sentences.append(f"وفقا لـ {linked}، لم يتغير شيء في {chance.one(NAMES)}.")
    return f"<p>{' '.join(sentences)}</p>"


def _comment(chance: Chance, slug: str, parent: int | None, at: datetime, serial: int, status: str) -> Item:
    return {
        "type": "comment",
        "article": slug,
        "parent": parent,
        "name": f"{chance.one(FIRST_NAMES)} {chance.one(LAST_NAMES)}",
        "email": f"reader{serial}@example.com",
        "body": remark(chance),
        "created_at": _written(at),
        "status": status,
    }


def remark(chance: Chance) -> str:
    """What a reader writes: a line, most often with a sentence behind it, sometimes with a second paragraph."""
    length = chance.draw()
    text = chance.filled(chance.one(REMARKS))
    if length >= 0.4:
        text += f" {chance.one(SENTENCES)}"
    return f"{text}\n\n{chance.one(SENTENCES)}" if length > 0.85 else text


def _slug(title: str) -> str:
    kept = "".join(char if char.isalnum() else "-" for char in title.lower())
    return "-".join(part for part in kept.split("-") if part)


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--comments", type=int, default=20, help="of each article but the first")
    parser.add_argument("--hot", type=int, default=500, help="of the first article")
    parser.add_argument("--pending", type=int, default=10_000, help="over all articles")
    parser.add_argument("--out", type=Path, required=True, help="a file, or a pipe that somebody reads")
    asked = parser.parse_args()
    with asked.out.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(map(line, items(asked.articles, asked.comments, asked.hot, asked.pending)))


if __name__ == "__main__":
    main()

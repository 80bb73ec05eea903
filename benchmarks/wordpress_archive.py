"""An export of WordPress for measurements, the same bytes on every machine: Arabic posts, their comments and pictures.

    python benchmarks/wordpress_archive.py --posts 1000 --comments 20000 --out FOLDER

FOLDER gets `export.xml`, `uploads/` with the pictures, and `addresses.jsonl`: for each published post its guid and its
addresses on the old site. Texts are those of `news_content`. Slugs are percent-encoded and cut off after 200 bytes as
WordPress does it, many of them within a letter. Among the posts are those that only the classic editor wrote, blocks,
galleries, captions, shortcodes that nobody knows, and what went wrong in some newsroom: the same slug twice, no date, a
password, control characters, scripts, comments that answer nothing, themselves or each other.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import news_content
from news_content import Chance
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import wxr_files

PICTURES = 60
SLUG_BYTES = 200
SECONDS_BETWEEN_COMMENTS = 240
CATEGORIES = [
    (str(2 + number), quote(slug).lower(), "", name)
    for number, (slug, name) in enumerate(news_content.SECTIONS.items())
]
CHILDREN = [
    ("50", "startups-ar", CATEGORIES[1][1], "تمويل"),
    ("51", "chips", CATEGORIES[2][1], "رقائق"),
    ("1", "uncategorized", "", "غير مصنف"),
]
TAGS = [(str(100 + number), quote(name).lower(), name) for number, name in enumerate(news_content.TAGS)]
WRITERS = [(str(1 + number), f"writer{number}", name) for number, name in enumerate(news_content.AUTHORS)]
STATUSES = {5: "draft", 11: "private", 17: "pending", 23: "trash", 29: "future"}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=1_000)
    parser.add_argument("--comments", type=int, default=20_000)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    print(json.dumps(write(asked.out, asked.posts, asked.comments)))


def write(folder: Path, posts: int, comments: int) -> dict[str, int]:
    """Write an export; return how many posts, comments and bytes it has."""
    chance = Chance(2019)
    folder.mkdir(parents=True, exist_ok=True)
    _draw_pictures(folder / "uploads")
    # Posts that come alike would all have the same number of comments; one has ten times as many as all others.
    hot = comments // 20
    each = (comments - hot) / max(1, posts - 1)
    given, numbers = 0, iter(range(1, 100 * comments + 1_000))
    with (
        (folder / "export.xml").open("w", encoding="utf-8") as export,
        (folder / "addresses.jsonl").open("w", encoding="utf-8") as addresses,
    ):
        _write_head(export)
        for picture in range(PICTURES):
            export.write(_attachment(picture))
        for number in range(posts):
            wanted = hot if number == posts // 2 else int(each * number) - given if number else 0
            if number == posts - 1:
                wanted = comments - hot - given
            if number != posts // 2:
                given += wanted
            export.write(_post(chance, number, wanted, numbers, addresses))
        export.write(wxr_files.FOOT)
    return {"posts": posts, "comments": comments, "bytes": (folder / "export.xml").stat().st_size}


def _draw_pictures(folder: Path) -> None:
    for number in range(PICTURES):
        path = folder / "2019" / "05" / f"photo-{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (480, 270), (number * 4, 255 - number * 4, number * 40 % 256)).save(path)


def _write_head(export: TextIO) -> None:
    wxr_files.WRITERS, wxr_files.CATEGORIES, wxr_files.TAGS = WRITERS, [*CATEGORIES, *CHILDREN], TAGS
    export.write(wxr_files.text().removesuffix(wxr_files.FOOT))


def _attachment(number: int) -> str:
    return wxr_files.attachment(
        900_000 + number,
        f"2019/05/photo-{number}.jpg",
        # The last one is missing from the folder's copy of nobody; it is shown by no post.
        meta={
            "_wp_attachment_image_alt": f"صورة {number}",
            "_wp_attachment_metadata": 'a:1:{s:1:"x";O:8:"Evil":0:{}}',
        },
        excerpt=f"تعليق على الصورة {number}",
        guid=f"https://old.example/wp-content/uploads/2019/05/photo-{number}.jpg",
    )


def _post(chance: Chance, number: int, wanted: int, numbers: Iterator[int], addresses: TextIO) -> str:
    at = news_content.NEWEST - timedelta(minutes=400 * number)
    there = 1_000 + number
    title = chance.filled(chance.one(news_content.TITLES))
    # As long as people write them; two in a hundred have that of another.
    words = f"{title} {chance.one(news_content.SENTENCES)[:60]} {number // 2 if number % 100 < 2 else number}"
    slug = _cut(words, number)
    link = f"https://old.example/{at:%Y/%m}/{slug}/"
    given = {
        "title": title + ("\x0b" if number % 40 == 7 else ""),
        "link": link,
        "guid": f"https://old.example/?p={there}",
        "creator": chance.one(WRITERS)[1],
        "content": _content(chance, number),
        "excerpt": chance.one(news_content.SENTENCES)[:200] if number % 3 else "",
        # The zone of the old site is that of the new one, three hours ahead.
        "post_date": f"{at + timedelta(hours=3):%Y-%m-%d %H:%M:%S}",
        "post_date_gmt": "0000-00-00 00:00:00" if number % 50 == 3 else f"{at:%Y-%m-%d %H:%M:%S}",
        "post_name": slug,
        "status": STATUSES.get(number % 200, "publish"),
        "post_password": "سرّ" if number % 200 == 31 else "",
        "is_sticky": int(number == 4),
        "comment_status": "closed" if number % 4 == 1 else "open",
    }
    if number % 200 == 37:
        given |= {"post_date": "0000-00-00 00:00:00", "post_date_gmt": "0000-00-00 00:00:00"}
    if number % 200 == 29:
        given |= {"post_date": "2100-01-01 00:00:00", "post_date_gmt": "2099-12-31 21:00:00"}
    if number % 500 == 499:
        given["guid"] = f"https://old.example/?p={there - 1}"
    category = chance.one([*CATEGORIES, *CHILDREN])
    terms = [("category", category[1], category[3])]
    terms += [("post_tag", tag[1], tag[2]) for tag in {chance.one(TAGS) for _again in range(3)}]
    meta = {"_edit_last": "1", "plugin_options": 'O:8:"stdClass":1:{s:1:"a";i:1;}'}
    if number % 5 == 0:
        meta["_thumbnail_id"] = str(900_000 + chance.below(PICTURES))
    if number % 10 == 6:
        meta["_wp_old_slug"] = f"old-{there}"
    is_public = (
        given["status"] == "publish"
        and not given["post_password"]
        and number % 200 != 37
        and number % 500 != 499
    )
    if is_public:
        path = link.removeprefix("https://old.example")
        upper = _upper(path)
        forms = [path, path.rstrip("/"), upper, f"{path}feed/", f"/?p={there}"]
        if number % 10 == 6:
            forms.append(f"/{at:%Y/%m}/old-{there}/")
        addresses.write(json.dumps({"guid": given["guid"], "addresses": forms}, ensure_ascii=False) + "\n")
    comments = "".join(_comments(chance, at, wanted, numbers))
    return wxr_files.item(there, comments=comments, meta=meta, terms=terms, **given)


def _cut(words: str, number: int) -> str:
    """A slug as WordPress keeps it; every third is cut within a letter, as its table does, and not behind one."""
    from newsroom.text.slug import slugify

    whole = quote(slugify(words, 300)).lower()
    if len(whole) <= SLUG_BYTES:
        return whole
    if number % 3 == 0:
        # Each is told apart by its number, which an export of so many posts needs.
        return f"{number}-{whole}"[:SLUG_BYTES]
    tail = f"-{number}"
    cut = whole[: SLUG_BYTES - len(tail)]
    while cut.count("%") and len(cut) - cut.rindex("%") < 3:
        cut = cut[: cut.rindex("%")]
    return f"{cut}{tail}"


def _upper(path: str) -> str:
    out, place = [], 0
    while place < len(path):
        if path[place] == "%":
            out.append(path[place : place + 3].upper())
            place += 3
        else:
            out.append(path[place])
            place += 1
    return "".join(out)


def _content(chance: Chance, number: int) -> str:
    sentences = [
        " ".join(chance.one(news_content.SENTENCES) for _sentence in range(3)) for _paragraph in range(5)
    ]
    if number % 2:
        text = "\n\n".join(sentences)
        text += "\n<strong>عنوان</strong>\n<ul>\n<li>أول</li>\n<li>ثانٍ</li>\n</ul>\n<!--more-->\n"
        text += chance.filled("سطر عن {a}\nوسطر عن {b}")
    else:
        text = "\n\n".join(
            f"<!-- wp:paragraph -->\n<p>{each}</p>\n<!-- /wp:paragraph -->" for each in sentences
        )
        text += "\n\n<!-- wp:heading -->\n<h2>عنوان</h2>\n<!-- /wp:heading -->\n\n<!-- wp:latest-posts /-->"
    picture = chance.below(PICTURES)
    address = f"https://old.example/wp-content/uploads/2019/05/photo-{picture}"
    if number % 7 == 0:
        text += f'\n\n[gallery ids="{900_000 + picture},{900_000 + (picture + 1) % PICTURES}"]\n\n'
    if number % 7 == 1:
        text += (
            f'\n\n[caption id="attachment_{900_000 + picture}" align="aligncenter" width="300"]'
            f'<a href="{address}.jpg"><img src="{address}-300x169.jpg" alt=""></a> شرح الصورة[/caption]\n\n'
        )
    if number % 7 == 2:
        text += "\n\nhttps://www.youtube.com/watch?v=dQw4w9WgXcQ\n\n"
    if number % 7 == 3:
        text += '\n[su_note color="#fff"]ملاحظة[/su_note] كما قال [sic] في النص <img src="https://elsewhere.example/x.png">'
    if number % 7 == 4:
        text += (
            '<script>alert(1)</script><p onclick="x()">فقرة</p><iframe src="https://maps.example/"></iframe>'
        )
    if number % 7 == 5:
        text += '\n[audio mp3="https://old.example/a.mp3"][/audio]\n'
        text += '<a href="https://old.example/2019/01/x/">رابط</a> ]]> &amp; \x08'
    return text


def _comments(chance: Chance, at, wanted: int, numbers: Iterator[int]) -> Iterator[str]:
    above: list[int] = []
    for place in range(wanted):
        number = next(numbers)
        sent = at + timedelta(seconds=SECONDS_BETWEEN_COMMENTS * (place + 1))
        kind, approved, parent = "comment", "1", 0
        if above and place % 3:
            parent = above[-1 - chance.below(min(3, len(above)))]
        draw = chance.below(200)
        if draw < 6:
            approved = "spam"
        elif draw < 10:
            approved = "0"
        elif draw < 12:
            approved = "trash"
        elif draw < 15:
            kind = ("pingback", "trackback")[draw % 2]
        elif draw == 15:
            parent = 10**9
        elif draw == 16:
            parent = number
        else:
            above.append(number)
        text = chance.filled(chance.one(news_content.REMARKS))
        if draw == 17:
            text = "\n"
        if draw == 18:
            text = f"{text}\n<a href='https://example.com/{number}'>رابط</a> &amp; <script>x</script>"
        name = f"{chance.one(news_content.FIRST_NAMES)} {chance.one(news_content.LAST_NAMES)}"
        yield wxr_files.comment(
            number,
            text,
            author=name if draw != 19 else "",
            author_email=f"reader{chance.below(40_000)}@example.com" if draw != 20 else "لا بريد",
            date=f"{sent + timedelta(hours=3):%Y-%m-%d %H:%M:%S}",
            date_gmt=f"{sent:%Y-%m-%d %H:%M:%S}" if draw != 21 else "0000-00-00 00:00:00",
            approved=approved,
            type=kind,
            parent=parent,
        )


if __name__ == "__main__":
    main()

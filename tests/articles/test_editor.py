"""What the editor's page may load, and that what the editor offers is kept."""

import json
import re

import pytest

from articles import editor
from newsroom.text.sanitizer import sanitize_article
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(factories.staff(factories.EDITORS))
    return client


def _policy(response):
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))


def test_the_form_admits_its_import_map_and_the_style_of_the_editor(desk):
    response = desk.get("/admin/articles/article/add/")

    nonce = re.search(r'<script type="importmap" nonce="([^"]+)"', response.content.decode()).group(1)
    policy = _policy(response)
    assert (policy["script-src"], policy["style-src"]) == (
        f"'self' 'nonce-{nonce}'",
        f"'self' {editor.STYLE_HASH}",
    )


@pytest.mark.parametrize("address", ["/admin/articles/article/", "/admin/articles/image/add/"])
def test_other_pages_of_the_desk_admit_nothing_inline(desk, address):
    policy = _policy(desk.get(address))

    assert (policy["script-src"], policy["style-src"]) == ("'self'", "'self'")


def test_no_script_of_the_form_is_inline_but_the_import_map(desk):
    page = desk.get("/admin/articles/article/add/").content.decode()

    inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag]
    assert [re.search(r'type="(\w+)"', tag).group(1) for tag in inline] == ["importmap"]


def test_the_import_map_names_the_hashed_files(desk):
    page = desk.get("/admin/articles/article/add/").content.decode()

    imports = json.loads(re.search(r'<script type="importmap"[^>]*>(.*?)</script>', page).group(1))["imports"]
    assert sorted(name for name, path in imports.items() if re.search(r"\.[0-9a-f]{12}\.js$", path)) == [
        "django-prose-editor/configurable",
        "django-prose-editor/editor",
        "newsroom/blocks",
        "newsroom/inert",
        "newsroom/library",
        "newsroom/proof",
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<h2>عنوان</h2><h3>عنوان</h3><h4>عنوان</h4>",
        "<p><strong>غامق</strong> و<em>توكيد</em> وH<sub>2</sub>O وم<sup>2</sup><br>سطر</p>",
        "<ul><li><p>بند</p><ul><li><p>فرع</p></li></ul></li></ul>",
        '<ol start="3"><li><p>بند</p></li></ol>',
        "<blockquote><p>اقتباس</p></blockquote><hr>",
        '<p><a href="https://example.com/مقال">رابط</a> <a href="mailto:a@example.com">بريد</a></p>',
        '<p>لغة <bdi dir="ltr" lang="en">C++</bdi></p><p dir="ltr">English</p><h2 dir="ltr">Title</h2>',
        '<figure><img src="/media/a.webp" alt="صورة" width="960" height="540"><figcaption>ت</figcaption></figure>',
        '<table><tbody><tr><th colspan="2"><p>رأس</p></th></tr><tr><td><p>أ</p></td></tr></tbody></table>',
    ],
    ids=["headings", "marks", "bullets", "numbers", "quotation", "links", "direction", "figure", "table"],
)
def test_what_the_editor_writes_is_kept_as_it_is(markup):
    assert sanitize_article(markup) == markup

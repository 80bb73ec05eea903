"""Django's own texts on the desk: that ours take their place, and that Django still asks for them."""

import json
import re
from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import gettext, ngettext

from newsroom import message_catalog
from tests import factories

pytestmark = pytest.mark.django_db

DJANGO = Path(django.__file__).parent
NAMED = {
    "django": (settings.BASE_DIR / "newsroom/django_messages.py", "python"),
    "djangojs": (settings.BASE_DIR / "newsroom/django_messages.js", "javascript"),
}


@pytest.fixture
def as_root(client):
    client.force_login(factories.superuser())
    return client


@pytest.mark.parametrize("domain", NAMED)
def test_django_has_every_message_that_is_named(domain):
    path, language = NAMED[domain]
    own = set()
    for catalog in DJANGO.glob(f"**/locale/en/LC_MESSAGES/{domain}.po"):
        with catalog.open("rb") as file:
            own |= {message_catalog._frozen(message.id) for message in read_po(file, locale="en")}

    named = [msgid for msgid, *_ in message_catalog._messages(language, path.read_text())]

    assert len(named) > 3
    assert [msgid for msgid in named if msgid not in own] == []


@pytest.mark.parametrize("domain", NAMED)
def test_tanwin_stands_before_its_alef(domain):
    path = settings.LOCALE_PATHS[0] / f"ar/LC_MESSAGES/{domain}.po"

    # But for the name of the comment form, which is that of the pages the newsroom began with.
    assert set(re.findall("\\w+\u0627\u064b", path.read_text())) <= {"تعليقاً"}


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_list_tells_how_many_without_a_noun_to_inflect(as_root, count):
    for _number in range(count):
        factories.draft()

    page = as_root.get("/admin/articles/article/").content.decode()

    shown = re.search(r'<p class="paginator">(.*?)</p>', page, re.DOTALL)[1]
    assert " ".join(shown.split()) == f"المجموع: {count}"


@pytest.mark.parametrize(
    ("message", "arabic"),
    [
        (lambda: gettext("Enter a whole number."), "أدخل عددًا صحيحًا."),
        (lambda: gettext("This field cannot be blank."), "لا يمكن ترك هذا الحقل فارغًا."),
        (lambda: gettext("Add %(name)s") % {"name": "مقال"}, "إضافة مقال"),
        (
            lambda: (
                ngettext(
                    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
                    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
                    250,
                )
                % {"limit_value": 250, "show_value": 251}
            ),
            "ليكن طول هذا النصّ 250 حرفًا على الأكثر (فيه الآن 251).",
        ),
    ],
    ids=["whole number", "blank", "add", "too long"],
)
def test_ours_take_the_place_of_djangos(message, arabic):
    assert message() == arabic


def test_the_scripts_of_the_admin_read_ours(as_root):
    page = as_root.get("/admin/jsi18n/").content.decode()

    catalog = json.loads(re.search(r"const newcatalog = (\{.*?\});\n", page, re.DOTALL)[1])
    assert catalog["Note: You are %s hour behind server time."][2:5] == [
        "ملاحظة: ساعتك متأخّرة عن ساعة الموقع بساعتين.",
        "ملاحظة: ساعتك متأخّرة عن ساعة الموقع بـ%s ساعات.",
        "ملاحظة: ساعتك متأخّرة عن ساعة الموقع بـ%s ساعة.",
    ]


def test_what_was_added_is_quoted_as_what_was_changed(as_root):
    pages = [
        as_root.post("/admin/articles/tag/add/", {"name": "GPT-4", "_continue": "1"}, follow=True),
        as_root.post("/admin/auth/group/add/", {"name": "ضيوف"}, follow=True),
    ]

    told = [re.sub("<[^>]*>", "", str(*page.context["messages"])) for page in pages]
    assert [re.findall('[«»“”"]', sentence) for sentence in told] == [["«", "»"], ["«", "»"]]

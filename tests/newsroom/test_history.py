"""The history of a row on the desk: in Arabic, and with the moves."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from newsroom.templatetags.history import field_name
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_root(client):
    client.force_login(factories.superuser())
    return client


def _history(client, row):
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_history", args=[row.pk])
    page = client.get(address).content.decode()
    rows = re.findall(r"<tr>(.*?)</tr>", page[page.index('id="change-history"') :], re.DOTALL)
    return [re.findall(r"<td>(.*?)</td>", row)[-1] for row in rows[1:]]


def _post(client, article, **fields):
    form = {
        "headline": article.headline, "summary": article.summary, "body": article.body, "language": "ar",
        "section": article.section_id, "slug": article.slug, "opened_version": article.version,
        "bylines": [byline.author_id for byline in article.bylines.all()],
        "thread-TOTAL_FORMS": 0, "thread-INITIAL_FORMS": 0,
    }  # fmt: skip
    client.post(reverse("admin:articles_article_change", args=[article.pk]), form | fields)
    article.refresh_from_db()


def test_changed_fields_have_their_arabic_names(as_root):
    article = factories.draft()

    _post(as_root, article, slug="عنوان-آخر", summary="ملخّص آخر")

    assert _history(as_root, article) == ["تعديل: الملخّص، العنوان على الشبكة."]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"_move": "publish"}, "نُشر المقال."),
        ({"_move": "publish", "publish_at": "2099-05-06T07:08"}, "جُدول النشر."),
        ({"_move": "archive", "summary": "ملخّص آخر"}, "تعديل: الملخّص. أُرشف المقال."),
    ],
    ids=["published", "scheduled", "changed and archived"],
)
def test_a_move_says_what_it_did(as_root, fields, told):
    article = factories.draft()

    _post(as_root, article, **fields)

    assert _history(as_root, article) == [told]


def test_a_move_that_is_refused_is_not_told(as_root):
    article = factories.draft(body="")

    _post(as_root, article, _move="publish")

    assert _history(as_root, article) == ["حفظ بلا تغيير."]


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model.__name__)
def test_every_label_of_the_desk_has_its_arabic_name(model, rf):
    request = rf.get("/")
    request.user = factories.superuser()
    model_admin = admin.site.get_model_admin(model)
    fields = model_admin.get_form(request, change=True).base_fields
    for inline in model_admin.get_inline_instances(request, None):
        fields |= inline.get_formset(request).form.base_fields

    with translation.override(None):
        labels = [str(field.label) for field in fields.values() if field.label and not field.widget.is_hidden]

    assert [label for label in labels if gettext(field_name(label)) == field_name(label)] == []

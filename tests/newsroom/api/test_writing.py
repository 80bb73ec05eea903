"""What programs of the newsroom write, as their accounts could."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles import publishing
from articles.models import Article, Editor, Image, Revision, SectionEditor, Transition
from comments import claims
from comments.models import Comment, Decision
from newsroom.api.models import Scope, Use
from tests import factories

pytestmark = pytest.mark.django_db


def _new(**fields):
    section = fields.pop("section", None) or factories.section().pk
    return {
        "headline": "OpenAI تطلق نموذجًا",
        "section": section,
        "body": "<p>نصّ<script>x</script></p>",
    } | fields


def _created(program, **fields):
    response = program.ask("post", "drafts/", _new(**fields))
    assert response.status_code == 201, response.content.decode()
    return response.json()


def test_a_draft_is_written_by_the_account(reporter):
    author, tag, image = factories.author(), factories.tag(), factories.image()

    response = reporter.ask(
        "post",
        "drafts/",
        _new(authors=[author.pk], tags=[tag.pk], image=image.pk, summary="ملخّص", language="en"),
    )

    told = response.json()
    article = Article.objects.get()
    assert (response.status_code, response["Location"]) == (201, f"/api/v1/drafts/{article.pk}/")
    assert (article.status, article.created_by, article.hero) == ("draft", reporter.token.user, image)
    assert (told["id"], told["version"], told["state"], told["is_own"]) == (article.pk, 1, "draft", True)
    assert told["authors"] == [{"id": author.pk, "name": author.name}]
    assert "<script" not in told["body"]
    assert reporter.ask("get", f"drafts/{article.pk}/").json() == told
    use = Use.objects.get()
    assert (use.token, use.verb, use.row, use.status) == (reporter.token, "create_draft", article.pk, 201)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"headline": ""}, 422),
        ({"headline": "\u202e \u0000"}, 422),
        ({"status": "published"}, 422),
        ({"source_url": "javascript:alert(1)"}, 422),
        ({"section": 999_999}, 404),
        ({"authors": [999_999]}, 404),
        ({"image": 999_999}, 404),
    ],
)
def test_what_cannot_be_written_leaves_nothing(reporter, fields, status):
    response = reporter.ask("post", "drafts/", _new(**fields))

    assert response.status_code == status, response.content.decode()
    assert response.json()["errors"]
    assert (Article.objects.count(), Use.objects.count()) == (0, 0)


def test_a_key_writes_once(reporter):
    first, second = (reporter.ask("post", "drafts/", _new(), HTTP_IDEMPOTENCY_KEY="a") for _ in range(2))
    other = reporter.ask("post", "drafts/", _new(headline="غيره"), HTTP_IDEMPOTENCY_KEY="a")

    assert (first.status_code, first.content, first["Location"]) == (201, second.content, second["Location"])
    assert (second.status_code, other.status_code) == (201, 409)
    assert Article.objects.count() == Use.objects.count() == 1


def test_a_key_that_is_none_is_refused(reporter):
    first, second = (reporter.ask("post", "drafts/", _new(), HTTP_IDEMPOTENCY_KEY="") for _ in range(2))

    assert [first.status_code, second.status_code] == [422, 422]
    assert not Article.objects.exists()


def test_what_is_sent_later_changes_the_fields_that_it_names(reporter):
    draft = _created(reporter, tags=[factories.tag().pk], kicker="عنوان")

    response = reporter.ask("patch", f"drafts/{draft['id']}/", {"version": 1, "headline": "عنوان آخر"})

    assert response.status_code == 200
    assert response.json() == draft | {
        "version": 2, "headline": "عنوان آخر", "modified_at": response.json()["modified_at"]
    }  # fmt: skip


def test_what_comes_too_late_is_kept_and_overwrites_nothing(reporter):
    draft = _created(reporter)
    article = Article.objects.get()
    article.headline = "عنوان المكتب"
    publishing.save(article)

    response = reporter.ask("patch", f"drafts/{draft['id']}/", {"version": 1, "headline": "عنوان البرنامج"})

    told = response.json()
    kept = Revision.objects.get(kind="unapplied")
    assert (response.status_code, response["Content-Type"]) == (409, "application/problem+json")
    assert told["current"]["headline"] == Article.objects.get().headline == "عنوان المكتب"
    assert told["kept"]["revision"] == kept.pk
    assert (kept.content["headline"], kept.by) == ("عنوان البرنامج", reporter.token.user)
    assert told["texts"]["ar"] != told["texts"]["en"]
    assert Use.objects.filter(verb="change_draft", status=409).count() == 1


def test_nobody_changes_drafts_of_others_or_what_is_published(program, reporter):
    editor = program(factories.staff(factories.EDITORS))
    draft = _created(reporter)
    published = factories.published()

    assert editor.ask("patch", f"drafts/{draft['id']}/", {"version": 1}).status_code == 403
    assert Transition.attempts.filter(move="edit", by=editor.token.user).exists()
    for program_ in (editor, reporter):
        assert program_.ask("patch", f"drafts/{published.pk}/", {"version": 1}).status_code == 404
    assert Article.objects.get(pk=draft["id"]).version == 1


def test_an_editor_of_sections_writes_in_these_alone(program):
    user = factories.staff(factories.EDITORS)
    sport = factories.section("رياضة")
    SectionEditor.objects.create(user=Editor.objects.get(pk=user.pk), section=sport)
    editor = program(user)

    assert editor.ask("post", "drafts/", _new()).status_code == 403
    assert editor.ask("post", "drafts/", _new(section=sport.pk)).status_code == 201


def test_drafts_are_read_by_who_sees_them_on_the_desk(
    program, reporter, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("newsroom.api.writing.DRAFTS_PER_PAGE", 2)
    own = [_created(reporter, headline=f"مسوّدة {number}")["id"] for number in range(3)]
    others = factories.draft()
    factories.published()
    editor = program(factories.staff(factories.EDITORS))

    first = reporter.ask("get", "drafts/").json()
    second = reporter.ask("get", first["next"].split("/api/v1/")[1]).json()

    assert [row["id"] for row in first["items"] + second["items"]] == own[::-1]
    assert editor.ask("get", f"drafts/{others.pk}/").status_code == 200
    assert reporter.ask("get", f"drafts/{others.pk}/").status_code == 404


def test_a_picture_comes_into_the_library_once(reporter):
    file = factories.picture()

    answers = [
        reporter.upload(SimpleUploadedFile("a.png", file), credit="وكالة", alt="مقرّ") for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    image = Image.objects.get()
    assert {answer.json()["id"] for answer in answers} == {image.pk}
    assert (image.alt, image.credit, image.uploaded_by) == ("مقرّ", "وكالة", reporter.token.user)


def test_what_is_no_picture_is_refused_in_words(reporter):
    response = reporter.upload(SimpleUploadedFile("a.png", b"GIF89a"))

    assert response.status_code == 422
    assert "GIF" in response.json()["texts"]["en"]
    assert reporter.upload(SimpleUploadedFile("a.png", factories.picture()), alt="\u202e").status_code == 422
    assert (Image.objects.count(), Use.objects.count()) == (0, 0)


def test_held_comments_are_told_without_addresses(moderator):
    article = factories.published()
    held = factories.sent(article, email="reader@example.org", body="شتم https://example.com/spam")
    factories.approved(article)

    told = moderator.ask("get", "held-comments/")

    (row,) = told.json()["items"]
    assert (row["id"], row["version"], row["article"]["id"]) == (held.pk, held.version, article.pk)
    assert "reader@example" not in told.content.decode()
    assert all(finding["texts"]["ar"] != finding["texts"]["en"] for finding in row["findings"])


def test_a_decision_is_made_once_over_what_was_read(moderator):
    held = factories.sent(factories.published())
    path = f"held-comments/{held.pk}/decision/"

    stale = moderator.ask("post", path, {"version": held.version + 1, "status": "approved"})
    done = moderator.ask("post", path, {"version": held.version, "status": "approved"})
    again = moderator.ask("post", path, {"version": held.version, "status": "spam"})

    assert [answer.status_code for answer in (stale, done, again)] == [409, 200, 409]
    assert done.json() == {"id": held.pk, "version": held.version + 1, "status": "approved"}
    assert again.json()["current"] == done.json()
    decision = Decision.objects.get()
    assert (decision.by, decision.to_status) == (moderator.token.user, "approved")


def test_a_rejection_has_a_reason_of_the_list(moderator):
    held = factories.sent(factories.published())
    path = f"held-comments/{held.pk}/decision/"
    sent = {"version": held.version, "status": "rejected"}

    statuses = [
        moderator.ask("post", path, sent | more).status_code
        for more in ({}, {"reason": "nothing"}, {"reason": "other"})
    ]

    assert statuses == [422, 404, 200]
    assert Comment.objects.get().status == "rejected"
    assert (
        moderator.ask("post", "held-comments/999999/decision/", sent | {"reason": "other"}).status_code == 404
    )


@pytest.mark.parametrize(
    ("version", "at"),
    [("1", ["body.version"]), (True, ["body.version"]), (1.5, ["body.version"]), (1.0, None)],
)
def test_a_number_is_a_number_of_json(moderator, version, at):
    held = factories.sent(factories.published())

    response = moderator.ask(
        "post", f"held-comments/{held.pk}/decision/", {"version": version, "status": "spam"}
    )

    if at is None:
        assert response.status_code == 200
    else:
        wrong = [wrong["at"] for wrong in response.json()["errors"]]
        # Of the other shape that it might have been, too.
        assert (response.status_code, wrong[:1]) == (422, at)
        assert set(wrong) <= {"body.version", "body.status", "body.reason"}


def test_what_another_moderator_reads_is_left_to_them(moderator):
    held = factories.sent(factories.published())
    claims.claim([held.pk], by=factories.superuser())

    response = moderator.ask(
        "post", f"held-comments/{held.pk}/decision/", {"version": held.version, "status": "approved"}
    )

    assert response.status_code == 409
    assert Comment.objects.get().status == "pending"


def test_no_cookie_opens_or_closes_a_door(reporter):
    reporter.client.force_login(factories.superuser())

    assert reporter.ask("post", "drafts/", _new()).status_code == 201
    assert Article.objects.get().created_by == reporter.token.user
    response = reporter.client.post("/api/v1/drafts/", _new(), content_type="application/json")
    assert response.status_code == 401


def test_scopes_are_of_the_desk(program):
    assert program(factories.staff(factories.MODERATORS)).token.scopes == [Scope.MODERATE_COMMENTS]

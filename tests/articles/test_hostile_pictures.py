"""Two hundred hostile files: each is refused in words or comes out clean, and none takes much memory."""

import json
import subprocess
import sys

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from articles import images, renditions
from articles.models import Image
from tests import factories
from tests.hostile_pictures import SECRET, files

pytestmark = pytest.mark.slow

FILES = 200

LIBRARY = "/admin/articles/image/library/"
# What the process holds above what it held when it had started.
MAX_MEMORY = 100_000_000
# Reads files by their paths; prints the peak in bytes above the beginning, and how many were accepted.
MEASURE = """
import json, pathlib, re, sys
import django
django.setup()
from articles import images
# What getrusage tells begins with the peak of the process that started this one.
peak = lambda: int(re.search("VmHWM: *\\t* *(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) * 1024
begin, accepted = peak(), 0
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        images.accept(path.read_bytes())
        accepted += 1
    except images.ImageError as error:
        str(error)
print(json.dumps([peak() - begin, accepted]))
"""


@pytest.fixture
def reporter(client, db):
    client.force_login(factories.staff(factories.REPORTERS))
    return client


def test_there_are_two_hundred():
    assert len(files()) == FILES


# By their numbers: to make the files takes seconds, which each worker of a run would spend on gathering the tests.
@pytest.mark.parametrize("number", range(FILES))
def test_a_hostile_file_is_refused_or_cleaned(reporter, number):
    name, hostile = list(files().items())[number]
    upload = SimpleUploadedFile("صورة.jpg", hostile, "image/jpeg")

    answer = reporter.post(LIBRARY, {"upload": upload, "alt": "مقر OpenAI"})

    if answer.status_code == 422:
        assert len(answer.json()["errors"]) == 1, name
        assert Image.objects.count() == 0, name
        return
    assert answer.status_code == 201, name
    image = Image.objects.get()
    assert SECRET.decode() not in image.credit, name
    with default_storage.open(images.master_name(image.digest)) as file:
        content = file.read()
    # Begins and ends as a JPEG does, and nothing of what came with it is in between.
    assert (content[:3], content[-2:], SECRET in content) == (b"\xff\xd8\xff", b"\xff\xd9", False), name


# Formats that are not taken, and pixels that are too many.
REFUSED = (
    "type ",
    "bomb jpeg ",
    "bomb png header",
    "bomb webp canvas",
    "cut PNG at 50",
    "polyglot html then",
)


@pytest.mark.parametrize("beginning", REFUSED)
def test_what_is_no_picture_of_ours_is_refused(beginning):
    accepted = []
    for name, content in files().items():
        if name.startswith(beginning) and "as large as is taken" not in name:
            try:
                images.accept(content)
                accepted.append(name)
            except images.ImageError:
                continue

    assert accepted == []


@pytest.mark.parametrize(
    "beginning", ["telling ", "polyglot JPEG then", "polyglot PNG then", "polyglot WEBP then"]
)
def test_a_sound_picture_with_something_to_hide_is_cleaned(beginning):
    chosen = [content for name, content in files().items() if name.startswith(beginning)]

    assert [SECRET in images.accept(content).content for content in chosen] == [False] * len(chosen)
    assert len(chosen) >= 6


def test_none_takes_more_than_a_hundred_megabytes(tmp_path):
    for number, content in enumerate(files().values()):
        (tmp_path / f"{number:03}").write_bytes(content)

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MEASURE, tmp_path], capture_output=True, check=True, text=True
    )

    peak, accepted = json.loads(done.stdout)
    assert accepted > 0
    assert peak <= MAX_MEMORY


@pytest.mark.django_db
def test_the_renditions_of_what_is_left_can_be_made():
    for name in ("bomb png long", "bomb png wide", "telling exif JPEG"):
        factories.library.add(files()[name], alt=name)

    renditions.make_due()

    assert list(Image.objects.values_list("state", flat=True)) == ["ready"] * 3

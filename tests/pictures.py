"""Pictures as texts name them, the desk's forms of them, and files to send."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import Image
from tests import factories

PAGE = reverse("admin:articles_image_changelist")
DIALOG = "/admin/articles/image/library/"


def figure(image: Image) -> str:
    return f'<figure><img src="{image.src}" alt="مقر OpenAI"></figure>'


def form_of(image: Image) -> str:
    return reverse("admin:articles_image_change", args=[image.pk])


def upload(name="صورة المقر.png", size=(480, 270)) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, factories.picture(size), "image/png")

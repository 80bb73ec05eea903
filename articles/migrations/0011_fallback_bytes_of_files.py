from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import migrations

# As files were named and made when this was written.
WIDEST = 1440


def fallback_name(image):
    stem = f"images/{image.digest[:2]}/{image.digest}"
    if image.state != "ready":
        return f"{stem}.jpg"
    return f"{stem}-{min(image.width, WIDEST)}.jpg"


def note(apps, schema_editor):
    """By the folder, where all files lay until now. Where one is missing its bytes stay unknown: feeds leave them out."""
    media = FileSystemStorage(settings.MEDIA_ROOT)
    for image in apps.get_model("articles", "Image").objects.filter(fallback_bytes=0).iterator():
        try:
            image.fallback_bytes = media.size(fallback_name(image))
        except OSError:
            continue
        image.save(update_fields=["fallback_bytes"])


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0010_fallback_bytes"),
    ]

    operations = [
        migrations.RunPython(note, migrations.RunPython.noop),
    ]

"""Collecting static files when they changed, and only then: compressing all of them takes many seconds."""

import hashlib
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from newsroom.web import joined_files


def collect_stale() -> bool:
    """Collect and compress the static files unless these very ones were; return whether it was needed."""
    note = settings.STATIC_ROOT.with_name(f"{settings.STATIC_ROOT.name}.fingerprint")
    fingerprint = _fingerprint()
    collected = (settings.STATIC_ROOT / "staticfiles.json").exists()
    if collected and note.exists() and note.read_text() == fingerprint:
        return False
    # What earlier edits left behind stays: a site that runs from this folder still serves it.
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(fingerprint)
    return True


def _fingerprint() -> str:
    """Return a hash of what the collected files depend on: names, sizes, times, and the processing code."""
    facts = [f"{name} {metadata.version(name)}" for name in ("django", "whitenoise", "brotli")]
    facts.append(repr(settings.STORAGES["staticfiles"]))
    facts.append(Path(joined_files.__file__).read_text("utf-8"))
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = storage.get_modified_time(path).timestamp(), storage.size(path)
            facts.append(f"{storage.location} {path} {found}")
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()

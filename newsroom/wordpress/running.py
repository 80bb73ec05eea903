"""What the commands of an import share: how far it is, the reports at its end, and the sentences of what goes wrong."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from newsroom.wordpress import importing, report, survey
from newsroom.wordpress.wishes import ImportRefused, Wishes

# How often a log that is no terminal is told.
SECONDS = 10.0
_STAGES = {"survey": "Reading ahead", "import": "Importing", "revisions": "Older versions"}
_WIDTH = 30


class Progress:
    """A bar with the time that is left on a terminal, else a line now and then. `say` writes a line, `draw` a bar."""

    def __init__(
        self,
        say: Callable[[str], Any],
        draw: Callable[[str], Any] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say, self._draw, self._clock = say, draw, clock
        self._stage, self._begun, self._told = "", 0.0, 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if stage != self._stage:
            self._stage, self._begun, self._told = stage, now, now
        if now - self._told < (0.2 if self._draw else SECONDS) and done < total:
            return
        self._told = now
        share = min(1.0, done / total) if total else 1.0
        left = (now - self._begun) / share * (1 - share) if share else 0.0
        line = f"{_STAGES[stage]}: {share:.0%}, {_duration(left)} left"
        if self._draw:
            bar = "█" * int(_WIDTH * share)
            self._draw(f"\r{bar:░<{_WIDTH}} {line}  ")
        else:
            self._say(line)

    def end(self) -> None:
        if self._draw and self._stage:
            self._draw("\n")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def run(
    paths: list[Path], wishes: Wishes, reader: survey.Reader, place: Path, say: Callable[[str], Any]
) -> report.Report:
    """Import files, write both reports beside `place`, and say what came. Raises CommandError, also where what was
    counted is not all accounted for, or a file is broken."""
    draw = _draw if sys.stderr.isatty() else None
    progress = Progress(say, draw)
    try:
        made = importing.run(paths, wishes, read=reader, told=progress)
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {error.filename}.") from error
    except OSError as error:
        raise CommandError(f"{error.filename or paths[0]} cannot be read ({error.strerror}).") from error
    except ImportRefused as error:
        raise CommandError(str(error)) from error
    finally:
        progress.end()
    try:
        with place.with_suffix(".json").open("w", encoding="utf-8") as file:
            made.write_json(file)
        place.with_suffix(".html").write_text(made.as_html(), encoding="utf-8")
    except OSError as error:
        raise CommandError(
            f"All came in, but the report cannot be written to {place} ({error.strerror})."
        ) from error
    for line in report.lines(made):
        say(line)
    if made.is_rehearsal:
        say("This was a rehearsal: nothing was stored.")
    say(f"Report: {place.with_suffix('.html')} and {place.with_suffix('.json')}")
    if made.broken:
        raise CommandError(
            "A file is broken; the items before that place came in whole, nothing behind it did: "
            + "; ".join(made.broken)
        )
    if wrong := made.unreconciled():
        raise CommandError(f"Not all is accounted for: {'; '.join(wrong)}")
    return made


def _draw(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()

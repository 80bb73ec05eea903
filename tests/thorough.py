"""How thorough a search for examples is: a test says how many are usual, a run how many times as many."""

from hypothesis import settings

# What Hypothesis tries of a test that says nothing.
USUAL = 100


def examples(usual: int) -> int:
    """So many examples of a usual run in this one: `--hypothesis-profile=long` takes fifty times as many."""
    return usual * settings.default.max_examples // USUAL

"""Spans of time are read as people write them, and a number without a unit is seconds, aloud."""

import pytest

from gansmith.recipe.durations import has_unit, in_words, seconds


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (240, 240),
        (240.0, 240),
        ("4m", 240),
        ("4M", 240),
        ("4min", 240),
        ("4 mins", 240),
        ("4minutes", 240),
        ("1 minute", 60),
        ("90 sec", 90),
        ("1h30m", 5400),
        ("1h 30min", 5400),
        ("1 hour and 30 minutes", 5400),
        (".5h", 1800),
        ("1d", 86400),
    ],
)
def test_every_usual_way_to_write_a_duration_is_read(text: object, length: float) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize(
    "text", ["4m5", "10m 20", "4 months", "0m", "1e3", "m", "-4m", "inf", True, float("nan")]
)
def test_what_could_mean_anything_else_is_refused_with_the_form_to_use(text: object) -> None:
    with pytest.raises(ValueError, match="write 90s, 10m, 1h30m"):
        seconds(text)


def test_only_a_bare_number_lacks_a_unit() -> None:
    assert [has_unit(text) for text in (4, "4", " 4.5 ", "4s", "1h30m")] == [False] * 3 + [True] * 2


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (1, "1 second"),
        (45, "45 seconds"),
        (240, "4 minutes"),
        (5400, "1.5 hours"),
        (7200, "2 hours"),
    ],
)
def test_spans_are_told_in_words(span: float, words: str) -> None:
    assert in_words(span) == words

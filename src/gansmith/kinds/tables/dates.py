"""Dates as people write them, as numbers and back."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

FORMS = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%Y%m%d"),
    *("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"),
    *("%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"),
)
DAY = 86_400  # seconds


def form_of(texts: Iterable[str], forms: Iterable[str] = FORMS) -> str:
    """Return the form that all these dates have; empty where there is none."""
    known = list(texts)
    fitting = (form for form in forms if all(_fits(text, form) for text in known))
    return next(fitting, "") if known else ""


def _fits(text: str, form: str) -> bool:
    try:
        return datetime.strptime(text, form).strftime(form) == text
    except ValueError:
        return False


def as_number(text: str, form: str) -> float:
    """Return a date as days since 1970, or as seconds where its form has a time of day.

    Raises:
        ValueError: it has another form.
    """
    read = datetime.strptime(text, form).replace(tzinfo=UTC)
    seconds = read.timestamp()
    return seconds if "%H" in form else seconds // DAY


def as_text(number: float, form: str) -> str:
    """Return the date of a number; the inverse of ``as_number``."""
    seconds = number if "%H" in form else number * DAY
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    held = min(max(seconds, first.timestamp()), last.timestamp())
    return datetime.fromtimestamp(held, UTC).strftime(form)


def is_date(form: str) -> bool:
    """Say whether a form is one that dates are read and written by."""
    try:
        return as_number(date(2001, 2, 3).strftime(form), form) is not None
    except ValueError:
        return False

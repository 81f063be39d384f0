r"""How text from outside is shown: no control characters, no more of it than a reader needs.

File names, class names, run folders and recipes are written by anybody. On a terminal an escape
sequence clears the screen or sets the title, a line break fakes a line of ours, and a mark of
writing direction turns a sentence round. Here they become visible: ``\x1b``, ``\n``, ``\u202e``.
"""

import re
from collections.abc import Iterable
from typing import Any

MOST = 80  # characters of one value that a message repeats
LONGEST_WORD = 240  # a path of that length is still shown whole
LONGEST = 1_500  # characters of one sentence
LISTED = 40  # names in a list of what there is

# Control characters, marks of writing direction, line separators, halves of surrogate pairs.
# File names that are not UTF-8 are read as such halves, which no output can encode.
_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
)
UNSAFE = re.compile(f"[{_HIDDEN}]")
UNSAFE_IN_LINE = re.compile(f"[\t\n{_HIDDEN}]")


def plain(text: str) -> str:
    """Return a text of several lines with control characters, but line breaks, made visible."""
    return UNSAFE.sub(_visible, text) if UNSAFE.search(text) else text


def in_page(given: Any) -> Any:
    """Return what a template is about to write: texts as ``plain`` has them, all else as it is.

    To be the ``finalize`` of a jinja2 environment; escaping comes after it.
    """
    return plain(given) if type(given) is str else given


def one_line(text: str) -> str:
    """Return a text as one line: its line breaks and control characters are made visible."""
    return UNSAFE_IN_LINE.sub(_visible, text) if UNSAFE_IN_LINE.search(text) else text


def sentence(text: str) -> str:
    """Return a message as one line of bounded length: the middle of what is very long is left out.

    The end is kept, for there it says what to do.
    """
    words = re.sub(rf"\S{{{LONGEST_WORD + 1},}}", lambda found: shortened(found.group()), text)
    return shortened(one_line(words), LONGEST)


def path(given: object) -> str:
    """Return a path as a message repeats it: whole, unless hardly any path is so long."""
    text = str(given)
    return one_line(text if len(text) <= LONGEST_WORD else shortened(text))


def shortened(text: str, most: int = MOST) -> str:
    """Return a text of at most about ``most`` characters: its beginning and its end."""
    if len(text) <= most:
        return text
    return f"{text[: most * 2 // 3]}[{len(text) - most:,} more]{text[-(most // 3) :]}"


def value(given: object) -> str:
    """Return a value as a message repeats it, in quotes where it is a text: one line, bounded."""
    try:
        told = given if isinstance(given, str) else repr(given)
    except (RecursionError, ValueError):  # nested without end, or an integer without end
        told = f"a {type(given).__name__}"
    told = one_line(shortened(told))
    return f"'{told}'" if isinstance(given, str) else told


def listed(names: Iterable[object]) -> str:
    """Return names with commas between, at most 40 of them."""
    known = [one_line(shortened(str(name))) for name in names]
    rest = f" and {len(known) - LISTED:,} more" if len(known) > LISTED else ""
    return ", ".join(known[:LISTED]) + rest


def _visible(found: "re.Match[str]") -> str:
    return found.group().encode("unicode_escape").decode()

"""What is printed for people: names of others cannot move the cursor, fake lines or colour them."""

import json

from gansmith import shown


def say(text: object) -> None:
    """Print lines of text to stdout, control characters made visible."""
    print(shown.plain(str(text)))


def say_json(document: object) -> None:
    """Print one JSON document; nothing in it but its own line breaks moves a cursor."""
    print(json.dumps(document, indent=2).replace("\x7f", "\\u007f"))


def cell(text: object) -> str:
    """Return a text from outside for rich: on one line, and none of it is markup."""
    from rich.markup import escape

    return escape(shown.one_line(str(text)))

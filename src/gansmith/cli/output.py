"""What is printed for people: names of others cannot move the cursor, fake lines or colour them."""

from gansmith import shown


def say(text: object) -> None:
    """Print lines of text to stdout, control characters made visible."""
    print(shown.plain(str(text)))


def cell(text: object) -> str:
    """Return a text from outside for rich: on one line, and none of it is markup."""
    from rich.markup import escape

    return escape(shown.one_line(str(text)))

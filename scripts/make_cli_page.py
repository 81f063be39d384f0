"""Write docs/cli.md from the command line itself: ``python scripts/make_cli_page.py [--check]``."""

import re
import sys
from pathlib import Path

from gansmith.cli import _app

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"
HEAD = """# Command line

Every verb with its options, made from the program by `scripts/make_cli_page.py`: do not edit.
`gansmith VERB --help` prints the same. Exit code 0: done; 1: it could not be done, with one
sentence that says why and what to do; 2: wrong usage. `--debug` after any verb shows the traceback
of an error.

"""


def page():
    """Return the page: an overview of the verbs, then each with its arguments and options."""
    text = _app().generate_docs(output_format="markdown")
    text = re.sub(r"## Table of Contents.*?(?=\*\*Commands\*\*)", "", text, flags=re.S)
    text = text[text.index("**Commands**:") :].replace("**Commands**:\n", "", 1)
    text = re.sub(r" *\*\[default: (?:False|\(\))\]\*", "", text)  # switches, and lists
    text = re.sub(r"\n{3,}", "\n\n", text).replace("```console\n", "```\n")
    return HEAD + text.strip() + "\n"


def main():
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit("docs/cli.md is stale; run: python scripts/make_cli_page.py")


if __name__ == "__main__":
    main()

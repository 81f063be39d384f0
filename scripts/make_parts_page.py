"""Write docs/parts.md from the registries: ``python scripts/make_parts_page.py [--check]``."""

import sys
from itertools import groupby
from pathlib import Path

from gansmith.cli.parts import catalogue, limits, written

PAGE = Path(__file__).parent.parent / "docs" / "parts.md"
HEAD = """# Parts

Everything that a recipe can name, and what the doctor measures and detects, made from the code by
`scripts/make_parts_page.py`: do not edit. `gansmith parts KIND` prints the same. In the formulas a
higher score D(x) means more real, all losses are minimised, and E is the mean over a batch.
"""


def option_row(option):
    default = "needed" if option["required"] else f"`{written(option['default'])}`"
    kind = option["type"].replace("|", "\\|")
    return f"| `{option['name']}` | {kind} | {limits(option)} | {default} | {option['meaning']} |"


def section(entry):
    aliases = f" (also {', '.join(f'`{a}`' for a in entry['aliases'])})" if entry["aliases"] else ""
    lines = [f"### `{entry['name']}`{aliases}", "", entry["summary"]]
    lines += [f"\n{name.capitalize()}: {says}" for name, says in entry["facts"].items()]
    if entry["kinds"]:
        lines += ["", f"For samples: {', '.join(f'`{kind}`' for kind in entry['kinds'])}"]
    if entry["formula"]:
        lines += ["", f"Formula: `{entry['formula']}`"]
    if entry["options"]:
        lines += ["", "| option | type | range | default | meaning |", "|---|---|---|---|---|"]
        lines += [option_row(option) for option in entry["options"]]
    if entry["reference"]:
        lines += ["", f"Paper: {entry['reference']}"]
    return "\n".join(lines)


def page():
    kinds = groupby(catalogue(), key=lambda entry: entry["kind"])
    body = [f"## {kind}\n\n" + "\n\n".join(map(section, found)) for kind, found in kinds]
    return "\n".join([HEAD, "\n\n".join(body), ""])


def main():
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit("docs/parts.md is stale; run: python scripts/make_parts_page.py")


if __name__ == "__main__":
    main()

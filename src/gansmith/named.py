"""A part with its options in one line of text."""

import re
from typing import Any

from gansmith.reading import toml_tree
from gansmith.shown import value


def parse_named(text: str) -> tuple[str, dict[str, Any]]:
    """Read a part with options in one line: ``inception:resize=clean,precision=bf16``.

    What is not a number needs no quotes. Without an equals sign all of it is the name.

    Raises:
        ValueError: what follows the name is not a list of options.
    """
    if "=" not in text:
        return text, {}
    name, _, rest = text.partition(":")
    quoted = re.sub(r"=\s*(?!(?:true|false|[\d.eE+-]+)\s*(?:,|$))([^\"',]+)", r"='\1'", rest)
    try:
        return name, toml_tree(re.sub(r",\s*(?=\w+\s*=)", "\n", quoted))
    except ValueError as error:
        raise ValueError(
            f"{value(rest)} is not a list of options for {value(name)}; write them as in "
            f"inception:resize=clean,precision=bf16"
        ) from error

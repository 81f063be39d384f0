"""Which extractor is meant by a name with options."""

import re
import tomllib
from typing import Any

from gansmith.features.extractor import Extractor, Reference
from gansmith.registry import extractors


def build_extractor(
    named: str, reference: Reference | None = None, device: str = "cpu"
) -> Extractor:
    """Return the extractor of a name, which may have options: ``inception:resize=clean``.

    What is no number needs no quotes.

    Args:
        named: a name, or name:option=value,option=value.
        reference: some reals with their labels, for extractors that learn from them.
        device: where features are computed.

    Raises:
        UnknownPartError: there is no extractor of that name.
        ValueError: an option is unknown or has a wrong value.
        GansmithError: its weights are not there.
    """
    name, options = named, {}
    if "=" in named:
        name, _, text = named.partition(":")
        options = _options(text, name)
    built: Extractor = extractors.build(name, options, reference=reference, device=device)
    return built


def _options(text: str, name: str) -> dict[str, Any]:
    quoted = re.sub(r"=\s*(?!(?:true|false|[\d.eE+-]+)\s*(?:,|$))([^\"',]+)", r"='\1'", text)
    try:
        return tomllib.loads(re.sub(r",\s*(?=\w+\s*=)", "\n", quoted))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"'{text}' is no list of options for the extractor '{name}'; write them as in "
            f"{name}:size=64,precision=bf16"
        ) from error

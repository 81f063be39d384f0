"""Which extractor is meant by a name with options."""

from collections.abc import Mapping
from typing import Any

from gansmith.errors import wrong_return
from gansmith.features.extractor import Extractor, Reference
from gansmith.named import parse_named
from gansmith.recipe.returns import naming
from gansmith.registry import extractors


def build_extractor(
    named: str,
    reference: Reference | None = None,
    device: str = "cpu",
    facts: Mapping[str, Any] | None = None,
) -> Extractor:
    """Return the extractor of a name, which may have options: ``inception:resize=clean``.

    Args:
        named: a name, or name:option=value,option=value.
        reference: some reals with their labels, for extractors that learn from them.
        device: where features are computed.
        facts: of the data, for extractors that must know more of samples than their values.

    Raises:
        UnknownPartError: there is no extractor of that name.
        ValueError: an option is unknown or has a wrong value.
        GansmithError: its weights are not there.
    """
    name, options = parse_named(named)
    return built_extractor(name, options, reference, device, facts)


def built_extractor(
    name: str,
    options: Mapping[str, Any],
    reference: Reference | None,
    device: str,
    facts: Mapping[str, Any] | None = None,
) -> Extractor:
    """Build an extractor and check that it is one.

    Raises:
        UnknownPartError: there is no extractor of that name.
        ValueError: an option is unknown or has a wrong value.
        PartError: one of the user's own failed or is not an extractor.
    """
    with naming(extractors.get(name)):
        found = extractors.build(
            name, options, reference=reference, device=device, facts=facts or {}
        )
    if not isinstance(found, Extractor) or not callable(found):
        must = "an Extractor, which has name, width, resize and digest and maps samples to features"
        raise wrong_return(f"extractor '{name}'", must, found)
    return found

"""Which extractor is meant by a name with options."""

from gansmith.features.extractor import Extractor, Reference
from gansmith.registry import extractors, parse_named


def build_extractor(
    named: str, reference: Reference | None = None, device: str = "cpu"
) -> Extractor:
    """Return the extractor of a name, which may have options: ``inception:resize=clean``.

    Args:
        named: a name, or name:option=value,option=value.
        reference: some reals with their labels, for extractors that learn from them.
        device: where features are computed.

    Raises:
        UnknownPartError: there is no extractor of that name.
        ValueError: an option is unknown or has a wrong value.
        GansmithError: its weights are not there.
    """
    name, options = parse_named(named)
    built: Extractor = extractors.build(name, options, reference=reference, device=device)
    return built

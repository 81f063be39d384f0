"""The values themselves as features: right for vectors."""

import math

from gansmith.features.extractor import FixedExtractor, Reference
from gansmith.registry import extractors


@extractors.add
def identity(reference: Reference | None = None) -> FixedExtractor:
    """The raw values of each sample, flattened: right for vectors and toy distributions."""
    shape = () if reference is None else tuple(reference[0].shape[1:])
    return FixedExtractor(
        name="identity",
        width=math.prod(shape) if shape else 0,
        resize="none",
        function=lambda samples: samples.flatten(1),
        layers=lambda samples: (samples,),
    )

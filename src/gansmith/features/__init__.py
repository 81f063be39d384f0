"""Extractors turn samples into features; what the features are used for is not their concern."""

from gansmith.features.cache import kept_features
from gansmith.features.devices import build_team
from gansmith.features.extraction import as_unit, extract
from gansmith.features.extractor import Extractor, FixedExtractor
from gansmith.features.lookup import build_extractor

__all__ = [
    "Extractor",
    "FixedExtractor",
    "as_unit",
    "build_extractor",
    "build_team",
    "extract",
    "kept_features",
]

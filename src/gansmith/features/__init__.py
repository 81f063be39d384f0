"""Extractors turn samples into features; what the features are used for is not their concern."""

from gansmith.features.choose import build_extractor
from gansmith.features.extraction import as_unit, extract
from gansmith.features.extractor import Extractor, FixedExtractor

__all__ = ["Extractor", "FixedExtractor", "as_unit", "build_extractor", "extract"]

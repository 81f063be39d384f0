"""Every sample of a data set, inspected once as an image."""

from collections.abc import Iterable

import numpy as np
from PIL import Image

from gansmith.data.audit.tally import Look, Looked, shades_of
from gansmith.data.audit.thumbnails import glance
from gansmith.data.held_out import content_hash
from gansmith.data.prepare.decode import Header, Reach
from gansmith.data.prepare.resize import to_channels
from gansmith.data.prepare.threads import Progress, Report
from gansmith.kinds.units import to_bytes, to_unit


def inspect_all(samples: Iterable[np.ndarray], count: int, progress: Progress | None) -> Looked:
    """Inspect samples [C, H, W] one after the other, and say how far it is."""
    report, seen = Report(progress, count), Looked()
    for sample in samples:
        seen.add(_inspect(sample))
        report.one_more()
    return seen


def _inspect(sample: np.ndarray) -> Look:
    """Inspect one sample [C, H, W], uint8 or float32."""
    image = as_image(sample)
    header = Header(image.width, image.height, image.mode, False)
    low, high = float(sample.min()), float(sample.max())
    reach = Reach(low, high, 8) if sample.dtype == np.uint8 else Reach(-1.0, 1.0, 16)
    seen = glance(image, content_hash(sample, sample.shape))
    return Look(seen, image.mode == "L", header, reach, shades_of(image))


def as_image(sample: np.ndarray) -> Image.Image:
    """Return a sample [C, H, W], uint8 or float32, as an image in grey or colour."""
    pixels = sample if sample.dtype == np.uint8 else to_bytes(to_unit(np.asarray(sample)[None]))[0]
    grey_or_colour = to_channels(np.asarray(pixels), 1 if len(pixels) < 3 else 3)
    planes = grey_or_colour[0] if len(grey_or_colour) == 1 else grey_or_colour.transpose(1, 2, 0)
    return Image.fromarray(np.ascontiguousarray(planes))

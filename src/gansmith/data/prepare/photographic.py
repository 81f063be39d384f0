"""Do images look like photographs? Only those are mirrored by default."""

import numpy as np

from gansmith.data.samples import Data

SEEN = 256  # images inspected
FLAT = (
    0.28  # share of pixels equal to their right neighbour: photographs up to .22, drawings from .33
)
ENDS = (
    0.3  # share of pixels that are all black or all white: photographs up to .09, symbols from .35
)
COLOURED = 0.02  # share of pixels whose channels differ by more than a tenth of their range


def looks_photographic(data: Data) -> bool:
    """Say whether most images are in colour and textured, as photographs are.

    Digits, letters, emoji, logos and drawings have flat areas, pure black and white, or no colour:
    there left and right may differ. What a photograph shows is not known; of text, it is mirrored.
    """
    if not data.kind.pixels or data.shape[0] < 3 or len(data.train) == 0:
        return False
    count = len(data.train)
    rows = np.unique(np.linspace(0, count - 1, min(SEEN, count)).round().astype(np.int64))
    pixels = data.train.take(rows)[:, :3]
    if pixels.dtype != np.uint8:
        return False
    return _flat(pixels) < FLAT and _ends(pixels) < ENDS and _coloured(pixels) > COLOURED


def _flat(pixels: np.ndarray) -> float:
    return float((pixels[..., 1:] == pixels[..., :-1]).all(axis=1).mean())


def _ends(pixels: np.ndarray) -> float:
    return float(((pixels <= 5) | (pixels >= 250)).all(axis=1).mean())


def _coloured(pixels: np.ndarray) -> float:
    return float((pixels.max(axis=1) - pixels.min(axis=1) > 24).mean())

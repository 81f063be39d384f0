"""Pictures to the size of the nets: cropped at the centre to its shape, then antialiased."""

import numpy as np
import PIL
from PIL import Image, ImageOps

FILTER = Image.Resampling.LANCZOS
LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as Pillow converts to grey


CROPS = {
    "centre": "centre, to the shape of the target",
    "smart": "where most detail is, to the shape of the target",
    "letterbox": "none; the whole image with black bars",
    "random": "centre, an eighth larger than the target; another window of it in every epoch",
}


def protocol(height: int, width: int, crop: str = "centre") -> dict[str, object]:
    """Return what a protocol says about the resize."""
    return {
        "filter": "lanczos, antialiased",
        "library": f"Pillow {PIL.__version__}",
        "crop": CROPS[crop],
        "target": [height, width],
    }


def centre_box(width: int, height: int, target: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the largest centred (left, top, right, bottom) with the shape of target (H, W)."""
    target_height, target_width = target
    scale = min(width / target_width, height / target_height)
    crop_width = max(1, min(width, round(target_width * scale)))
    crop_height = max(1, min(height, round(target_height * scale)))
    left, top = (width - crop_width) // 2, (height - crop_height) // 2
    return left, top, left + crop_width, top + crop_height


def detail_box(picture: Image.Image, target: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a box as large as the central one, moved to where neighbouring pixels differ most."""
    left, top, right, bottom = centre_box(picture.width, picture.height, target)
    width, height = right - left, bottom - top
    grey = np.asarray(picture.convert("L"), np.float32)
    across = np.abs(np.diff(grey, axis=1, append=grey[:, -1:])).sum(axis=0)
    down = np.abs(np.diff(grey, axis=0, append=grey[-1:])).sum(axis=1)
    left, top = _richest(across, width), _richest(down, height)
    return left, top, left + width, top + height


def _richest(detail: np.ndarray, length: int) -> int:
    """Return where the window with the largest sum begins; of several, the middle one."""
    sums = np.convolve(detail, np.ones(length, np.float32), "valid")
    best = np.flatnonzero(sums >= sums.max() * (1 - 1e-6))
    return int(best[np.abs(best - (len(sums) - 1) / 2).argmin()])


def fit(picture: Image.Image, target: tuple[int, int], crop: str = "centre") -> Image.Image:
    """Return the image cropped as ``CROPS`` says and resized to target (H, W)."""
    size = target[::-1]
    if picture.size == size:
        return picture
    if crop == "letterbox":
        return ImageOps.pad(picture, size, FILTER, color=0)
    if crop == "smart":
        box = detail_box(picture, target)
    else:
        box = centre_box(picture.width, picture.height, target)
    cropped = picture.crop(box)
    return cropped if cropped.size == size else cropped.resize(size, FILTER)


def fit_array(sample: np.ndarray, target: tuple[int, int]) -> np.ndarray:
    """Return one sample [C, H, W], uint8 or float32, fitted to target (H, W) as ``fit`` does."""
    if sample.shape[1:] == target:
        return sample
    return np.stack([np.asarray(fit(Image.fromarray(channel), target)) for channel in sample])


def add_border(values: np.ndarray, target: tuple[int, int]) -> np.ndarray:
    """Return samples [N, C, H, W] centred in a target (H, W) of black background."""
    spare = [wanted - has for wanted, has in zip(target, values.shape[2:], strict=True)]
    sides = [(side // 2, side - side // 2) for side in spare]
    black = 0 if values.dtype == np.uint8 else -1
    return np.pad(values, [(0, 0), (0, 0), *sides], constant_values=black)


def to_channels(sample: np.ndarray, channels: int) -> np.ndarray:
    """Return one sample [C, H, W] in grey or colour; transparency is laid on white."""
    white = 255 if sample.dtype == np.uint8 else 1.0
    if len(sample) in (2, 4) and channels < len(sample):
        low = 0 if sample.dtype == np.uint8 else -1.0
        alpha = (sample[-1:].astype(np.float64) - low) / (white - low)
        sample = _as(sample[:-1] * alpha + white * (1 - alpha), sample.dtype)
    if len(sample) == 3 and channels == 1:
        sample = _as(np.tensordot(LUMA, sample, axes=(0, 0))[None], sample.dtype)
    if len(sample) == 1 and channels == 3:
        sample = np.repeat(sample, 3, axis=0)
    return sample


def _as(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    return np.rint(values).astype(dtype) if dtype == np.uint8 else values.astype(dtype)

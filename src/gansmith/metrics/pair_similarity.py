"""Structural similarity of images, and of random pairs of fakes: a plain measure of diversity."""

import math
from typing import Annotated

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from gansmith.facts import Value
from gansmith.ranges import Range
from gansmith.registry import metrics

Images = Float[Tensor, " _ channels height width"]
WINDOW, SIGMA = 11, 1.5
WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)  # of the scales, finest first
STABLE = (0.01**2 * 4, 0.03**2 * 4)  # K1^2 L^2, K2^2 L^2; images span L = 2
VALUES = {
    "pair_similarity": Value(
        "low", "diversity", "Pair similarity", "structural similarity of random pairs of fakes"
    ),
    "pair_similarity_excess": Value(
        "zero", "diversity", "Excess similarity", "pair similarity of fakes beyond that of reals"
    ),
}


@metrics.add(of="samples", aliases=("ms_ssim",), values=VALUES, kinds=("image",))
def pair_similarity(
    real: Images, fake: Images, pairs: Annotated[int, Range(low=1)] = 1000, seed: int = 0
) -> dict[str, float]:
    """Mean multi-scale structural similarity (MS-SSIM) of random pairs of fakes.

    1 means all fakes are one image; ``pair_similarity_excess`` subtracts the same of the reals, so
    that near 0 is right and above 0 is too little variety. About the fakes; the reals set the
    scale. It sees pixels, not meaning; use it within a class, or beside ``diversity``.

    Args:
        real: reals [samples, channels, height, width] in [-1, 1].
        fake: fakes, likewise.
        pairs: how many pairs of each side.
        seed: of the pairs.

    Raises:
        ValueError: images are below 11 pixels, or a side has fewer than two.

    Reference: Odena et al. 2016, arXiv:1610.09585; Wang et al. 2003, Multiscale structural
    similarity for image quality assessment.
    """
    if min(len(real), len(fake)) < 2:
        raise ValueError(
            f"pair_similarity needs at least 2 images on each side but got {len(real)} real and "
            f"{len(fake)} fake; raise the number of samples"
        )
    of_reals, of_fakes = (_of_pairs(side, pairs, seed) for side in (real, fake))
    return {"pair_similarity": of_fakes, "pair_similarity_excess": of_fakes - of_reals}


def _of_pairs(images: Tensor, pairs: int, seed: int) -> float:
    draws = torch.Generator().manual_seed(seed)
    first = torch.randint(len(images), (pairs,), generator=draws)
    step = torch.randint(1, len(images), (pairs,), generator=draws)
    second = (first + step) % len(images)
    parts = zip(torch.split(first, 100), torch.split(second, 100), strict=True)
    return float(torch.cat([ms_ssim(images[i], images[j]) for i, j in parts]).mean())


def ms_ssim(first: Images, second: Images) -> Float[Tensor, " pairs"]:
    """Return the multi-scale structural similarity of each pair of images in [-1, 1].

    Five scales where the image is large enough (176 px); smaller images use the finer scales with
    their weights made to sum to 1. Equals SSIM of one scale below 22 px.

    Raises:
        ValueError: the images are smaller than the window of 11 pixels.
    """
    side = min(first.shape[-2:])
    if side < WINDOW:
        raise ValueError(f"structural similarity needs images of 11 pixels or more but got {side}")
    scales = min(len(WEIGHTS), int(math.log2(side / WINDOW)) + 1)
    weights = torch.tensor(WEIGHTS[:scales], dtype=first.dtype)
    factors = []
    for scale in range(scales):
        luminance, contrast = _ssim_parts(first, second)
        factors.append(contrast if scale < scales - 1 else luminance)
        first, second = F.avg_pool2d(first, 2), F.avg_pool2d(second, 2)
    return (torch.stack(factors).clamp(min=0) ** (weights / weights.sum())[:, None]).prod(0)


def _ssim_parts(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Mean over the image of SSIM, and of its contrast and structure part alone."""
    mean_x, mean_y = _blur(x), _blur(y)
    var_x, var_y = _blur(x * x) - mean_x**2, _blur(y * y) - mean_y**2
    covariance = _blur(x * y) - mean_x * mean_y
    contrast = (2 * covariance + STABLE[1]) / (var_x + var_y + STABLE[1])
    luminance = (2 * mean_x * mean_y + STABLE[0]) / (mean_x**2 + mean_y**2 + STABLE[0])
    return (luminance * contrast).mean((1, 2, 3)), contrast.mean((1, 2, 3))


def _blur(images: Tensor) -> Tensor:
    place = torch.arange(WINDOW, dtype=images.dtype) - WINDOW // 2
    weights = torch.exp(-place.square() / (2 * SIGMA**2))
    line = (weights / weights.sum()).expand(images.shape[1], 1, 1, WINDOW)
    groups = images.shape[1]
    return F.conv2d(F.conv2d(images, line, groups=groups), line.mT, groups=groups)

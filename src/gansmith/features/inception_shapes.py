"""What a file of Inception weights must hold: the name and shape of every convolution."""

from collections.abc import Mapping

import torch
from torch import Tensor

from gansmith.errors import GansmithError

Weights = Mapping[str, Tensor]
Shape = tuple[int, int, int, int]  # out, in, height, width of a kernel
NORM = ("weight", "bias", "running_mean", "running_var")
CLASSES, WIDTH = 1008, 2048
STEM: dict[str, Shape] = {
    "Conv2d_1a_3x3": (32, 3, 3, 3),
    "Conv2d_2a_3x3": (32, 32, 3, 3),
    "Conv2d_2b_3x3": (64, 32, 3, 3),
    "Conv2d_3b_1x1": (80, 64, 1, 1),
    "Conv2d_4a_3x3": (192, 80, 3, 3),
}


def _block_35(width: int, pooled: int) -> dict[str, Shape]:
    """Blocks at 35 x 35 pixels, Mixed_5b to 5d."""
    return {
        "branch1x1": (64, width, 1, 1),
        "branch5x5_1": (48, width, 1, 1),
        "branch5x5_2": (64, 48, 5, 5),
        "branch3x3dbl_1": (64, width, 1, 1),
        "branch3x3dbl_2": (96, 64, 3, 3),
        "branch3x3dbl_3": (96, 96, 3, 3),
        "branch_pool": (pooled, width, 1, 1),
    }


def _to_17(width: int) -> dict[str, Shape]:
    """Mixed_6a, which halves 35 x 35."""
    return {
        "branch3x3": (384, width, 3, 3),
        "branch3x3dbl_1": (64, width, 1, 1),
        "branch3x3dbl_2": (96, 64, 3, 3),
        "branch3x3dbl_3": (96, 96, 3, 3),
    }


def _block_17(width: int, narrow: int) -> dict[str, Shape]:
    """Blocks at 17 x 17, Mixed_6b to 6e."""
    return {
        "branch1x1": (192, width, 1, 1),
        "branch7x7_1": (narrow, width, 1, 1),
        "branch7x7_2": (narrow, narrow, 1, 7),
        "branch7x7_3": (192, narrow, 7, 1),
        "branch7x7dbl_1": (narrow, width, 1, 1),
        "branch7x7dbl_2": (narrow, narrow, 7, 1),
        "branch7x7dbl_3": (narrow, narrow, 1, 7),
        "branch7x7dbl_4": (narrow, narrow, 7, 1),
        "branch7x7dbl_5": (192, narrow, 1, 7),
        "branch_pool": (192, width, 1, 1),
    }


def _to_8(width: int) -> dict[str, Shape]:
    """Mixed_7a, which halves 17 x 17."""
    return {
        "branch3x3_1": (192, width, 1, 1),
        "branch3x3_2": (320, 192, 3, 3),
        "branch7x7x3_1": (192, width, 1, 1),
        "branch7x7x3_2": (192, 192, 1, 7),
        "branch7x7x3_3": (192, 192, 7, 1),
        "branch7x7x3_4": (192, 192, 3, 3),
    }


def _block_8(width: int) -> dict[str, Shape]:
    """Blocks at 8 x 8, Mixed_7b and 7c."""
    return {
        "branch1x1": (320, width, 1, 1),
        "branch3x3_1": (384, width, 1, 1),
        "branch3x3_2a": (384, 384, 1, 3),
        "branch3x3_2b": (384, 384, 3, 1),
        "branch3x3dbl_1": (448, width, 1, 1),
        "branch3x3dbl_2": (384, 448, 3, 3),
        "branch3x3dbl_3a": (384, 384, 1, 3),
        "branch3x3dbl_3b": (384, 384, 3, 1),
        "branch_pool": (192, width, 1, 1),
    }


BLOCKS: dict[str, dict[str, Shape]] = {
    "Mixed_5b": _block_35(192, 32),
    "Mixed_5c": _block_35(256, 64),
    "Mixed_5d": _block_35(288, 64),
    "Mixed_6a": _to_17(288),
    "Mixed_6b": _block_17(768, 128),
    "Mixed_6c": _block_17(768, 160),
    "Mixed_6d": _block_17(768, 160),
    "Mixed_6e": _block_17(768, 192),
    "Mixed_7a": _to_8(768),
    "Mixed_7b": _block_8(1280),
    "Mixed_7c": _block_8(2048),
}
CONVOLUTIONS: dict[str, Shape] = STEM | {
    f"{block}.{name}": shape for block, inside in BLOCKS.items() for name, shape in inside.items()
}


def shapes() -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor by its name."""
    found: dict[str, tuple[int, ...]] = {}
    for name, shape in CONVOLUTIONS.items():
        found[f"{name}.conv.weight"] = shape
        found |= {f"{name}.bn.{part}": shape[:1] for part in NORM}
    return found | {"fc.weight": (CLASSES, WIDTH), "fc.bias": (CLASSES,)}


def check_weights(weights: Weights, where: str) -> Weights:
    """Return the weights; refuse those of another network.

    Raises:
        GansmithError: a tensor is missing or has another shape.
    """
    for name, shape in shapes().items():
        got = list(weights[name].shape) if name in weights else "nothing"
        if got != list(shape):
            raise GansmithError(
                f"{where} does not hold the weights of the FID network: {name} must be "
                f"{list(shape)} but is {got}; give pt_inception-2015-12-05-6726825d.pth"
            )
    return weights


def random_weights(seed: int = 0) -> Weights:
    """Return weights that only keep the signal's size: for tests and timings, not for numbers."""
    draws = torch.Generator().manual_seed(seed)
    weights: dict[str, Tensor] = {}
    for name, shape in shapes().items():
        noise = torch.randn(shape, generator=draws)
        if name.endswith(("running_var", "bn.weight")):
            noise = 1 + 0.1 * noise
        elif len(shape) == 1:
            noise = 0.1 * noise
        else:
            noise *= (2 / (noise.numel() / shape[0])) ** 0.5
        weights[name] = noise
    return weights

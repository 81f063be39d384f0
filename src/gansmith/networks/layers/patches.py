"""Convolutions with many weights and few pixels, as matrix products of patches.

Near the base grid a layer holds megabytes of weights for a few pixels, and on a processor
the usual convolution spends much of its time rearranging them. Gathering the pixels instead and
multiplying once takes, with AMX, 0.7 of the time in float32 and a third in bfloat16 (256 -> 512
channels, 8x8 to 4x4, batch 64). On an AMD processor with AVX-512 it is the slower one there (49 ms
against 37) but for the gradient of the weights (51 ms against 72); with batch 1 it takes half of
the time.
"""

import itertools
import math
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

HAS_AMX = bool(torch.cpu._is_amx_tile_supported())
PerPixel = Mapping[torch.dtype, float]  # weights for each pixel from which on it is the faster one
WITH_AMX: PerPixel = {torch.float32: 1024, torch.bfloat16: 256}
WITHOUT_AMX: PerPixel = {torch.float32: 16384, torch.bfloat16: 16384}
GRADIENT_WITHOUT_AMX: PerPixel = {torch.float32: 1024}
FEWEST_WEIGHTS = 1 << 17
Geometry = tuple[int, int, int, int, int]  # window, stride, padding, height, width of the image


def pays_off(x: Tensor, weight: Tensor, pixels: int) -> bool:
    """Say whether a product of patches is the faster way to the same values.

    Only ordinary passes on a processor in float32 or bfloat16 are changed: exported nets, and
    float64 with any number of processes, stay torch's own.

    Args:
        x: the input.
        weight: of the convolution.
        pixels: of the smaller of input and output grid, over the whole batch.
    """
    return _is_heavy(x, weight, pixels, WITH_AMX if HAS_AMX else WITHOUT_AMX)


def gradient_pays_off(x: Tensor, weight: Tensor, pixels: int) -> bool:
    """Say the same of the gradient of the weight alone; the arguments are those of ``pays_off``."""
    return not HAS_AMX and _is_heavy(x, weight, pixels, GRADIENT_WITHOUT_AMX)


def _is_heavy(x: Tensor, weight: Tensor, pixels: int, per_pixel: PerPixel) -> bool:
    if x.device.type != "cpu" or x.dtype == torch.float64 or torch.compiler.is_compiling():
        return False
    narrow = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else x.dtype
    enough = per_pixel.get(narrow, math.inf) * pixels
    many = weight.numel() >= max(FEWEST_WEIGHTS, enough)
    return many and not torch.jit.is_tracing()  # type: ignore


class Gather(torch.autograd.Function):
    """Images to the patches that a convolution reads; the adjoint of ``Scatter``."""

    @staticmethod
    def forward(x: Tensor, geometry: Geometry) -> Tensor:
        """Map images to [batch, rows, columns, window, window, channels]."""
        window, stride, padding, *_ = geometry
        image = F.pad(x.permute(0, 2, 3, 1), (0, 0, padding, padding, padding, padding))
        patches = image.unfold(1, window, stride).unfold(2, window, stride)
        return patches.permute(0, 1, 2, 4, 5, 3).contiguous()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the geometry."""
        ctx.geometry = inputs[1]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """Add up the patches."""
        return Scatter.apply(gradients[0], ctx.geometry), None  # type: ignore[no-untyped-call]


class Scatter(torch.autograd.Function):
    """Patches added up where they lie in the image; the adjoint of ``Gather``."""

    @staticmethod
    def forward(patches: Tensor, geometry: Geometry) -> Tensor:
        """Map [batch, rows, columns, window, window, channels] to images."""
        window, stride, padding, height, width = geometry
        batch, rows, columns, *_, channels = patches.shape
        image = patches.new_zeros(batch, height + 2 * padding, width + 2 * padding, channels)
        for i, j in itertools.product(range(window), repeat=2):
            down = slice(i, i + stride * rows, stride)
            across = slice(j, j + stride * columns, stride)
            image[:, down, across] += patches[:, :, :, i, j]
        inside = image[:, padding : padding + height, padding : padding + width]
        return inside.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the geometry."""
        ctx.geometry = inputs[1]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        """Gather the patches."""
        return Gather.apply(gradients[0], ctx.geometry), None  # type: ignore[no-untyped-call]


def convolve_patches(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int
) -> Tensor:
    """Do what ``F.conv2d`` does, as one matrix product."""
    geometry = (weight.shape[2], stride, padding, x.shape[2], x.shape[3])
    patches: Tensor = Gather.apply(x, geometry)  # type: ignore[no-untyped-call]
    matrix = weight.permute(0, 2, 3, 1).reshape(len(weight), -1)
    pixels = F.linear(patches.view(-1, matrix.shape[1]), matrix, bias)
    return pixels.view(*patches.shape[:3], -1).permute(0, 3, 1, 2)


def weight_gradient(x: Tensor, gradient: Tensor, window: int, stride: int, padding: int) -> Tensor:
    """Return the gradient of a convolution's weight, [outputs, inputs, window, window].

    Args:
        x: what it convolved.
        gradient: with respect to what came out.
        window: side of the kernel.
        stride: of the kernel.
        padding: on each side.
    """
    patches = Gather.forward(x, (window, stride, padding, x.shape[2], x.shape[3]))
    pixels = gradient.permute(0, 2, 3, 1).reshape(-1, gradient.shape[1])
    matrix = pixels.T @ patches.view(len(pixels), -1)
    return matrix.view(-1, window, window, x.shape[1]).permute(0, 3, 1, 2)


def convolve_patches_transposed(x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    """Do what ``F.conv_transpose2d`` does without bias, as one matrix product."""
    inputs, outputs, window, _ = weight.shape
    height, width = ((side - 1) * stride + window - 2 * padding for side in x.shape[2:])
    matrix = weight.permute(0, 2, 3, 1).reshape(inputs, -1)
    pixels = x.permute(0, 2, 3, 1).reshape(-1, inputs)
    patches = F.linear(pixels, matrix.T).view(len(x), *x.shape[2:], window, window, outputs)
    image: Tensor = Scatter.apply(patches, (window, stride, padding, height, width))  # type: ignore[no-untyped-call]
    return image

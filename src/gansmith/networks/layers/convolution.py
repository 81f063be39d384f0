"""Convolutions for discriminators: penalties on the slope of D cost up to half as much.

torch differentiates a convolution's backward pass by a convolution whose kernel is a whole feature
map, which is slow. Here the slope with respect to the input is itself written as a transposed
convolution, so that its derivative is an ordinary one; the values are the same to rounding.
"""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.networks.layers.patches import (
    convolve_patches,
    convolve_patches_transposed,
    gradient_pays_off,
    pays_off,
    weight_gradient,
)

Gradients = tuple[Tensor | None, Tensor | None, Tensor | None, None, None]


class Convolution(torch.autograd.Function):
    """A 2-D convolution without groups or dilation, made for double backward."""

    generate_vmap_rule = True

    @staticmethod
    def forward(
        x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int
    ) -> Tensor:
        """Convolve [batch, inputs, height, width]; all tensors have one number format."""
        return F.conv2d(x, weight, bias, stride, padding)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep what the backward pass needs."""
        x, weight, bias, ctx.stride, ctx.padding = inputs
        ctx.save_for_backward(x, weight)
        ctx.outputs = None if bias is None else [len(weight)]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Gradients:
        """Return the gradients of input, weight and bias, differentiable where requested."""
        x, weight = ctx.saved_tensors
        wanted = [_is_wanted(ctx, index) for index in range(3)]
        if not torch.is_grad_enabled():
            return *_gradients(ctx, gradients[0], x, weight, wanted), None, None
        slope = None
        if wanted[0]:
            grid = [side + 2 * ctx.padding - window for side, window in _sides(x, weight)]
            rest = [side % ctx.stride for side in grid]
            slope = F.conv_transpose2d(gradients[0], weight, None, ctx.stride, ctx.padding, rest)
        wanted[0] = False
        _, to_weight, to_bias = _gradients(ctx, gradients[0], x, weight, wanted)
        return slope, to_weight, to_bias, None, None


def _sides(x: Tensor, weight: Tensor) -> list[tuple[int, int]]:
    return list(zip(x.shape[2:], weight.shape[2:], strict=True))


def _gradients(
    ctx: Any, gradient: Tensor, x: Tensor, weight: Tensor, wanted: list[bool]
) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
    """Return torch's own gradients of input, weight and bias, None where not wanted."""
    if not any(wanted):
        return None, None, None
    if wanted[1] and _weighs(x, gradient, weight):
        own = weight_gradient(x, gradient, weight.shape[2], ctx.stride, ctx.padding)
        rest = _gradients(ctx, gradient, x, weight, [wanted[0], False, wanted[2]])
        return rest[0], own, rest[2]
    stride, padding, none = [ctx.stride] * 2, [ctx.padding] * 2, [0, 0]
    found: tuple[Tensor | None, Tensor | None, Tensor | None]
    found = torch.ops.aten.convolution_backward(
        gradient, x, weight, ctx.outputs, stride, padding, [1, 1], False, none, 1, wanted
    )
    return found


def _weighs(x: Tensor, gradient: Tensor, weight: Tensor) -> bool:
    """Say whether the gradient of a weight is found faster as a product of patches."""
    plain = x.dtype == torch.float32 and not torch.is_grad_enabled()
    pixels = gradient.shape[0] * gradient.shape[2] * gradient.shape[3]
    return plain and gradient_pays_off(x, weight, pixels)


def _is_wanted(ctx: Any, index: int) -> bool:
    """Say whether this backward pass uses the gradient of that input.

    ``needs_input_grad`` says only that the input requires one: where D's slope with respect to its
    samples is taken, the weights' gradients are not used and would cost as much again.
    """
    if not ctx.needs_input_grad[index]:
        return False
    try:
        return bool(torch._C._will_engine_execute_node(ctx.next_functions[index][0]))
    except (RuntimeError, AttributeError):  # grad() with respect to the weight itself
        return True


def convolve(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: int = 1, padding: int = 0
) -> Tensor:
    """Convolve [batch, inputs, height, width], ready for a penalty on the slope.

    Compiled, exported and traced nets, and passes that need no gradient, use torch's own.
    """
    outputs = [(side + 2 * padding - window) // stride + 1 for side, window in _sides(x, weight)]
    if pays_off(x, weight, x.shape[0] * math.prod(outputs)):
        return convolve_patches(x, weight, bias, stride, padding)
    tracing = torch.compiler.is_compiling() or torch.jit.is_tracing()  # type: ignore
    if tracing or not torch.is_grad_enabled():
        return F.conv2d(x, weight, bias, stride, padding)
    device = x.device.type
    if not torch.is_autocast_enabled(device):
        return _apply(x, weight, bias, stride, padding)
    narrow = torch.get_autocast_dtype(device)
    with torch.autocast(device, enabled=False):
        bias = None if bias is None else bias.to(narrow)
        return _apply(x.to(narrow), weight.to(narrow), bias, stride, padding)


def convolve_transposed(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int
) -> Tensor:
    """Do what ``F.conv_transpose2d`` does, in the faster of two ways."""
    if not pays_off(x, weight, x.shape[0] * x.shape[2] * x.shape[3]):
        return F.conv_transpose2d(x, weight, bias, stride, padding)
    y = convolve_patches_transposed(x, weight, stride, padding)
    return y if bias is None else y + bias.to(y.dtype)[:, None, None]


def _apply(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Tensor:
    y: Tensor = Convolution.apply(x, weight, bias, stride, padding)  # type: ignore[no-untyped-call]
    return y


class Conv2d(nn.Conv2d):
    """torch's convolution (no groups, no dilation), ready for a penalty on the slope."""

    def __init__(
        self, inputs: int, outputs: int, window: int, stride: int = 1, bias: bool = True
    ) -> None:
        super().__init__(inputs, outputs, window, stride, (window - stride + 1) // 2, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, height, width], over stride."""
        return convolve(x, self.weight, self.bias, int(self.stride[0]), int(self.padding[0]))


class ConvTranspose2d(nn.ConvTranspose2d):
    """torch's transposed convolution that multiplies the grid by its stride."""

    def __init__(
        self, inputs: int, outputs: int, window: int, stride: int, bias: bool = True
    ) -> None:
        super().__init__(inputs, outputs, window, stride, (window - stride) // 2, bias=bias)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Map [batch, inputs, height, width] to [batch, outputs, height, width], times stride."""
        stride, padding = int(self.stride[0]), int(self.padding[0])
        return convolve_transposed(x, self.weight, self.bias, stride, padding)

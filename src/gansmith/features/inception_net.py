"""The FID network, made for speed: batch norm folded away, channels last, shared products."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.features.extractor import last_of_each_size
from gansmith.features.inception_shapes import BLOCKS, Weights

EPSILON = 1e-3  # of its batch norm
MOMENTS = ("weight", "bias", "running_mean", "running_var")


class Conv(nn.Module):
    """Convolutions of the same input and kernel size as one, batch norm folded in, and a ReLU."""

    def __init__(self, weights: Weights, *names: str, stride: int = 1, padded: bool = True) -> None:
        super().__init__()
        kernels, shifts = zip(*(_folded(weights, name) for name in names), strict=True)
        self.kernel = nn.Parameter(torch.cat(kernels))
        self.shift = nn.Parameter(torch.cat(shifts))
        height, width = self.kernel.shape[2:]
        self.stride = stride
        self.padding = (height // 2, width // 2) if padded else (0, 0)

    def linear(self, x: Tensor) -> Tensor:
        """Convolve without the ReLU."""
        return F.conv2d(x, self.kernel, self.shift, self.stride, self.padding)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve [batch, channels, height, width]."""
        return self.linear(x).relu_()


def _folded(weights: Weights, name: str) -> tuple[Tensor, Tensor]:
    kernel = weights[f"{name}.conv.weight"].double()
    scale, shift, mean, variance = (weights[f"{name}.bn.{part}"].double() for part in MOMENTS)
    scale = scale / (variance + EPSILON).sqrt()
    return (kernel * scale[:, None, None, None]).float(), (shift - mean * scale).float()


class Mixed(nn.Module):
    """Branches side by side, their channels one after another.

    The first 1x1 convolutions of all branches see the same input and are one product. The average
    pool and the 1x1 convolution behind it are both linear and change places, so that fewer channels
    are pooled; TensorFlow's average leaves out the padding, so a constant stays one.
    """

    def __init__(self, weights: Weights, name: str, branches: tuple[str, ...], pool: str) -> None:
        super().__init__()
        self.pool = pool
        starts = [f"{name}.{branch.split()[0]}" for branch in branches]
        last = [f"{name}.branch_pool"]
        self.first = Conv(weights, *starts, *(last if pool == "average" else []))
        self.last = Conv(weights, *last) if pool == "max" else None
        self.rest = nn.ModuleList(_rest(weights, name, branch.split()[1:]) for branch in branches)
        self.widths = [len(weights[f"{start}.conv.weight"]) for start in starts]

    def forward(self, x: Tensor) -> Tensor:
        """Transform [batch, channels, height, width]."""
        first = self.first.linear(x)
        starts = torch.split(first, [*self.widths, first.shape[1] - sum(self.widths)], 1)
        out = [rest(start.relu()) for rest, start in zip(self.rest, starts[:-1], strict=True)]
        if self.last is None:
            pooled = F.avg_pool2d(starts[-1], 3, 1, 1, count_include_pad=False).relu_()
        else:
            pooled = self.last(F.max_pool2d(x, 3, 1, 1))
        return torch.cat([*out, pooled], 1)


def _rest(weights: Weights, block: str, names: list[str]) -> nn.Sequential:
    """The convolutions after a branch's first; "a+b" are two of the same input."""
    layers: list[nn.Module] = []
    for name in names:
        parts = [Conv(weights, f"{block}.{part}") for part in name.split("+")]
        layers.append(parts[0] if len(parts) == 1 else Fork(parts))
    return nn.Sequential(*layers)


class Fork(nn.Module):
    """Two convolutions of the same input."""

    def __init__(self, parts: list[Conv]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, x: Tensor) -> Tensor:
        """Transform [batch, channels, height, width]."""
        return torch.cat([part(x) for part in self.parts], 1)


class Halving(nn.Module):
    """Branches of stride 2 beside a max pool."""

    def __init__(self, weights: Weights, name: str, branches: tuple[str, ...]) -> None:
        super().__init__()
        self.branches = nn.ModuleList()
        for branch in branches:
            *names, last = (f"{name}.{part}" for part in branch.split())
            layers = [Conv(weights, part) for part in names]
            layers.append(Conv(weights, last, stride=2, padded=False))
            self.branches.append(nn.Sequential(*layers))

    def forward(self, x: Tensor) -> Tensor:
        """Transform [batch, channels, height, width]."""
        return torch.cat([*(branch(x) for branch in self.branches), F.max_pool2d(x, 3, 2)], 1)


AT_35 = ("branch1x1", "branch5x5_1 branch5x5_2", "branch3x3dbl_1 branch3x3dbl_2 branch3x3dbl_3")
TO_17 = ("branch3x3", "branch3x3dbl_1 branch3x3dbl_2 branch3x3dbl_3")
AT_17 = (
    "branch1x1",
    "branch7x7_1 branch7x7_2 branch7x7_3",
    "branch7x7dbl_1 branch7x7dbl_2 branch7x7dbl_3 branch7x7dbl_4 branch7x7dbl_5",
)
TO_8 = ("branch3x3_1 branch3x3_2", "branch7x7x3_1 branch7x7x3_2 branch7x7x3_3 branch7x7x3_4")
AT_8 = (
    "branch1x1",
    "branch3x3_1 branch3x3_2a+branch3x3_2b",
    "branch3x3dbl_1 branch3x3dbl_2 branch3x3dbl_3a+branch3x3dbl_3b",
)


class Inception(nn.Module):
    """The FID network from 299 x 299 pixels to 2,048 features.

    As Inception v3, with TensorFlow's average pool in all blocks but the last, which takes the
    maximum.
    """

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            Conv(weights, "Conv2d_1a_3x3", stride=2, padded=False),
            Conv(weights, "Conv2d_2a_3x3", padded=False),
            Conv(weights, "Conv2d_2b_3x3"),
            nn.MaxPool2d(3, 2),
            Conv(weights, "Conv2d_3b_1x1"),
            Conv(weights, "Conv2d_4a_3x3", padded=False),
            nn.MaxPool2d(3, 2),
        )
        self.blocks = nn.Sequential(*(_block(weights, name) for name in BLOCKS))
        self.head = nn.Parameter(weights["fc.weight"].float().clone())

    def to_bfloat16(self) -> None:
        """Compute in bfloat16 up to the last average; the head stays float32."""
        self.stem.to(torch.bfloat16)
        self.blocks.to(torch.bfloat16)

    def forward(self, images: Tensor) -> Tensor:
        """Return features [batch, 2048], float32, of images [batch, 3, 299, 299] in [-1, 1]."""
        pooled: Tensor = self.blocks(self.stem(self._laid_out(images))).float().mean((2, 3))
        return pooled

    def maps(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return the last map of each size, from 149 to 8 places a side."""
        return last_of_each_size([*self.stem, *self.blocks], self._laid_out(images))

    def _laid_out(self, images: Tensor) -> Tensor:
        kind = next(self.stem.parameters()).dtype
        return images.to(kind).contiguous(memory_format=torch.channels_last)


def _block(weights: Weights, name: str) -> nn.Module:
    if name.startswith("Mixed_5"):
        return Mixed(weights, name, AT_35, "average")
    if name in ("Mixed_6a", "Mixed_7a"):
        return Halving(weights, name, TO_17 if name == "Mixed_6a" else TO_8)
    if name.startswith("Mixed_6"):
        return Mixed(weights, name, AT_17, "average")
    return Mixed(weights, name, AT_8, "average" if name == "Mixed_7b" else "max")

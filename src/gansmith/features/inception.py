"""The network of the FID, with the resize of the tool whose numbers are to be met."""

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from gansmith.features.extractor import FixedExtractor
from gansmith.features.images import IMAGES, to_rgb
from gansmith.features.inception_net import Inception
from gansmith.features.inception_shapes import WIDTH, check_weights, random_weights
from gansmith.features.weights import Stored, WeightsFile, read_weights
from gansmith.registry import extractors

Resize = Literal["tensorflow", "clean", "pytorch"]
SIDE = 299
FILE = WeightsFile(
    name="pt_inception-2015-12-05-6726825d.pth",
    url="https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
    "pt_inception-2015-12-05-6726825d.pth",
    sha256="6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2",
    megabytes=96,
)
SAYS = {
    "tensorflow": f"TensorFlow 1 bilinear to {SIDE} px, as the original FID and torch-fidelity",
    "clean": f"antialiased bicubic to {SIDE} px, as clean-fid",
    "pytorch": f"bilinear without antialiasing to {SIDE} px, as pytorch-fid",
}
NAMES = {
    "frechet_distance": "FID",
    "frechet_infinity": "FID extrapolated",
    "kernel_distance": "KID",
}


@extractors.add(weights="Apache-2.0, fetched", kinds=IMAGES)
def inception(
    resize: Resize = "tensorflow",
    precision: Literal["fp32", "bf16"] = "fp32",
    weights: str = "",
    device: str = "cpu",
) -> FixedExtractor:
    """The FID network: 2,048 features; with its own weights a Frechet distance is called FID.

    Inception v3 of December 2015 as TensorFlow ran it, weights included. Images are rounded to
    bytes first, so that samples and the files made of them get the same number; grey is repeated to
    three channels. Published FIDs differ by the resize; the protocol names it. Batch norm is folded
    into the convolutions and those of the same input are one product: about 1.8 times as fast as
    the usual graph on a CPU, features equal to 1e-6.

    Args:
        resize: "tensorflow" (the original FID, torch-fidelity), "clean" (clean-fid), or "pytorch"
            (pytorch-fid).
        precision: "fp32", or "bf16": 3 to 6 times the speed of the usual graph where the processor
            multiplies bfloat16; docs/precision.md states the error.
        weights: path of the weights, or "random" for timings; fetched (96 MB) if left out.
        device: where to compute.

    Raises:
        GansmithError: there are no weights and they cannot be fetched; says which file to put
            where.

    Reference: Szegedy et al. 2015, arXiv:1512.00567; Heusel et al. 2017, arXiv:1706.08500.
    """
    net, stored = _network(weights, str(device), precision == "bf16")
    prepare = PREPARE[resize]

    def features(samples: Tensor) -> Tensor:
        found: Tensor = net(prepare(_bytes(to_rgb(samples))))
        return found

    def layers(samples: Tensor) -> tuple[Tensor, ...]:
        smooth = to_rgb(samples).add(1).mul(127.5)  # not rounded: that has no gradient
        return net.maps(prepare(smooth))

    def head(found: Tensor) -> Tensor:
        return (found.to(net.head.device) @ net.head.mT).softmax(1)

    return FixedExtractor(
        name="inception" if stored.genuine else "inception with other weights",
        width=WIDTH,
        resize=SAYS[resize] + (" (bf16)" if precision == "bf16" else ""),
        function=features,
        digest=stored.sha256,
        device=device,
        kinds=IMAGES,
        head=head,
        layers=layers,
        names=NAMES if stored.genuine else {},
        notes=() if stored.genuine else ("these weights are not those of the FID network",),
    )


@lru_cache(maxsize=4)
def _network(weights: str, device: str, bf16: bool) -> tuple[Inception, Stored]:
    if weights == "random":
        stored = Stored(dict(random_weights()), "", False, "random")
    else:
        stored = read_weights(FILE, weights)
    net = Inception(check_weights(stored.tensors, stored.where)).eval().requires_grad_(False)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    net.to(device)
    if bf16:
        net.to_bfloat16()
    return net, stored


def _bytes(images: Tensor) -> Tensor:
    """0..255, whole numbers."""
    return images.add(1).mul_(127.5).round_().clamp_(0, 255)


def like_tensorflow(images: Tensor) -> Tensor:
    """Resize whole numbers 0..255 as TensorFlow 1 does, to about [-1, 1].

    Pixel i of the result is read at i * in / out, with no half pixel between, and not antialiased.
    """
    down, across = (_steps(length).to(images.device) for length in images.shape[2:])
    return torch.matmul(down, images @ across.mT).sub_(128).div_(128)


@lru_cache(maxsize=16)
def _steps(length: int) -> Tensor:
    """The resize of one axis as a matrix [299, length]: quicker than picking pixels."""
    place = torch.arange(SIDE, dtype=torch.float32) * torch.tensor(length / SIDE)
    low = place.long()
    share = place - low
    rows, high = torch.arange(SIDE), (low + 1).clamp_max(length - 1)
    steps = torch.zeros(SIDE, length)
    steps[rows, low] = 1 - share
    steps[rows, high] += share
    return steps


def like_clean(images: Tensor) -> Tensor:
    """Resize whole numbers 0..255 by antialiased bicubic interpolation, to about [-1, 1]."""
    if images.shape[-2:] != (SIDE, SIDE):
        images = F.interpolate(images, (SIDE, SIDE), mode="bicubic", antialias=True)
    return images.clamp(0, 255).sub_(128).div_(128)


def like_pytorch(images: Tensor) -> Tensor:
    """Resize whole numbers 0..255 by bilinear interpolation, to [-1, 1]."""
    return F.interpolate(images / 255, (SIDE, SIDE), mode="bilinear").mul_(2).sub_(1)


PREPARE: dict[Resize, Callable[[Tensor], Tensor]] = {
    "tensorflow": like_tensorflow,
    "clean": like_clean,
    "pytorch": like_pytorch,
}

"""Features of an untrained network: no ImageNet, no weights to fetch, the same for every user."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.features.extractor import FixedExtractor, digest_of
from gansmith.features.images import IMAGES, resize, to_rgb
from gansmith.ranges import Range
from gansmith.registry import extractors

WIDTHS = (32, 64, 128, 256)
SLOPE = 0.2


@extractors.add(name="random", aliases=("random_convolution",), kinds=IMAGES)
def random_convolution(
    size: Annotated[
        int, Range(low=16, high=512, why="the network halves its input four times")
    ] = 32,
    seed: int = 0,
    device: str = "cpu",
) -> FixedExtractor:
    """Features of a convolutional network with fixed random weights: for images unlike ImageNet.

    Four 4x4 convolutions of stride 2 with orthogonal weights and leaky ReLU; the features are the
    mean over space of each layer, 480 numbers in all. Naeem et al. find random embeddings steadier
    than pretrained ones for data far from ImageNet (digits, sounds, simulations).

    Args:
        size: side in pixels that images are resized to (antialiased bicubic).
        seed: picks the weights; numbers compare only at the same seed.
        device: where to compute.

    Raises:
        ValueError: size is below 16.

    Reference: Naeem et al. 2020, arXiv:2002.09797.
    """
    net = _network(seed, str(device))

    def features(samples: Tensor) -> Tensor:
        pooled: Tensor = net(resize(to_rgb(samples), size))
        return pooled

    def layers(samples: Tensor) -> tuple[Tensor, ...]:
        return tuple(net.maps(resize(to_rgb(samples), size)))

    return FixedExtractor(
        name="random",
        width=sum(WIDTHS),
        resize=f"antialiased bicubic to {size} px",
        function=features,
        digest=digest_of(net.parameters()),
        device=device,
        kinds=IMAGES,
        layers=layers,
    )


@lru_cache(maxsize=4)
def _network(seed: int, device: str) -> "RandomConvolutions":
    return RandomConvolutions(seed).to(device).eval().requires_grad_(False)


class RandomConvolutions(nn.Module):
    """Strided convolutions with orthogonal weights drawn from a seed."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        draws = torch.Generator().manual_seed(seed)
        kernels = []
        for wide, narrow in zip(WIDTHS, (3, *WIDTHS), strict=False):
            kernel = torch.empty(wide, narrow, 4, 4)
            nn.init.orthogonal_(kernel, gain=(2 / (1 + SLOPE**2)) ** 0.5, generator=draws)
            kernels.append(nn.Parameter(kernel))
        self.kernels = nn.ParameterList(kernels)

    def forward(self, images: Tensor) -> Tensor:
        """Return the mean over space of every layer, [batch, 480], of RGB images."""
        return torch.cat([seen.mean((2, 3)) for seen in self.maps(images)], 1)

    def maps(self, images: Tensor) -> Iterator[Tensor]:
        """Yield the output of every layer, in the number format of the images."""
        for kernel in self.kernels:
            seen = F.conv2d(images, kernel.to(images.dtype), stride=2, padding=1)
            images = F.leaky_relu(seen, SLOPE)
            yield images

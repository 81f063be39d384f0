"""A small convolutional classifier of images or series, trained for a fixed number of steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.downstream.labelled import Form, Labelled
from gansmith.downstream.ordinary import varied

WIDTHS = (16, 32, 64, 64)
SIDE = 32  # pixels of the longer side that the network sees; larger images are reduced
BLOCK = 256


@dataclass(frozen=True)
class Length:
    """How long training takes, alike for every training set.

    Args:
        steps: of Adam.
        batch: samples of one.
        rate: learning rate at the start, from where it falls to 0 as a cosine.
    """

    steps: int = 150
    batch: int = 64
    rate: float = 3e-3


def fit_network(
    known: Labelled, form: Form, seed: int, length: Length, augmented: bool = False
) -> Callable[[np.ndarray], np.ndarray]:
    """Train a classifier and return what gives class probabilities, float64 [n, classes].

    Every training set gets the same steps, so that a larger one is not also trained for longer.

    Args:
        known: images [N, C, H, W] or series [N, T, C] with their classes.
        form: of the samples.
        seed: of the weights, the batches and the augmentation.
        length: of training.
        augmented: vary each sample of each batch by ordinary augmentation.
    """
    seen = _Seen(known.samples, form.kind)
    with torch.random.fork_rng(devices=[]):  # weights and dropout take the usual generator
        torch.manual_seed(seed)
        network = _network(seen.samples, len(form.classes), seen.kind == "image")
        _train(network, seen.samples, known.labels, form, seed, length, augmented)
    network.eval()
    return lambda samples: _probabilities(network, seen.of(samples))


def _train(
    network: nn.Module,
    samples: Tensor,
    marks: np.ndarray,
    form: Form,
    seed: int,
    length: Length,
    augmented: bool,
) -> None:
    labels, draws = torch.from_numpy(marks), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(network.parameters(), lr=length.rate, weight_decay=1e-2)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, length.steps)
    for rows in _batches(len(labels), length, draws):
        batch = varied(samples[rows], form, draws) if augmented else samples[rows]
        loss = F.cross_entropy(network(batch), labels[rows])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        fall.step()


def _batches(count: int, length: Length, draws: torch.Generator) -> list[Tensor]:
    """Return the rows of each batch: every sample once before any comes again."""
    wanted = length.steps * length.batch
    orders = [torch.randperm(count, generator=draws) for _ in range(-(-wanted // count))]
    return list(torch.split(torch.cat(orders)[:wanted], length.batch))


class _Seen:
    """Samples as the network sees them: channels first, of one scale, not too large."""

    def __init__(self, samples: np.ndarray, kind: str) -> None:
        self.kind = kind
        axes = (0, 2, 3) if kind == "image" else (0, 1)
        centre, spread = samples.mean(axes), samples.std(axes)
        self.centre, self.spread = centre, np.maximum(spread, 1e-6)
        self.samples = self.of(samples)

    def of(self, samples: np.ndarray) -> Tensor:
        places = (slice(None), None, None) if self.kind == "image" else (slice(None),)
        scaled = (samples - self.centre[places]) / self.spread[places]
        found = torch.from_numpy(scaled.astype(np.float32))
        return _reduced(found) if self.kind == "image" else found.transpose(1, 2).contiguous()


def _reduced(images: Tensor) -> Tensor:
    factor = max(1, round(max(images.shape[2:]) / SIDE))
    return F.avg_pool2d(images, factor) if factor > 1 else images


def _network(samples: Tensor, classes: int, flat: bool) -> nn.Module:
    """Return convolutions that halve the sides, a mean over what is left, and a linear layer."""
    convolution, norm = (nn.Conv2d, nn.BatchNorm2d) if flat else (nn.Conv1d, nn.BatchNorm1d)
    layers, channels, side = list[nn.Module](), samples.shape[1], min(samples.shape[2:])
    for width in WIDTHS:
        if layers and side < 4:
            break
        layers += [convolution(channels, width, 3, 2, 1, bias=False), norm(width), nn.ReLU()]
        channels, side = width, (side + 1) // 2
    pool = nn.AdaptiveAvgPool2d(1) if flat else nn.AdaptiveAvgPool1d(1)
    return nn.Sequential(*layers, pool, nn.Flatten(), nn.Dropout(0.2), nn.Linear(channels, classes))


@torch.no_grad()
def _probabilities(network: nn.Module, samples: Tensor) -> np.ndarray:
    parts = [network(part).double().softmax(1) for part in torch.split(samples, BLOCK)]
    return torch.cat(parts).numpy()

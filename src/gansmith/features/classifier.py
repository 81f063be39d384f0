"""Features of a small classifier trained on the user's own labelled reals."""

from dataclasses import dataclass
from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.features.extraction import as_unit
from gansmith.features.extractor import FixedExtractor, Reference, digest_of, last_of_each_size
from gansmith.features.images import IMAGES, resize
from gansmith.kinds.kind import require_kind
from gansmith.kinds.sounds.loudness import as_spectrograms
from gansmith.ranges import Range
from gansmith.registry import extractors

BATCH = 128
HELD_BACK = 0.1
_trained: dict[tuple[str, str], "Trained"] = {}


KINDS = (*IMAGES, "audio", "spectrogram")


@extractors.add(kinds=KINDS)
def classifier(
    reference: Reference,
    size: Annotated[int, Range(low=8, high=256)] = 32,
    steps: Annotated[int, Range(low=1, high=1_000_000)] = 600,
    seed: int = 0,
    device: str = "cpu",
) -> FixedExtractor:
    """Features of a classifier trained on your own labelled reals: sees what the labels are about.

    A small convolutional network; the features are its last 128 values before the class scores,
    and it gives class probabilities too. It is trained on nine tenths of the labelled reals and its
    accuracy on the rest is named in the protocol. The same reals, options and seed give the same
    network, which is kept in memory for as long as the program runs.

    Args:
        reference: (samples, labels): labelled reals, and their classes as integers [batch].
        size: side in pixels that images are resized to (antialiased bicubic); clips of sound are
            images of their log-mel spectrograms.
        steps: training steps of batch 128; 600 take about half a minute on one core.
        seed: of its initial weights and of the order of samples.
        device: where to train and compute.

    Raises:
        ValueError: the samples are neither images nor clips, there are no labels, or only one
            class.
    """
    samples = as_unit(reference[0])
    labels = torch.as_tensor([] if reference[1] is None else reference[1]).long()
    require_kind(tuple(samples.shape[1:]), KINDS, "the extractor 'classifier'")
    classes = len(torch.bincount(labels.clamp(0)).nonzero()) if labels.ndim == 1 else 0
    if len(labels) != len(samples) or classes < 2:
        raise ValueError(
            f"the extractor 'classifier' needs one label for each of the {len(samples)} reals and "
            f"at least two classes but got labels of shape {list(labels.shape)} with "
            f"{classes} classes; without labels use 'efficientnet_lite' or 'random'"
        )
    small = _seen(samples, size)
    key = (digest_of([small, labels, torch.tensor([steps, seed])]), str(device))
    if key not in _trained:
        _trained[key] = _train(small, labels, steps, seed, device)
    return _extractor(_trained[key], size, device)


@dataclass(frozen=True)
class Trained:
    """A trained classifier with its accuracy on labelled reals that it did not see."""

    net: "SmallClassifier"
    accuracy: float


def _extractor(trained: Trained, size: int, device: str) -> FixedExtractor:
    net = trained.net

    def embed(samples: Tensor) -> Tensor:
        features: Tensor = net.embed(_seen(samples, size))
        return features

    def head(features: Tensor) -> Tensor:
        with torch.no_grad():
            scores: Tensor = net.head(features.to(device))
            return scores.softmax(1)

    return FixedExtractor(
        name="classifier",
        width=SmallClassifier.WIDTH,
        resize=f"antialiased bicubic to {size} px",
        function=embed,
        layers=lambda samples: last_of_each_size([*net.embed][:9], _seen(samples, size)),
        digest=digest_of(net.state_dict().values()),
        device=device,
        kinds=KINDS,
        head=head,
        notes=(f"the classifier is right on {trained.accuracy:.1%} of reals that it did not see",),
    )


def _seen(samples: Tensor, size: int) -> Tensor:
    """Return samples as the classifier sees them: images of one size."""
    clips = samples.ndim == 3
    return resize(as_spectrograms(samples)[:, None] if clips else samples, size)


class SmallClassifier(nn.Module):
    """Three strided convolutions with group norm, a hidden layer of 128, class scores."""

    WIDTH = 128

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for narrow, wide in ((channels, 32), (32, 64), (64, 128)):
            layers += [nn.Conv2d(narrow, wide, 3, 2, 1), nn.GroupNorm(8, wide), nn.SiLU()]
        pool = [nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(512, self.WIDTH), nn.SiLU()]
        self.embed = nn.Sequential(*layers, *pool)
        self.head = nn.Linear(self.WIDTH, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return class scores [batch, classes]."""
        scores: Tensor = self.head(self.embed(images))
        return scores


def _train(images: Tensor, labels: Tensor, steps: int, seed: int, device: str) -> Trained:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = SmallClassifier(images.shape[1], int(labels.max()) + 1).to(device)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
    held = max(1, round(HELD_BACK * len(images)))
    _fit(net, images[order[held:]], labels[order[held:]], steps, seed)
    net.eval().requires_grad_(False)
    return Trained(net, _accuracy(net, images[order[:held]], labels[order[:held]]))


def _fit(net: nn.Module, images: Tensor, labels: Tensor, steps: int, seed: int) -> None:
    device = next(net.parameters()).device
    draws = torch.Generator().manual_seed(seed + 1)
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-3, total_steps=steps + 1)
    with torch.enable_grad():
        for _ in range(steps):
            rows = torch.randint(len(images), (min(BATCH, len(images)),), generator=draws)
            scores = net(images[rows].to(device))
            optimizer.zero_grad()
            F.cross_entropy(scores, labels[rows].to(device)).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()


def _accuracy(net: nn.Module, images: Tensor, labels: Tensor) -> float:
    device = next(net.parameters()).device
    with torch.no_grad():
        right = [
            (net(part.to(device)).argmax(1).cpu() == truth).float()
            for part, truth in zip(torch.split(images, 256), torch.split(labels, 256), strict=True)
        ]
    return float(torch.cat(right).mean())

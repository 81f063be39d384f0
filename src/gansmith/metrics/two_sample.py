"""Can a small classifier separate fakes from reals? If not, neither can most users."""

from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gansmith.facts import Value
from gansmith.metrics.maths.checks import Features, both_sides
from gansmith.ranges import Range
from gansmith.registry import metrics

VALUES = {
    "two_sample_accuracy": Value(
        "half",
        "distance",
        "Two-sample accuracy",
        "accuracy of a small classifier of fakes and reals",
        least=0,
        most=1,
    ),
    "two_sample_p": Value(
        "high", "distance", "Two-sample p", "chance of that accuracy if fakes were real"
    ),
}


@metrics.add(values=VALUES)
def two_sample(
    real: Features,
    fake: Features,
    hidden: Annotated[int, Range(low=1)] = 64,
    steps: Annotated[int, Range(low=1)] = 200,
    at_most: int = 5000,
    seed: int = 0,
) -> dict[str, float]:
    """Accuracy of a small network that separates fakes from reals, on samples that it did not see.

    0.5 is perfect: chance. ``two_sample_p`` is the chance of such an accuracy if both sides
    came from one distribution. Both sides enter alike, at equal counts: one half of each trains the
    network, the other half is judged.

    Args:
        real: features of reals [samples, width].
        fake: features of fakes [samples, width].
        hidden: width of the network's hidden layer.
        steps: full-batch training steps.
        at_most: samples of each side that are used.
        seed: of the halves and the network.

    Raises:
        ValueError: a side has fewer than 8 samples, or a value that is not finite.

    Reference: Lopez-Paz and Oquab 2016, arXiv:1610.06545.
    """
    rows = both_sides("two_sample", real, fake, 8)
    count = min(len(rows[0]), len(rows[1]), at_most) // 2
    draws = torch.Generator().manual_seed(seed)
    sides = [side[torch.randperm(len(side), generator=draws)[: 2 * count]] for side in rows]
    seen = torch.cat([side[:count] for side in sides])
    unseen = torch.cat([side[count:] for side in sides])
    truth = torch.cat([torch.ones(count), torch.zeros(count)])
    mean, spread = seen.mean(0), seen.std(0).clamp(min=1e-12)
    net = _train(((seen - mean) / spread).float(), truth, hidden, steps, draws)
    with torch.no_grad():
        right = (net(((unseen - mean) / spread).float()).flatten() > 0) == (truth > 0)
    accuracy = float(right.double().mean())
    score = torch.tensor((0.5 - accuracy) * 2 * (2 * count) ** 0.5, dtype=torch.float64)
    return {"two_sample_accuracy": accuracy, "two_sample_p": float(torch.special.ndtr(score))}


def _train(
    rows: Tensor, truth: Tensor, hidden: int, steps: int, draws: torch.Generator
) -> nn.Module:
    net = nn.Sequential(_linear(rows.shape[1], hidden, draws), nn.ReLU(), _linear(hidden, 1, draws))
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2, weight_decay=1e-2)
    with torch.enable_grad():
        for _ in range(steps):
            optimizer.zero_grad()
            loss = F.binary_cross_entropy_with_logits(net(rows).flatten(), truth)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return net


def _linear(width_in: int, width: int, draws: torch.Generator) -> nn.Linear:
    with torch.random.fork_rng(devices=[]):
        layer = nn.Linear(width_in, width)
    nn.init.normal_(layer.weight, std=width_in**-0.5, generator=draws)
    nn.init.zeros_(layer.bias)
    return layer

"""What the scores say about the balance of the game."""

import torch
from torch import Tensor

SATURATED = 4.6  # beyond it a sigmoid is within one percent of 0 or 1


@torch.no_grad()
def score_signals(real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    """Return mean and spread of both sides' scores, the share ranked right, the share saturated.

    Args:
        real: scores of real samples, [batch, *patch].
        fake: scores of fakes, same shape.
    """
    both = torch.stack([real.detach().flatten(), fake.detach().flatten()])
    both = both.to(torch.promote_types(both.dtype, torch.float32))
    spread, mean = torch.std_mean(both, dim=1, correction=0)
    return {
        "scores/real/mean": mean[0],
        "scores/real/std": spread[0],
        "scores/real/sign": both[0].sign().mean(),
        "scores/fake/mean": mean[1],
        "scores/fake/std": spread[1],
        "scores/ranked_right": (0.5 + 0.5 * (both[0] - both[1]).sign()).mean(),  # ties: half
        "scores/saturated": (both.abs() > SATURATED).float().mean(),
    }

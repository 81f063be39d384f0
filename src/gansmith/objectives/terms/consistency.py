"""D's scores are not to change when an image is flipped or shifted."""

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import pad

from gansmith.errors import check_range
from gansmith.objectives.gradients import judge
from gansmith.objectives.options import Weight
from gansmith.ranges import Range
from gansmith.records import Knob, PerSample, Side, Term, View
from gansmith.registry import terms


def some_side(sides: tuple[Side, ...]) -> None:
    """Refuse an empty list of sides."""
    check_range("the number of sides", len(sides), low=1, why="there is nothing to compare")


@terms.add(kinds=("image",), moves=True, check=some_side)
def consistency(
    weight: Weight = 10.0,
    sides: tuple[Side, ...] = ("real", "fake"),
    shift: Annotated[float, Range(above=0.0, high=0.5, why="the image must stay in sight")] = 0.125,
) -> Term:
    """Consistency regularisation: D's scores are not to change under flips and small shifts.

    With both sides it is the balanced form (bCR), with sides = ["real"] the first (CR), which
    lets the augmentation leak into the samples.

    Formula: weight * E sum over sides (D(x) - D(T(x)))^2, T a random flip and shift.

    Args:
        weight: strength, 10 in both papers.
        sides: real, fake or both.
        shift: largest shift as a share of the image's side, in (0, 0.5].

    Raises:
        ValueError: weight is not above 0, shift is out of range or no side is given.

    Reference: Zhang et al. 2019, arXiv:1910.12027; balanced Zhao et al. 2020, arXiv:2002.04724.
    """

    def changes(view: View, side: Side) -> Tensor:
        samples = (view.real if side == "real" else view.fake).detach()
        draws = view.draws.uniform(f"consistency/{side}", 3)
        scores = judge(view, flip_and_shift(samples, draws, shift)).scores
        change = (view.critiques[side].scores - scores).square()
        return change.view(len(change), -1).mean(1)

    def value(view: View) -> PerSample:
        return torch.stack([changes(view, side) for side in sides]).sum(0)

    return Term(value, "discriminator", Knob("weight", weight))


def flip_and_shift(images: Tensor, draws: Tensor, shift: float) -> Tensor:
    """Mirror each image or not, and move it by whole pixels, its border reflected.

    Args:
        images: [batch, channels, height, width].
        draws: uniform numbers [batch, 3] that decide: flip, down, across.
        shift: largest shift as a share of each side.
    """
    height, width = images.shape[-2:]
    flipped = torch.where(draws[:, 0].view(-1, 1, 1, 1) < 0.5, images, images.flip(-1))
    far = [max(1, int(shift * side)) for side in (height, width)]
    around = pad(flipped, (far[1], far[1], far[0], far[0]), mode="reflect")
    down, across = ((draws[:, k + 1] * (2 * far[k] + 1)).long().view(-1, 1) for k in (0, 1))
    rows = down + torch.arange(height, device=images.device)
    columns = across + torch.arange(width, device=images.device)
    batch = torch.arange(len(images), device=images.device).view(-1, 1, 1)
    return around[batch, :, rows.unsqueeze(2), columns.unsqueeze(1)].movedim(-1, 1)

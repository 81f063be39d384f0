"""Do the parts of an image belong together: does one half predict the other, as in reals?"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gansmith.facts import Value
from gansmith.registry import metrics

Images = Float[Tensor, " _ _ _ _"]
Rows = Float[Tensor, " _ _"]
GRID = 4  # cells of a half, each way
RIDGE = 0.1  # of the mean variance
SMALLEST, LEAST = 8, 8  # pixels of a side, reals
VALUES = {
    "consistency": Value(
        "high",
        "realism",
        "Halves that belong together",
        "how well one half predicts the other, relative to reals; 0 for halves of different images",
    )
}


@metrics.add(of="samples", values=VALUES, kinds=("image",))
def consistency(real: Images, fake: Images) -> dict[str, float]:
    """Whether the halves of a fake belong together, as far as those of reals do.

    1 for reals; 0 for images whose halves are of different reals; above 1 for images that are
    plainer than reals. Light, colours and layout go on from one half into the other, and nothing
    else is compared: each half is averaged over 4 x 4 cells, so that blur and fine noise do not
    count. It is about the fakes (realism); the reals say what belongs together, and where their
    halves say nothing about each other the number says nothing either: then the noise floor is far
    from 1.

    Formula: a ridge regression from one half to the other, made of the reals. With e the mean
    squared error: 1 - (e_fake - e_real) / (e_apart - e_real), e_real of reals that the fit has not
    seen and e_apart of reals whose other half is that of another. The worse of left and right, and
    top and bottom.

    Args:
        real: reals [samples, channels, height, width] in [-1, 1], at least 8.
        fake: fakes of the same channels, height and width.

    Raises:
        ValueError: the sides are not images of one size, or below 8 pixels, or reals are fewer
            than 8.

    Reference: Iizuka et al. 2017, ACM Transactions on Graphics 36(4) (global and local consistency
    of completed images, there judged by a network).
    """
    if real.shape[1:] != fake.shape[1:] or min(real.shape[2:]) < SMALLEST or len(real) < LEAST:
        raise ValueError(
            f"consistency needs {LEAST} images or more of one size, {SMALLEST} pixels at least, but"
            f" got {list(real.shape)} real and {list(fake.shape)} fake; make them the same size"
        )
    ways = (_halves(real), _halves(fake)), (_halves(real.mT), _halves(fake.mT))
    return {"consistency": min(_belong(*sides) for sides in ways)}


def _halves(images: Images) -> tuple[Rows, Rows]:
    """Left and right half, each as the means of its cells."""
    middle = images.shape[3] // 2
    sides = images[..., :middle], images[..., -middle:]
    first, second = (adaptive_avg_pool2d(side.cpu().double(), GRID).flatten(1) for side in sides)
    return first, second


def _belong(reals: tuple[Rows, Rows], fakes: tuple[Rows, Rows]) -> float:
    apart = reals[0], reals[1].roll(1, 0)
    own, other, made = (
        _error(reals, even, side) for even, side in ((False, reals), (False, apart), (True, fakes))
    )
    return 1 - (made - own) / (other - own) if other > own else 1.0


def _error(reals: tuple[Rows, Rows], fresh: bool, side: tuple[Rows, Rows]) -> float:
    """Mean squared error of fits to every other real; ``fresh``: of samples in neither of them."""
    errors = []
    for start in (0, 1):
        fit = _fit(*(half[start::2] for half in reals))
        rows = side if fresh else (side[0][1 - start :: 2], side[1][1 - start :: 2])
        errors.append((_predict(fit, rows[0]) - rows[1]).square().mean())
    return float(torch.stack(errors).mean())


Fit = tuple[Tensor, Tensor, Tensor]  # weights, the mean that goes in, the mean that comes out


def _fit(given: Rows, wanted: Rows) -> Fit:
    centred = given - given.mean(0)
    spread = centred.mT @ centred / len(given)
    bound = RIDGE * spread.diagonal().mean().clamp_min(1e-12) * torch.eye(len(spread)).to(spread)
    weights = torch.linalg.solve(spread + bound, centred.mT @ (wanted - wanted.mean(0)))
    return weights / len(given), given.mean(0), wanted.mean(0)


def _predict(fit: Fit, given: Rows) -> Rows:
    weights, before, after = fit
    return (given - before) @ weights + after

"""Which share of the data lies where no fakes are made: reals in cells, and the fakes there."""

import torch
from torch import Tensor
from torch.nn import functional as F

CELLS = 32
LEAST = 12  # reals of a cell, of which a tenth by chance is one in ten thousand
FEW = 0.1  # of the fakes that are due
AT_MOST = 2048  # a side; more make the cells no better
ROUNDS = 10
FEATURES = 64  # the most that are examined one by one
THIN = 0.5  # width of a slab, in standard deviations of the reals
WITHIN = 0.85  # of the fakes between the ends of the reals, on a line that shows what is missing
RIDGE = 0.1  # of a variance, for numbers that follow from one another
EACH = 20  # reals for each such feature, and between two edges


def missing_share(real: Tensor, fake: Tensor) -> float:
    """Return the share of the reals in parts of the data that hold less than a tenth of the fakes.

    Each feature counts in units of its spread over the reals. Parts are cells, made of the reals
    alone by cutting the widest one in two until there are 32, and a fake belongs to the cell whose
    side of each cut it lies on: so fakes that are merely rough, off the data, or fewer somewhere
    are missing nowhere, and a mode or a tail that is never made is. Where features are few (64 at
    most), the largest slab without fakes counts if it is more: between two values of one feature,
    or along Fisher's line between the two means, which a half that is left out moves apart.

    Args:
        real: features [N, d].
        fake: features [M, d].

    Reference: Richardson and Weiss 2018, arXiv:1805.12462 (number of different bins).
    """
    reals, fakes = (side[:AT_MOST].double() for side in (real, fake))
    spread = reals.std(0)
    used = spread > 0
    centre = reals[:, used].mean(0)
    reals, fakes = ((side[:, used] - centre) / spread[used] for side in (reals, fakes))
    plain = reals.shape[1] <= min(FEATURES, len(reals) // EACH)
    return max(_in_cells(reals, fakes), _in_slabs(reals, fakes) if plain else 0.0)


def _in_slabs(reals: Tensor, fakes: Tensor) -> float:
    """The largest share of the reals that lies in a slab; a thin one indicates rough fakes only."""
    apart = _line(reals, fakes)
    sides = [torch.cat([side, side @ apart], 1).mT.contiguous() for side in (reals, fakes)]
    shares = torch.linspace(0, 1, len(reals) // EACH + 1, dtype=torch.float64)
    edges = sides[0].quantile(shares, dim=1).mT.contiguous()
    due, made = (_between(side.sort(1).values, edges) for side in sides)
    missing = (made < FEW * due) & (edges[:, None, :] - edges[:, :, None] > THIN)
    # A number that is nearly always the same has no parts, and fakes beyond its ends are outliers.
    varies = edges[:, len(shares) * 3 // 4] - edges[:, len(shares) // 4] > THIN
    within = made[:, 1, -2] > WITHIN * due[:, 1, -2]
    missing &= (varies & within)[:, None, None]
    return float(torch.where(missing, due, 0.0).max())


def _line(reals: Tensor, fakes: Tensor) -> Tensor:
    """Fisher's line between the two means, on which a half that is left out lies apart: [d, 1]."""
    spread = reals.mT @ reals / len(reals) + RIDGE * torch.eye(reals.shape[1], dtype=reals.dtype)
    line: Tensor = torch.linalg.solve(spread, (reals.mean(0) - fakes.mean(0))[:, None])
    length: Tensor = (reals @ line).std().clamp_min(1e-300)
    return line / length


def _between(values: Tensor, edges: Tensor) -> Tensor:
    """Share of each row's values from edge to edge, the outermost open: [rows, from, to]."""
    inner = edges[:, 1:-1].contiguous()
    below = torch.searchsorted(values, inner, right=True).double() / values.shape[1]
    below = F.pad(F.pad(below, (1, 0)), (0, 1), value=1.0)
    return below[:, None, :] - below[:, :, None]


def _in_cells(reals: Tensor, fakes: Tensor) -> float:
    cells = _cells(reals, fakes)
    due = [len(of_reals) / len(reals) for of_reals, _ in cells]
    made = [len(of_fakes) / len(fakes) for _, of_fakes in cells]
    return sum(d for d, m in zip(due, made, strict=True) if m < FEW * d)


Cell = tuple[Tensor, Tensor]  # the reals in it, the fakes in it


def _cells(reals: Tensor, fakes: Tensor) -> list[Cell]:
    """Cut the cell with the greatest sum of squares in two, repeatedly."""
    whole: list[Cell] = []
    cut: list[tuple[float, Cell]] = [(_width(reals), (reals, fakes))]
    while cut and len(cut) + len(whole) < CELLS:
        widest = max(range(len(cut)), key=lambda place: cut[place][0])
        _, cell = cut.pop(widest)
        halves = _halves(cell)
        cut += [(_width(half[0]), half) for half in halves]
        whole += [] if halves else [cell]
    return [*whole, *(cell for _, cell in cut)]


def _halves(cell: Cell) -> list[Cell]:
    """Two means of the reals, begun on either side of their longest axis; none if too few."""
    reals, fakes = cell
    upper = (reals - reals.mean(0)) @ _axis(reals) > 0
    for _ in range(ROUNDS):
        if min(int(upper.sum()), int((~upper).sum())) < LEAST:
            return []
        centres = reals[upper].mean(0), reals[~upper].mean(0)
        before, upper = upper, _nearer(reals, *centres)
        if bool((before == upper).all()):
            break
    above = _nearer(fakes, *centres)
    if min(int(upper.sum()), int((~upper).sum())) < LEAST:
        return []
    return [(reals[upper], fakes[above]), (reals[~upper], fakes[~above])]


def _nearer(side: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """Whether each sample is nearer to the first of two centres."""
    return (side - (first + second) / 2) @ (first - second) > 0


def _axis(reals: Tensor) -> Tensor:
    """The axis of greatest variance, by powers of the covariance on the sample farthest out."""
    centred = reals - reals.mean(0)
    axis = centred[centred.square().sum(1).argmax()]
    for _ in range(ROUNDS):
        axis = centred.mT @ (centred @ (axis / axis.norm().clamp_min(1e-300)))
    return axis


def _width(reals: Tensor) -> float:
    return float((reals - reals.mean(0)).square().sum())

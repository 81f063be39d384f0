"""How far a run has come, and how well D tells real from fake, in numbers without a unit."""

import math
from collections.abc import Mapping

import numpy as np

from gansmith.doctor.evidence import Evidence, Range
from gansmith.doctor.history import EMPTY, History, Series, Values
from gansmith.runs.networks import too_small

YOUNG = 0.02  # an exam within this share of the run shows the untrained generator

RAW = 2 / 3  # sum of steps, each as a share of the weights, below which a net is what it was
STANDS = 0.03  # the same of a net that does not move at all
IN_PACE = 8.0  # steps of one player over the other's, at first, in a game that is even
MOVES = 0.2  # the same of a net that a dominated game does not reach
ANOTHER = 3.0  # the same sum, after which a net is another
FLAT = 0.35  # of the reals' variety, in samples of an untrained net that are all alike
STIRS = 1.17  # largest over smallest distance of a generator that changes what it makes
SPIKE = 3.0  # times the untrained net's distance, beyond which no way begins: a passing spike


def untrained(history: History, name: str) -> float:
    """Return a metric of the untrained generator; NaN if no exam was that early."""
    series = history.column(f"metrics/{name}").known
    early = series and series.kimg[0] <= YOUNG * history.kimg
    return float(series.values[0]) if early else math.nan


def beginning(history: History) -> float:
    """Return the distance at which the way to the data begins; NaN if no exam was early enough.

    As a rule that of the untrained generator. Where its pictures are all alike, the worst of the
    early exams: flat grey lies nearer to the data than what a convolutional net makes in its first
    thousands of steps, and a run that has come down from there has gone that way. Early are exams
    of the first half, before the steps of the generator add up to three times its weights. A
    distance beyond three times the untrained net's is a spike, and counts no further.
    """
    start = untrained(history, "frechet_distance")
    varied = untrained(history, "diversity_ratio") > FLAT
    if are_vectors(history) or varied or not start > 0:
        return start
    series = history.column("metrics/frechet_distance").known
    early = series.kimg <= min(history.kimg / 2, until_another(history))
    return min(max(start, float(series.values[early].max(initial=0.0))), SPIKE * start)


def until_another(history: History) -> float:
    """Return the kimg at which the generator had become another net; infinite: never, or unknown.

    That is where its steps, each as a share of its weights, add up to three.
    """
    sizes, turns = (history.column(name).known for name in ("update/generator", "step"))
    if len(sizes.values) != len(turns.values):
        return math.inf
    gone = np.cumsum(sizes.values * np.diff(turns.values, prepend=0.0))
    beyond = np.flatnonzero(gone > ANOTHER)
    return float(sizes.kimg[beyond[0]]) if len(beyond) else math.inf


def came_down(history: History, share: float = 0.75) -> bool:
    """Say whether pictures lie well below the worst of the early exams, which was no untrained net.

    The newest two exams on average. A generator that does so learns, whatever the untrained net's
    distance was.
    """
    start, peak = untrained(history, "frechet_distance"), beginning(history)
    now = history.recent("metrics/frechet_distance", 0.0, 2)
    return peak > 1.1 * start and now < share * peak


def way_left(history: History, exams: int = 2, start: float | None = None) -> float:
    """Return the share of the way from untrained to real that is left: 1 nothing done, 0 real.

    The Frechet distance falls by orders of magnitude, so its way is logarithmic. Of pictures, the
    smaller of it and of the share not yet covered counts. Of vectors the larger: their features
    are themselves, and two moments are soon right of samples that are quite wrong; coverage, in
    three decades, tells. NaN where neither was measured with its floor.

    Args:
        history: of the run.
        exams: of the newest how many the median counts.
        start: the distance where the way begins; absent: see ``beginning``.
    """
    known = _ways(history, exams, beginning(history) if start is None else start)
    return (max if are_vectors(history) else min)(known, default=math.nan)


def has_learned(history: History) -> bool:
    """Say whether the generator went a seventh of its way by any measure; True if none knows."""
    return not unlearned(history) >= 0.85


def unlearned(history: History) -> float:
    """Return the share of its way that the generator has not gone by any measure; NaN: unknown."""
    ways = _ways(history, 2, beginning(history))
    start = untrained(history, "coverage")
    if are_vectors(history) and start > 0:  # a tight cluster covers a little by chance
        covered = history.recent("metrics/coverage", 0.0, 2)
        begun, now = _decades(np.array([start, covered]) / _reach(history))
        ways = [*ways[:1], float(now / max(begun, 0.1))]
    return min(ways, default=math.nan)


def _ways(history: History, exams: int, start: float) -> list[float]:
    """Shares of the way left by distance and by coverage, as far as they are known."""
    now = history.recent("metrics/frechet_distance", 0.0, exams)
    floor = history.recent("floor/frechet_distance")
    far = math.nan
    if min(now, start, floor) > 0 and start > floor:
        far = math.log(now / floor) / math.log(start / floor)
    covered = history.recent("metrics/coverage", 0.0, exams) / _reach(history)
    bare = float(_decades(np.array([covered]))[0]) if are_vectors(history) else 1.0 - covered
    return [min(max(way, 0.0), 1.0) for way in (far, bare) if not math.isnan(way)]


def are_vectors(history: History) -> bool:
    """Whether samples are vectors or sequences, which are their own features."""
    return history.kind.compares_raw


def distance(history: History) -> Series:
    """Return the distance to the data at each exam: what should fall.

    Of pictures that is the Frechet distance. Of vectors it is the distance at which coverage would
    be where it is, if that is the larger, see ``way_left``.
    """
    series = history.column("metrics/frechet_distance").known
    series = Series(*(column[series.values > 0] for column in series))
    start, floor = untrained(history, "frechet_distance"), history.recent("floor/frechet_distance")
    covered, reach = history.column("metrics/coverage").known, _reach(history)
    known = are_vectors(history) and start > floor > 0 and reach > 0
    if not (known and series and np.array_equal(covered.kimg, series.kimg)):
        return series
    bare = floor * (start / floor) ** _decades(covered.values / reach)
    return Series(series.kimg, np.maximum(series.values, bare))


def _reach(history: History) -> float:
    reach = history.recent("floor/coverage")
    return reach if reach > 0 else math.nan


def _decades(covered: Values) -> Values:
    """Way left by coverage: 0 for all that reals cover, 1 for a thousandth of it or less."""
    return np.asarray(np.clip(-np.log10(np.maximum(covered, 1e-3)) / 3, 0.0, 1.0))


def improves(history: History, least: float = 0.1) -> bool:
    """Say whether the distance fell by a share of ``least`` over the last half of the exams.

    A fall back to where the run had been before is none. The untrained net's own distance does not
    count: the first steps often lead away.
    """
    series = distance(history)
    values = series.values
    if len(values) < 4:
        return False
    half = len(values) // 2
    middle, end = np.median(values[half - 1 : half + 1]), values[-2:].mean()
    before = values[:half][series.kimg[:half] > YOUNG * history.kimg]
    return bool(end < (1 - least) * middle and end < 1.1 * before.min(initial=np.inf))


def pace(history: History) -> float:
    """Return G's steps, as shares of its weights, over D's, in the second half; NaN: unknown.

    It has no unit. Games in balance keep it between a third and three, whatever the loss, the nets
    and the learning rates: below a tenth G cannot follow, above ten D cannot.
    """
    steps = []
    for player in ("generator", "discriminator"):
        values = history.column(f"update/{player}").known.values
        steps.append(float(np.median(values[len(values) // 2 :])) if len(values) >= 8 else math.nan)
    return steps[0] / steps[1] if steps[1] > 0 else math.nan


def way_of_weights(history: History) -> float:
    """Return the sum of all steps of the generator, each as a share of its weights; NaN: unknown.

    After three it is another net.
    """
    steps = history.column("update/generator").known.values
    turns = history.column("step").known.values
    return float(np.mean(steps) * turns[-1]) if len(steps) and len(turns) else math.nan


def is_raw(history: History) -> bool:
    """Say whether the steps of the whole run would not add up to two thirds of G's weights.

    What it makes is then still that of its first weights, whatever is wrong with it: of 1,083 runs
    of the zoo and of foreign loops that were healthy, collapsed or underfitted none moved less.
    """
    return way_of_weights(history) < RAW


def is_young(history: History) -> bool:
    """Say whether both players have hardly moved, in pace at first: training has just begun.

    At first, since a discriminator that has won stands still too.
    """
    known = (
        history.column(f"update/{side}").known.values for side in ("generator", "discriminator")
    )
    first = [float(values[:5].mean()) for values in known if len(values)]
    even = len(first) == 2 and 0 < max(first) < IN_PACE * min(first)
    return STANDS < way_of_weights(history) < RAW and even


def is_early(history: History) -> bool:
    """Say whether a generator in pace with its discriminator has not become another net yet.

    A strided net needs some tens of thousands of samples for that, and makes worse pictures than
    the flat ones of its untrained state in the meantime, which any discriminator tells. Not so one
    whose distance stays all the while within a sixth of where it was.
    """
    series = history.column("metrics/frechet_distance").known
    values = series.values[series.values > 0]
    changed = len(values) > 0 and float(values.max() / values.min()) > STIRS
    return changed and MOVES < way_of_weights(history) < ANOTHER and pace(history) > 0.3


def lacks_room(history: History) -> str:
    """Say why a generator of this size cannot hold the data; empty: it may, or nobody knows."""
    networks, shape = history.data.get("networks"), history.data.get("shape")
    size = networks.get("generator") if isinstance(networks, Mapping) else None
    if not isinstance(size, Mapping) or not isinstance(shape, list | tuple):
        return ""
    return (
        "" if history.data.get("inputs") else too_small(size, shape, history.kind.name == "image")
    )


def out_of_step(history: History, slow: str, healthy: Range) -> Evidence:
    """Return the pace as evidence against the player that is too slow."""
    ahead = pace(history)
    says = (
        f"the generator's steps are {ahead:,.3g} times the discriminator's, each as a share of its"
        " own weights; games in balance have 0.3 to 3.3"
    )
    return Evidence(f"update/{slow}", ahead, healthy, says)


def is_held_above(history: History) -> bool:
    """Say whether the loss itself holds the scores at a balance in which fakes score above reals.

    A loss of reconstruction errors may aim at errors of fakes that are a share of those of reals
    (BEGAN: gamma below 1). It records how far it is from there, ``equilibrium/balance``: the mean
    score of fakes less gamma times that of reals. Who scores higher then says nothing.

    Reference: Berthelot et al. 2017, arXiv:1703.10717.
    """
    names = ("equilibrium/balance", "scores/real/mean", "scores/fake/mean")
    off, real, fake = (history.column(name).values for name in names)
    if not len(off) or not len(off) == len(real) == len(fake):
        return len(off) > 0
    return bool(0 < np.nanmedian((fake - off) / np.where(real == 0, np.nan, real)) < 1)


def separation(history: History) -> Series:
    """Return the gap between real and fake scores in standard deviations (d'), tick by tick.

    It has no unit, so it reads alike for every loss: below 1 the two overlap, at 4 and above every
    pair is told apart, below 0 fakes score as more real than reals.
    """
    names = [f"scores/{side}/{what}" for what in ("mean", "std") for side in ("real", "fake")]
    columns = [history.column(name) for name in names]
    if len({len(column.kimg) for column in columns}) != 1 or not columns[0]:
        return EMPTY
    real, fake, real_std, fake_std = (column.values for column in columns)
    spread = np.sqrt((real_std**2 + fake_std**2) / 2)
    gap = np.divide(real - fake, spread, out=np.full(len(real), np.nan), where=spread > 0)
    return Series(columns[0].kimg, gap)

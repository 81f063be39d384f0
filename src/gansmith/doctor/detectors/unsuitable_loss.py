"""Unsuitable loss: what goes wrong is in the loss itself, read off the numbers."""

import math

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import EMPTY, History, Series
from gansmith.doctor.quality import way_left
from gansmith.doctor.statistics import confidence, ratio, since, smooth
from gansmith.registry import detectors

REJECTED = -0.127  # log(1 - D(G(z))) of a D that gives fakes one chance in eight
DEAD = 0.1  # gradient over its early peak
GROWN = 10.0  # spread of scores over its early level
STEEP = 5.0  # slope of a critic, which a distance needs to be 1 or less
WILD = 1000.0  # a slope that nobody calls calm, though it was steeper still
SETTLED = 1.5  # highest over lowest late slope of a critic that some bound holds
ADRIFT = 2.0  # highest over lowest late slope of a critic at chance
GUESSES = 0.35, 0.64  # shares of pairs ranked correctly by a critic that does not know
FLAT = 0.2  # slope from which a critic tells a direction
ASTRAY = 0.9  # rank correlation of G's loss and its scores; sound losses are near -1
LEAST = 12  # ticks for that
PASSES = 0.1  # of the non-saturating gradient
FAR = 0.5  # share of the way left that a distance would show
ALIKE = 0.1  # relative difference at which a loss is taken for the formula


@detectors.add
def unsuitable_loss(history: History) -> Diagnosis | None:
    """A loss that is flat where G loses, or that grows for ever because nothing bounds D's slope.

    The loss is known by its numbers, not by its name, so that foreign loops are read alike: minimax
    gives the generator -softplus(D(G(z))), which is below zero and dies; a Wasserstein loss is the
    difference of the mean scores; one that the generator makes smaller by being rejected has the
    wrong sign.

    Reference: Goodfellow et al. 2014, arXiv:1406.2661; Arjovsky et al. 2017, arXiv:1701.07875.
    """
    return _saturated(history) or _unbounded(history) or _backwards(history)


def _saturated(history: History) -> Diagnosis | None:
    loss, fake = (_late(history, name) for name in ("loss/generator", "scores/fake/mean"))
    if not len(loss) or len(loss) != len(fake):
        return None
    rejected = _log_of_rest(history, fake)
    minimax = bool((loss <= 1e-9).all()) and float(np.median(rejected)) > REJECTED
    near = _nearly_all(np.abs(loss) <= 3 * np.abs(rejected) + 0.05)
    left, passes = _gradient_left(history), _passes(history, loss, rejected)
    ranked = history.recent("scores/ranked_right")
    if not (minimax and ranked > 0.95 and ((near and left < 3 * DEAD) or passes < 3 * PASSES)):
        return None
    says = (
        f"the generator's loss is log(1 - D(G(z))), flat where D rejects the fakes: its gradient is"
        f" at {left:.2g} of its early peak while D ranks real above fake in {ranked:.1%} of pairs"
    )
    if passes < 1:
        says += f", and at {passes:.2g} of what -log D(G(z)) would give for these scores"
    evidence = Evidence("loss/generator", left, (DEAD, None), says)
    curve = history.column("gradient/generator").known
    began = since(curve, smooth(curve.values) < DEAD * curve.values.max()) if curve else 0.0
    began = history.kimg if np.isnan(began) else began
    sure = max(confidence(left, DEAD, DEAD / 10), confidence(passes, PASSES, PASSES / 5))
    return Diagnosis("unsuitable_loss", sure, (evidence,), began)


def _passes(history: History, loss: np.ndarray, rejected: np.ndarray) -> float:
    """How much of the other form's gradient minimax passes on, far from the data; else 1.

    Per score that is D(G(z)) against 1 - D(G(z)), and where both are far apart the loss itself is
    the mean of the former. By Jensen the loss lies below that of the mean score, by no more than
    0.4 deviations.
    """
    spread = _late(history, "scores/fake/std")
    known = len(spread) == len(loss) and way_left(history) > FAR
    if not known or not _nearly_all(loss > rejected - 0.4 * spread - 0.05):
        return 1.0
    return float(np.median(-loss))


def _nearly_all(holds: np.ndarray) -> bool:
    """But for single ticks in which scores jumped, whose means do not belong together."""
    return bool(np.mean(holds) > 0.9)


def _log_of_rest(history: History, fake: np.ndarray) -> np.ndarray:
    """log(1 - D(G(z))) of mean scores; a net that ends in a sigmoid scores by probabilities."""
    real = _late(history, "scores/real/mean")
    if len(real) and all(side.min() >= 0 and side.max() <= 1 for side in (real, fake)):
        return np.asarray(np.log1p(-np.minimum(fake, 1 - 1e-7)))
    return np.asarray(-np.logaddexp(0.0, fake))


def _unbounded(history: History) -> Diagnosis | None:
    loss = _late(history, "loss/discriminator/adversarial")
    loss = loss if len(loss) else _late(history, "loss/discriminator")
    real, fake = (_late(history, f"scores/{side}/mean") for side in ("real", "fake"))
    if not len(loss) or not len(loss) == len(real) == len(fake):
        return None
    linear = np.median(np.abs(loss - (fake - real))) <= ALIKE * np.median(np.abs(loss) + 1e-12)
    if not (linear and not way_left(history) < 0.3):
        return None
    found = [item for item in (_growing(history), _steep(history), _adrift(history)) if item]
    if not found:
        return None
    evidence = tuple(e for _, _, e in found)
    began = min(began for _, began, _ in found)
    return Diagnosis("unsuitable_loss", max(sure for sure, _, _ in found), evidence, began)


def _backwards(history: History) -> Diagnosis | None:
    """The generator's loss rises and falls with its scores, where it should do the opposite.

    Both players then drive the fakes' scores down: a sign is wrong, or another convention's.
    """
    names = ("loss/generator/adversarial", "loss/generator", "scores/fake/mean", "scores/real/mean")
    own, whole, fake, real = (history.column(name).known.values for name in names)
    loss = own if len(own) else whole
    if not (len(loss) == len(fake) == len(real) >= LEAST and way_left(history) > FAR):
        return None
    alike = min(_rank_correlation(loss, fake), _rank_correlation(loss, fake - real))
    ranked = history.recent("scores/ranked_right", 0.2)
    if not (alike > ASTRAY and ranked > 0.95):
        return None
    says = (
        f"the generator's loss is the smaller the lower its fakes are scored (rank correlation"
        f" {alike:.2f}), so that it learns to be rejected: its sign is wrong"
    )
    evidence = Evidence("loss/generator", alike, (None, 0.0), says)
    sure = confidence(1.001 - alike, 1 - ASTRAY, (1 - ASTRAY) / 5)
    return Diagnosis("unsuitable_loss", sure, (evidence,), 0.0)


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's; 0 where one of them does not change."""
    first, second = (curve.argsort().argsort().astype(np.float64) for curve in (a, b))
    return float(np.corrcoef(first, second)[0, 1]) if np.ptp(a) > 0 and np.ptp(b) > 0 else 0.0


Found = tuple[float, float, Evidence]  # confidence, since kimg, evidence


def _growing(history: History) -> Found | None:
    """The scores of both sides spread without end."""
    grown, series = _spread(history)
    if not grown > GROWN / 3:
        return None
    says = (
        f"the loss is the difference of mean scores, which has no end, and the scores' spread grew"
        f" {grown:,.0f} times: nothing bounds the discriminator's slope"
    )
    began = since(series, series.values > GROWN / 3 * np.median(series.values[:5]))
    began = history.kimg if np.isnan(began) else began
    evidence = Evidence("scores/real/std", grown, (None, GROWN), says)
    return confidence(grown, GROWN, 10 * GROWN), began, evidence


def _steep(history: History) -> Found | None:
    """The critic is far steeper than a distance allows, and nothing holds it where it is.

    The difference of mean scores is a distance for slopes of 1 at most, whatever the data; clipped
    weights hold it at another slope, which then stays, and a weak penalty lets it come down.
    """
    curve, measured = _slopes(history)
    if len(curve.values) < 8:
        return None
    slopes = smooth(np.abs(curve.values), 5)
    late = slopes[len(slopes) // 3 :]
    now = float(np.median(slopes[-max(3, len(slopes) // 5) :]))
    held = late.max() < SETTLED * max(late.min(), 1e-300)
    calms = now < min(late.max() / 6, WILD)
    if not now > STEEP / 2 or held or calms:
        return None
    says = (
        f"the loss is the difference of mean scores, a distance only for a critic of slope 1 or"
        f" less; its slope{'' if measured else ', by the spread of its scores,'} is {now:,.3g}, and"
        f" was {late.min():,.3g} to {late.max():,.3g} lately: nothing bounds it"
    )
    began = since(curve, slopes > STEEP / 2)
    began = history.kimg if np.isnan(began) else began
    name = "gradient/samples" if measured else "scores/real/std"
    return confidence(now, STEEP, 5 * STEEP), began, Evidence(name, now, (None, 1.0), says)


def _adrift(history: History) -> Found | None:
    """The critic is at chance far from the data, its slope now small, now large: nothing holds it.

    A critic whose slope some bound holds measures a distance, and ranks reals above far fakes.
    """
    curve, _ = _slopes(history)
    ranks = history.column("scores/ranked_right").known.values
    if len(curve.values) < 8 or len(ranks) < 8 or not way_left(history) > FAR:
        return None
    slopes = smooth(np.abs(curve.values), 5)
    late = slopes[len(slopes) // 3 :]
    varies = ratio(float(late.max()), float(late.min()))
    ranked = float(ranks[len(ranks) // 2 :].mean())
    if not (
        varies > ADRIFT / 2 and float(np.median(late)) > FLAT and GUESSES[0] < ranked < GUESSES[1]
    ):
        return None
    says = (
        f"the loss is the difference of mean scores, and the critic ranks {ranked:.0%} of the pairs"
        f" right though the fakes are far; its slope was {late.min():.3g} to {late.max():.3g}"
        " lately: nothing holds it"
    )
    evidence = Evidence("scores/ranked_right", ranked, (GUESSES[1], None), says)
    return confidence(varies, ADRIFT, 3 * ADRIFT), float(curve.kimg[len(slopes) // 3]), evidence


def _slopes(history: History) -> tuple[Series, bool]:
    """The critic's slope at the fakes; where it was not recorded, what its scores need at least.

    Scores spread no wider than the slope times the spread of samples, and that is at most half the
    range of a number times the root of their count.
    """
    curve = history.column("gradient/samples").known
    if curve:
        return curve, True
    low, high = (history.recent(f"samples/real/{side}") for side in ("low", "high"))
    shape = history.data.get("shape")
    count = math.prod(shape) if isinstance(shape, list | tuple) and shape else 0
    reach = (high - low) / 2 * math.sqrt(count)
    spread = history.column("scores/real/std").known
    return (Series(spread.kimg, spread.values / reach) if reach > 0 else EMPTY), False


def _late(history: History, name: str) -> np.ndarray:
    curve = history.column(name).known.values
    return curve[-max(3, len(curve) // 5) :] if len(curve) >= 8 else curve[:0]


def _gradient_left(history: History) -> float:
    lefts = []
    for name in ("gradient/samples", "gradient/generator"):
        early = float(np.max(history.column(name).known.values[:8], initial=0.0))
        lefts.append(ratio(history.recent(name), early))
    known = [left for left in lefts if not np.isnan(left)]
    return min(known, default=float("nan"))


def _spread(history: History) -> tuple[float, Series]:
    """How far the spread of scores grew and still grows on both sides, and the reals' curve.

    One side alone grows when the generator leaves a collapse, or the discriminator its start.
    """
    grown, curves = [], []
    for side in ("real", "fake"):
        known = history.column(f"scores/{side}/std").known
        if len(known.values) < 8:
            return 0.0, known
        level = smooth(known.values)
        start = float(np.median(level[: max(3, len(level) // 10)]))
        middle = float(np.median(level[len(level) // 3 : len(level) // 2]))
        end = float(np.median(level[-3:]))
        grown.append(ratio(end, start) if end > 1.5 * middle else 0.0)
        curves.append(Series(known.kimg, level))
    return float(np.nan_to_num(min(grown))), curves[0]

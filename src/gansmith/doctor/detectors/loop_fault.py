"""Loop fault: the loop does not do what it is meant to do, whatever the game."""

import numpy as np

from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import TICKS, History, Values, median
from gansmith.doctor.statistics import confidence, ratio
from gansmith.registry import detectors

PLAYERS = ("generator", "discriminator")
LITTLE = 0.05  # of a gradient that is new, late, where none is cleared; others have 0.2 or more
GROWN = 3.0  # gradient over that of the first ticks, which its sum comes to
ALIKE = 0.03  # relative difference at which a loss is taken for the formula
UNLIKE = 0.05  # and from which it is another


@detectors.add
def loop_fault(history: History) -> Diagnosis | None:
    """A net that is never stepped, gradients that are never cleared, a sigmoid taken twice.

    These are told by what cannot be otherwise: weights that are the same at all ticks though a
    gradient reaches them, a gradient of which less and less is new, scores that stay in [0, 1]
    under a loss of logits. No pace, penalty or width mends them.

    Reference: Ioffe and Szegedy 2015, arXiv:1502.03167 (what a training step is made of).
    """
    looks = [_still(history, player) for player in PLAYERS]
    looks += [_uncleared(history, player) for player in PLAYERS]
    found = [item for item in (*looks, _twice(history)) if item]
    if not found:
        return None
    ordered = sorted(found, key=lambda item: -item[0])
    return Diagnosis("loop_fault", ordered[0][0], tuple(e for _, e in ordered), 0.0)


Found = tuple[float, Evidence]


def never_moves(history: History, player: str) -> bool:
    """Say whether a player's weights were the same at all ticks; False where nobody looked."""
    steps = history.column(f"update/{player}").known.values
    watched = len(history.column(f"frozen/{player}").known.values) >= TICKS
    return watched and len(steps) >= TICKS and not steps.any()


def _still(history: History, player: str) -> Found | None:
    """A player that never moves though it could, and why it may be so."""
    if not never_moves(history, player):
        return None
    gradient = history.recent(f"gradient/{player}")
    if player == "generator" and not gradient > 0:
        return None  # cut off: its gradient is gone, see there
    reaches = "though a gradient reaches them" if gradient > 0 else "and no gradient reaches them"
    says = (
        f"the {player}'s weights did not change at any of {history.ticks} ticks, {reaches}:"
        f" {_why(history, player)}"
    )
    return 0.99, Evidence(f"update/{player}", 0.0, (1e-6, None), says)


def _why(history: History, player: str) -> str:
    """The likely line, from what the optimizers hold."""
    other = PLAYERS[player == PLAYERS[0]]
    own, others = (history.recent(f"optimizer/{player}/{name}") for name in (player, other))
    if own == 0 and others > 0:
        return f"the optimizer given as the {player}'s holds the {other}'s weights"
    if own == 0:
        return (
            f"the optimizer given as the {player}'s holds none of its weights; it was made of"
            " another copy of the network, or before the network was made anew"
        )
    if history.recent(f"knob/optimizers.{player}.lr") == 0:
        return "the learning rate of its optimizer is 0"
    if history.recent(f"frozen/{player}") == 1:
        return "all of them are frozen (requires_grad is False)"
    if own > 0:
        return "its optimizer holds them, and is never stepped"
    return "does its optimizer hold its weights, and is it ever stepped?"


def _uncleared(history: History, player: str) -> Found | None:
    """A gradient to which each step adds, so that less and less of it is new."""
    fresh = history.column(f"fresh/{player}").known.values
    norms = history.column(f"gradient/{player}").known.values
    fresh = fresh[fresh > 0]  # nothing is added where a player has no turn
    if min(len(fresh), len(norms)) < TICKS:
        return None
    late = median(fresh[len(fresh) // 2 :])
    grown = ratio(median(norms[len(norms) // 2 :]), median(norms[:1]))
    if not (late < LITTLE and late < 0.2 * float(fresh[0]) and grown > GROWN):
        return None
    says = (
        f"only {late:.1%} of the {player}'s gradient is new from one step to the next, and it has"
        f" grown {grown:.0f} times: gradients are added up and never cleared; call zero_grad()"
        " before each backward()"
    )
    sure = max(confidence(late, LITTLE, LITTLE / 4), 0.6)
    return sure, Evidence(f"fresh/{player}", late, (2 * LITTLE, None), says)


def _twice(history: History) -> Found | None:
    """Scores within 0 to 1, as a sigmoid gives them, under a loss that takes logits."""
    names = ("scores/lowest", "scores/highest", "scores/real/mean", "scores/fake/mean")
    low, high, real, fake = (history.column(name).known.values for name in names)
    loss = history.column("loss/discriminator").known.values
    if not len(low) == len(high) == len(real) == len(fake) == len(loss) >= TICKS:
        return None
    if low.min() < 0 or high.max() > 1:
        return None
    kind = _taken_for_logits(loss, real, fake)
    if not kind:
        return None
    name, least = kind
    says = (
        f"all scores lie within 0 to 1, as after a sigmoid, and the discriminator's loss is one of"
        f" logits ({name}), which cannot fall below {least:.3g} so: leave out the sigmoid, or take"
        " a loss of probabilities"
    )
    return 0.9, Evidence("loss/discriminator", median(loss[len(loss) // 2 :]), (0.0, least), says)


def _taken_for_logits(loss: Values, real: Values, fake: Values) -> tuple[str, float] | None:
    """Name the loss of logits that these losses are, and its least for scores in [0, 1]."""
    sure, doubted = (np.clip(side, 1e-6, 1 - 1e-6) for side in (real, fake))
    sound = (-np.log(sure) - np.log1p(-doubted), (real - 1) ** 2 + fake**2, fake - real)
    logits = {
        "softplus(-real) + softplus(fake)": (np.logaddexp(0, -real) + np.logaddexp(0, fake), 1.006),
        "relu(1 - real) + relu(1 + fake)": (2 - real + fake, 1.0),
    }
    for name, (formula, least) in logits.items():
        for share in (1.0, 0.5):  # the sum of both sides, or their mean
            fits = np.quantile(_apart(loss, share * formula), 0.9) < ALIKE
            others = [median(_apart(loss, s * other)) for other in sound for s in (1.0, 0.5)]
            if fits and min(others) > UNLIKE:
                return name, share * least
    return None


def _apart(loss: Values, formula: Values) -> Values:
    """Differences, relative to the loss."""
    return np.asarray(np.abs(loss - formula) / np.maximum(np.abs(loss), 1e-12))

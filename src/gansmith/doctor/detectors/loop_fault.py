"""Loop fault: the loop does not do what it is meant to do, whatever the game."""

from gansmith.doctor.evidence import Diagnosis, Evidence, Sign
from gansmith.doctor.history import History, median
from gansmith.doctor.measurements.loop_facts import (
    PLAYERS,
    gradient_growth,
    logits_loss,
    never_moves,
    new_gradient,
    new_gradient_of,
)
from gansmith.doctor.statistics import confidence, second_half
from gansmith.registry import detectors

MIN_STEP_SIZE = 1e-6  # of the weights
MIN_GRADIENT_GROWTH = 3.0  # over the first ticks, which the sum of gradients comes to
MAX_LATE_OVER_EARLY_SHARE = 0.2  # of a gradient that is new, where none is cleared


@detectors.add
def loop_fault(history: History) -> Diagnosis | None:
    """A net that is never stepped, gradients that are never cleared, a sigmoid taken twice.

    These are told by what cannot be otherwise: weights that are the same at all ticks though a
    gradient reaches them, a gradient of which less and less is new, scores that stay in [0, 1]
    under a loss of logits. No pace, penalty or width mends them.

    Reference: Ioffe and Szegedy 2015, arXiv:1502.03167 (what a training step is made of).
    """
    looks = [_never_stepped(history, player) for player in PLAYERS]
    looks += [_never_cleared(history, player) for player in PLAYERS]
    found = [sign for sign in (*looks, _two_sigmoids(history)) if sign]
    ordered = sorted(found, key=lambda sign: -sign.confidence)
    return Diagnosis.of_signs("loop_fault", ordered, began=0.0) if ordered else None


def _never_stepped(history: History, player: str) -> Sign | None:
    """A player that never moves though it could, and why it may be so."""
    if not never_moves(history, player):
        return None
    gradient = history.recent(f"gradient/{player}")
    if player == "generator" and not gradient > 0:
        return None  # no gradient reaches it: a vanishing gradient
    reaches = "though a gradient reaches them" if gradient > 0 else "and no gradient reaches them"
    says = (
        f"the {player}'s weights did not change at any of {history.ticks} ticks, {reaches}:"
        f" {_why(history, player)}"
    )
    return Sign(0.99, Evidence(f"update/{player}", 0.0, (MIN_STEP_SIZE, None), says))


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


def _never_cleared(history: History, player: str) -> Sign | None:
    """A gradient to which each step adds, so that less and less of it is new."""
    early, late = new_gradient_of(history, player)
    grown = gradient_growth(history, player)
    falls = late < new_gradient.low and late < MAX_LATE_OVER_EARLY_SHARE * early
    if not (falls and grown > MIN_GRADIENT_GROWTH):
        return None
    says = (
        f"only {late:.1%} of the {player}'s gradient is new from one step to the next, and it has"
        f" grown {grown:.0f} times: gradients are added up and never cleared; call zero_grad()"
        " before each backward()"
    )
    sure = max(confidence(late, new_gradient.low, new_gradient.low / 4), 0.6)
    evidence = Evidence(f"fresh/{player}", late, (2 * new_gradient.low, None), says)
    return Sign(sure, evidence)


def _two_sigmoids(history: History) -> Sign | None:
    """Scores within 0 to 1, as a sigmoid gives them, under a loss that takes logits."""
    name, least = logits_loss(history)
    if not name:
        return None
    says = (
        f"all scores lie within 0 to 1, as after a sigmoid, and the discriminator's loss is one of"
        f" logits ({name}), which cannot fall below {least:.3g} so: leave out the sigmoid, or take"
        " a loss of probabilities"
    )
    late = median(second_half(history.column("loss/discriminator").known.values))
    return Sign(0.9, Evidence("loss/discriminator", late, (0.0, least), says))

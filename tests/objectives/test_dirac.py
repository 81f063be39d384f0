"""Convergence on the Dirac-GAN, as published, through our own recipe, game, terms and trainer.

Of the table's 26 cells, 21 are reached to two percent. One is 2.03 % off and is what rounding in
two goes makes of ours, two were drawn without a seed, and two come out only with half of a
derivative; each of these says so in its test.
"""

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.objectives.dirac import STEPS, distance

R1 = {"terms": [{"name": "r1", "gamma": 0.3}]}
STRONG_R1 = {"terms": [{"name": "r1", "gamma": 1.0}]}
CLIP = {"constraints": [{"name": "weight_clip", "limit": 1.0}]}
# the paper adds 0.7 (|psi| - 1) sign(psi) to the derivative: our square has a factor of 2
PENALTY = {"terms": [{"name": "gradient_penalty", "weight": 0.35, "target": 1.0}]}
NOISE = {"name": "instance_noise", "deviation": 0.7}


class Row(NamedTuple):
    """A row of the table: the parts, psi at the start, |(theta, psi)| after 500 steps."""

    loss: str
    parts: dict[str, Any]
    psi: float
    simultaneous: float
    alternating: float


# In Mescheder et al. 2018 a higher score means more fake: their psi = 1 is our -1. The rows of
# hinge and relativistic extend the paper and start at our own psi = 1.
PUBLISHED = {
    "minimax": Row("minimax", {}, -1.0, 3.1, 1.42),
    "non_saturating": Row("non_saturating", {}, -1.0, 0.64, 0.284),
    "wasserstein_clip": Row("wasserstein", CLIP, -1.0, 1.0, 1.02),
    "wasserstein_penalty": Row("wasserstein", PENALTY, -1.0, 1.8, 1.22),
    "hinge": Row("hinge", {}, 1.0, 1.40, 1.43),
    "relativistic": Row("relativistic", {}, 1.0, 0.64, 0.271),
    "minimax_r1": Row("minimax", R1, -1.0, 2.6e-6, 2.3e-7),
    "minimax_strong_r1": Row("minimax", STRONG_R1, -1.0, 9.5e-22, 7.5e-17),
    "non_saturating_r1": Row("non_saturating", R1, -1.0, 2.2e-6, 1.5e-7),
    "relativistic_r1": Row("relativistic", R1, 1.0, 3.3e-6, 2.6e-7),
    "hinge_r1": Row("hinge", R1, 1.0, 0.0081, 2.7e-7),
}
UNSEEDED = {"simultaneous": 0.019, "alternating": 0.012}  # minimax with instance noise
CONSENSUS = {"simultaneous": "2e-10", "alternating": "1.3e-11"}  # minimax, gamma 1
TOLERANCE = 0.02
IN_TWO_GOES = "relativistic_r1"  # printed from 3.25e-6 and 2.55e-7: ours are 3.249 and 2.547
GAMES = ["alternating", pytest.param("simultaneous", marks=pytest.mark.slow)]


def sigmoid(score):
    return 1.0 / (1.0 + np.exp(-score))


# the derivative of D's loss by the fake score, and of G's, with the real score at 0
SLOPES = {
    "minimax": (sigmoid, lambda s: -sigmoid(s)),
    "non_saturating": (sigmoid, lambda s: -sigmoid(-s)),
    "wasserstein": (lambda s: 1.0, lambda s: -1.0),
    "hinge": (lambda s: float(s > -1.0), lambda s: -1.0),
    "relativistic": (sigmoid, lambda s: -sigmoid(-s)),
}


def iterate(game, of_theta, of_psi, psi, bound=math.inf, theta=1.0, step=0.2):
    """Descend two derivatives, functions of (theta, psi), on paper."""
    for _ in range(STEPS):
        moved = theta - step * of_theta(theta, psi)
        psi -= step * of_psi(theta if game == "simultaneous" else moved, psi)
        psi, theta = min(max(psi, -bound), bound), moved
    return math.hypot(theta, psi)


def price(term, psi):
    """Return the derivative of a term by psi."""
    if term["name"] == "r1":
        return term["gamma"] * psi
    return 2 * term["weight"] * (abs(psi) - term["target"]) * math.copysign(1.0, psi)


def by_hand(game, row):
    """Return where the two derivatives of a row lead."""
    of_d, of_g = SLOPES[row.loss]
    terms, bound = row.parts.get("terms", ()), 1.0 if "constraints" in row.parts else math.inf
    return iterate(
        game,
        lambda theta, psi: of_g(psi * theta) * psi,
        lambda theta, psi: of_d(psi * theta) * theta + sum(price(term, psi) for term in terms),
        row.psi,
        bound,
    )


def rounded_in_two_goes(value):
    """Round half up to three digits, then to two."""
    three = Decimal(f"{value:.2e}")
    return float(three.quantize(Decimal((0, (1,), three.adjusted() - 1)), ROUND_HALF_UP))


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_distance_is_reached(game, name):
    row = PUBLISHED[name]
    reached = distance(game, row.psi, loss={"name": row.loss}, **row.parts)
    published = getattr(row, game)
    if name == IN_TWO_GOES:
        assert rounded_in_two_goes(reached) == published
    else:
        assert reached == pytest.approx(published, rel=TOLERANCE)
    assert reached == pytest.approx(by_hand(game, row), rel=1e-9)
    assert (reached < 0.01) == name.endswith("_r1")  # nothing else converges


def expected(game):
    """Return where minimax leads under all of the noise at once, by Gauss-Hermite quadrature."""
    nodes, shares = np.polynomial.hermite_e.hermegauss(60)
    noise, shares = NOISE["deviation"] * nodes, shares / shares.sum()
    return iterate(
        game,
        lambda theta, psi: -psi * (shares @ sigmoid(psi * (theta + noise))),
        lambda theta, psi: (
            shares @ ((theta + noise) * sigmoid(psi * (theta + noise)))
            - shares @ (noise * sigmoid(-psi * noise))
        ),
        -1.0,
    )


@pytest.mark.slow
@pytest.mark.parametrize("game", GAMES)
def test_the_published_distance_under_instance_noise_is_one_of_its_draws(game):
    """Ours lie on both sides of the published figure, and all of them far above the expectation.

    The figure is one draw of 1,000 fresh numbers a step for each side, without a seed. Without
    sampling the game would end at 6e-5 or 4e-6, so what is left after 500 steps is the noise of the
    draw itself: over twenty seeds it spreads from 0.003 to 0.035, and meeting one draw to two
    percent would be luck.
    """
    draws = [
        distance(game, -1.0, 1000, seed=seed, loss={"name": "minimax"}, augment=NOISE)
        for seed in range(4)
    ]
    assert min(draws) < UNSEEDED[game] < max(draws)
    assert expected(game) < 0.01 * min(draws)


def agreed(game, second=1.0):
    """Return where minimax with consensus leads; ``second`` scales one part of the derivative.

    With q = sigmoid(theta psi), v = (-psi q, theta q) and the term is (theta^2 + psi^2) q^2 / 2.
    Its derivative by theta has a first part, theta q^2, and a second by way of q.
    """

    def pull(one, other):
        q = sigmoid(one * other)
        return one * q**2 + second * (one**2 + other**2) * q**2 * (1 - q) * other

    return iterate(
        game,
        lambda theta, psi: -psi * sigmoid(psi * theta) + pull(theta, psi),
        lambda theta, psi: theta * sigmoid(psi * theta) + pull(psi, theta),
        -1.0,
    )


@pytest.mark.parametrize("game", GAMES)
def test_consensus_has_its_whole_derivative_and_the_published_distance_half_of_one_part(game):
    reached = distance(f"{game}_consensus", -1.0, loss={"name": "minimax"})
    assert reached == pytest.approx(agreed(game), rel=1e-9)
    printed = CONSENSUS[game]
    digits = len(printed.split("e")[0].replace(".", "")) - 1
    assert f"{agreed(game, second=0.5):.{digits}e}" == printed
    assert reached < 1.4 * float(printed)

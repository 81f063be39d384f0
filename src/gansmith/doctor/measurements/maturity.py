"""How far training has changed the networks: whether a run has more than begun."""

import math

import numpy as np

from gansmith.doctor.history import History
from gansmith.doctor.measurements.balance import pace
from gansmith.doctor.measurements.measurement import measured

NEW_NETWORK = 3.0  # weight change after which a generator is another network
MIN_CHANGE_OF_A_LEARNER = 0.2  # weight change of a generator that a dominated game does not reach
MIN_CHANGE_OF_A_STEPPED_NETWORK = 0.03  # weight change below which no optimizer moves it
MAX_INITIAL_PACE = 8.0  # of one player's first steps over the other's, in an even game
MIN_DISTANCE_RANGE = 1.17  # largest over smallest distance, where what G makes changes
MIN_PACE_IN_BALANCE = 0.3
PLAYERS = ("generator", "discriminator")


@measured(unit="times the weights", healthy=(2 / 3, None))
def weight_change(history: History) -> float:
    """Sum of all of G's steps, each as a share of its weights; after 3 it is another network.

    Of 1,083 recorded runs that were healthy, collapsed or underfitted none stayed below two thirds.
    """
    steps = history.column("update/generator").known.values
    turns = history.column("step").known.values
    return float(np.mean(steps) * turns[-1]) if len(steps) and len(turns) else math.nan


def is_barely_trained(history: History) -> bool:
    """Say whether G's steps of the whole run do not add up to two thirds of its weights.

    What it makes is then still that of its first weights, whatever is wrong with it.
    """
    return weight_change(history) < weight_change.low


def has_just_begun(history: History) -> bool:
    """Say whether both players have hardly moved, at an even pace at first.

    At first, since a discriminator that has won hardly moves either.
    """
    known = (history.column(f"update/{side}").known.values for side in PLAYERS)
    first = [float(values[:5].mean()) for values in known if len(values)]
    even = len(first) == 2 and 0 < max(first) < MAX_INITIAL_PACE * min(first)
    return MIN_CHANGE_OF_A_STEPPED_NETWORK < weight_change(history) < weight_change.low and even


def is_early(history: History) -> bool:
    """Say whether a generator in pace with its discriminator has not become another network yet.

    A strided net needs some tens of thousands of samples for that, and makes worse images than
    the flat ones of its untrained state in the meantime, which any discriminator rejects. Not so
    one whose distance stays all the while within a sixth of where it was.
    """
    series = history.column("metrics/frechet_distance").known
    values = series.values[series.values > 0]
    changed = len(values) > 0 and float(values.max() / values.min()) > MIN_DISTANCE_RANGE
    return (
        changed
        and MIN_CHANGE_OF_A_LEARNER < weight_change(history) < NEW_NETWORK
        and pace(history) > MIN_PACE_IN_BALANCE
    )


def kimg_of_new_network(history: History) -> float:
    """Return the kimg at which G had become another network; infinite: never, or unknown."""
    sizes, turns = (history.column(name).known for name in ("update/generator", "step"))
    if len(sizes.values) != len(turns.values):
        return math.inf
    gone = np.cumsum(sizes.values * np.diff(turns.values, prepend=0.0))
    beyond = np.flatnonzero(gone > NEW_NETWORK)
    return float(sizes.kimg[beyond[0]]) if len(beyond) else math.inf

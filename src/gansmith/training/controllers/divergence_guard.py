"""Down at once when gradients or scores grow by an order of magnitude."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Annotated, Any

from gansmith.ranges import Range
from gansmith.records import Move
from gansmith.registry import controllers
from gansmith.training.controllers import Knobs, Signals

WATCHED = ("gradient/generator", "gradient/discriminator", "scores/real/std", "scores/fake/std")
KNOWN = 8  # ticks that a median is taken of, at least
WINDOW = 20  # and at most
LEAST = 1 / 64  # of the knob's value is left


class DivergenceGuard:
    """Compares each tick with the median of those before; see ``divergence_guard``."""

    def __init__(self, knob: str, times: float, factor: float) -> None:
        self.knob, self.times, self.factor = knob, times, factor
        self.past: dict[str, list[float]] = {name: [] for name in WATCHED}
        self.beyond: dict[str, int] = dict.fromkeys(WATCHED, 0)

    def __call__(self, signals: Signals, knobs: Knobs) -> Sequence[Move]:
        """Propose a move of the knob's factor after a tick."""
        grown = [name for name in WATCHED if name in signals and self._grown(name, signals[name])]
        to = max(knobs[self.knob] * self.factor, LEAST)
        if not grown or to == knobs[self.knob]:
            return []
        name = grown[0]
        ratio = signals[name] / median(self.past[name])
        because = (
            f"{name} is {ratio:.0f} times what it was over the last {len(self.past[name])} ticks"
        )
        self.past = {name: [] for name in WATCHED}
        return [Move(self.knob, to, "divergence_guard", because)]

    def _grown(self, name: str, value: float) -> bool:
        """Say whether a signal is far above its past for the second tick; the past grows."""
        past = self.past[name]
        far = len(past) >= KNOWN and not value <= self.times * median(past)
        self.beyond[name] = self.beyond[name] + 1 if far else 0
        if not far:
            self.past[name] = [*past, value][-WINDOW:]
        return self.beyond[name] >= 2

    def state_dict(self) -> dict[str, Any]:
        """Return what is known of the past, for a checkpoint."""
        past = {name: list(values) for name, values in self.past.items()}
        return {"past": past, "beyond": dict(self.beyond)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up what a checkpoint holds."""
        self.past = {name: list(values) for name, values in state["past"].items()}
        self.beyond = dict(state["beyond"])


@controllers.add(reacts=True, scales=True)
def divergence_guard(
    start: float,
    knob: str = "optimizers.discriminator.lr",
    times: Annotated[float, Range(above=1.0, log=True, why="signals vary by themselves")] = 10.0,
    factor: Annotated[float, Range(above=0.0, below=1.0, why="it is to fall")] = 0.5,
) -> DivergenceGuard:
    """Lowers a knob when gradients or scores are suddenly many times what they were.

    A run about to diverge shows it some ticks before its loss is infinite. Watched are the norms of
    both players' gradients and the spread of D's scores: two ticks in a row above so many times
    the median of the last 20. Their slow growth, as in any young run, is no alarm.

    Args:
        start: the knob's value in the recipe.
        knob: what to lower; one entry each for both players' rates.
        times: how many times the median is too much.
        factor: what to multiply the knob by each time, in (0, 1).

    Raises:
        ValueError: an option is out of range.

    Reference: on exploding gradients Pascanu et al. 2012, arXiv:1211.5063; on GANs that diverge
    late Brock et al. 2018, arXiv:1809.11096.
    """
    return DivergenceGuard(knob, times, factor)

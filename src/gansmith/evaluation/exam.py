"""The same exam at intervals during training: fixed reals, fixed metrics, one protocol."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gansmith.data.samples import Samples
from gansmith.evaluation.caveats import caveats
from gansmith.evaluation.measure import (
    Comparison,
    check_possible,
    choices,
    describe,
    measure,
    measure_floor,
    needs_held_out,
    takes_held_out,
)
from gansmith.evaluation.sides import Choice, Side, side_of
from gansmith.evaluation.uncovered import uncovered
from gansmith.features import Extractor

Reals = np.ndarray | Tensor | Samples
KEPT = 8  # held-out reals, of which fewer say nothing of memorisation


def too_few_held_out(kept: int, trained: int) -> str:
    """Say that too few reals are held out for memorisation, and what to do."""
    return (
        f"memorisation compares with reals that are held out from training and needs {KEPT} of "
        f"them or more, but there are {kept} beside {trained:,} to train on; raise data.held_out "
        f"(up to 0.5), add data, or leave memorisation out of the metrics"
    )


class Exam:
    """Measures fakes against fixed reals; built once per run, called at every exam.

    The reference are reals that the run trains on. The noise floor measures the reference against
    other reals, as many as there are fakes: reals held out from training if there are enough, else
    a disjoint part of the training reals. All three sets have the same size, ``samples``, which is
    lowered to half of the reals where data are few, so that value and floor compare. Metrics that
    need held-out reals get all that there are, up to ``samples``, and no floor.

    Args:
        reals: training reals, bytes or floats in [-1, 1].
        held_out: reals kept from training, or None.
        extractor: turns samples into features.
        metrics: names, or (name, options).
        facts: what is known of the data: ``centres`` and ``sigma`` of a toy mixture.
        samples: how many fakes and reals to compare.
        seed: picks the reals.
        compared: samples to what extractor and metrics compare; None: as they are.

    Raises:
        ValueError: fewer than 4 reals, a metric has no such option, or needs what is not there.
        UnknownPartError: there is no metric of that name.
    """

    def __init__(
        self,
        reals: Reals,
        held_out: Reals | None,
        extractor: Extractor,
        metrics: Sequence[str | Choice],
        facts: Mapping[str, Any] | None = None,
        samples: int = 2048,
        seed: int = 0,
        compared: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        if len(reals) < 4:
            raise ValueError(
                f"an exam compares two disjoint sets of reals and needs at least 4 but there are "
                f"{len(reals)}; add data, or leave out the evaluation"
            )
        self.extractor, self.metrics, self.facts = extractor, choices(metrics), facts or {}
        self.seed, self.compared = seed, compared
        self._judged: Side | None = None
        kept = 0 if held_out is None else len(held_out)
        self.samples = min(samples, max(kept, len(reals) // 2), len(reals))
        order = np.random.default_rng(seed).permutation(len(reals))
        self._reference = _pick(reals, order[: self.samples])
        self._from_held_out = held_out is not None and kept >= self.samples
        if 0 < kept < KEPT and needs_held_out(self.metrics):
            raise ValueError(too_few_held_out(kept, len(reals)))
        check_possible(self.metrics, extractor, kept > 0, self.facts)
        self._kept: Tensor | None = None
        if held_out is not None and kept:
            others = np.random.default_rng(seed).permutation(kept)[: self.samples]
            self._kept = _pick(held_out, others)
        if self._kept is not None and self._from_held_out:
            self._others = self._kept
        else:
            self._others = _pick(reals, order[self.samples : 2 * self.samples])

    def __call__(self, fakes: Tensor) -> dict[str, float]:
        """Return {metric: value} of fakes in [-1, 1]; the first ``samples`` of them are measured.

        Raises:
            ValueError: there are fewer fakes than ``samples``, or a fake is not finite.
        """
        found, self._judged = self._measured(fakes)
        return found

    def of_inputs(self, inputs: Tensor) -> dict[str, float]:
        """Return the metrics of images that samples are made from, untouched; see ``__call__``."""
        return self._measured(inputs)[0]

    def _measured(self, fakes: Tensor) -> tuple[dict[str, float], Side]:
        if len(fakes) < self.samples:
            raise ValueError(
                f"this exam compares {self.samples} fakes but got {len(fakes)}; metrics at other "
                f"counts do not compare"
            )
        fake = self._side(fakes[: self.samples])
        compared = Comparison(self._real, fake, self._held_out(), self.facts)
        return measure(self.metrics, compared), fake

    def _held_out(self) -> Side | None:
        """Return the held-out reals where a metric needs them."""
        if self._from_held_out:
            return self._other
        takes = self._kept is not None and takes_held_out(self.metrics)
        return self._few_held_out if takes else None

    def left_out(self, count: int = 16) -> Tensor:
        """Return up to ``count`` reals that no fake of the last exam is near, loneliest first.

        Before the first exam these are none.
        """
        if self._judged is None:
            return self._reference[:0]
        return self._reference[uncovered(self._real.features, self._judged.features)[:count]]

    @cached_property
    def floor(self) -> dict[str, float]:
        """The same metrics between the reference and other reals: what a perfect generator gets.

        Metrics that need held-out reals have none: those reals stand for the fakes here.
        """
        return measure_floor(self.metrics, self._real, self._other, self.facts)

    @cached_property
    def protocol(self) -> dict[str, Any]:
        """What a reader must know before comparing these numbers with others; JSON-able."""
        others = "reals held out" if self._from_held_out else "other training reals"
        return {
            **describe(self.extractor, self.metrics, self.seed),
            "real": self.samples,
            "fake": self.samples,
            "split": f"fakes against training reals; floor: {others} against the same",
            **self._few_kept(),
            "caveats": caveats(self._real, self._other, self.extractor),
        }

    @cached_property
    def _real(self) -> Side:
        return self._side(self._reference, keep=True)

    def _few_kept(self) -> dict[str, int]:
        """How many held-out reals metrics compare with, where they are fewer than the rest."""
        told = takes_held_out(self.metrics) and not self._from_held_out
        return {"held_out": len(self._kept)} if told and self._kept is not None else {}

    @cached_property
    def _few_held_out(self) -> Side:
        assert self._kept is not None
        return self._side(self._kept, keep=True)

    @cached_property
    def _other(self) -> Side:
        return self._side(self._others, keep=True)

    def _side(self, samples: Tensor, *, keep: bool = False) -> Side:
        read = self.compared(samples) if self.compared else samples
        return side_of(read, self.extractor, self.metrics, keep=keep)


def _pick(reals: Reals, indices: np.ndarray) -> Tensor:
    if isinstance(reals, Tensor):
        return reals[torch.from_numpy(indices)].cpu()
    taken = reals[indices] if isinstance(reals, np.ndarray) else reals.take(indices)
    return torch.from_numpy(np.ascontiguousarray(taken))

"""Train classifiers on every arm, at several amounts of real data, over seeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gansmith.downstream.arms import ADDED, REAL, Arm, arms_for, training_set, wanted
from gansmith.downstream.classifiers import Fit, Probabilities
from gansmith.downstream.labelled import Form, Labelled, drawn
from gansmith.downstream.scores import resampled, scores
from gansmith.downstream.synthetic import SPARE, Filter, Pool, agreeing

Scores = dict[str, np.ndarray]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Trial:
    """How classifiers are compared.

    Args:
        amounts: of real samples.
        seeds: of the choice of real samples, of the synthetic ones and of the classifier.
        times: of the largest class, up to which each class is filled.
        filtered: which synthetic samples are learned from.
        first: seed.
    """

    amounts: Sequence[int]
    seeds: int
    times: float
    filtered: Filter
    first: int = 0


@dataclass(frozen=True)
class OneSeed:
    """Scores of each arm [1 + resamples], what it learned from, and how much was filtered."""

    scores: dict[str, Scores]
    sizes: dict[str, tuple[int, int]]
    agreed: float


@dataclass(frozen=True)
class Outcome:
    """What one amount of real data came to.

    Args:
        amount: real samples.
        scores: of each arm and score, [seeds, 1 + resamples of the test set].
        sizes: samples that each arm learned from, real and synthetic.
        agreed: share of the synthetic candidates that the classifier of real samples agrees with.
    """

    amount: int
    scores: dict[str, Scores]
    sizes: dict[str, tuple[int, int]]
    agreed: float


@dataclass(frozen=True)
class Study:
    """What a study compares.

    Args:
        real: training samples.
        test: samples that neither the generator nor a classifier has seen.
        pool: candidates made by the generator.
        form: of the samples.
        fit: trains a classifier.
        trial: how they are compared.
    """

    real: Labelled
    test: Labelled
    pool: Pool
    form: Form
    fit: Fit
    trial: Trial

    def run(self, progress: Progress | None = None) -> list[Outcome]:
        """Return the outcome at each amount of real data.

        All arms of a seed share the real samples, the synthetic samples and the classifier's seed,
        so that their differences are of the arms.

        Args:
            progress: called with (classifiers trained, classifiers in all).
        """
        trial, arms = self.trial, arms_for(self.form)
        weights = resampled(self.test.labels, trial.first)
        total, done, outcomes = len(trial.amounts) * trial.seeds * len(arms), 0, []
        for amount in trial.amounts:
            found = []
            for seed in range(trial.first, trial.first + trial.seeds):
                found.append(self._one(amount, seed, weights))
                done += len(arms)
                if progress is not None:
                    progress(done, total)
            outcomes.append(_stacked(found))
        return outcomes

    def _one(self, amount: int, seed: int, weights: np.ndarray) -> OneSeed:
        classes = self.form.classes
        draws = np.random.default_rng([seed, amount])
        own = drawn(self.real, amount, len(classes), draws)
        more = wanted(own, self.form, self.trial.times)
        judge = self.fit(own, seed)
        made, agreed = self._synthetic(more + own.counts(len(classes)), judge, draws)
        found = OneSeed({}, {}, agreed)
        for arm in arms_for(self.form):
            added = _first(made, more) if arm.real else made
            known = training_set(arm, own, self.form, more, added, draws)
            classify = judge if arm == REAL else self.fit(known, seed, arm.augmented)
            likely = classify(self.test.samples)
            found.scores[arm.name] = scores(likely, self.test.labels, weights, classes)
            found.sizes[arm.name] = _sizes(arm, own, added)
        return found

    def _synthetic(
        self, counts: np.ndarray, judge: Probabilities, draws: np.random.Generator
    ) -> tuple[Labelled, float]:
        """Return synthetic samples for an arm without real ones, and the share that agreed."""
        if self.trial.filtered == "none":
            return self.pool.draw(counts, draws), 1.0
        return agreeing(self.pool.draw(SPARE * counts, draws), counts, judge)


def _first(made: Labelled, counts: np.ndarray) -> Labelled:
    """Return the first few of each class."""
    rows = [np.flatnonzero(made.labels == label)[:count] for label, count in enumerate(counts)]
    return made[np.concatenate(rows)]


def _sizes(arm: Arm, own: Labelled, added: Labelled) -> tuple[int, int]:
    return (len(own) if arm.real else 0, len(added) if arm.synthetic else 0)


def _stacked(found: list[OneSeed]) -> Outcome:
    """Return the scores of seeds side by side."""
    every = {
        arm: {name: np.stack([one.scores[arm][name] for one in found]) for name in named}
        for arm, named in found[0].scores.items()
    }
    agreed = float(np.mean([one.agreed for one in found]))
    return Outcome(found[0].sizes[ADDED.name][0], every, found[0].sizes, agreed)

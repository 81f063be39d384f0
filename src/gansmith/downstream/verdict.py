"""Does it help? The difference to every cheap alternative, and one plain sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gansmith.downstream.arms import Arm, alternatives, candidates
from gansmith.downstream.interval import Interval, interval
from gansmith.downstream.scores import BALANCED, recall_of
from gansmith.downstream.study import Outcome

Answer = Literal["helps", "no", "harms"]
RARE = 0.5  # of the largest class: a class with fewer is rare
LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """By how much an arm with synthetic samples is above one without.

    Args:
        arm: with synthetic samples.
        against: without.
        score: which.
        by: the difference over the same seeds and test samples.
    """

    arm: str
    against: str
    score: str
    by: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        names = {"arm": self.arm, "against": self.against, "score": self.score}
        return {**names, **self.by.as_dict()}


def difference(outcome: Outcome, arm: str, against: str, score: str, level: float) -> Difference:
    """Return the difference of two arms in one score, paired by seed and test sample."""
    values = outcome.scores[arm][score] - outcome.scores[against][score]
    return Difference(arm, against, score, interval(values, level))


def hardest(
    outcome: Outcome, arm: str, others: Sequence[Arm], score: str, level: float
) -> Difference:
    """Return the difference to the alternative that is hardest to beat.

    Being above every alternative is shown when the lowest of the lower ends is above 0: a test of
    all at once, which needs no correction for their number (Berger 1982).
    """
    every = [difference(outcome, arm, other.name, score, level) for other in others]
    return min(every, key=lambda one: one.by.low)


@dataclass(frozen=True)
class Finding:
    """The answer at one amount of real data.

    Args:
        answer: whether adding synthetic samples helps.
        main: in balanced accuracy, the better of the arms with synthetic samples.
        rare: the same arm in the recall of each rare class.
        level: of confidence of each interval.
    """

    answer: Answer
    main: Difference
    rare: tuple[Difference, ...]
    level: float


def judge(
    outcome: Outcome, arms: tuple[Arm, ...], rare: Sequence[str], questions: int = 1
) -> Finding:
    """Return whether synthetic samples help at one amount of real data.

    They help where an arm with them is above every alternative in balanced accuracy; they harm
    where every arm with them is below some alternative; else the answer is no. The level of
    confidence allows for the arms with synthetic samples and for the amounts that are asked about
    (Bonferroni).

    Args:
        outcome: of the study.
        arms: that were compared.
        rare: names of the rare classes.
        questions: amounts that are asked about.
    """
    ours, others = candidates(arms), alternatives(arms)
    level = 1 - (1 - LEVEL) / (len(ours) * questions)
    found = [hardest(outcome, arm.name, others, BALANCED, level) for arm in ours]
    best = max(found, key=lambda one: one.by.low)
    below = [_below(outcome, arm.name, others, level) for arm in ours]
    answer: Answer = "helps" if best.by.low > 0 else "harms" if all(below) else "no"
    scores = [recall_of(name) for name in rare]
    known = [score for score in scores if score in outcome.scores[best.arm]]
    risen = tuple(hardest(outcome, best.arm, others, score, level) for score in known)
    return Finding(answer, best, risen, level)


def _below(outcome: Outcome, arm: str, others: Sequence[Arm], level: float) -> bool:
    """Say whether an arm is below some alternative for sure."""
    return any(
        difference(outcome, arm, other.name, BALANCED, level).by.high < 0 for other in others
    )


def rare_classes(counts: np.ndarray, classes: Sequence[str]) -> list[str]:
    """Return the classes with less than half as many samples as the largest."""
    return [name for name, n in zip(classes, counts, strict=True) if 0 < n < RARE * counts.max()]


def sentence(finding: Finding, amount: int, fair: bool = True) -> str:
    """Return the answer in one or two plain sentences.

    Args:
        finding: what was found.
        amount: real samples.
        fair: whether the generator saw no other real samples than the classifiers.
    """
    main = finding.main
    starts = {
        "helps": f"Yes, it helps with {amount:,} real samples",
        "no": f"No, it is not shown to help with {amount:,} real samples",
        "harms": f"No, it does harm with {amount:,} real samples",
    }
    says = (
        f"{starts[finding.answer]}: '{main.arm}' against '{main.against}', the alternative without "
        f"a generator that is hardest to beat, {_signed(main.by)} in balanced accuracy"
    )
    if not fair:
        says += "; the generator saw more real samples than that, which is part of it"
    return f"{says}." + "".join(f" {_of_class(one)}" for one in finding.rare)


def _of_class(one: Difference) -> str:
    risen = "rises" if one.by.low > 0 else "falls" if one.by.high < 0 else "is not shown to rise"
    what = one.score[0].upper() + one.score[1:]
    return f"{what} {risen}: {_signed(one.by)} against '{one.against}'."


def _signed(by: Interval) -> str:
    return f"{by.value:+.3f} ({by.low:+.3f} to {by.high:+.3f})"

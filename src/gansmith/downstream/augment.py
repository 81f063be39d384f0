"""The whole question: whether a generator helps a classifier, and what it gives away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gansmith.deploy.loaded import LoadedGenerator
from gansmith.downstream.arms import arms_for
from gansmith.downstream.classifiers import classifier_for
from gansmith.downstream.interval import METHOD, interval
from gansmith.downstream.labelled import Form, Labelled
from gansmith.downstream.privacy import Compared, report_of, usual_extractor, write_picture
from gansmith.downstream.reals import Reals, open_reals
from gansmith.downstream.scores import resampled
from gansmith.downstream.study import Outcome, Study, Trial
from gansmith.downstream.synthetic import SPARE, Filter, Pool, make_pool
from gansmith.downstream.verdict import LEVEL, judge, rare_classes, sentence
from gansmith.errors import UsageError
from gansmith.evaluation.exam import KEPT
from gansmith.version import __version__

STEPS, SEEDS = 150, 5
CHOICE = 1.5  # candidates for each that a seed takes, so that seeds take others
LEAST = 10  # real samples of the smallest amount, for each class
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """How a study is made.

    Args:
        amounts: of real samples; None: a sixteenth, a quarter and all.
        seeds: of the choice of samples and of the classifiers.
        times: of the largest class, up to which each class is filled; None: 1 where classes differ
            by a factor of 2 or more, else 2.
        filtered: which synthetic samples are learned from.
        steps: of a convolutional classifier.
        seed: the first.
        privacy: whether to look for memorised samples too.
        features: extractor of that look; None: that of the kind.
        device: where its features are computed.
    """

    amounts: Sequence[int] | None = None
    seeds: int = SEEDS
    times: float | None = None
    filtered: Filter = "agreement"
    steps: int = STEPS
    seed: int = 0
    privacy: bool = True
    features: str | None = None
    device: str = "auto"

    def check(self) -> None:
        """Refuse numbers that make no study.

        Raises:
            UsageError: says which.
        """
        if self.seeds < 2:
            raise UsageError(f"an interval takes 2 seeds or more, not {self.seeds}")
        if self.steps < 1:
            raise UsageError(f"a classifier takes 1 step or more, not {self.steps}")
        if self.times is not None and self.times < 1:
            raise UsageError(f"classes are filled to 1 times the largest or more, not {self.times}")
        if self.amounts is not None and min(self.amounts, default=0) < 2:
            raise UsageError("amounts are numbers of real samples, 2 or more")


def study(
    loaded: LoadedGenerator,
    run: Path,
    data: Any,
    test: Any = None,
    options: Options | None = None,
    picture: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return what classifiers say of a generator's samples; see ``gansmith.augmentation_study``."""
    asked = options or Options()
    asked.check()
    reals = open_reals(loaded, run, data, test)
    trial = _trial(asked, reals)
    fit, classifier = classifier_for(reals.form, asked.steps)
    told = _telling(progress)
    pool = make_pool(loaded, reals.form, _candidates(reals, trial), trial.first, told("samples"))
    made = Study(reals.train, reals.test, pool, reals.form, fit, trial)
    outcomes = made.run(told("classifiers"))
    found = _found(outcomes, reals, trial)
    found["protocol"] = _protocol(loaded, reals, trial, classifier, data)
    if asked.privacy:
        found["privacy"] = _privacy(loaded, reals, pool, asked, picture, told("features"))
    return found


def _candidates(reals: Reals, trial: Trial) -> np.ndarray:
    """Return how many samples of each class are made: half as many again as a seed takes."""
    counts = reals.train.counts(len(reals.form.classes))
    taken = (SPARE if trial.filtered != "none" else 1) * trial.times * counts.max()
    return np.where(counts > 0, round(CHOICE * taken), 0)


def _telling(progress: Progress | None) -> Callable[[str], Callable[[int, int], None] | None]:
    def told(what: str) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, total: progress(what, done, total)

    return told


def _trial(asked: Options, reals: Reals) -> Trial:
    counts = reals.train.counts(len(reals.form.classes))
    there = counts[counts > 0]
    times = asked.times or (1.0 if there.max() >= 2 * there.min() else 2.0)
    amounts = asked.amounts or _amounts(len(reals.train), len(there))
    kept = sorted({min(amount, len(reals.train)) for amount in amounts})
    return Trial(kept, asked.seeds, times, asked.filtered, asked.seed)


def _amounts(count: int, classes: int) -> list[int]:
    """Return a sixteenth, a quarter and all, as far as they hold 10 of each class on average."""
    return [n for n in (count // 16, count // 4) if n >= LEAST * classes] + [count]


def _found(outcomes: list[Outcome], reals: Reals, trial: Trial) -> dict[str, Any]:
    """Return the answers, and the scores of each arm with their intervals."""
    arms, classes, whole = arms_for(reals.form), reals.form.classes, len(reals.train)
    rare = rare_classes(reals.train.counts(len(classes)), classes)
    results = []
    for outcome in outcomes:
        fair = outcome.amount >= whole
        finding = judge(outcome, arms, rare)
        result: dict[str, Any] = {
            "real": outcome.amount,
            "generator_saw": whole,
            "answer": finding.answer,
            "says": sentence(finding, outcome.amount, fair),
            "level": finding.level,
            "difference": finding.main.as_dict(),
            "rare": [one.as_dict() for one in finding.rare],
            "agreed": outcome.agreed if trial.filtered != "none" else None,
            "arms": {name: _arm(outcome, name) for name in outcome.scores},
        }
        results.append(result)
    last = results[-1]
    fair = last["real"] >= whole
    answer = last["answer"] if fair else "unknown"
    says = last["says"] if fair else _unfair(last["says"])
    return {"answer": answer, "says": says, "rare_classes": rare, "results": results}


def _unfair(says: str) -> str:
    return (
        "Whether it helps is not known: at each of these amounts the generator saw more real "
        f"samples than the classifiers; compare at all of them. {says}"
    )


def _arm(outcome: Outcome, name: str) -> dict[str, Any]:
    real, synthetic = outcome.sizes[name]
    scores = {
        score: interval(values, LEVEL).within(0, 1).as_dict()
        for score, values in outcome.scores[name].items()
    }
    return {"real": real, "synthetic": synthetic, "scores": scores}


def _protocol(
    loaded: LoadedGenerator, reals: Reals, trial: Trial, classifier: str, data: Any
) -> dict[str, Any]:
    classes, form = reals.form.classes, reals.form

    def counted(part: Labelled) -> dict[str, int]:
        return dict(zip(classes, part.counts(len(classes)).tolist(), strict=True))

    filtered = {
        "agreement": "twice as many candidates as are wanted; those that the classifier of the "
        "real samples takes for their class come first",
        "none": "none",
    }
    return {
        "version": __version__,
        "run": loaded.run,
        "kimg": loaded.kimg,
        "data": str(data) if isinstance(data, str | Path) else type(data).__name__,
        "kind": form.kind,
        "train": counted(reals.train),
        "test": counted(reals.test),
        "test_part": reals.test_name,
        "left_out": reals.left_out,
        "overlap": 0,
        "classifier": classifier,
        "seeds": list(range(trial.first, trial.first + trial.seeds)),
        "filled_to": f"{trial.times:g} times the largest class",
        "filter": filtered[trial.filtered],
        "level": LEVEL,
        "intervals": METHOD,
        "resamples": len(resampled(reals.test.labels[:1])) - 1,
    }


def _privacy(
    loaded: LoadedGenerator,
    reals: Reals,
    pool: Pool,
    asked: Options,
    picture: Path | None,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Any] | None:
    """Return the report on memorised samples; None where too few reals were held out."""
    if len(reals.kept) < KEPT:
        return None
    classes = len(reals.form.classes)
    shares = reals.train.counts(classes) / len(reals.train)
    counts = np.minimum(np.ceil(shares * len(reals.train)), 1000).astype(int)
    made = pool.draw(counts, np.random.default_rng(asked.seed))
    parts = (reals.train, made, reals.kept)
    trained, fakes, kept = (_seen(loaded, reals.form, part) for part in parts)
    labels = torch.from_numpy(made.labels)
    sides = Compared(trained, fakes, kept, labels, reals.form.classes)
    found = report_of(sides, usual_extractor(sides, asked.features, asked.device), asked.seed)
    if picture is not None and reals.form.kind == "image":
        write_picture(sides, found, picture)
    return found


def _seen(loaded: LoadedGenerator, form: Form, part: Labelled) -> torch.Tensor:
    """Return samples as networks see them, in which distances mean something."""
    if form.kind == "table":
        from gansmith.kinds.tables.columns import as_facts

        rows = loaded.kind.to_unit(part.samples, as_facts(form.columns))
        return torch.from_numpy(rows)
    if form.kind == "series":
        return torch.as_tensor(loaded.kind.to_unit(part.samples, loaded.facts)).float()
    return torch.from_numpy(part.samples).float()

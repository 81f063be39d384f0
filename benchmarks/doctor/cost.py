"""What signals, exams and the doctor cost of the training time.

    OMP_NUM_THREADS=1 python -m benchmarks.doctor.cost     # writes cost.md

Each recipe that ships trains for a hundred steps or so under stopwatches of processor time. From
that follow the share of signals, and of exams at the default interval (the untrained generator's
with the reals' own numbers, and as many more as the run affords) in a run of the recipe's own
length and in one of an hour. Both are knobs: ``signals.tick`` and ``evaluation.every_kimg``.
"""

import argparse
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gansmith
from benchmarks.stopwatches import SIGNALS, measured, stopwatches
from gansmith.listeners import doctor
from gansmith.training.session.examiner import EXAMS, Examiner, affordable_exams
from gansmith.training.session.examining import Examining
from gansmith.training.session.session import Session

HERE = Path(__file__).parent
RECIPES = {"quickstart": 96, "ring": 1000, "dcgan": 96, "wgan_gp": 24, "modern": 96}  # steps
HOUR = 3600.0


@dataclass(frozen=True)
class Cost:
    """Processor seconds: of a step with its signals, of the signals in it, of an exam.

    ``floor`` are those of the reals' own numbers, once a run.
    """

    recipe: str
    step: float
    signals: float
    exam: float
    floor: float
    doctor: float
    steps: float

    @property
    def length(self) -> float:
        """Seconds of the recipe's own training, without exams."""
        return self.steps * self.step

    def exams(self, seconds: float) -> tuple[int, float]:
        """Number of exams after the first in so much training, and the share that all take."""
        first = self.floor + self.exam
        count = affordable_exams(seconds, first, self.exam)
        spent = first + count * self.exam
        return count, spent / (spent + seconds)


def measure(name: str, steps: int) -> Cost:
    """Train a recipe for some steps and take the times."""
    batch = gansmith.Recipe.load(name).data.batch or 64
    kimg = steps * batch / 1000
    changes = {
        "length.kimg": kimg,
        "length.budget": None,
        "evaluation.every_kimg": kimg / 3,
        "checkpoints.every_kimg": 1e6,
        "runtime.threads": 1,
    }
    places: dict[str, list[tuple[Any, str]]] = {
        "signals": SIGNALS,
        "exams": [(Examining, "__call__")],
        "floor": [(Examiner, "ready")],
        "doctor": [(doctor, "assess")],
        "all": [(Session, "run")],
    }
    with tempfile.TemporaryDirectory() as folder, stopwatches(places) as spent, measured(spent):
        os.environ["GANSMITH_CACHE"] = f"{folder}/cache"  # features that were kept cost nothing
        recipe = gansmith.Recipe.load(name, set=changes)
        run = gansmith.train(recipe, run=f"{folder}/run", quiet=True)
        exams = len((Path(run) / "metrics.jsonl").read_text().splitlines())
    training = spent["all"] - spent["exams"]
    judged = spent["exams"] - spent["floor"]
    return Cost(
        name,
        step=training / steps,
        signals=spent["signals"] / training,
        exam=judged / exams,
        floor=spent["floor"],
        doctor=spent["doctor"] / max(exams - 1, 1),
        steps=own_steps(name, batch, training / steps),
    )


def own_steps(name: str, batch: int, step: float) -> float:
    """Steps of the recipe as it ships."""
    length = gansmith.Recipe.load(name).length
    return length.kimg * 1000 / batch if length.kimg else (length.budget or 0.0) / step


def page(costs: list[Cost]) -> str:
    lines = [
        "# What the doctor costs",
        "",
        "Made by `OMP_NUM_THREADS=1 python -m benchmarks.doctor.cost`, in processor seconds of one"
        " thread. Exams at the default interval: the untrained generator's with the reals' own"
        f" numbers, then up to {EXAMS}, as many as five hundredths of the time allow.",
        "",
        "| recipe | a step | signals, share | an exam | of it the detectors | reals' own numbers |"
        " its own length, min | exams | their share | exams in an hour | their share |",
        "|---" * 11 + "|",
    ]
    for c in costs:
        (own, share), (hour, share_of_hour) = c.exams(c.length), c.exams(HOUR)
        lines.append(
            f"| {c.recipe} | {c.step * 1000:.0f} ms | {c.signals:.1%} | {c.exam:.2f} s |"
            f" {c.doctor * 1000:.0f} ms | {c.floor:.2f} s | {c.length / 60:.0f} | {own} |"
            f" {share:.1%} | {hour} | {share_of_hour:.1%} |"
        )
    return "\n".join([*lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="*", default=list(RECIPES))
    parser.add_argument("--out", type=Path, default=HERE / "cost.md")
    words = parser.parse_args()
    measure("ring", 50)  # what is imported once is nobody's cost
    text = page([measure(name, RECIPES.get(name, 96)) for name in words.recipes])
    words.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

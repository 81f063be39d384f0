"""The arms of the comparison: one recipe, one budget of samples, five ways to go on."""

import random
from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from benchmarks.cures.settings import SETTINGS, Tree
from benchmarks.cures.sick import Case
from gansmith import Listener
from gansmith.doctor.diagnose import ILL, diagnose
from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.doctor.remedies import prescribe, remedies
from gansmith.errors import GansmithError
from gansmith.listeners import NewSegment, Started, Ticked
from gansmith.recipe.defaults import complete
from gansmith.recipe.recipe import make_recipe
from gansmith.recipe.tree import read_tree
from gansmith.runs.console import Display
from gansmith.runs.reader import RunRecord, read_run
from gansmith.training.autopilot.choosing import changed_tree, treatable
from gansmith.training.parts.setup import Setup
from gansmith.training.runtime import Runtime
from gansmith.training.segments import refusal
from gansmith.training.start import Order, train
from gansmith.training.startup.open_for_training import open_for, surroundings
from gansmith.training.startup.speed_trial import Pace

ARMS = ("nothing", "autopilot", "random", "restart", "healthy")
SHIPPED = {True: "quickstart", False: "ring"}  # for images, for vectors
KEPT = ("seed", "length", "data", "evaluation", "signals", "checkpoints", "runtime", "doctor")


class Prescriber(Listener):
    """Asks for new segments at given shares of the run.

    Args:
        moments: shares of the run that are over, in order.
        choose: returns the whole recipe to go on with, and from which weights.
    """

    def __init__(self, moments: Sequence[float], choose: Any) -> None:
        self.moments, self.choose = list(moments), choose
        self.recipe: Tree = {}
        self.ask: Any = None

    def started(self, event: Started) -> None:
        """Learn the recipe, and how to ask."""
        self.recipe, self.ask = plain(event.recipe), event.change

    def ticked(self, event: Ticked) -> None:
        """Ask where the time has come."""
        if self.moments and event.progress is not None and event.progress >= self.moments[0]:
            self.moments.pop(0)
            if wish := self.choose(self.recipe):
                self.ask(NewSegment(wish[0], "by the arm of the comparison", wish[1]))


def plain(recipe: Any) -> Tree:
    """Return a recipe without what is off."""
    from gansmith.recipe.write import plain_tree

    return plain_tree(make_recipe(deepcopy(dict(recipe))))


def at_random(dice: random.Random, setup: Setup) -> Any:
    """Return a choice of one of all prescriptions that any failure has, and that are possible."""

    def choose(tree: Tree) -> tuple[Tree, str | None] | None:
        options = list(all_prescriptions(tree))
        dice.shuffle(options)
        for one in options:
            changed = changed_tree(tree, one.changes)
            if not refusal(changed, setup):
                return changed, None if one.start == "here" else one.start
        return None

    return choose


def all_prescriptions(tree: Tree) -> Iterable[Prescription]:
    """Yield what is prescribed against any failure, each once."""
    seen = set[str]()
    for failure in remedies.names():
        for one in treatable(prescribe(Diagnosis(failure, 1.0, (), 0.0), tree)):
            if str((sorted(one.changes.items(), key=str), one.start)) not in seen:
                seen.add(str((sorted(one.changes.items(), key=str), one.start)))
                yield one


def shipped(tree: Tree) -> tuple[Tree, str]:
    """Return the recipe that ships for such data, from untrained weights."""
    usual = read_tree(SHIPPED["size" in tree["data"]])
    kept = {name: tree[name] for name in KEPT if name in tree}
    kimg = tree["length"]["kimg"]
    found = {**{n: v for n, v in usual.items() if n not in KEPT}, **kept}
    found["ema"] = {"half_life_kimg": kimg / 25}
    found["data"] = {**kept["data"], "batch": usual["data"]["batch"]}
    return found, "untrained"


def run_arm(case: Case, arm: str, work: Path, moments: Sequence[float]) -> Path:
    """Train one arm and return its run folder.

    Args:
        case: the recipe.
        arm: which way to go on.
        work: the folder for data and runs.
        moments: when the autopilot treated.
    """
    setting = SETTINGS[case.setting]
    source = setting.source(work, case.share)
    tree = case.tree(source) if arm != "healthy" else healthy(case, source)
    if arm == "autopilot":
        tree["doctor"] = {"autopilot": True}
    listeners: list[Listener] = []
    if arm == "random":
        listeners = [Prescriber(moments, at_random(random.Random(case.name), setup_of(tree)))]
    if arm == "restart":
        listeners = [Prescriber(moments[:1], shipped)]
    name = f"{case.setting}-{case.ailment.replace(' ', '-') or 'healthy'}-{case.seed}-{arm}"
    run = work / "runs" / name
    order = Order(make_recipe(tree), run=str(run), quiet=True, listeners=listeners)
    try:
        train(order)
    except GansmithError:
        if not (run / "recipe.toml").is_file():
            raise  # it could not even begin; a run that broke off is a result
    return run


def setup_of(tree: Tree) -> Setup:
    """Return what a recipe is built from."""
    recipe = make_recipe(deepcopy(tree))
    runtime = Runtime("cpu", seed=recipe.seed, threads=1)
    data = open_for(recipe, Display(silent=True), Pace(recipe, runtime))
    recipe, _ = complete(recipe, surroundings(recipe, data))
    return Setup(recipe, data, runtime)


def healthy(case: Case, source: str) -> Tree:
    """Return the recipe written by hand for the data of a case."""
    tree = SETTINGS[case.setting].healthy(source, case.seed)
    if case.share < 1:
        tree["augment"] = {"name": "diffaugment", "policies": ["translation", "cutout"]}
    return tree


def outcome(case: Case, run: Path) -> dict[str, Any]:
    """Return what came of a run: its number, its verdict, its treatments."""
    record, setting = read_run(run), SETTINGS[case.setting]
    exams = [row["metrics"][setting.metric] for row in record.metrics if row["step"]][-2:]
    verdict = diagnose(record)
    finished = record.state == "finished" and bool(exams)
    return {
        "value": sum(exams) / len(exams) if finished else None,
        "verdict": verdict.verdict,
        "found": [one.failure for one in verdict.diagnoses if one.confidence >= ILL],
        "state": record.state,
        "kimg": sum(_seen(record)),
        "treatments": [_treated(row) for row in record.journal if row["event"] == "treatment"],
    }


def _seen(record: RunRecord) -> Iterable[float]:
    """Yield how many thousand samples each segment saw."""
    begun = {0: 0.0} | {one.number: one.kimg for one in record.lineage.segments}
    for number, start in begun.items():
        rows = record.segment(number).signals
        yield max((row["kimg"] for row in rows), default=start) - start


def _treated(row: dict[str, Any]) -> dict[str, Any]:
    about = row["treatment"]
    kept = ("failure", "changes", "start", "because", "began", "outcome")
    return {"state": row["state"], **{name: about.get(name) for name in kept}}

"""``gansmith search``."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from gansmith.cli.output import say, say_json
from gansmith.cli.usage import at_least
from gansmith.errors import UsageError

Sampler = Literal["tpe", "random", "cmaes", "gp", "nsga2"]
Pruner = Literal["patient", "median", "wilcoxon", "halving", "none"]


def search(
    recipe: str,
    /,
    *,
    trials: int = 30,
    data: str | None = None,
    set: Annotated[tuple[str, ...], Parameter(negative="", consume_multiple=False)] = (),
    kimg: float | None = None,
    budget: str | None = None,
    metric: str | None = None,
    sampler: Sampler = "tpe",
    pruner: Pruner = "patient",
    against: Literal["seconds"] | None = None,
    doctor: bool = True,
    out: str | None = None,
    storage: str | None = None,
    name: str | None = None,
    jobs: int = 1,
    seeds: int = 2,
    json: Annotated[bool, Parameter(negative="")] = False,
    worker: Annotated[int | None, Parameter(show=False)] = None,
) -> None:
    """Search for better options of a recipe; the same command goes on with a study.

    What is searched stands in the recipe, as lr = {search = [1e-5, 1e-2], log = true} or
    loss = {search = ["hinge", "relativistic"]}; in a recipe that says nothing it is rates,
    momentum, weights of terms, turns, batch and widths. Each trial is a run, judged by held-out
    samples; one that collapses is ended, and none whose samples are too alike can win. The best are
    trained again with fresh seeds before one is called the winner.

    Args:
        recipe: a recipe file, or one that ships.
        trials: how many in all.
        data: the data, as in train.
        set: a change to the recipe by dotted path; may be given again.
        kimg: length of each trial in thousands of real samples; the recipe's if not said.
        budget: length of each trial in time.
        metric: the number of the exams to search for; the recipe's first if not said.
        sampler: who proposes trials.
        pruner: who ends those that are behind, by samples seen.
        against: a second objective: the trials that no other beats in both are shown.
        doctor: whether a diagnosis of collapse, divergence or vanished gradients ends a trial.
        out: folder of the study; runs/search-NAME if not said.
        storage: URL of an Optuna storage that several machines share; a file in the folder if not
            said.
        name: of the study in its storage; that of the folder if not said.
        jobs: trials at a time, each in a process with one thread.
        seeds: fresh seeds with which the best are trained again; 0: they are not.
        json: print one JSON document at the end.
        worker: number of this process among several.

    Raises:
        UsageError: a number is out of range, or the study is of something else.
    """
    if worker is not None:
        from gansmith.search.worker import work

        work(Path(recipe), say, worker)
        return
    for option, value in (("--trials", trials), ("--jobs", jobs)):
        at_least(option, value, 1)
    at_least("--kimg", kimg, 0, above=True)
    at_least("--seeds", seeds, 0)
    from gansmith.recipe.tree import parse_changes
    from gansmith.search.planning import Wishes
    from gansmith.search.searching import search as found

    if against and sampler not in ("nsga2", "tpe", "random"):
        raise UsageError("--against has two objectives, which the samplers nsga2, tpe, random know")
    wishes = Wishes(
        recipe, data, parse_changes(set), trials, kimg, budget, metric, sampler, pruner,
        against or "", doctor, storage or "", name or "", one_thread=jobs > 1,
    )  # fmt: skip
    speaks = _quiet if json else say
    told: dict[str, Any] = found(wishes, out, jobs, seeds, speaks)
    if json:
        say_json(told)


def _quiet(line: str) -> None:
    """Say nothing: one JSON document is all that is printed."""

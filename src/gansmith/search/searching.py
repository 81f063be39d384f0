"""A whole search: plan, trials, check of the best, winner."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from gansmith.runs.folder import plain_name
from gansmith.runs.inside import safe_name
from gansmith.search.guard import ranked
from gansmith.search.lessons import lessons
from gansmith.search.planning import Wishes, planned
from gansmith.search.processes import together
from gansmith.search.space import dimensions
from gansmith.search.study import Study, create, open_study
from gansmith.search.winner import Checked, check, summary, write_winner
from gansmith.search.worker import work

Say = Callable[[str], None]


def search(
    wishes: Wishes, out: str | None = None, jobs: int = 1, fresh: int = 2, say: Say = print
) -> dict[str, Any]:
    """Search as wished and return what was found, as plain values.

    Args:
        wishes: what to search, and how.
        out: folder of the study; runs/search-NAME if not said. One that is there is gone on with.
        jobs: trials at a time.
        fresh: seeds with which the best are trained again; 0: they are not.
        say: prints a line.

    Raises:
        GansmithError: one sentence on what cannot work and what to do.
        KeyboardInterrupt: stopped; the same call goes on.
    """
    known = safe_name(plain_name(wishes.recipe))
    folder = Path(out) if out else Path("runs") / f"search-{known}"
    plan = planned(wishes, folder.name)
    study = create(folder, plan)
    for line in _begins(study):
        say(line)
    study.close()
    if jobs > 1:
        together(["search", str(folder), "--worker", str(number)] for number in range(jobs))
    else:
        work(folder, say)
    with closing(open_study(folder)) as study:
        if plan.against:
            return _front(study, say)
        checked = check(study, say, fresh) if fresh else [_unchecked(study)]
        return _ends(study, checked, say)


def _begins(study: Study) -> list[str]:
    plan, done = study.plan, len(study.outcomes())
    good = "low" if plan.low else "high"
    says = [f"study    {study.folder}", f"search   for a {good} {plan.metric} by {plan.sampler}"]
    whose = "the recipe names" if plan.said else "the recipe names nothing; usual are"
    says.append(f"space    {whose}:")
    says += [f"         {one}" for one in dimensions(dict(plan.recipe))]
    if done:
        says.append(f"resumed  {done} trials are whole")
    return says


def _unchecked(study: Study) -> Checked:
    best = ranked(study.outcomes())
    if not best:
        check(study, print, 0)  # says why there is none
    return Checked(best[0].number, (abs(best[0].loss),))


def _ends(study: Study, checked: list[Checked], say: Say) -> dict[str, Any]:
    path = write_winner(study, checked)
    for line in lessons(study):
        say(f"learned  {line}")
    for one in checked:
        name = f"trial {one.number}" + (", the recipe as it was" if one.own else "")
        say(f"checked  {name}: {study.plan.metric} {one}")
    say(f"winner   trial {checked[0].number}\nrecipe   {path}")
    return summary(study, checked) | {"recipe": str(path)}


def _front(study: Study, say: Say) -> dict[str, Any]:
    """Tell the trials that no other beats in both objectives."""
    best = sorted(study.optuna.best_trials, key=lambda trial: trial.values[1])
    rows = [{"trial": t.number, "value": t.values[0], "seconds": t.values[1]} for t in best]
    for row in rows:
        metric = study.plan.metric
        say(f"front    trial {row['trial']}: {metric} {row['value']:.4g} in {row['seconds']:.0f} s")
    return {"study": str(study.folder), "metric": study.plan.metric, "front": rows}

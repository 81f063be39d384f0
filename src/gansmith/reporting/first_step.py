"""What to do first about a run, with the line to paste into a terminal."""

import shlex
from collections.abc import Mapping
from typing import NamedTuple

from gansmith.doctor.diagnose import ILL, Verdict
from gansmith.doctor.history import History
from gansmith.doctor.outlook import outlook
from gansmith.reporting.wording import as_sentence
from gansmith.runs import folder
from gansmith.runs.reader import RunRecord
from gansmith.wording import set_options

GOOD = "Nothing is wrong: make samples, or measure them against real ones"
SHORT = "Train on and look again: there is too little to judge by yet"


class FirstStep(NamedTuple):
    """A sentence, and a command; empty where there is none."""

    says: str
    command: str = ""


def first_step(run: RunRecord, history: History, verdict: Verdict) -> FirstStep | None:
    """Return what to do first about a run; None where nobody can say."""
    if verdict.verdict == "ill":
        return _remedy(run, verdict)
    if run.state == "unfinished":
        return FirstStep("Wait: the run is not over.") if run.signals else None
    name = shlex.quote(str(run.path))
    if verdict.verdict == "unknown":
        return FirstStep(as_sentence(SHORT), _longer(run, name))
    says, ahead = as_sentence(verdict.outlook or GOOD), outlook(history.current)
    if ahead and ahead.trend == "falling":
        return FirstStep(says, _longer(run, name))
    return FirstStep(says, f"gansmith sample {name} -n 64 --out samples" if _ours(run) else "")


def _remedy(run: RunRecord, verdict: Verdict) -> FirstStep | None:
    """Return the first remedy of the surest diagnosis, as a new run."""
    sure = (one for one in verdict.diagnoses if one.confidence >= ILL)
    remedy = next((remedy for one in sure for remedy in one.remedies), None)
    if remedy is None:
        return None
    options = " ".join(set_options(remedy.changes))
    recipe, new = (shlex.quote(f"{run.path}{end}") for end in (f"/{folder.RECIPE}", "-2"))
    train = f"gansmith train {recipe} --run {new} {options}"
    return FirstStep(as_sentence(remedy.because), train if options and _ours(run) else "")


def _longer(run: RunRecord, name: str) -> str:
    """Return the command that trains a run twice as long; empty where nobody knows how long."""
    given = run.recipe.get("length")
    length = given if isinstance(given, Mapping) else {}
    for option, unit in (("kimg", ""), ("budget", "s")):
        value = length.get(option)
        if isinstance(value, int | float):
            return f"gansmith train --resume --run {name} --{option} {2 * value:g}{unit}"
    return ""


def _ours(run: RunRecord) -> bool:
    """Whether gansmith trained the run, and did not only watch a loop of somebody else's."""
    return "length" in run.recipe

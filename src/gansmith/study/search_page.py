"""What the page of a search says: what was found and taught, and every trial."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gansmith.reading import is_regular, read_text
from gansmith.reporting.wording import number
from gansmith.search.guard import LEAST, lacking, most_varied, ranked
from gansmith.search.lessons import WORDS, lessons
from gansmith.search.space import dimensions
from gansmith.search.study import BEST, CHECKS, FAILURE, OUTCOME, REASON, Study, first_number
from gansmith.study.search_charts import charts, ended, may_win, short, whole

BEST_SHOWN = 4  # trials whose samples are shown
STATES = {"RUNNING": "training", "WAITING": "waiting"}


def content(study: Study) -> dict[str, Any]:
    """Return what the template of a search shows."""
    best, space = ranked(study.outcomes()), list(dimensions(dict(study.plan.recipe)))
    recipe = study.folder / BEST
    return {
        "sentence": _sentence(study),
        "facts": _facts(study, best),
        "lessons": list(lessons(study)),
        "space": [str(one) for one in space],
        "said": study.plan.said,
        "checks": _checks(study),
        "metric": study.plan.metric,
        "least": LEAST,
        "shown": _shown(study, [one.number for one in best[:BEST_SHOWN]]),
        "charts": charts(study, space),
        "trials": _rows(study),
        "recipe": read_text(recipe) if is_regular(recipe) else "",
        "command": f"gansmith train {recipe}",
    }


def _sentence(study: Study) -> str:
    plan, count = study.plan, len(study.counted)
    good = "a low" if plan.low else "a high"
    over = len(whole(study)) + len(ended(study))
    also = f" and few {plan.against}" if plan.against else ""
    of = f"{over} of {max(plan.trials, count)} trials"
    return f"{of} for {good} {plan.metric}{also}, proposed by {plan.sampler}."


def _facts(study: Study, best: Sequence[Any]) -> list[dict[str, str]]:
    done, cut = whole(study), ended(study)
    facts = [
        {"name": "Whole trials", "value": str(len(done)), "note": f"{len(may_win(study))} may win"}
    ]
    if best:
        value, name = number(abs(best[0].loss)), study.plan.metric.replace("_", " ")
        facts.insert(0, {"name": f"Best {name}", "value": value, "note": f"trial {best[0].number}"})
    words = (WORDS.get(name, name.replace("_", " ")) for name in _failures(cut))
    told = ", ".join(f"{count} {word}" for word, count in Counter(words).most_common())
    facts.append({"name": "Ended early", "value": str(len(cut)), "note": told or "none"})
    seconds = sum(trial.user_attrs[OUTCOME]["seconds"] for trial in done)
    facts.append({"name": "Whole trials took", "value": _duration(seconds), "note": "of training"})
    return facts


def _failures(trials: Sequence[Any]) -> list[str]:
    return [str(trial.user_attrs[FAILURE]) for trial in trials]


def _duration(seconds: float) -> str:
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _checks(study: Study) -> list[tuple[str, str]]:
    """Return what finalists came to with fresh seeds: (trial, numbers)."""
    found = dict[str, list[float]]()
    for key, value in study.optuna.user_attrs.get(CHECKS, {}).items():
        found.setdefault(key.rpartition("-")[0], []).append(float(value))
    return [(f"trial {n}", ", ".join(map(number, values))) for n, values in found.items()]


def _shown(study: Study, numbers: Sequence[int]) -> list[tuple[str, Path]]:
    trials = {trial.number: trial for trial in study.counted}
    return [
        (
            f"trial {n}: {number(trials[n].user_attrs[OUTCOME]['value'])}",
            study.run_of(trials[n]),
        )
        for n in numbers
    ]


def _rows(study: Study) -> list[dict[str, Any]]:
    outcomes = {one.number: one for one in study.outcomes()}
    most = most_varied(outcomes.values())
    rows = []
    for trial in study.counted:
        told, lacks = trial.user_attrs.get(OUTCOME), {}
        if told:
            lacks = lacking(outcomes[trial.number], most)
        rows.append(
            {
                "number": trial.number,
                "run": f"trials/{first_number(trial):04d}",
                "value": number(told["value"]) if told else "–",
                "seconds": number(round(told["seconds"], 1)) if told else "–",
                "state": _state(trial, lacks),
                "options": ", ".join(f"{short(p)} = {_word(v)}" for p, v in trial.params.items()),
            }
        )
    return rows


def _word(value: Any) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _state(trial: Any, lacks: dict[str, float]) -> str:
    if REASON in trial.user_attrs:
        return f"ended: {trial.user_attrs[REASON]}"
    if lacks:
        least = ", ".join(name.replace("_", " ") for name in lacks)
        return f"cannot win: its {least} is below {LEAST:g} of the most varied trial's"
    return "whole" if OUTCOME in trial.user_attrs else STATES.get(trial.state.name, "over")

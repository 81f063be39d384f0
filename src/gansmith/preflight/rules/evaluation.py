"""Rules of exams: what a metric needs must be there before training begins."""

import math
from collections.abc import Iterator
from typing import Any

from gansmith.evaluation.exam import KEPT, too_few_held_out
from gansmith.evaluation.measure import FACTS
from gansmith.preflight.case import Case, DataFacts, Finding, rules
from gansmith.registry import UnknownPartError, metrics


@rules.add(needs="data")
def few_held_out(case: Case) -> Iterator[Finding]:
    """Copies of training samples are found by comparing with samples that training never saw.

    Reference: Meehan et al. 2020, arXiv:2004.05675.
    """
    assert case.data is not None
    if case.data.held_out >= KEPT or not _needing(case, "held_out"):
        return
    says, _, fix = too_few_held_out(case.data.held_out, case.data.count).partition("; ")
    changes = _more_held_out(case.data) or _without(case, "held_out")
    reference = "Meehan et al. 2020, arXiv:2004.05675"
    yield Finding("few_held_out", "refuse", "evaluation.metrics", says, fix, changes, reference)


@rules.add(needs="data")
def unknown_truth(case: Case) -> Iterator[Finding]:
    """Metrics of modes need a mixture whose modes are known."""
    assert case.data is not None
    for fact in FACTS:
        if fact in case.data.truth or not (names := _needing(case, fact)):
            continue
        says = f"{' and '.join(names)} needs the {fact} of a toy mixture, which these data lack"
        fix = "leave it out, or train on a mixture such as ring or grid"
        if fact == "trained":
            says = f"{' and '.join(names)} is for texts, and these data are {case.data.kind.plural}"
            fix = "leave it out"
        if fact == "table":
            says = f"{' and '.join(names)} compares the columns of tables, and these data have none"
            fix = "leave it out"
        changes = _without(case, fact)
        where = "evaluation.metrics"
        yield Finding("unknown_truth", "refuse", where, says, fix, changes, "docs/metrics.md")
        return


def _needing(case: Case, what: str) -> list[str]:
    """Return the recipe's metrics that need something."""
    return [name for name in case.recipe.evaluation.metrics or () if what in _needs(name)]


def _needs(name: str) -> tuple[str, ...]:
    try:
        return tuple(metrics.get(name).facts.needs)
    except UnknownPartError:
        return ()  # reading the recipe says so


def _without(case: Case, what: str) -> dict[str, Any]:
    kept = [name for name in case.recipe.evaluation.metrics or () if what not in _needs(name)]
    return {"evaluation.metrics": kept}


def _more_held_out(data: DataFacts) -> dict[str, Any]:
    """Return the share that holds out enough, where half of the samples are."""
    share = math.ceil(100 * 1.5 * KEPT / max(data.count + data.held_out, 1)) / 100
    return {"data.held_out": share} if share <= 0.5 and not data.endless else {}

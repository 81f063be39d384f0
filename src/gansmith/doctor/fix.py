"""A run's recipe with what its diagnoses call for, and the reason beside each change."""

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import tomlkit

from gansmith.doctor.diagnose import ILL, Verdict
from gansmith.doctor.evidence import Diagnosis, Prescription
from gansmith.errors import GansmithError, RecipeError
from gansmith.recipe.recipe import Recipe, make_recipe
from gansmith.recipe.write import plain_tree
from gansmith.runs.reader import RunRecord


@dataclass(frozen=True)
class Fix:
    """One prescription that was taken into a recipe.

    Args:
        failure: what it is against.
        prescription: what it changes, and why.
    """

    failure: str
    prescription: Prescription

    @property
    def reason(self) -> str:
        """Why, in a comment's words."""
        return f"against {self.failure.replace('_', ' ')}: {self.prescription.because}"


def fixed_recipe(run: RunRecord, verdict: Verdict) -> str:
    """Return the recipe of a run, improved by the first thing to try against each diagnosis.

    What a treatment of the autopilot showed not to help is not tried again. Changes of one path are
    taken once, from the surest diagnosis.

    Raises:
        GansmithError: nothing is wrong with the run, or nothing that a recipe can mend.
    """
    found = [one for one in verdict.diagnoses if one.confidence >= ILL]
    if not found:
        raise GansmithError(
            f"there is nothing to fix in {run.path}: {verdict.says}; no recipe was written"
        )
    recipe, fixes = _improved(run.recipe, found, _undone(run))
    if not fixes:
        advice = "; ".join(one.because for d in found for one in d.remedies)
        raise GansmithError(f"no recipe mends {run.path}: {advice}; none was written")
    return _text(recipe, fixes, str(run.path))


def _undone(run: RunRecord) -> list[Mapping[str, Any]]:
    """Return the changes of treatments that did not help."""
    judged = (row for row in run.journal if row.get("event") == "treatment")
    return [
        row["treatment"]["changes"]
        for row in judged
        if row.get("state") == "undone" and isinstance(row.get("treatment"), Mapping)
    ]


def _improved(
    tree: Mapping[str, Any], found: Sequence[Diagnosis], undone: Collection[Mapping[str, Any]]
) -> tuple[Recipe, list[Fix]]:
    recipe, fixes = make_recipe(deepcopy(dict(tree)), described=True), list[Fix]()
    for diagnosis in found:
        for one in diagnosis.remedies:
            if not one.changes or one.changes in undone or _clashes(one, fixes):
                continue
            try:
                recipe = make_recipe(deepcopy(plain_tree(recipe)), one.changes, described=True)
            except RecipeError:
                continue
            fixes.append(Fix(diagnosis.failure, one))
            break
    return recipe, fixes


def _clashes(one: Prescription, fixes: Sequence[Fix]) -> bool:
    """Say whether a change lies in, or around, a place that was changed already."""
    taken = {f"{path}." for fix in fixes for path in fix.prescription.changes}
    own = {f"{path}." for path in one.changes}
    return any(a.startswith(b) or b.startswith(a) for a in taken for b in own)


def _text(recipe: Recipe, fixes: Sequence[Fix], run: str) -> str:
    document = tomlkit.parse(tomlkit.dumps(plain_tree(recipe)))
    left_out = []
    for fix in fixes:
        for path in fix.prescription.changes:
            item = _item(document, path.split("."))
            if item is None:
                left_out.append(f"# left out: {path}, {fix.reason}")
            else:
                item.comment(fix.reason)
    head = [f"# The recipe of {run}, with what its diagnosis calls for.", *left_out]
    return "\n".join(head) + "\n" + tomlkit.dumps(document)


def _item(place: Any, way: Sequence[str]) -> Any:
    """Return the item of a document at a dotted path; of a list of tables its first."""
    for step in way:
        if isinstance(place, tomlkit.items.AoT):
            place = next((table for table in place if table.get("name") == step), None)
        elif step in place:
            place = place.item(step) if hasattr(place, "item") else place[step]
        else:
            place = None
        if place is None:
            return None
    return place[0] if isinstance(place, tomlkit.items.AoT) else place

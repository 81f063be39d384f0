"""Rules of what conditions need of the data."""

from collections.abc import Iterator

from gansmith.preflight.case import Case, Finding, rules
from gansmith.recipe.declared import read_beside


@rules.add(needs="data")
def condition_without_its_data(case: Case) -> Iterator[Finding]:
    """What a condition reads beside the samples must be there; of labels another rule says more."""
    assert case.data is not None
    there = case.data.beside
    for name, condition in read_beside(case.recipe).items():
        if name != "labels" and name not in there:
            has = ", ".join(there) or "nothing"
            yield Finding(
                "condition_without_its_data",
                "refuse",
                "condition",
                f"{condition} reads '{name}' beside each sample, but the data have {has} there",
                "give data that have it, as a column of a table, or leave [condition] out",
            )

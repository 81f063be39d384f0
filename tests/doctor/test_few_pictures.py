"""Of few pictures the doctor says first what helps most, and shows no healthy value as evidence."""

import pytest

from gansmith.doctor.detectors.data_problem import data_problem
from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History
from gansmith.doctor.remedies import prescribe

PICTURES = {"data": {"size": 32}, "terms": [{"name": "r1", "gamma": 1.0}]}
FEW = Evidence("environment/data", 360, (2000, None), "only 360 samples to train on; and so on")


def first_change(failure: str, recipe: dict) -> dict:
    return dict(prescribe(Diagnosis(failure, 0.9, (FEW,), 0.0), recipe)[0].changes)


@pytest.mark.parametrize("failure", ["discriminator_overfitting", "memorisation", "data_problem"])
def test_augmentation_is_the_first_thing_to_try(failure: str) -> None:
    assert first_change(failure, PICTURES) == {"augment.name": "diffaugment"}


@pytest.mark.parametrize("failure", ["discriminator_overfitting", "memorisation", "data_problem"])
@pytest.mark.parametrize(
    "more",
    [
        {"augment": {"name": "ada"}},
        {"data": {"source": "ring"}},
        {"condition": {"name": "image", "corruption": "grey"}},
    ],
    ids=["augmented", "vectors", "translating"],
)
def test_where_it_is_there_or_has_no_place_something_else_is(failure: str, more: dict) -> None:
    assert "augment.name" not in first_change(failure, PICTURES | more)


@pytest.mark.parametrize(("skipped", "told"), [(2, False), (4, False), (40, True)])
def test_unreadable_files_are_evidence_only_beyond_what_is_healthy(
    skipped: int, told: bool
) -> None:
    facts = {"found": 402, "skipped": [["a.png", "it is empty"]] * skipped}
    data = {"train": 360, "shape": [3, 32, 32], "facts": facts}
    found = data_problem(History([], [], {}, data))
    assert found is not None
    assert any("could not be used" in evidence.says for evidence in found.evidence) == told
    for evidence in found.evidence:
        low, high = evidence.healthy
        assert (low is not None and evidence.observed < low) or (
            high is not None and evidence.observed > high
        )

"""Whether a generator follows its condition, by the reals' own neighbours."""

import pytest
import torch

from gansmith.evaluation.condition_consistency import ConditionConsistency
from gansmith.registry import extractors

DRAWS = torch.Generator().manual_seed(0)
NAME = "condition_consistency"
LABELS = torch.arange(400) % 4
CENTRES = torch.tensor([[0.0, 0], [4, 0], [0, 4], [4, 4]])


def points(labels: torch.Tensor) -> torch.Tensor:
    return CENTRES[labels] + torch.randn(len(labels), 2, generator=DRAWS)


@pytest.fixture(scope="module")
def consistency() -> ConditionConsistency:
    return ConditionConsistency(extractors.build("identity"), points(LABELS), LABELS)


def test_a_generator_that_obeys_is_as_consistent_as_reals(
    consistency: ConditionConsistency,
) -> None:
    assert consistency(points(LABELS), LABELS)[NAME] == pytest.approx(consistency.floor, abs=0.05)
    assert consistency.floor > 0.9


def test_a_generator_that_does_not_listen_is_at_chance(consistency: ConditionConsistency) -> None:
    asked = LABELS[torch.randperm(400, generator=DRAWS)]
    assert consistency(points(LABELS), asked)[NAME] == pytest.approx(0.25, abs=0.08)


def test_classes_that_features_cannot_tell_have_a_low_floor() -> None:
    noise = torch.randn(400, 2, generator=DRAWS)
    assert ConditionConsistency(extractors.build("identity"), noise, LABELS).floor < 0.4


def test_one_collapsed_class_shows_in_the_narrowest(consistency: ConditionConsistency) -> None:
    fakes = points(LABELS)
    assert consistency(fakes, LABELS)["class_diversity_ratio"] == pytest.approx(0.95, abs=0.1)
    fakes[LABELS == 2] = CENTRES[2]
    assert consistency(fakes, LABELS)["class_diversity_ratio"] < 0.05


def test_sorted_classes_are_all_known(consistency: ConditionConsistency) -> None:
    sorted_labels = LABELS.sort().values
    made = ConditionConsistency(
        extractors.build("identity"), points(sorted_labels), sorted_labels, most=300
    )
    assert set(made.labels.tolist()) == {0, 1, 2, 3}


def test_chance_is_that_of_two_sets_of_classes_that_know_nothing_of_each_other(
    consistency: ConditionConsistency,
) -> None:
    """All fakes of class 0, which three of four were asked to be: right three times in four."""
    asked = torch.tensor([0, 0, 0, 1] * 10)
    found = consistency(CENTRES[:1].expand(40, 2), asked)
    assert found[NAME] == pytest.approx(0.75)
    assert found["condition_chance"] == pytest.approx(0.75)

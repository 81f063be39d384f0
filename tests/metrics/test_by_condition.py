import pytest
import torch

from gansmith.evaluation.by_class import align, by_condition, missing, says_missing
from gansmith.evaluation.sides import Side

CENTRES = torch.tensor([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
CLASSES = ("circle", "square", "star")


def side(draw, labels, seed, known=True, spread=1.0):
    where = CENTRES[labels].double() + spread * draw(len(labels), 2, seed=seed)
    return Side(where, labels=labels if known else None)


@pytest.fixture
def reals(draw):
    return side(draw, torch.arange(150) % 3, 0)


def test_a_class_that_is_drawn_badly_stands_out(reals, draw):
    labels = torch.arange(150) % 3
    fakes = side(draw, labels, 1)
    fakes.features[labels == 1] += torch.tensor([3.0, 3.0])
    found = by_condition(reals, fakes, CLASSES)
    distances = {name: values["kernel_distance"] for name, values in found["classes"].items()}
    assert max(distances, key=distances.get) == "square"
    assert found["classes"]["square"]["coverage"] < 0.5 < found["classes"]["star"]["coverage"]
    assert found["agreement"] == found["agreement_of_reals"] == 1


def test_a_condition_that_is_ignored_has_the_agreement_of_chance(reals, draw):
    fakes = side(draw, torch.arange(150) % 3, 1)
    other = Side(fakes.features, labels=torch.zeros(150, dtype=torch.int64))
    assert by_condition(reals, other, CLASSES)["agreement"] == pytest.approx(1 / 3, abs=0.02)


def test_without_labels_a_fake_counts_for_its_nearest_real_and_missing_classes_show(reals, draw):
    fakes = side(draw, torch.zeros(60, dtype=torch.int64), 1, known=False)
    found = by_condition(reals, fakes, CLASSES)
    assert "nearest" in found["by"]
    assert "agreement" not in found
    assert found["classes"]["circle"]["fake_share"] == 1
    assert found["classes"]["star"] == {"real_share": pytest.approx(1 / 3), "fake_share": 0}


def test_reals_without_labels_have_no_classes(reals, draw):
    assert by_condition(Side(reals.features), reals, ()) is None
    same = Side(reals.features, labels=torch.zeros(150, dtype=torch.int64))
    assert by_condition(same, reals, ()) is None


def test_labels_of_the_two_sides_meet_by_name():
    labels = torch.tensor([0, 1, 1])
    assert align(labels, ("star", "circle"), CLASSES).tolist() == [2, 0, 0]
    assert align(labels, (), CLASSES) is labels
    assert align(labels, ("moon", "star"), CLASSES) is None


@pytest.mark.parametrize("gone", [(), (1,), (0, 2)])
def test_classes_that_hardly_any_fake_looks_like_are_named_with_their_share(reals, draw, gone):
    labels = torch.arange(150) % 3
    kept = labels[~torch.isin(labels, torch.tensor(gone, dtype=torch.int64))]
    fakes = side(draw, kept, 1, known=False)
    found = by_condition(reals, fakes, CLASSES)
    assert found["missing"] == [CLASSES[label] for label in gone]
    assert found["missing_share"] == pytest.approx(len(gone) / 3)
    assert found["missing_share_of_reals"] == 0
    (*said,) = says_missing(found)
    assert bool(said) is bool(gone)
    assert all(CLASSES[label] in said[0] for label in gone)


def test_a_class_asked_for_and_never_made_is_missing_too(reals, draw):
    asked = torch.arange(150) % 3
    made = side(draw, asked * (asked != 2), 1)
    found = by_condition(reals, Side(made.features, labels=asked), CLASSES)
    assert found["missing"] == ["star"]


def test_a_class_with_few_reals_is_not_called_missing():
    real = torch.tensor([0] * 95 + [1] * 5)
    assert missing(real, torch.zeros(100, dtype=torch.int64)) == []

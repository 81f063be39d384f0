import math

import pytest
import torch

from gansmith.metrics import class_coverage, inception_score


def sure(labels, classes=4):
    return torch.nn.functional.one_hot(torch.tensor(labels), classes).double()


def test_sure_and_even_fakes_score_the_number_of_classes():
    fakes = sure([0, 1, 2, 3] * 5)
    assert inception_score(fakes, fakes, splits=1)["inception_score"] == pytest.approx(4)
    assert inception_score(fakes, fakes, splits=5) == pytest.approx(
        {"inception_score": 4, "inception_score_error": 0}
    )


@pytest.mark.parametrize("fakes", [sure([2] * 10), torch.full((10, 4), 0.25)])
def test_one_class_or_no_class_scores_one(fakes):
    assert inception_score(fakes, fakes, splits=2)["inception_score"] == pytest.approx(1)


def test_two_samples_by_hand():
    """p(y) = (3/4, 1/4): the mean of KL((1, 0)||p) and KL((1/2, 1/2)||p)."""
    fakes = torch.tensor([[1.0, 0.0], [0.5, 0.5]])
    first = math.log(4 / 3)
    second = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    expected = math.exp((first + second) / 2)
    assert inception_score(fakes, fakes, splits=1)["inception_score"] == pytest.approx(expected)


def test_missing_classes_are_counted_and_shares_compared_by_hand():
    found = class_coverage(sure([0, 1, 2, 3]), sure([0, 0, 0, 1]))
    assert found["classes_found"] == 2
    expected = 0.75 * math.log(3) + 0.25 * math.log(1)
    assert found["class_kl"] == pytest.approx(expected)
    assert class_coverage(sure([0, 1]), sure([1, 0])) == {"classes_found": 2, "class_kl": 0}


def test_a_class_that_no_real_has_gives_a_finite_number():
    found = class_coverage(sure([0, 0]), sure([1, 1]))
    assert found["classes_found"] == 0
    assert found["class_kl"] == pytest.approx(math.log(1 / 0.25))


def test_fewer_fakes_than_splits_are_refused():
    with pytest.raises(ValueError, match=r"lower inception_score.splits"):
        inception_score(sure([0]), sure([0, 1]))

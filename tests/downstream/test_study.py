"""Scores, intervals and verdicts: closed forms, and answers that are known beforehand."""

import numpy as np
import pytest
import torch

from gansmith.downstream.arms import ROWS, training_set, wanted
from gansmith.downstream.classifiers import classifier_for
from gansmith.downstream.interval import interval, quantile
from gansmith.downstream.labelled import Form, Labelled, drawn
from gansmith.downstream.ordinary import between, varied
from gansmith.downstream.scores import resampled, scores
from gansmith.downstream.study import Outcome, Study, Trial
from gansmith.downstream.synthetic import Pool, agreeing
from gansmith.downstream.verdict import judge, rare_classes, sentence
from gansmith.kinds.tables.columns import Column

PLANE = Form("vector", ("common", "rare"))
ONCE = np.ones((1, 4))


def test_scores_of_four_samples_are_those_worked_out_by_hand() -> None:
    likely = np.array([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.2, 0.8]])
    found = scores(likely, np.array([0, 0, 1, 1]), ONCE, ("a", "b"))
    assert found["accuracy"] == 0.75
    assert found["recall of a"] == 1
    assert found["recall of b"] == 0.5
    assert found["balanced_accuracy"] == 0.75
    gaps = abs(0.9 - 1) + abs(0.6 - 1) + abs(0.7 - 0) + abs(0.8 - 1)  # each in a bin of its own
    assert found["expected_calibration_error"] == pytest.approx(gaps / 4)


def test_a_resample_keeps_the_number_of_each_class() -> None:
    labels = np.array([0] * 7 + [1] * 3)
    weights = resampled(labels, 0, 20)
    assert (weights[0] == 1).all()
    assert (weights[:, :7].sum(1) == 7).all()
    assert (weights[:, 7:].sum(1) == 3).all()


@pytest.mark.parametrize(
    ("share", "degrees", "known"),
    [(0.975, 1, 12.7062), (0.975, 4, 2.776445), (0.995, 10, 3.169273), (0.9, 2, 1.885618)],
)
def test_quantiles_of_students_distribution_are_those_of_the_tables(
    share: float, degrees: int, known: float
) -> None:
    assert quantile(share, degrees) == pytest.approx(known, rel=1e-5)


def test_an_interval_over_seeds_alone_is_students() -> None:
    found = interval(np.array([[0.1], [0.2], [0.3]]))
    assert found.value == pytest.approx(0.2)
    assert found.high - found.value == pytest.approx(4.302653 * 0.1 / 3**0.5, rel=1e-5)


def test_an_interval_is_wider_where_the_test_set_is_small() -> None:
    labels = np.arange(2000) % 2
    right = np.where(np.random.default_rng(0).random(2000) < 0.8, labels, 1 - labels)
    widths = []
    for count in (100, 2000):
        likely = np.eye(2)[right[:count]]
        of_one = scores(likely, labels[:count], resampled(labels[:count]), ("a", "b"))["accuracy"]
        found = interval(np.stack([of_one, of_one, of_one]))
        widths.append(found.high - found.low)
    error = (0.8 * 0.2 / 100) ** 0.5
    assert widths[0] == pytest.approx(2 * 4.3027 * error, rel=0.2)
    assert widths[0] / widths[1] == pytest.approx(20**0.5, rel=0.2)


def _outcome(**levels: float) -> Outcome:
    """An outcome in which arms have these balanced accuracies at three seeds."""
    steps = np.array([[-0.001], [0.0], [0.001]])
    usual = {arm.name: 0.8 for arm in ROWS} | dict.fromkeys(levels, 0.8)
    named = {"real + synthetic": levels.get("added", 0.8), "oversampling": levels.get("again", 0.8)}
    found = {
        name: {"balanced_accuracy": value + steps * (1 + number / 10), "recall of b": value + steps}
        for number, (name, value) in enumerate((usual | named).items())
    }
    return Outcome(100, found, {}, 1.0)


@pytest.mark.parametrize(
    ("added", "again", "answer"),
    [(0.9, 0.8, "helps"), (0.8, 0.8, "no"), (0.9, 0.95, "harms"), (0.7, 0.8, "harms")],
)
def test_samples_help_where_they_are_above_every_alternative(
    added: float, again: float, answer: str
) -> None:
    found = judge(_outcome(added=added, again=again), ROWS, ["b"])
    assert found.answer == answer
    says = sentence(found, 100)
    assert says.startswith("Yes, it helps" if answer == "helps" else "No, it ")
    assert ("Recall of b rises" in says) == (answer == "helps")


def test_classes_with_less_than_half_of_the_largest_are_rare() -> None:
    assert rare_classes(np.array([100, 50, 49, 0]), ("a", "b", "c", "d")) == ["c"]


def _plane(common: int, rare: int, seed: int) -> Labelled:
    """Two classes: a wide cloud, and a ring of it that few samples show."""
    draws = np.random.default_rng(seed)
    angle = draws.random(rare) * 2 * np.pi
    ring = 2 * np.stack([np.cos(angle), np.sin(angle)], 1) + 0.1 * draws.normal(size=(rare, 2))
    samples = np.concatenate([1.5 * draws.normal(size=(common, 2)), ring])
    return Labelled(samples, np.repeat([0, 1], [common, rare]))


def _answer(pool: Labelled) -> str:
    real, test = _plane(150, 8, 0), _plane(300, 300, 1)
    held = Pool([pool.samples[pool.labels == label] for label in (0, 1)], False)
    trial = Trial([158], 3, 1.0, "none")
    fit, _ = classifier_for(PLANE, 1)
    (outcome,) = Study(real, test, held, PLANE, fit, trial).run()
    assert outcome.sizes["real + synthetic"] == (158, 142)
    assert outcome.sizes["synthetic alone"] == (0, 300)
    return judge(outcome, ROWS, ["rare"]).answer


def test_the_samples_of_a_perfect_generator_help_where_a_class_is_rare() -> None:
    assert _answer(_plane(400, 400, 2)) == "helps"


def test_samples_of_the_wrong_class_do_not_help() -> None:
    wrong = _plane(400, 400, 2)
    assert _answer(Labelled(wrong.samples, 1 - wrong.labels)) in ("no", "harms")


@pytest.mark.parametrize("kind", ["image", "series"])
@pytest.mark.parametrize("augmented", [False, True])
def test_a_small_network_learns_images_and_series(kind: str, augmented: bool) -> None:
    draws = np.random.default_rng(0)
    labels = np.arange(40) % 2
    shape = (40, 3, 8, 8) if kind == "image" else (40, 16, 2)
    samples = draws.normal(size=shape).astype(np.float32)
    samples += 2.0 * labels.reshape(-1, *(1,) * (len(shape) - 1))
    fit, _ = classifier_for(Form(kind, ("a", "b"), flip=True, turn=True), 20)
    known = Labelled(samples, labels)
    likely = fit(known, 0, augmented)(samples)
    assert (likely.argmax(1) == labels).mean() > 0.9
    assert np.array_equal(fit(known, 0, augmented)(samples), likely)  # the seed decides all


def test_a_subset_keeps_the_share_of_each_class_and_at_least_one_sample() -> None:
    real = _plane(95, 5, 0)
    few = drawn(real, 20, 2, np.random.default_rng(0))
    assert few.counts(2).tolist() == [19, 1]
    assert drawn(real, 5, 2, np.random.default_rng(0)).counts(2).tolist() == [5, 1]


def test_oversampling_makes_classes_equal_and_repeats_each_sample_as_often() -> None:
    real = _plane(10, 3, 0)
    more = wanted(real, PLANE, 1.0)
    found = training_set(ROWS[1], real, PLANE, more, None, np.random.default_rng(0))
    assert found.counts(2).tolist() == [10, 10]
    repeats = np.unique(found.samples[found.labels == 1], axis=0, return_counts=True)[1]
    assert sorted(repeats.tolist()) == [3, 3, 4]


def test_rows_between_rows_lie_on_the_way_and_take_categories_that_are_there() -> None:
    form = Form("table", ("a", "b"), (Column("x", "continuous"), Column("c", "categorical")))
    own = np.array([[0.0, 2], [1.0, 4], [np.nan, 4]])
    known = Labelled(np.concatenate([own, [[50.0, 9]]]), np.array([0, 0, 0, 1]))
    found = between(known, 0, 200, form, np.random.default_rng(0))
    numbers = found.samples[:, 0]
    assert ((numbers >= 0) & (numbers <= 1) | np.isnan(numbers)).all()
    assert set(found.samples[:, 1]) == {2.0, 4.0}
    alone = between(known, 1, 3, form, np.random.default_rng(0))
    assert (alone.samples == [50.0, 9.0]).all()


def test_ordinary_augmentation_mirrors_only_where_the_recipe_does() -> None:
    batch = torch.zeros(64, 1, 16, 16)
    batch[:, :, :, :6] = 1.0  # bright on the left, by more than a shift can hide
    left = [
        varied(batch, Form("image", ("a",), flip=flip), torch.Generator().manual_seed(0))
        for flip in (False, True)
    ]
    brighter = [(one[..., 0] > one[..., -1]).all(2).all(1).float().mean() for one in left]
    assert brighter[0] == 1
    assert 0.3 < brighter[1] < 0.7


def test_samples_that_a_classifier_takes_for_their_class_come_first() -> None:
    made = Labelled(np.arange(6.0)[:, None], np.array([0, 0, 0, 1, 1, 1]))
    likely = np.array([[0.2, 0.8], [0.9, 0.1], [0.4, 0.6], [0.1, 0.9], [0.7, 0.3], [0.3, 0.7]])
    kept, share = agreeing(made, np.array([2, 2]), lambda samples: likely)
    assert kept.samples[:, 0].tolist() == [1, 2, 3, 5]  # of class 0 the likelier of the rest
    assert share == 0.5

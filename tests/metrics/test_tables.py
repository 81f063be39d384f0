"""Metrics of tables on rows whose truth is known."""

import numpy as np
import pytest
import torch

from gansmith.kinds.tables.coding import of_columns, to_unit
from gansmith.kinds.tables.columns import Column, as_facts, columns_of
from gansmith.kinds.tables.fitting import fit
from gansmith.metrics.maths.boosted_trees import area_under_curve, fit_classes, fit_numbers
from gansmith.metrics.maths.gaussian_copula import GaussianCopula
from gansmith.metrics.table.column_shapes import column_shapes, kolmogorov_smirnov, shape
from gansmith.metrics.table.efficacy import efficacy
from gansmith.metrics.table.nearest_record import nearest_record
from gansmith.metrics.table.pair_trends import pair_trends
from gansmith.metrics.table.tree_auc import detection, tree_auc

NUMBER, SORT = Column("x", "continuous"), Column("sort", "categorical", ("a", "b", "c"))


def rows(count: int, seed: int, tie: float = 0.9) -> np.ndarray:
    """Return two numbers with a correlation, and a category that says the sign of the first."""
    draws = np.random.default_rng(seed)
    x = draws.normal(size=count)
    y = tie * x + (1 - tie**2) ** 0.5 * draws.normal(size=count)
    return np.stack([x, y, (x > 0).astype(float)], 1)


def table(values: np.ndarray) -> dict:
    columns = [NUMBER, Column("y", "continuous"), SORT]
    facts = as_facts(columns)
    return fit(values, facts)


def unit(values: np.ndarray, facts: dict) -> torch.Tensor:
    return torch.from_numpy(to_unit(values, facts))


def test_trees_learn_what_no_line_separates_and_auc_is_exact_on_small_cases():
    draws = np.random.default_rng(0)
    x = draws.normal(size=(2000, 3))
    truth = (x[:, 0] * x[:, 1] > 0).astype(float)
    model = fit_classes(x[:1000], truth[:1000])
    assert area_under_curve(model(x[1000:]), truth[1000:]) > 0.95
    numbers = fit_numbers(x[:1000], x[:1000, 0] ** 2)
    left = ((numbers(x[1000:]) - x[1000:, 0] ** 2) ** 2).mean()
    assert left < 0.1 * (x[1000:, 0] ** 2).var()
    assert area_under_curve(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1])) == 0.75
    assert area_under_curve(np.ones(6), np.array([0, 1, 0, 1, 0, 1])) == 0.5


def test_a_tree_splits_where_the_classes_part_and_reads_missing_values():
    x = np.array([[1.0], [2.0], [3.0], [4.0], [np.nan], [np.nan]] * 10)
    truth = np.array([0, 0, 1, 1, 1, 1] * 10, float)
    assert ((fit_classes(x, truth, rounds=20, depth=2)(x) > 0) == truth).all()


def test_rows_of_the_same_source_are_not_told_apart_and_others_are():
    same = detection(rows(600, 1), rows(600, 2))
    assert abs(same - 0.5) < 0.06
    assert detection(rows(600, 1), rows(600, 2, tie=0.0)) > 0.75


def test_copies_of_training_rows_do_not_pass_where_reals_were_held_out():
    held = rows(300, 2)
    facts = table(rows(300, 1))
    train, kept = unit(rows(300, 1), facts), unit(held, facts)
    auc = tree_auc(train, train, facts["table"], held_out=kept)
    assert 0.35 < auc < 0.65  # copies are rows of the same source
    found = nearest_record(train, train, held_out=kept)
    assert found["copied_rows"] == 1
    assert found["nearest_record_ratio"] == 0
    assert found["closer_to_training"] == 1
    fresh = nearest_record(train, unit(rows(300, 3), facts), held_out=kept)
    assert fresh["copied_rows"] < 0.01
    assert abs(fresh["closer_to_training"] - 0.5) < 0.1


def test_shapes_are_the_complements_of_the_distances_of_the_textbook():
    assert kolmogorov_smirnov(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, 5, 6])) == 0.5
    a, b = np.array([0.0, 0, 1, 1]), np.array([0.0, 0, 0, 2])
    assert shape(SORT, a, b) == pytest.approx(1 - (0.25 + 0.5 + 0.25) / 2)
    gone = np.array([np.nan, np.nan, 1.0, 2.0])
    assert shape(NUMBER, np.array([1.0, 2, 1, 2]), gone) == pytest.approx((1 + 0.5) / 2)


def test_lost_categories_and_flat_columns_are_counted():
    real = rows(400, 1)
    facts = table(real)
    fake = real.copy()
    fake[:, 1], fake[:, 2] = 0.5, 1.0
    found = column_shapes(unit(real, facts), unit(fake, facts), facts["table"])
    assert found["lost_categories"] == 0.5  # of "a" and "b"; nothing has "c"
    assert found["flat_columns"] == pytest.approx(2 / 3)
    same = column_shapes(unit(real, facts), unit(real, facts), facts["table"])
    assert same["column_shapes"] == same["worst_column_shape"] == 1
    assert same["flat_columns"] == same["lost_categories"] == 0


def test_trends_of_pairs_fall_with_the_correlation_that_is_missing():
    facts = table(rows(2000, 1))
    real, other = unit(rows(2000, 1), facts), unit(rows(2000, 2), facts)
    loose = unit(rows(2000, 3, tie=0.0), facts)
    assert pair_trends(real, other, facts["table"]) > 0.96
    between = pair_trends(real, loose, facts["table"])
    assert between < 0.9


def test_what_is_learned_from_fakes_is_tested_on_held_out_reals():
    facts = table(rows(500, 1))
    sides = [unit(rows(500, seed), facts) for seed in (1, 2, 3)]
    found = efficacy(sides[0], sides[1], facts["table"], held_out=sides[2])
    assert found["efficacy"] > 0.98  # the category is the sign of a column
    assert found["efficacy_of_reals"] > 0.98
    mixed = rows(500, 2)
    mixed[:, 2] = np.random.default_rng(0).permutation(mixed[:, 2])
    assert (
        efficacy(sides[0], unit(mixed, facts), facts["table"], held_out=sides[2])["efficacy"] < 0.75
    )


def test_a_copula_keeps_margins_and_the_correlation_of_normal_columns():
    real = rows(4000, 1)
    facts = table(real)
    columns = columns_of(facts)
    assert np.allclose(of_columns(unit(real, facts), columns)[:, 2], real[:, 2])
    drawn = GaussianCopula(real, columns).draw(4000, seed=1)
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] - 0.9) < 0.02
    assert kolmogorov_smirnov(real[:, 0], drawn[:, 0]) < 0.05
    assert abs(drawn[:, 2].mean() - real[:, 2].mean()) < 0.03
    assert detection(real[:800, :2], drawn[:800, :2]) < 0.6  # a Gaussian copula is the truth

"""Whole numbers that measure something are told from those that number classes."""

import numpy as np
import pytest

from gansmith.data import audit
from gansmith.data.labels.quantities import quantities

DRAWS = np.random.default_rng(0)
AGES = np.clip(DRAWS.gamma(4, 9, 600).astype(int), 0, 90)

MEASURED = {
    "ages 0 to 90": AGES,
    "ages of grown people, many of each": np.repeat(np.arange(18, 78), 100),
    "each age a few times": np.tile(np.arange(91), 6),
    "years": DRAWS.integers(1950, 2020, 400),
    "a few years": np.repeat([1907, 1913, 1938, 1961, 1999], 4),
    "scores in steps": np.repeat(np.arange(0, 101, 10), 200),
    "prices": DRAWS.integers(0, 5000, 300),
    "degrees below and above zero": DRAWS.integers(-20, 35, 500),
}
CLASSES = {
    "ten digits": np.arange(600) % 10,
    "two of the digits": np.repeat([3, 8], 100),
    "even digits": np.repeat([0, 2, 4, 6, 8], 100),
    "a mask": np.repeat([0, 255], 9),
    "scores from 1 to 5": np.repeat(np.arange(1, 6), 3),
    "100 classes, enough of each": np.tile(np.arange(100), 30),
    "1,000 classes from 1": np.tile(np.arange(1, 1001), 50),
    "some classes of many": np.repeat([3, 107, 388, 401, 977], 300),
    "twenty classes, few of each": np.tile(np.arange(20), 3),
}


def counts(labels, form="{}"):
    values, number = np.unique(labels, return_counts=True)
    return {form.format(value): int(count) for value, count in zip(values, number, strict=True)}


@pytest.mark.parametrize("labels", MEASURED.values(), ids=MEASURED)
def test_whole_numbers_that_measure_look_like_quantities(labels):
    finding = quantities(counts(labels))
    assert finding.severity == "warn"
    assert "these look like quantities, not classes" in finding.says
    assert "data.labels = false" in finding.fix
    assert finding.changes == {"data.labels": False}


@pytest.mark.parametrize("labels", CLASSES.values(), ids=CLASSES)
def test_indices_of_classes_stay_without_a_word(labels):
    assert quantities(counts(labels)) is None


def test_words_and_names_with_leading_zeros_are_no_quantities():
    assert quantities(counts(AGES, "{} years")) is None
    assert quantities(counts(AGES, "{:05}")) is None
    assert quantities({}) is None


def test_an_audit_tells_ages_from_classes(tmp_path):
    pixels = DRAWS.integers(0, 256, (120, 8, 8), dtype=np.uint8)
    for labels, rules in ((AGES[:120], {"quantities"}), (np.arange(120) % 3, set())):
        np.savez(tmp_path / "a.npz", samples=pixels, labels=labels)
        found = {finding.rule for finding in audit(tmp_path / "a.npz").findings}
        assert found & {"quantities"} == rules

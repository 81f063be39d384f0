"""A finding tells its changes as options that the command line reads back."""

import shlex

import pytest

from gansmith.finding import Finding, most_serious_first, refusals
from gansmith.recipe.tree import parse_changes

CHANGES = {
    "loss": {"name": "least_squares"},
    "terms": [{"name": "r1", "gamma": 1e-05}],
    "networks.discriminator.batch_norm": False,
    "optimizers.generator.betas": [0.0, 0.99],
    "data.batch": 16,
}


def test_changes_are_printed_as_options_that_are_read_back():
    first, *options = Finding("a", "warn", "loss", "says", "fix", CHANGES, "Paper").lines()
    assert first == "warn [a] loss: says; fix (Paper)"
    words = [word for line in options for word in shlex.split(line)]
    assert words[::2] == ["--set"] * len(CHANGES)
    assert parse_changes(words[1::2]) == CHANGES


@pytest.mark.parametrize("given", [["note", "refuse", "warn"], ["warn", "note", "refuse"]])
def test_refusals_come_first_and_are_what_stops(given):
    found = most_serious_first([None, *(Finding("a", each, "x", each, "fix") for each in given)])
    assert [finding.severity for finding in found] == ["refuse", "warn", "note"]
    assert refusals(found) == ["x: refuse; fix"]

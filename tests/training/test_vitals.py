"""How often a run looks at itself changes what it knows, not what it does."""

from pathlib import Path

import pytest

from gansmith.runs.reader import read_run
from tests.training.helpers import run_small


def test_looking_less_often_changes_no_loss(tmp_path: Path) -> None:
    often = read_run(run_small(tmp_path / "often")).signals
    seldom = read_run(run_small(tmp_path / "seldom", signals__every=5)).signals
    for name in ("loss/discriminator", "loss/generator", "update/generator"):
        assert [row[name] for row in seldom] == [row[name] for row in often]
    assert seldom[1]["gradient/generator"] != often[1]["gradient/generator"]


def test_vectors_are_looked_at_every_fifth_step_unless_told(tmp_path: Path) -> None:
    fifth = read_run(run_small(tmp_path / "fifth", signals__every=5)).signals
    usual = read_run(run_small(tmp_path / "usual", signals__every=None)).signals
    for name in ("gradient/samples", "scores/real/mean", "gradient/discriminator"):
        assert [row[name] for row in usual] == pytest.approx([row[name] for row in fifth])

"""The page of a search shows its trials, why each ended, and which no other beats."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("optuna", reason="a search needs Optuna")

from gansmith.cli import main
from gansmith.search.study import OUTCOME
from gansmith.study.search_charts import pareto
from tests.search.test_search import SMALL


def trial(value: float, seconds: float) -> Any:
    return SimpleNamespace(user_attrs={OUTCOME: {"value": value, "seconds": seconds}})


def test_the_front_holds_the_trials_that_no_other_beats_in_both() -> None:
    quick, good, beaten, slow = trial(9, 1), trial(4, 2), trial(5, 3), trial(2, 8)
    assert pareto([slow, beaten, good, quick], low=True) == [quick, good, slow]
    assert pareto([slow, beaten, good, quick], low=False) == [quick]


def test_the_page_of_a_search_shows_recipe_charts_and_each_trial(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL)
    out = str(tmp_path / "out")
    order = ["search", str(tmp_path / "small.toml"), "--trials", "3", "--seeds", "0", "--out", out]
    for words in ([*order, "--kimg", "0.32", "--pruner", "none", "--no-doctor"], ["report", out]):
        with pytest.raises(SystemExit, match="0"):
            main(words)
    page = (tmp_path / "out" / "report.html").read_text()
    for told in ("3 of 3 trials", "The winning recipe", "Options of all trials", "trials/0002"):
        assert told in page

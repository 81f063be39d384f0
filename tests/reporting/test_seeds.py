import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from gansmith.cli.compare import compare as verb
from gansmith.reporting.comparing import compare
from gansmith.reporting.seeds import difference, quantile, spread, within

Copy = Callable[..., Path]


@pytest.fixture
def copy(full_run: Path, tmp_path: Path) -> Copy:
    """A run like the written one with another seed, option or distance."""

    def write(name: str, seed: int, distance: float, gamma: str = "1.0") -> Path:
        path = tmp_path / "of-seeds" / name
        shutil.copytree(full_run, path)
        recipe = (path / "recipe.toml").read_text()
        recipe = recipe.replace("seed = 0", f"seed = {seed}")
        (path / "recipe.toml").write_text(recipe.replace("gamma = 1.0", f"gamma = {gamma}"))
        rows = [json.loads(line) for line in (path / "metrics.jsonl").read_text().splitlines()]
        for row in rows:
            row["metrics"]["frechet_distance"] = distance
        (path / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return write


@pytest.mark.parametrize("degrees", [1, 2, 3.7, 30, 500])
def test_quantiles_and_chances_of_student_agree_with_scipy(degrees: float) -> None:
    assert quantile(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-9)
    assert within(2.0, degrees) == pytest.approx(1 - 2 * stats.t.sf(2.0, degrees), abs=1e-12)


def test_the_difference_of_two_recipes_is_that_of_welch() -> None:
    first, second = [1.0, 2.0, 3.5, 4.0], [2.0, 5.0, 6.0]
    found, known = difference(first, second), stats.ttest_ind(first, second, equal_var=False)
    assert found is not None
    assert found.p == pytest.approx(known.pvalue, rel=1e-9)
    assert (found.low, found.high) == pytest.approx(tuple(known.confidence_interval()), rel=1e-9)
    assert difference([1.0], second) is None


def test_the_interval_of_two_seeds_is_12_7_standard_errors_wide() -> None:
    found = spread([1.0, 3.0])
    assert found.mean == 2.0
    assert found.high == pytest.approx(2 + 12.7062, abs=1e-4)
    assert spread([1.0]) == (1.0, None, None, 1)


def test_runs_that_differ_in_the_seed_alone_are_taken_together(copy: Copy) -> None:
    weak = [copy(f"weak-{seed}", seed, 30.0 + seed) for seed in range(3)]
    strong = [copy(f"strong-seed{seed}", seed, 10.0 + seed, gamma="5.0") for seed in range(2)]
    found = compare([*weak, *strong])
    assert [recipe["name"] for recipe in found["recipes"]] == ["strong", "weak"]
    best, other = found["recipes"]
    assert other["seeds"] == [0, 1, 2]
    assert other["metrics"]["frechet_distance"]["mean"] == pytest.approx(31.0)
    assert best["differs"] == {"terms.r1.gamma": 5.0}
    assert other["behind"]["mean"] == pytest.approx(20.5)
    assert other["behind"]["p"] < 0.05
    assert best["behind"] is None
    assert len(found["runs"]) == 5


def test_a_seed_that_comes_twice_counts_once(copy: Copy) -> None:
    paths = [copy("a", 0, 10.0), copy("b", 1, 12.0), copy("c", 1, 30.0)]
    (recipe,) = compare(paths)["recipes"]
    assert recipe["metrics"]["frechet_distance"]["mean"] == 11.0
    assert recipe["repeated"] == ["c"]


def test_the_verb_tells_means_intervals_and_what_differs(copy: Copy, capsys: Any) -> None:
    runs = [copy(f"weak-{seed}", seed, 30.0 + seed) for seed in range(2)]
    runs += [copy(f"strong-{seed}", seed, 29.0 + seed, gamma="5.0") for seed in range(2)]
    verb(*map(str, runs))
    told = " ".join(capsys.readouterr().out.split())
    assert "weak: terms.r1.gamma = 1.0" in told
    assert "weak against strong: frechet_distance differs by 1" in told
    assert "no more than seeds may explain" in told

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gansmith.cli.compare import compare as verb
from gansmith.errors import RunError
from gansmith.reporting.comparing import compare

Write = Callable[..., Path]


@pytest.fixture
def two(full_run: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A run, and one that is alike but a tenth farther from the data."""
    other = tmp_path / "worse"
    shutil.copytree(full_run, other)
    change(
        other,
        lambda row: row["metrics"].update(
            frechet_distance=1.1 * row["metrics"]["frechet_distance"]
        ),
    )
    return full_run, other


def change(run: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for row in rows:
        edit(row)
    (run / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_runs_are_ranked_by_their_best_exam(two: tuple[Path, Path]) -> None:
    better, worse = two
    found = compare([worse, better])
    assert [run["run"] for run in found["runs"]] == [better.name, worse.name]
    assert found["ranked_by"] == "frechet_distance"
    assert found["runs"][0]["metrics"]["frechet_distance"] == pytest.approx(184.25)
    assert found["differences"] == []


def test_numbers_of_different_protocols_are_refused_unless_told(two: tuple[Path, Path]) -> None:
    change(two[1], lambda row: row["protocol"].update(extractor="inception", fake=500))
    with pytest.raises(RunError, match=r"features: efficientnet_lite against inception.*--anyway"):
        compare(two)
    assert len(compare(two, anyway=True)["differences"]) == 2


def test_numbers_on_different_data_are_refused(two: tuple[Path, Path]) -> None:
    (two[1] / "environment.json").write_text(json.dumps({"data": {"digest": "other"}}))
    with pytest.raises(RunError, match="data: ab12 against other"):
        compare(two)


def test_evaluations_kept_as_json_compare_too(tmp_path: Path) -> None:
    for name, distance in (("a", 3.0), ("b", 2.0)):
        protocol = {"extractor": "pixels", "sources": {"real": "mnist"}}
        found = {"protocol": protocol, "metrics": {"frechet_distance": distance}, "floor": {}}
        (tmp_path / f"{name}.json").write_text(json.dumps(found))
    found = compare([tmp_path / "a.json", tmp_path / "b.json"])
    assert [run["run"] for run in found["runs"]] == ["b", "a"]
    (tmp_path / "c.json").write_text("{}")
    with pytest.raises(RunError, match="nor a file that gansmith evaluate"):
        compare([tmp_path / "a.json", tmp_path / "c.json"])


def test_what_cannot_be_compared_is_said(two: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(RunError, match="one run only"):
        compare(two[:1])
    change(two[1], lambda row: row.update(metrics={"modes": 8.0}))
    with pytest.raises(RunError, match="no metric in common"):
        compare(two)
    (two[1] / "metrics.jsonl").unlink()
    with pytest.raises(RunError, match="no exam yet"):
        compare(two)


def test_the_verb_prints_a_table_or_one_document(two: tuple[Path, Path], capsys: Any) -> None:
    verb(*map(str, two))
    assert "worse" in capsys.readouterr().out
    verb(*map(str, two), json=True)
    assert json.loads(capsys.readouterr().out)["ranked_by"] == "frechet_distance"

"""Files of a run are whole or not there; a reader copes with a run that is being written."""

import json
import math
import shutil
from pathlib import Path

import pytest

from gansmith.errors import RunError, RunWarning
from gansmith.runs import folder
from gansmith.runs.ranking import best_step
from gansmith.runs.reader import read_lines, read_run
from gansmith.runs.writer import RunWriter
from gansmith.values import loss_of


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    folder.write_text(path, "old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        folder.write_whole(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_numbers_that_are_not_finite_become_null_with_their_names() -> None:
    record = json.loads(folder.json_line({"a": 1.0, "b": math.nan, "c": math.inf}))
    assert record == {"a": 1.0, "b": None, "c": None, "nonfinite": ["b", "c"]}


def test_a_last_line_still_being_written_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"step": 1}\n{"step": 2}\n{"ste')
    assert [r["step"] for r in read_lines(tmp_path / "x.jsonl")] == [1, 2]


def test_numbers_that_others_write_as_nan_are_named_as_our_own_are(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"step": 1, "loss/generator": NaN, "b": -Infinity}\n')
    (record,) = read_lines(tmp_path / "x.jsonl")
    assert record["nonfinite"] == ["b", "loss/generator"]


@pytest.mark.parametrize("name", [folder.RECIPE, folder.ENVIRONMENT])
def test_a_damaged_recipe_or_environment_is_named(tmp_path: Path, name: str) -> None:
    run = folder.create_run(tmp_path / "run")
    (run / folder.RECIPE).write_text("seed = 0")
    (run / name).write_text("[1,")
    record = read_run(run)
    with pytest.raises(RunError, match=rf"{name} is damaged"):
        _ = record.recipe, record.environment


def test_damaged_lines_are_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"step": 1}\nrubbish\n{"step": 3}\n\0\0\n[1, 2]\n{"step": 4}\n')
    with pytest.warns(RunWarning, match=r"lines 2, 4, 5 of .*x\.jsonl are damaged and were left"):
        assert [r["step"] for r in read_lines(path)] == [1, 3, 4]
    with pytest.warns(RunWarning, match=r"lines 2, 4, 5"):
        RunWriter(tmp_path)._keep("x.jsonl", lambda row, end: True)
    assert path.read_text() == '{"step": 1}\n{"step": 3}\n{"step": 4}\n'


@pytest.mark.parametrize(
    ("torn", "left"),
    [
        ('{"step": 2}\n{"ste', '{"step": 2}\n'),
        ('{"ste', ""),
        ('{"step": 2}', '{"step": 2}\n'),
        ('{"step": 2, "x": "' + "y" * 200_000, ""),
    ],
)
def test_a_line_is_never_appended_to_a_torn_one(tmp_path: Path, torn: str, left: str) -> None:
    path = tmp_path / "signals.jsonl"
    path.write_text('{"step": 1}\n' + torn)
    RunWriter(tmp_path).signals({"step": 3})
    assert path.read_text() == '{"step": 1}\n' + left + '{"step": 3}\n'


def test_rewinding_forgets_what_came_after(tmp_path: Path) -> None:
    writer = RunWriter(folder.create_run(tmp_path / "run"))
    for step in (10, 20, 30):
        writer.signals({"step": step})
    writer.rewind(20)
    assert [r["step"] for r in read_lines(tmp_path / "run" / "signals.jsonl")] == [10, 20]


def test_what_a_run_leaves_that_was_stopped_before_it_began_is_no_obstacle(tmp_path: Path) -> None:
    path = folder.create_run(tmp_path / "run")
    assert folder.create_run(path) == path
    (path / "samples" / "mine.png").touch()
    with pytest.raises(RunError, match="exists and is not empty; please choose another"):
        folder.create_run(path)


def test_a_silent_writer_writes_nothing(tmp_path: Path) -> None:
    path = folder.create_run(tmp_path / "run")
    writer = RunWriter(path, silent=True)
    writer.signals({"step": 1})
    writer.text("recipe.toml", "x")
    assert sorted(p.name for p in path.iterdir()) == ["checkpoints", "samples"]


def test_what_is_no_run_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is not a run folder"):
        read_run(tmp_path)
    with pytest.raises(RunError, match="there is no run folder"):
        read_run(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("free", "wanted", "says"),
    [
        (900, 20_000, "needs about 20 kB but 900 bytes are free; make room"),
        (1500, 2_500_000, "needs about 2.5 MB but 1.5 kB are free; make room"),
        (3e9, 10**18, "needs about 1000000000 GB but 3.0 GB are free; make room"),
    ],
)
def test_too_little_disk_is_refused_with_both_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, wanted: int, says: str
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(RunError, match=says):
        folder.require_space(tmp_path, wanted)


def test_new_runs_do_not_take_a_name_twice(tmp_path: Path) -> None:
    first = folder.new_run_path("x", tmp_path)
    first.mkdir()
    assert folder.new_run_path("x", tmp_path) != first


@pytest.mark.parametrize(
    ("name", "values", "best"),
    [
        ("frechet_distance", [9.0, 4.0, 5.0], 1),
        ("modes", [3.0, 8.0, 7.0], 1),
        ("diversity_ratio", [0.5, 1.4, 0.9], 2),
        ("of_my_own", [3.0, 2.0], 1),
        ("frechet_distance", [9.0, None, math.nan], 0),
        ("frechet_distance", [None], None),
    ],
)
def test_the_best_exam_is_the_best_by_its_first_metric(
    name: str, values: list[float | None], best: int | None
) -> None:
    exams = [{"step": step, "metrics": {name: value}} for step, value in enumerate(values)]
    assert best_step(exams, loss_of) == best


def test_of_equal_exams_the_later_one_is_best() -> None:
    exams = [{"step": step, "metrics": {"modes": 8.0}} for step in (10, 20)]
    assert best_step(exams, loss_of) == 20

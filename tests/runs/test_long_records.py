"""Records of any length are cut back without being read, and no line of theirs fills the memory."""

import json
import tracemalloc
import warnings
from pathlib import Path

import pytest

from gansmith.errors import RunWarning
from gansmith.runs import folder, records
from gansmith.runs.reader import RunRecord, read_lines
from gansmith.runs.writer import RunWriter

NAMES = ("signals.jsonl", "metrics.jsonl", "journal.jsonl")


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that are parsed from now on."""
    seen: list[bytes] = []
    parse = records.parse

    def noting(text: bytes) -> records.Record | None:
        seen.append(text)
        return parse(text)

    monkeypatch.setattr(records, "parse", noting)
    return seen


def written(path: Path, ticks: int = 200, at: int = 120) -> dict[str, int]:
    """Write a run; return how long its files were at a step in the middle."""
    writer, sizes = RunWriter(folder.create_run(path)), dict[str, int]()
    for step in range(ticks):
        writer.signals({"step": step, "kimg": step / 10, "loss/generator": 1.0})
        if step % 10 == 0:
            writer.metrics({"step": step, "kimg": step / 10, "metrics": {}})
        if step == at:
            sizes = writer.settle()
            writer.signals({"step": step, "kimg": step / 10, "loss/generator": 2.0})
    return sizes


def contents(path: Path) -> list[bytes]:
    return [(path / name).read_bytes() for name in NAMES if (path / name).exists()]


def test_a_rewind_parses_only_the_lines_at_the_cut_and_leaves_what_the_slow_way_leaves(
    tmp_path: Path, parsed: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = written(tmp_path / "fast")
    assert written(tmp_path / "slow") == sizes
    parsed.clear()
    RunWriter(tmp_path / "fast").rewind(120, sizes)
    assert len(parsed) <= 4
    monkeypatch.setattr(RunWriter, "_cut", lambda *_: False)
    RunWriter(tmp_path / "slow").rewind(120, sizes)
    assert len(parsed) > 200
    assert contents(tmp_path / "fast") == contents(tmp_path / "slow")
    assert [row["step"] for row in RunRecord(tmp_path / "fast").signals][-1] == 120


@pytest.mark.parametrize("harm", ["shorter", "longer", "damaged", "gone", "edited", "wrong step"])
def test_a_file_that_is_not_as_the_checkpoint_saw_it_is_rewound_line_by_line(
    tmp_path: Path, harm: str
) -> None:
    sizes = written(tmp_path / "run")
    path = tmp_path / "run" / "signals.jsonl"
    text = path.read_bytes()
    step = 120
    if harm == "shorter":
        path.write_bytes(text[:1000])
    elif harm == "longer":
        path.write_bytes(b'{"step": 0}\n' + text)
    elif harm == "damaged":
        path.write_bytes(text[: sizes[path.name] - 9] + b"\0" * 9 + text[sizes[path.name] :])
    elif harm == "gone":
        path.unlink()
    elif harm == "edited":
        path.write_bytes(b"".join(sorted(text.splitlines(keepends=True))))
    else:
        step = 110
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RunWarning)
        RunWriter(tmp_path / "run").rewind(step, sizes)
        left = [row["step"] for row in read_lines(path)] if path.exists() else []
    assert all(at <= step for at in left)
    assert (step in left) is (harm in ("edited", "wrong step"))


def test_what_was_written_at_the_step_of_the_checkpoint_is_kept_if_it_came_before(
    tmp_path: Path,
) -> None:
    sizes = written(tmp_path / "run")
    RunWriter(tmp_path / "run").rewind(120, sizes)
    rows = list(read_lines(tmp_path / "run" / "signals.jsonl"))
    assert [row["loss/generator"] for row in rows if row["step"] == 120] == [1.0]


def test_a_rewind_to_the_end_writes_nothing(tmp_path: Path) -> None:
    sizes = written(tmp_path / "run", at=199)
    path = tmp_path / "run" / "metrics.jsonl"
    before = path.stat().st_ino
    RunWriter(tmp_path / "run").rewind(199, sizes)
    assert path.stat().st_ino == before
    assert path.stat().st_size == sizes["metrics.jsonl"]


def test_a_line_beyond_the_bound_is_damaged_and_never_in_memory(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "signals.jsonl"
    with path.open("wb") as file:
        file.write(b'{"step": 1}\n')
        file.truncate(file.tell() + 3 * records.LONGEST)
        file.seek(0, 2)
        file.write(b'\n{"step": 3}\n')
    tracemalloc.start()
    request.addfinalizer(tracemalloc.stop)
    with pytest.warns(RunWarning, match="line 2 of .* is damaged and was left out"):
        assert [row["step"] for row in read_lines(path)] == [1, 3]
    with pytest.warns(RunWarning, match="line 2 of .* is damaged and was left out"):
        assert [row["step"] for row in RunRecord(tmp_path).signals] == [1, 3]
    assert tracemalloc.get_traced_memory()[1] < 2.5 * records.LONGEST


def test_lines_have_their_numbers_and_places_whatever_their_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LONGEST", 40)
    rows = [{"step": n, "x": "y" * n} for n in range(60)]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = list(records.lines(path))
    ends = [m + 1 for m, byte in enumerate(path.read_bytes()) if byte == 10]
    assert [line.number for line in found] == list(range(1, 61))
    assert [line.end for line in found] == ends
    for line in found:
        fits = len(json.dumps(rows[line.number - 1])) < 40
        assert (line.record is not None) is fits


def test_a_torn_line_beyond_the_bound_makes_way_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LONGEST", 1000)
    monkeypatch.setattr(records, "TAIL", 64)
    path = tmp_path / "signals.jsonl"
    for torn in ('{"x": "' + "y" * 2000, '{"x": "' + "y" * 2000 + '"}'):
        path.write_text('{"step": 1}\n' + torn)
        assert list(records.lines(path))[-1].number == 1
        RunWriter(tmp_path).signals({"step": 3})
        assert path.read_text() == '{"step": 1}\n{"step": 3}\n'

"""Histories of any length: bounded in memory, alike live and afterwards, nothing rare missed."""

import itertools
import json
from pathlib import Path

from gansmith.runs.reader import RunRecord
from gansmith.runs.tail import read_thinned
from gansmith.runs.thinned import MOVES, Thinned
from gansmith.runs.writer import RunWriter


def ticks(count: int) -> list[dict[str, object]]:
    return [{"step": n, "kimg": n / 10, "loss/generator": float(n % 7)} for n in range(count)]


def written(path: Path, records: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_a_short_history_is_kept_whole(tmp_path: Path) -> None:
    found, damaged = read_thinned(written(tmp_path / "signals.jsonl", ticks(500)))
    assert list(found) == ticks(500)
    assert not damaged


def test_a_long_history_is_spread_evenly_and_ends_with_the_newest_record() -> None:
    found = Thinned(ticks(10_000), most=100)
    steps = [int(row["step"]) for row in found]
    assert len(found) <= 101
    assert steps[-1] == 9_999
    assert {b - a for a, b in itertools.pairwise(steps[:-1])} == {found.stride}
    assert found.seen == 10_000
    assert found.left_out == 10_000 - len(found)


def test_read_from_a_file_or_kept_while_it_grew_it_is_the_same(tmp_path: Path) -> None:
    live = Thinned(most=64)
    for number, record in enumerate(ticks(1_000)):
        live.append(record)
        if number % 97 == 0:
            path = written(tmp_path / "signals.jsonl", ticks(number + 1))
            read, _ = read_thinned(path, most=64)
            assert list(read) == list(live)
            assert read.seen == live.seen


def test_a_value_that_is_not_finite_is_never_thinned_away() -> None:
    records = ticks(5_000)
    records[3_333] = {**records[3_333], "loss/generator": None, "nonfinite": ["loss/generator"]}
    found = Thinned(records, most=50)
    assert [row["step"] for row in found if "nonfinite" in row] == [3_333]
    assert found.rare_seen == 1


def test_events_stay_where_moves_of_knobs_are_thinned(tmp_path: Path) -> None:
    moves = [{"event": "move", "step": n} for n in range(5_000)]
    events = [{"event": "started", "step": 0}, *moves, {"event": "finished", "step": 5_000}]
    found, _ = read_thinned(written(tmp_path / "journal.jsonl", events), MOVES, most=50)
    assert [row["event"] for row in found if row["event"] != "move"] == ["started", "finished"]
    assert len(found) < 60


def test_what_the_writer_remembers_is_what_its_files_hold(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path)
    writer.signals({"step": 1, "kimg": 0.1, "loss/generator": float("nan")})
    assert len(writer.known.signals) == 1  # read from the file, and from now on in memory
    writer.signals({"step": 2, "kimg": 0.2, "loss/generator": 2.0})
    writer.metrics({"step": 2, "kimg": 0.2, "metrics": {"frechet_distance": float("inf")}})
    writer.journal("note", "a word", 2, 0.2)
    fresh = RunRecord(tmp_path)
    assert list(writer.known.signals) == list(fresh.signals)
    assert list(writer.known.metrics) == list(fresh.metrics)
    assert list(writer.known.journal) == list(fresh.journal)


def test_what_was_rewound_is_forgotten(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path)
    for step in range(5):
        writer.signals({"step": step, "kimg": step / 10})
        assert len(writer.known.signals) == step + 1
    writer.rewind(2)
    assert [row["step"] for row in writer.known.signals] == [0, 1, 2]


def test_a_damaged_line_among_those_that_are_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "signals.jsonl").write_text('{"step": 0}\n{"step": \n{"step": 2}\n{"st')
    found, damaged = read_thinned(tmp_path / "signals.jsonl")
    assert [row["step"] for row in found] == [0, 2]
    assert damaged == [2]

"""A growing run folder is followed: each look reads what is new, and nothing is read wrongly."""

import json
from pathlib import Path

import pytest

from gansmith.errors import RunError
from gansmith.runs import folder
from gansmith.runs.follower import Follower
from gansmith.runs.reader import read_run
from gansmith.runs.tail import Tail
from gansmith.runs.writer import RunWriter
from tests.training.helpers import run_small


def begun(path: Path) -> RunWriter:
    path.mkdir()
    writer = RunWriter(path)
    writer.text(folder.RECIPE, "seed = 0\n")
    return writer


def test_each_look_gives_what_is_new_and_the_record_has_it_all(tmp_path: Path) -> None:
    writer = begun(tmp_path / "run")
    follower = Follower(tmp_path / "run")
    assert not follower.look()
    for step in range(3):
        writer.signals({"step": step, "kimg": step / 10})
        news = follower.look()
        assert [row["step"] for row in news.signals] == [step]
        assert list(follower.record.signals) == list(read_run(tmp_path / "run").signals)
    writer.metrics({"step": 2, "metrics": {"own": 1.0}, "values": {"own": {"title": "Own"}}})
    writer.journal("finished", "over", 2, 0.2)
    news = follower.look()
    assert (len(news.signals), len(news.metrics), len(news.journal)) == (0, 1, 1)
    assert follower.record.state == "finished"
    assert follower.record.values["own"].title == "Own"


def test_a_half_written_last_line_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "signals.jsonl"
    path.write_text('{"step": 0}\n{"st')
    tail = Tail(path)
    assert [row["step"] for row in tail.read().records] == [0]
    with path.open("a") as file:
        file.write('ep": 1}\n{"step": 2}')  # whole, but without its end of line
    assert [row["step"] for row in tail.read().records] == [1, 2]
    with path.open("a") as file:
        file.write('\nrubbish\n{"step": 3}\n')
    assert [row["step"] for row in tail.read().records] == [3]
    assert tail.damaged == [4]
    assert [row["step"] for row in tail.records] == [0, 1, 2, 3]


def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "signals.jsonl"
    path.write_text('{"step": 0}\n{"step": 1}\n')
    tail = Tail(path)
    tail.read()
    path.write_text('{"step": 9}\n{"step": 1}\n{"step": 2}\n')  # nobody looks at the first again
    fresh = tail.read()
    assert ([row["step"] for row in fresh.records], fresh.anew) == ([2], False)


@pytest.mark.parametrize("regrown", [0, 1, 5])
def test_a_file_that_was_cut_back_is_read_again(tmp_path: Path, regrown: int) -> None:
    writer = begun(tmp_path / "run")
    for step in range(4):
        writer.signals({"step": step, "kimg": step / 10, "loss/generator": 1.0})
    follower = Follower(tmp_path / "run")
    follower.look()
    writer.rewind(1)
    for step in range(2, 2 + regrown):
        writer.signals({"step": step, "kimg": step / 10, "loss/generator": 2.0})
    news = follower.look()
    assert news.anew
    assert [row["step"] for row in news.signals] == [0, 1, *range(2, 2 + regrown)]
    assert list(follower.record.signals) == list(read_run(tmp_path / "run").signals)
    assert not follower.look()


def test_a_history_that_is_thinned_stays_what_reading_it_at_once_gives(tmp_path: Path) -> None:
    path, tail = tmp_path / "signals.jsonl", Tail(tmp_path / "signals.jsonl", most=16)
    for block in range(20):
        with path.open("a") as file:
            for step in range(13 * block, 13 * (block + 1)):
                file.write(json.dumps({"step": step}) + "\n")
        tail.read()
        at_once = Tail(path, most=16)
        at_once.read()
        assert list(tail.records) == list(at_once.records)
        assert tail.records.seen == 13 * (block + 1)


def test_a_run_that_is_resumed_is_followed_on(tmp_path: Path) -> None:
    run = run_small(tmp_path / "run", length__kimg=0.4)
    follower = Follower(run)
    follower.look()
    run_small(run, resume=True, length__kimg=0.8)
    follower.look()
    for name in ("signals", "metrics", "journal"):
        assert list(getattr(follower.record, name)) == list(getattr(read_run(run), name))
    assert follower.record.recipe["length"]["kimg"] == 0.8


def test_there_must_be_a_run_to_follow(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no run folder"):
        Follower(tmp_path / "run")

"""One is one: no sentence speaks of 1 exams."""

import json
from pathlib import Path

import pytest

from gansmith.data.prepare.notices import cautions
from gansmith.doctor.diagnose import judge
from gansmith.doctor.history import History
from gansmith.errors import RunError, counted
from gansmith.reporting.comparing import compare

EXAM = {"step": 0, "kimg": 0.0, "metrics": {"frechet_distance": 1.0}, "floor": {}}


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [(1, "exam", "1 exam"), (0, "exam", "0 exams"), (1200, "class", "1,200 classes")],
)
def test_things_are_counted_in_words(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words


def test_a_verdict_counts_one_tick_and_one_exam_as_one() -> None:
    says = judge(History([{"step": 1, "kimg": 0.1, "loss/generator": 1.0}], [EXAM])).says
    assert "1 tick and 1 exam up to" in says


def test_cautions_about_one_file_speak_of_one() -> None:
    facts = {"skipped": [("a.png", "it is empty")], "found": 9, "animated": 1}
    says = cautions(facts | {"enlarged": 1, "used": 8, "resize": {"target": (8, 8), "crop": "x"}})
    assert says[0].startswith("1 of 9 files is skipped")
    assert "1 of 8 images is smaller" in says[1]
    assert says[-1].startswith("1 file ")


def test_a_run_with_the_untrained_exam_alone_is_not_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("seed = 0\n")
    with pytest.raises(RunError, match="has no exam yet"):
        compare([tmp_path, tmp_path])
    (tmp_path / "metrics.jsonl").write_text(json.dumps(EXAM) + "\n")
    with pytest.raises(RunError, match="has one exam, of the untrained generator"):
        compare([tmp_path, tmp_path])

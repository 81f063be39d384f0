"""The view of a run in a terminal, once and live, and run folders in a bad way."""

import json
import math
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gansmith.cli.diagnose import diagnose
from gansmith.cli.sparklines import sparkline
from gansmith.doctor.diagnose import diagnose as ask
from gansmith.doctor.history import History
from gansmith.errors import RunError, UsageError

Make = Callable[..., History]
Write = Callable[..., Path]


def test_a_sparkline_rises_with_its_values_and_marks_what_is_no_number() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([1.0, math.nan, 1.0]) == "▁!▁"
    assert sparkline([]) == ""
    assert len(sparkline(list(range(1000)), width=30)) == 30


def test_orders_of_magnitude_are_drawn_on_a_logarithmic_scale() -> None:
    assert sparkline([10.0**n for n in range(8)]) == "▁▂▃▄▅▆▇█"


def test_the_verb_shows_vital_signs(
    history: Make, run_folder: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    diagnose(str(run_folder(history())))
    shown = capsys.readouterr().out
    assert "healthy" in shown
    for word in ("loss D", "gradient G", "Frechet distance", "█"):
        assert word in shown


def test_watching_ends_with_the_run(
    history: Make, run_folder: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_folder(history())
    journal = run / "journal.jsonl"
    journal.write_text(json.dumps({"event": "started"}) + "\n")

    def end() -> None:
        with journal.open("a") as file:
            file.write(json.dumps({"event": "finished"}) + "\n")

    threading.Timer(0.5, end).start()
    diagnose(str(run), watch=True, every=0.2)
    assert "healthy" in capsys.readouterr().out


def test_watching_and_one_document_exclude_each_other(history: Make, run_folder: Write) -> None:
    with pytest.raises(UsageError, match="choose one"):
        diagnose(str(run_folder(history())), json=True, watch=True)


# --- folders in a bad way ---


def test_an_empty_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is not a run folder"):
        ask(tmp_path)


def test_a_run_that_has_only_just_begun_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("seed = 0\n")
    verdict = ask(tmp_path)
    assert verdict.verdict == "unknown"
    assert "too short a history" in verdict.says


def test_files_of_a_newer_version_are_read_for_what_is_known(
    history: Make, run_folder: Write
) -> None:
    newer = history()
    rows = [dict(row) | {"format": 9, "brains": {"size": [1, 2]}} for row in newer.signals]
    exams = [
        dict(row) | {"metrics": dict(row["metrics"]) | {"flavour": [1]}} for row in newer.metrics
    ]
    run = run_folder(History(rows, exams))
    (run / "environment.json").write_text('{"data": ["another", "make"], "gansmith": "9.0"}')
    (run / "recipe.toml").write_text("[future]\npart = 1\n[loss]\nname = 3\n")
    assert ask(run).verdict == "healthy"


@pytest.mark.parametrize("cut", [1, 7, 30, 101])
def test_files_cut_off_in_the_middle_of_a_line_are_read_to_the_last_whole_one(
    history: Make, run_folder: Write, cut: int
) -> None:
    run = run_folder(history())
    for name in ("signals.jsonl", "metrics.jsonl"):
        whole = (run / name).read_bytes()
        (run / name).write_bytes(whole[:-cut])
    assert ask(run).verdict == "healthy"


def test_numbers_that_are_none_are_news_and_not_an_error(history: Make, run_folder: Write) -> None:
    whole = history()
    rows = [dict(row) for row in whole.signals]
    for row in rows[-5:]:
        row |= {"loss/generator": None, "nonfinite": ["loss/generator"]}
    exams = [dict(row) | {"metrics": dict.fromkeys(row["metrics"])} for row in whole.metrics]
    verdict = ask(run_folder(History(rows, exams)))
    assert verdict.diagnoses[0].failure == "divergence"
    json.dumps(verdict.as_dict(), allow_nan=False)


def test_every_detector_bears_any_numbers(history: Make) -> None:
    import numpy as np

    from gansmith.doctor.diagnose import judge

    draws = np.random.default_rng(0)
    for scale in (0.0, 1e-300, 1e300, math.inf, math.nan, -1.0):
        whole = history(40)
        rows = [
            {
                n: v if n in ("kimg", "step") else scale * draws.standard_normal()
                for n, v in r.items()
            }
            for r in whole.signals
        ]
        exams = [
            dict(row) | {"metrics": dict.fromkeys(row["metrics"], scale)} for row in whole.metrics
        ]
        verdict = judge(History(rows, exams)).as_dict()
        assert json.loads(json.dumps(verdict, allow_nan=False))["verdict"] == verdict["verdict"]

import json
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

from gansmith.cli.diagnose import diagnose as command
from gansmith.doctor.calibration import TRUST, calibrated
from gansmith.doctor.diagnose import assess, diagnose, judge
from gansmith.doctor.evidence import Diagnosis, Evidence
from gansmith.doctor.history import History
from gansmith.doctor.remedies import prescribe, remedies
from gansmith.errors import RunError
from gansmith.recipe.recipe import make_recipe
from gansmith.registry import detectors

Make = Callable[..., History]
T = np.linspace(0, 1, 100)
OF_THE_LOOP = {"loop_fault", "samples_differ"}  # mended in its code, by no setting


def dead(history: Make) -> History:
    return history(gradient__samples=10 ** (-6 * T), scores__ranked_right=1.0 + 0 * T)


def test_the_document_has_the_shape_of_the_contract(
    history: Make, run_folder: Callable[..., Path]
) -> None:
    document = diagnose(run_folder(dead(history))).as_dict()
    assert {"run", "kimg", "verdict", "diagnoses"} <= set(document)
    assert document["verdict"] == "ill"
    assert document["kimg"] == pytest.approx(200.0)
    (found,) = document["diagnoses"]
    assert set(found) == {"failure", "confidence", "since_kimg", "evidence", "remedies", "doubts"}
    assert found["failure"] == "vanishing_gradient"
    assert set(found["evidence"][0]) == {"signal", "observed", "healthy", "says"}
    assert set(found["remedies"][0]) == {"because", "changes", "reference", "expectation"}
    json.dumps(document, allow_nan=False)


def test_a_healthy_run_is_healthy(history: Make, run_folder: Callable[..., Path]) -> None:
    verdict = diagnose(run_folder(history()))
    assert verdict.verdict == "healthy"
    assert verdict.diagnoses == ()


@pytest.mark.parametrize("ticks", [0, 1, 7])
def test_a_short_history_is_unknown_and_says_so(history: Make, ticks: int) -> None:
    rows = history().signals[:ticks]
    verdict = judge(History(rows))
    assert verdict.verdict == "unknown"
    assert "too short a history" in verdict.says


def test_a_history_without_exams_says_what_it_cannot_know(history: Make) -> None:
    assert "without an exam" in judge(history(exams=[])).says


def test_a_run_still_being_written_is_read_to_its_last_whole_line(
    history: Make, run_folder: Callable[..., Path]
) -> None:
    path = run_folder(history())
    with (path / "signals.jsonl").open("a") as file:
        file.write('{"step": 101, "kimg": 20')
    (path / "metrics.jsonl").write_text("")
    assert diagnose(path).verdict == "healthy"


def test_a_folder_that_is_no_run_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not a run folder"):
        diagnose(tmp_path)


def test_the_surest_diagnosis_comes_first(history: Make) -> None:
    rows = [dict(row) for row in dead(history).signals]
    rows[-1] |= {"loss/generator": None, "nonfinite": ["loss/generator"]}
    confidences = [d.confidence for d in assess(History(rows))]
    assert len(confidences) == 2
    assert confidences == sorted(confidences, reverse=True)


def test_a_live_look_at_a_long_run_is_fast(history: Make) -> None:
    long = history(ticks=2000, exams=[])
    assess(long)
    start = time.process_time()
    assess(History(long.signals, long.metrics))
    assert time.process_time() - start < 0.5  # 10 ms without the type checks of the tests


def test_every_detector_has_a_paper_and_a_remedy_with_changes_unless_it_is_of_the_loop() -> None:
    recipe = {
        "data": {"source": "ring"},
        "loss": {"name": "minimax"},
        "optimizers": {"generator": {"lr": 2e-4}, "discriminator": {"lr": 2e-4}},
    }
    assert {part.name for part in detectors} == set(remedies.names())
    for part in detectors:
        assert part.reference, part.name
        found = prescribe(Diagnosis(part.name, 0.9, (), 0.0), recipe)
        assert found, part.name
        assert all(item.because for item in found), part.name
        assert all(bool(item.changes) != (part.name in OF_THE_LOOP) for item in found), part.name


@pytest.mark.parametrize("failure", sorted({*remedies.names()} - OF_THE_LOOP))
@pytest.mark.parametrize("bare", [True, False])
def test_what_a_remedy_proposes_can_be_set(failure: str, bare: bool) -> None:
    tree = (
        {"loss": {"name": "hinge"}, "optimizers": {"generator": {"lr": 1e-4}}}
        if bare
        else {
            "loss": {"name": "relativistic"},
            "game": {"discriminator_turns": 2},
            "terms": [{"name": "r1", "gamma": 0.5}],
            "optimizers": {"generator": {"lr": 1e-5}, "discriminator": {"lr": 1e-4}},
        }
    )
    tree |= {"data": {"source": "ring"}}
    for item in prescribe(Diagnosis(failure, 0.9, (), 0.0), tree):
        assert make_recipe(deepcopy(tree), item.changes) != make_recipe(deepcopy(tree))


def test_a_remedy_speaks_of_the_recipe_at_hand() -> None:
    recipe = {
        "loss": {"name": "relativistic"},
        "terms": [{"name": "r1", "gamma": 0.5}],
        "optimizers": {"discriminator": {"lr": 2e-4}},
    }
    changes = [r.changes for r in prescribe(Diagnosis("vanishing_gradient", 0.9, (), 0.0), recipe)]
    assert changes[:2] == [{"terms.r1.gamma": 5.0}, {"optimizers.discriminator.lr": 5e-05}]
    (both, *_) = prescribe(Diagnosis("mode_collapse", 0.9, (), 0.0), recipe)
    assert both.changes == {"terms.r2.gamma": 0.5}


def test_the_verb_prints_exactly_one_document(
    history: Make, run_folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    command(str(run_folder(dead(history))), json=True)
    assert json.loads(capsys.readouterr().out)["verdict"] == "ill"


def test_the_verb_tells_evidence_and_what_to_try(
    history: Make, run_folder: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    command(str(run_folder(dead(history))))
    out = capsys.readouterr().out
    assert "vanishing gradient" in out
    assert "gradient/samples fell from" in out
    assert "--set 'terms=" in out


def test_full_certainty_is_worth_what_the_zoo_taught_and_a_verdict_stays() -> None:
    trust = {"mode_collapse": 0.7}
    assert calibrated("mode_collapse", 1.0, trust) == pytest.approx(0.7)
    assert calibrated("mode_collapse", 0.75, trust) == pytest.approx(0.6)
    assert [calibrated("mode_collapse", c, trust) for c in (0.2, 0.5)] == [0.2, 0.5]
    assert all(0.5 < value < 1 for value in TRUST.values())
    assert set(TRUST) == set(detectors.names())


def test_a_remedy_says_which_signal_must_improve_by_how_much_and_by_when() -> None:
    evidence = (
        Evidence("metrics/coverage", 0.9, (0.5, None), "healthy"),
        Evidence("metrics/diversity_ratio", 0.2, (0.6, None), "low"),
    )
    found = prescribe(Diagnosis("mode_collapse", 0.9, evidence, 0.0), {}, kimg=100.0)
    assert found
    for remedy in found:
        assert remedy.expectation is not None
        assert (remedy.expectation.signal, remedy.expectation.direction) == (
            "metrics/diversity_ratio",
            "up",
        )
        assert remedy.expectation.by == pytest.approx(0.4)
        assert remedy.as_dict()["expectation"]["within_kimg"] == 25.0
